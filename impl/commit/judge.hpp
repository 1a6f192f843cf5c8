// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The verdict on a store: LoadCheckpoint, ScanWal and RedoWal in memory, from what is read once,
// before anything is written. Openings and readers share it.
// Thread-safety: values; one call reads the disk from one thread.
// Spec:          spec/FORMAT.md section 6; actions LoadCheckpoint ScanWal RedoWal Refuse; AC-1,
//                AC-4 to AC-8, AC-12.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commit/audit_log.hpp"
#include "commit/checkpoint.hpp"
#include "commit/reading.hpp"
#include "commit/report.hpp"
#include "commit/scan.hpp"
#include "disk/disk.hpp"

namespace plumb {

inline constexpr std::string_view kLockName = "LOCK";

struct Verdict {
  Report report;
  /// Set unless the store is an unfinished init. Its version is the state after the redo; number
  /// and anchor are those of the loaded checkpoint.
  std::optional<Checkpoint> state;
  std::optional<Geometry> unfinished_geometry;  ///< of a segment that an unfinished init has left
  AuditLog audit;
  std::vector<Slot> slots;
  std::vector<CheckpointName> checkpoints;  ///< all names, highest first
  std::uint64_t highest_segment = 0;        ///< of all headers and checkpoint positions seen
  bool temp_present = false;
  std::vector<LogEntry> log;       ///< if JudgeRequest::keep_log
  std::optional<Digest> pin_root;  ///< the root after JudgeRequest::pin_seq, where it is shown
};

struct JudgeRequest {
  bool every_root = false;  ///< compare the root after every record, not the last alone
  bool keep_log = false;    ///< copy the records into Verdict::log
  std::optional<std::uint64_t> pin_seq;
};

/// Judges the store. Errors: corrupt, newer_version, not_a_store: refused; io. Writes nothing.
[[nodiscard]] Result<Verdict> judge(Disk& disk, Hasher& hasher, const JudgeRequest& request = {});

}  // namespace plumb
