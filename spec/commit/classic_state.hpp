// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The state of the classic protocol: a log, a state file that is replaced in every commit, a temp
// file, the process. Each durable object is what a running program reads (cached) and what a power
// cut may leave (the rest).
// Invariants:    canonical: what nobody can observe is zero, survivors are sorted, so equal states
//                are equal bytes (valid() says it; the search relies on it).
// Thread-safety: a plain value.
// Spec:          AC-1 to AC-6, AC-12.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "commit/rules.hpp"

namespace plumb::spec::commit::classic {

using Ids = Concrete::Ids;
inline constexpr unsigned kMaxTransactions = 6;

/// Content of a state file: the content, the Merkle root stored beside it (an ideal hash: the
/// content that it was computed of) and the LSN, the id of the last transaction applied.
struct Image {
  std::uint32_t own : 7;
  std::uint32_t last : 3;
  std::uint32_t root_own : 7;
  std::uint32_t root_last : 3;
  std::uint32_t lsn : 3;
  std::uint32_t readable : 1;
  std::uint32_t via_temp : 1;  ///< the file had the temp name since the last folder sync
  std::uint32_t spare : 7;

  [[nodiscard]] std::uint32_t bits() const { return std::bit_cast<std::uint32_t>(*this); }
  [[nodiscard]] Content<Concrete> content() const { return {own, last}; }
  void set(const Content<Concrete>& content, bool with_lsn) {
    own = content.own & 0x7FU;
    last = content.last & 7U;
    root_own = own;
    root_last = last;
    lsn = with_lsn ? last : 0U;
    readable = 1;
  }
  [[nodiscard]] bool root_holds() const { return root_own == own && root_last == last; }
  friend bool operator==(const Image& a, const Image& b) { return a.bits() == b.bits(); }
};
static_assert(sizeof(Image) == 4);

/// One log record: empty, torn (a partial record at the end), glued (two records in one line, both
/// unreadable), PREPARE of 1..6, COMMIT of 1..6.
using Record = std::uint8_t;
inline constexpr Record kEmpty = 0;
inline constexpr Record kTorn = 1;
inline constexpr Record kGlued = 2;
constexpr Record prepare(unsigned id) { return static_cast<Record>(2 + id); }
constexpr Record commit_of(unsigned id) { return static_cast<Record>(8 + id); }
constexpr bool is_prepare(Record r) { return r > 2 && r < 9; }
constexpr bool is_commit_mark(Record r) { return r > 8; }
constexpr bool is_whole(Record r) { return r > 2; }
constexpr unsigned id_of(Record r) { return is_prepare(r) ? r - 2U : r - 8U; }

struct Slot {
  std::uint8_t cached : 4;
  std::uint8_t durable : 4;
};

enum class Phase : std::uint8_t { running, recovering, refused };

inline constexpr std::size_t kSlots = 12;
inline constexpr std::size_t kOld = 8;

struct State {
  // The log. Growing: `length` records are read, `durable_length` survive every power cut.
  // Preallocated: `length` is where the process writes next, durable_length is 0.
  std::array<Slot, kSlots> log;
  std::uint8_t length : 4;
  std::uint8_t durable_length : 4;

  std::uint8_t phase : 2;
  std::uint8_t crashes : 3;  ///< left
  std::uint8_t started : 3;

  std::uint8_t pc : 5;
  std::uint8_t state_synced : 1;  ///< bytes of the file that the state name reads
  std::uint8_t temp_synced : 1;
  std::uint8_t flushed : 1;  ///< FlushBuffer wrote and owes a sync

  std::uint8_t state_may_be_none : 1;
  std::uint8_t state_may_be_bad : 1;  ///< a file that the name had was never synced
  std::uint8_t temp_cached : 1;
  std::uint8_t temp_may_be : 1;
  std::uint8_t temp_may_be_none : 1;
  std::uint8_t temp_is_state : 1;  ///< both names have the same file
  std::uint8_t expected_set : 1;
  std::uint8_t spare : 1;

  std::uint8_t buffered : 4;  ///< records in the memory buffer
  std::uint8_t old_count : 4;
  std::uint8_t flying;       ///< ids of the commit in progress
  std::uint8_t prepared;     ///< opening: PREPAREs that ScanWal read
  std::uint8_t committed;    ///< opening: COMMITs that ScanWal read
  std::uint8_t rolled_back;  ///< opening: what it will report as rolled back
  std::uint8_t promised;     ///< ghost: told to a client, or shown by an opening
  std::uint8_t lost;         ///< ghost: ids that an opening left out
  std::uint8_t expected;     ///< ghost: what an undisturbed opening would show

  Image memory;  ///< what readers see; in an opening, what will be seen
  Image state;   ///< the file that the state name reads; zero: missing or unreadable
  Image temp;
  std::array<std::uint8_t, 6> buffer;  ///< two records a byte
  std::array<std::uint8_t, 2> spare_bytes;
  std::array<Image, kOld> old;  ///< other images that the state name may come back with, sorted

  [[nodiscard]] Phase at() const { return static_cast<Phase>(phase); }
  void go(Phase to) { phase = static_cast<std::uint8_t>(to) & 3U; }
  /// Ids that a client may still hope for.
  [[nodiscard]] Ids live() const { return ((1U << started) - 1U) & ~Ids{lost}; }
  friend bool operator==(const State& a, const State& b) {
    return std::memcmp(&a, &b, sizeof(State)) == 0;
  }
};
static_assert(std::has_unique_object_representations_v<State>, "equal states are equal bytes");
static_assert(std::is_trivially_copyable_v<State>);

constexpr std::uint8_t low8(Ids ids) { return static_cast<std::uint8_t>(ids & 0xFFU); }

}  // namespace plumb::spec::commit::classic
