// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The atomic commit protocol as an executable state machine: entry header.
//   rows      commit/table.hpp: every variant as data; mutants.hpp, harmless.hpp: its mutants
//   rules     commit/rules.hpp: the decisions, over any value domain; ledger.hpp: what they refine
//   models    commit/classic.hpp, commit/golden.hpp: the steps of a row within bounds
// Thread-safety: constants and values.
// Spec:          AC-1 to AC-16, EV-1.
#pragma once
#include <string_view>

#include "commit/classic.hpp"
#include "commit/golden.hpp"
#include "commit/harmless.hpp"
#include "commit/mutants.hpp"
#include "commit/table.hpp"

namespace plumb::spec::commit {

/// f(model) with the model of that row's family: Classic or Golden.
template <class F>
decltype(auto) with_model(const Row& row, const Bounds& bounds, F&& f) {
  return row.family == Family::golden ? f(Golden(row, bounds)) : f(Classic(row, bounds));
}

/// Every row: the golden ones first.
inline constexpr auto kTable = [] {
  std::array<Row, kGoldenTable.size() + kClassicTable.size()> rows{};
  std::size_t n = 0;
  for (const Row& row : kGoldenTable) rows[n++] = row;
  for (const Row& row : kClassicTable) rows[n++] = row;
  return rows;
}();

/// The row of that name, or null.
constexpr const Row* find_row(std::string_view name) {
  for (const Row& row : kTable) {
    if (row.name.view() == name) return &row;
  }
  return nullptr;
}

/// FNV-1a over every field of every row: goes into each report, so that a verdict names its table.
constexpr std::uint64_t table_hash() {
  std::uint64_t hash = 0xCBF29CE484222325U;
  const auto add = [&](std::uint64_t byte) { hash = (hash ^ (byte & 255U)) * 0x100000001B3U; };
  const auto number = [&](auto value) {
    for (unsigned i = 0; i < 4; ++i) add(static_cast<std::uint64_t>(value) >> (8 * i));
  };
  for (const Row& row : kTable) {
    for (const char c : row.name.view()) add(static_cast<unsigned char>(c));
    number(row.family), number(row.mode), number(row.log), number(row.reader);
    number(row.lsn), number(row.keeps_open), number(row.background), number(row.batch);
    number(row.group), number(row.in_flight), number(row.window), number(row.taken_away);
    for (const Program* p : {&row.commit, &row.sync, &row.checkpoint, &row.recovery}) {
      number(p->size);
      for (std::size_t i = 0; i < p->size; ++i) number(p->at(i));
    }
  }
  return hash;
}

}  // namespace plumb::spec::commit
