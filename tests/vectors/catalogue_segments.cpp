// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Vectors of missing, damaged, foreign and doubled segments.
#include <functional>

#include "vectors/catalogue.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

/// A change of the segment that the log goes on in.
struct Cut {
  const char* name;
  const char* what;
  std::function<void(Bytes& log)> cut;
  Errc code = Errc::corrupt;
  const char* file = "log-0";
};

/// Where what is wrong is that no slot has the number, the library names who says that one should.
constexpr const char* kNone = "checkpoint-2-2";

/// Damage, and headers that are no header of this store.
const std::vector<Cut>& cuts() {
  static const std::vector<Cut> all{
      {"cut", "The last block is missing.", [](Bytes& f) { f.resize(kSegmentBytes - kBlock); }},
      {"extended", "A block too much.", [](Bytes& f) { f.resize(kSegmentBytes + kBlock); }},
      {"zeros", "Zeros throughout.", [](Bytes& f) { put_zeros(f, 0, f.size()); }, Errc::corrupt,
       kNone},
      {"empty", "No byte is left.", [](Bytes& f) { f.clear(); }, Errc::corrupt, kNone},
      {"header-damaged", "A bit of the header, over live records.",
       [](Bytes& f) { flip(f, seg::salt); }, Errc::corrupt, kNone},
      {"header-zeros", "The header is zeros, over live records.",
       [](Bytes& f) { put_zeros(f, 0, kBlock); }, Errc::corrupt, kNone},
  };
  return all;
}

const std::vector<Cut>& lies() {
  static const std::vector<Cut> all{
      {"of-another-store", "The header of another store.", [](Bytes& f) { flip(f, seg::store); }},
      {"newer-version", "Version 2.", [](Bytes& f) { put_u32(f, seg::version, 2); },
       Errc::newer_version},
      {"version-0", "Version 0.", [](Bytes& f) { put_u32(f, seg::version, 0); }},
      {"of-another-size", "Another segment size.",
       [](Bytes& f) { put_u64(f, seg::segment_bytes, 8192); }},
      {"of-another-block", "Another block size.",
       [](Bytes& f) { put_u32(f, seg::block_bytes, 1024); }},
      {"number-zero", "Segment number 0.", [](Bytes& f) { put_u64(f, seg::number, 0); }},
      {"number-beyond", "Segment number 2^63.",
       [](Bytes& f) { put_u64(f, seg::number, std::uint64_t{1} << 63U); }},
      {"header-not-zero", "A byte at the end of the header is not zero.",
       [](Bytes& f) { f[511] = 'h'; }},
      {"of-another-number", "The header of segment 2: nothing is segment 1.",
       [](Bytes& f) { put_u64(f, seg::number, 2); }, Errc::corrupt, kNone},
  };
  return all;
}

void add_cuts(Vectors& into, const Files& whole) {
  for (const Cut& one : cuts()) {
    Files files = whole;
    one.cut(files["log-0"]);
    add_refused(into, std::string("segment-") + one.name,
                std::string("The segment that the log goes on in is damaged. ") + one.what, files,
                {one.code, one.file});
  }
  for (const Cut& one : lies()) {
    Files files = whole;
    one.cut(files["log-0"]);
    seal_header(files["log-0"]);
    add_refused(
        into, std::string("segment-") + one.name,
        std::string("The segment that the log goes on in, its header's digest right. ") + one.what,
        files, {one.code, one.file});
  }
  Files files = whole;
  files.erase("log-0");
  add_refused(into, "segment-missing", "The segment that the log goes on in is missing.", files,
              {Errc::corrupt, kNone});
}

void add_several(Vectors& into) {
  Scene scene("segments");
  scene.open().puts(15).drop();
  const Accepted says{
      .checkpoint = CheckpointName{1, 0}, .seq = 15, .records = 15, .content = scene.at(15)};
  Files swapped = scene.files();
  std::swap(swapped["log-0"], swapped["log-2"]);
  add_accepted(into, "segments-swapped", "Two slots have changed names: those have no meaning.",
               swapped, says);
  Files renamed = scene.files();
  renamed["log-4294967295"] = renamed["log-1"];
  renamed.erase("log-1");
  add_accepted(into, "segments-renamed", "A slot has the highest number that there is.", renamed,
               says);
  Files zeros = scene.files();
  put_zeros(zeros["log-1"], 0, kSegmentBytes);
  add_refused(into, "segment-middle-zeros", "The second of three segments is zeros.", zeros,
              {Errc::corrupt, "log-2"});
  Files damaged = scene.files();
  flip(damaged["log-2"], seg::salt);
  add_refused(into, "segment-last-header-damaged",
              "A bit of the last segment's header: rule 8 finds the record under it.", damaged,
              {Errc::corrupt, "log-2"});
  Files records = scene.files();
  put_zeros(records["log-2"], 0, kBlock);
  put_zeros(records["log-2"], kBlock + 32, 8);
  add_accepted(
      into, "segment-last-lost",
      "The last segment's header and its one record are gone, and nothing confirmed them.", records,
      {.checkpoint = CheckpointName{1, 0}, .seq = 14, .records = 14, .content = scene.at(14)});
}

void add_twins(Vectors& into) {
  Scene scene("twins");
  scene.open().puts(2).drop();
  const Accepted says{
      .checkpoint = CheckpointName{1, 0}, .seq = 2, .records = 2, .content = scene.at(2)};
  Files twin = scene.files();
  Bytes header = twin["log-0"].substr(0, kBlock);
  flip(header, seg::salt);
  seal_header(header);
  header.resize(kSegmentBytes, '\0');
  twin["log-1"] = header;
  add_accepted(into, "segment-twin-without-records",
               "A second slot has the same number and no record: an AddSegment that failed.", twin,
               says);
  Files successor = scene.files();
  successor["log-1"] = successor["log-0"];
  add_refused(into, "segment-twins", "Two slots are copies of one segment: two successors.",
              successor, {Errc::corrupt, "log-1"});
}

void add_spares(Vectors& into) {
  Scene scene("spares");
  scene.open().puts(8).close();
  const Accepted says{
      .checkpoint = CheckpointName{2, 8}, .seq = 8, .durable = true, .content = scene.at(8)};
  Files zeros = scene.files();
  put_zeros(zeros["log-0"], 0, kSegmentBytes);
  add_accepted(into, "spare-zeros", "A spare segment, below the position, is zeros.", zeros, says);
  Files unfinished = scene.files();
  unfinished["log-7"] = Bytes(1024, '\0');
  add_accepted(into, "spare-unfinished", "A slot that was never filled: an AddSegment that failed.",
               unfinished, says);
  Files foreign = scene.files();
  flip(foreign["log-0"], seg::store);
  seal_header(foreign["log-0"]);
  add_refused(into, "spare-of-another-store", "A spare segment has the header of another store.",
              foreign, {Errc::corrupt, "log-0"});
  Files cut = scene.files();
  cut["log-0"].resize(kSegmentBytes - 1);
  add_refused(into, "spare-cut", "A spare segment with a readable header lacks a byte.", cut,
              {Errc::corrupt, "log-0"});
}

}  // namespace

void add_segments(Vectors& into) {
  Scene scene("segment");
  scene.open().puts(2).checkpoint().puts(2).drop();
  add_cuts(into, scene.files());
  add_several(into);
  add_twins(into);
  add_spares(into);
}

}  // namespace plumb::test
