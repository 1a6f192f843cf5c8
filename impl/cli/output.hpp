// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a verb says, and where: results on standard output, errors, notes and progress on standard
// error. Every write to standard output is checked; a full disk or a closed pipe behind it is an
// error like any other and ends in exit status 3.
// Invariants:    after a failed write nothing more is written to standard output.
// Thread-safety: none, but Progress runs its own thread that touches standard error alone.
// Spec:          impl/cli/README.md (command-line contract). AC-12.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.hpp"

namespace plumb::cli {

inline constexpr int kDone = 0;
inline constexpr int kWrongUsage = 2;
inline constexpr int kEnvironment = 3;

class Console {
 public:
  bool json = false;   ///< --json
  bool quiet = false;  ///< --quiet

  /// Adds text to what flush() will write. Large outputs are written on the way.
  void print(std::string_view text);
  /// print() and a line feed.
  void line(std::string_view text);
  /// Writes what print() gathered. False: standard output is broken; error() says how.
  bool flush();
  [[nodiscard]] bool broken() const noexcept { return error_.has_value(); }

  /// Reports the error on standard error, as text or as one JSON object; returns its exit status.
  int fail(const Error& error) const;
  /// fail() for arguments that make no sense.
  int wrong_usage(std::string reason) const;
  /// A remark for people on standard error; none with --quiet or --json.
  void note(std::string_view text) const;
  /// Flushes and returns `status`, or reports that standard output is broken.
  int finish(int status = kDone);

 private:
  std::string pending_;
  std::optional<Error> error_;
};

/// Says on standard error that the work still goes on, from the first second to the end of its
/// life; nothing with --quiet or --json.
class Progress {
 public:
  Progress(const Console& console, std::string what);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  Progress(Progress&&) = delete;
  Progress& operator=(Progress&&) = delete;
  ~Progress();

 private:
  void run();

  std::string what_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

/// Opens standard input, output and error where the caller has closed them, so that no file of a
/// store gets their numbers. Reading from, or writing to, such a stream fails. False: impossible.
[[nodiscard]] bool occupy_standard_streams() noexcept;

}  // namespace plumb::cli
