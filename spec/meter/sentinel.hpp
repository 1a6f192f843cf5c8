// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The sentinel: what a report does at once, and how the crisis that it begins grows and ends.
// Whoever confirms, Stop or the watcher, reports; the first of them does, the other finds `raised`.
// Invariants:    level <= kMaxLevel.
// Thread-safety: pure functions.
// Spec:          Report Escalate Decay; CM-8.
#pragma once
#include "meter/state.hpp"

namespace plumb::spec::meter {

/// The effect of a Report of the operation `seq` on meter m. The marks are set by whoever reports;
/// Escalate follows on the sentinel's own thread. CM-2, CM-8.
template <ValueDomain D>
void report(const Rules& rules, State<D>& n, int m, typename D::Int seq, typename D::Int verdict) {
  auto& slot = n.slot[index(m)];
  const auto newer = slot.raised < seq;
  const auto first = newer || D::boolean(!rules.reports_once);
  const auto told = D::has(slot.violations, seq) || D::has(slot.unmeasurable, seq);
  slot.again = slot.again || (first && told);
  const auto as = [&](Verdict v) { return first && verdict == D::integer(v); };
  slot.violations = noted<D>(slot.violations, as(kViolation), seq);
  slot.unmeasurable = noted<D>(slot.unmeasurable, as(kUnmeasurable), seq);
  slot.raised = D::ite(newer, seq, slot.raised);
  if (rules.quarantines && rules.marks_at_once) slot.quarantined = slot.quarantined || first;

  const auto in_crisis = D::integer(0) < n.level;
  if (rules.owes_escalation) {
    n.owed = D::ite(first && in_crisis, n.owed + D::integer(1), n.owed);
  }
  if (rules.enters_crisis) n.level = D::ite(first && !in_crisis, D::integer(1), n.level);
  if (rules.report_ends_evidence) n.evidence = D::ite(first, D::integer(0), n.evidence);
  n.quiet = D::ite(first, D::integer(0), n.quiet);
}

/// A stop is evidence that the crisis may end, if it was clean.
template <ValueDomain D>
void count_stop(const Rules& rules, State<D>& n, typename D::Int verdict) {
  const auto in_crisis = D::integer(0) < n.level;
  const auto clean = verdict == D::integer(kClean);
  const auto counts = clean || D::boolean(!rules.counts_clean_only);
  n.evidence = D::ite(in_crisis && counts, D::integer(1), n.evidence);
  n.quiet = D::ite(in_crisis && clean, D::integer(1), n.quiet);
}

/// Escalate: a report during crisis raises its level. CM-8.
template <ValueDomain D>
Step<D> escalate(const World& w, const State<D>& s) {
  State<D> n = s;
  n.owed = one_less<D>(s.owed, kMaxMeters * kMaxOps);
  n.level = D::lower(s.level + D::integer(1), D::integer(kMaxLevel));
  return {D::boolean(w.row.rules.escalates) && D::integer(0) < s.owed, n};
}

/// Decay: a clean stop since the last report lowers the level; with the crisis every quarantine
/// ends. CM-8.
template <ValueDomain D>
Step<D> decay(const World& w, const State<D>& s) {
  const Rules& rules = w.row.rules;
  State<D> n = s;
  n.level = one_less<D>(s.level, static_cast<int>(kMaxLevel));
  n.evidence = D::integer(0);
  n.quiet = D::integer(0);
  for (auto& slot : n.slot) slot.quarantined = slot.quarantined && D::integer(0) < n.level;
  auto guard = D::boolean(rules.decays) && D::integer(0) < s.level;
  if (rules.escalates_first) guard = guard && s.owed == D::integer(0);
  if (rules.needs_evidence) guard = guard && D::integer(0) < s.evidence;
  return {guard, n};
}

}  // namespace plumb::spec::meter
