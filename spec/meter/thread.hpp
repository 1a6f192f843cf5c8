// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The metered thread: Start, Stop and the Report of a stop. The order of these steps is the row's.
// Invariants:    StopRead decides alone: it looks at no field that the watcher writes.
// Thread-safety: pure functions.
// Spec:          Start Stop Report; CM-1 to CM-3, CM-5, CM-7.
#pragma once
#include "meter/measure.hpp"
#include "meter/sentinel.hpp"

namespace plumb::spec::meter {

/// Whether meter m may begin an operation: the budget can be resolved, the source is not in
/// quarantine, and an inner meter begins only inside an operation of the outer one.
template <ValueDomain D>
typename D::Bool may_start(const World& w, const State<D>& s, int m) {
  const Rules& rules = w.row.rules;
  const auto& slot = s.slot[index(m)];
  const bool resolved =
      !rules.checks_granularity || w.bounds.budget[index(m)] >= 2 * rules.granularity;
  auto may = D::boolean(resolved) && slot.ops < num<D>(w.bounds.ops);
  if (rules.refuses_quarantined) may = may && !slot.quarantined;
  if (w.bounds.nested && m == 1) may = may && s.slot[0].at == num<D>(w.row.working());
  return may;
}

/// The fields of a slot at rest.
template <ValueDomain D>
void clear_at_rest(Slot<D>& slot) {
  const auto rest = slot.at == D::integer(0);
  const Slot<D> fresh;
  slot.stamp = D::ite(rest, fresh.stamp, slot.stamp);
  slot.start_lo = D::ite(rest, fresh.start_lo, slot.start_lo);
  slot.start_hi = D::ite(rest, fresh.start_hi, slot.start_hi);
  slot.verdict = D::ite(rest, fresh.verdict, slot.verdict);
  slot.begun = D::ite(rest, fresh.begun, slot.begun);
}

/// What all steps of a thread share: its place in the program, and where an operation begins and
/// ends. `effect` does the rest and says whether the step may be taken.
template <ValueDomain D, class Effect>
Step<D> thread_step(const World& w, const State<D>& s, Op op, int m, Effect effect) {
  const Program& program = w.row.thread;
  const int before = program.before(op);
  if (before < 0) return {D::boolean(false), s};
  const auto& old = s.slot[index(m)];
  auto guard = old.at == num<D>(before);
  if (before == 0) guard = guard && may_start<D>(w, s, m);
  if (before == w.row.working() && w.bounds.nested && m == 0) {
    guard = guard && s.slot[1].at == D::integer(0);
  }
  State<D> n = s;
  auto& slot = n.slot[index(m)];
  if (before == 0) slot.ops = old.ops + D::integer(1);
  if (before == w.row.begins()) slot.begun = s.cpu[index(w.bounds.thread_of(m))];
  guard = guard && effect(n, slot);
  if (before == w.row.ends()) slot.begun = D::integer(0);
  slot.at = after<D>(program, before, slot.verdict);
  clear_at_rest<D>(slot);
  return {guard, n};
}

/// StartStamp: before the start reading, so that W is never below used.
template <ValueDomain D>
Step<D> start_stamp(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return thread_step<D>(w, s, Op::StartStamp, m, [&](State<D>&, Slot<D>& slot) {
    slot.stamp = wall<D>(w, s, m);
    return D::boolean(true);
  });
}

/// The good start reading: of a user-space clock, any interval of the given width about the truth.
template <ValueDomain D>
Interval<D> start_reading(const Rules& rules, typename D::Int cpu, const Choice<D>& c) {
  if (rules.clock != ClockKind::user) return shown<D>(rules, cpu);
  return {c.lo, c.hi};
}

/// StartRead: CM-1. A start reading that failed makes the operation unmeasurable (CM-7).
template <ValueDomain D>
Step<D> start_read(const World& w, const State<D>& s, int m, const Choice<D>& c) {
  return thread_step<D>(w, s, Op::StartRead, m, [&](State<D>& n, Slot<D>& slot) {
    const Rules& rules = w.row.rules;
    const auto cpu = s.cpu[index(w.bounds.thread_of(m))];
    const auto start = read_clock<D>(rules, start_reading<D>(rules, cpu, c), c, cpu);
    slot.start_hi = start.hi;
    slot.start_lo = rules.start_lo_is_lo ? start.lo : start.hi;
    if (!rules.own_start) {
      for (auto& other : n.slot) {
        other.start_lo = slot.start_lo;
        other.start_hi = slot.start_hi;
      }
    }
    const auto good = c.reading == D::integer(kGood);
    slot.failed = noted<D>(slot.failed, !good, slot.ops);
    n.faults = D::ite(good, s.faults, s.faults + D::integer(1));
    const auto may_fail = c.reading == D::integer(kFails) && s.faults < num<D>(w.bounds.faults);
    auto band = D::boolean(true);
    if (rules.clock == ClockKind::user) {
      const auto one = D::integer(1);
      band = c.lo <= cpu && cpu <= c.lo + one && cpu <= c.hi && c.hi <= cpu + one;
    }
    return band && (good || may_fail);
  });
}

/// StartOpen: the fields are written, the watcher may read them.
template <ValueDomain D>
Step<D> start_open(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return thread_step<D>(w, s, Op::StartOpen, m, [&](State<D>&, Slot<D>& slot) {
    count_seq<D>(slot);
    return D::boolean(true);
  });
}

/// StartArm: the countdown begins anew. An event that its expiry disabled is enabled by whoever
/// takes the flag `parked`. CM-4.
template <ValueDomain D>
Step<D> start_arm(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return thread_step<D>(w, s, Op::StartArm, m, [&](State<D>&, Slot<D>& slot) {
    slot.armed = slot.armed || slot.parked;
    slot.parked = D::boolean(false);
    return D::boolean(true);
  });
}

/// StopClose: before the stop reading, so that what the watcher read under an odd seq is no more
/// than what Stop reads. CM-3.
template <ValueDomain D>
Step<D> stop_close(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return thread_step<D>(w, s, Op::StopClose, m, [&](State<D>&, Slot<D>& slot) {
    count_seq<D>(slot);
    return D::boolean(true);
  });
}

/// The verdict of Stop where the wall clock does not acquit.
template <ValueDomain D>
typename D::Int stop_verdict(const World& w, const State<D>& s, int m, const Choice<D>& c) {
  const Rules& rules = w.row.rules;
  const auto& slot = s.slot[index(m)];
  if (rules.clock == ClockKind::none) return D::integer(kUnmeasurable);
  if (!rules.wall_acquits_only) return D::integer(kViolation);
  if (!rules.stop_reads) {
    return D::ite(slot.raised == slot.seq, D::integer(kViolation), D::integer(kClean));
  }
  const auto cpu = s.cpu[index(w.bounds.thread_of(m))];
  const auto stop = read_clock<D>(rules, shown<D>(rules, cpu), c, cpu);
  return judge<D>(rules, w.bounds.budget[index(m)], {slot.start_lo, slot.start_hi}, stop,
                  kUnmeasurable);
}

/// StopRead: the verdict. The wall clock acquits without a system call (CM-6), or the CPU clock is
/// read. CM-2, CM-7.
template <ValueDomain D>
Step<D> stop_read(const World& w, const State<D>& s, int m, const Choice<D>& c) {
  return thread_step<D>(w, s, Op::StopRead, m, [&](State<D>& n, Slot<D>& slot) {
    const Rules& rules = w.row.rules;
    const auto now = wall<D>(w, s, m);
    const auto free = !(slot.start_lo == D::integer(kNoReading)) &&
                      acquits<D>(rules, w.bounds.budget[index(m)], slot.stamp, now, c.late);
    slot.verdict = D::ite(free, D::integer(kClean), stop_verdict<D>(w, s, m, c));
    count_stop<D>(rules, n, slot.verdict);

    const auto good = c.reading == D::integer(kGood);
    slot.failed = noted<D>(slot.failed, !good, slot.ops);
    n.faults = D::ite(good, s.faults, s.faults + D::integer(1));
    const bool reads =
        rules.clock != ClockKind::none && rules.wall_acquits_only && rules.stop_reads;
    const auto may_fail = D::boolean(reads) && !free && s.faults < num<D>(w.bounds.faults) &&
                          (c.reading == D::integer(kFails) || c.reading == D::integer(kFalls));
    return (good || may_fail) && slot.stamp + c.late <= now;
  });
}

/// StopReport: CM-2, at Stop at the latest.
template <ValueDomain D>
Step<D> stop_report(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return thread_step<D>(w, s, Op::StopReport, m, [&](State<D>& n, Slot<D>& slot) {
    report<D>(w.row.rules, n, m, slot.seq, slot.verdict);
    return D::boolean(true);
  });
}

}  // namespace plumb::spec::meter
