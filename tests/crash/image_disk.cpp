// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A disk over one crash state; see image_disk.hpp.
#include "crash/image_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace plumb::crash {
namespace {

Error failed(const char* call, std::string_view name, Errc code, int errnum) {
  return Error{code, call, std::string(name), std::nullopt, errnum, {}};
}

const sim::FileBytes& no_bytes() {
  static const sim::FileBytes kNone = std::make_shared<const Bytes>();
  return kNone;
}

}  // namespace

ImageDisk::ImageDisk(const sim::Image& image, std::uint32_t direct_block)
    : direct_block_(direct_block) {
  files_.reserve(image.files.size() + 4);
  for (const auto& [name, bytes] : image.files) files_.push_back({name, bytes, nullptr, name});
}

sim::Image ImageDisk::image() const {
  sim::Image image;
  for (const File& file : files_) {
    if (file.name.empty()) continue;
    image.files.emplace(file.name, file.own ? sim::FileBytes(file.own) : file.shared);
  }
  return image;
}

ImageDisk::File* ImageDisk::find(std::string_view name) {
  const auto found = std::ranges::find(files_, name, &File::name);
  return found == files_.end() ? nullptr : &*found;
}

Bytes& ImageDisk::writable(Handle file) {
  File& found = file_of(file);
  if (!found.own) found.own = std::make_shared<Bytes>(*found.shared);
  return *found.own;
}

std::size_t ImageDisk::add(std::string_view name) {
  files_.push_back({std::string(name), no_bytes(), nullptr, {}});
  return files_.size();
}

Result<Handle> ImageDisk::open(std::string_view name, Access access) {
  const bool creates = access == Access::create || access == Access::create_direct;
  const bool direct = access == Access::direct || access == Access::create_direct;
  if (direct && direct_block_ == 0) return failed("openat", name, Errc::io, EINVAL);
  File* const found = find(name);
  if (creates && found != nullptr) return failed("openat", name, Errc::io, EEXIST);
  if (!creates && found == nullptr) return failed("openat", name, Errc::not_found, ENOENT);
  if (creates) return Handle{add(name)};
  return Handle{static_cast<std::size_t>(found - files_.data()) + 1};
}

Status ImageDisk::close(Handle /*file*/) { return {}; }

Result<std::size_t> ImageDisk::read(Handle file, std::uint64_t offset, ByteSpan into) {
  const File& found = file_of(file);
  const Bytes& bytes = found.bytes();
  if (!found.origin.empty()) {  // also where it was written since: some of it may be as it was
    Range range{found.origin, offset, into.size()};
    if (std::ranges::find(reads_, range) == reads_.end()) reads_.push_back(std::move(range));
  }
  if (offset >= bytes.size() || into.empty()) return std::size_t{0};
  const std::size_t count = std::min<std::size_t>(into.size(), bytes.size() - offset);
  std::memcpy(into.data(), bytes.data() + offset, count);
  return count;
}

Status ImageDisk::write(Handle file, std::uint64_t offset, ByteView bytes) {
  if (bytes.empty()) return {};
  Bytes& content = writable(file);
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size(), '\0');
  std::memcpy(content.data() + offset, bytes.data(), bytes.size());
  return {};
}

Status ImageDisk::preallocate(Handle file, std::uint64_t size) {
  Bytes& content = writable(file);
  content.replace(0, std::min<std::size_t>(size, content.size()), size, '\0');
  return {};
}

Status ImageDisk::sync_data(Handle /*file*/) { return {}; }
Status ImageDisk::sync_all(Handle /*file*/) { return {}; }
Status ImageDisk::sync_folder() { return {}; }
Status ImageDisk::sync_parent() { return {}; }

Result<std::uint64_t> ImageDisk::size(Handle file) {
  return std::uint64_t{file_of(file).bytes().size()};
}

Status ImageDisk::rename(std::string_view from, std::string_view to) {
  File* const found = find(from);
  if (found == nullptr) return failed("renameat2", from, Errc::not_found, ENOENT);
  if (find(to) != nullptr) return failed("renameat2", from, Errc::io, EEXIST);
  found->name = to;
  return {};
}

Status ImageDisk::unlink(std::string_view name) {
  File* const found = find(name);
  if (found == nullptr) return failed("unlinkat", name, Errc::not_found, ENOENT);
  found->name.clear();
  return {};
}

Result<std::vector<FolderEntry>> ImageDisk::list() {
  std::vector<FolderEntry> entries;
  for (const File& file : files_) {
    if (!file.name.empty()) entries.push_back({file.name, file.bytes().size(), true});
  }
  std::ranges::sort(entries, {}, &FolderEntry::name);
  return entries;
}

Result<Handle> ImageDisk::lock(std::string_view name, LockKind kind) {
  const File* const found = find(name);
  if (found != nullptr) return Handle{static_cast<std::size_t>(found - files_.data()) + 1};
  if (kind == LockKind::shared) return failed("openat", name, Errc::not_found, ENOENT);
  return Handle{add(name)};
}

Result<std::uint32_t> ImageDisk::direct_block(std::string_view name) {
  if (find(name) == nullptr) return failed("statx", name, Errc::not_found, ENOENT);
  return direct_block_;
}

}  // namespace plumb::crash
