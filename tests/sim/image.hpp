// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A folder as a value: names and contents, nothing pending. What a crash leaves, and what a
// simulated disk starts from. Contents are shared and never change, so copies are cheap.
// Thread-safety: values; shared contents are immutable.
// Spec:          EV-4; spec/ASSUMPTIONS.md, rules of the disk.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "support/memory_disk.hpp"

namespace plumb::sim {

using FileBytes = std::shared_ptr<const Bytes>;

struct Image {
  std::map<std::string, FileBytes, std::less<>> files;

  /// By content.
  friend bool operator==(const Image& a, const Image& b);
  /// 64 bits of names and contents, for de-duplication; the same on every machine.
  [[nodiscard]] std::uint64_t digest() const;
};

[[nodiscard]] Image image_of(const test::Files& files);
[[nodiscard]] test::Files files_of(const Image& image);

/// 64 bits of a byte string. Image::digest() is the sum of file_digest() over its files.
[[nodiscard]] std::uint64_t hash_of(std::string_view bytes) noexcept;
/// One file's share of a digest, from the hashes of its name and of its content.
[[nodiscard]] std::uint64_t file_digest(std::uint64_t name_hash,
                                        std::uint64_t content_hash) noexcept;

/// The next number of a sequence that a seed starts (SplitMix64); the same on every machine.
[[nodiscard]] std::uint64_t next_random(std::uint64_t& state) noexcept;

}  // namespace plumb::sim
