// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Folders as values and their digests; see image.hpp.
#include "sim/image.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace plumb::sim {
namespace {

// SplitMix64: its increment and its two multipliers.
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t kFirst = 0xBF58476D1CE4E5B9U;
constexpr std::uint64_t kSecond = 0x94D049BB133111EBU;

std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30U)) * kFirst;
  x = (x ^ (x >> 27U)) * kSecond;
  return x ^ (x >> 31U);
}

}  // namespace

bool operator==(const Image& a, const Image& b) {
  return std::ranges::equal(a.files, b.files, [](const auto& left, const auto& right) {
    return left.first == right.first &&
           (left.second == right.second || *left.second == *right.second);
  });
}

std::uint64_t Image::digest() const {
  std::uint64_t sum = 0;
  for (const auto& [name, bytes] : files) sum += file_digest(hash_of(name), hash_of(*bytes));
  return sum;
}

Image image_of(const test::Files& files) {
  Image image;
  for (const auto& [name, bytes] : files) {
    image.files.emplace(name, std::make_shared<const Bytes>(bytes));
  }
  return image;
}

test::Files files_of(const Image& image) {
  test::Files files;
  for (const auto& [name, bytes] : image.files) files.emplace(name, *bytes);
  return files;
}

// Four lanes of eight bytes, so that the multiplications overlap.
std::uint64_t hash_of(std::string_view bytes) noexcept {
  constexpr std::size_t kStep = 32;
  std::array<std::uint64_t, 4> lanes{kGolden, kFirst, kSecond, bytes.size()};
  std::array<std::uint64_t, 4> block{};
  const auto add = [&] {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      lanes[i] = std::rotl((lanes[i] ^ block[i]) * kGolden, 29);
    }
  };
  std::size_t at = 0;
  for (; at + kStep <= bytes.size(); at += kStep) {
    std::memcpy(block.data(), bytes.data() + at, kStep);
    add();
  }
  if (at < bytes.size()) {
    block.fill(0);
    std::memcpy(block.data(), bytes.data() + at, bytes.size() - at);
    add();
  }
  std::uint64_t all = bytes.size();
  for (const std::uint64_t lane : lanes) all = mix(all ^ lane) + kGolden;
  return mix(all);
}

std::uint64_t file_digest(std::uint64_t name_hash, std::uint64_t content_hash) noexcept {
  return mix(mix(name_hash + kGolden) ^ content_hash);
}

std::uint64_t next_random(std::uint64_t& state) noexcept {
  state += kGolden;
  return mix(state);
}

}  // namespace plumb::sim
