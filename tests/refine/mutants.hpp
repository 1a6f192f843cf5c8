// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The wrong stores of crash/seam.hpp, held against the specification: the first event of each that
// is no step, in a run that nothing disturbs.
// Thread-safety: none.
// Spec:          EV-3, EV-6, EV-8.
#pragma once
#include <string>
#include <vector>

#include "refine/lives.hpp"

namespace plumb::refine {

struct MutantRow {
  const crash::Mutant* mutant = nullptr;
  /// By the specification: the event that is refused. By the mapping: a call that is no part of any
  /// action at its place, and no event. Else nothing is refused.
  enum class By : std::uint8_t { specification, mapping, nothing } by = By::nothing;
  bool crashed = false;     ///< refused no sooner than in a chain with a crash
  std::uint64_t event = 0;  ///< from 1
  std::string action{};     ///< of the event
  std::string why{};
  Trace trace{};  ///< up to the refused event
};

/// The mutant, with direct writes or buffered ones, through the standard history, on a store that
/// another process has made; undisturbed, and where nothing is refused, with a crash at each call.
[[nodiscard]] MutantRow refine_mutant(const crash::Mutant& mutant, bool direct);
/// "event 6, WriteTemp", "mapping: a header over ...", "with a crash, event 9, Open", "lives".
[[nodiscard]] std::string words_of(const MutantRow& row);

}  // namespace plumb::refine
