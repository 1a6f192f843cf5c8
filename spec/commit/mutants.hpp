// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Mutants of a row, made mechanically: each action of each program deleted, each two neighbours
// swapped, each rule or switch taken away. The search has to refute every one of them, or the table
// in harmless.hpp says why it cannot.
// Thread-safety: pure functions.
// Spec:          EV-4.
#pragma once
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "commit/rows.hpp"

namespace plumb::spec::commit {

struct Mutant {
  Text name;  ///< "opening: without SyncDir", "rule: chain"
  Row row;
};

namespace detail {

inline void add_program_mutants(const Row& base, Program Row::* which, std::string_view where,
                                std::vector<Mutant>& to) {
  const Program& program = base.*which;
  const auto add = [&](std::string_view what, std::string_view op, std::string_view and_op,
                       unsigned nth, const Program& changed) {
    Mutant m{{}, base};
    m.name += where;
    m.name += what;
    m.name += op;
    if (nth > 1) m.name += nth == 2 ? " (2nd)" : " (3rd)";
    m.name += and_op;
    m.row.*which = changed;
    m.row.name += "; ";
    m.row.name += m.name.view();
    to.push_back(m);
  };
  for (std::size_t i = 0; i < program.size; ++i) {
    Program less;
    for (std::size_t k = 0; k < program.size; ++k) {
      if (k != i) less.push(program.at(k));
    }
    const Op op = program.at(i);
    add(": without ", name(op), "", program.before(i, op) + 1, less);
  }
  for (std::size_t i = 0; i + 1 < program.size; ++i) {
    if (program.at(i) == program.at(i + 1)) continue;
    Program swapped = program;
    std::swap(swapped.ops[i], swapped.ops[i + 1]);
    Text after(" after ");
    after += name(program.at(i + 1));
    const Op op = program.at(i);
    add(": ", name(op), after.view(), program.before(i, op) + 1, swapped);
  }
}

inline void add_switch(const Row& base, const Text& words, const Row& changed,
                       std::vector<Mutant>& to) {
  Mutant m{words, changed};
  m.row.name = base.name;
  m.row.name += "; ";
  m.row.name += words.view();
  to.push_back(m);
}

}  // namespace detail

namespace detail {

inline constexpr std::array<Bounds, 2> kClassicTries{
    {{.transactions = 2, .crashes = 1, .split_rename = false},
     {.transactions = 3, .crashes = 2, .split_rename = false}}};
inline constexpr std::array<Bounds, 7> kGoldenTries{
    {{.transactions = 2, .crashes = 2},
     {.transactions = 3, .crashes = 1, .segments = 2, .segment_records = 1},
     {.transactions = 3, .crashes = 1, .rots = 1},
     {.transactions = 1, .crashes = 2, .io_errors = 1, .segments = 1, .segment_records = 3},
     {.transactions = 2, .crashes = 1, .io_errors = 1, .segments = 2, .segment_records = 1},
     {.transactions = 3, .crashes = 2},
     {.transactions = 3, .crashes = 2, .rots = 1}}};

}  // namespace detail

/// Bounds that between them refute every mutant that is not harmless, small ones first. Within each
/// of them the rows themselves hold; classic ones where a rename is one step.
constexpr std::span<const Bounds> mutant_bounds(Family family) {
  if (family == Family::golden) return detail::kGoldenTries;
  return detail::kClassicTries;
}

[[nodiscard]] inline std::vector<Mutant> mutants(const Row& base) {
  std::vector<Mutant> all;
  detail::add_program_mutants(base, &Row::commit, "commit", all);
  detail::add_program_mutants(base, &Row::sync, "sync", all);
  detail::add_program_mutants(base, &Row::checkpoint, "checkpoint", all);
  detail::add_program_mutants(base, &Row::recovery, "opening", all);
  Row changed = base;
  if (base.family == Family::classic) {
    changed.lsn = !base.lsn;
    detail::add_switch(base, "switch: LSN", changed, all);
    changed = base;
    changed.reader = base.reader == Reader::stops ? Reader::skips : Reader::stops;
    detail::add_switch(base, "switch: reader", changed, all);
    changed = base;
    changed.keeps_open = !base.keeps_open;
    detail::add_switch(base, "switch: open PREPARE kept", changed, all);
    return all;
  }
  for (std::size_t i = 0; i < kRules; ++i) {
    Text words("rule: ");
    words += kRuleTable[i].name;
    changed = base;
    changed.taken_away = bit(static_cast<Rule>(i));
    detail::add_switch(base, words, changed, all);
  }
  return all;
}

}  // namespace plumb::spec::commit
