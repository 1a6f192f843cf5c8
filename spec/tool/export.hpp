// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// One trace in the forms that other programs read.
//   ITF      Informal Trace Format, JSON (Apalache ADR-015): a state for each step, with its action
//   TLA+     a module whose constant Trace is the run, and which walks along it
//   DOT      a graph for Graphviz: a box a state with what changed, an edge an action
//   script   JSON Lines for a crash simulator: each action in order, and for each power cut which
//            of its old, new or torn contents every pending item of the disk is left with
// Thread-safety: pure functions. Each expects a story with at least one step.
// Spec:          EV-2.
#pragma once
#include <string>

#include "tool/outcome.hpp"

namespace plumb::spec::tool {

[[nodiscard]] std::string to_itf(const Outcome& outcome, const Judged& judged);
[[nodiscard]] std::string to_tla(const Outcome& outcome, const Judged& judged,
                                 const std::string& module);
[[nodiscard]] std::string to_dot(const Outcome& outcome, const Judged& judged);
[[nodiscard]] std::string to_script(const Outcome& outcome, const Judged& judged);

}  // namespace plumb::spec::tool
