// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A checkpoint: the whole state in one file, replaced by temp file, sync, rename onto a free name
// and folder sync; only then may what it covers go.
// Invariants:    entries sorted by key, root recomputed from them; nothing older is dropped before
//                SyncDir has returned success.
// Thread-safety: values; CheckpointWriter is used by one thread.
// Spec:          spec/FORMAT.md section 4; actions LoadCheckpoint, WriteTemp SyncTemp Rename
// SyncDir
//                DropOld; AC-4, AC-8, AC-10, AC-16..
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "commit/audit_log.hpp"
#include "commit/ids.hpp"
#include "commit/options.hpp"
#include "commit/segment.hpp"
#include "disk/disk.hpp"
#include "merkle/map.hpp"

namespace plumb {

inline constexpr std::string_view kTempName = "checkpoint.tmp";

/// Where the log goes on: a segment number and an offset in it (segment_bytes: the segment is
/// full).
struct Position {
  std::uint64_t segment = 1;
  std::uint64_t offset = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// The state after a whole number of transactions, with all that a checkpoint keeps of it.
struct Version {
  merkle::Map map;
  IdMemory ids;
  std::uint64_t seq = 0;
  Digest chain;  ///< digest of the last record
  Position position;
};

struct Checkpoint {
  Geometry geometry;
  Options options;
  std::uint64_t number = 0;
  Anchor anchor;
  Version version;
  [[nodiscard]] bool valid() const;
};

inline constexpr std::uint64_t kPositionOffset = 160;  ///< of the position in the file

struct CheckpointName {
  std::uint64_t number = 0;
  std::uint64_t seq = 0;
  friend auto operator<=>(const CheckpointName&, const CheckpointName&) = default;
};
[[nodiscard]] std::string name_of(const CheckpointName& name);
[[nodiscard]] std::optional<CheckpointName> checkpoint_name_of(std::string_view name);

/// The whole file. Expects it valid.
[[nodiscard]] Bytes encode(const Checkpoint& checkpoint, Hasher& hasher);
/// Judges a whole file by every rule of section 4. Errors: corrupt, newer_version, with the offset.
[[nodiscard]] Result<Checkpoint> decode_checkpoint(std::string_view file, std::string_view bytes,
                                                   Hasher& hasher);

/// One checkpoint's way to the disk, a step for each action.
class CheckpointWriter {
 public:
  CheckpointWriter(Disk& disk, CheckpointName name) : disk_(disk), name_(name) {}
  /// WriteTemp: unlinks what has the temp name, since that may be another name of a checkpoint, and
  /// creates it anew.
  [[nodiscard]] Status write_temp(ByteView bytes);
  /// SyncTemp.
  [[nodiscard]] Status sync_temp();
  /// Rename, onto a free name.
  [[nodiscard]] Status rename_temp();
  /// DropOld: unlinks the older checkpoints. Goes on past an error and returns the first.
  [[nodiscard]] Status drop_old(const std::vector<CheckpointName>& older);

 private:
  [[nodiscard]] Status or_give_up(Status s);
  Disk& disk_;
  CheckpointName name_;
  OpenFile temp_;
};

}  // namespace plumb
