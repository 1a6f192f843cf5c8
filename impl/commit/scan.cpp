// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// ScanWal; see scan.hpp.
#include "commit/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/contract.hpp"
#include "commit/options.hpp"

namespace plumb {
namespace {

constexpr std::uint64_t kSector = 512;
/// What is left of one use of a segment does not overlap, and a later use writes over an earlier
/// one from the front; so all records in it have little more than its size, for each possible block
/// size.
constexpr std::uint64_t kLooseHashes = 8;

Error refuse(const std::string& file, std::uint64_t offset, std::string reason,
             Errc code = Errc::corrupt) {
  return make_error(code, std::move(reason), file, offset);
}

Result<Bytes> read_start(Disk& disk, Handle file, std::uint64_t bytes) {
  Bytes into(bytes, '\0');
  Result<std::size_t> got =
      disk.read(file, 0, std::as_writable_bytes(std::span(into.data(), into.size())));
  if (!got) return got.error();
  into.resize(*got);
  return into;
}

/// Rule 4 for one slot.
Result<Slot> read_slot(Disk& disk, const FolderEntry& entry, std::uint32_t slot,
                       const Geometry* geometry, Hasher& hasher) {
  Result<OpenFile> file = OpenFile::open(disk, entry.name, Access::read);
  if (!file) return file.error();
  Result<Bytes> start = read_start(disk, file->get(), kHeaderBytes);
  if (!start) return start.error();
  Slot found{entry.name, slot, entry.size, false, {}};
  const auto decoded = decode_segment_header(*start, hasher);
  if (const auto* fault = std::get_if<HeaderFault>(&decoded)) {
    if (*fault == HeaderFault::unreadable) return found;
    if (*fault == HeaderFault::newer) {
      return refuse(entry.name, 40, "a segment of a newer format version", Errc::newer_version);
    }
    return refuse(entry.name, 0, "a segment header that no writer writes");
  }
  found.readable = true;
  found.header = std::get<SegmentHeader>(decoded);
  if (geometry != nullptr && found.header.geometry != *geometry) {
    return refuse(entry.name, 44, "a segment of another store or of another size");
  }
  if (found.size != found.header.geometry.segment_bytes) {
    return refuse(entry.name, found.size,
                  fmt::format("the segment has {} bytes and should have {}", found.size,
                              found.header.geometry.segment_bytes));
  }
  return found;
}

/// The walk of rules 5 to 8, over segments that are read when the walk comes to them.
class Walk {
 public:
  Walk(Disk& disk, const ScanStart& start, const OnRecord& on_record, Hasher& hasher)
      : disk_(disk), start_(start), on_record_(on_record), hasher_(hasher) {}

  Result<Scan> run(const std::vector<Slot>& slots) {
    scan_.end = start_.position;
    scan_.next_seq = start_.next_seq;
    scan_.chain = start_.chain;
    for (const Slot& slot : slots) {
      const bool counts = slot.readable && slot.header.number >= start_.position.segment;
      if (counts) by_number_[slot.header.number].push_back({&slot, {}});
    }
    for (auto& [number, segments] : by_number_) {
      std::ranges::sort(segments, {}, [](const Segment& s) { return s.slot->slot; });
    }
    if (Status s = check_position(); !s) return s.error();
    if (Status s = follow(); !s) return s.error();
    if (Status s = look_behind(); !s) return s.error();
    if (Status s = check_unreadable(slots); !s) return s.error();
    return std::move(scan_);
  }

 private:
  struct Segment {
    const Slot* slot;
    Bytes bytes;  // empty: not read yet, or let go
  };
  using Segments = std::vector<Segment>;

  Status read(Segment& segment) {
    Result<OpenFile> file = OpenFile::open(disk_, segment.slot->name, Access::read);
    if (!file) return file.error();
    Bytes bytes;
    if (!spare_.empty()) {
      bytes = std::move(spare_.back());
      spare_.pop_back();
    }
    bytes.resize(start_.geometry.segment_bytes);
    Result<std::size_t> got =
        disk_.read(file->get(), 0, std::as_writable_bytes(std::span(bytes.data(), bytes.size())));
    if (!got) return got.error();
    if (*got != bytes.size()) {
      return refuse(segment.slot->name, *got, "the segment ends too early");
    }
    segment.bytes = std::move(bytes);
    return {};
  }

  /// The segments of that number, read; none where there is no such number.
  Result<Segments*> hold(std::uint64_t number) {
    const auto found = by_number_.find(number);
    if (found == by_number_.end()) return static_cast<Segments*>(nullptr);
    for (Segment& segment : found->second) {
      if (!segment.bytes.empty()) continue;
      if (Status s = read(segment); !s) return s.error();
    }
    return &found->second;
  }

