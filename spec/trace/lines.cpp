// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Lines from a file or a text; see lines.hpp.
#include "trace/lines.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "trace/event.hpp"

namespace plumb::spec::trace {
namespace {

constexpr std::size_t kBufferBytes = 65536;

ReadFailure failure(const char* call) {
  return ReadFailure(std::string(call) + ": " + std::generic_category().message(errno));
}

}  // namespace

std::optional<std::string> Lines::next() {
  std::string line;
  bool any = false;
  ++number_;
  for (;;) {
    if (used_ == buffer_.size()) {
      buffer_.resize(kBufferBytes);
      buffer_.resize(ended_ ? 0 : read_(std::span(buffer_)));
      used_ = 0;
      ended_ = buffer_.empty();
      if (ended_) break;
    }
    const std::size_t end = buffer_.find('\n', used_);
    const std::size_t part = std::min(end, buffer_.size()) - used_;
    any = true;
    if (line.size() + part >= kMostLineBytes) throw Malformed("the line is longer than 1 MiB");
    line.append(buffer_, used_, part);
    used_ += part;
    if (end == std::string::npos) continue;
    ++used_;
    return line;
  }
  if (any) return line;
  --number_;
  return std::nullopt;
}

Lines lines_of_file(const std::string& path) {
  const auto close = [](std::FILE* file) {
    if (file != stdin) static_cast<void>(std::fclose(file));  // it was only read
  };
  const std::shared_ptr<std::FILE> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"),
                                        [close](std::FILE* opened) {
                                          if (opened != nullptr) close(opened);
                                        });
  if (!file) throw failure("open");
  return Lines([file](std::span<char> into) {
    const std::size_t got = std::fread(into.data(), 1, into.size(), file.get());
    if (got == 0 && std::ferror(file.get()) != 0) throw failure("read");
    return got;
  });
}

Lines lines_of_text(std::string_view text) {
  return Lines([text](std::span<char> into) mutable {
    const std::size_t got = text.copy(into.data(), into.size());
    text.remove_prefix(got);
    return got;
  });
}

}  // namespace plumb::spec::trace
