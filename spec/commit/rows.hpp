// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a variant of the protocol is: a row of data. Programs are straight-line lists of actions;
// each list position is one step with the guard "the program stands here". All rows are in
// table.hpp, their mutants in mutants.hpp; nothing outside these files knows a variant by name.
// Invariants:    a Row is a literal: engines may ask it at compile time or run time.
// Thread-safety: values and pure functions.
// Spec:          the names are those of REQUIREMENTS.md, section Actions; EV-1, EV-4.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace plumb::spec::commit {

/// Actions of the protocols, then those of the environment. The order is that of ActionId.
enum class Op : std::uint8_t {
  AddSegment,
  AppendWal,
  SyncWal,
  Ack,
  WriteTemp,
  SyncTemp,
  Rename,
  SyncDir,
  DropOld,
  RecycleWal,
  LoadCheckpoint,
  ScanWal,
  RedoWal,
  LogAudit,
  CleanTemp,
  Open,
  Refuse,
  AppendPrepare,
  AppendCommit,
  BufferPrepare,
  BufferCommit,
  FlushBuffer,
  CutTail,
  SyncCut,
  PowerCut,
  KillProcess,
  BackgroundWrite,
  IoError,
  DiskFull,
  BitRot,
};
inline constexpr std::size_t kOps = 30;
inline constexpr std::array<std::string_view, kOps> kOpNames{
    "AddSegment",     "AppendWal",       "SyncWal",       "Ack",          "WriteTemp",
    "SyncTemp",       "Rename",          "SyncDir",       "DropOld",      "RecycleWal",
    "LoadCheckpoint", "ScanWal",         "RedoWal",       "LogAudit",     "CleanTemp",
    "Open",           "Refuse",          "AppendPrepare", "AppendCommit", "BufferPrepare",
    "BufferCommit",   "FlushBuffer",     "CutTail",       "SyncCut",      "PowerCut",
    "KillProcess",    "BackgroundWrite", "IoError",       "DiskFull",     "BitRot"};
constexpr std::string_view name(Op op) { return kOpNames[static_cast<std::size_t>(op)]; }

/// A text of fixed capacity, so that rows and mutants are plain values.
struct Text {
  std::array<char, 112> chars{};
  std::uint8_t size = 0;

  constexpr Text() = default;
  template <std::size_t N>
  constexpr Text(
      const char (&text)[N]) {  // NOLINT(*-explicit-constructor,*-avoid-c-arrays): a literal
    *this += std::string_view(text, N - 1);
  }
  constexpr Text& operator+=(std::string_view more) {
    for (const char c : more) {
      if (size < chars.size()) chars[size++] = c;
    }
    return *this;
  }
  [[nodiscard]] constexpr std::string_view view() const { return {chars.data(), size}; }
};

struct Program {
  static constexpr std::size_t kCapacity = 24;
  std::array<Op, kCapacity> ops{};
  std::uint8_t size = 0;

  constexpr Program() = default;
  constexpr Program(std::initializer_list<Op> list) {
    for (const Op op : list) ops[size++] = op;
  }
  constexpr void push(Op op) { ops[size++] = op; }
  [[nodiscard]] constexpr Op at(std::size_t pc) const { return ops[pc]; }
  /// How often `op` stands before position `pc`.
  [[nodiscard]] constexpr unsigned before(std::size_t pc, Op op) const {
    unsigned n = 0;
    for (std::size_t i = 0; i < pc && i < size; ++i) n += ops[i] == op ? 1U : 0U;
    return n;
  }
  [[nodiscard]] constexpr bool has(Op op) const { return before(size, op) > 0; }
};

enum class Family : std::uint8_t { classic, golden };
enum class Mode : std::uint8_t { sync, group, batch, async, relaxed };
enum class Log : std::uint8_t { growing, preallocated };
/// What a reader of the log does at a record that it cannot read.
enum class Reader : std::uint8_t { stops, skips };

/// Rules of the golden protocol that are no matter of a program's order. A mutant has one of them
/// taken away.
enum class Rule : std::uint8_t {
  opening_is_checkpoint,
  fresh_segment,
  number_before_checkpoint,
  number_above_all,
  reader_stops,
  chain,
  salt_and_number,
  durable_seq,
  confirm_by_durable_seq,
  checkpoint_durable_only,
  exclusive_temp,
  active_never_spare,
  recycle_covered,
  sync_all_segments,
  sync_start,
  poison,
  no_retry,
  failed_dir_sync,
  fresh_salt,
  window,
  audit_rewrite,
  anchor_synced,
  older_needs_log,
  refuse_writes_nothing,
  unfinished_until_end,
};
inline constexpr std::size_t kRules = 25;
using Rules = std::uint32_t;
constexpr Rules bit(Rule rule) { return Rules{1} << static_cast<unsigned>(rule); }

