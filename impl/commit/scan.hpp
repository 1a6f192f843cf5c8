// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// ScanWal: finds the log behind a position in the slots of a store, where it ends, and whether what
// lies behind the end is a torn tail or corruption.
// Invariants:    records chain from the position on; their views live as long as the Scan.
// Thread-safety: values.
// Spec:          spec/FORMAT.md section 6, rules 4 to 8; action ScanWal; AC-6 to AC-8..
#pragma once
#include <cstdint>
#include <map>
#include <memory>
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

struct ScannedRecord {
  RecordView view;
  const Slot* slot = nullptr;
};

struct Scan {
  std::vector<std::unique_ptr<Slot>> slots;       ///< those that were read whole
  std::vector<std::unique_ptr<Bytes>> segments;   ///< their bytes; the records' views point here
  std::vector<ScannedRecord> records;             ///< in order
  Position end;                                   ///< behind the last record
  std::uint64_t next_seq = 1;                     ///< s of rule 6, at the end
  Digest chain;                                   ///< c of rule 6, at the end
  Tail tail = Tail::clean;
  std::string end_file;
  std::vector<std::uint64_t> discarded;           ///< first_seq of valid records behind the end
  std::uint64_t highest_behind = 0;  ///< highest segment number of a record behind the end, or 0
};

/// Where a scan starts, and by what rules.
struct ScanStart {
  Geometry geometry;
  Position position;
  std::uint64_t next_seq = 1;
  Digest chain;
  bool position_may_be_missing = false;  ///< rule 5
};

/// Rules 5 to 8. Errors: corrupt, io.
[[nodiscard]] Result<Scan> scan_log(Disk& disk, const std::vector<Slot>& slots,
                                    const ScanStart& start, Hasher& hasher);

}  // namespace plumb
