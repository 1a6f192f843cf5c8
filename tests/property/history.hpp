// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A random history of a store: what is done to it and what befalls it, as data that RapidCheck
// draws and shrinks. Every history can be played from beginning to end: a step that has nothing to
// act upon (an earlier id where there is none) does the nearest thing, and a blow that would come
// behind the last call of its step does not come.
// Thread-safety: values and pure functions.
// Spec:          EV-3; PowerCut KillProcess IoError DiskFull.
#pragma once
#include <rapidcheck.h>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "commit/transaction.hpp"

namespace plumb::property {

enum class Deed : std::uint8_t {
  commit,      ///< a transaction that is new
  repeat,      ///< an earlier one again: its old receipt
  conflict,    ///< an earlier id with other changes: refused
  checkpoint,  ///< checkpoint()
  close,       ///< close(), with a checkpoint, and open
  leave,       ///< close() without one, and open
  kill,        ///< the process dies, the system lives on; open
  power_cut,   ///< the system dies too; open
};

/// What befalls the calls of a step.
enum class Trouble : std::uint8_t {
  cut,          ///< the power goes at the changing call `at`
  kill,         ///< the process dies there
  failed_sync,  ///< the sync `at` of its kind fails, and its content goes back or stays
  io_error,     ///< the call `at` of a kind fails
  disk_full,    ///< there is room for `at` blocks more
};

struct Blow {
  Trouble trouble = Trouble::cut;
  std::uint32_t at = 0;
  std::uint32_t kind = 0;  ///< failed_sync, io_error: which kind of call
  std::uint32_t seed = 0;  ///< cut: what survives; io_error: how much of a write is stored
};

enum class EditKind : std::uint8_t { put, put_nothing, put_long, erase };
struct Edit {
  EditKind kind = EditKind::put;
  std::uint32_t key = 0;
  std::uint32_t length = 0;  ///< put_long
};

struct Step {
  Deed deed = Deed::commit;
  std::vector<Edit> edits;
  bool anonymous = false;     ///< commit: without an id
  std::uint32_t earlier = 0;  ///< repeat, conflict: which one
  std::uint32_t seed = 0;     ///< power_cut: what survives
  std::vector<Blow> blows;    ///< for what is done, and for each opening that follows, in turn
};

struct Scene {
  std::uint32_t profile = 0;           ///< of those that are claimed
  bool buffered = false;               ///< records by buffered writes and syncs
  std::uint32_t checkpoint_every = 0;  ///< transactions
  std::vector<Blow> blows;             ///< for the openings that make the store
};

struct History {
  Scene scene;
  std::vector<Step> steps;
};

/// Keys that transactions use, the empty one among them.
[[nodiscard]] const std::vector<Bytes>& keys();
/// The changes of the `number`-th transaction: values that no other one writes.
[[nodiscard]] std::vector<Change> changes_of(const std::vector<Edit>& edits, std::uint64_t number);

[[nodiscard]] rc::Gen<History> any_history();

/// For people: a line a step. RapidCheck prints counterexamples with it.
std::ostream& operator<<(std::ostream& out, const History& history);
[[nodiscard]] std::string words_of(const Blow& blow);

}  // namespace plumb::property
