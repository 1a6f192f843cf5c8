// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What must hold of a meter, by name. Those of states are templates over a value domain, for the
// prover's sake; those of steps compare the state before with the state after.
// Thread-safety: pure functions.
// Spec:          CM-2 to CM-8.
#pragma once
#include "meter/environment.hpp"
#include "meter/thread.hpp"
#include "meter/watcher.hpp"

namespace plumb::spec::meter {

/// Operations of a slot that have ended, the report of their stop included.
template <ValueDomain D>
typename D::Bool has_ended(const Slot<D>& slot, int op) {
  return num<D>(op) < slot.ops || (num<D>(op) == slot.ops && slot.at == D::integer(0));
}

template <ValueDomain D>
typename D::Bool is_reported(const Slot<D>& slot, int op) {
  return D::has(slot.violations, num<D>(op)) || D::has(slot.unmeasurable, num<D>(op));
}

/// Of every slot and operation: whoever is in `ids` and has ended was reported.
template <ValueDomain D>
typename D::Bool ended_are_reported(const State<D>& s, typename D::Ids Slot<D>::* ids) {
  auto holds = D::boolean(true);
  for (const auto& slot : s.slot) {
    for (int op = 1; op <= kMaxOps; ++op) {
      const auto due = D::has(slot.*ids, num<D>(op)) && has_ended<D>(slot, op);
      holds = holds && (!due || is_reported<D>(slot, op));
    }
  }
  return holds;
}

/// NoMiss (CM-2): used >= B implies a report, as violation or unmeasurable, at Stop at the latest.
template <ValueDomain D>
typename D::Bool no_miss(const State<D>& s) {
  return ended_are_reported<D>(s, &Slot<D>::crossed);
}

/// NoFalseAlarm (CM-3): whatever is reported as a violation had used >= B.
template <ValueDomain D>
typename D::Bool no_false_alarm(const State<D>& s) {
  auto holds = D::boolean(true);
  for (const auto& slot : s.slot) holds = holds && D::within(slot.violations, slot.crossed);
  return holds;
}

/// ReportedOnce (CM-2): no operation is reported twice, as the same or as something else.
template <ValueDomain D>
typename D::Bool reported_once(const State<D>& s) {
  auto holds = D::boolean(true);
  for (const auto& slot : s.slot) holds = holds && !slot.again;
  return holds;
}

/// FailClosed (CM-7): an operation with a failed reading at its start or stop never ends clean.
template <ValueDomain D>
typename D::Bool fail_closed(const State<D>& s) {
  return ended_are_reported<D>(s, &Slot<D>::failed);
}

/// Truth (CM-1): the start reading of a running operation, if there is one, brackets the truth.
template <ValueDomain D>
typename D::Bool truth(const World& w, const State<D>& s) {
  auto holds = D::boolean(true);
  for (const auto& slot : s.slot) {
    const auto read = num<D>(w.row.thread.before(Op::StartRead)) < slot.at &&
                      D::integer(0) < slot.begun && !(slot.start_lo == D::integer(kNoReading));
    const auto began = counter<D>(w.row.rules, slot.begun);
    const auto brackets = slot.start_lo <= began && began <= slot.start_hi;
    holds = holds && (!read || brackets);
  }
  return holds;
}

/// ArmedAgain (CM-4): an operation that works below its budget, not yet reported, has an armed
/// event, a signal under way, or the watcher's visit.
template <ValueDomain D>
typename D::Bool armed_again(const World& w, const State<D>& s) {
  auto holds = D::boolean(true);
  for (int m = 0; m < w.bounds.meters; ++m) {
    const auto& slot = s.slot[index(m)];
    const auto below = slot.at == num<D>(w.row.working()) && !D::has(slot.crossed, slot.ops) &&
                       slot.raised < slot.seq;
    const auto watched = slot.armed || slot.pending || D::integer(0) < slot.watch;
    holds = holds && (!below || watched);
  }
  return holds;
}

/// Independence (CM-5): a step of one meter leaves what another has read, decided and reported. The
/// sentinel is common: the end of a crisis ends every quarantine.
template <ValueDomain D>
typename D::Bool same_meter(const Slot<D>& a, const Slot<D>& b) {
  return a.at == b.at && a.seq == b.seq && a.odd == b.odd && a.stamp == b.stamp &&
         a.start_lo == b.start_lo && a.start_hi == b.start_hi && a.verdict == b.verdict &&
         a.raised == b.raised && a.armed == b.armed && a.parked == b.parked &&
         a.pending == b.pending && a.watch == b.watch && a.w_seq == b.w_seq && a.w_odd == b.w_odd &&
         a.w_lo == b.w_lo && a.w_hi == b.w_hi && a.w_verdict == b.w_verdict &&
         a.violations == b.violations && a.unmeasurable == b.unmeasurable;
}

/// RespondsAtOnce (CM-8): with the report the crisis and, if asked for, the quarantine begin.
template <ValueDomain D>
typename D::Bool responds(const World& w, const State<D>& from, const State<D>& to) {
  auto holds = D::boolean(true);
  for (std::size_t m = 0; m < kMaxMeters; ++m) {
    const auto& a = from.slot[m];
    const auto& b = to.slot[m];
    const auto told = !(a.violations == b.violations && a.unmeasurable == b.unmeasurable);
    auto answered = D::integer(0) < to.level;
    if (w.row.rules.quarantines) answered = answered && b.quarantined;
    holds = holds && (!told || answered);
  }
  return holds;
}

/// Escalates (CM-8): a report during crisis, and nothing else, asks for an Escalate; an Escalate
/// answers one and raises the level as far as there are levels; no Decay while one is owed.
template <ValueDomain D>
typename D::Bool escalation(const State<D>& from, const State<D>& to, bool escalate, bool decay) {
  const auto one = D::integer(1);
  if (escalate) {
    return from.owed == to.owed + one &&
           to.level == D::lower(from.level + one, D::integer(kMaxLevel));
  }
  if (decay) return from.owed == D::integer(0);
  auto told = D::boolean(false);
  for (std::size_t m = 0; m < kMaxMeters; ++m) {
    told = told || !(from.slot[m].violations == to.slot[m].violations &&
                     from.slot[m].unmeasurable == to.slot[m].unmeasurable);
  }
  const auto asks = told && D::integer(0) < from.level;
  return to.owed == D::ite(asks, from.owed + one, from.owed);
}

}  // namespace plumb::spec::meter
