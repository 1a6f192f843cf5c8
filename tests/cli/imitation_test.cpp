// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A value that holds records of its own segment, each valid in its place: it stays a value, since a
// reader goes on record by record. Torn open, it shows them, and the store is refused.
// Spec:          AC-14; spec/FORMAT.md sections 2, 3 and rules 6 and 7 of section 6.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "base/bytes.hpp"
#include "cli/plumb_cli.hpp"
#include "merkle/hasher.hpp"

namespace plumb::test {
namespace {

/// Offsets where a record of the segment may begin and its magic stands.
std::vector<std::size_t> heads_in(const std::string& log) {
  const std::size_t block = Reader(std::string_view(log).substr(44)).u32();
  std::vector<std::size_t> heads;
  for (std::size_t at = block; at < log.size(); at += block) {
    if (log.compare(at + 32, 8, "PLUMBREC") == 0) heads.push_back(at);
  }
  return heads;
}

/// The log file that has a record.
std::string log_file_of(const TestStore& store) {
  for (const auto& [name, bytes] : bytes_of(store.dir())) {
    if (bytes.find("PLUMBSEG") == 32 && !heads_in(bytes).empty()) return name;
  }
  BOOST_FAIL("no record");
  return {};
}

constexpr std::size_t kImitations = 5;

/// A record of one block (spec/FORMAT.md section 3) for this place of the segment, in all fields
/// what may follow its first record: it puts "fake".
std::string fake_record(const std::string& log, std::size_t at, std::size_t block) {
  const std::string_view segment = log;
  std::string body = "PLUMBREC";
  Writer out(body);
  out.raw(segment.substr(48, 16));  // store id
  out.raw(segment.substr(64, 8));   // segment number
  out.raw(segment.substr(80, 16));  // salt
  out.u64(at);
  out.u64(2);                          // first_seq
  out.u32(1);                          // transactions
  out.u32(21);                         // payload length
  out.u64(1);                          // durable_seq
  out.raw(segment.substr(block, 32));  // previous: the digest of the first record
  out.raw(std::string(32, 'r'));       // root
  out.raw(std::string("\0\0\0\0\0\0\0\1\0\0\0\0\4\0\0\0\0fake", 21));
  out.pad_to(block - 32);
  return Bytes(text(view(make_sha256().value()->hash({view(body)})))) + body;
}

/// A value that has whole records at the blocks of the segment, once it is committed with the id
/// and key "copy" behind the segment's first record, which takes one block.
std::string imitating_value(const std::string& log) {
  const std::size_t block = Reader(std::string_view(log).substr(44)).u32();
  const std::size_t start = 2 * block + 176 + 8 + 4 + 9 + 4;  // where the value's bytes begin
  std::string value((3 * block) - start, '\xff');
  for (std::size_t i = 0; i < kImitations; ++i) value += fake_record(log, (3 + i) * block, block);
  return value;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(imitation)

// Records that are valid in their place, inside the value of a real one: a reader that went on
// block by block, and not record by record, would take them.
BOOST_AUTO_TEST_CASE(value_that_imitates_a_record) {
  const TestStore store;
  Process process(plumb_words({"commit", store.dir(), "--from", "-", "--json"}));
  BOOST_REQUIRE(process.send("{\"id\":\"real\",\"set\":{\"k\":\"v\"}}\n"));
  BOOST_REQUIRE(process.read_line().has_value());
  const std::string file = log_file_of(store);
  const std::string value = imitating_value(read_file(file));
  const std::string line =
      R"({"id":"copy","set":{"copy":{"hex":")" + to_hex(view(value)) + "\"}}}\n";
  BOOST_REQUIRE(process.send(line));
  BOOST_REQUIRE(process.read_line().has_value());
  process.kill(9);
  BOOST_REQUIRE_EQUAL(process.finish().signal, 9);

  std::string log = read_file(file);
  const std::vector<std::size_t> heads = heads_in(log);
  BOOST_REQUIRE_EQUAL(heads.size(), 2U + kImitations);
  const Json verdict = result_of(store.run("verify"));
  BOOST_TEST(verdict["seq"] == 2);
  BOOST_TEST(verdict["tail"] == "clean");
  BOOST_TEST(verdict["discarded"].dump() == "[]");
  const std::vector<std::string> dump = lines_of(store.dump());
  BOOST_REQUIRE_EQUAL(dump.size(), 3U);
  BOOST_TEST(Json::parse(dump[0])["value"]["hex"] == to_hex(view(value)));
  BOOST_TEST(dump[1] == R"({"key":"k","value":"v"})");

  // They are records indeed: where the real one no longer covers them, the first is found.
  log[heads[1]] = static_cast<char>(log[heads[1]] ^ 1);
  const TempFolder torn;
  const std::string copy = torn.file("store");
  std::filesystem::copy(store.dir(), copy);
  write_file(copy + "/" + std::filesystem::path(file).filename().string(), log);
  const Json refused = Json::parse(plumb({"verify", copy, "--json"}).out);
  BOOST_TEST(refused["code"] == "corrupt");
  BOOST_TEST(refused["offset"] == heads[2]);
  BOOST_TEST(refused["reason"] == "a record of transaction 2 that does not follow the log's end");

  // An opening for writing steps over them as well.
  BOOST_TEST(store.run("recover").status == 0);
  BOOST_TEST(store.value("copy")["hex"] == to_hex(view(value)));
  BOOST_TEST(store.value("fake").is_null());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
