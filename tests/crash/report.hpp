// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a campaign found, for people and as one JSON object.
// Thread-safety: pure functions of their arguments.
// Spec:          EV-6; impl/cli/README.md (command-line contract).
#pragma once
#include <string>
#include <vector>

#include "crash/campaign.hpp"

namespace plumb::crash {

[[nodiscard]] std::string to_text(const Request& request, const Outcome& outcome);
[[nodiscard]] std::string to_json(const Request& request, const Outcome& outcome);
[[nodiscard]] std::string to_text(const std::vector<MutantRow>& rows);
[[nodiscard]] std::string to_json(const std::vector<MutantRow>& rows);

}  // namespace plumb::crash
