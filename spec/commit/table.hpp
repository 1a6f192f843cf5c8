// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The one table of variants. A row is data: programs and switches; what it guarantees is for the
// search to find. Mutants are made from these rows in mutants.hpp.
// Thread-safety: constants.
// Spec:          EV-1, EV-2; AC-15 (modes), AC-16 (checkpoints).
#pragma once
#include <array>

#include "commit/rows.hpp"

namespace plumb::spec::commit {

namespace programs {

using enum Op;

// Classic, commit. The report's protocol is `full`.
inline constexpr Program kFull{AppendPrepare, SyncWal,      WriteTemp, SyncTemp, Rename,
                               SyncDir,       AppendCommit, SyncWal,   Ack};
inline constexpr Program kNoSyncDir{AppendPrepare, SyncWal,      WriteTemp, SyncTemp,
                                    Rename,        AppendCommit, SyncWal,   Ack};
inline constexpr Program kNoSyncTemp{AppendPrepare, SyncWal,      WriteTemp, Rename,
                                     SyncDir,       AppendCommit, SyncWal,   Ack};
inline constexpr Program kBatched{BufferPrepare, WriteTemp, SyncTemp, Rename,
                                  AppendCommit,  SyncWal,   Ack};
inline constexpr Program kBatchedSyncDir{BufferPrepare, WriteTemp,    SyncTemp, Rename,
                                         SyncDir,       AppendCommit, SyncWal,  Ack};
inline constexpr Program kBatchedWalOnly{BufferPrepare, BufferCommit, Ack};
inline constexpr Program kBackground{AppendPrepare, WriteTemp, SyncTemp, Rename,
                                     AppendCommit,  SyncWal,   Ack};
inline constexpr Program kBackgroundBoth{AppendPrepare, WriteTemp,    SyncTemp,
                                         Rename,        AppendCommit, Ack};
inline constexpr Program kBackgroundBothSyncDir{AppendPrepare, WriteTemp,    SyncTemp, Rename,
                                                SyncDir,       AppendCommit, Ack};
inline constexpr Program kBackgroundWalOnly{AppendPrepare, AppendCommit, Ack};
inline constexpr Program kEarlyAck{AppendPrepare, Ack,     SyncWal,      WriteTemp, SyncTemp,
                                   Rename,        SyncDir, AppendCommit, SyncWal};
inline constexpr Program kGroup{AppendPrepare, AppendPrepare, SyncWal,      WriteTemp, SyncTemp,
                                Rename,        SyncDir,       AppendCommit, SyncWal,   Ack};

// Classic, opening.
inline constexpr Program kRecoverFull{LoadCheckpoint, ScanWal, CutTail, SyncCut,
                                      CleanTemp,      SyncDir, RedoWal, WriteTemp,
                                      SyncTemp,       Rename,  SyncDir, Open};
inline constexpr Program kRecoverBare{LoadCheckpoint, CleanTemp, Open};
inline constexpr Program kRecoverNoCut{LoadCheckpoint, ScanWal,  CleanTemp, SyncDir, RedoWal,
                                       WriteTemp,      SyncTemp, Rename,    SyncDir, Open};
inline constexpr Program kRecoverNoFirstSyncDir{LoadCheckpoint, ScanWal, CutTail,   SyncCut,
                                                CleanTemp,      RedoWal, WriteTemp, SyncTemp,
                                                Rename,         SyncDir, Open};
inline constexpr Program kRecoverRollBack{LoadCheckpoint, ScanWal, CutTail, SyncCut,
                                          CleanTemp,      SyncDir, Open};

// Golden. A checkpoint runs beside the commits (apart), or ends each of them (after each).
inline constexpr Program kCommit{AddSegment, AppendWal, SyncWal, Ack};
inline constexpr Program kCommitCheckpoint{AddSegment, AppendWal, SyncWal, Ack,     WriteTemp,
                                           SyncTemp,   Rename,    SyncDir, DropOld, RecycleWal};
inline constexpr Program kTwoInFlight{AddSegment, AppendWal, AddSegment, AppendWal,
                                      SyncWal,    Ack,       Ack};
inline constexpr Program kAppend{AddSegment, AppendWal};
inline constexpr Program kAppendAck{AddSegment, AppendWal, Ack};
inline constexpr Program kSyncAck{SyncWal, Ack};
inline constexpr Program kSync{SyncWal};
inline constexpr Program kCheckpoint{WriteTemp, SyncTemp, Rename, SyncDir, DropOld, RecycleWal};
inline constexpr Program kOpening{LoadCheckpoint, ScanWal,   RedoWal,  LogAudit, WriteTemp,
                                  SyncTemp,       Rename,    SyncDir,  DropOld,  RecycleWal,
                                  AddSegment,     CleanTemp, LogAudit, Open};

}  // namespace programs

namespace detail {

struct ClassicRow {
  Text name;
  Program commit;
  Program recovery;
  bool lsn = true;
  bool background = false;
  std::uint8_t batch = 0;
  std::uint8_t group = 1;
  bool keeps_open = false;
};

inline constexpr std::uint8_t kBatch = 13;  // more records than any model has: never full

inline constexpr std::array kClassic{
    ClassicRow{"classic, full", programs::kFull, programs::kRecoverFull},
    ClassicRow{"classic, open PREPARE kept", programs::kFull, programs::kRecoverFull, true, false,
               0, 1, true},
    ClassicRow{"classic, no directory sync, no replay", programs::kNoSyncDir,
               programs::kRecoverBare, false},
    ClassicRow{"classic, directory sync, no replay", programs::kFull, programs::kRecoverBare,
               false},
    ClassicRow{"classic, no directory sync, replay", programs::kNoSyncDir, programs::kRecoverFull},
    ClassicRow{"replay without LSN", programs::kFull, programs::kRecoverFull, false},
    ClassicRow{"torn tail not truncated", programs::kNoSyncDir, programs::kRecoverNoCut},
    ClassicRow{"recovery does not sync what it shows", programs::kNoSyncDir,
               programs::kRecoverNoFirstSyncDir},
    ClassicRow{"temp file not synced", programs::kNoSyncTemp, programs::kRecoverFull},
    ClassicRow{"batched WAL, no replay", programs::kBatched, programs::kRecoverBare, false, false,
               kBatch},
    ClassicRow{"batched WAL, replay", programs::kBatched, programs::kRecoverFull, true, false,
               kBatch},
    ClassicRow{"batched WAL, replay, directory sync", programs::kBatchedSyncDir,
               programs::kRecoverFull, true, false, kBatch},
    ClassicRow{"batched, WAL only", programs::kBatchedWalOnly, programs::kRecoverFull, true, false,
               kBatch},
    ClassicRow{"background fsync, no replay", programs::kBackground, programs::kRecoverBare, false,
               true},
    ClassicRow{"background fsync of both records", programs::kBackgroundBoth,
               programs::kRecoverFull, true, true},
    ClassicRow{"background fsync of both records, directory sync", programs::kBackgroundBothSyncDir,
               programs::kRecoverFull, true, true},
    ClassicRow{"background fsync, WAL only", programs::kBackgroundWalOnly, programs::kRecoverFull,
               true, true},
    ClassicRow{"ack before flush", programs::kEarlyAck, programs::kRecoverFull},
    ClassicRow{"group commit", programs::kGroup, programs::kRecoverFull, true, false, 0, 2},
    ClassicRow{"group commit, roll-back only", programs::kGroup, programs::kRecoverRollBack, true,
               false, 0, 2},
};

constexpr Row classic_row(const ClassicRow& from, Log log) {
  Row row;
  row.name = from.name;
  row.commit = from.commit;
  row.recovery = from.recovery;
  row.lsn = from.lsn;
  row.background = from.background;
  row.batch = from.batch;
  row.group = from.group;
  row.keeps_open = from.keeps_open;
  row.log = log;
  row.reader = log == Log::growing ? Reader::skips : Reader::stops;  // text, frames
  if (log == Log::preallocated) row.name += ", preallocated";
  return row;
}

}  // namespace detail

/// Each classic row on a growing log of text lines, then on a preallocated log of frames.
inline constexpr std::size_t kClassicRows = 2 * detail::kClassic.size();
inline constexpr auto kClassicTable = [] {
  std::array<Row, kClassicRows> rows{};
  std::size_t n = 0;
  for (const Log log : {Log::growing, Log::preallocated}) {
    for (const auto& from : detail::kClassic) rows[n++] = detail::classic_row(from, log);
  }
  return rows;
}();

namespace detail {

constexpr Row golden_row(const Text& name, Mode mode, const Program& commit,
                         const Program& checkpoint) {
  Row row;
  row.name = name;
  row.family = Family::golden;
  row.mode = mode;
  row.commit = commit;
  row.checkpoint = checkpoint;
  row.recovery = programs::kOpening;
  row.log = Log::preallocated;
  row.reader = Reader::stops;
  row.lsn = true;
  if (mode == Mode::group || mode == Mode::batch) row.group = 2;
  if (mode == Mode::async || mode == Mode::relaxed) {
    row.in_flight = 2;
    row.background = true;
  }
  if (mode == Mode::async) row.sync = programs::kSyncAck;
  if (mode == Mode::relaxed) {
    row.sync = programs::kSync;
    row.window = 1;
  }
  return row;
}
constexpr Row with_in_flight(Row row, std::uint8_t records, std::uint8_t window) {
  row.in_flight = records;
  row.window = window;
  return row;
}

}  // namespace detail

inline constexpr std::array kGoldenTable{
    detail::golden_row("golden, sync", Mode::sync, programs::kCommit, programs::kCheckpoint),
    detail::golden_row("golden, sync, checkpoint after each", Mode::sync,
                       programs::kCommitCheckpoint, {}),
    detail::golden_row("golden, group", Mode::group, programs::kCommit, programs::kCheckpoint),
    detail::golden_row("golden, group, checkpoint after each", Mode::group,
                       programs::kCommitCheckpoint, {}),
    detail::golden_row("golden, batch", Mode::batch, programs::kCommit, programs::kCheckpoint),
    detail::with_in_flight(detail::golden_row("golden, several records in a sync", Mode::sync,
                                              programs::kTwoInFlight, programs::kCheckpoint),
                           2, 0),
    detail::golden_row("golden, async", Mode::async, programs::kAppend, programs::kCheckpoint),
    detail::golden_row("golden, relaxed(1)", Mode::relaxed, programs::kAppendAck,
                       programs::kCheckpoint),
    detail::with_in_flight(detail::golden_row("golden, relaxed(2)", Mode::relaxed,
                                              programs::kAppendAck, programs::kCheckpoint),
                           3, 2),
};

}  // namespace plumb::spec::commit
