// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The POSIX disk's open files: the handle table, and reading, writing, syncing and locking by
// handle. The folder and its names are in posix_folder.cpp.
// Invariants:    a handle is in the table exactly from its opening to its closing; a failed sync or
//                close is reported once and never repeated.
// Thread-safety: as disk.hpp says; the mutex guards the table only. An entry stays where it is
//                until its handle is closed, and nobody may use a handle while it is being closed.
// Spec:          AC-9, AC-13; spec/ASSUMPTIONS.md.
#include "disk/posix_disk.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/contract.hpp"
#include "disk/posix_calls.hpp"

namespace plumb {
namespace {

using posix::call_failed;
using posix::Fd;

// What direct reads are rounded to where the filesystem does not say what it takes.
constexpr std::uint32_t kSafeBlock = 4096;

int flags_of(Access access) noexcept {
  switch (access) {
    case Access::read:
      return O_RDONLY;
    case Access::write:
      return O_RDWR;
    case Access::direct:
      return O_RDWR | O_DIRECT | O_DSYNC;
    case Access::create:
      return O_RDWR | O_CREAT | O_EXCL;
    case Access::create_direct:
      return O_RDWR | O_CREAT | O_EXCL | O_DIRECT | O_DSYNC;
  }
  Expects(access <= Access::create_direct);
  return O_RDONLY;
}

bool is_multiple(std::uint64_t number, std::uint32_t block) noexcept { return number % block == 0; }

std::uint64_t address_of(ByteView bytes) noexcept {
  return reinterpret_cast<std::uintptr_t>(bytes.data());  // NOLINT: only its alignment matters
}

}  // namespace

PosixDisk::~PosixDisk() {
  for (const auto& [handle, file] : files_) ::close(file.fd);
  ::close(folder_fd_);
}

Handle PosixDisk::add(File file) {
  const std::lock_guard guard(mutex_);
  const Handle handle{++last_handle_};
  files_.emplace(handle, std::move(file));
  return handle;
}

const PosixDisk::File& PosixDisk::find(Handle file) {
  const std::lock_guard guard(mutex_);
  const auto found = files_.find(file);
  const bool handle_is_open = found != files_.end();
  Expects(handle_is_open);
  return found->second;
}

Result<Handle> PosixDisk::open(std::string_view name, Access access) {
  Expects(is_plain_name(name));
  const int flags = flags_of(access);
  Result<Fd> fd = posix::open_regular(folder_fd_, device_, name, flags);
  const bool direct = access == Access::direct || access == Access::create_direct;
  if (!fd) {
    // A filesystem that refuses O_DIRECT says so after it has created the file.
    if (access == Access::create_direct && fd.error().errnum == EINVAL) {
      (void)::unlinkat(folder_fd_, std::string(name).c_str(), 0);
    }
    return fd.error();
  }
  File file;
  file.name = name;
  file.writable = access != Access::read;
  if (direct) {
    const Result<std::uint32_t> block = posix::direct_block(folder_fd_, name);
    if (!block) return block.error();
    file.write_block = std::max(*block, std::uint32_t{1});  // unknown: the kernel checks
    file.read_block = *block == 0 ? kSafeBlock : *block;
  }
  file.fd = fd->release();
  return add(std::move(file));
}

Status PosixDisk::close(Handle file) {
  File closing;
  {
    const std::lock_guard guard(mutex_);
    const auto found = files_.find(file);
    const bool handle_is_open = found != files_.end();
    Expects(handle_is_open);
    closing = std::move(found->second);
    files_.erase(found);
  }
  // Once, whatever it answers: Linux has freed the descriptor even after EINTR.
  if (::close(closing.fd) != 0) return call_failed("close", errno, closing.name);
  return {};
}

Result<std::size_t> PosixDisk::read(Handle file, std::uint64_t offset, ByteSpan into) {
  const File& from = find(file);
  if (from.read_block != 0) {
    return posix::read_blocks_at(from.fd, from.name, offset, into, from.read_block);
  }
  return posix::read_at(from.fd, from.name, offset, into);
}

Status PosixDisk::write(Handle file, std::uint64_t offset, ByteView bytes) {
  const File& to = find(file);
  Expects(to.writable);
  Expects(is_multiple(offset, to.write_block));
  Expects(is_multiple(bytes.size(), to.write_block));
  Expects(is_multiple(address_of(bytes), to.write_block));
  return posix::write_at(to.fd, to.name, offset, bytes);
}

Status PosixDisk::preallocate(Handle file, std::uint64_t size) {
  const File& to = find(file);
  Expects(to.writable);
  Expects(is_multiple(size, to.write_block));
  const auto zeros = std::make_unique<posix::Chunk>();
  for (std::uint64_t at = 0; at < size;) {
    const auto part =
        static_cast<std::size_t>(std::min<std::uint64_t>(size - at, zeros->bytes.size()));
    if (Status s = posix::write_at(to.fd, to.name, at, ByteView(zeros->bytes).first(part)); !s) {
      return s;
    }
    at += part;
  }
  return {};
}

Status PosixDisk::sync(const char* call, int (*sync_call)(int), Handle file) {
  const File& of = find(file);
  if (sync_call(of.fd) != 0) return call_failed(call, errno, of.name);  // once, after EINTR too
  return {};
}

Status PosixDisk::sync_data(Handle file) { return sync("fdatasync", &::fdatasync, file); }

Status PosixDisk::sync_all(Handle file) { return sync("fsync", &::fsync, file); }

Result<std::uint64_t> PosixDisk::size(Handle file) {
  const File& of = find(file);
  struct stat info{};
  if (::fstat(of.fd, &info) != 0) return call_failed("fstat", errno, of.name);
  return static_cast<std::uint64_t>(info.st_size);
}

// flock locks belong to the opening, not to the process: a second handle of this process is
// excluded as any other, and the kernel releases the lock when the process dies, however it dies.
Result<Handle> PosixDisk::lock(std::string_view name, LockKind kind) {
  Expects(is_plain_name(name));
  const bool exclusive = kind == LockKind::exclusive;
  Result<Fd> fd =
      posix::open_regular(folder_fd_, device_, name, exclusive ? O_RDWR | O_CREAT : O_RDONLY);
  if (!fd) return fd.error();
  const int operation = (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
  int answer = ::flock(fd->get(), operation);
  while (answer != 0 && errno == EINTR) answer = ::flock(fd->get(), operation);
  if (answer != 0 && errno == EWOULDBLOCK) {
    return Error{Errc::locked,
                 "flock",
                 std::string(name),
                 std::nullopt,
                 EWOULDBLOCK,
                 exclusive ? "it is in use, here or in another process: a writer holds it alone, "
                             "or readers share it"
                           : "a writer, here or in another process, holds it alone"};
  }
  if (answer != 0) return call_failed("flock", errno, name);
  File file;
  file.fd = fd->release();
  file.name = name;
  file.writable = exclusive;
  return add(std::move(file));
}

Result<std::uint32_t> PosixDisk::direct_block(std::string_view name) {
  Expects(is_plain_name(name));
  return posix::direct_block(folder_fd_, name);
}

}  // namespace plumb
