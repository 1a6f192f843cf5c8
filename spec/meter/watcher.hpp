// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The watcher: one thread that answers signals by looking at one slot at a time. A signal proves
// nothing, since it may be early, stale, doubled or lost: the clock convicts, under a seq that was
// the same before and after the reading.
// Invariants:    at most one slot is being visited; the watcher writes `armed`, `parked`, `raised`
//                and its own fields, nothing else of the slot.
// Thread-safety: pure functions.
// Spec:          Confirm Report; CM-3, CM-4.
#pragma once
#include "meter/measure.hpp"
#include "meter/sentinel.hpp"

namespace plumb::spec::meter {

/// Where a visit goes on if not to the next step.
template <ValueDomain D>
struct Jump {
  typename D::Bool taken = D::boolean(false);
  typename D::Int to = D::integer(0);
};

/// The fields of a visit that is over.
template <ValueDomain D>
void clear_visit(Slot<D>& slot) {
  const auto over = slot.watch == D::integer(0);
  for (auto* field : {&slot.w_seq, &slot.w_lo, &slot.w_hi, &slot.w_stamp, &slot.w_verdict}) {
    *field = D::ite(over, D::integer(0), *field);
  }
  slot.w_odd = slot.w_odd && !over;
}

/// What all steps of a visit share: its place in the program; the first step takes the signal. The
/// effect does the rest, may jump, and says whether the step may be taken.
template <ValueDomain D, class Effect>
Step<D> watcher_step(const World& w, const State<D>& s, Op op, int m, Effect effect) {
  const Program& program = w.row.watcher;
  const int before = program.before(op);
  if (before < 0) return {D::boolean(false), s};
  const auto& old = s.slot[index(m)];
  auto guard = old.watch == num<D>(before);
  State<D> n = s;
  auto& slot = n.slot[index(m)];
  if (before == 0) {
    guard = guard && old.pending;
    for (const auto& other : s.slot) guard = guard && other.watch == D::integer(0);
    slot.pending = D::boolean(false);
    slot.w_verdict = D::integer(w.row.rules.confirms ? kClean : kViolation);
  }
  Jump<D> jump;
  guard = guard && effect(n, slot, jump);
  const auto next = after<D>(program, before, slot.w_verdict);
  slot.watch = D::ite(jump.taken, jump.to, next);
  clear_visit<D>(slot);
  return {guard, n};
}

/// Where a visit without a report goes on.
template <ValueDomain D>
typename D::Int to_park(const Row& row) {
  const int park = row.watcher.before(Op::ConfirmPark);
  return num<D>(park < 0 ? 0 : park);
}

/// ConfirmLook: seq, then the fields. An even seq is a stale signal.
template <ValueDomain D>
Step<D> confirm_look(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return watcher_step<D>(w, s, Op::ConfirmLook, m, [&](State<D>&, Slot<D>& slot, Jump<D>& jump) {
    slot.w_seq = slot.seq;
    slot.w_odd = slot.odd;
    slot.w_lo = slot.start_lo;
    slot.w_hi = slot.start_hi;
    if (!w.row.rules.confirms_by_cpu) slot.w_stamp = slot.stamp;
    if (w.row.rules.looks_at_parity) jump = {!slot.odd, to_park<D>(w.row)};
    return D::boolean(true);
  });
}

/// ConfirmRead: the clock of the thread in question. CM-1, CM-3, CM-7.
template <ValueDomain D>
Step<D> confirm_read(const World& w, const State<D>& s, int m, const Choice<D>& c) {
  return watcher_step<D>(w, s, Op::ConfirmRead, m, [&](State<D>& n, Slot<D>& slot, Jump<D>&) {
    const Rules& rules = w.row.rules;
    const int budget = w.bounds.budget[index(m)];
    const int thread = w.bounds.thread_of(m);
    const int asked = rules.asks_for_thread ? thread : (thread + 1) % w.bounds.threads();
    const auto ahead = slot.w_hi + num<D>(budget);
    const auto now = read_clock<D>(rules, shown<D>(rules, s.cpu[index(asked)]), c, ahead);
    slot.w_verdict = judge<D>(rules, budget, {slot.w_lo, slot.w_hi}, now, kClean);
    if (!rules.confirms_by_cpu) {
      const auto over = slot.w_stamp + num<D>(budget) <= wall<D>(w, s, m);
      slot.w_verdict = D::ite(over, D::integer(kViolation), D::integer(kClean));
    }
    const auto good = c.reading == D::integer(kGood);
    n.faults = D::ite(good, s.faults, s.faults + D::integer(1));
    return good || (D::boolean(rules.confirms_by_cpu) && s.faults < num<D>(w.bounds.faults));
  });
}

/// ConfirmAgain: under an unchanged seq the reading lies inside the operation and is proof; else it
/// may belong to the next one, and the slot is examined anew. CM-3.
template <ValueDomain D>
Step<D> confirm_again(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return watcher_step<D>(w, s, Op::ConfirmAgain, m, [&](State<D>&, Slot<D>& slot, Jump<D>& jump) {
    const auto same = slot.seq == slot.w_seq && slot.odd == slot.w_odd;
    if (w.row.rules.checks_seq) {
      jump = {!same, D::integer(0)};
      slot.pending = slot.pending || !same;
    }
    return D::boolean(true);
  });
}

/// ConfirmReport: CM-4, while the operation still runs, or after it if Stop was slower.
template <ValueDomain D>
Step<D> confirm_report(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return watcher_step<D>(w, s, Op::ConfirmReport, m, [&](State<D>& n, Slot<D>& slot, Jump<D>&) {
    report<D>(w.row.rules, n, m, slot.w_seq, slot.w_verdict);
    return D::boolean(true);
  });
}

/// ConfirmPark: an operation below its budget is armed for the rest of it; else the next Start is
/// told that the event is disabled. CM-4.
template <ValueDomain D>
Step<D> confirm_park(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return watcher_step<D>(w, s, Op::ConfirmPark, m, [&](State<D>&, Slot<D>& slot, Jump<D>& jump) {
    const auto below = slot.w_odd && slot.w_verdict == D::integer(kClean);
    slot.armed = slot.armed || below;
    slot.parked = slot.parked || !below;
    jump = {below, D::integer(0)};
    return D::boolean(true);
  });
}

/// ConfirmLast: the new operation's Start may have passed the flag before it was set. CM-4.
template <ValueDomain D>
Step<D> confirm_last(const World& w, const State<D>& s, int m, const Choice<D>&) {
  return watcher_step<D>(w, s, Op::ConfirmLast, m, [&](State<D>&, Slot<D>& slot, Jump<D>&) {
    const auto same = slot.seq == slot.w_seq && slot.odd == slot.w_odd;
    const auto taken = slot.parked && slot.odd && !same;
    slot.armed = slot.armed || taken;
    slot.parked = slot.parked && !taken;
    return D::boolean(true);
  });
}

}  // namespace plumb::spec::meter
