// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Many random histories. A history that breaks a promise is shrunk, told in words, and comes with
// its seed and with the line that plays it again.
// RC_PARAMS sets seed and number, as for every property (support/property.hpp).
// Thread-safety: none.
// Spec:          EV-3, EV-4.
#pragma once
#include <optional>
#include <string>

#include "crash/seam.hpp"
#include "property/cover.hpp"
#include "property/history.hpp"

namespace plumb::property {

/// Histories of a campaign, unless RC_PARAMS has another number.
inline constexpr int kHistories = 6000;
/// Histories that a mutant must survive to be called alive.
inline constexpr int kMutantHistories = 400;

/// Names a mutant of the seam that the random histories are played on, for replays.
inline constexpr const char* kMutantVariable = "PLUMBLINE_MUTANT";

struct Finding {
  std::string rule;   ///< the requirement's number
  std::string story;  ///< the shrunk history, what it breaks, the seed and the replay line
};

/// "AC-2: transaction 1 was promised, ..." where the history breaks a promise, else nothing.
[[nodiscard]] std::optional<std::string> broken_by(const History& history,
                                                   const crash::Mutant* mutant, Cover& cover);

/// Plays `histories` of them; nothing where all of them keep all promises.
[[nodiscard]] std::optional<Finding> run_campaign(const crash::Mutant* mutant, int histories,
                                                  Cover& cover);
/// Whether some history catches the mutant. Nothing is shrunk.
[[nodiscard]] bool kills(const crash::Mutant& mutant);

}  // namespace plumb::property
