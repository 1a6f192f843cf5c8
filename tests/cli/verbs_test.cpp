// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Every verb on a sound store: what it does, the exact members of its JSON, its exit status.
// Spec:          impl/cli/README.md (command-line contract). AC-4, AC-12, AC-13, AC-16.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "cli/plumb_cli.hpp"

namespace plumb::test {
namespace {

const std::string kZeroRoot(64, '0');

bool is_hex(const Json& text, std::size_t digits) {
  const auto& s = text.get_ref<const std::string&>();
  return s.size() == digits && s.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verbs)

BOOST_AUTO_TEST_CASE(init_creates_every_level_and_says_what) {
  const TempFolder folder;
  const std::string dir = folder.file("a/b/store");
  const Json made =
      result_of(plumb({"init", dir, "--json", "--checkpoint-every", "3", "--checkpoint-bytes", "0",
                       "--segment-bytes", "8192", "--mode", "sync", "--backend", "native"}));
  BOOST_TEST(made.dump() == R"({"dir":")" + dir +
                                R"(","mode":"sync","backend":"native","segment_bytes":8192,)"
                                R"("checkpoint_every":3,"checkpoint_bytes":0,"seq":0,"count":0,)"
                                R"("root":")" +
                                kZeroRoot + "\"}");
  BOOST_TEST(std::filesystem::exists(dir + "/LOCK"));
  require_error(plumb({"init", dir, "--json"}), 2, "invalid");
}

BOOST_AUTO_TEST_CASE(commit_prints_its_receipt) {
  const TestStore store;
  const Finished done = store.run("commit", {"k=v", "--id", "t1"});
  const Json receipt = result_of(done);
  BOOST_TEST(shape_of(receipt) == "seq,id,root,durable");
  BOOST_TEST(done.out == R"({"seq":1,"id":"t1","root":")" + receipt["root"].get<std::string>() +
                             "\",\"durable\":true}\n");
  BOOST_TEST(is_hex(receipt["root"], 64));
  const Json second = store.commit({"a=1", "b=x=y", "c=", "--delete", "k"});
  BOOST_TEST(second["seq"] == 2);
  BOOST_TEST(second["id"] == "");
  BOOST_TEST(store.value("b") == "x=y");  // the first '=' splits
  BOOST_TEST(store.value("c") == "");     // an empty value is a value
  BOOST_TEST(store.value("k").is_null());
}

BOOST_AUTO_TEST_CASE(text_for_people) {
  const TestStore store;
  const Finished done = plumb({"commit", store.dir(), "k=v", "--id", "t1"});
  BOOST_REQUIRE_EQUAL(done.status, 0);
  const std::string root = result_of(store.run("root"))["root"];
  BOOST_TEST(done.out == "seq 1 id t1 root " + root + " durable\n");
  BOOST_TEST(plumb({"get", store.dir(), "k"}).out == "v\n");
  BOOST_TEST(plumb({"root", store.dir()}).out == "seq 1 count 1 root " + root + " durable yes\n");
  BOOST_TEST(plumb({"dump", store.dir()}).out ==
             "k = v\nseq 1 count 1 root " + root + " durable yes\n");
  BOOST_TEST(plumb({"verify", store.dir()}).out.starts_with("accepted\nseq 1, 1 keys, root "));
  // Control characters of a value reach a terminal in hexadecimal only.
  store.commit({"esc=\x1b[2J"});
  BOOST_TEST(plumb({"dump", store.dir()}).out.find('\x1b') == std::string::npos);
  BOOST_TEST(plumb({"dump", store.dir()}).out.starts_with("esc = hex:1b5b324a\n"));
}

BOOST_AUTO_TEST_CASE(absent_key_is_null_and_no_failure) {
  const TestStore store;
  store.commit({"k=v"});
  const Json absent = result_of(store.run("get", {"other"}));
  BOOST_TEST(shape_of(absent) == "key,value,seq,root,durable");
  BOOST_TEST(absent["key"] == "other");
  BOOST_TEST(absent["value"].is_null());
  const Finished text = plumb({"get", store.dir(), "other"});
  BOOST_TEST(text.status == 0);
  BOOST_TEST(text.out.empty());
  BOOST_TEST(text.err == "plumb: absent: other\n");
  BOOST_TEST(plumb({"get", store.dir(), "other", "--quiet"}).err.empty());
}

BOOST_AUTO_TEST_CASE(dump_is_canonical) {
  const TestStore store;
  BOOST_TEST(store.dump() ==
             R"({"seq":0,"count":0,"root":")" + kZeroRoot + "\",\"durable\":true}\n");
  store.commit({"b=2", "a=1", "\xff=\x80", "aa=", "é=ü"});
  const std::string root = result_of(store.run("root"))["root"];
  BOOST_TEST(store.dump() == R"({"key":"a","value":"1"})"
                             "\n"
                             R"({"key":"aa","value":""})"
                             "\n"
                             R"({"key":"b","value":"2"})"
                             "\n"
                             R"({"key":"é","value":"ü"})"
                             "\n"
                             R"({"key":{"hex":"ff"},"value":{"hex":"80"}})"
                             "\n"
                             R"({"seq":1,"count":5,"root":")" +
                                 root + "\",\"durable\":true}\n");
}

