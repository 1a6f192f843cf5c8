// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Mutants of a row, made mechanically: each step of its two programs left out, and each pair of
// neighbours exchanged. The mutants that take a rule away are rows of their own in rows.hpp.
// Invariants:    a mutant differs from its row in one program alone.
// Thread-safety: pure functions.
// Spec:          EV-4.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meter/row.hpp"

namespace plumb::spec::meter {

struct Mutant {
  std::string name;
  Row row;
};

/// Within which they are searched: enough for each to be refuted.
inline constexpr Bounds kMutantBounds = {.cpu = 3, .waits = 0};

[[nodiscard]] constexpr Program without(const Program& program, int at) {
  Program shorter;
  std::size_t n = 0;
  for (int i = 0; i < program.size(); ++i) {
    if (i != at) shorter.ops[n++] = program.ops[static_cast<std::size_t>(i)];
  }
  return shorter;
}

[[nodiscard]] constexpr Program swapped(Program program, int at) {
  const auto i = static_cast<std::size_t>(at);
  std::swap(program.ops[i], program.ops[i + 1]);
  return program;
}

/// Why the mutant of "golden" breaks nothing; empty if it has to.
[[nodiscard]] constexpr std::string_view why_harmless(std::string_view mutant) {
  if (mutant != "ConfirmPark before ConfirmReport") return {};
  return "the flag and the report touch different fields, and ConfirmLast still looks after both";
}

/// The mutants of one of the row's programs.
inline void add_mutants(std::vector<Mutant>& all, const Row& row, Program Row::* part) {
  const Program& program = row.*part;
  const auto op = [&](int i) {
    return std::string(name(program.ops[static_cast<std::size_t>(i)]));
  };
  for (int i = 0; i < program.size(); ++i) {
    Mutant mutant{"without " + op(i), row};
    mutant.row.*part = without(program, i);
    all.push_back(mutant);
  }
  for (int i = 0; i + 1 < program.size(); ++i) {
    Mutant mutant{op(i + 1) + " before " + op(i), row};
    mutant.row.*part = swapped(program, i);
    all.push_back(mutant);
  }
}

[[nodiscard]] inline std::vector<Mutant> mutants_of(const Row& row) {
  std::vector<Mutant> all;
  add_mutants(all, row, &Row::thread);
  add_mutants(all, row, &Row::watcher);
  return all;
}

}  // namespace plumb::spec::meter
