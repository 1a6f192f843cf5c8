// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What distinguishes one variant of the meter protocol from another, as data: two programs and a
// set of rules. A rule that is on is a rule obeyed; a variant that takes one away clears one flag.
// A row is concrete in every value domain, so that an ordinary `if` on it is allowed everywhere.
// Invariants:    a program is a prefix of its array, without gaps; no step stands in it twice.
// Thread-safety: values.
// Spec:          CM-1 to CM-8.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace plumb::spec::meter {

/// One step. Those of a program come in the order of its row; each is a step of one action.
enum class Op : unsigned char {
  none,
  // of the metered thread
  StartStamp,  ///< Start: notes the wall clock
  StartRead,   ///< Start: notes the thread's CPU clock
  StartOpen,   ///< Start: seq becomes odd, an operation runs
  StartArm,    ///< Start: takes the flag `parked`; if it was set, enables the event anew
  StopClose,   ///< Stop: seq becomes even
  StopRead,    ///< Stop: the wall clock acquits, or the CPU clock is read; the verdict
  StopReport,  ///< Report: tells the sentinel, once for an operation
  // of the watcher
  ConfirmLook,    ///< Confirm: takes the signal, notes seq and the start reading
  ConfirmRead,    ///< Confirm: reads the thread's CPU clock
  ConfirmAgain,   ///< Confirm: if seq has changed, the reading is discarded
  ConfirmReport,  ///< Report: as StopReport
  ConfirmPark,    ///< Confirm: below the budget, arms the rest; else sets `parked`
  ConfirmLast,    ///< Confirm: if a new operation runs, takes `parked` back and arms that one
};

inline constexpr std::array<std::string_view, 14> kOpNames = {
    "none",         "StartStamp",    "StartRead",   "StartOpen",   "StartArm",
    "StopClose",    "StopRead",      "StopReport",  "ConfirmLook", "ConfirmRead",
    "ConfirmAgain", "ConfirmReport", "ConfirmPark", "ConfirmLast"};

[[nodiscard]] constexpr std::string_view name(Op op) {
  return kOpNames[static_cast<std::size_t>(op)];
}

/// A straight list of steps. Position 0 is rest; the step at position p leads from p - 1 to p, the
/// last one back to rest. A position is a value of the state, a program is not.
struct Program {
  std::array<Op, 7> ops{};

  [[nodiscard]] constexpr int size() const {
    int n = 0;
    while (n < 7 && ops[static_cast<std::size_t>(n)] != Op::none) ++n;
    return n;
  }
  /// Where the program stands before this step; -1 if the step is not in it.
  [[nodiscard]] constexpr int before(Op op) const {
    for (int i = 0; i < size(); ++i) {
      if (ops[static_cast<std::size_t>(i)] == op) return i;
    }
    return -1;
  }
  [[nodiscard]] constexpr bool has(Op op) const { return before(op) >= 0; }
  friend constexpr bool operator==(const Program&, const Program&) = default;
};

[[nodiscard]] constexpr bool is_stop(Op op) {
  return op == Op::StopClose || op == Op::StopRead || op == Op::StopReport;
}

/// How the CPU clock is read.
enum class ClockKind : unsigned char {
  exact,   ///< the kernel's clock of the thread, a system call
  user,    ///< Start uses the user-space clock, an interval one unit wide on each side of the truth
  coarse,  ///< the kernel's clock steps by `granularity`
  none     ///< there is no CPU clock: the wall clock alone
};

/// What StopRead does with a wall time that is too short for a violation (CM-6).
enum class Filter : unsigned char {
  off,
  sound,     ///< acquits if W and its error together are below the budget
  no_slack,  ///< forgets the error of the wall clock
  up_to      ///< acquits at the budget too: <= for <
};

/// What a difference below zero means.
enum class Negative : unsigned char {
  unmeasurable,  ///< an error of the clock or of identity
  clamp,         ///< zero
  modular        ///< the counter has wrapped: its width is added
};

