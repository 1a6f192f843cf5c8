// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random numbers from a seed, the same with every standard library (its distributions are not).
// Thread-safety: none.
#pragma once
#include <cstdint>
#include <iterator>
#include <random>

#include "base/bytes.hpp"

namespace plumb::test {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  /// 0 to below - 1; 0 where `below` is 0.
  std::uint64_t below(std::uint64_t below) { return below == 0 ? 0 : engine_() % below; }
  /// True once in `n` throws.
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Bytes bytes(std::size_t count) {
    Bytes random;
    while (random.size() < count) random.push_back(static_cast<char>(below(256)));
    return random;
  }
  /// Any element of a container that has some.
  template <class Container>
  auto& pick(Container& from) {
    return *std::next(from.begin(), static_cast<std::ptrdiff_t>(below(from.size())));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace plumb::test
