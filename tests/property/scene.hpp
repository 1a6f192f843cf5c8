// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a drawn history means on the simulated disk: its profile, its options, and which call a blow
// is for.
// Thread-safety: pure functions.
// Spec:          EV-3; spec/ASSUMPTIONS.md.
#pragma once
#include <cstdint>
#include <vector>

#include "commit/options.hpp"
#include "property/history.hpp"
#include "sim/profile.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::property {

/// Failing calls are counted among the first ones of their kind: few steps make more.
inline constexpr std::uint32_t kNearCalls = 4;
/// Disk full: bytes of room for each unit of Blow::at.
inline constexpr std::uint32_t kFullStep = 256;

/// The profiles on which a sync makes something durable.
[[nodiscard]] const std::vector<const sim::Profile*>& claimed_profiles();
[[nodiscard]] const sim::Profile& profile_of(const Scene& scene);
[[nodiscard]] Options options_of(const Scene& scene);

[[nodiscard]] sim::CallKind sync_kind(const Blow& blow);
[[nodiscard]] sim::CallKind call_kind(const Blow& blow);
/// The disk's plan for a failed sync, an I/O error or a full disk.
[[nodiscard]] sim::Faults faults_of(const Blow& blow, const sim::SimDisk& disk);

}  // namespace plumb::property
