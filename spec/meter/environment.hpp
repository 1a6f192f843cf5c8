// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The environment: threads run and are preempted, signals come as they like.
// Invariants:    CPU time is never above wall time: Run and Cross advance both, Preempt the
//                wall clock alone. Time passes only inside operations: between them it is idle.
// Thread-safety: pure functions.
// Spec:          Run Cross Preempt Signal; CM-2 to CM-4; A-28.
#pragma once
#include "meter/measure.hpp"

namespace plumb::spec::meter {

/// Whether some meter of thread t is inside an operation.
template <ValueDomain D>
typename D::Bool busy(const World& w, const State<D>& s, int t) {
  auto is = D::boolean(false);
  for (int m = 0; m < w.bounds.meters; ++m) {
    if (w.bounds.thread_of(m) == t) is = is || D::integer(0) < s.slot[index(m)].at;
  }
  return is;
}

/// Run and Cross: thread t uses one unit of CPU time. It is Cross if an operation's CPU time
/// reaches its budget with this unit, else Run.
template <ValueDomain D>
Step<D> run(const World& w, const State<D>& s, int t, bool cross) {
  State<D> n = s;
  auto crossing = D::boolean(false);
  n.cpu[index(t)] = s.cpu[index(t)] + D::integer(1);
  for (int m = 0; m < w.bounds.meters; ++m) {
    if (w.bounds.thread_of(m) != t) continue;
    auto& slot = n.slot[index(m)];
    const auto reaches = D::integer(0) < slot.begun &&
                         n.cpu[index(t)] == slot.begun + num<D>(w.bounds.budget[index(m)]);
    crossing = crossing || reaches;
    slot.crossed = noted<D>(slot.crossed, reaches, slot.ops);
  }
  const auto left = s.cpu[index(t)] < num<D>(static_cast<int>(kFirstTick) + w.bounds.cpu);
  return {left && busy<D>(w, s, t) && (cross ? crossing : !crossing), n};
}

/// Preempt: the thread sleeps, waits or is preempted while one unit of wall time passes. CM-3.
template <ValueDomain D>
Step<D> preempt(const World& w, const State<D>& s, int t) {
  State<D> n = s;
  n.waited[index(t)] = s.waited[index(t)] + D::integer(1);
  return {s.waited[index(t)] < num<D>(w.bounds.waits) && busy<D>(w, s, t), n};
}

/// Signal: the event of meter m expires, or a signal comes without it. The kernel disables an event
/// that has expired. CM-2, CM-4.
template <ValueDomain D>
Step<D> signal(const World& w, const State<D>& s, int m, const Choice<D>& c) {
  const Rules& rules = w.row.rules;
  const auto& old = s.slot[index(m)];
  const auto cpu = s.cpu[index(w.bounds.thread_of(m))];
  const auto runs = D::integer(0) < old.begun;
  const auto provable = !(judge<D>(rules, w.bounds.budget[index(m)], {old.start_lo, old.start_hi},
                                   shown<D>(rules, cpu), kClean) == D::integer(kClean));
  const auto is = [&](SignalKind kind) { return c.signal == D::integer(kind); };
  const auto news = D::boolean(rules.one_shot) || !old.pending;
  const auto fault = s.faults < num<D>(w.bounds.faults);
  const auto guard = (is(kDue) && old.armed && runs && provable && news) ||
                     (is(kEarly) && old.armed && runs && !provable && fault) ||
                     (is(kStale) && old.armed && !runs && news) ||
                     (is(kLost) && old.armed && s.losses < num<D>(w.bounds.losses)) ||
                     (is(kStray) && !old.pending && fault);

  State<D> n = s;
  auto& slot = n.slot[index(m)];
  if (rules.one_shot) slot.armed = old.armed && is(kStray);
  slot.pending = old.pending || !is(kLost);
  n.faults = s.faults + D::ite(is(kEarly) || is(kStray), D::integer(1), D::integer(0));
  n.losses = s.losses + D::ite(is(kLost), D::integer(1), D::integer(0));
  return {D::boolean(w.row.in_flight()) && guard, n};
}

}  // namespace plumb::spec::meter
