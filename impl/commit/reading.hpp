// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reading a closed or crashed store without writing a byte: load, redo in memory, mark what no
// checkpoint or later record confirms.
// Thread-safety: each call is on its own; results are values.
// Spec:          AC-4, AC-7, AC-8, AC-13; spec/FORMAT.md section 6.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "commit/report.hpp"
#include "commit/store.hpp"

namespace plumb {

struct Reading {
  Snapshot state;
  Report report;
  Options options;
};

/// Judges the store under the shared lock. Errors as Store::open's; locked where a writer has it.
[[nodiscard]] Result<Reading> read_store(Disk& disk);

/// One record of the log, for people: `plumb log`.
struct LogEntry {
  std::string file;
  std::uint64_t offset = 0;  ///< bytes
  std::uint64_t bytes = 0;   ///< padding included
  std::uint64_t segment = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t durable_seq = 0;
  Digest digest;
  Digest previous;
  Digest root;
  std::vector<Transaction> transactions;
};
/// The records behind the loaded checkpoint, in order. Errors as read_store's.
[[nodiscard]] Result<std::vector<LogEntry>> read_log(Disk& disk);

/// A line of the audit log as it stands there, its padding and line feed cut off (JSON text).
struct AuditTrail {
  std::vector<std::string> lines;
  std::optional<LeftOut> left_out;
};
/// The lines of the audit log that chain. Errors as read_store's.
[[nodiscard]] Result<AuditTrail> read_audit_log(Disk& disk);

/// A state pinned from outside: transaction `seq` led to `root`.
struct Pin {
  std::uint64_t seq = 0;
  Digest root;
};

/// Reads everything, every root included, and judges it. With a pin also: corrupt where the store is
/// older than the pin or shows another root for it; undecided where it no longer shows that
/// transaction.
[[nodiscard]] Result<Reading> verify_store(Disk& disk, const std::optional<Pin>& pin);

}  // namespace plumb
