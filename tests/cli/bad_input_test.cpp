// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Hostile keys, values and ids, and everything at and over its limit: data stays data, what is
// refused leaves the content as it was, and nothing leaves the store's folder.
// Spec:          AC-14; spec/FORMAT.md section 8.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "base/bytes.hpp"
#include "cli/plumb_cli.hpp"

namespace plumb::test {
namespace {

const std::vector<std::string> kHostile{"../../escape",
                                        "/etc/passwd",
                                        "..",
                                        ".",
                                        "LOCK",
                                        "log-0",
                                        "checkpoint-9-9",
                                        "audit.log",
                                        "a/b",
                                        "-",
                                        "--",
                                        "--json",
                                        "-x",
                                        "[a,b]",
                                        "{}",
                                        "%s%n",
                                        "$(id)",
                                        "`id`",
                                        "\"",
                                        "\\",
                                        "'",
                                        "\n",
                                        "{\"key\":\"k\"}",
                                        "\x1b[2J",
                                        "\xff\xfe",
                                        "\xc0\xaf",
                                        "\xed\xa0\x80",
                                        "é",
                                        " "};

Json text_of(const std::string& bytes) {
  return is_utf8(bytes) ? Json(bytes) : Json{{"hex", to_hex(view(bytes))}};
}

/// One line of --from with one put, the key and value in hexadecimal.
std::string put_line(const std::string& id, const std::string& key, const std::string& value) {
  Json line;
  line["id"] = {{"hex", to_hex(view(id))}};
  line["set"] = Json::array(
      {Json::array({Json{{"hex", to_hex(view(key))}}, Json{{"hex", to_hex(view(value))}}})});
  return line.dump() + '\n';
}

Finished put(const TestStore& store, const std::string& id, const std::string& key,
             const std::string& value) {
  return store.run("commit", {"--from", "-"}, put_line(id, key, value));
}

/// The commit is refused as too large and changes nothing.
void require_too_large(const TestStore& store, const Finished& done) {
  const Json error = require_error(done, 2, "too_large");
  BOOST_TEST(error["reason"].get<std::string>().starts_with("line 1: "));
  BOOST_TEST(result_of(store.run("verify"))["verdict"] == "accepted");
}

std::uint32_t block_bytes_of(const TestStore& store) {
  for (const auto& [name, bytes] : bytes_of(store.dir())) {
    if (name.find("checkpoint-") == std::string::npos) continue;
    Reader reader(std::string_view(bytes).substr(44));
    return reader.u32();
  }
  BOOST_FAIL("no checkpoint");
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_AUTO_TEST_CASE(hostile_bytes_are_data) {
  const TestStore store;
  const std::filesystem::path outside = std::filesystem::path(store.dir()).parent_path();
  for (const std::string& text : kHostile) {
    BOOST_TEST_CONTEXT("text: " << to_hex(view(text))) {
      const Json by_word = result_of(store.run("commit", {"--id", text, "--", text + "=" + text}));
      BOOST_TEST(by_word["id"] == text_of(text));
      BOOST_TEST(store.value(text) == text_of(text));
      BOOST_TEST(put(store, text + "2", text, "from").status == 0);
      BOOST_TEST(store.value(text) == "from");
      BOOST_TEST(store.run("commit", {"--delete", text}).status == 0);
      BOOST_TEST(store.value(text).is_null());
    }
  }
  BOOST_TEST(lines_of(store.dump()).size() == 1U);
  // Nothing but the store stands beside the store, and in it only what the format names.
  for (const auto& entry : std::filesystem::directory_iterator(outside)) {
    BOOST_TEST(entry.path() == store.dir());
  }
  BOOST_TEST(result_of(store.run("verify"))["foreign"].dump() == "[]");
}

BOOST_AUTO_TEST_CASE(empty_key_value_and_id) {
  const TestStore store;
  store.commit({"="});
  BOOST_TEST(store.value("") == "");
  store.commit({"=v", "--id", ""});
  const Json again = store.commit({"=w", "--id="});  // an empty id is no id, and never repeats
  BOOST_TEST(again["seq"] == 3);
  BOOST_TEST(store.value("") == "w");
  store.commit({"--delete="});
  BOOST_TEST(store.value("").is_null());
}

BOOST_AUTO_TEST_CASE(nul_bytes) {
  const TestStore store;
  const std::string nul("a\0b", 3);
  BOOST_TEST(put(store, nul, nul, nul).status == 0);
  BOOST_TEST(lines_of(store.dump())[0] == R"({"key":"a\u0000b","value":"a\u0000b"})");
  BOOST_TEST(plumb({"get", store.dir(), "--hex", "610062"}).out == "610062\n");
  BOOST_TEST(store.value("a").is_null());  // not cut at the NUL
}

BOOST_AUTO_TEST_CASE(key_at_and_over_its_limit) {
  const TestStore store({"--segment-bytes", "1048576"});
  const std::string key(65536, 'k');
  BOOST_TEST(put(store, "", key, "v").status == 0);
  const std::string before = store.dump();
  require_too_large(store, put(store, "", key + 'k', "v"));
  require_too_large(store, put(store, "", std::string(1U << 20U, 'k'), "v"));
  require_too_large(store,
                    store.run("commit", {"--from", "-"}, "{\"delete\":[\"" + key + "k\"]}\n"));
  BOOST_TEST(store.dump() == before);
}

BOOST_AUTO_TEST_CASE(id_at_and_over_its_limit) {
  const TestStore store({"--segment-bytes", "4194304"});
  const std::string id(256, '\xff');
  BOOST_TEST(put(store, id, "k", "1").status == 0);
  BOOST_TEST(put(store, id, "k", "1").status == 0);  // remembered in full
  require_error(put(store, id, "k", "2"), 2, "id_conflict");
  require_too_large(store, put(store, id + "x", "k", "2"));
  require_too_large(store, put(store, std::string(1U << 20U, 'i'), "k", "2"));
  require_error(store.run("commit", {"k=2", "--id", std::string(257, 'i')}), 2, "too_large");
  BOOST_TEST(store.value("k") == "1");
  BOOST_TEST(result_of(store.run("root"))["seq"] == 1);
}

BOOST_AUTO_TEST_CASE(transaction_at_and_over_its_limit) {
  const TestStore store;
  // The record's 176 bytes, id length and number of changes, kind and two lengths, the key "k".
  const std::size_t room = 65536U - block_bytes_of(store) - 176U - 8U - 9U - 1U;
  BOOST_TEST(put(store, "", "k", std::string(room, 'v')).status == 0);
  const std::string before = store.dump();
  require_too_large(store, put(store, "", "k", std::string(room + 1, 'w')));
  require_too_large(store, put(store, "", "k", std::string(1U << 20U, 'w')));
  BOOST_TEST(store.dump() == before);
  BOOST_TEST(store.commit({"k=small"})["seq"] == 2);
}

BOOST_AUTO_TEST_CASE(value_of_a_mebibyte) {
  const TestStore store({"--segment-bytes", "4194304"});
  const std::string value(1U << 20U, '\x01');
  BOOST_TEST(put(store, "", "k", value).status == 0);
  BOOST_TEST(plumb({"get", store.dir(), "k"}).out == value + "\n");
}

BOOST_AUTO_TEST_CASE(words_that_make_no_transaction) {
  const TestStore store;
  store.commit({"k=v"});
  const auto before = bytes_of(store.dir());
  for (const Words& words : std::vector<Words>{{},
                                               {"novalue"},
                                               {""},
                                               {"--id", "x"},
                                               {"a=1", "a=2"},
                                               {"a=1", "--delete", "a"},
                                               {"--delete", "a", "--delete", "a"},
                                               {"a=1", "--unknown"},
                                               {"a=1", "--unknown=x"},
                                               {"a=1", "-u=x"},
                                               {"a=1", "-u"},
                                               {"a=1", "--id", "1", "--id", "2"},
                                               {"--delete"},
                                               {"--from"}}) {
    require_error(store.run("commit", words), 2, "invalid");
  }
  BOOST_TEST((bytes_of(store.dir()) == before));
}

BOOST_AUTO_TEST_CASE(init_options_out_of_bounds_leave_no_folder) {
  const TempFolder folder;
  const std::string dir = folder.file("store");
  for (const Words& words : std::vector<Words>{{"--segment-bytes", "4095"},
                                               {"--segment-bytes", "0"},
                                               {"--segment-bytes", "1073741825"},
                                               {"--segment-bytes", "4097"},
                                               {"--segment-bytes", "-4096"},
                                               {"--segment-bytes", "+4096"},
                                               {"--segment-bytes", " 4096"},
                                               {"--segment-bytes", "4096 "},
                                               {"--segment-bytes", "0x10000"},
                                               {"--segment-bytes", "1e6"},
                                               {"--segment-bytes", ""},
                                               {"--segment-bytes", "18446744073709551616"},
                                               {"--checkpoint-every", "-1"},
                                               {"--checkpoint-every", "18446744073709551616"},
                                               {"--checkpoint-bytes", "many"},
                                               {"--mode", "fast"},
                                               {"--mode", ""},
                                               {"--mode", "group"},
                                               {"--mode", "batch"},
                                               {"--mode", "async"},
                                               {"--mode", "relaxed"},
                                               {"--backend", "sqlite"},
                                               {"--backend", "lmdb"},
                                               {"--backend", "rocksdb"},
                                               {"--backend", "other"}}) {
    Words all{"init", dir, "--json"};
    all.insert(all.end(), words.begin(), words.end());
    require_error(plumb(all), 2, "invalid");
    BOOST_TEST(!std::filesystem::exists(dir));
  }
  const Finished later = plumb({"init", dir, "--mode", "group"});
  BOOST_TEST(later.err == "plumb: mode group is not implemented in this version; sync is\n");
  BOOST_TEST(plumb({"init", dir, "--mode", "fast"}).err == "plumb: unknown mode: fast\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
