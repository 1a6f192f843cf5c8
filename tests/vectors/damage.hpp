// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random damage to the files of a store: what disks do, what people do, and lies with right
// digests.
// Thread-safety: pure functions.
// Spec:          AC-7, AC-8, AC-11; spec/ASSUMPTIONS.md faults 8 to 10 and 18.
#pragma once
#include <string>
#include <vector>

#include "support/memory_disk.hpp"
#include "vectors/dice.hpp"

namespace plumb::test {

/// Does one to three kinds of damage; `past` are earlier states of the same folder. Returns what it
/// did, for people.
std::vector<std::string> damage(Files& files, const std::vector<Files>& past, Dice& dice);

/// The names of all kinds.
[[nodiscard]] std::vector<std::string> damage_kinds();

}  // namespace plumb::test
