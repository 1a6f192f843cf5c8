// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a power cut may leave of a simulated disk, at one moment: every folder that the disk's
// profile allows, each once.
// The levels are cumulative: a higher one covers all that the lower ones do.
// Thread-safety: none; the disk must not change meanwhile, nor while Drops of it are in use.
// Spec:          spec/ASSUMPTIONS.md; EV-4.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/image.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::sim {

enum class Level : std::uint8_t {
  prefixes,  ///< L0: the pending changes up to one of them
  omit_one,  ///< L1: all but one change or call, and one alone; each with every tear
  product,   ///< L2: prefixes of the folder's changes times tears of each pending write
  subsets,   ///< L3: all that is allowed
};

struct Ladder {
  Level level = Level::subsets;
  /// Product and subsets: up to that many raw states all are visited; beyond, `samples` of them,
  /// drawn from the seed, beside the levels below.
  std::size_t exhaustive_bound = 4096;
  std::size_t samples = 256;
  std::uint64_t seed = 1;
};

struct Covered {
  std::uint64_t raw = 0;     ///< states built before de-duplication
  std::uint64_t unique = 0;  ///< states visited
  bool exhaustive = true;    ///< the level was covered in full
};

/// What new space holds whose data was lost.
enum class Fill : std::uint8_t { zeros, garbage, stale };

/// Which of the pending changes are lost, and how writes are torn.
struct Drops {
  struct Sector {
    int write = -1;  ///< the pending write that it holds, in order; -1: its old content
    Fill fill = Fill::zeros;
    bool garbage = false;  ///< all of it
    friend auto operator<=>(const Sector&, const Sector&) = default;
  };
  struct File {
    NodeId node = kNoNode;
    std::uint64_t size = 0;
    std::vector<Sector> sectors;  ///< of those with pending writes, in order
    friend auto operator<=>(const File&, const File&) = default;
  };
  const SimDisk* disk = nullptr;
  bool folder_lost = false;
  std::vector<std::uint8_t> names;  ///< of the folder's changes, in order: 1 where it is kept
  std::vector<File> files;          ///< those with pending changes that have a name then
  std::uint64_t digest = 0;         ///< Image::digest() of what they leave, where that was visited

  /// "lost: rename a b", "torn: write log 512 1024, sector 2 of 3": what is not there, for people.
  [[nodiscard]] std::vector<std::string> what() const;
};

using CrashVisitor = std::function<void(const Image&, const Drops&)>;

/// Calls `visit` for every crash state of the level, without repeats.
Covered for_each_crash_state(const SimDisk& disk, const Ladder& ladder, const CrashVisitor& visit);
/// The state that `drops` describes, of the disk it was told for or an equal one.
[[nodiscard]] Image apply(const SimDisk& disk, const Drops& drops);

/// What a kill inside the last call may leave where that is a write: any prefix of its bytes,
/// by representatives: none, the first byte, half, each sector's end, all but the last byte, all.
/// `before` is the disk's visible() before the call. Other calls: done or not done.
void for_each_kill_state(const Image& before, const Image& after, const Call& call,
                         const std::function<void(const Image&)>& visit);

}  // namespace plumb::sim
