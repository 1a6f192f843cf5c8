// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The lines of a trace as they come, never more than one in memory.
// Thread-safety: none.
// Spec:          EV-5; README.md (the format).
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace plumb::spec::trace {

inline constexpr std::size_t kMostLineBytes = std::size_t{1} << 20U;

/// The environment failed. Exit status 3.
struct ReadFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Lines {
 public:
  /// Fills a part of the span and returns how much; 0 at the end.
  using Read = std::function<std::size_t(std::span<char>)>;

  explicit Lines(Read read) : read_(std::move(read)) {}

  /// The next line without its line feed; nothing at the end. The last one may lack it. Throws
  /// Malformed for a line that is too long, and what the source throws.
  [[nodiscard]] std::optional<std::string> next();
  /// Of the line that next() gave last, or tried to; counted from 1.
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  Read read_;
  std::string buffer_;
  std::size_t used_ = 0;  // of buffer_
  bool ended_ = false;
  std::uint64_t number_ = 0;
};

/// Of a file, "-" being standard input. Throws ReadFailure, now or later.
[[nodiscard]] Lines lines_of_file(const std::string& path);
/// Of a text, which outlives them.
[[nodiscard]] Lines lines_of_text(std::string_view text);

}  // namespace plumb::spec::trace