struct RuleInfo {
  std::string_view name;
  std::string_view words;
};
/// In the order of Rule.
inline constexpr std::array<RuleInfo, kRules> kRuleTable{{
    {"opening_is_checkpoint", "an opening makes a checkpoint also when there was nothing to redo"},
    {"fresh_segment", "an opening goes on in a fresh segment, not behind what it read"},
    {"number_before_checkpoint", "an opening names its segment in the checkpoint it writes"},
    {"number_above_all", "that number lies above every header that was seen"},
    {"reader_stops", "the log ends at the first record that is missing"},
    {"chain", "a record follows the record whose digest it holds"},
    {"salt_and_number", "a record belongs to its segment's number and salt"},
    {"durable_seq", "a missing record that a later one confirms is corruption"},
    {"confirm_by_durable_seq", "a later record confirms by its durable_seq, not by being there"},
    {"checkpoint_durable_only", "WriteTemp takes the version at durable_seq"},
    {"exclusive_temp", "WriteTemp unlinks the temp file and creates it anew"},
    {"active_never_spare", "the active segment is never spare"},
    {"recycle_covered", "only segments whose records are all covered become spare"},
    {"sync_all_segments", "SyncWal syncs every segment that holds unsynced records"},
    {"sync_start", "durable_seq rises to what was written before the sync started"},
    {"poison", "a failed sync of a record poisons the store"},
    {"no_retry", "a failed sync of a record is not retried"},
    {"failed_dir_sync", "a failed folder sync abandons the checkpoint"},
    {"fresh_salt", "a header that is written again gets another salt"},
    {"window", "Ack of transaction W + 1 behind the last durable one waits"},
    {"audit_rewrite", "LogAudit rewrites all lines behind the anchor"},
    {"anchor_synced", "anchors cover only lines whose sync returned 0"},
    {"older_needs_log", "an older checkpoint is used only if its log reaches the newest"},
    {"refuse_writes_nothing", "a refused opening leaves the disk as it was"},
    {"unfinished_until_end",
     "without a checkpoint, a store is new until an opening has its end line"},
}};

struct Row {
  Text name;
  Family family = Family::classic;
  Mode mode = Mode::sync;
  Program commit;      ///< what a committer does
  Program sync;        ///< golden async, relaxed: what the syncing thread does
  Program checkpoint;  ///< golden: what the checkpointer does, beside the committer
  Program recovery;    ///< what an opening does
  Log log = Log::growing;
  Reader reader = Reader::skips;
  bool lsn = false;            ///< classic: the state file holds the id of its last transaction
  bool keeps_open = false;     ///< classic: CutTail leaves a PREPARE that was rolled back
  bool background = false;     ///< BackgroundWrite is a step: a syncing thread of the row
  std::uint8_t batch = 0;      ///< classic: records in the memory buffer before it must be flushed
  std::uint8_t group = 1;      ///< transactions in a commit; golden group: at most
  std::uint8_t in_flight = 1;  ///< golden async, relaxed: records written and not yet durable
  std::uint8_t window = 0;     ///< relaxed: W
  Rules taken_away = 0;        ///< rules that this row breaks

  [[nodiscard]] constexpr bool keeps(Rule rule) const { return (taken_away & bit(rule)) == 0; }
};

/// How far a search goes. Faults are off unless asked for.
struct Bounds {
  std::uint8_t transactions = 3;     ///< started in all, including those that are lost
  std::uint8_t crashes = 2;          ///< power cuts and kills
  std::uint8_t io_errors = 0;        ///< failed syncs and writes
  std::uint8_t disk_full = 0;        ///< writes refused for want of space
  std::uint8_t rots = 0;             ///< durable records or checkpoints that turn unreadable
  bool kill = true;                  ///< KillProcess as well as PowerCut
  bool split_rename = true;          ///< an unsynced rename may lose the name it replaced
  std::uint8_t segments = 3;         ///< golden: log-<slot> files
  std::uint8_t segment_records = 2;  ///< golden: records in a segment
};

}  // namespace plumb::spec::commit
