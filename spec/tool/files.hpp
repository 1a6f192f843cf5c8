// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Files and the terminal.
// Errors:        FileFailure, with the file and the reason.
// Thread-safety: none; standard output and error are the process's own.
// Spec:          impl/cli/README.md (command-line contract).
#pragma once
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "check/options.hpp"
#include "tool/outcome.hpp"

namespace plumb::spec::tool {

/// To standard output, and to standard error.
void print(std::string_view text);
void remark(std::string_view text);

[[nodiscard]] std::string read_file(const std::string& name);
void write_file(const std::string& name, std::string_view text);

/// Lines, written as they come.
class TextFile {
 public:
  explicit TextFile(std::string name);
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  ~TextFile();
  void line(std::string_view text);
  /// What was not closed may be incomplete.
  void close();

 private:
  [[noreturn]] void fail(const char* what) const;
  std::string name_;
  std::FILE* file_;
};

/// In the form that the ending of the name stands for. Throws Refused for an ending that it does
/// not know.
void write_trace(const std::string& name, const Outcome& outcome, const Judged& judged);
void write_dot(const std::string& name, const Outcome& outcome, const Judged& judged);

/// Rewrites one line on a terminal, writes lines elsewhere; silent for searches of under a second.
[[nodiscard]] std::function<void(const Progress&)> progress_line(const std::string& what);

}  // namespace plumb::spec::tool
