// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Vectors about the end of the log: torn tails, holes that are confirmed and holes that are not,
// records behind the end.
#include "vectors/catalogue.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

constexpr std::size_t at_block(std::size_t block) { return block * kBlock; }

void add_torn(Vectors& into) {
  Scene scene("torn");
  scene.open().puts(2).put("long", Bytes(1000, 'x')).drop();
  const Files whole = scene.files();
  add_accepted(
      into, "long-last-record", "The last of three records has three blocks.", whole,
      {.checkpoint = CheckpointName{1, 0}, .seq = 3, .records = 3, .content = scene.at(3)});
  Files torn = whole;
  put_zeros(torn["log-0"], at_block(4), kBlock);
  add_accepted(into, "torn-tail", "The same, its second block never written: a torn tail.", torn,
               {.checkpoint = CheckpointName{1, 0},
                .seq = 2,
                .records = 2,
                .torn = true,
                .content = scene.at(2)});
  torn = whole;
  put_zeros(torn["log-0"], at_block(3), kBlock);
  add_accepted(
      into, "torn-tail-without-start",
      "The same, its first block never written: nothing tells that there was a record.", torn,
      {.checkpoint = CheckpointName{1, 0}, .seq = 2, .records = 2, .content = scene.at(2)});

  Scene over("torn-old");
  over.open().puts(8).checkpoint().puts(7).put("long", Bytes(1000, 'x')).drop();
  add_accepted(
      into, "long-last-record-over-old",
      "The last record of three blocks lies over an older generation's records.", over.files(),
      {.checkpoint = CheckpointName{2, 8}, .seq = 16, .records = 8, .content = over.at(16)});
}

/// Three records of a block each, then `change` of the segment.
template <class Cut>
Files three_records(Scene& scene, const Cut& cut) {
  Files files = scene.files();
  cut(files["log-0"]);
  return files;
}

void add_holes(Vectors& into) {
  Scene scene("hole");
  scene.open().puts(3).drop();
  const CheckpointName first{1, 0};
  add_refused(into, "hole-confirmed",
              "The second record is gone, and the third says that it had been durable.",
              three_records(scene, [](Bytes& log) { put_zeros(log, at_block(2), kBlock); }),
              {Errc::corrupt, "log-0"});
  add_accepted(into, "hole-unconfirmed",
               "The second record is gone, and the third does not confirm it: both are left out.",
               three_records(scene,
                             [](Bytes& log) {
                               put_zeros(log, at_block(2), kBlock);
                               put_u64(log, at_block(3) + rec::durable_seq, 1);
                               seal_record(log, at_block(3));
                             }),
               {.checkpoint = first,
                .seq = 1,
                .records = 1,
                .torn = true,
                .discarded = {3},
                .content = scene.at(1)});
  add_refused(into, "fork-at-the-end",
              "Behind the end, a block too far, lies a record that continues the last one's chain.",
              three_records(scene,
                            [](Bytes& log) {
                              const RecordSays says{.first_seq = 5,
                                                    .durable_seq = 3,
                                                    .previous = record_digest(log, at_block(3))};
                              put_bytes(log, at_block(5), make_record(log, at_block(5), says));
                            }),
              {Errc::corrupt, "log-0"});
  add_refused(into, "past-at-the-end",
              "Behind the end lies a valid record of a transaction that the log holds already.",
              three_records(scene,
                            [](Bytes& log) {
                              const RecordSays says{
                                  .first_seq = 2, .durable_seq = 1, .previous = Bytes(32, 'p')};
                              put_bytes(log, at_block(4), make_record(log, at_block(4), says));
                            }),
              {Errc::corrupt, "log-0"});
}

void add_imitations(Vectors& into) {
  Scene scene("imitation");
  scene.open().puts(1);
  // The record of transaction 2 begins in block 2; its value reaches block 3 with these bytes.
  const Bytes log = scene.files().at("log-0");
  const Bytes key = "imitation";
  const std::size_t filler = kBlock - kRecordHead - 8 - 9 - key.size();
  const RecordSays says{
      .first_seq = 9, .durable_seq = 8, .previous = record_digest(log, at_block(1))};
  scene.put(key, Bytes(filler, 'f') + make_record(log, at_block(3), says)).puts(1).drop();
  add_accepted(
      into, "imitation-in-a-value",
      "A value holds a whole record, valid in the very place where it lies: it is a value.",
      scene.files(),
      {.checkpoint = CheckpointName{1, 0}, .seq = 3, .records = 3, .content = scene.at(3)});

  Files behind = scene.files();
  Bytes& cut = behind["log-0"];
  put_zeros(cut, at_block(2), kBlock * 3);
  const RecordSays last{
      .first_seq = 3,
      .durable_seq = 1,
      .previous = Bytes(32, 'p'),
      .transactions = {{{}, {{key, Bytes(filler, 'f') + make_record(cut, at_block(4), says)}}}}};
  put_bytes(cut, at_block(3), make_record(cut, at_block(3), last));
  add_accepted(
      into, "imitation-behind-the-end",
      "A discarded record holds such a value. It is stepped over as a whole: the imitation "
      "alone would have been refused.",
      behind,
      {.checkpoint = CheckpointName{1, 0},
       .seq = 1,
       .records = 1,
       .torn = true,
       .discarded = {3},
       .content = scene.at(1)});
}

void add_segment_tails(Vectors& into) {
  Scene scene("tails");
  scene.open().puts(15).drop();
  Files without = scene.files();
  without.erase("log-1");
  add_refused(into, "middle-segment-missing", "The second of three segments is missing.", without,
              {Errc::corrupt, "log-2"});
  Files quiet = without;
  put_u64(quiet["log-2"], at_block(1) + rec::durable_seq, 7);
  seal_record(quiet["log-2"], at_block(1));
  add_refused(
      into, "middle-segment-missing-unconfirmed",
      "The same, and the third segment's record confirms nothing: still no crash leaves that.",
      quiet, {Errc::corrupt, "log-2"});
  Files lost = scene.files();
  put_zeros(lost["log-1"], at_block(1), kSegmentBytes - kBlock);
  put_u64(lost["log-2"], at_block(1) + rec::durable_seq, 7);
  seal_record(lost["log-2"], at_block(1));
  add_accepted(into, "next-segment-unwritten",
               "The second segment has no record, and the third one's confirms none: left out.",
               lost,
               {.checkpoint = CheckpointName{1, 0},
                .seq = 7,
                .records = 7,
                .torn = true,
                .discarded = {15},
                .content = scene.at(7)});
}

}  // namespace

void add_tails(Vectors& into) {
  add_torn(into);
  add_holes(into);
  add_imitations(into);
  add_segment_tails(into);
}

}  // namespace plumb::test
