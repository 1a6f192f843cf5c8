// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The explorer's few dealings with the simulated disk that are no crash states: words for people,
// and a sync that fails.
// Thread-safety: pure functions of their arguments.
// Spec:          EV-6; spec/ASSUMPTIONS.md R-25.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "sim/crash_states.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::crash {

/// The number of a crash after the last call of a life.
inline constexpr unsigned kAfterLast = std::numeric_limits<unsigned>::max();

[[nodiscard]] bool is_sync(const sim::Call& call);
[[nodiscard]] std::string words_of(const sim::Call& call);
/// What did not reach the disk, a sentence each.
[[nodiscard]] std::vector<std::string> words_of(const sim::Drops& drops);
/// Plans the failure of the call of that number. False where the profile's disk never fails so.
[[nodiscard]] bool plan_failed_sync(sim::SimDisk& disk, unsigned call, bool reverts);
[[nodiscard]] bool has_failed(const sim::SimDisk& disk);

}  // namespace plumb::crash