struct Rules {
  // the meter
  ClockKind clock = ClockKind::exact;
  Filter filter = Filter::off;
  Negative negative = Negative::unmeasurable;
  int granularity = 1;                ///< step of the clock, in units of CPU time
  int width = 0;                      ///< the counter wraps at this value; 0: never
  bool claims_exact = false;          ///< a coarse reading is taken for the truth
  bool checks_granularity = true;     ///< a budget below 2 x granularity is refused
  bool error_is_unmeasurable = true;  ///< a failed reading is no zero
  bool start_lo_is_lo = true;         ///< the start reading's lower bound is used where it must be
  bool stop_reads = true;         ///< StopRead judges by itself, not by what the watcher has seen
  bool wall_acquits_only = true;  ///< a wall time over the budget convicts nobody
  bool own_start = true;          ///< nested meters have a start reading each
  int threshold_above = 0;        ///< judges against the budget plus this
  // the watcher
  bool confirms = true;           ///< a signal is no verdict
  bool looks_at_parity = true;    ///< an even seq is a stale signal
  bool checks_seq = true;         ///< ConfirmAgain compares
  bool checks_generation = true;  ///< a clock that belongs to another thread is told apart
  bool asks_for_thread = true;    ///< the clock of the thread in question, not another's
  bool confirms_by_cpu = true;    ///< not by the wall clock
  bool one_shot = true;           ///< at expiry the event is disabled
  // the sentinel
  bool reports_once = true;          ///< the compare-and-swap on `raised`
  bool enters_crisis = true;         ///< at the first report, inline
  bool quarantines = false;          ///< the registered response includes quarantine
  bool refuses_quarantined = true;   ///< Start of a quarantined source is refused
  bool marks_at_once = true;         ///< who reports sets the quarantine mark
  bool owes_escalation = true;       ///< a report during crisis asks for an Escalate
  bool escalates = true;             ///< Escalate exists
  bool decays = true;                ///< Decay exists
  bool escalates_first = true;       ///< no Decay while an Escalate is owed
  bool needs_evidence = true;        ///< Decay needs a clean stop, not silence
  bool report_ends_evidence = true;  ///< a report makes earlier clean stops worthless
  bool counts_clean_only = true;     ///< only a clean stop is evidence
};

/// How much there is of everything. Two slots at most: two meters nested on one thread, or one on
/// each of two.
inline constexpr int kMaxMeters = 2;
inline constexpr int kMaxOps = 3;

struct Bounds {
  int meters = 1;
  bool nested = false;  ///< both on one thread: 0 is the outer one
  int ops = 2;          ///< operations of each meter
  int cpu = 4;          ///< units of CPU time of each thread, over the whole run
  int waits = 1;        ///< units of wall time of each thread without CPU time
  int faults = 1;       ///< failed, falling and foreign readings, early and stray signals
  int losses = 0;       ///< signals that the watcher never hears of
  std::array<int, kMaxMeters> budget = {2, 2};

  [[nodiscard]] constexpr int threads() const { return nested ? 1 : meters; }
  [[nodiscard]] constexpr int thread_of(int meter) const { return nested ? 0 : meter; }
  [[nodiscard]] constexpr bool valid() const {
    return meters >= 1 && meters <= kMaxMeters && (!nested || meters == 2) && ops >= 1 &&
           ops <= kMaxOps && cpu >= 1 && cpu <= 12 && waits >= 0 && waits <= 3 && faults >= 0 &&
           faults <= 3 && losses >= 0 && losses <= 3 && budget[0] >= 2 && budget[1] >= 2 &&
           budget[0] <= 7 && budget[1] <= 7;
  }
};

struct Row {
  std::string_view name;
  std::string_view words;  ///< what it is, in a sentence
  Program thread;
  Program watcher;  ///< empty: nothing is reported in flight
  Rules rules;
  Bounds bounds;  ///< within which it is searched unless told otherwise

  [[nodiscard]] constexpr bool in_flight() const { return watcher.size() > 0; }
  /// Where the thread stands while its operation works: between the last step of Start and Stop.
  [[nodiscard]] constexpr int working() const {
    int n = 0;
    while (n < thread.size() && !is_stop(thread.ops[static_cast<std::size_t>(n)])) ++n;
    return n;
  }
  /// After which position the operation's CPU time counts: the start reading, or else the start.
  [[nodiscard]] constexpr int begins() const {
    const int read = thread.before(Op::StartRead);
    return read >= 0 ? read : 0;
  }
  /// From which position on it does not count any more.
  [[nodiscard]] constexpr int ends() const {
    const int read = thread.before(Op::StopRead);
    return read >= 0 ? read : thread.size() - 1;
  }
};

}  // namespace plumb::spec::meter
