// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// 64-bit fingerprints of keys, the digest of a set of them, and how likely it is that two states
// share one.
// A fingerprint is no cryptographic hash: it is chosen for speed, and nobody is expected to attack
// it. It is the same on every machine and in every version with the same kFingerprintVersion, since
// manifests pin digests of it.
// Thread-safety: pure functions; a Digest has one writer.
// Spec:          EV-1 (equal sets of states), EV-2.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace plumb::spec {

/// Raised with any change of what fingerprint() or Digest yields.
inline constexpr std::uint32_t kFingerprintVersion = 1;

/// A bijection of 64-bit words in which each input bit moves about half of the output bits
/// (the finaliser of Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t word) noexcept {
  word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9U;
  word = (word ^ (word >> 27U)) * 0x94D049BB133111EBU;
  return word ^ (word >> 31U);
}

namespace detail {

inline constexpr std::uint64_t kOdd1 = 0x9E3779B97F4A7C15U;  // 2^64 / golden ratio
inline constexpr std::uint64_t kOdd2 = 0xD1B54A32D192ED03U;  // 2^64 / plastic number

/// Up to eight bytes, least significant first.
[[nodiscard]] inline std::uint64_t word_at(const std::byte* bytes, std::size_t count) noexcept {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes, count);
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      word |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    }
  }
  return word;
}

/// Both halves are injective in `word`, so keys that differ in one word never meet here.
[[nodiscard]] constexpr std::uint64_t absorbed(std::uint64_t hash, std::uint64_t word) noexcept {
  word *= kOdd1;
  word ^= word >> 32U;
  hash = std::rotl(hash ^ (word * kOdd2), 29);
  return hash * kOdd1 + kOdd2;
}

}  // namespace detail

/// Never 0, which marks an empty place in a table.
[[nodiscard]] inline std::uint64_t fingerprint(std::span<const std::byte> key) noexcept {
  std::uint64_t hash = mixed(key.size() + detail::kOdd2);
  const std::byte* at = key.data();
  std::size_t left = key.size();
  for (; left >= 8; left -= 8, at += 8) hash = detail::absorbed(hash, detail::word_at(at, 8));
  if (left > 0) hash = detail::absorbed(hash, detail::word_at(at, left));
  hash = mixed(hash);
  return hash == 0 ? 1 : hash;
}

/// A 128-bit sum over the members of a set, the same in whatever order they come: each half adds
/// up, modulo 2^64, another mixture of every member's fingerprint. Two sets with equal digests are
/// the same for all purposes here; who wants to forge one can.
class Digest {
 public:
  void add(std::uint64_t fingerprint) noexcept {
    halves_[0] += mixed(fingerprint + detail::kOdd1);
    halves_[1] += mixed(fingerprint ^ detail::kOdd2);
  }
  void add(const Digest& other) noexcept {
    halves_[0] += other.halves_[0];
    halves_[1] += other.halves_[1];
  }
  /// 32 hexadecimal digits.
  [[nodiscard]] std::string hex() const {
    constexpr std::array<char, 17> kDigits{"0123456789abcdef"};
    std::string text;
    for (const std::uint64_t half : halves_) {
      for (unsigned shift = 64; shift > 0; shift -= 4) {
        text += kDigits.at((half >> (shift - 4)) & 0xFU);
      }
    }
    return text;
  }
  [[nodiscard]] std::array<std::uint64_t, 2>& halves() noexcept { return halves_; }
  [[nodiscard]] const std::array<std::uint64_t, 2>& halves() const noexcept { return halves_; }
  friend bool operator==(const Digest&, const Digest&) = default;

 private:
  std::array<std::uint64_t, 2> halves_{};
};

/// An upper bound for the chance that at least two of `distinct` states share a fingerprint, and
/// one of them therefore was taken for visited: n^2 / 2^65, as for fingerprints drawn by lot.
[[nodiscard]] constexpr double collision_probability(std::uint64_t distinct) noexcept {
  constexpr double kTwoTo65 = 36893488147419103232.0;
  const auto n = static_cast<double>(distinct);
  return n * n / kTwoTo65;
}

}  // namespace plumb::spec
