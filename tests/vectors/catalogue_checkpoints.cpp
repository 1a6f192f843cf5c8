// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Vectors of damaged and of lying checkpoints, and of an older checkpoint that stands in for one.
#include <functional>

#include "vectors/catalogue.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

constexpr const char* kName = "checkpoint-2-4";

/// A change of the one checkpoint of a closed store.
struct Cut {
  const char* name;
  const char* what;
  std::function<void(Bytes& file)> cut;
};

/// Entry i, 0 or 1: both have keys and values of one byte, or the second an empty value.
constexpr std::size_t kFirstEntryBytes = 10;
constexpr std::size_t kSecondEntryBytes = 9;
constexpr std::size_t kIdBytes = 104;
constexpr std::size_t kIds = ckp::entries + kFirstEntryBytes + kSecondEntryBytes;

const std::vector<Cut>& damage() {
  static const std::vector<Cut> all{
      {"header-bit", "A bit of the header.", [](Bytes& f) { flip(f, ckp::seq + 7); }},
      {"entry-bit", "A bit of a value.", [](Bytes& f) { flip(f, ckp::entries + 9); }},
      {"id-bit", "A bit of a remembered id.", [](Bytes& f) { flip(f, kIds + 40); }},
      {"footer-bit", "A bit of the digest at the end.", [](Bytes& f) { flip(f, f.size() - 1); }},
      {"cut", "The last byte is missing.", [](Bytes& f) { f.pop_back(); }},
      {"cut-in-header", "Only 100 bytes are left.", [](Bytes& f) { f.resize(100); }},
      {"empty", "No byte is left.", [](Bytes& f) { f.clear(); }},
      {"extended", "A byte behind the end.", [](Bytes& f) { f.push_back('\0'); }},
      {"zeros", "Zeros throughout.", [](Bytes& f) { put_zeros(f, 0, f.size()); }},
  };
  return all;
}

