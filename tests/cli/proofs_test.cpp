// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// prove-key and verify-key: proofs travel as files, and the verifier believes nothing in them.
// Spec:          AC-18; spec/FORMAT.md section 7; impl/cli/README.md.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "cli/plumb_cli.hpp"

namespace plumb::test {
namespace {

/// A store with some keys, and the proof files of a present and of an absent one.
struct Proofs {
  TestStore store;
  TempFolder folder;
  std::string root;
  std::string present = folder.file("present");
  std::string absent = folder.file("absent");

  Proofs() {
    root = store.commit({"k=v", "empty=", "a=1", "b=2", "c=3"})["root"];
    result_of(store.run("prove-key", {"k", "--out", present}));
    result_of(store.run("prove-key", {"missing", "--out", absent}));
  }

  [[nodiscard]] Finished verify(const Words& claim, const std::string& file,
                                std::string_view input = {}) const {
    Words words{"verify-key", root, "--proof", file, "--json"};
    words.insert(words.end(), claim.begin(), claim.end());
    return plumb(words, input);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(proofs)

BOOST_AUTO_TEST_CASE(proof_of_a_value_and_of_absence) {
  const Proofs p;
  const Json proved = result_of(p.store.run("prove-key", {"k"}));
  BOOST_TEST(shape_of(proved) == "key,value,seq,root,proof,durable");
  BOOST_TEST(proved["value"] == "v");
  BOOST_TEST(proved["root"] == p.root);
  BOOST_TEST(read_file(p.present) == proved["proof"].get<std::string>() + "\n");
  BOOST_TEST(result_of(p.store.run("prove-key", {"missing"}))["value"].is_null());

  const Json holds = result_of(p.verify({"k", "v"}, p.present));
  BOOST_TEST(holds.dump() == R"({"verdict":"accepted","key":"k","value":"v","root":")" + p.root +
                                 R"(","reason":null})");
  BOOST_TEST(result_of(p.verify({"missing"}, p.absent))["value"].is_null());
}

BOOST_AUTO_TEST_CASE(what_does_not_hold_is_1) {
  const Proofs p;
  for (const Words& claim : std::vector<Words>{{"k", "w"}, {"k"}, {"k", ""}, {"a", "1"}, {"a"}}) {
    const Finished done = p.verify(claim, p.present);
    BOOST_TEST(done.status == 1, done.text());
    BOOST_TEST(Json::parse(done.out)["verdict"] == "refused");
    BOOST_TEST(!Json::parse(done.out)["reason"].is_null());
  }
  BOOST_TEST(p.verify({"missing", ""}, p.absent).status == 1);
  BOOST_TEST(p.verify({"k"}, p.absent).status == 1);
  const std::string other(64, 'a');
  BOOST_TEST(plumb({"verify-key", other, "k", "v", "--proof", p.present}).status == 1);
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_a_value) {
  const Proofs p;
  const Finished proof = p.store.run("prove-key", {"empty"});
  BOOST_TEST(p.verify({"empty", ""}, "-", proof.out).status == 0);
  BOOST_TEST(p.verify({"empty"}, "-", proof.out).status == 1);
}

// Whatever else the JSON says, only its proof counts.
BOOST_AUTO_TEST_CASE(nothing_but_the_proof_is_taken_from_the_file) {
  const Proofs p;
  Json json = result_of(p.store.run("prove-key", {"k"}));
  BOOST_TEST(p.verify({"k", "v"}, "-", json.dump()).status == 0);
  json["value"] = "w";
  json["root"] = std::string(64, '0');
  json["key"] = "other";
  BOOST_TEST(p.verify({"k", "v"}, "-", json.dump()).status == 0);
  BOOST_TEST(p.verify({"k", "w"}, "-", json.dump()).status == 1);
  BOOST_TEST(p.verify({"other", "w"}, "-", json.dump()).status == 1);
}

BOOST_AUTO_TEST_CASE(changed_proofs) {
  const Proofs p;
  const std::string proof = read_file(p.present);
  BOOST_TEST(p.verify({"k", "v"}, "-", " \n" + proof + "\n\n").status == 0);  // blanks around it
  for (std::size_t i = 0; i + 1 < proof.size(); ++i) {
    std::string changed = proof;
    changed[i] = changed[i] == '0' ? '1' : '0';
    if (i % 17 != 0 && i > 6) continue;  // each of the front, a sample of the rest
    BOOST_TEST(p.verify({"k", "v"}, "-", changed).status == 1, "digit " << i);
  }
  BOOST_TEST(p.verify({"k", "v"}, "-", proof.substr(0, proof.size() - 3)).status == 1);
  BOOST_TEST(p.verify({"k", "v"}, "-", "00" + proof).status == 1);
}

BOOST_AUTO_TEST_CASE(malformed_is_2) {
  const Proofs p;
  std::string deep = "{\"proof\":";
  deep.append(1000000, '[');
  for (const std::string& bad :
       {std::string(), std::string(" \n"), std::string("0"), std::string("zz"),
        std::string("00 00"), std::string("{}"), std::string("{\"proof\":1}"),
        std::string("{\"proof\":\"0\"}"), std::string("{\"proof\":null}"),
        std::string("{\"proof\":\"00\""), std::string("[\"00\"]"), std::string("\0\0", 2), deep}) {
    require_error(p.verify({"k", "v"}, "-", bad), 2, "invalid");
  }
  for (const std::string& root :
       {p.root.substr(1), p.root + "0", std::string("root"), std::string(), std::string(64, 'g')}) {
    require_error(plumb({"verify-key", root, "k", "v", "--proof", p.present, "--json"}), 2,
                  "invalid");
  }
  require_error(plumb({"verify-key", p.root, "k", "v", "--json"}), 2, "invalid");
  require_error(p.verify({"k", "v"}, p.folder.file("none")), 3, "not_found");
  require_error(p.verify({"k", "v"}, p.folder.path()), 3, "io");
}

BOOST_AUTO_TEST_CASE(out_file_that_cannot_be_written) {
  const Proofs p;
  require_error(p.store.run("prove-key", {"k", "--out", "/dev/full"}), 3, "no_space");
  require_error(p.store.run("prove-key", {"k", "--out", p.folder.file("no/folder")}), 3, "io");
}

BOOST_AUTO_TEST_CASE(bytes_in_hexadecimal) {
  const Proofs p;
  const std::string root = p.store.commit({"--hex", "00ff=fe"})["root"];
  const Finished proof = p.store.run("prove-key", {"--hex", "00ff"});
  BOOST_TEST(result_of(proof)["value"].dump() == R"({"hex":"fe"})");
  BOOST_TEST(plumb({"verify-key", root, "00ff", "fe", "--hex", "--proof", "-"}, proof.out).status ==
             0);
  BOOST_TEST(plumb({"verify-key", root, "00ff", "fe", "--proof", "-"}, proof.out).status == 1);
  BOOST_TEST(plumb({"verify-key", root, "0", "fe", "--hex", "--proof", "-"}, proof.out).status ==
             2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
