// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Stores that are known to be wrong; see seam.hpp.
#include "crash/seam.hpp"

#include <algorithm>
#include <array>

namespace plumb::crash {
namespace {

constexpr std::string_view kTemp = "checkpoint.tmp";
constexpr std::string_view kAudit = "audit.log";

constexpr std::array kMutants{
    Mutant{"no-sync-audit-entry", "LogAudit", Twist::no_sync, Place::audit_entry, ""},
    Mutant{"no-sync-audit-end", "LogAudit", Twist::no_sync, Place::audit_end, ""},
    Mutant{"no-sync-temp", "SyncTemp", Twist::no_sync, Place::temp, ""},
    Mutant{"no-sync-checkpoint-name", "SyncDir", Twist::no_sync, Place::checkpoint_name, ""},
    Mutant{"no-sync-segment-zeros", "AddSegment", Twist::no_sync, Place::segment_zeros, ""},
    Mutant{"no-sync-segment-header", "AddSegment", Twist::no_sync, Place::segment_header, ""},
    Mutant{"no-sync-segment-name", "AddSegment", Twist::no_sync, Place::segment_name, ""},
    Mutant{"no-sync-record", "SyncWal", Twist::no_sync, Place::record, ""},
    Mutant{"no-sync-leftovers", "CleanTemp", Twist::no_sync, Place::leftovers,
           "what comes back is removed by the next opening"},
    Mutant{"no-sync-parent", "SyncDir", Twist::no_sync, Place::parent,
           "the simulated disk is one folder and never loses it"},
    Mutant{"rename-before-sync", "Rename", Twist::rename_before_sync, Place::temp, ""},
    Mutant{"unlink-before-rename", "DropOld", Twist::unlink_before_rename, Place::temp, ""},
    Mutant{"unlink-before-folder-sync", "DropOld", Twist::unlink_before_folder_sync, Place::temp,
           ""},
    Mutant{"no-preallocation", "AddSegment", Twist::no_preallocation, Place::segment_zeros, ""},
    Mutant{"no-drop", "DropOld", Twist::no_drop, Place::leftovers, ""},
};

/// True where the last line of what is written to the audit log is an end line.
bool ends_opening(std::string_view bytes) {
  constexpr std::size_t kUnit = 512;  // an end line is never longer
  if (bytes.size() < kUnit) return false;
  return bytes.substr(bytes.size() - kUnit).find(R"("event":"end")") != std::string_view::npos;
}

Place place_of(std::string_view name, std::uint64_t offset, ByteView bytes) {
  if (name == kAudit) return ends_opening(text(bytes)) ? Place::audit_end : Place::audit_entry;
  if (name == kTemp) return Place::temp;
  return offset == 0 ? Place::segment_header : Place::record;
}

}  // namespace

std::span<const Mutant> mutants() { return kMutants; }

const Mutant* find_mutant(std::string_view name) {
  const auto found = std::ranges::find(kMutants, name, &Mutant::name);
  return found == kMutants.end() ? nullptr : &*found;
}

Result<Handle> Seam::open(std::string_view name, Access access) {
  Open opened{std::string(name), Place::record, false};
  if (access == Access::create && name == kAudit) opened.last = Place::audit_entry;
  const bool direct = access == Access::direct || access == Access::create_direct;
  if (direct && (loses(Place::record) || loses(Place::segment_header))) {
    // As a write and a sync, so that the sync can be left out.
    opened.direct = true;
    access = access == Access::direct ? Access::write : Access::create;
  }
  Result<Handle> handle = inner_.open(name, access);
  if (!handle) return handle;
  const bool creates = access == Access::create || access == Access::create_direct;
  if (creates && name.starts_with("log-")) folder_ = Place::segment_name;
  if (mutant_ != nullptr) open_.insert_or_assign(*handle, std::move(opened));
  return handle;
}

Status Seam::close(Handle file) {
  open_.erase(file);
  return inner_.close(file);
}

Result<std::size_t> Seam::read(Handle file, std::uint64_t offset, ByteSpan into) {
  return inner_.read(file, offset, into);
}

Status Seam::write(Handle file, std::uint64_t offset, ByteView bytes) {
  if (Status s = inner_.write(file, offset, bytes); !s || mutant_ == nullptr) return s;
  Open& opened = open_.at(file);
  opened.last = place_of(opened.name, offset, bytes);
  if (!opened.direct || loses(opened.last)) return {};
  return inner_.sync_data(file);
}

Status Seam::preallocate(Handle file, std::uint64_t size) {
  if (mutant_ != nullptr) open_.at(file).last = Place::segment_zeros;
  return has(Twist::no_preallocation) ? Status{} : inner_.preallocate(file, size);
}

Status Seam::sync_data(Handle file) {
  if (mutant_ != nullptr && loses(open_.at(file).last)) return {};
  return inner_.sync_data(file);
}

Status Seam::sync_all(Handle file) {
  if (mutant_ != nullptr) {
    const Open& opened = open_.at(file);
    if (loses(opened.last)) return {};
    if (has(Twist::rename_before_sync) && opened.name == kTemp) return {};
  }
  return inner_.sync_all(file);
}

Result<std::uint64_t> Seam::size(Handle file) { return inner_.size(file); }

/// DropOld, too early: every checkpoint but the one of that name.
void Seam::drop_old(std::string_view kept) {
  const auto folder = inner_.list();
  if (!folder) return;
  for (const FolderEntry& entry : *folder) {
    if (entry.name.starts_with("checkpoint-") && entry.name != kept) {
      static_cast<void>(inner_.unlink(entry.name));
    }
  }
}

Status Seam::sync_renamed(std::string_view name) {
  Result<OpenFile> file = OpenFile::open(inner_, name, Access::write);
  return file ? inner_.sync_all(file->get()) : Status(file.error());
}

Status Seam::rename(std::string_view from, std::string_view to) {
  if (has(Twist::unlink_before_rename)) drop_old(to);
  if (Status s = inner_.rename(from, to); !s) return s;
  folder_ = Place::checkpoint_name;
  renamed_ = to;
  return has(Twist::rename_before_sync) ? sync_renamed(to) : Status{};
}

Status Seam::unlink(std::string_view name) {
  const bool old = name.starts_with("checkpoint-");
  if (old && has(Twist::no_drop)) return {};
  Status s = inner_.unlink(name);
  const bool dropped_before = old && !s && s.error().code == Errc::not_found && mutant_ != nullptr;
  if (dropped_before) return {};
  if (!old) folder_ = Place::leftovers;
  return s;
}

Result<std::vector<FolderEntry>> Seam::list() { return inner_.list(); }

Status Seam::sync_folder() {
  if (loses(folder_)) return {};
  if (has(Twist::unlink_before_folder_sync) && folder_ == Place::checkpoint_name) {
    drop_old(renamed_);
  }
  return inner_.sync_folder();
}

Status Seam::sync_parent() { return loses(Place::parent) ? Status{} : inner_.sync_parent(); }

Result<Handle> Seam::lock(std::string_view name, LockKind kind) { return inner_.lock(name, kind); }

Result<std::uint32_t> Seam::direct_block(std::string_view name) {
  Result<std::uint32_t> block = inner_.direct_block(name);
  if (!block || direct_) return block;
  return std::uint32_t{0};
}

}  // namespace plumb::crash