const std::vector<Cut>& lies() {
  static const std::vector<Cut> all{
      {"root-wrong", "The root is not that of the entries.", [](Bytes& f) { flip(f, ckp::root); }},
      {"version-0", "Version 0.", [](Bytes& f) { put_u32(f, ckp::version, 0); }},
      {"magic-wrong", "Another magic.", [](Bytes& f) { flip(f, 32); }},
      {"number-zero", "The header's number is 0.", [](Bytes& f) { put_u64(f, ckp::number, 0); }},
      {"block-bytes-odd", "Blocks of 1000 bytes.",
       [](Bytes& f) { put_u32(f, ckp::block_bytes, 1000); }},
      {"block-bytes-large", "Blocks of 8192 bytes.",
       [](Bytes& f) {
         put_u32(f, ckp::block_bytes, 8192);
         put_u64(f, ckp::segment_bytes, 65536);
         put_u64(f, ckp::offset, 8192);
       }},
      {"segment-bytes-small", "Segments of 2048 bytes.",
       [](Bytes& f) { put_u64(f, ckp::segment_bytes, 2048); }},
      {"segment-bytes-large", "Segments of 2^31 bytes.",
       [](Bytes& f) { put_u64(f, ckp::segment_bytes, std::uint64_t{1} << 31U); }},
      {"count-beyond", "2^64 - 1 entries.",
       [](Bytes& f) { put_u64(f, ckp::count, ~std::uint64_t{0}); }},
      {"count-short", "One entry less than there is.", [](Bytes& f) { put_u64(f, ckp::count, 1); }},
      {"ids-beyond", "65,537 ids.", [](Bytes& f) { put_u64(f, ckp::ids, 65537); }},
      {"key-length-beyond", "A key of 2^32 - 1 bytes.",
       [](Bytes& f) { put_u32(f, ckp::entries, 0xFFFFFFFFU); }},
      {"entries-unsorted", "The two entries have changed places; their root is the same.",
       [](Bytes& f) {
         const Bytes first = f.substr(ckp::entries, kFirstEntryBytes);
         f.erase(ckp::entries, kFirstEntryBytes);
         f.insert(ckp::entries + kSecondEntryBytes, first);
       }},
      {"entry-twice", "A key appears twice.",
       [](Bytes& f) {
         f.insert(ckp::entries, f.substr(ckp::entries, kFirstEntryBytes));
         put_u64(f, ckp::count, 3);
       }},
      {"ids-twice", "One id digest appears twice.",
       [](Bytes& f) { put_bytes(f, kIds + kIdBytes, f.substr(kIds, 32)); }},
      {"ids-unsorted", "The ids' sequence numbers descend.",
       [](Bytes& f) {
         put_u64(f, kIds + 64, 2);
         put_u64(f, kIds + kIdBytes + 64, 1);
       }},
      {"id-seq-zero", "An id of transaction 0.", [](Bytes& f) { put_u64(f, kIds + 64, 0); }},
      {"id-seq-beyond", "An id of a transaction behind the checkpoint's.",
       [](Bytes& f) { put_u64(f, kIds + kIdBytes + 64, 5); }},
      {"position-in-header", "The position lies in the segment's header.",
       [](Bytes& f) { put_u64(f, ckp::offset, 0); }},
      {"position-unaligned", "The position lies inside a block.",
       [](Bytes& f) { put_u64(f, ckp::offset, 513); }},
      {"position-beyond", "The position lies behind the segment.",
       [](Bytes& f) { put_u64(f, ckp::offset, kSegmentBytes + kBlock); }},
      {"position-segment-zero", "The position is in segment 0.",
       [](Bytes& f) { put_u64(f, ckp::segment, 0); }},
      {"chain-zero", "No chain, though there are transactions.",
       [](Bytes& f) { put_zeros(f, ckp::chain, 32); }},
      {"mode-unknown", "Mode 1.", [](Bytes& f) { put_u32(f, ckp::mode, 1); }},
      {"backend-unknown", "Backend 1.", [](Bytes& f) { put_u32(f, ckp::backend, 1); }},
      {"every-beyond", "checkpoint_every is 2^63.",
       [](Bytes& f) { put_u64(f, 184, std::uint64_t{1} << 63U); }},
      {"anchor-odd", "The audit anchor is no multiple of 512.",
       [](Bytes& f) { put_u64(f, ckp::anchor_length, 513); }},
      {"anchor-digest-without-length", "An audit anchor of length 0 with a digest.",
       [](Bytes& f) { put_u64(f, ckp::anchor_length, 0); }},
      {"header-not-zero", "A byte at the end of the header is not zero.",
       [](Bytes& f) { f[ckp::entries - 1] = 'h'; }},
  };
  return all;
}

void add_cuts(Vectors& into, const Files& whole) {
  for (const Cut& one : damage()) {
    Files files = whole;
    one.cut(files[kName]);
    add_refused(into, std::string("checkpoint-") + one.name,
                std::string("The only checkpoint is damaged. ") + one.what, files,
                {Errc::corrupt, kName});
  }
  for (const Cut& one : lies()) {
    Files files = whole;
    one.cut(files[kName]);
    seal_checkpoint(files[kName]);
    add_refused(into, std::string("checkpoint-") + one.name,
                std::string("The only checkpoint, its digests right. ") + one.what, files,
                {Errc::corrupt, kName});
  }
}

