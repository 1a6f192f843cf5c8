// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A folder of byte strings; see memory_disk.hpp.
#include "support/memory_disk.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/contract.hpp"

namespace plumb::test {
namespace {

Error failed(const char* call, std::string_view name, Errc code, int errnum) {
  return Error{code, call, std::string(name), std::nullopt, errnum, {}};
}

}  // namespace

MemoryDisk::MemoryDisk(const Files& files) {
  for (const auto& [name, bytes] : files) {
    Expects(is_plain_name(name));
    names_[name] = std::make_shared<File>(File{bytes, 0, false});
  }
}

Files MemoryDisk::contents() const {
  const std::scoped_lock lock(mutex_);
  Files files;
  for (const auto& [name, file] : names_) files[name] = file->bytes;
  return files;
}

Bytes& MemoryDisk::bytes(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  return names_.at(std::string(name))->bytes;
}

Handle MemoryDisk::add(Open open) {
  const Handle handle{++last_handle_};
  open_.emplace(handle, std::move(open));
  return handle;
}

MemoryDisk::Open& MemoryDisk::find(Handle file) {
  const auto found = open_.find(file);
  const bool handle_is_open = found != open_.end();
  Expects(handle_is_open);
  return found->second;
}

Result<Handle> MemoryDisk::open(std::string_view name, Access access) {
  Expects(is_plain_name(name));
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find(name);
  const bool creates = access == Access::create || access == Access::create_direct;
  const bool direct = access == Access::direct || access == Access::create_direct;
  if (direct && direct_block_ == 0) return failed("openat", name, Errc::io, EINVAL);
  if (creates && found != names_.end()) return failed("openat", name, Errc::io, EEXIST);
  if (!creates && found == names_.end()) return failed("openat", name, Errc::not_found, ENOENT);
  Open open;
  open.file = creates ? std::make_shared<File>() : found->second;
  open.writable = access != Access::read;
  open.direct = direct;
  if (creates) names_[std::string(name)] = open.file;
  return add(std::move(open));
}

Status MemoryDisk::close(Handle file) {
  const std::scoped_lock lock(mutex_);
  const Open open = find(file);
  if (open.locks && open.kind == LockKind::exclusive) open.file->exclusive_lock = false;
  if (open.locks && open.kind == LockKind::shared) --open.file->shared_locks;
  open_.erase(file);
  return {};
}

Result<std::size_t> MemoryDisk::read(Handle file, std::uint64_t offset, ByteSpan into) {
  const std::scoped_lock lock(mutex_);
  const Bytes& bytes = find(file).file->bytes;
  if (offset >= bytes.size() || into.empty()) return std::size_t{0};
  const std::size_t count = std::min<std::size_t>(into.size(), bytes.size() - offset);
  std::memcpy(into.data(), bytes.data() + offset, count);
  return count;
}

Status MemoryDisk::write(Handle file, std::uint64_t offset, ByteView bytes) {
  const std::scoped_lock lock(mutex_);
  const Open& open = find(file);
  Expects(open.writable);
  if (open.direct) {
    Expects(offset % direct_block_ == 0);
    Expects(bytes.size() % direct_block_ == 0);
    Expects(std::bit_cast<std::uintptr_t>(bytes.data()) % direct_block_ == 0);
  }
  if (bytes.empty()) return {};
  Bytes& content = open.file->bytes;
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size(), '\0');
  std::memcpy(content.data() + offset, bytes.data(), bytes.size());
  return {};
}

Status MemoryDisk::preallocate(Handle file, std::uint64_t size) {
  const std::scoped_lock lock(mutex_);
  const Open& open = find(file);
  Expects(open.writable);
  Bytes& content = open.file->bytes;
  content.replace(0, std::min<std::size_t>(size, content.size()), size, '\0');
  return {};
}

Status MemoryDisk::sync_data(Handle file) {
  const std::scoped_lock lock(mutex_);
  static_cast<void>(find(file));
  return {};
}

Status MemoryDisk::sync_all(Handle file) { return sync_data(file); }

Result<std::uint64_t> MemoryDisk::size(Handle file) {
  const std::scoped_lock lock(mutex_);
  return std::uint64_t{find(file).file->bytes.size()};
}

Status MemoryDisk::rename(std::string_view from, std::string_view to) {
  Expects(is_plain_name(from));
  Expects(is_plain_name(to));
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find(from);
  if (found == names_.end()) return failed("renameat2", from, Errc::not_found, ENOENT);
  if (names_.contains(to)) return failed("renameat2", from, Errc::io, EEXIST);
  auto node = names_.extract(found);
  node.key() = std::string(to);
  names_.insert(std::move(node));
  return {};
}

Status MemoryDisk::unlink(std::string_view name) {
  Expects(is_plain_name(name));
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find(name);
  if (found == names_.end()) return failed("unlinkat", name, Errc::not_found, ENOENT);
  names_.erase(found);
  return {};
}

Result<std::vector<FolderEntry>> MemoryDisk::list() {
  const std::scoped_lock lock(mutex_);
  std::vector<FolderEntry> entries;
  for (const auto& [name, file] : names_) entries.push_back({name, file->bytes.size(), true});
  return entries;
}

Status MemoryDisk::sync_folder() { return {}; }

Status MemoryDisk::sync_parent() { return {}; }

Result<Handle> MemoryDisk::lock(std::string_view name, LockKind kind) {
  Expects(is_plain_name(name));
  const std::scoped_lock guard(mutex_);
  const auto found = names_.find(name);
  const bool exclusive = kind == LockKind::exclusive;
  if (found == names_.end() && !exclusive) return failed("openat", name, Errc::not_found, ENOENT);
  Open open;
  open.file = found == names_.end() ? std::make_shared<File>() : found->second;
  open.locks = true;
  open.kind = kind;
  const bool excluded = open.file->exclusive_lock || (exclusive && open.file->shared_locks > 0);
  if (excluded) {
    Error error = failed("flock", name, Errc::locked, EWOULDBLOCK);
    error.reason = "somebody else holds the lock";
    return error;
  }
  if (exclusive) {
    open.file->exclusive_lock = true;
  } else {
    ++open.file->shared_locks;
  }
  names_[std::string(name)] = open.file;
  return add(std::move(open));
}

Result<std::uint32_t> MemoryDisk::direct_block(std::string_view name) {
  Expects(is_plain_name(name));
  const std::scoped_lock lock(mutex_);
  if (!names_.contains(name)) return failed("statx", name, Errc::not_found, ENOENT);
  return direct_block_;
}

}  // namespace plumb::test
