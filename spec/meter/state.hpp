// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The state of the meter protocol over a value domain, and what the environment may decide.
// Invariants:    the fields of a slot at rest and of a visit that is over are those of a fresh
//                slot: nobody reads them, and equal states are then equal values.
// Thread-safety: values.
// Spec:          CM-1 to CM-8.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "domain.hpp"
#include "meter/row.hpp"

namespace plumb::spec::meter {

/// In place of a reading: the clock could not be read.
inline constexpr std::uint32_t kNoReading = 0;
/// What a clock shows that fell behind all its earlier readings.
inline constexpr std::uint32_t kFallen = 1;
/// Where the CPU clock of a thread begins.
inline constexpr std::uint32_t kFirstTick = 3;
/// Crisis levels: 0 calm, 1 crisis, 2 escalated.
inline constexpr std::uint32_t kMaxLevel = 2;

enum Verdict : std::uint32_t { kClean = 0, kViolation = 1, kUnmeasurable = 2 };

/// What happens to one reading of a CPU clock. Every one but `kGood` uses up a fault.
enum Reading : std::uint32_t {
  kGood = 0,
  kFails = 1,   ///< the call returns an error
  kFalls = 2,   ///< the value lies below all earlier ones
  kForeign = 3  ///< the thread has died: its clock id names another thread, far ahead
};

/// How a signal comes about.
enum SignalKind : std::uint32_t {
  kDue = 0,    ///< the countdown ended, and the exact clock can prove it; at any time from then on
  kEarly = 1,  ///< it ended too early; uses up a fault
  kStale = 2,  ///< it ran on after Stop and ended where no operation counts
  kLost = 3,   ///< it ended and nobody hears of it; uses up a loss
  kStray = 4   ///< nothing ended: a doubled signal, or the watcher's sweep; uses up a fault
};

/// The decisions of the environment in one step.
template <ValueDomain D>
struct Choice {
  typename D::Int reading = D::integer(kGood);
  typename D::Int lo = D::integer(0), hi = D::integer(0);  ///< what a user-space clock shows
  typename D::Int late = D::integer(0);  ///< how much of the wall time the wall clock misses: 0, 1
  typename D::Int signal = D::integer(kDue);
};

/// One meter: the slot that its thread and the watcher share, and both their places in it. seq is
/// kept as its two halves: how many operations it has counted, and whether it is odd.
template <ValueDomain D>
struct Slot {
  using Int = typename D::Int;
  using Bool = typename D::Bool;
  using Ids = typename D::Ids;
  // the metered thread
  Int at = D::integer(0);  ///< position in the row's thread program
  Int seq = D::integer(0);
  Bool odd = D::boolean(false);
  Int stamp = D::integer(0);              ///< wall clock at the start
  Int start_lo = D::integer(kFirstTick);  ///< the start reading, an interval
  Int start_hi = D::integer(kFirstTick);
  Int verdict = D::integer(kClean);      ///< of StopRead
  Int raised = D::integer(0);            ///< the seq reported last
  Bool quarantined = D::boolean(false);  ///< the sentinel's mark on this source
  // the kernel's event, and the flag that says it is disabled
  Bool armed = D::boolean(false);
  Bool parked = D::boolean(true);
  // the watcher's visit to this slot
  Bool pending = D::boolean(false);  ///< a signal is under way to it
  Int watch = D::integer(0);         ///< position in the row's watcher program
  Int w_seq = D::integer(0);
  Bool w_odd = D::boolean(false);
  Int w_lo = D::integer(0), w_hi = D::integer(0), w_stamp = D::integer(0);
  Int w_verdict = D::integer(kClean);  ///< kClean: below the budget so far
  // history, for the properties alone: no step asks for it
  Int ops = D::integer(0);       ///< operations begun
  Int begun = D::integer(0);     ///< CPU time at the beginning of the one that counts; 0: none does
  Ids crossed = D::no_ids();     ///< operations whose CPU time reached the budget
  Ids failed = D::no_ids();      ///< operations with a failed start or stop reading
  Ids violations = D::no_ids();  ///< operations reported as such
  Ids unmeasurable = D::no_ids();  ///< operations reported as such
  Bool again = D::boolean(false);  ///< an operation was reported twice
  friend bool operator==(const Slot&, const Slot&) = default;
};

template <ValueDomain D>
struct State {
  using Int = typename D::Int;
  std::array<Slot<D>, kMaxMeters> slot{};
  /// Of each thread; its wall time is cpu + waited.
  std::array<Int, kMaxMeters> cpu = {D::integer(kFirstTick), D::integer(kFirstTick)};
  std::array<Int, kMaxMeters> waited = {D::integer(0), D::integer(0)};
  Int faults = D::integer(0), losses = D::integer(0);  ///< used up so far
  // the sentinel
  Int level = D::integer(0);     ///< of the crisis
  Int owed = D::integer(0);      ///< reports during crisis not yet answered by Escalate
  Int evidence = D::integer(0);  ///< clean stops that Decay may use, 1 at most
  Int quiet = D::integer(0);     ///< history: as evidence, by definition instead of by rule
  friend bool operator==(const State&, const State&) = default;
};

/// A step: whether it may be taken, and where it leads.
template <ValueDomain D>
struct Step {
  typename D::Bool guard;
  State<D> next;
};

/// What is known before the run: a row, and the bounds of this model, its own or others.
struct World {
  Row row;
  Bounds bounds;
};

[[nodiscard]] constexpr std::size_t index(int i) { return static_cast<std::size_t>(i); }

template <ValueDomain D>
typename D::Int num(int i) {
  return D::integer(static_cast<std::uint32_t>(i));
}

/// x - 1 for 1 <= x <= bound, else 0: a domain need not subtract.
template <ValueDomain D>
typename D::Int one_less(typename D::Int x, int bound) {
  auto less = D::integer(0);
  for (int i = 1; i <= bound; ++i) less = D::ite(x == num<D>(i), num<D>(i - 1), less);
  return less;
}

/// ids and, if it happened, op.
template <ValueDomain D>
typename D::Ids noted(typename D::Ids ids, typename D::Bool happened, typename D::Int op) {
  return D::ite(happened, D::with(ids, op), ids);
}

/// StartOpen and StopClose: seq + 1.
template <ValueDomain D>
void count_seq(Slot<D>& slot) {
  slot.seq = D::ite(slot.odd, slot.seq, slot.seq + D::integer(1));
  slot.odd = !slot.odd;
}

/// The wall clock of the thread of meter m.
template <ValueDomain D>
typename D::Int wall(const World& w, const State<D>& s, int m) {
  const auto t = index(w.bounds.thread_of(m));
  return s.cpu[t] + s.waited[t];
}

/// The position after a step: a report of nothing is skipped, and the end is position 0.
template <ValueDomain D>
typename D::Int after(const Program& program, int before, typename D::Int verdict) {
  const auto position = [&](int p) { return num<D>(p == program.size() ? 0 : p); };
  const int next = before + 1;
  if (next == program.size()) return D::integer(0);
  const Op op = program.ops[index(next)];
  if (op != Op::StopReport && op != Op::ConfirmReport) return num<D>(next);
  return D::ite(verdict == D::integer(kClean), position(next + 1), num<D>(next));
}

}  // namespace plumb::spec::meter