void add_names(Vectors& into, const Files& whole) {
  Files newer = whole;
  put_u32(newer[kName], ckp::version, 2);
  seal_header(newer[kName]);
  newer[kName].resize(600);
  add_refused(into, "checkpoint-newer-version",
              "A checkpoint of version 2: the rest of it is not looked at.", newer,
              {Errc::newer_version, kName});
  Files unreachable = whole;
  unreachable["checkpoint-4611686018427387904-4"] = "";
  add_refused(into, "checkpoint-of-unreachable-number",
              "An empty file with the name of checkpoint 2^62: nobody could count on from there.",
              unreachable, {Errc::corrupt, "checkpoint-4611686018427387904-4"});
  for (const char* name : {"checkpoint-3-4", "checkpoint-2-5"}) {
    Files renamed = whole;
    renamed[name] = renamed[kName];
    renamed.erase(kName);
    add_refused(into, std::string("checkpoint-named-") + (name + 11),
                "The checkpoint has another number or seq than its name.", renamed,
                {Errc::corrupt, name});
  }
  Scene empty("empty-chain");
  empty.open().close();
  Files chained = empty.files();
  flip(chained["checkpoint-2-0"], ckp::chain);
  seal_checkpoint(chained["checkpoint-2-0"]);
  add_refused(into, "checkpoint-empty-with-chain", "A chain before the first transaction.", chained,
              {Errc::corrupt, "checkpoint-2-0"});
}

void add_fallbacks(Vectors& into) {
  Scene scene("fallback");
  scene.open().puts(3);
  const Bytes older = scene.files().at("checkpoint-1-0");
  scene.checkpoint().puts(1).drop();
  Files both = scene.files();
  both["checkpoint-1-0"] = older;
  add_accepted(
      into, "checkpoints-two", "An older checkpoint was not dropped: the newest counts.", both,
      {.checkpoint = CheckpointName{2, 3}, .seq = 4, .records = 1, .content = scene.at(4)});
  Files bad = both;
  flip(bad["checkpoint-2-3"], ckp::entries);
  add_accepted(
      into, "checkpoint-bad-newest-unbroken-log",
      "The newest checkpoint is damaged; the older one's log reaches all that it held.", bad,
      {.checkpoint = CheckpointName{1, 0}, .seq = 4, .records = 4, .content = scene.at(4)});
  Files shorter = bad;
  put_zeros(shorter["log-0"], 3 * kBlock, 2 * kBlock);
  add_refused(into, "checkpoint-bad-newest-short-log",
              "The same, but the older one's log ends before the transaction of the newest.",
              shorter, {Errc::corrupt, "checkpoint-2-3"});
  Files newest_newer = both;
  put_u32(newest_newer["checkpoint-2-3"], ckp::version, 2);
  seal_header(newest_newer["checkpoint-2-3"]);
  add_refused(into, "checkpoint-newest-newer-version",
              "The newest checkpoint is of version 2: no older one stands in for it.", newest_newer,
              {Errc::newer_version, "checkpoint-2-3"});
  Files later = bad;
  Bytes log = later["log-0"];
  put_u64(log, seg::number, 2);
  seal_header(log);
  put_zeros(log, kBlock, kSegmentBytes - kBlock);
  put_bytes(
      log, 2 * kBlock,
      make_record(log, 2 * kBlock, {.first_seq = 9, .durable_seq = 4, .previous = Bytes(32, 'p')}));
  later["log-1"] = log;
  add_refused(into, "checkpoint-bad-newest-later-record",
              "The newest checkpoint is damaged, and the next segment holds a record: the log may "
              "have gone on from that checkpoint.",
              later, {Errc::corrupt, "checkpoint-2-3"});

  Scene gone("fallback-gone");
  gone.open().puts(2);
  const Bytes first = gone.files().at("checkpoint-1-0");
  gone.close().open().drop();
  Files broken = gone.files();
  broken["checkpoint-1-0"] = first;
  flip(broken["checkpoint-3-2"], ckp::entries);
  add_refused(into, "checkpoint-bad-newest-log-gone",
              "The newest checkpoint is damaged, and the older one's segment has been recycled.",
              broken, {Errc::corrupt, "checkpoint-1-0"});
}

}  // namespace

void add_checkpoints(Vectors& into) {
  Scene scene("checkpoints");
  scene.open().commit({"id-a", {{"a", "1"}}}).commit({"id-b", {{"b", "2"}, {"a", "3"}}});
  scene.put("c", "").commit({{}, {{"b", std::nullopt}}}).close();
  add_cuts(into, scene.files());
  add_names(into, scene.files());
  add_fallbacks(into);
}

}  // namespace plumb::test
