// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// ScanWal: finds the log behind a position in the slots of a store, where it ends, and whether what
// lies behind the end is a torn tail or corruption.
// Invariants:    records are handed on as they chain from the position on, each once.
// Thread-safety: values.
// Spec:          spec/FORMAT.md section 6, rules 4 to 8; action ScanWal; AC-6 to AC-8..
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "commit/checkpoint.hpp"
#include "commit/record.hpp"
#include "commit/report.hpp"
#include "commit/segment.hpp"
#include "disk/disk.hpp"

namespace plumb {

/// A file named log-<slot>, as its header shows it.
struct Slot {
  std::string name;
  std::uint32_t slot = 0;
  std::uint64_t size = 0;  ///< bytes
  bool readable = false;
  SegmentHeader header;  ///< if readable
};

/// Rule 4. Without a geometry (no checkpoint yet) a header is judged by itself. Errors: corrupt,
/// newer_version, io.
[[nodiscard]] Result<std::vector<Slot>> read_slots(Disk& disk,
                                                   const std::vector<FolderEntry>& folder,
                                                   const Geometry* geometry, Hasher& hasher);

/// Rules 1 and 8, for one slot: the offset of the first record that is valid in itself and has a
/// segment number of at least `number`; nothing where there is none. With a geometry: of that store
/// and block size, in the first segment_bytes; without: of any.
[[nodiscard]] Result<std::optional<std::uint64_t>> find_loose_record(Disk& disk, const Slot& slot,
                                                                     const Geometry* geometry,
                                                                     std::uint64_t number,
                                                                     Hasher& hasher);

/// A record in its place in the log. It lives as long as the call that it is handed to.
struct ScannedRecord {
  RecordView view;
  const Slot* slot = nullptr;
};
/// Is handed each record in order; an error ends the scan with that error.
using OnRecord = std::function<Status(const ScannedRecord& record)>;

struct Scan {
  std::uint64_t records = 0;
  std::uint64_t confirmed = 0;  ///< the highest durable_seq of a record
  Position end;                 ///< behind the last record
  std::uint64_t next_seq = 1;   ///< s of rule 6, at the end
  Digest chain;                 ///< c of rule 6, at the end
  Tail tail = Tail::clean;
  std::string end_file;
  std::vector<std::uint64_t> discarded;  ///< first_seq of valid records behind the end
  std::uint64_t highest_behind = 0;  ///< highest segment number of a record behind the end, or 0
};

/// Where a scan starts, and by what rules.
struct ScanStart {
  Geometry geometry;
  std::string checkpoint;  ///< the file that names the position
  Position position;
  std::uint64_t next_seq = 1;
  Digest chain;
  bool position_may_be_missing = false;  ///< rule 5
};

/// Rules 5 to 8. Reads each segment once and holds two at most (more where several slots have one
/// number), so that a long log needs no more memory than a short one. Errors: corrupt, io, and
/// those of on_record.
[[nodiscard]] Result<Scan> scan_log(Disk& disk, const std::vector<Slot>& slots,
                                    const ScanStart& start, const OnRecord& on_record,
                                    Hasher& hasher);

}  // namespace plumb
