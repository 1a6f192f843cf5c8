// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// System calls that this test program answers in the system's stead: its own definitions of pread,
// pwrite, fsync and so on come before those of the C library, pass calls on to the kernel, and
// can be told to do something else first. So the loops over short writes and the answers to EINTR
// are tested at the real calls.
// Thread-safety: set answers while one thread runs.
#pragma once
#include <sys/types.h>

#include <cstddef>
#include <functional>

namespace plumb::test {

/// What the calls do while this object lives; an empty function means the kernel's own call.
/// A function returns what the call returns, with errno set where that is -1.
struct Answers {
  Answers();
  ~Answers();
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  Answers(Answers&&) = delete;
  Answers& operator=(Answers&&) = delete;

  std::function<ssize_t(int fd, void* into, std::size_t size, off_t offset)> pread;
  std::function<ssize_t(int fd, const void* bytes, std::size_t size, off_t offset)> pwrite;
  std::function<int(int fd)> fsync;
  std::function<int(int fd)> fdatasync;
  std::function<int(int fd)> close;
  std::function<int(int fd, int operation)> flock;
  std::function<int(const char* from, const char* to, unsigned flags)> renameat2;
};

/// The kernel's calls, for answers that pass on.
namespace kernel {
ssize_t pread(int fd, void* into, std::size_t size, off_t offset);
ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset);
int fsync(int fd);
int close(int fd);
int flock(int fd, int operation);
}  // namespace kernel

/// Sets errno and returns -1.
int fails_with(int errnum);

}  // namespace plumb::test