BOOST_AUTO_TEST_CASE(readers_write_nothing) {
  const TestStore store;
  store.commit({"k=v"});
  commit_and_kill(store, {R"({"set":{"k":"w"}})"});
  const auto before = bytes_of(store.dir());
  for (const Words& words : std::vector<Words>{{"get", store.dir(), "k"},
                                               {"root", store.dir()},
                                               {"dump", store.dir()},
                                               {"log", store.dir()},
                                               {"audit-log", store.dir()},
                                               {"audit-log", store.dir(), "--verify"},
                                               {"verify", store.dir()},
                                               {"prove-key", store.dir(), "k"}}) {
    BOOST_TEST(plumb(words).status == 0, words.front());
    BOOST_TEST((bytes_of(store.dir()) == before), words.front());
  }
  BOOST_TEST(plumb({"recover", store.dir()}).status == 0);
  BOOST_TEST((bytes_of(store.dir()) != before));  // a writer does
}

BOOST_AUTO_TEST_CASE(what_nothing_confirms_is_unknown) {
  const TestStore store;
  commit_and_kill(store, {R"({"set":{"k":"1"}})"});
  for (const char* verb : {"root", "verify"}) {
    BOOST_TEST(result_of(store.run(verb))["durable"] == "unknown", verb);
  }
  BOOST_TEST(result_of(store.run("get", {"k"}))["durable"] == "unknown");
  BOOST_TEST(result_of(store.run("prove-key", {"k"}))["durable"] == "unknown");
  BOOST_TEST(Json::parse(lines_of(store.dump()).back())["durable"] == "unknown");
  BOOST_TEST(store.run("recover").status == 0);
  BOOST_TEST(result_of(store.run("root"))["durable"] == true);
}

BOOST_AUTO_TEST_CASE(log_shows_the_records) {
  const TestStore store;
  BOOST_TEST(store.run("log").out.empty());  // a closed store has everything in its checkpoint
  commit_and_kill(store, {R"({"id":"t1","set":{"k":"v","l":""}})", R"({"delete":["k"]})"});
  const std::vector<std::string> lines = lines_of(store.run("log").out);
  BOOST_REQUIRE_EQUAL(lines.size(), 2U);
  const Json first = Json::parse(lines[0]);
  const Json second = Json::parse(lines[1]);
  BOOST_TEST(shape_of(first) ==
             "file,offset,bytes,segment,first_seq,durable_seq,digest,previous,root,transactions");
  BOOST_TEST(first["transactions"].dump() ==
             R"([{"id":"t1","changes":[{"key":"k","value":"v"},{"key":"l","value":""}]}])");
  BOOST_TEST(second["transactions"].dump() ==
             R"([{"id":"","changes":[{"key":"k","erase":true}]}])");
  BOOST_TEST(second["previous"] == first["digest"]);
  BOOST_TEST(second["root"] == result_of(store.run("root"))["root"]);
  BOOST_TEST(second["first_seq"] == 2);
  BOOST_TEST(second["durable_seq"] == 1);
  BOOST_TEST(second["offset"].get<int>() == first["offset"].get<int>() + first["bytes"].get<int>());
}

BOOST_AUTO_TEST_CASE(audit_log_and_its_verdict) {
  const TestStore store;
  store.commit({"k=v"});
  const std::vector<std::string> lines = lines_of(store.run("audit-log").out);
  BOOST_REQUIRE_GE(lines.size(), 4U);
  BOOST_TEST(Json::parse(lines[0])["event"] == "init");
  BOOST_TEST(Json::parse(lines.back())["event"] == "end");
  const Json verdict = result_of(store.run("audit-log", {"--verify"}));
  BOOST_TEST(verdict.dump() == R"({"verdict":"accepted","lines":)" + std::to_string(lines.size()) +
                                   R"(,"left_out":null})");
}

