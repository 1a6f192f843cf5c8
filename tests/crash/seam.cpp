// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Stores that are known to be wrong; see seam.hpp.
#include "crash/seam.hpp"

#include <algorithm>
#include <utility>

#include "commit/options.hpp"

namespace plumb::crash {
namespace {

constexpr std::string_view kTemp = "checkpoint.tmp";
constexpr std::string_view kAudit = "audit.log";
constexpr std::string_view kCheckpoint = "checkpoint-";

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

bool Seam::parts_direct_writes() const {
  return has(Twist::no_sync, Place::record) || has(Twist::no_sync, Place::segment_header) ||
         has(Twist::write_after_sync, Place::record) || has(Twist::sync_after_answer);
}

bool Seam::holds(Place place) const {
  return has(Twist::write_after_sync, place) ||
         (has(Twist::audit_after_temp) && place == Place::audit_entry);
}

void Seam::settle() {
  if (late_) static_cast<void>(inner_.sync_data(*std::exchange(late_, std::nullopt)));
}

Status Seam::write_held(Handle file) {
  for (const Held& held : std::exchange(held_, {})) {
    if (Status s = inner_.write(file, held.offset, view(held.bytes)); !s) return s;
  }
  return {};
}

Status Seam::write_held_audit() {
  if (held_.empty()) return {};
  Result<OpenFile> file = OpenFile::open(inner_, kAudit, Access::write);
  if (!file) return file.error();
  if (Status s = write_held(file->get()); !s) return s;
  return inner_.sync_all(file->get());
}

Result<Handle> Seam::open(std::string_view name, Access access) {
  settle();
  Open opened{std::string(name), Place::record, false};
  if (access == Access::create && name == kAudit) {
    opened.last = Place::audit_entry;
    folder_ = Place::audit_name;
  }
  const bool direct = access == Access::direct || access == Access::create_direct;
  if (direct && parts_direct_writes()) {
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
  settle();
  open_.erase(file);
  return inner_.close(file);
}

Result<std::size_t> Seam::read(Handle file, std::uint64_t offset, ByteSpan into) {
  settle();
  const Result<std::size_t> count = inner_.read(file, offset, into);
  if (!count || !has(Twist::no_scan) || !open_.at(file).name.starts_with("log-")) return count;
  const std::uint64_t header = offset < kMinBlockBytes ? kMinBlockBytes - offset : 0;
  if (header < *count) std::ranges::fill(into.first(*count).subspan(header), std::byte{0});
  return count;
}

Status Seam::write(Handle file, std::uint64_t offset, ByteView bytes) {
  if (mutant_ == nullptr) return inner_.write(file, offset, bytes);
  settle();
  Open& opened = open_.at(file);
  const Place place = place_of(opened.name, offset, bytes);
  if (has(Twist::no_write, place)) {
    opened.last = place;
    return {};
  }
  if (holds(place)) {
    held_.push_back({offset, Bytes(text(bytes))});
  } else if (Status s = inner_.write(file, offset, bytes); !s) {
    return s;
  }
  opened.last = place;
  if (place == Place::audit_end) opening_ = false;
  return opened.direct ? sync(file, false) : Status{};
}

Status Seam::preallocate(Handle file, std::uint64_t size) {
  settle();
  if (mutant_ != nullptr) open_.at(file).last = Place::segment_zeros;
  return has(Twist::no_preallocation) ? Status{} : inner_.preallocate(file, size);
}

Status Seam::sync_data(Handle file) { return sync(file, false); }
Status Seam::sync_all(Handle file) { return sync(file, true); }

/// The sync of what was written last.
Status Seam::sync(Handle file, bool all) {
  const auto inner = [&] { return all ? inner_.sync_all(file) : inner_.sync_data(file); };
  if (mutant_ == nullptr) return inner();
  settle();
  const Place place = open_.at(file).last;
  if (has(Twist::no_sync, place)) return {};
  if (has(Twist::rename_before_sync) && place == Place::temp) return {};
  if (has(Twist::sync_after_answer) && place == Place::record) {
    late_ = file;
    return {};
  }
  if (holds(place) && !has(Twist::write_after_sync)) return {};
  if (has(Twist::audit_after_temp) && place == Place::temp) {
    if (Status s = write_held_audit(); !s) return s;
  }
  if (Status s = inner(); !s) return s;
  if (has(Twist::clean_after_audit) && place == Place::audit_end) return clean_held();
  return holds(place) ? write_held(file) : Status{};
}

Status Seam::clean_held() {
  for (const std::string& name : std::exchange(leftovers_, {})) {
    if (Status s = inner_.unlink(name); !s) return s;
  }
  return {};
}

Result<std::uint64_t> Seam::size(Handle file) {
  settle();
  return inner_.size(file);
}

/// DropOld, too early: every checkpoint but the one of that name.
void Seam::drop_old(std::string_view kept) {
  const auto folder = inner_.list();
  if (!folder) return;
  for (const FolderEntry& entry : *folder) {
    if (entry.name.starts_with(kCheckpoint) && entry.name != kept) {
      static_cast<void>(inner_.unlink(entry.name));
    }
  }
}

Status Seam::sync_renamed(std::string_view name) {
  Result<OpenFile> file = OpenFile::open(inner_, name, Access::write);
  return file ? inner_.sync_all(file->get()) : Status(file.error());
}

Status Seam::rename(std::string_view from, std::string_view to) {
  settle();
  if (has(Twist::unlink_before_rename)) drop_old(to);
  folder_ = Place::checkpoint_name;
  renamed_ = to;
  if (has(Twist::no_rename) || has(Twist::rename_after_folder_sync)) return {};
  if (Status s = inner_.rename(from, to); !s) return s;
  return has(Twist::rename_before_sync) ? sync_renamed(to) : Status{};
}

Status Seam::unlink(std::string_view name) {
  settle();
  const bool old = name.starts_with(kCheckpoint);
  const bool half_made = name.starts_with("log-");
  if (old && has(Twist::no_drop)) return {};
  if (half_made && opening_ && has(Twist::no_clean)) return {};
  if (half_made && opening_ && has(Twist::clean_after_audit)) {
    leftovers_.emplace_back(name);
    return {};
  }
  Status s = inner_.unlink(name);
  const bool dropped_before = old && !s && s.error().code == Errc::not_found && mutant_ != nullptr;
  if (dropped_before) return {};
  if (!old) folder_ = Place::leftovers;
  return s;
}

Result<std::vector<FolderEntry>> Seam::list() {
  settle();
  Result<std::vector<FolderEntry>> folder = inner_.list();
  if (folder && has(Twist::no_load)) {
    std::erase_if(*folder, [](const FolderEntry& e) { return e.name.starts_with(kCheckpoint); });
  }
  return folder;
}

Status Seam::sync_folder() {
  settle();
  const bool cleans = folder_ == Place::leftovers && opening_;
  if (has(Twist::no_sync, folder_) && (cleans || folder_ != Place::leftovers)) return {};
  const bool renamed = folder_ == Place::checkpoint_name;
  if (renamed && has(Twist::unlink_before_folder_sync)) drop_old(renamed_);
  if (Status s = inner_.sync_folder(); !s) return s;
  return renamed && has(Twist::rename_after_folder_sync) ? inner_.rename(kTemp, renamed_)
                                                         : Status{};
}

Status Seam::sync_parent() {
  settle();
  return has(Twist::no_sync, Place::parent) ? Status{} : inner_.sync_parent();
}

Result<Handle> Seam::lock(std::string_view name, LockKind kind) {
  settle();
  if (kind == LockKind::exclusive) {
    opening_ = true;
    leftovers_.clear();
    held_.clear();
  }
  return inner_.lock(name, kind);
}

Result<std::uint32_t> Seam::direct_block(std::string_view name) {
  settle();
  Result<std::uint32_t> block = inner_.direct_block(name);
  if (!block || direct_) return block;
  return std::uint32_t{0};
}

}  // namespace plumb::crash
