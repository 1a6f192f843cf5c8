// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The families of the manifest that are too large to be committed: a last record that is torn at
// every byte, and in every subset of its blocks.
// Invariants:    a torn record is gone as a whole, and the state before it is what is read.
// Spec:          EV-7; AC-3, AC-7; spec/FORMAT.md section 6, rules 6 and 7.
#include <boost/test/unit_test.hpp>

#include "support/temp_folder.hpp"
#include "vectors/manifest.hpp"
#include "vectors/reader.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

constexpr std::size_t kBehindOffset =
    88;  // of a record: magic, store, segment, salt, offset end here

/// A base vector and the place of its last record.
struct Base {
  explicit Base(const std::string& name) : files(read_vector(name)), whole(judge_files(files)) {
    MemoryDisk disk(files);
    const std::vector<LogEntry> log = read_log(disk).value();
    BOOST_REQUIRE_GE(log.size(), 2U);
    file = log.back().file;
    at = log.back().offset;
    length = log.back().bytes;
    BOOST_REQUIRE_GE(length, 2 * kBlock);
  }
  /// The base with other bytes where the last record is, and the verdict that must follow.
  [[nodiscard]] Files with(const Bytes& record) const {
    Files changed = files;
    put_bytes(changed[file], at, record);
    return changed;
  }
  [[nodiscard]] Bytes record() const { return files.at(file).substr(at, length); }

  Files files;
  Json whole;
  std::string file;
  std::size_t at = 0;
  std::size_t length = 0;
};

/// What lay under the record before it was written: zeros, or the segment's older generation.
Bytes bytes_before(const Base& base, const std::string& name) {
  if (name == "long-last-record") return Bytes(base.length, '\0');
  const Files older = read_vector("several-segments");  // blocks full of records, of another store
  return older.at("log-0").substr(base.at, base.length);
}

/// Checks one torn state; true where the record survived whole.
bool check_torn(const Base& base, const Json& without, const Bytes& record) {
  const Json judged = judge_files(base.with(record));
  if (record == base.record()) {
    BOOST_TEST(judged == base.whole);
    return true;
  }
  Json expected = without;
  const Bytes original = base.record();
  const bool begins = record.substr(rec::magic, kBehindOffset - rec::magic) ==
                      original.substr(rec::magic, kBehindOffset - rec::magic);
  expected["tail"] = begins ? "torn" : "clean";
  BOOST_TEST(judged == expected);
  return false;
}

/// The verdict on the base without its last record.
Json judge_without(const Base& base) {
  Json without = judge_files(base.with(Bytes(base.length, '\0')));
  BOOST_REQUIRE_EQUAL(without["verdict"], "accepted");
  BOOST_REQUIRE_EQUAL(without["seq"].get<int>(), base.whole["seq"].get<int>() - 1);
  BOOST_REQUIRE_EQUAL(without["tail"], "clean");
  return without;
}

std::vector<std::string> bases_of(const std::string& name) {
  std::vector<std::string> bases;
  const Json manifest = read_manifest();
  for (const Json& family : manifest["families"]) {
    if (family["family"] == name) bases.push_back(family["base"]);
  }
  BOOST_REQUIRE(!bases.empty());
  return bases;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(families)

BOOST_AUTO_TEST_CASE(torn_at_every_byte) {
  for (const std::string& name : bases_of("torn-last-record")) {
    const Base base(name);
    const Json without = judge_without(base);
    const Bytes before = bytes_before(base, name);
    std::size_t survived = 0;
    for (std::size_t n = 0; n <= base.length; ++n) {
      BOOST_TEST_CONTEXT(name << " torn at byte " << n) {
        const Bytes record = base.record().substr(0, n) + before.substr(n);
        survived += check_torn(base, without, record) ? 1U : 0U;
      }
    }
    BOOST_TEST(survived >= 1U);
    BOOST_TEST(survived < base.length / 2);
  }
}

BOOST_AUTO_TEST_CASE(torn_in_every_subset_of_blocks) {
  for (const std::string& name : bases_of("torn-last-blocks")) {
    const Base base(name);
    const Json without = judge_without(base);
    const Bytes before = bytes_before(base, name);
    const std::size_t blocks = base.length / kBlock;
    std::size_t survived = 0;
    for (std::size_t subset = 0; subset < (std::size_t{1} << blocks); ++subset) {
      BOOST_TEST_CONTEXT(name << " subset " << subset) {
        Bytes record = before;
        for (std::size_t i = 0; i < blocks; ++i) {
          if ((subset >> i & 1U) == 0) continue;
          put_bytes(record, i * kBlock, base.record().substr(i * kBlock, kBlock));
        }
        survived += check_torn(base, without, record) ? 1U : 0U;
      }
    }
    BOOST_TEST(survived == 1U);
  }
}

BOOST_AUTO_TEST_CASE(second_reader_agrees_on_torn_records) {
  if (!has_python("families/second_reader_agrees_on_torn_records")) return;
  const TempFolder folder;
  std::vector<std::string> folders;
  std::vector<Json> judged;
  for (const std::string& name : bases_of("torn-last-record")) {
    const Base base(name);
    const Bytes before = bytes_before(base, name);
    for (std::size_t n = 0; n <= base.length; n += 29) {
      const Files files = base.with(base.record().substr(0, n) + before.substr(n));
      folders.push_back(folder.file(name + '-' + std::to_string(n)));
      write_folder(folders.back(), files);
      judged.push_back(judge_files(files));
    }
  }
  const std::vector<ReaderSays> answers = ask_reader(folders);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    BOOST_TEST(difference(judged[i], answers[i]) == "", folders[i]);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
