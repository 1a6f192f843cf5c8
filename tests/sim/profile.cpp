// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The profiles; see profile.hpp.
#include "sim/profile.hpp"

#include <algorithm>
#include <array>

namespace plumb::sim {
namespace {

constexpr Profile posix_min() { return {.name = "posix-min"}; }

constexpr Profile dir_ordered() {
  Profile p = posix_min();
  p.name = "dir-ordered";
  p.sliced_truncate = false;
  p.split_rename = false;
  p.name_order = NameOrder::folder;
  return p;
}

constexpr Profile writeback() {
  Profile p = dir_ordered();
  p.name = "writeback";
  p.garbage_fill = false;
  p.name_order = NameOrder::global;
  p.sync_all_names = NameSync::horizon;
  p.sync_data_names = NameSync::horizon;
  p.folder_sync = FolderSync::ancestors;
  p.fail_reverts = false;
  p.fail_late = false;
  return p;
}

constexpr Profile journal() {
  Profile p = writeback();
  p.name = "journal";
  p.stale_fill = false;
  p.size_implies_data = true;
  return p;
}

constexpr Profile btrfs_like() {
  Profile p = journal();
  p.name = "btrfs-like";
  p.sync_all_names = NameSync::own;
  p.sync_data_names = NameSync::none;
  p.fail_stays = false;
  p.fail_reverts = true;
  return p;
}

constexpr Profile apfs() {
  Profile p = posix_min();
  p.name = "apfs";
  p.sync_is_durable = false;  // F_FULLFSYNC, which is, is not what a plain sync calls
  return p;
}

constexpr Profile ntfs() {
  Profile p = posix_min();
  p.name = "ntfs";
  p.folder_sync = FolderSync::none;  // only write-through moves, which the seam does not have
  return p;
}

constexpr std::array kProfiles{posix_min(),  dir_ordered(), writeback(), journal(),
                               btrfs_like(), apfs(),        ntfs()};

}  // namespace

std::span<const Profile> profiles() { return kProfiles; }

const Profile* find_profile(std::string_view name) {
  const auto* const found = std::ranges::find(kProfiles, name, &Profile::name);
  return found == kProfiles.end() ? nullptr : found;
}

}  // namespace plumb::sim
