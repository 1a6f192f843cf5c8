// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Checked writes to the standard streams; see output.hpp.
#include "cli/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "cli/json.hpp"

namespace plumb::cli {
namespace {

constexpr std::size_t kBufferBytes = 65536;

/// All of the text; false with errno where that fails.
bool write_fully(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// Standard error has nobody else to tell when it fails.
void say(std::string_view text) { static_cast<void>(write_fully(STDERR_FILENO, text)); }

}  // namespace

void Console::print(std::string_view text) {
  pending_ += text;
  if (pending_.size() >= kBufferBytes) static_cast<void>(flush());  // kept in error_
}

void Console::line(std::string_view text) {
  pending_ += text;
  print("\n");
}

bool Console::flush() {
  if (!error_ && !write_fully(STDOUT_FILENO, pending_)) {
    const Errc code = errno == ENOSPC ? Errc::no_space : Errc::io;
    error_ = Error{code, "write", "standard output", std::nullopt, errno, {}};
  }
  pending_.clear();
  return !error_;
}

int Console::fail(const Error& error) const {
  if (json) {
    say(to_line(error_json(error)) + '\n');
  } else {
    say(fmt::format("plumb: {}\n", printable(error.message())));
  }
  return exit_status(error.code);
}

int Console::wrong_usage(std::string reason) const {
  return fail(make_error(Errc::invalid, std::move(reason)));
}

void Console::note(std::string_view text) const {
  if (!quiet && !json) say(fmt::format("plumb: {}\n", text));
}

int Console::finish(int status) {
  if (flush()) return status;
  const int broken_status = fail(*error_);
  return status == kDone ? broken_status : status;
}

Progress::Progress(const Console& console, std::string what) : what_(std::move(what)) {
  if (!console.quiet && !console.json) thread_ = std::thread([this] { run(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock hold(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Progress::run() {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  bool shown = false;
  std::unique_lock hold(mutex_);
  for (int seconds = 1; !changed_.wait_for(hold, std::chrono::seconds(1), [this] { return over_; });
       ++seconds) {
    if (terminal) {
      say(fmt::format("\rplumb: {}, {} s ", what_, seconds));
      shown = true;
    } else if (seconds == 1) {
      say(fmt::format("plumb: {} takes more than a second\n", what_));
    }
  }
  if (shown) say("\r\033[K");
}

bool occupy_standard_streams() noexcept {
  constexpr std::array kStreams{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  return std::ranges::all_of(kStreams, [](int fd) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) return true;
    // The wrong direction on purpose; open takes the lowest free number, which is fd.
    return ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) == fd;
  });
}

}  // namespace plumb::cli