BOOST_AUTO_TEST_CASE(verify_says_what_it_found) {
  const TestStore store;
  store.commit({"k=v"});
  commit_and_kill(store, {R"({"set":{"k":"w"}})"});
  write_file(store.dir() + "/stranger", "x");
  const Json verdict = result_of(store.run("verify"));
  BOOST_TEST(shape_of(verdict) ==
             "verdict,seq,count,root,chain,durable,checkpoint,records,transactions,tail,discarded,"
             "end,foreign,invalid_checkpoints,audit_left_out");
  BOOST_TEST(verdict["verdict"] == "accepted");
  BOOST_TEST(verdict["seq"] == 2);
  BOOST_TEST(verdict["count"] == 1);
  BOOST_TEST(shape_of(verdict["checkpoint"]) == "number,seq");
  BOOST_TEST(verdict["checkpoint"]["seq"] == 1);
  BOOST_TEST(verdict["records"] == 1);
  BOOST_TEST(verdict["transactions"] == 1);
  BOOST_TEST(verdict["tail"] == "clean");
  BOOST_TEST(shape_of(verdict["end"]) == "file,offset");
  BOOST_TEST(verdict["foreign"].dump() == R"(["stranger"])");
  BOOST_TEST(verdict["discarded"].dump() == "[]");
  BOOST_TEST(verdict["audit_left_out"].is_null());
}

BOOST_AUTO_TEST_CASE(verify_against_a_pin) {
  const TestStore store;
  const std::string first = store.commit({"k=1"})["root"];
  commit_and_kill(store, {R"({"set":{"k":"2"}})"});
  const std::string second = result_of(store.run("root"))["root"];
  BOOST_TEST(store.run("verify", {"--at-least", "2:" + second}).status == 0);
  BOOST_TEST(store.run("verify", {"--at-least", "1:" + first}).status == 0);

  const Finished other = store.run("verify", {"--at-least", "2:" + first});
  BOOST_TEST(other.status == 1, other.text());
  const Json refusal = Json::parse(other.out);
  BOOST_TEST(shape_of(refusal) == "verdict,code,file,offset,reason");
  BOOST_TEST(refusal["verdict"] == "refused");
  BOOST_TEST(refusal["code"] == "corrupt");
  BOOST_TEST(store.run("verify", {"--at-least", "3:" + second}).status == 1);  // rolled back

  BOOST_TEST(store.run("recover").status == 0);
  const Finished gone = store.run("verify", {"--at-least", "1:" + first});
  BOOST_TEST(gone.status == 4, gone.text());
  BOOST_TEST(Json::parse(gone.out)["verdict"] == "undecided");

  for (const std::string& pin :
       {std::string("2"), "2:" + second + "0", "-2:" + second, "+2:" + second, " 2:" + second,
        "2 :" + second, "18446744073709551616:" + second, ":" + second}) {
    require_error(store.run("verify", {"--at-least=" + pin}), 2, "invalid");
  }
}

BOOST_AUTO_TEST_CASE(recover_and_checkpoint_print_the_report) {
  const TestStore store;
  commit_and_kill(store, {R"({"set":{"k":"1"}})", R"({"set":{"k":"2"}})"});
  const std::string shape =
      "seq,count,root,chain,durable,checkpoint,records,transactions,tail,discarded,end,foreign,"
      "invalid_checkpoints,audit_left_out,audit_lines,unfinished_init,new_checkpoint,new_segment,"
      "taken_up,closes";
  const Json report = result_of(store.run("recover"));
  BOOST_TEST(shape_of(report) == shape);
  BOOST_TEST(report["records"] == 2);
  BOOST_TEST(report["seq"] == 2);
  const Json again = result_of(store.run("checkpoint"));
  BOOST_TEST(shape_of(again) == shape);
  BOOST_TEST(again["records"] == 0);
  BOOST_TEST(again["checkpoint"]["number"].get<int>() > report["new_checkpoint"].get<int>());
  BOOST_TEST(store.value("k") == "2");
}

BOOST_AUTO_TEST_CASE(repeated_id_returns_the_old_receipt_or_is_refused) {
  const TestStore store;
  const Json receipt = store.commit({"k=v", "--id", "t1"});
  store.commit({"k=w"});
  const std::string before = store.dump();
  BOOST_TEST(store.commit({"k=v", "--id", "t1"}).dump() == receipt.dump());
  BOOST_TEST(store.dump() == before);
  require_error(store.run("commit", {"k=x", "--id", "t1"}), 2, "id_conflict");
  require_error(store.run("commit", {"--delete", "k", "--id", "t1"}), 2, "id_conflict");
  BOOST_TEST(store.dump() == before);
}

BOOST_AUTO_TEST_CASE(hex_on_the_command_line) {
  const TestStore store;
  store.commit({"--hex", "6b3d=00ff", "--delete", "ff", "--id", "00"});
  BOOST_TEST(lines_of(store.dump())[0] == R"({"key":"k=","value":{"hex":"00ff"}})");
  BOOST_TEST(plumb({"get", store.dir(), "6b3d", "--hex"}).out == "00ff\n");
  for (const char* bad : {"6=00", "zz=00", "6b", "6b=0", "6b=0x"}) {
    require_error(store.run("commit", {"--hex", bad}), 2, "invalid");
  }
  require_error(store.run("commit", {"--hex", "6b=00", "--id", "0"}), 2, "invalid");
  require_error(store.run("get", {"--hex", "6"}), 2, "invalid");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
