// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Runs a program as a user would: arguments as bytes (no shell between), standard input from a
// string or line by line through a pipe, standard output and error caught, the exit status kept.
// A program that does not end is killed after kProcessLimit, so that no test hangs.
// Thread-safety: each object from one thread at a time. SIGPIPE is ignored in the whole test
// program from the first start on; the child gets the default action back.
// Spec:          impl/cli/README.md (command-line contract).
#pragma once
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plumb::test {

inline constexpr std::chrono::seconds kProcessLimit{60};

/// How a process ended and what it said.
struct Finished {
  int status = -1;  ///< exit status; -1 where a signal ended it
  int signal = 0;   ///< that signal, 0 where none
  std::string out;
  std::string err;

  /// For failure messages: status, signal and both streams.
  [[nodiscard]] std::string text() const;
};

struct ProcessOptions {
  std::string folder;                ///< working folder; empty: this process's
  std::vector<std::string> set_env;  ///< "NAME=VALUE", on top of this process's environment
  std::string out_file;              ///< standard output goes to this existing file ("/dev/full")
  bool close_in = false;             ///< the program starts with standard input closed
  bool close_out = false;            ///< the program starts with standard output closed
};

/// A running process, fed through a pipe.
class Process {
 public:
  /// Starts argv[0] (a path, or a name looked up in PATH). Throws std::system_error where that
  /// cannot be done.
  explicit Process(const std::vector<std::string>& argv, const ProcessOptions& options = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process(Process&&) = delete;
  Process& operator=(Process&&) = delete;
  /// Kills what still runs.
  ~Process();

  /// Writes to standard input; false where the process has closed it. Does not read meanwhile: for
  /// input that fits a pipe (64 KiB) while nobody reads the output.
  bool send(std::string_view bytes);
  void close_input();
  /// Closes our end of its standard output: its next write fails with EPIPE.
  void close_output();
  /// The next line of standard output without its line feed; nothing at the end of the output or
  /// when `limit` has passed.
  [[nodiscard]] std::optional<std::string> read_line(
      std::chrono::milliseconds limit = kProcessLimit);
  /// True once read_line() has seen the end of its standard output.
  [[nodiscard]] bool output_ended() const noexcept { return out_ < 0; }
  void kill(int signal) const;
  /// Sends `input`, closes standard input and reads both streams to their end, all at once, then
  /// waits. What read_line() has returned is not in `out` again.
  [[nodiscard]] Finished finish(std::string_view input = {});
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  void pump(std::string_view input);
  void reap();

  pid_t pid_ = -1;
  int in_ = -1;   // our end of its standard input; -1: closed
  int out_ = -1;  // of its standard output
  int err_ = -1;  // of its standard error
  std::string out_text_;
  std::string err_text_;
  std::optional<int> wait_status_;
};

/// Starts, feeds and awaits a process.
[[nodiscard]] Finished run_process(const std::vector<std::string>& argv,
                                   std::string_view input = {}, const ProcessOptions& options = {});

}  // namespace plumb::test
