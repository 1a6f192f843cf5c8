// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Every bit of the small vectors, flipped alone: refused where the bit has a meaning, the same
// content where section 9 of the format says that it has none, and one transaction less where the
// bit is of a last record that nothing confirms. Nothing else may happen.
// Spec:          EV-7; AC-7, AC-8, AC-11; spec/FORMAT.md section 9.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <stdexcept>

#include "commit/checkpoint.hpp"
#include "support/temp_folder.hpp"
#include "vectors/manifest.hpp"
#include "vectors/meaning.hpp"
#include "vectors/reader.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

struct Bit {
  std::string file;
  std::size_t byte = 0;
  unsigned bit = 0;
};

/// What must hold of a store and of the same without its last record.
struct Expectation {
  std::uint64_t seq = 0;
  Digest root;
  Digest shorter_root;  // after seq - 1
};

/// How many bits had which meaning.
using Counts = std::array<std::size_t, 4>;

/// Root after the last record but one.
Digest shorter_root(const Files& files, const std::vector<LogEntry>& log) {
  if (log.empty()) return {};
  if (log.size() > 1) return log[log.size() - 2].root;
  Digest root;
  for (const auto& [name, bytes] : files) {
    if (checkpoint_name_of(name)) root = Reader(std::string_view(bytes).substr(ckp::root)).digest();
  }
  return root;
}

Expectation expectation_of(const Files& files) {
  MemoryDisk disk(files);
  const Reading reading = read_store(disk).value();
  return {reading.report.seq, reading.report.root, shorter_root(files, read_log(disk).value())};
}

/// "" where what was read is what the meaning allows.
std::string check(Meaning meaning, bool grew, const Result<Reading>& read,
                  const Expectation& expected) {
  const bool refused = !read && (read.error().code == Errc::corrupt);
  if (meaning == Meaning::more) meaning = grew ? Meaning::held : Meaning::none;
  if (meaning == Meaning::held) return refused ? "" : "is not refused";
  if (!read) return "is refused: " + read.error().message();
  const std::uint64_t seq = expected.seq - (meaning == Meaning::last ? 1U : 0U);
  const Digest& root = meaning == Meaning::last ? expected.shorter_root : expected.root;
  if (read->report.seq == seq && read->report.root == root) return "";
  return "reads as transaction " + std::to_string(read->report.seq);
}

/// Flips every bit of every file and counts by file and meaning.
std::map<std::string, Counts> flip_every_bit(const Files& files) {
  const Meanings meanings(files);
  const Expectation expected = expectation_of(files);
  MemoryDisk disk(files);
  std::map<std::string, Counts> counts;
  for (const auto& [name, original] : files) {
    Bytes& bytes = disk.bytes(name);
    for (std::size_t byte = 0; byte < original.size(); ++byte) {
      const Meaning meaning = meanings.of(name, byte);
      for (unsigned bit = 0; bit < 8; ++bit) {
        flip(bytes, byte, bit);
        const bool grew = bytes[byte] > original[byte] && bytes[byte] <= '9';
        const std::string wrong = check(meaning, grew, read_store(disk), expected);
        BOOST_TEST(wrong == "",
                   name << " byte " << byte << " bit " << bit << " flipped: " << wrong);
        flip(bytes, byte, bit);
        ++counts[name].at(static_cast<std::size_t>(meaning));
      }
    }
  }
  BOOST_TEST((disk.contents() == files));
  return counts;
}

/// Flips every bit of a vector. Files in `idle` have no meaning at all, each other one has some.
void check_vector(const std::string& name, std::size_t last_record_bytes,
                  const std::set<std::string>& idle = {"LOCK"}) {
  BOOST_TEST_CONTEXT(name) {
    std::size_t last = 0;
    for (const auto& [file, counts] : flip_every_bit(read_vector(name))) {
      const auto count = [&counts](Meaning m) { return counts.at(static_cast<std::size_t>(m)); };
      std::printf(
          "%s/%s: %zu bits refused, %zu without meaning, %zu of either, %zu of the last record\n",
          name.c_str(), file.c_str(), count(Meaning::held), count(Meaning::none),
          count(Meaning::more), count(Meaning::last));
      last += count(Meaning::last);
      BOOST_TEST((counts[0] > 0) == !idle.contains(file), file << ": " << counts[0] << " refused");
    }
    BOOST_TEST(last == last_record_bytes * 8);
  }
}

