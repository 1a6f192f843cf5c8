// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The properties by their names, and the witnesses (`sometimes`) that keep them from holding for
// want of anything happening. What each says of a state or a step is in classic_properties.hpp and
// golden_properties.hpp.
// Thread-safety: constants.
// Spec:          REQUIREMENTS.md, AC-1 to AC-16; EV-2.
#pragma once
#include <array>
#include <cstddef>

#include "check/model.hpp"
#include "commit/rows.hpp"

namespace plumb::spec::commit {

enum class Property : std::uint8_t {
  Atomicity,
  Durability,
  Consistency,
  NoPanic,
  WriteAhead,
  WalOrder,
  HonestReport,
  RecoveryIdempotent,
  BoundedLoss,
  RedoOnce,
  TornOrCorrupt,
  NoResurrection,
  FailClosed,
  CheckpointCovers,
  AuditComplete,
  NoLeftovers,
  Refines,
  Termination,
  // Witnesses.
  TornTailIsRead,
  RecordsAreGlued,
  ReplayChangesContent,
  StaleTempIsFound,
  BufferIsLost,
  WritebackBetweenAppends,
  KillThenPowerCutLoses,
  CommitRecordLostEffectStays,
  MiddleRenameSurvives,
  RecordBehindHole,
  SegmentIsReused,
  OlderCheckpointIsRead,
  HeaderIsTorn,
  EntryIsTakenUp,
  CommitIsRefused,
  StoreIsPoisoned,
  CorruptionIsRefused,
  CrashBeforeLoadCheckpoint,
  CrashBeforeScanWal,
  CrashBeforeCutTail,
  CrashBeforeSyncCut,
  CrashBeforeRedoWal,
  CrashBeforeLogAudit,
  CrashBeforeWriteTemp,
  CrashBeforeSyncTemp,
  CrashBeforeRename,
  CrashBeforeSyncDir,
  CrashBeforeDropOld,
  CrashBeforeRecycleWal,
  CrashBeforeAddSegment,
  CrashBeforeCleanTemp,
  CrashBeforeOpen,
};
inline constexpr std::size_t kClaims = 18;  // the properties before the witnesses
inline constexpr std::size_t kProperties = 50;

inline constexpr auto kInvariant = PropertyKind::invariant;
inline constexpr auto kAction = PropertyKind::action;
inline constexpr auto kSometimes = PropertyKind::sometimes;

/// In the order of Property.
inline constexpr std::array<PropertyInfo, kProperties> kPropertyTable{{
    {"Atomicity", kInvariant, "AC-1",
     "what readers see is the content after a first part of the transactions, in commit order"},
    {"Durability", kInvariant, "AC-2",
     "what readers see holds every transaction that a client was promised"},
    {"Consistency", kInvariant, "AC-4", "the stored Merkle root is the root of the stored content"},
    {"NoPanic", kInvariant, "AC-5", "no crash that the disk allows makes an opening refuse"},
    {"WriteAhead", kInvariant, "AC-3",
     "no image of a transaction can survive where its log record may be lost"},
    {"WalOrder", kInvariant, "AC-3", "in each log that may survive a COMMIT follows its PREPARE"},
    {"HonestReport", kAction, "AC-12",
     "what an opening reports as applied is in the content, what it reports as rolled back is not"},
    {"RecoveryIdempotent", kAction, "AC-5",
     "an opening that was disturbed shows what an undisturbed one would have shown"},
    {"BoundedLoss", kAction, "AC-15",
     "an opening loses nothing that was shown, and at most W acknowledged transactions"},
    {"RedoOnce", kAction, "AC-6",
     "an opening applies every durable record above its checkpoint, exactly once, in order"},
    {"TornOrCorrupt", kAction, "AC-7",
     "a torn end is never called corruption, confirmed damage is never called a torn end"},
    {"NoResurrection", kInvariant, "AC-9",
     "what was reported as not committed, or left out by an opening, is never visible again"},
    {"FailClosed", kAction, "AC-8",
     "what no rule explains is refused, and a refused opening changes nothing on disk"},
    {"CheckpointCovers", kAction, "AC-16",
     "what is dropped or reused is covered by a checkpoint that survives every crash"},
    {"AuditComplete", kInvariant, "AC-11",
     "an opening's entry is durable before it writes anything else, and stays"},
    {"NoLeftovers", kAction, "AC-10", "no temporary file is left once an opening has finished"},
    {"Refines", kAction, "EV-1", "every step is a step of the ledger, or none"},
    {"Termination", PropertyKind::termination, "AC-5",
     "with finitely many crashes the run ends, done or in a reported halt"},
    {"TornTailIsRead", kSometimes, "AC-7", "ScanWal reads a torn record"},
    {"RecordsAreGlued", kSometimes, "AC-7", "a record is appended to a torn one"},
    {"ReplayChangesContent", kSometimes, "AC-6", "RedoWal applies something"},
    {"StaleTempIsFound", kSometimes, "AC-10", "an opening finds a temp file"},
    {"BufferIsLost", kSometimes, "AC-2", "a crash takes records that were only in memory"},
    {"WritebackBetweenAppends", kSometimes, "AC-3",
     "the kernel writes one record before the next is appended"},
    {"KillThenPowerCutLoses", kSometimes, "AC-5",
     "what a kill left pending is lost in a later power cut"},
    {"CommitRecordLostEffectStays", kSometimes, "AC-12",
     "a COMMIT is lost and the state file holds its transaction"},
    {"MiddleRenameSurvives", kSometimes, "AC-5",
     "the state name comes back with neither its oldest nor its newest file"},
    {"RecordBehindHole", kSometimes, "AC-7", "a record survives behind one that did not"},
    {"SegmentIsReused", kSometimes, "AC-16", "AddSegment takes a segment that held records"},
    {"OlderCheckpointIsRead", kSometimes, "AC-16",
     "an opening loads a checkpoint that is not the newest ever written"},
    {"HeaderIsTorn", kSometimes, "AC-7", "a power cut leaves a segment header unreadable"},
    {"EntryIsTakenUp", kSometimes, "AC-11", "an opening takes up the entry of an unfinished one"},
    {"CommitIsRefused", kSometimes, "AC-9", "a commit is refused before anything is written"},
    {"StoreIsPoisoned", kSometimes, "AC-9", "a failed sync poisons the store"},
    {"CorruptionIsRefused", kSometimes, "AC-7", "confirmed damage is refused"},
    {"CrashBeforeLoadCheckpoint", kSometimes, "AC-5", "a crash before LoadCheckpoint"},
    {"CrashBeforeScanWal", kSometimes, "AC-5", "a crash before ScanWal"},
    {"CrashBeforeCutTail", kSometimes, "AC-5", "a crash before CutTail"},
    {"CrashBeforeSyncCut", kSometimes, "AC-5", "a crash before SyncCut"},
    {"CrashBeforeRedoWal", kSometimes, "AC-5", "a crash before RedoWal"},
    {"CrashBeforeLogAudit", kSometimes, "AC-5", "a crash before LogAudit"},
    {"CrashBeforeWriteTemp", kSometimes, "AC-5", "a crash before an opening's WriteTemp"},
    {"CrashBeforeSyncTemp", kSometimes, "AC-5", "a crash before an opening's SyncTemp"},
    {"CrashBeforeRename", kSometimes, "AC-5", "a crash before an opening's Rename"},
    {"CrashBeforeSyncDir", kSometimes, "AC-5", "a crash before an opening's SyncDir"},
    {"CrashBeforeDropOld", kSometimes, "AC-5", "a crash before an opening's DropOld"},
    {"CrashBeforeRecycleWal", kSometimes, "AC-5", "a crash before an opening's RecycleWal"},
    {"CrashBeforeAddSegment", kSometimes, "AC-5", "a crash before an opening's AddSegment"},
    {"CrashBeforeCleanTemp", kSometimes, "AC-5", "a crash before CleanTemp"},
    {"CrashBeforeOpen", kSometimes, "AC-5", "a crash before Open"},
}};

/// The program step that a `CrashBefore...` witness is about.
constexpr Op crash_before(Property p) {
  constexpr std::array<Op, 15> kSteps{
      Op::LoadCheckpoint, Op::ScanWal,    Op::CutTail,    Op::SyncCut,   Op::RedoWal,
      Op::LogAudit,       Op::WriteTemp,  Op::SyncTemp,   Op::Rename,    Op::SyncDir,
      Op::DropOld,        Op::RecycleWal, Op::AddSegment, Op::CleanTemp, Op::Open};
  return kSteps[static_cast<std::size_t>(p) -
                static_cast<std::size_t>(Property::CrashBeforeLoadCheckpoint)];
}
constexpr bool is_crash_before(Property p) { return p >= Property::CrashBeforeLoadCheckpoint; }

}  // namespace plumb::spec::commit
