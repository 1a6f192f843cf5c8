// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the benchmarks commit: two of 10,000 keys of 12 bytes, drawn from a fixed seed; and the
// folder they work in.
// Thread-safety: none; one thread.
// Spec:          P-1 (value sizes), P-6.
#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "commit/store.hpp"

namespace plumb::bench {

inline constexpr std::uint64_t kKeys = 10'000;

/// A fresh folder inside `parent`, removed at the end.
class WorkFolder {
 public:
  /// Throws EnvironmentFailure.
  explicit WorkFolder(const std::string& parent);
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  WorkFolder(WorkFolder&&) = delete;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

class Workload {
 public:
  explicit Workload(std::size_t value_bytes) : value_bytes_(value_bytes) {}
  /// Puts new values under two keys.
  [[nodiscard]] Transaction next();
  /// A new store on the disk with all keys in its checkpoint. It makes no checkpoint on its own.
  [[nodiscard]] std::unique_ptr<Store> preloaded_store(Disk& disk);

 private:
  [[nodiscard]] Bytes value();
  std::size_t value_bytes_;
  std::mt19937_64 random_{20269};
};

}  // namespace plumb::bench
