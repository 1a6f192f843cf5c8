// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What kinds of filesystems promise, as data: the simulated disk has no code that asks for a name.
// `posix-min` is the gate: it allows what any local filesystem may do. The others explain a
// failure ("fails on posix-min, passes on journal").
// Thread-safety: constants.
// Spec:          spec/ASSUMPTIONS.md.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace plumb::sim {

inline constexpr std::uint64_t kSectorBytes = 512;  // the safe size
inline constexpr std::uint64_t kPageBytes = 4096;   // what a cached tail page is

/// Which sets of pending changes of the folder may survive.
enum class NameOrder : std::uint8_t {
  none,    ///< any
  folder,  ///< a prefix; file sizes are independent of it
  global,  ///< a prefix, and a size only with every change of names before it (R-19, R-20)
};

/// Which pending names a sync of a file makes durable besides the file.
enum class NameSync : std::uint8_t {
  none,
  own,      ///< the file's own, out of order (R-20)
  horizon,  ///< all up to the file's last change of metadata (R-19)
};

/// What a sync of the folder makes durable.
enum class FolderSync : std::uint8_t {
  none,       ///< nothing (R-29)
  entries,    ///< its entries (R-18)
  ancestors,  ///< its entries and its own name (R-19, R-20)
};

struct Profile {
  std::string_view name;
  bool garbage_sector = false;     ///< R-3: a touched sector may hold garbage as a whole
  bool size_implies_data = false;  ///< R-4: inside the new size all is right, but a cached tail
  bool garbage_fill = true;        ///< R-4: new space may hold garbage
  bool stale_fill = true;          ///< R-4: new space may hold what a removed file held
  bool sliced_truncate = true;     ///< R-6: an unlinked file may come back shorter
  bool split_rename = true;        ///< R-12
  NameOrder name_order = NameOrder::none;
  NameSync sync_all_names = NameSync::none;   ///< R-16, R-19, R-20
  NameSync sync_data_names = NameSync::none;  ///< R-17, R-19: where the size changed
  FolderSync folder_sync = FolderSync::entries;
  bool fail_stays = true;       ///< R-25: after a failed sync the content may stay in memory
  bool fail_reverts = true;     ///< R-25: it may go back to what was durable
  bool fail_late = true;        ///< R-25: the failure may be told by the next sync alone
  bool sync_is_durable = true;  ///< R-28: false where a plain sync only hands data to the device
};

/// posix-min dir-ordered writeback journal btrfs-like apfs ntfs, in this order.
[[nodiscard]] std::span<const Profile> profiles();
/// nullptr where there is none of that name.
[[nodiscard]] const Profile* find_profile(std::string_view name);

}  // namespace plumb::sim
