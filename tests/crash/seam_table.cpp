// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The table of mutants; see seam.hpp. Each column is data that a test compares with what happens.
#include <algorithm>
#include <array>

#include "crash/seam.hpp"

namespace plumb::crash {
namespace {

// In the order of the actions of an opening, a checkpoint and a commit.
constexpr std::array kMutants{
    Mutant{"no-sync-audit-entry", "LogAudit", Twist::no_sync, Place::audit_entry,
           "rule: anchor_synced", "AuditComplete fails in 5 steps", true, "event 23, WriteTemp",
           ""},
    Mutant{"no-sync-audit-end", "LogAudit", Twist::no_sync, Place::audit_end,
           "opening: LogAudit (2nd) after Open", "AuditComplete fails in 15 steps", true,
           "event 34, Open", ""},
    Mutant{"no-sync-audit-name", "LogAudit", Twist::no_sync, Place::audit_name, "",
           "not in the model: the name of the audit log", true,
           "lives (the model's audit log always has its name)", ""},
    Mutant{"no-write-audit-entry", "LogAudit", Twist::no_write, Place::audit_entry,
           "opening: without LogAudit", "AuditComplete fails in 4 steps", true,
           "event 22, LogAudit", ""},
    Mutant{"no-write-audit-end", "LogAudit", Twist::no_write, Place::audit_end,
           "opening: without LogAudit (2nd)", "AuditComplete fails in 15 steps", true,
           "event 32, LogAudit", ""},
    Mutant{"audit-entry-after-temp", "LogAudit", Twist::audit_after_temp, Place::audit_entry,
           "opening: LogAudit after WriteTemp", "AuditComplete fails in 4 steps", true,
           "event 22, WriteTemp", "the next opening finds no trace of one that was cut short"},
    Mutant{"no-write-temp", "WriteTemp", Twist::no_write, Place::temp,
           "checkpoint: without WriteTemp", "Deadlock fails in 26 steps", true,
           "event 24, SyncTemp", ""},
    Mutant{"write-temp-after-sync", "WriteTemp", Twist::write_after_sync, Place::temp,
           "checkpoint: WriteTemp after SyncTemp", "Deadlock fails in 26 steps", true,
           "event 24, SyncTemp", ""},
    Mutant{"no-sync-temp", "SyncTemp", Twist::no_sync, Place::temp, "checkpoint: without SyncTemp",
           "CheckpointCovers fails in 23 steps", true, "event 25, Rename", ""},
    Mutant{"no-rename", "Rename", Twist::no_rename, Place::checkpoint_name,
           "checkpoint: without Rename", "CheckpointCovers fails in 23 steps", true,
           "mapping: a sync of the folder without a cause", ""},
    Mutant{"rename-before-sync", "Rename", Twist::rename_before_sync, Place::temp,
           "checkpoint: SyncTemp after Rename", "Deadlock fails in 28 steps", false,
           "event 25, Rename", ""},
    Mutant{"rename-after-folder-sync", "Rename", Twist::rename_after_folder_sync,
           Place::checkpoint_name, "checkpoint: Rename after SyncDir",
           "CheckpointCovers fails in 24 steps", true,
           "mapping: a sync of the folder without a cause", ""},
    Mutant{"no-sync-checkpoint-name", "SyncDir", Twist::no_sync, Place::checkpoint_name,
           "checkpoint: without SyncDir", "CheckpointCovers fails in 23 steps", true,
           "event 27, DropOld", ""},
    Mutant{"no-sync-parent", "SyncDir", Twist::no_sync, Place::parent, "",
           "not in the model: the name of the store's own folder", true,
           "lives (the folder's own name is not in the model)", ""},
    Mutant{"no-drop", "DropOld", Twist::no_drop, Place::checkpoint_name,
           "checkpoint: without DropOld", "harmless", true, "event 28, DropOld", ""},
    Mutant{"unlink-before-rename", "DropOld", Twist::unlink_before_rename, Place::checkpoint_name,
           "checkpoint: SyncDir after DropOld", "CheckpointCovers fails in 23 steps", true,
           "event 26, DropOld", ""},
    Mutant{"unlink-before-folder-sync", "DropOld", Twist::unlink_before_folder_sync,
           Place::checkpoint_name, "checkpoint: SyncDir after DropOld",
           "CheckpointCovers fails in 23 steps", false, "event 27, DropOld", ""},
    Mutant{"no-segment-header", "AddSegment", Twist::no_write, Place::segment_header,
           "commit: without AddSegment", "Deadlock fails in 27 steps", true, "event 30, CleanTemp",
           ""},
    Mutant{"no-preallocation", "AddSegment", Twist::no_preallocation, Place::segment_zeros,
           "opening: without AddSegment", "TornOrCorrupt fails in 17 steps", true,
           "mapping: a sync of a segment that holds no zeros: log-1", ""},
    Mutant{"no-sync-segment-zeros", "AddSegment", Twist::no_sync, Place::segment_zeros,
           "opening: without AddSegment", "TornOrCorrupt fails in 17 steps", true,
           "mapping: a header over zeros that are not synced: log-1", ""},
    Mutant{"no-sync-segment-header", "AddSegment", Twist::no_sync, Place::segment_header,
           "opening: without AddSegment", "TornOrCorrupt fails in 17 steps", true,
           "event 31, CleanTemp", ""},
    Mutant{"no-sync-segment-name", "AddSegment", Twist::no_sync, Place::segment_name,
           "opening: without AddSegment", "TornOrCorrupt fails in 17 steps", true,
           "event 40, AppendWal", ""},
    Mutant{"no-append", "AppendWal", Twist::no_write, Place::record, "commit: without AppendWal",
           "Deadlock fails in 19 steps", true, "event 36, Ack", ""},
    Mutant{"append-after-sync", "AppendWal", Twist::write_after_sync, Place::record,
           "commit: AppendWal after SyncWal", "Deadlock fails in 19 steps", true,
           "mapping: a sync of a segment without a cause: log-0", ""},
    Mutant{"no-sync-record", "SyncWal", Twist::no_sync, Place::record, "commit: without SyncWal",
           "Deadlock fails in 23 steps", true, "event 37, Ack", ""},
    Mutant{"sync-after-ack", "SyncWal", Twist::sync_after_answer, Place::record,
           "commit: SyncWal after Ack", "Refines fails in 37 steps", true, "event 37, Ack", ""},
    Mutant{"no-load", "LoadCheckpoint", Twist::no_load, Place::checkpoint_name,
           "opening: without LoadCheckpoint", "Refines fails in 36 steps", true, "event 21, Refuse",
           ""},
    Mutant{"no-scan", "ScanWal", Twist::no_scan, Place::record, "opening: without ScanWal",
           "RedoOnce fails in 20 steps", true, "with a crash, event 40, RedoWal", ""},
    Mutant{"no-clean", "CleanTemp", Twist::no_clean, Place::leftovers, "opening: without CleanTemp",
           "harmless", true, "with a crash, mapping: a sync of the folder without a cause", ""},
    Mutant{"no-sync-leftovers", "CleanTemp", Twist::no_sync, Place::leftovers,
           "opening: without CleanTemp", "harmless", true,
           "lives (the model's CleanTemp syncs nothing)",
           "what comes back is removed by the next opening"},
    Mutant{"clean-after-audit-end", "CleanTemp", Twist::clean_after_audit, Place::leftovers,
           "opening: CleanTemp after LogAudit", "harmless", false,
           "with a crash, mapping: a sync of the folder without a cause",
           "what is left is removed by the next opening"},
};

}  // namespace

std::span<const Mutant> mutants() { return kMutants; }

const Mutant* find_mutant(std::string_view name) {
  const auto found = std::ranges::find(kMutants, name, &Mutant::name);
  return found == kMutants.end() ? nullptr : &*found;
}

}  // namespace plumb::crash
