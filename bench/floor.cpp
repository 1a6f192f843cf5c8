// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The raw writes that a store is measured against; see floor.hpp.
#include "floor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/contract.hpp"
#include "figures.hpp"

namespace plumb::bench {
namespace {

constexpr std::uint64_t kFileBytes = std::uint64_t{16} << 20U;  // as a segment of the log

[[noreturn]] void fail(const char* call) {
  throw EnvironmentFailure(std::string("the floor's file: ") + call + ": " +
                           std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): one thread
}

void write_all(int fd, ByteView bytes, std::uint64_t offset) {
  const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (n < 0) fail("pwrite");
  if (static_cast<std::size_t>(n) != bytes.size()) {
    errno = EIO;
    fail("short pwrite");
  }
}

}  // namespace

Floor::Floor(const std::string& file, std::uint64_t write_bytes)
    : bytes_(write_bytes), buffer_(write_bytes) {
  Expects(write_bytes > 0);
  Expects(write_bytes % 512 == 0);
  const int plain = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (plain < 0) fail("open");
  const std::string zeros(std::size_t{1} << 20U, '\0');
  for (std::uint64_t at = 0; at < kFileBytes; at += zeros.size()) write_all(plain, view(zeros), at);
  if (::fsync(plain) != 0) fail("fsync");
  fd_ = ::open(file.c_str(), O_RDWR | O_DIRECT | O_DSYNC | O_CLOEXEC);
  direct_ =
      fd_ >= 0 && ::pwrite(fd_, buffer_.span().data(), bytes_, 0) == static_cast<ssize_t>(bytes_);
  if (direct_) {
    ::close(plain);
  } else {
    if (fd_ >= 0) ::close(fd_);
    fd_ = plain;
  }
}

Floor::~Floor() { ::close(fd_); }

void Floor::prepare() {
  ++number_;
  std::memset(buffer_.span().data(), static_cast<int>(number_ & 0xFFU), bytes_);
}

void Floor::write() {
  if (offset_ + bytes_ > kFileBytes) offset_ = 0;
  write_all(fd_, buffer_.span(), offset_);
  if (!direct_ && ::fdatasync(fd_) != 0) fail("fdatasync");
  offset_ += bytes_;
}

}  // namespace plumb::bench
