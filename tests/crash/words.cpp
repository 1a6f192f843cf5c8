// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Words, and a sync that fails; see words.hpp.
#include "crash/words.hpp"

#include <fmt/format.h>

namespace plumb::crash {

bool is_sync(const sim::Call& call) {
  return call.kind == sim::CallKind::sync_data || call.kind == sim::CallKind::sync_all ||
         call.kind == sim::CallKind::sync_folder;
}

std::string words_of(const sim::Call& call) {
  using sim::CallKind;
  switch (call.kind) {
    case CallKind::open_create:
      return "create " + call.name;
    case CallKind::write:
      return fmt::format("write {} {} {}", call.name, call.offset, call.size);
    case CallKind::write_direct:
      return fmt::format("write-direct {} {} {}", call.name, call.offset, call.size);
    case CallKind::preallocate:
      return fmt::format("preallocate {} {}", call.name, call.size);
    case CallKind::sync_data:
      return "sync-data " + call.name;
    case CallKind::sync_all:
      return "sync-all " + call.name;
    case CallKind::rename:
      return fmt::format("rename {} {}", call.name, call.to);
    case CallKind::unlink:
      return "unlink " + call.name;
    case CallKind::sync_folder:
      return "sync-folder";
    case CallKind::sync_parent:
      return "sync-parent";
    default:
      return call.name;
  }
}

std::vector<std::string> words_of(const sim::Drops& drops) { return drops.what; }

bool plan_failed_sync(sim::SimDisk& disk, unsigned call, bool reverts) {
  disk.fail({static_cast<int>(call), reverts});
  return true;
}

bool has_failed(const sim::SimDisk& disk) { return disk.faults_fired() > 0; }

}  // namespace plumb::crash
