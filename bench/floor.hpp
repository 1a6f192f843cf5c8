// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The floor of a durable commit: one aligned write past the cache into a zero-filled file of fixed
// size, `raw-direct`; where the filesystem refuses that, pwrite and fdatasync.
// Thread-safety: none; one thread.
// Spec:          spec/REQUIREMENTS.md, goals of AC-19 (floor); P-1.
#pragma once
#include <cstdint>
#include <string>

#include "commit/aligned_buffer.hpp"

namespace plumb::bench {

class Floor {
 public:
  /// Creates the file, zero-filled and synced. Throws EnvironmentFailure. Expects bytes to be a
  /// multiple of 512.
  Floor(const std::string& file, std::uint64_t write_bytes);
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;
  Floor(Floor&&) = delete;
  Floor& operator=(Floor&&) = delete;
  ~Floor();

  /// Other bytes for the next write.
  void prepare();
  /// One durable write at the next place. Throws EnvironmentFailure.
  void write();
  [[nodiscard]] bool direct() const noexcept { return direct_; }

 private:
  int fd_ = -1;
  bool direct_ = true;
  std::uint64_t bytes_;
  std::uint64_t offset_ = 0;
  std::uint64_t number_ = 0;
  AlignedBuffer buffer_;
};

}  // namespace plumb::bench
