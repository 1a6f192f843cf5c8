// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The folder a campaign works in, copies of stores inside it, and what filesystem it lies on.
// Invariants:    everything that a campaign creates lies in this folder.
// Thread-safety: none; one thread.
#pragma once
#include <string>

namespace plumb::audit {

class Scratch {
 public:
  /// A fresh folder inside `parent`. Throws EnvironmentFailure where none can be made.
  explicit Scratch(const std::string& parent);
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Scratch(Scratch&&) = delete;
  Scratch& operator=(Scratch&&) = delete;
  /// Removes it, unless it is to be kept.
  ~Scratch();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string at(const std::string& name) const { return path_ + '/' + name; }
  /// Copies a store to a folder of that name, replacing what is there; returns its path.
  [[nodiscard]] std::string copy(const std::string& store, const std::string& name) const;
  void keep() noexcept { keep_ = true; }

 private:
  std::string path_;
  bool keep_ = false;
};

/// "ext4": the type of the filesystem that holds the path, as the system lists it; "unknown" where
/// it does not.
[[nodiscard]] std::string filesystem_of(const std::string& path);

}  // namespace plumb::audit
