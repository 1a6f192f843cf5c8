// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Lines of a file or of standard input, as they arrive.
// Invariants:    a line is returned as soon as its line feed has been read; the last one may lack
//                it. No line is longer than kMaxLineBytes.
// Thread-safety: next() from one thread at a time; stop() from any.
// Spec:          impl/cli/README.md (command-line contract).
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace plumb::cli {

/// More than any transaction can need, whose record fits a segment of 1 GiB at most.
inline constexpr std::size_t kMaxLineBytes = std::size_t{1} << 30U;

class LineSource {
 public:
  /// Opens the file; "-" is standard input. Errors io, not_found.
  [[nodiscard]] static Result<std::unique_ptr<LineSource>> open(const std::string& path);
  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;
  LineSource(LineSource&&) = delete;
  LineSource& operator=(LineSource&&) = delete;
  ~LineSource();

  /// The next line without its line feed; nothing at the end, or after stop(). Errors: io;
  /// too_large, a line over kMaxLineBytes.
  [[nodiscard]] Result<std::optional<std::string>> next();
  /// Makes a next() that waits for input return nothing, now and from now on.
  void stop() noexcept;
  /// What the lines come from, for messages.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  LineSource(std::string name, int fd, int stop_fd);
  [[nodiscard]] Error system_error(const char* call) const;
  [[nodiscard]] Result<bool> fill();

  std::string name_;
  int fd_;
  int stop_fd_;           // an eventfd; readable once stopped
  std::string pending_;   // read and not yet returned
  std::size_t from_ = 0;  // where in pending_ the next line starts
  bool end_ = false;
  std::atomic<bool> stopped_ = false;
};

/// The whole of a file or of standard input ("-"), kMaxLineBytes at most. Errors as LineSource's.
[[nodiscard]] Result<std::string> read_whole(const std::string& path);

}  // namespace plumb::cli
