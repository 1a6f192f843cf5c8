// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reading lines with poll(2), so that a reader that waits can be stopped; see input.hpp.
#include "cli/input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace plumb::cli {
namespace {

constexpr std::size_t kReadBytes = 65536;

Error call_error(const std::string& name, const char* call) {
  return Error{errno == ENOENT ? Errc::not_found : Errc::io, call, name, std::nullopt, errno, {}};
}

}  // namespace

LineSource::LineSource(std::string name, int fd, int stop_fd)
    : name_(std::move(name)), fd_(fd), stop_fd_(stop_fd) {}

LineSource::~LineSource() {
  ::close(stop_fd_);
  if (fd_ != STDIN_FILENO) ::close(fd_);
}

Error LineSource::system_error(const char* call) const { return call_error(name_, call); }

Result<std::unique_ptr<LineSource>> LineSource::open(const std::string& path) {
  const bool standard = path == "-";
  const std::string name = standard ? "standard input" : path;
  const int fd = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return call_error(name, "open");
  const int stop_fd = eventfd(0, EFD_CLOEXEC);
  if (stop_fd < 0) {
    Error error = call_error(name, "eventfd");
    if (!standard) ::close(fd);
    return error;
  }
  return std::unique_ptr<LineSource>(new LineSource(name, fd, stop_fd));
}

void LineSource::stop() noexcept {
  stopped_ = true;
  const std::uint64_t one = 1;
  static_cast<void>(::write(stop_fd_, &one, sizeof one));  // fails only where it is stopped already
}

/// Reads some more bytes. False at the end of the input and when stopped.
Result<bool> LineSource::fill() {
  std::array<pollfd, 2> ends{{{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}}};
  while (poll(ends.data(), ends.size(), -1) < 0) {
    if (errno != EINTR) return system_error("poll");
  }
  if (ends[1].revents != 0) return false;
  std::array<char, kReadBytes> buffer;  // NOLINT(*-member-init): read fills it
  const ssize_t n = ::read(fd_, buffer.data(), buffer.size());
  if (n < 0) return errno == EINTR ? Result<bool>(true) : system_error("read");
  pending_.append(buffer.data(), static_cast<std::size_t>(n));
  return n > 0;
}

Result<std::optional<std::string>> LineSource::next() {
  std::size_t searched = from_;
  while (!end_ && !stopped_) {
    const std::size_t feed = pending_.find('\n', searched);
    if (feed != std::string::npos) {
      std::string line = pending_.substr(from_, feed - from_);
      from_ = feed + 1;
      return std::optional(std::move(line));
    }
    pending_.erase(0, std::exchange(from_, 0));
    if (pending_.size() > kMaxLineBytes) {
      return make_error(Errc::too_large, "the line is over 1 GiB", name_);
    }
    searched = pending_.size();
    const Result<bool> more = fill();
    if (!more) return more.error();
    end_ = !*more;
  }
  if (stopped_ || pending_.size() == from_) return std::optional<std::string>();
  std::string last = pending_.substr(from_);
  pending_.clear();
  from_ = 0;
  return std::optional(std::move(last));
}

Result<std::string> read_whole(const std::string& path) {
  const bool standard = path == "-";
  const std::string name = standard ? "standard input" : path;
  const int fd = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return call_error(name, "open");
  std::string whole;
  std::array<char, kReadBytes> buffer;  // NOLINT(*-member-init): read fills it
  std::optional<Error> error;
  while (!error) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n == 0) break;
    if (n > 0) whole.append(buffer.data(), static_cast<std::size_t>(n));
    if (n < 0 && errno != EINTR) error = call_error(name, "read");
    if (whole.size() > kMaxLineBytes) {
      error = make_error(Errc::too_large, "more than 1 GiB", name);
    }
  }
  if (!standard) ::close(fd);
  if (error) return *error;
  return whole;
}

}  // namespace plumb::cli
