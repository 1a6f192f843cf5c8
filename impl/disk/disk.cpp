// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What every disk can do with the calls of the seam alone; see disk.hpp.
#include "disk/disk.hpp"

#include "base/contract.hpp"

namespace plumb {

bool is_plain_name(std::string_view name) noexcept {
  constexpr std::size_t kLongestName = 255;  // NAME_MAX of the common filesystems
  if (name.empty() || name.size() > kLongestName) return false;
  if (name == "." || name == "..") return false;
  return name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Result<Bytes> read_all(Disk& disk, Handle file) {
  const Result<std::uint64_t> size = disk.size(file);
  if (!size) return size.error();
  Bytes bytes(static_cast<std::size_t>(*size), '\0');
  const Result<std::size_t> count =
      disk.read(file, 0, std::as_writable_bytes(std::span(bytes.data(), bytes.size())));
  if (!count) return count.error();
  bytes.resize(*count);  // shorter where somebody cut the file meanwhile
  return bytes;
}

Result<OpenFile> OpenFile::open(Disk& disk, std::string_view name, Access access) {
  const Result<Handle> handle = disk.open(name, access);
  if (!handle) return handle.error();
  Ensures(*handle != Handle::none);
  return OpenFile(disk, *handle);
}

void OpenFile::reset() noexcept {
  if (handle_ == Handle::none) return;
  const Handle closing = std::exchange(handle_, Handle::none);
  (void)std::exchange(disk_, nullptr)->close(closing);
}

}  // namespace plumb
