// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the rows of the fault table share: stores made in peace, and what is left, opened and
// judged. Thread-safety: none. Spec:          EV-6; AC-1, AC-2, AC-5, AC-8.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "crash/faults.hpp"
#include "crash/history.hpp"
#include "crash/judge.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::crash {

/// posix-min, the gate: it allows what any local filesystem may do.
[[nodiscard]] const sim::Profile& gate();
[[nodiscard]] Hasher& hasher();

/// A store, and what is promised of it.
struct Victim {
  sim::Image image;
  Promise promise;
};
/// A store after so many transactions: small ones, or each half of a segment. Nothing is pending.
[[nodiscard]] Victim make_victim(std::uint32_t commits, bool small);
/// The life that goes on with a victim: its transactions are small, and none of them a repeat.
inline constexpr unsigned kGoesOn = 4;
[[nodiscard]] Operation commit_of(std::uint32_t number);

/// What an opening answered.
struct Opening {
  std::optional<Error> refused;
  std::optional<Violation> violation;
  std::uint64_t seq = 0;
  bool torn = false;            ///< it told of a torn tail
  bool audit_left_out = false;  ///< it told of bytes of the audit log that do not chain
};
/// Opens the disk, and lifts its faults behind the opening; what it shows must be within the
/// promise, and a refusal must not change a byte.
[[nodiscard]] Opening open_once(sim::SimDisk& disk, const Promise& promise);

/// The store on the disk opens within the promise, commits twice more, and opens again; all else is
/// a violation, told with `where`. True where the opening found a torn tail.
bool judge_left(Seen& seen, sim::SimDisk& disk, const Promise& promise, const std::string& where);

}  // namespace plumb::crash
