// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// An Outcome for people and for programs.
// Thread-safety: pure functions.
// Spec:          EV-2; impl/cli/README.md (command-line contract).
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "tool/outcome.hpp"

namespace plumb::spec::tool {

using Json = nlohmann::ordered_json;

/// "transactions 3, crashes 2, kill 1"
[[nodiscard]] std::string words_for(const Named& bounds);
/// "holds", "fails in 7 steps", "reached in 7 steps", "no witness", "not decided".
[[nodiscard]] std::string words_for(const Judged& judged);

/// Verdicts, coverage and counts; the shortest story of each violation that was asked for by name,
/// or of the first one.
[[nodiscard]] std::string to_text(const Outcome& outcome, bool with_coverage);
/// One story, step by step: the action, and what it changed, as it is read (cached) and as it may
/// come back after a power cut (durable).
[[nodiscard]] std::string to_text(const Outcome& outcome, const Judged& judged);

[[nodiscard]] Json to_json(const Story& story);
[[nodiscard]] Json to_json(const Outcome& outcome);

}  // namespace plumb::spec::tool
