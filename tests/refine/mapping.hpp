// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Which call at the seam is which part of which action: a table. A call that is in no row of it is
// an error, never skipped; so is a kind of call that is in neither list.
// Thread-safety: constants and pure functions.
// Spec:          EV-3; the actions of spec/commit/rows.hpp; impl/disk/disk.hpp.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/sim_disk.hpp"

namespace plumb::refine {

/// What a call is done to.
enum class Target : std::uint8_t {
  lock,
  audit,
  temp,
  checkpoint,
  segment_header,  ///< log-<slot>, a write at 0
  segment,         ///< log-<slot>, anything else
  folder,
  other,
};

/// What a call is in the protocol.
enum class Part : std::uint8_t {
  lock_made,       ///< none: the lock is not in the model
  parent_synced,   ///< none: the folder's own name is not in the model
  audit_made,      ///< of LogAudit: its name
  audit_written,   ///< LogAudit, first half
  audit_synced,    ///< LogAudit, second half; where the name is new, with the folder's sync
  temp_gone,       ///< of WriteTemp, or of CleanTemp; or an abandoned one
  temp_made,       ///< of WriteTemp
  temp_written,    ///< WriteTemp
  temp_synced,     ///< SyncTemp
  renamed,         ///< Rename
  folder_synced,   ///< SyncDir, or the name in LogAudit or AddSegment, or what CleanTemp removed
  dropped,         ///< DropOld; all of them together
  slot_made,       ///< of AddSegment
  slot_filled,     ///< of AddSegment: zeros
  slot_synced,     ///< of AddSegment: zeros; SyncWal, or AddSegment's header, where data is synced
  slot_gone,       ///< of AddSegment that failed, or of CleanTemp
  header_written,  ///< AddSegment, first half
  header_synced,   ///< AddSegment, second half; where the name is new, with the folder's sync
  record_written,  ///< AppendWal
  record_synced,   ///< SyncWal: the direct write has returned
};

struct Rule {
  sim::CallKind call;
  Target target;
  sim::Moment moment;
  Part part;
};
using Mapping = std::vector<Rule>;

/// The mapping.
[[nodiscard]] const Mapping& mapping();
/// Calls that change nothing: no part of any action.
[[nodiscard]] std::span<const sim::CallKind> reads();

[[nodiscard]] Target target_of(const sim::Call& call);
/// Nothing where the call at that moment is in no rule. Some calls count at one of their two
/// moments alone: see is_known.
[[nodiscard]] std::optional<Part> part_of(const Mapping& mapping, const sim::Call& call,
                                          sim::Moment moment);
/// Whether the call is in a rule at either moment.
[[nodiscard]] bool is_known(const Mapping& mapping, const sim::Call& call);
[[nodiscard]] std::string_view name_of(Part part);

}  // namespace plumb::refine
