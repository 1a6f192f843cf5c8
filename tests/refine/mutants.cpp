// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Wrong stores against the specification; see mutants.hpp.
#include "refine/mutants.hpp"

#include <fmt/format.h>

namespace plumb::refine {

MutantRow refine_mutant(const crash::Mutant& mutant, bool direct) {
  Setup setup;
  setup.profile = sim::find_profile("posix-min");
  setup.direct = direct;
  setup.history = crash::standard_history(3);
  setup.mutant = &mutant;
  setup.made = true;
  Lives lives(setup);
  lives.run_undisturbed();
  MutantRow row{.mutant = &mutant, .crashed = !lives.failure()};
  if (row.crashed) lives.run_crashes();
  if (!lives.failure()) return row;
  const Failure& failure = *lives.failure();
  const bool refused = failure.verdict.event != 0;
  row.by = refused ? MutantRow::By::specification : MutantRow::By::mapping;
  row.event = failure.verdict.event;
  row.action = failure.verdict.action;
  row.why = failure.verdict.why;
  row.trace = failure.trace;
  if (refused) row.trace.events.resize(row.event);
  return row;
}

std::string words_of(const MutantRow& row) {
  const std::string when = row.crashed ? "with a crash, " : "";
  switch (row.by) {
    case MutantRow::By::specification:
      return fmt::format("{}event {}, {}", when, row.event, row.action);
    case MutantRow::By::mapping:
      return when + "mapping: " + row.why;
    case MutantRow::By::nothing:
      return "lives";
  }
  return "";
}

}  // namespace plumb::refine
