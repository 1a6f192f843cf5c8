// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Mounts for tests: a filesystem of its own over a folder, or the same folder read-only. Made in a
// mount namespace of this process (programs that it starts share it), so nothing of them is left.
// Needs root and says so where it is not.
// Thread-safety: none.
// Spec:          spec/ASSUMPTIONS.md faults 11, 22.
#pragma once
#include <string>

namespace plumb::test {

class Mount {
 public:
  /// A tmpfs over the folder, of so many bytes.
  [[nodiscard]] static Mount tmpfs(const std::string& folder, unsigned bytes);
  /// The folder over itself, read-only.
  [[nodiscard]] static Mount read_only(const std::string& folder);
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  Mount(Mount&&) = delete;
  Mount& operator=(Mount&&) = delete;
  ~Mount();

  /// False where mounting is not possible here; that has been said, and the test returns.
  explicit operator bool() const { return done_; }
  /// Another size for a tmpfs.
  [[nodiscard]] bool resize(unsigned bytes);

 private:
  Mount(std::string folder, bool done);

  std::string folder_;
  bool done_;
};

}  // namespace plumb::test
