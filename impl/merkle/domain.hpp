// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The two hashes that the map is made of, kept apart by their first byte (domain separation): what
// was hashed as a leaf never has the hash of an inner node, though both hash 65 bytes.
// Internal to impl/merkle; the tree and the verifier of proofs share it, so that neither can drift.
// Thread-safety: pure functions; the Hasher belongs to the caller.
// Spec:          spec/FORMAT.md section 7; AC-18. Relies on A-8.
#pragma once
#include <array>
#include <cstddef>

#include "base/bytes.hpp"
#include "merkle/hasher.hpp"

namespace plumb::merkle {

inline constexpr std::array<std::byte, 1> kLeafPrefix{std::byte{0x00}};
inline constexpr std::array<std::byte, 1> kNodePrefix{std::byte{0x01}};

/// The root of nothing: 32 zero bytes, a constant and not a hash.
inline constexpr Digest kEmptyRoot{};
/// A path has 256 bits, so no way from the root is longer.
inline constexpr unsigned kPathBits = 256;

[[nodiscard]] inline Digest leaf_hash(const Digest& path, const Digest& payload_hash,
                                      Hasher& hasher) {
  return hasher.hash({kLeafPrefix, view(path), view(payload_hash)});
}

[[nodiscard]] inline Digest node_hash(const Digest& left, const Digest& right, Hasher& hasher) {
  return hasher.hash({kNodePrefix, view(left), view(right)});
}

/// True when the two paths agree in their first `depth` bits.
[[nodiscard]] inline bool share_prefix(const Digest& a, const Digest& b, unsigned depth) noexcept {
  for (unsigned i = 0; i < depth; ++i) {
    if (a.bit(i) != b.bit(i)) return false;
  }
  return true;
}

}  // namespace plumb::merkle
