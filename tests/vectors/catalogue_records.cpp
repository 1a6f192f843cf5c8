// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Vectors of damaged and of lying records: some with a wrong digest, some with a right one over
// what no writer writes. Each is cut from a log of four records of a block.
#include <functional>

#include "vectors/catalogue.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

constexpr std::size_t kSecond = 2 * kBlock;
constexpr std::size_t kThird = 3 * kBlock;
constexpr std::size_t kLast = 4 * kBlock;
constexpr std::size_t kChange = kRecordHead + 8;  // without an id the first change begins here

/// A change of the last record, which then gets a right digest: nothing behind it speaks of it.
struct Lie {
  const char* name;
  const char* what;
  std::function<void(Bytes& log)> tell;
};

const std::vector<Lie>& lies() {
  static const std::vector<Lie> all{
      {"payload-longer", "The payload length counts a byte of the padding.",
       [](Bytes& log) {
         put_u32(log, kLast + rec::payload, get_u32(log, kLast + rec::payload) + 1);
       }},
      {"payload-shorter", "The payload length cuts the last byte of the value off.",
       [](Bytes& log) {
         put_u32(log, kLast + rec::payload, get_u32(log, kLast + rec::payload) - 1);
       }},
      {"padding-not-zero", "A byte of the padding is not zero.",
       [](Bytes& log) { log[kLast + kBlock - 1] = 'p'; }},
      {"no-transactions", "A record of no transactions.",
       [](Bytes& log) { put_u32(log, kLast + rec::transactions, 0); }},
      {"more-transactions", "The record counts a transaction more than its payload has.",
       [](Bytes& log) { put_u32(log, kLast + rec::transactions, 2); }},
      {"kind-unknown", "A change of kind 2.", [](Bytes& log) { log[kLast + kChange] = '\x02'; }},
      {"erase-with-value", "An erase that has a value.",
       [](Bytes& log) { log[kLast + kChange] = '\0'; }},
      {"change-count-beyond", "A transaction of 2^32 - 1 changes in one block.",
       [](Bytes& log) { put_u32(log, kLast + kRecordHead + 4, 0xFFFFFFFFU); }},
      {"key-length-beyond", "A key of 2^32 - 1 bytes in one block.",
       [](Bytes& log) { put_u32(log, kLast + kChange + 1, 0xFFFFFFFFU); }},
      {"id-too-long", "An id of 257 bytes.",
       [](Bytes& log) {
         const Transaction transaction{Bytes(256, 'i'), {}};
         RecordSays says{.first_seq = 4,
                         .durable_seq = 3,
                         .previous = record_digest(log, kThird),
                         .root = log.substr(kThird + rec::root, 32),
                         .transactions = {transaction}};
         put_bytes(log, kLast, make_record(log, kLast, says));
         put_u32(log, kLast + kRecordHead, 257);
         put_u32(log, kLast + rec::payload, 8 + 257);
       }},
      {"durable-seq-not-below", "durable_seq is the record's own first_seq.",
       [](Bytes& log) { put_u64(log, kLast + rec::durable_seq, 4); }},
      {"first-seq-zero", "first_seq is 0.",
       [](Bytes& log) { put_u64(log, kLast + rec::first_seq, 0); }},
      {"first-seq-beyond", "first_seq is 2^63.",
       [](Bytes& log) { put_u64(log, kLast + rec::first_seq, std::uint64_t{1} << 63U); }},
      {"first-seq-late", "first_seq leaves a transaction out, though the chain is right.",
       [](Bytes& log) { put_u64(log, kLast + rec::first_seq, 5); }},
      {"previous-wrong", "The record before it is another one, though its seq is right.",
       [](Bytes& log) { flip(log, kLast + rec::previous); }},
      {"root-wrong", "The root is not that of the state.",
       [](Bytes& log) { flip(log, kLast + rec::root); }},
  };
  return all;
}

void add_lies(Vectors& into, const Files& whole) {
  for (const Lie& lie : lies()) {
    Files files = whole;
    lie.tell(files["log-0"]);
    seal_record(files["log-0"], kLast);
    add_refused(into, std::string("record-") + lie.name,
                std::string("The last record, its digest right. ") + lie.what, files,
                {Errc::corrupt, "log-0"});
  }
}

