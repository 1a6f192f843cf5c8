// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The test program's own definitions of some system calls; see system_calls.hpp.
#include "disk/system_calls.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/contract.hpp"

namespace plumb::test {
namespace {

Answers* current = nullptr;

}  // namespace

Answers::Answers() {
  Expects(current == nullptr);
  current = this;
}

Answers::~Answers() { current = nullptr; }

int fails_with(int errnum) {
  errno = errnum;
  return -1;
}

namespace kernel {

ssize_t pread(int fd, void* into, std::size_t size, off_t offset) {
  return syscall(SYS_pread64, fd, into, size, offset);
}

ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset) {
  return syscall(SYS_pwrite64, fd, bytes, size, offset);
}

int fsync(int fd) { return static_cast<int>(syscall(SYS_fsync, fd)); }

int close(int fd) { return static_cast<int>(syscall(SYS_close, fd)); }

int flock(int fd, int operation) { return static_cast<int>(syscall(SYS_flock, fd, operation)); }

}  // namespace kernel
}  // namespace plumb::test

// The C library's names. Its headers declare some of them noexcept, so these are too.
extern "C" {

ssize_t pread(int fd, void* into, std::size_t size, off_t offset) {
  const auto* const set = plumb::test::current;
  if (set != nullptr && set->pread) return set->pread(fd, into, size, offset);
  return plumb::test::kernel::pread(fd, into, size, offset);
}

ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset) {
  const auto* const set = plumb::test::current;
  if (set != nullptr && set->pwrite) return set->pwrite(fd, bytes, size, offset);
  return plumb::test::kernel::pwrite(fd, bytes, size, offset);
}

int fsync(int fd) {
  const auto* const set = plumb::test::current;
  if (set != nullptr && set->fsync) return set->fsync(fd);
  return plumb::test::kernel::fsync(fd);
}

int fdatasync(int fd) {
  const auto* const set = plumb::test::current;
  if (set != nullptr && set->fdatasync) return set->fdatasync(fd);
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

int close(int fd) {
  const auto* const set = plumb::test::current;
  if (set != nullptr && set->close) return set->close(fd);
  return plumb::test::kernel::close(fd);
}

int flock(int fd, int operation) noexcept {
  const auto* const set = plumb::test::current;
  if (set != nullptr && set->flock) return set->flock(fd, operation);
  return plumb::test::kernel::flock(fd, operation);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  const auto* const set = plumb::test::current;
  if (set != nullptr && set->renameat2) return set->renameat2(from, to, flags);
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

}  // extern "C"