  /// The walk does not come back to them.
  void let_go(Segments& segments) {
    for (Segment& segment : segments) spare_.push_back(std::exchange(segment.bytes, {}));
  }

  /// Rule 5.
  [[nodiscard]] Status check_position() const {
    const Position& at = start_.position;
    const bool full = at.offset == start_.geometry.segment_bytes;
    if (by_number_.contains(at.segment) || full || start_.position_may_be_missing) return {};
    return refuse(start_.checkpoint, kPositionOffset,
                  fmt::format("segment {}, in which the log goes on, is missing", at.segment));
  }

  [[nodiscard]] std::variant<RecordView, NoRecord> record_at(const Segment& segment,
                                                             std::uint64_t offset,
                                                             std::uint64_t& hashable) const {
    const SegmentHeader& header = segment.slot->header;
    const Place place{header.geometry.store, header.number, header.salt, offset};
    return read_record(segment.bytes, place, start_.geometry.block_bytes, hashable, hasher_);
  }

  [[nodiscard]] static Error malformed(const Segment& segment, std::uint64_t offset) {
    return refuse(segment.slot->name, offset, "a record that no writer writes");
  }

  /// Rule 6, one step: the successor at `offset` of the slots numbered `number`.
  Result<bool> take_successor(std::uint64_t number, std::uint64_t offset) {
    if (offset >= start_.geometry.segment_bytes) return false;
    Result<Segments*> segments = hold(number);
    if (!segments) return segments.error();
    if (*segments == nullptr) return false;
    std::optional<ScannedRecord> successor;
    for (const Segment& segment : **segments) {
      std::uint64_t hashable = start_.geometry.segment_bytes;
      const auto found = record_at(segment, offset, hashable);
      if (const auto* none = std::get_if<NoRecord>(&found)) {
        if (*none == NoRecord::malformed) return malformed(segment, offset);
        continue;
      }
      const auto& record = std::get<RecordView>(found);
      const bool chains =
          record.header.previous == scan_.chain && record.header.first_seq == scan_.next_seq;
      if (!chains) continue;
      if (successor) {
        return refuse(segment.slot->name, offset, "two records follow the same record");
      }
      successor = ScannedRecord{record, segment.slot};
    }
    if (!successor) return false;
    if (Status s = take(*successor); !s) return s.error();
    return true;
  }

  Status take(const ScannedRecord& record) {
    const RecordHeader& header = record.view.header;
    scan_.next_seq += header.transactions;
    scan_.chain = header.digest;
    scan_.end = {header.place.segment, header.place.offset + record.view.bytes};
    scan_.confirmed = std::max(scan_.confirmed, header.durable_seq);
    scan_.end_file = record.slot->name;
    ++scan_.records;
    return on_record_(record);
  }

  /// Rule 6.
  Status follow() {
    for (;;) {
      const std::uint64_t here = scan_.end.segment;
      Result<bool> taken = take_successor(here, scan_.end.offset);
      if (taken && !*taken) {
        taken = take_successor(here + 1, start_.geometry.block_bytes);
        const auto left = by_number_.find(here);
        if (taken && *taken && left != by_number_.end()) let_go(left->second);
      }
      if (!taken) return taken.error();
      if (!*taken) return {};
    }
  }

  /// Rule 7, one record behind the end.
  Status judge_behind(const Slot& slot, const RecordView& record) {
    const RecordHeader& header = record.header;
    const std::uint64_t missing = scan_.next_seq;
    const auto say = [&](const std::string& reason) {
      return refuse(slot.name, header.place.offset, reason);
    };
    if (header.durable_seq >= missing) {
      return say(
          fmt::format("transaction {} is missing, though this record confirms it as durable "
                      "(durable_seq {})",
                      missing, header.durable_seq));
    }
    if (header.first_seq <= missing || header.previous == scan_.chain) {
      return say(fmt::format("a record of transaction {} that does not follow the log's end",
                             header.first_seq));
    }
    for (std::uint64_t n = scan_.end.segment + 1; n < slot.header.number; ++n) {
      if (!by_number_.contains(n)) {
        return say(fmt::format("a record behind the missing segment {}", n));
      }
    }
    behind_.emplace(header.place.offset, header.first_seq);
    scan_.highest_behind = std::max(scan_.highest_behind, slot.header.number);
    scan_.tail = Tail::torn;
    return {};
  }

