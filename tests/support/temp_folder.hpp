// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A fresh, empty folder of the real filesystem, gone with everything in it at the end of the test.
// Lies where the environment's TMPDIR says, so that a test run can choose the filesystem.
// Invariants:    path() is absolute, without links, and belongs to this object alone.
// Thread-safety: none needed; each test has its own.
#pragma once
#include <string>
#include <string_view>

namespace plumb::test {

class TempFolder {
 public:
  /// Throws std::system_error where no folder can be made: the test cannot run.
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  TempFolder(TempFolder&&) = delete;
  TempFolder& operator=(TempFolder&&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// path() + '/' + name.
  [[nodiscard]] std::string file(std::string_view name) const;

 private:
  std::string path_;
};

/// The whole content of a file, by plain streams: a second way to look, apart from the code under
/// test. Throws std::runtime_error where it cannot be read.
[[nodiscard]] std::string read_file(const std::string& path);
/// Creates or replaces a file.
void write_file(const std::string& path, std::string_view content);

}  // namespace plumb::test