/// Vectors of the family in the manifest.
std::vector<std::string> bases() {
  std::vector<std::string> names;
  const Json manifest = read_manifest();
  for (const Json& family : manifest["families"]) {
    if (family["family"] == "every-bit") names.push_back(family["base"]);
  }
  return names;
}

Bit draw(const Files& files, std::mt19937_64& random) {
  std::size_t bytes = 0;
  for (const auto& [name, content] : files) bytes += content.size();
  std::size_t at = random() % bytes;
  for (const auto& [name, content] : files) {
    if (at < content.size()) return {name, at, static_cast<unsigned>(random() % 8)};
    at -= content.size();
  }
  throw std::logic_error("no such byte");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(every_bit)

BOOST_AUTO_TEST_CASE(of_empty_closed) { check_vector("empty-closed", 0); }
BOOST_AUTO_TEST_CASE(of_one_record_closed) { check_vector("one-record-closed", 0); }
BOOST_AUTO_TEST_CASE(of_just_closed) { check_vector("just-closed", 0); }
BOOST_AUTO_TEST_CASE(of_just_opened) { check_vector("just-opened", 0); }
BOOST_AUTO_TEST_CASE(of_one_record) { check_vector("one-record", kBlock); }
BOOST_AUTO_TEST_CASE(of_log_behind_checkpoint) { check_vector("log-behind-checkpoint", kBlock); }
BOOST_AUTO_TEST_CASE(of_recycled_segment) { check_vector("recycled-segment", kBlock); }
BOOST_AUTO_TEST_CASE(of_opening_unfinished) {
  check_vector("opening-unfinished", 0, {"LOCK", "log-0"});
}
BOOST_AUTO_TEST_CASE(of_blocks_of_1024) { check_vector("blocks-of-1024", 2048); }
BOOST_AUTO_TEST_CASE(of_leftovers) {
  check_vector("leftovers", 0,
               {"LOCK", "checkpoint.tmp", "checkpoint-1-0", "notes.txt", "checkpoint-02-4",
                "checkpoint-0-4", "checkpoint-9223372036854775808-4", "log-00", "log-4294967296"});
}

BOOST_AUTO_TEST_CASE(manifest_names_those_above) {
  const std::vector<std::string> expected{"empty-closed",     "one-record-closed",
                                          "just-closed",      "just-opened",
                                          "one-record",       "log-behind-checkpoint",
                                          "recycled-segment", "opening-unfinished",
                                          "blocks-of-1024",   "leftovers"};
  BOOST_TEST(bases() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(second_reader_agrees_on_a_sample) {
  if (!has_python("every_bit/second_reader_agrees_on_a_sample")) return;
  constexpr std::size_t kSample = 306;
  constexpr std::uint64_t kSeed = 20269;
  std::mt19937_64 random(kSeed);
  const TempFolder folder;
  const std::vector<std::string> names = bases();
  std::vector<std::string> folders;
  std::vector<Json> judged;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < kSample; ++i) {
    const std::string& name = names.at(i % names.size());
    Files files = read_vector(name);
    const Bit bit = draw(files, random);
    flip(files[bit.file], bit.byte, bit.bit);
    folders.push_back(folder.file(std::to_string(i) + '-' + name + '-' + bit.file + '-' +
                                  std::to_string(bit.byte) + '-' + std::to_string(bit.bit)));
    write_folder(folders.back(), files);
    judged.push_back(judge_files(files));
    refused += judged.back()["verdict"] == "refused" ? 1U : 0U;
  }
  const std::vector<ReaderSays> answers = ask_reader(folders);
  for (std::size_t i = 0; i < kSample; ++i) {
    BOOST_TEST(difference(judged[i], answers.at(i)) == "", folders[i]);
  }
  BOOST_TEST(refused > kSample / 10);
  BOOST_TEST(refused < kSample);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
