// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// ScanWal; see scan.hpp.
#include "commit/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/contract.hpp"
#include "commit/options.hpp"

namespace plumb {
namespace {

constexpr std::uint64_t kSector = 512;

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

/// The walk of rules 5 to 8 over the segments in memory.
class Walk {
 public:
  Walk(Disk& disk, const ScanStart& start, Hasher& hasher)
      : disk_(disk), start_(start), hasher_(hasher) {}

  Result<Scan> run(const std::vector<Slot>& slots) {
    scan_.end = start_.position;
    scan_.next_seq = start_.next_seq;
    scan_.chain = start_.chain;
    if (Status s = load(slots); !s) return s.error();
    if (Status s = check_position(); !s) return s.error();
    if (Status s = follow(); !s) return s.error();
    if (Status s = look_behind(); !s) return s.error();
    if (Status s = check_unreadable(slots); !s) return s.error();
    return std::move(scan_);
  }

 private:
  /// Reads the slots at or above the position's number whole.
  Status load(const std::vector<Slot>& slots) {
    for (const Slot& slot : slots) {
      if (!slot.readable || slot.header.number < start_.position.segment) continue;
      Result<OpenFile> file = OpenFile::open(disk_, slot.name, Access::read);
      if (!file) return file.error();
      Result<Bytes> bytes = read_start(disk_, file->get(), start_.geometry.segment_bytes);
      if (!bytes) return bytes.error();
      if (bytes->size() != start_.geometry.segment_bytes) {
        return refuse(slot.name, bytes->size(), "the segment ends too early");
      }
      scan_.slots.push_back(std::make_unique<Slot>(slot));
      scan_.segments.push_back(std::make_unique<Bytes>(std::move(bytes).value()));
      by_number_[slot.header.number].push_back(scan_.slots.size() - 1);
    }
    return {};
  }

  /// Rule 5.
  [[nodiscard]] Status check_position() const {
    const Position& at = start_.position;
    const bool full = at.offset == start_.geometry.segment_bytes;
    if (by_number_.contains(at.segment) || full || start_.position_may_be_missing) return {};
    return make_error(Errc::corrupt,
                      fmt::format("segment {}, in which the log goes on, is missing", at.segment));
  }

  [[nodiscard]] std::variant<RecordView, NoRecord> record_at(std::size_t index,
                                                             std::uint64_t offset) const {
    const SegmentHeader& header = scan_.slots[index]->header;
    const Place place{header.geometry.store, header.number, header.salt, offset};
    return read_record(*scan_.segments[index], place, start_.geometry.block_bytes, hasher_);
  }

  [[nodiscard]] Error malformed(std::size_t index, std::uint64_t offset) const {
    return refuse(scan_.slots[index]->name, offset, "a record that no writer writes");
  }

  /// Rule 6, one step: the successor at `offset` of the slots numbered `number`.
  Result<bool> take_successor(std::uint64_t number, std::uint64_t offset) {
    const auto slots = by_number_.find(number);
    if (slots == by_number_.end() || offset >= start_.geometry.segment_bytes) return false;
    std::optional<ScannedRecord> successor;
    for (const std::size_t index : slots->second) {
      const auto found = record_at(index, offset);
      if (const auto* none = std::get_if<NoRecord>(&found)) {
        if (*none == NoRecord::malformed) return malformed(index, offset);
        continue;
      }
      const auto& record = std::get<RecordView>(found);
      const bool chains = record.header.previous == scan_.chain &&
                          record.header.first_seq == scan_.next_seq;
      if (!chains) continue;
      if (successor) {
        return refuse(scan_.slots[index]->name, offset, "two records follow the same record");
      }
      successor = ScannedRecord{record, scan_.slots[index].get()};
    }
    if (!successor) return false;
    const RecordHeader& header = successor->view.header;
    scan_.next_seq += header.transactions;
    scan_.chain = header.digest;
    scan_.end = {number, offset + successor->view.bytes};
    scan_.records.push_back(*successor);
    return true;
  }

  /// Rule 6.
  Status follow() {
    for (;;) {
      Result<bool> taken = take_successor(scan_.end.segment, scan_.end.offset);
      if (taken && !*taken) {
        taken = take_successor(scan_.end.segment + 1, start_.geometry.block_bytes);
      }
      if (!taken) return taken.error();
      if (!*taken) return {};
    }
  }

  /// Rule 7, one record behind the end.
  Status judge_behind(std::size_t index, const RecordView& record) {
    const Slot& slot = *scan_.slots[index];
    const RecordHeader& header = record.header;
    const std::uint64_t missing = scan_.next_seq;
    const auto say = [&](const std::string& reason) {
      return refuse(slot.name, header.place.offset, reason);
    };
    if (header.durable_seq >= missing) {
      return say(fmt::format("transaction {} is missing, though this record confirms it as durable "
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
    scan_.discarded.push_back(header.first_seq);
    scan_.highest_behind = std::max(scan_.highest_behind, slot.header.number);
    scan_.tail = Tail::torn;
    return {};
  }

  /// Rule 7, one slot.
  Status look_behind_in(std::size_t index) {
    const Slot& slot = *scan_.slots[index];
    const std::uint32_t block = start_.geometry.block_bytes;
    const bool holds_end = slot.header.number == scan_.end.segment;
    std::uint64_t offset = holds_end ? scan_.end.offset : block;
    while (offset < start_.geometry.segment_bytes) {
      const auto found = record_at(index, offset);
      std::uint64_t step = block;
      if (const auto* record = std::get_if<RecordView>(&found)) {
        if (Status s = judge_behind(index, *record); !s) return s;
        step = record->bytes;
      } else if (std::get<NoRecord>(found) == NoRecord::malformed) {
        return malformed(index, offset);
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
    for (const auto& [number, slots] : by_number_) {
      if (number < scan_.end.segment) continue;
      for (const std::size_t index : slots) {
        if (number == scan_.end.segment) scan_.end_file = scan_.slots[index]->name;
        if (Status s = look_behind_in(index); !s) return s;
      }
    }
    if (!scan_.records.empty()) scan_.end_file = scan_.records.back().slot->name;
    return {};
  }

  /// Rule 8.
  Status check_unreadable(const std::vector<Slot>& slots) {
    for (const Slot& slot : slots) {
      if (slot.readable) continue;
      const auto found = find_loose_record(disk_, slot, &start_.geometry,
                                           start_.position.segment, hasher_);
      if (!found) return found.error();
      if (*found) {
        return refuse(slot.name, **found, "a record of this log under an unreadable header");
      }
    }
    return {};
  }

  Disk& disk_;
  const ScanStart& start_;
  Hasher& hasher_;
  Scan scan_;
  std::map<std::uint64_t, std::vector<std::size_t>> by_number_;
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
  for (std::uint64_t at = 0; at < whole.size(); at += kSector) {
    if (!has_record_magic(whole.substr(at))) continue;
    for (std::uint32_t block = least; block <= most; block *= 2) {
      const auto record = read_loose_record(whole.substr(at), block, hasher);
      const bool ours = record && (geometry == nullptr || record->store == geometry->store);
      if (ours && record->segment >= number) return std::optional<std::uint64_t>(at);
    }
  }
  return std::optional<std::uint64_t>();
}

Result<Scan> scan_log(Disk& disk, const std::vector<Slot>& slots, const ScanStart& start,
                      Hasher& hasher) {
  Expects(start.geometry.valid());
  return Walk(disk, start, hasher).run(slots);
}

}  // namespace plumb
