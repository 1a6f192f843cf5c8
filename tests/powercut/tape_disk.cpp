// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// powercut-tape FOLDER IMAGE TAPE: serves the file IMAGE as FOLDER/disk by FUSE, for a loop device
// to stand on, and appends every write and every flush that arrives to TAPE, in their order.
// Runs until FOLDER is unmounted or its parent is gone.
// Thread-safety: one request at a time (-s), so the tape has one order.
// Spec:          EV-6; tape.hpp has the tape's format.
#define FUSE_USE_VERSION 31
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "powercut/tape.hpp"

namespace {

using plumb::powercut::TapeHead;
using plumb::powercut::TapeKind;

int image_fd = -1;
int tape_fd = -1;

bool is_disk(const char* path) { return std::string_view(path) == "/disk"; }

/// All of it, or the tape is worth nothing: then the device fails.
bool put(const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t n = write(tape_fd, bytes, size);
    if (n <= 0) return false;
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool record(TapeKind kind, off_t offset, const char* bytes, std::size_t size) {
  const TapeHead head{kind, static_cast<std::uint32_t>(size), static_cast<std::uint64_t>(offset)};
  std::array<char, sizeof head> raw{};
  __builtin_memcpy(raw.data(), &head, sizeof head);
  return put(raw.data(), raw.size()) && put(bytes, size);
}

int get_attributes(const char* path, struct stat* about, fuse_file_info*) {
  *about = {};
  if (std::string_view(path) == "/") {
    about->st_mode = S_IFDIR | 0700U;
    about->st_nlink = 2;
    return 0;
  }
  if (!is_disk(path)) return -ENOENT;
  if (fstat(image_fd, about) != 0) return -errno;
  about->st_mode = S_IFREG | 0600U;
  return 0;
}

int open_disk(const char* path, fuse_file_info*) { return is_disk(path) ? 0 : -ENOENT; }

int read_disk(const char*, char* into, std::size_t size, off_t offset, fuse_file_info*) {
  const ssize_t n = pread(image_fd, into, size, offset);
  return n < 0 ? -errno : static_cast<int>(n);
}

int write_disk(const char*, const char* bytes, std::size_t size, off_t offset, fuse_file_info*) {
  if (!record(TapeKind::write, offset, bytes, size)) return -EIO;
  const ssize_t n = pwrite(image_fd, bytes, size, offset);
  return n < 0 ? -errno : static_cast<int>(n);
}

int flush_disk(const char*, int, fuse_file_info*) {
  return record(TapeKind::flush, 0, nullptr, 0) ? 0 : -EIO;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: powercut-tape FOLDER IMAGE TAPE\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  image_fd = open(argv[2], O_RDWR | O_CLOEXEC);
  tape_fd = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (image_fd < 0 || tape_fd < 0) {
    std::perror("powercut-tape");
    return 3;
  }
  fuse_operations calls{};
  calls.getattr = get_attributes;
  calls.open = open_disk;
  calls.read = read_disk;
  calls.write = write_disk;
  calls.fsync = flush_disk;
  std::array<char, 3> front{'-', 'f', 0};
  std::array<char, 3> single{'-', 's', 0};
  std::array<char*, 5> words{argv[0], front.data(), single.data(), argv[1], nullptr};
  return fuse_main(4, words.data(), &calls, nullptr);
}
