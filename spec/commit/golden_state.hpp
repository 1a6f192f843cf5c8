// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The state of the golden protocol: what lies on disk, what the process holds, and what the
// properties remember (ghosts).
// Every durable object is what a running program reads (cached), what is surely on disk (durable),
// and whether a later sync would still write it (dirty). Dirty: a power cut leaves the old, the new
// or neither. Not dirty and different, after a failed sync: a power cut leaves the durable one.
// Invariants:    canonical: what nobody can observe is zero (tidy() in golden_disk.hpp), so equal
//                states are equal bytes.
// Thread-safety: a plain value.
// Spec:          AC-1 to AC-16; FORMAT.md.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "commit/rules.hpp"

namespace plumb::spec::commit::golden {

using Ids = Concrete::Ids;
inline constexpr unsigned kMaxTransactions = 5;
inline constexpr unsigned kSegments = 3;
inline constexpr unsigned kSlots = 3;
inline constexpr unsigned kCheckpoints = 8;
inline constexpr unsigned kLines = 8;

/// A block of a segment: nothing, the record that begins with transaction 1..5, or unreadable.
inline constexpr unsigned kEmpty = 0;
inline constexpr unsigned kTorn = 7;
struct Slot {
  std::uint8_t cached : 3;
  std::uint8_t durable : 3;
  std::uint8_t dirty : 1;
  std::uint8_t spare : 1;
};

/// A segment's header block: number and salt in one byte, 0 for zeros, or unreadable.
using Header = std::uint8_t;
inline constexpr Header kNoHeader = 0;
inline constexpr Header kBadHeader = 255;
constexpr Header header(unsigned number, unsigned salt) {
  return static_cast<Header>((number << 3U) | salt);
}
constexpr bool is_readable(Header h) { return h != kNoHeader && h != kBadHeader; }
constexpr unsigned number_of(Header h) { return is_readable(h) ? h >> 3U : 0U; }
constexpr unsigned salt_of(Header h) { return h & 7U; }

struct Segment {
  Header cached;
  Header durable;
  std::uint8_t dirty : 1;
  std::uint8_t spare : 7;
  std::array<Slot, kSlots> slots;
};

/// What a record says of itself, kept by its first transaction as long as some block holds it. The
/// digest of a record, and with it the root after it, is ideal: the set of ids up to it.
struct Record {
  std::uint8_t previous : 5;  ///< the history before it
  std::uint8_t more : 2;      ///< transactions in it, less one
  std::uint8_t spare : 1;
  std::uint8_t durable_seq : 3;
  std::uint8_t salt : 3;
  std::uint8_t spare2 : 2;
  std::uint8_t number;
};

/// checkpoint-<number>-<seq>, or the temp file. Its name and its bytes are pending on their own.
struct Checkpoint {
  std::uint8_t number : 5;
  std::uint8_t last : 3;
  std::uint8_t own : 5;
  std::uint8_t position_slot : 2;  ///< where the log goes on
  std::uint8_t bad : 1;            ///< reads as unreadable
  std::uint8_t position_number : 5;
  std::uint8_t bad_durable : 1;
  std::uint8_t unsynced : 1;  ///< bytes
  std::uint8_t dirty : 1;     ///< name
  std::uint8_t anchor : 4;    ///< audit lines that it vouches for
  std::uint8_t cached : 1;    ///< name
  std::uint8_t may_be : 1;
  std::uint8_t may_be_none : 1;
  std::uint8_t spare : 1;
};

/// An audit line: kind in the upper three bits, what the opening found in the lower five.
using Line = std::uint8_t;
enum class LineKind : std::uint8_t { none, init, entry, end, torn };
constexpr Line line(LineKind kind, Ids found) {
  return static_cast<Line>((static_cast<unsigned>(kind) << 5U) | (found & 31U));
}
inline constexpr Line kTornLine = line(LineKind::torn, 0);
constexpr LineKind kind_of(Line l) { return static_cast<LineKind>(l >> 5U); }
constexpr Ids found_of(Line l) { return l & 31U; }
constexpr bool is_line(Line l) { return l != 0 && l != kTornLine; }
constexpr bool is_entry(Line l) {
  return kind_of(l) == LineKind::init || kind_of(l) == LineKind::entry;
}

struct Disk {
  std::array<Segment, kSegments> segments;
  Checkpoint temp;
  std::uint8_t temp_alias;  ///< number of the checkpoint that has the temp file's inode as well
  std::uint8_t lines_dirty;
  std::array<Line, kLines> lines;  ///< behind those that every checkpoint vouches for
  std::array<Line, kLines> lines_durable;
  std::array<Checkpoint, kCheckpoints> checkpoints;  ///< by number; unused ones at the end are zero
};

enum class Phase : std::uint8_t { running, opening, poisoned, refused };

struct Process {
  std::uint8_t phase : 2;
  std::uint8_t half : 1;  ///< AddSegment, LogAudit: written, not yet synced
  std::uint8_t pc : 5;    ///< committer, or opening
  std::uint8_t sync_pc : 3;
  std::uint8_t checkpoint_pc : 4;
  std::uint8_t refuses : 1;  ///< verdict of ScanWal
  std::uint8_t own : 5;      ///< what readers see; in an opening, what they will see
  std::uint8_t last : 3;
  std::uint8_t chain : 5;   ///< written; in an opening, what ScanWal read
  std::uint8_t active : 2;  ///< segment, counted from 1; 0 for none
  std::uint8_t first_start : 1;
  std::uint8_t durable : 5;  ///< known durable
  std::uint8_t spares : 3;   ///< segments that may be reused
  std::uint8_t target : 5;   ///< what a running sync covers
  std::uint8_t next_slot : 2;
  std::uint8_t spare : 1;
  std::uint8_t number : 5;    ///< of the newest segment
  std::uint8_t need_seq : 3;  ///< opening from an older checkpoint: what the log must reach
  std::uint8_t checkpoint_number : 5;  ///< last used
  std::uint8_t spare2 : 3;
  std::uint8_t checkpoint_own : 5;  ///< what the newest confirmed checkpoint holds
  std::uint8_t spare3 : 3;
  std::uint8_t loaded : 5;  ///< opening: number of the checkpoint it reads
  std::uint8_t spare4 : 3;
  std::uint8_t confirmed : 4;  ///< audit lines whose sync returned 0
  std::uint8_t spare5 : 4;
};

struct Ghost {
  std::uint8_t promised : 5;
  std::uint8_t started : 3;
  std::uint8_t lost : 5;  ///< reported as not committed, or left out by an opening
  std::uint8_t crashes : 3;
  std::uint8_t acked : 5;  ///< relaxed: told before durable
  std::uint8_t io_errors : 2;
  std::uint8_t rots : 1;
  std::uint8_t expected : 5;
  std::uint8_t expected_set : 1;
  std::uint8_t disk_full : 1;
  std::uint8_t rotted : 1;
  std::uint8_t rotten : 5;  ///< records that BitRot hit although they were confirmed
  std::uint8_t spare : 3;
  std::uint8_t audited : 4;  ///< audit lines that must stay
  std::uint8_t spare2 : 4;
};

struct State {
  Process process;
  Ghost ghost;
  std::array<Record, kMaxTransactions> records;
  Disk disk;

  [[nodiscard]] Phase at() const { return static_cast<Phase>(process.phase); }
  void go(Phase to) { process.phase = static_cast<std::uint8_t>(to) & 3U; }
  /// Ids that a client may still hope for.
  [[nodiscard]] Ids live() const { return ((1U << ghost.started) - 1U) & ~Ids{ghost.lost}; }
  [[nodiscard]] Content<Concrete> content() const { return {process.own, process.last}; }
  void show(const Content<Concrete>& content) {
    process.own = content.own & 31U;
    process.last = content.last & 7U;
  }
  friend bool operator==(const State& a, const State& b) {
    return std::memcmp(&a, &b, sizeof(State)) == 0;
  }
};
static_assert(std::has_unique_object_representations_v<State>, "equal states are equal bytes");
static_assert(std::is_trivially_copyable_v<State>);

/// The transactions of the record that begins with `first`.
inline Ids ids_of(const State& s, unsigned first) {
  return ((2U << s.records[first - 1].more) - 1U) << (first - 1U);
}
constexpr bool is_whole(unsigned block) { return block != kEmpty && block != kTorn; }

}  // namespace plumb::spec::commit::golden
