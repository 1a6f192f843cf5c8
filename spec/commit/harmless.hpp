// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Mutants that the search does not refute, each with the reason. A mutant that is in neither place
// fails the tests; so does one that stands here and is refuted after all.
// Thread-safety: constants.
// Spec:          EV-4.
#pragma once
#include <array>
#include <string_view>

#include "commit/rows.hpp"

namespace plumb::spec::commit {

struct Harmless {
  std::string_view row;  ///< the row and every row whose name goes on behind it
  std::string_view mutant;
  std::string_view reason;
};

namespace detail {

inline constexpr std::string_view kLogCarries =
    "the log holds every transaction for good: a rename that is lost or missing is redone from it";
inline constexpr std::string_view kStateCarries =
    "the state file, durable before Ack, holds the transaction without its COMMIT";
inline constexpr std::string_view kNothingToRedo =
    "a COMMIT is durable only behind its state file, so there is nothing to redo";
inline constexpr std::string_view kCutIsSynced =
    "the next SyncWal covers the cut, and before it nothing relies on the cut";
inline constexpr std::string_view kOtherSyncDir =
    "the other SyncDir of the opening makes the same names durable before Open";
inline constexpr std::string_view kNothingToClean =
    "the opening's own WriteTemp and Rename leave no temp file; half-made segments are not "
    "modelled";
inline constexpr std::string_view kOldOnes =
    "an older checkpoint that stays is left to the next DropOld; the newest one decides";
inline constexpr std::string_view kBothFollow =
    "both follow SyncDir, and neither relies on the other";
inline constexpr std::string_view kOneInFlight =
    "with one record in flight none can survive without the one before it, which was durable";

}  // namespace detail

inline constexpr std::array kHarmless{
    Harmless{"classic, full", "commit: without Rename", detail::kLogCarries},
    Harmless{"classic, full", "commit: without SyncDir", detail::kLogCarries},
    Harmless{"classic, full", "commit: Rename after SyncDir", detail::kLogCarries},
    Harmless{"classic, full", "commit: SyncDir after AppendCommit", detail::kLogCarries},
    Harmless{"classic, full", "commit: without AppendCommit", detail::kStateCarries},
    Harmless{"classic, full", "commit: without SyncWal (2nd)", detail::kStateCarries},
    Harmless{"classic, full", "commit: AppendCommit after SyncWal", detail::kStateCarries},
    Harmless{"classic, full", "commit: SyncWal (2nd) after Ack", detail::kStateCarries},
    Harmless{"classic, full", "opening: without ScanWal", detail::kNothingToRedo},
    Harmless{"classic, full", "opening: without RedoWal", detail::kNothingToRedo},
    Harmless{"classic, no directory sync, replay", "commit: without Rename", detail::kLogCarries},
    Harmless{"classic, no directory sync, replay", "commit: Rename after AppendCommit",
             detail::kLogCarries},
    Harmless{"classic", "opening: without SyncCut", detail::kCutIsSynced},
    Harmless{"classic", "opening: CutTail after SyncCut", detail::kCutIsSynced},
    Harmless{"classic", "opening: SyncCut after CleanTemp", detail::kCutIsSynced},
    Harmless{"classic", "opening: without SyncDir", detail::kOtherSyncDir},
    Harmless{"classic", "opening: CleanTemp after SyncDir", detail::kOtherSyncDir},
    Harmless{"classic", "opening: SyncDir after RedoWal", detail::kOtherSyncDir},
    Harmless{"classic", "opening: without SyncDir (2nd)", detail::kLogCarries},
    Harmless{"classic", "opening: Rename after SyncDir", detail::kLogCarries},
    Harmless{"classic", "opening: SyncDir (2nd) after Open", detail::kLogCarries},
    Harmless{"classic", "opening: RedoWal after WriteTemp",
             "the image is older than what is shown, and the log still holds the difference"},
    Harmless{"classic", "switch: reader",
             "CutTail leaves no bad record that a reader could stop at or skip"},
    Harmless{"golden", "commit: AddSegment after AppendWal",
             "the next segment is prepared early; SyncWal syncs every segment that needs it"},
    Harmless{"golden", "checkpoint: without DropOld", detail::kOldOnes},
    Harmless{"golden", "opening: without DropOld", detail::kOldOnes},
    Harmless{"golden", "checkpoint: DropOld after RecycleWal", detail::kBothFollow},
    Harmless{"golden", "opening: DropOld after RecycleWal", detail::kBothFollow},
    Harmless{"golden", "opening: without CleanTemp", detail::kNothingToClean},
    Harmless{"golden", "opening: AddSegment after CleanTemp", detail::kNothingToClean},
    Harmless{"golden", "opening: CleanTemp after LogAudit", detail::kNothingToClean},
    Harmless{"golden", "rule: reader_stops",
             "a record behind a missing one does not hold the digest of the log's end"},
    Harmless{"golden", "rule: fresh_salt",
             "no record is written under a header whose sync failed; late writes are not modelled"},
    Harmless{"golden, sync", "rule: chain", detail::kOneInFlight},
    Harmless{"golden, sync", "rule: confirm_by_durable_seq", detail::kOneInFlight},
    Harmless{"golden, sync", "rule: sync_all_segments",
             "the one record in flight lies in the active segment"},
    Harmless{"golden, sync", "rule: sync_start", "nothing is appended while a sync runs"},
    Harmless{"golden, sync", "rule: window", "no Ack comes before its sync in this mode"},
};

/// Why the mutant of that row cannot be refuted; empty if it has to be.
constexpr std::string_view why_harmless(std::string_view row, std::string_view mutant) {
  for (const Harmless& entry : kHarmless) {
    if (row.starts_with(entry.row) && mutant == entry.mutant) return entry.reason;
  }
  return {};
}

}  // namespace plumb::spec::commit
