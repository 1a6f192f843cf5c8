// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Stores that are known to be wrong, made without touching the store: between it and its disk one
// call is left out, or comes at another time. Each must be caught, or the explorer sees nothing.
// Thread-safety: none.
// Spec:          EV-6, EV-8; the actions of commit, checkpoint and opening.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "disk/disk.hpp"

namespace plumb::crash {

/// Which call, told by the kind of file and what was done to it before.
enum class Place : std::uint8_t {
  audit_entry,      ///< LogAudit, before anything else is written
  audit_end,        ///< LogAudit, the end line
  temp,             ///< SyncTemp
  checkpoint_name,  ///< SyncDir
  segment_zeros,    ///< AddSegment: the zeros of a new segment
  segment_header,   ///< AddSegment: its header
  segment_name,     ///< AddSegment: the folder
  record,           ///< SyncWal
  leftovers,        ///< CleanTemp: the folder
  parent,           ///< Init: the folder's own name
};

enum class Twist : std::uint8_t {
  no_sync,                    ///< the sync at the place answers success and does nothing
  rename_before_sync,         ///< Rename, then SyncTemp
  unlink_before_rename,       ///< DropOld, then Rename
  unlink_before_folder_sync,  ///< DropOld, then SyncDir
  no_preallocation,           ///< a new segment is not filled with zeros
  no_drop,                    ///< DropOld does nothing
};

struct Mutant {
  std::string_view name;
  std::string_view action;
  Twist twist = Twist::no_sync;
  Place place = Place::record;  ///< of no_sync
  /// Empty: some crash state must show it. Else why none can.
  std::string_view harmless;
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
  [[nodiscard]] bool has(Twist twist) const {
    return mutant_ != nullptr && mutant_->twist == twist;
  }
  [[nodiscard]] bool loses(Place place) const {
    return has(Twist::no_sync) && mutant_->place == place;
  }
  [[nodiscard]] Status sync_renamed(std::string_view name);
  void drop_old(std::string_view kept);

  Disk& inner_;
  bool direct_;
  const Mutant* mutant_;
  std::map<Handle, Open> open_;
  Place folder_ = Place::leftovers;  // what the next folder sync is for
  std::string renamed_;              // the last checkpoint's name
};

}  // namespace plumb::crash