void add_middles(Vectors& into, const Scene& scene) {
  const Files whole = scene.files();
  Files files = whole;
  flip(files["log-0"], kSecond + kChange + 9);
  add_refused(into, "record-middle-damaged",
              "A bit of the second record's key, which others confirm.", files,
              {Errc::corrupt, "log-0"});
  files = whole;
  const Bytes second = whole.at("log-0").substr(kSecond, kBlock);
  put_bytes(files["log-0"], kSecond, whole.at("log-0").substr(kThird, kBlock));
  put_bytes(files["log-0"], kThird, second);
  add_refused(into, "records-swapped", "The second and the third record have changed places.",
              files, {Errc::corrupt, "log-0"});
  files = whole;
  Bytes& log = files["log-0"];
  flip(log, kSecond + rec::root);
  for (const std::size_t at : {kSecond, kThird, kLast}) {
    if (at != kSecond) put_bytes(log, at + rec::previous, record_digest(log, at - kBlock));
    seal_record(log, at);
  }
  add_accepted(
      into, "record-middle-root-wrong",
      "The second record's root is wrong, all digests are right and the last root is too: a "
      "reader accepts, a verifier refuses.",
      files,
      {.checkpoint = CheckpointName{1, 0},
       .seq = 4,
       .records = 4,
       .content = scene.at(4),
       .verify_refuses = true});
}

/// This library writes a transaction a record; the format allows more. The roots are those of two
/// stores that the same changes have led to one by one.
void add_groups(Vectors& into) {
  const std::vector<Transaction> both{{"id-2", {{"b", "2"}, {"a", std::nullopt}}},
                                      {"id-3", {{"c", "3"}}}};
  Scene scene("groups");
  scene.open().put("a", "1").drop();
  Scene twin("groups-twin");
  twin.open().put("a", "1").commit(both[0]).commit(both[1]).put("d", "4").drop();
  const auto root_of = [log = twin.files().at("log-0")](std::size_t block) {
    return log.substr(block * kBlock + rec::root, 32);
  };
  Files files = scene.files();
  Bytes& log = files["log-0"];
  const RecordSays group{.first_seq = 2,
                         .durable_seq = 1,
                         .previous = record_digest(log, kBlock),
                         .root = root_of(3),
                         .transactions = both};
  put_bytes(log, kSecond, make_record(log, kSecond, group));
  const Accepted says{
      .checkpoint = CheckpointName{1, 0}, .seq = 3, .records = 2, .content = twin.at(3)};
  add_accepted(into, "record-of-two-transactions", "The second record holds transactions 2 and 3.",
               files, says);
  Files behind = files;
  const RecordSays next{.first_seq = 4,
                        .durable_seq = 3,
                        .previous = record_digest(log, kSecond),
                        .root = root_of(4),
                        .transactions = {{{}, {{"d", "4"}}}}};
  put_bytes(behind["log-0"], kThird, make_record(log, kThird, next));
  add_accepted(into, "record-behind-two-transactions", "The same, and transaction 4 behind it.",
               behind,
               {.checkpoint = CheckpointName{1, 0}, .seq = 4, .records = 3, .content = twin.at(4)});
  RecordSays first_root = group;
  first_root.root = root_of(2);
  put_bytes(log, kSecond, make_record(log, kSecond, first_root));
  add_refused(into, "record-of-two-root-of-first",
              "A record of two transactions has the root after the first.", files,
              {Errc::corrupt, "log-0"});
}

/// Behind the end, and each up to the segment's end: whoever hashed them all would hash without
/// end.
void add_overlaps(Vectors& into) {
  Scene scene("overlaps");
  scene.open().puts(1).drop();
  Files files = scene.files();
  Bytes& log = files["log-0"];
  for (std::size_t at = kSecond; at < kSegmentBytes; at += kBlock) {
    Bytes head = make_record(log, at, {.first_seq = 2});
    put_u32(head, rec::payload, static_cast<std::uint32_t>(kSegmentBytes - at - kRecordHead));
    put_bytes(log, at, head);
  }
  add_refused(into, "records-overlap", "Six records behind the end, none whole, that overlap.",
              files, {Errc::corrupt, "log-0"});
  Files lost{{"LOCK", ""}};
  Bytes& loose = lost["log-0"];
  loose = log;
  for (const std::size_t at : {std::size_t{0}, std::size_t{kBlock}}) {
    Bytes head = make_record(log, at, {.first_seq = 2});
    put_u32(head, rec::payload, static_cast<std::uint32_t>(kSegmentBytes - at - kRecordHead));
    put_bytes(loose, at, head);
  }
  add_refused(into, "init-records-overlap",
              "No checkpoint, and a slot of eight records, none whole, that overlap.", lost,
              {Errc::corrupt, "log-0"});
}

}  // namespace

void add_records(Vectors& into) {
  Scene scene("records");
  scene.open().puts(4).drop();
  add_lies(into, scene.files());
  add_middles(into, scene);
  add_groups(into);
  add_overlaps(into);
}

}  // namespace plumb::test
