// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The write-ahead log while it is written: one active segment, records behind one another, spare
// segments to go on in.
// Invariants:    block_bytes <= offset <= segment_bytes in the active segment; numbers only grow;
//                a segment is spare only below the position of a durable checkpoint, and the active
//                one never is.
// Thread-safety: add_segment, append and sync by one thread at a time (the committer's); recycle
//                from another.
// Spec:          spec/FORMAT.md sections 2 and 3; actions AddSegment AppendWal SyncWal RecycleWal;
//                AC-2, AC-3, AC-9, AC-16..
#pragma once
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "commit/checkpoint.hpp"
#include "commit/options.hpp"
#include "commit/record.hpp"
#include "commit/scan.hpp"
#include "disk/disk.hpp"

namespace plumb {

/// One at a time may change names in the folder, from the change to the sync that confirms it; a
/// failed sync abandons every change not yet confirmed, whoever made it.
class FolderGate {
 public:
  [[nodiscard]] std::unique_lock<std::mutex> enter() { return std::unique_lock(mutex_); }
  /// How often a folder sync has failed. Read and written by whoever has entered.
  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
  /// SyncDir: syncs the folder. Expects the caller to have entered.
  [[nodiscard]] Status sync(Disk& disk);

 private:
  std::mutex mutex_;
  std::uint64_t failures_ = 0;
};

class Wal {
 public:
  /// `direct_block`: the smallest direct write that the disk takes, 0 for none. `slots`: those
  /// found by the opening, all of them spare, since its checkpoint covers them. The next segment
  /// gets `next_number`.
  Wal(Disk& disk, FolderGate& gate, Hasher& hasher, Entropy entropy, const Geometry& geometry,
      std::uint32_t direct_block, const std::vector<Slot>& slots, std::uint64_t next_number);

  /// Action AddSegment: takes a spare segment or creates one, and makes it active. Error: nothing
  /// usable is left behind, the active segment stays, the same number is tried again next time.
  [[nodiscard]] Status add_segment();
  /// True where a record of that many bytes fits behind the last one.
  [[nodiscard]] bool has_room(std::uint64_t bytes) const noexcept;
  /// The longest record that a segment can hold, bytes.
  [[nodiscard]] std::uint64_t longest_record() const noexcept {
    return geometry_.segment_bytes - geometry_.block_bytes;
  }
  /// Where the next record goes.
  [[nodiscard]] Place next_place() const;
  [[nodiscard]] Position position() const noexcept { return {header_.number, offset_}; }
  /// Action AppendWal: one write at the next place. Expects has_room(bytes). Error: the record may
  /// be there or not.
  [[nodiscard]] Status append(ByteView record);
  /// Action SyncWal, the commit point: every appended record is durable. Direct writes already are.
  /// Error: final, never repeated.
  [[nodiscard]] Status sync();
  /// Action RecycleWal: segments numbered below `covered` become spare. Expects a durable
  /// checkpoint whose position is in segment `covered`.
  void recycle(std::uint64_t covered);
  [[nodiscard]] bool direct() const noexcept { return direct_; }
  [[nodiscard]] bool valid() const noexcept;

 private:
  struct Used {
    std::string name;
    std::uint64_t number = 0;
  };
  struct Spare {
    std::string name;
    bool named = true;  // the folder has been synced since the file was made
    bool whole = true;  // its size is durable: it was synced before it got a header
  };
  [[nodiscard]] Status recycle_into(const Spare& spare, const Bytes& header);
  [[nodiscard]] Status create_into(const std::string& name, const Bytes& header);
  [[nodiscard]] Status fill(OpenFile& file);
  [[nodiscard]] Status write_header(OpenFile& file, const Bytes& header);
  [[nodiscard]] Result<OpenFile> open_for_records(const std::string& name, bool create);
  [[nodiscard]] std::string free_name();

  Disk& disk_;
  FolderGate& gate_;
  Hasher& hasher_;
  Entropy entropy_;
  Geometry geometry_;
  bool direct_;
  OpenFile active_;
  SegmentHeader header_;      // of the active segment; number 0: none yet
  std::uint64_t offset_ = 0;  // of the next record
  bool unsynced_ = false;     // a record was appended and not yet synced
  std::uint64_t next_number_;
  std::mutex slots_mutex_;  // guards the three below
  std::vector<Used> used_;  // segments that may hold records, the active one included
  std::vector<Spare> spare_;
  std::set<std::uint32_t> taken_;  // slots whose names are in use, spoilt ones included
};

}  // namespace plumb
