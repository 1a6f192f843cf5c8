// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// One of the folders that a power cut may leave, drawn by a seed: for histories that are too long
// to enumerate what each of their crashes may leave.
// Thread-safety: none; the disk must not change meanwhile.
// Spec:          spec/ASSUMPTIONS.md; EV-3.
#pragma once
#include <cstdint>

#include "sim/crash_states.hpp"

namespace plumb::sim {

/// Seed 0: nothing that is pending survives; 1: all of it does. Any other draws each choice that
/// the profile leaves, evenly, or mostly kept, or mostly lost; equal seeds draw equal states.
[[nodiscard]] Drops sample_crash(const SimDisk& disk, std::uint64_t seed);
/// The folder that it leaves.
[[nodiscard]] Image sample_crash_state(const SimDisk& disk, std::uint64_t seed);

}  // namespace plumb::sim
