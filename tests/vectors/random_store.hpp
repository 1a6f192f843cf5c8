// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A random store from a seed: sessions of random transactions and checkpoints that end in a close
// or a crash, openings that fail on the way, and damage of every kind, or none.
// Invariants:    the same seed gives the same bytes.
// Thread-safety: pure function.
// Spec:          EV-7; AC-4 to AC-8.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "vectors/scene.hpp"

namespace plumb::test {

struct RandomStore {
  Files files;
  Content content;                  ///< by the model, before any damage
  std::uint64_t seq = 0;            ///< the same
  std::vector<std::string> damage;  ///< what was done to it; empty: nothing
};

[[nodiscard]] RandomStore make_random_store(std::uint64_t seed);

}  // namespace plumb::test
