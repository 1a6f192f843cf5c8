// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// fork, exec and the three pipes; see process.hpp.
#include "support/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace plumb::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

[[noreturn]] void fail(const char* call) {
  throw std::system_error(errno, std::system_category(), call);
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
  return Pipe{ends[0], ends[1]};
}

void close_fd(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

int ms_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count()));
}

/// In the child: puts the streams in place and becomes the program. Ends with 127 where it cannot.
[[noreturn]] void become(const std::vector<char*>& argv, const ProcessOptions& options, int in,
                         int out, int err) {
  const int file = options.out_file.empty() ? out : ::open(options.out_file.c_str(), O_WRONLY);
  const bool placed = file >= 0 && dup2(in, 0) >= 0 && dup2(file, 1) >= 0 && dup2(err, 2) >= 0;
  const bool moved = options.folder.empty() || chdir(options.folder.c_str()) == 0;
  if (!placed || !moved) _exit(127);
  if (options.close_in) ::close(0);
  if (options.close_out) ::close(1);
  for (const std::string& variable : options.set_env) {
    const std::size_t at = variable.find('=');
    setenv(variable.substr(0, at).c_str(), variable.substr(at + 1).c_str(), 1);
  }
  ::signal(SIGPIPE, SIG_DFL);
  execvp(argv[0], argv.data());
  _exit(127);
}

/// Appends what can be read now; closes the end at the end of the stream.
void read_some(int& fd, std::string& into) {
  std::array<char, 65536> buffer{};
  const ssize_t n = ::read(fd, buffer.data(), buffer.size());
  if (n > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(n));
  } else if (n == 0 || errno != EINTR) {
    close_fd(fd);
  }
}

}  // namespace

std::string Finished::text() const {
  return fmt::format("status {}, signal {}\nstandard output: {}\nstandard error: {}", status,
                     signal, out.substr(0, 2000), err.substr(0, 2000));
}

Process::Process(const std::vector<std::string>& argv, const ProcessOptions& options) {
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  pid_ = fork();  // NOLINT(*-prefer-member-initializer): not before the pipes
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) become(pointers, options, in.read_end, out.write_end, err.write_end);
  close_fd(in.read_end);
  close_fd(out.write_end);
  close_fd(err.write_end);
  in_ = in.write_end;
  out_ = out.read_end;
  err_ = err.read_end;
}

Process::~Process() {
  close_fd(in_);
  close_fd(out_);
  close_fd(err_);
  if (!wait_status_) {
    ::kill(pid_, SIGKILL);
    reap();
  }
}

bool Process::send(std::string_view bytes) {
  while (in_ >= 0 && !bytes.empty()) {
    const ssize_t n = ::write(in_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) close_fd(in_);
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return bytes.empty();
}

void Process::close_input() { close_fd(in_); }
void Process::close_output() { close_fd(out_); }
void Process::kill(int signal) const { ::kill(pid_, signal); }

std::optional<std::string> Process::read_line(std::chrono::milliseconds limit) {
  const Clock::time_point deadline = Clock::now() + limit;
  while (true) {
    const std::size_t end = out_text_.find('\n');
    if (end != std::string::npos) {
      std::string line = out_text_.substr(0, end);
      out_text_.erase(0, end + 1);
      return line;
    }
    if (out_ < 0) return std::nullopt;
    pollfd ready{out_, POLLIN, 0};
    if (poll(&ready, 1, ms_until(deadline)) == 0) return std::nullopt;
    read_some(out_, out_text_);
  }
}

void Process::pump(std::string_view input) {
  const Clock::time_point deadline = Clock::now() + kProcessLimit;
  if (in_ >= 0) fcntl(in_, F_SETFL, O_NONBLOCK);
  while (out_ >= 0 || err_ >= 0) {
    if (input.empty()) close_fd(in_);
    std::array<pollfd, 3> ends{{{in_, POLLOUT, 0}, {out_, POLLIN, 0}, {err_, POLLIN, 0}}};
    const int ready = poll(ends.data(), ends.size(), ms_until(deadline));
    if (ready == 0) {
      err_text_ += "(killed: it did not end in time)";
      ::kill(pid_, SIGKILL);
      return;
    }
    if (ends[0].revents != 0) {
      const ssize_t n = ::write(in_, input.data(), input.size());
      if (n > 0) input.remove_prefix(static_cast<std::size_t>(n));
      if (n < 0 && errno != EINTR && errno != EAGAIN) close_fd(in_);
    }
    if (ends[1].revents != 0) read_some(out_, out_text_);
    if (ends[2].revents != 0) read_some(err_, err_text_);
  }
  close_fd(in_);
}

void Process::reap() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  wait_status_ = status;
}

Finished Process::finish(std::string_view input) {
  pump(input);
  if (!wait_status_) reap();
  const int status = *wait_status_;
  Finished done;
  done.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  done.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  done.out = std::move(out_text_);
  done.err = std::move(err_text_);
  return done;
}

Finished run_process(const std::vector<std::string>& argv, std::string_view input,
                     const ProcessOptions& options) {
  Process process(argv, options);
  return process.finish(input);
}

}  // namespace plumb::test
