// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// RedoWal: applies the records that the checkpoint lacks, each once and in order, in memory.
// Thread-safety: pure functions of their arguments.
// Spec:          spec/FORMAT.md section 6, rule 9; action RedoWal; AC-4, AC-6, AC-14.
#pragma once
#include <vector>

#include "base/result.hpp"
#include "commit/checkpoint.hpp"
#include "commit/reading.hpp"
#include "commit/scan.hpp"

namespace plumb {

/// Brings the version to the end of the scan and compares the final root with the last record's;
/// every record's where `every_root`. Error corrupt, with the file and offset of the first record
/// whose root is not that of the state. Its position stays that of the checkpoint.
[[nodiscard]] Status redo(Version& version, const Scan& scan, bool every_root, Hasher& hasher);

/// The scanned records, for people.
[[nodiscard]] std::vector<LogEntry> copy_log(const Scan& scan);

}  // namespace plumb
