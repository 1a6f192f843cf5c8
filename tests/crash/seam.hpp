// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Stores that are known to be wrong, made without touching the store: between it and its disk one
// call is left out, or comes at another time. The table (seam_table.cpp) says which layers catch
// each; one that none catches must be harmless, or the layers see nothing.
// Thread-safety: none.
// Spec:          EV-6, EV-8; the actions of commit, checkpoint and opening.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "disk/disk.hpp"

namespace plumb::crash {

/// Which call, told by the kind of file and what was done to it before.
enum class Place : std::uint8_t {
  audit_entry,      ///< LogAudit, before anything else is written
  audit_end,        ///< LogAudit, the end line
  audit_name,       ///< LogAudit of a first opening: the folder
  temp,             ///< WriteTemp, SyncTemp
  checkpoint_name,  ///< Rename, SyncDir, DropOld
  segment_zeros,    ///< AddSegment: the zeros of a new segment
  segment_header,   ///< AddSegment: its header
  segment_name,     ///< AddSegment: the folder
  record,           ///< AppendWal, SyncWal
  leftovers,        ///< CleanTemp: the folder
  parent,           ///< Init: the folder's own name
};

enum class Twist : std::uint8_t {
  no_write,                   ///< a write to the place answers success and stores nothing
  no_sync,                    ///< the sync at the place answers success and does nothing
  no_rename,                  ///< Rename does nothing
  no_drop,                    ///< DropOld does nothing
  no_clean,                   ///< CleanTemp leaves half-made segments
  no_preallocation,           ///< a new segment is not filled with zeros
  no_load,                    ///< LoadCheckpoint is shown no checkpoint
  no_scan,                    ///< ScanWal is shown no record
  write_after_sync,           ///< the sync at the place, then the write that it is for
  sync_after_answer,          ///< SyncWal when the store makes its next call, behind Ack
  rename_before_sync,         ///< Rename, then SyncTemp
  rename_after_folder_sync,   ///< SyncDir, then Rename
  unlink_before_rename,       ///< DropOld, then Rename
  unlink_before_folder_sync,  ///< DropOld, then SyncDir
  audit_after_temp,           ///< WriteTemp, then LogAudit
  clean_after_audit,          ///< LogAudit, then CleanTemp
};

struct Mutant {
  std::string_view name;
  std::string_view action;
  Twist twist = Twist::no_sync;
  Place place = Place::record;  ///< of no_write, no_sync and write_after_sync
  /// Its counterpart among the specification's mutants; empty: what it breaks is not in the model.
  std::string_view spec;
  std::string_view search;  ///< what `plumb check --mutant` says of that one
  bool property = false;    ///< some random history catches it (tests/property)
  std::string_view refinement;
  /// Empty: some crash state must show it. Else why none can.
  std::string_view unseen;
};
[[nodiscard]] std::span<const Mutant> mutants();
/// nullptr where there is none of that name.
[[nodiscard]] const Mutant* find_mutant(std::string_view name);

/// A disk in front of another one: refuses direct writes if told to, and has the mutant's fault.
class Seam final : public Disk {
 public:
  /// `inner` and `mutant` (nullptr: none) must outlive this object.
  Seam(Disk& inner, bool direct, const Mutant* mutant)
      : inner_(inner), direct_(direct), mutant_(mutant) {}

  [[nodiscard]] Result<Handle> open(std::string_view name, Access access) override;
  Status close(Handle file) override;
  [[nodiscard]] Result<std::size_t> read(Handle file, std::uint64_t offset, ByteSpan into) override;
  [[nodiscard]] Status write(Handle file, std::uint64_t offset, ByteView bytes) override;
  [[nodiscard]] Status preallocate(Handle file, std::uint64_t size) override;
  [[nodiscard]] Status sync_data(Handle file) override;
  [[nodiscard]] Status sync_all(Handle file) override;
  [[nodiscard]] Result<std::uint64_t> size(Handle file) override;
  [[nodiscard]] Status rename(std::string_view from, std::string_view to) override;
  [[nodiscard]] Status unlink(std::string_view name) override;
  [[nodiscard]] Result<std::vector<FolderEntry>> list() override;
  [[nodiscard]] Status sync_folder() override;
  [[nodiscard]] Status sync_parent() override;
  [[nodiscard]] Result<Handle> lock(std::string_view name, LockKind kind) override;
  [[nodiscard]] Result<std::uint32_t> direct_block(std::string_view name) override;

 private:
  struct Open {
    std::string name;
    Place last = Place::record;  // what was written last, and where
    bool direct = false;         // asked for as direct, opened as buffered
  };
  struct Held {
    std::uint64_t offset = 0;
    Bytes bytes;
  };
  [[nodiscard]] bool has(Twist twist) const {
    return mutant_ != nullptr && mutant_->twist == twist;
  }
  [[nodiscard]] bool has(Twist twist, Place place) const {
    return has(twist) && mutant_->place == place;
  }
  /// Direct writes are taken apart, so that their sync can be left out or come at another time.
  [[nodiscard]] bool parts_direct_writes() const;
  /// What is held back until the write's sync, or the next call.
  [[nodiscard]] bool holds(Place place) const;
  [[nodiscard]] Status sync(Handle file, bool all);
  [[nodiscard]] Status write_held(Handle file);
  [[nodiscard]] Status write_held_audit();
  /// What was to come with the next call.
  void settle();
  [[nodiscard]] Status sync_renamed(std::string_view name);
  [[nodiscard]] Status clean_held();
  void drop_old(std::string_view kept);

  Disk& inner_;
  bool direct_;
  const Mutant* mutant_;
  std::map<Handle, Open> open_;
  Place folder_ = Place::leftovers;     // what the next folder sync is for
  std::string renamed_;                 // the last checkpoint's name
  bool opening_ = true;                 // until the end line is written
  std::vector<Held> held_;              // writes
  std::vector<std::string> leftovers_;  // names to be unlinked later
  std::optional<Handle> late_;          // a file whose sync comes with the next call
};

}  // namespace plumb::crash
