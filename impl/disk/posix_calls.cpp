// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// System calls as values and Errors; see posix_calls.hpp.
#include "disk/posix_calls.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>

#include "base/contract.hpp"

namespace plumb::posix {
namespace {

constexpr mode_t kFileMode = 0666;  // less the umask
constexpr std::uint64_t kLargestOffset = std::numeric_limits<off_t>::max();

Errc code_of(int errnum) noexcept {
  switch (errnum) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Errc::no_space;
    case ENOENT:
      return Errc::not_found;
    default:
      return Errc::io;
  }
}

// The kind of a name that is no regular file; nothing where it is one, or is not there.
const char* why_not_regular(mode_t mode) noexcept {
  if (S_ISREG(mode)) return nullptr;
  return S_ISLNK(mode) ? "is a link" : "is not a regular file";
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Error call_failed(const char* call, int errnum, std::string_view file,
                  std::optional<std::uint64_t> offset, std::string reason) {
  return Error{code_of(errnum), call, std::string(file), offset, errnum, std::move(reason)};
}

Error name_failed(const char* call, int errnum, int folder_fd, std::string_view name) {
  struct stat info{};
  const std::string path(name);
  if (::fstatat(folder_fd, path.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
    if (const char* const why = why_not_regular(info.st_mode)) {
      return Error{Errc::corrupt, call, path, std::nullopt, errnum, why};
    }
  }
  return call_failed(call, errnum, name);
}

Result<Fd> open_regular(int folder_fd, std::uint64_t device, std::string_view name, int flags) {
  const std::string path(name);
  Fd fd(::openat(folder_fd, path.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, kFileMode));
  if (!fd) {
    const int errnum = errno;
    const bool taken = errnum == EEXIST;  // io also where a link has taken the name
    return taken ? call_failed("openat", errnum, name)
                 : name_failed("openat", errnum, folder_fd, name);
  }
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return call_failed("fstat", errno, name);
  if (const char* const why = why_not_regular(info.st_mode)) {
    return make_error(Errc::corrupt, why, path);
  }
  if (info.st_dev != device) {
    return make_error(Errc::invalid, "lies on another filesystem than its folder", path);
  }
  return fd;
}

Result<std::size_t> read_at(int fd, std::string_view file, std::uint64_t offset, ByteSpan into) {
  Expects(offset <= kLargestOffset - into.size());
  std::size_t done = 0;
  while (done < into.size()) {
    const ByteSpan rest = into.subspan(done);
    const ssize_t n = ::pread(fd, rest.data(), rest.size(), static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return call_failed("pread", errno, file, offset + done);
    if (n == 0) break;  // the end of the file
    done += static_cast<std::size_t>(n);
  }
  return done;
}

Result<std::size_t> read_blocks_at(int fd, std::string_view file, std::uint64_t offset,
                                   ByteSpan into, std::uint32_t block) {
  Expects(std::has_single_bit(block));
  Expects(block <= alignof(Chunk));
  Expects(offset <= kLargestOffset - into.size());
  const auto chunk = std::make_unique<Chunk>();
  std::size_t done = 0;
  while (done < into.size()) {
    const auto skip = static_cast<std::size_t>((offset + done) % block);
    const std::uint64_t begin = offset + done - skip;
    const std::size_t blocks = (skip + into.size() - done + block - 1) / block;
    const std::size_t want = std::min(blocks * block, chunk->bytes.size());
    const ssize_t n = ::pread(fd, chunk->bytes.data(), want, static_cast<off_t>(begin));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return call_failed("pread", errno, file, begin);
    const auto got = static_cast<std::size_t>(n);
    if (got <= skip) break;  // less than one block: the end of the file
    const std::size_t part = std::min(got - skip, into.size() - done);
    std::memcpy(into.data() + done, chunk->bytes.data() + skip, part);
    done += part;
  }
  return done;
}

Status write_at(int fd, std::string_view file, std::uint64_t offset, ByteView bytes) {
  Expects(offset <= kLargestOffset - bytes.size());
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ByteView rest = bytes.subspan(done);
    const ssize_t n = ::pwrite(fd, rest.data(), rest.size(), static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return call_failed("pwrite", errno, file, offset + done);
    if (n == 0) return call_failed("pwrite", 0, file, offset + done, "it wrote nothing");
    done += static_cast<std::size_t>(n);
  }
  return {};
}

Result<std::uint32_t> direct_block(int folder_fd, std::string_view name) {
#ifdef STATX_DIOALIGN
  constexpr unsigned kAsk = STATX_TYPE | STATX_DIOALIGN;
#else
  constexpr unsigned kAsk = STATX_TYPE;
#endif
  const std::string path(name);
  struct statx info{};
  if (::statx(folder_fd, path.c_str(), AT_SYMLINK_NOFOLLOW, kAsk, &info) != 0) {
    return call_failed("statx", errno, name);
  }
  if (const char* const why = why_not_regular(info.stx_mode)) {
    return make_error(Errc::corrupt, why, path);
  }
#ifdef STATX_DIOALIGN
  const bool said = (info.stx_mask & STATX_DIOALIGN) != 0;
  return said ? std::uint32_t{info.stx_dio_offset_align} : std::uint32_t{0};
#else
  return std::uint32_t{0};
#endif
}

Status sync_parent_of(int folder_fd, std::string_view path) {
  const std::string file = std::string(path) + "/..";
  const Fd parent(::openat(folder_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent) {
    if (::fsync(parent.get()) != 0) return call_failed("fsync", errno, file);
    return {};
  }
  if (errno != EACCES) return call_failed("openat", errno, file);
  const Fd self(::openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!self) return call_failed("openat", errno, path);
  if (::syncfs(self.get()) != 0) return call_failed("syncfs", errno, path);
  return {};
}

}  // namespace plumb::posix