  /// Rule 7, one segment.
  Status look_behind_in(const Segment& segment) {
    const std::uint32_t block = start_.geometry.block_bytes;
    const bool holds_end = segment.slot->header.number == scan_.end.segment;
    std::uint64_t offset = holds_end ? scan_.end.offset : block;
    std::uint64_t hashable = start_.geometry.segment_bytes;  // what one writer leaves overlaps not
    while (offset < start_.geometry.segment_bytes) {
      const auto found = record_at(segment, offset, hashable);
      std::uint64_t step = block;
      if (const auto* record = std::get_if<RecordView>(&found)) {
        if (Status s = judge_behind(*segment.slot, *record); !s) return s;
        step = record->bytes;
      } else if (std::get<NoRecord>(found) == NoRecord::malformed) {
        return malformed(segment, offset);
      } else if (std::get<NoRecord>(found) == NoRecord::torn && holds_end &&
                 offset == scan_.end.offset) {
        scan_.tail = Tail::torn;
      }
      offset += step;
    }
    return {};
  }

  /// Rule 7.
  Status look_behind() {
    for (auto at = by_number_.lower_bound(scan_.end.segment); at != by_number_.end(); ++at) {
      Result<Segments*> segments = hold(at->first);
      if (!segments) return segments.error();
      for (const Segment& segment : **segments) {
        const bool holds_end = at->first == scan_.end.segment;
        if (holds_end && scan_.end_file.empty()) scan_.end_file = segment.slot->name;
        if (Status s = look_behind_in(segment); !s) return s;
      }
      let_go(**segments);
      for (const auto& [offset, first_seq] : behind_) scan_.discarded.push_back(first_seq);
      behind_.clear();
    }
    return {};
  }

  /// Rule 8.
  Status check_unreadable(const std::vector<Slot>& slots) {
    for (const Slot& slot : slots) {
      if (slot.readable) continue;
      const auto found =
          find_loose_record(disk_, slot, &start_.geometry, start_.position.segment, hasher_);
      if (!found) return found.error();
      if (*found) {
        return refuse(slot.name, **found, "a record of this log under an unreadable header");
      }
    }
    return {};
  }

  Disk& disk_;
  const ScanStart& start_;
  const OnRecord& on_record_;
  Hasher& hasher_;
  Scan scan_;
  std::map<std::uint64_t, Segments> by_number_;
  std::vector<Bytes> spare_;                            // buffers to read into
  std::multimap<std::uint64_t, std::uint64_t> behind_;  // first_seq by offset: of one number
};

}  // namespace

Result<std::vector<Slot>> read_slots(Disk& disk, const std::vector<FolderEntry>& folder,
                                     const Geometry* geometry, Hasher& hasher) {
  std::vector<Slot> slots;
  for (const FolderEntry& entry : folder) {
    const std::optional<std::uint32_t> number = slot_of(entry.name);
    if (!number) continue;
    Result<Slot> slot = read_slot(disk, entry, *number, geometry, hasher);
    if (!slot) return slot.error();
    slots.push_back(std::move(slot).value());
  }
  return slots;
}

Result<std::optional<std::uint64_t>> find_loose_record(Disk& disk, const Slot& slot,
                                                       const Geometry* geometry,
                                                       std::uint64_t number, Hasher& hasher) {
  Result<OpenFile> file = OpenFile::open(disk, slot.name, Access::read);
  if (!file) return file.error();
  const std::uint64_t limit = geometry != nullptr ? geometry->segment_bytes : kMaxSegmentBytes;
  Result<Bytes> bytes = read_start(disk, file->get(), std::min(slot.size, limit));
  if (!bytes) return bytes.error();
  const std::string_view whole(*bytes);
  const std::uint32_t least = geometry != nullptr ? geometry->block_bytes : kMinBlockBytes;
  const std::uint32_t most = geometry != nullptr ? geometry->block_bytes : kMaxBlockBytes;
  const Tag* const store = geometry != nullptr ? &geometry->store : nullptr;
  std::uint64_t hashable = kLooseHashes * whole.size();
  for (std::uint64_t at = 0; at < whole.size(); at += kSector) {
    if (!has_record_magic(whole.substr(at))) continue;
    for (std::uint32_t block = least; block <= most; block *= 2) {
      const LooseRecord wanted{store, number, block};
      const std::optional<bool> found = is_loose_record(whole.substr(at), wanted, hashable, hasher);
      if (!found) return refuse(slot.name, at, "records that overlap under an unreadable header");
      if (*found) return std::optional<std::uint64_t>(at);
    }
  }
  return std::optional<std::uint64_t>();
}

Result<Scan> scan_log(Disk& disk, const std::vector<Slot>& slots, const ScanStart& start,
                      const OnRecord& on_record, Hasher& hasher) {
  Expects(start.geometry.valid());
  Expects(on_record != nullptr);
  return Walk(disk, start, on_record, hasher).run(slots);
}

}  // namespace plumb
