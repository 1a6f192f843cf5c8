// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The properties of the meter as the checker asks for them: each with its name, its kind and the
// models to which it applies. Sometimes-properties are there so that the others do not hold in
// vain. Invariants:    kClaims[i].id == i. Thread-safety: constants and pure functions. Spec: CM-1
// to CM-8.
#pragma once
#include <array>
#include <cstddef>

#include "check/model.hpp"
#include "meter/moves.hpp"
#include "meter/properties.hpp"

namespace plumb::spec::meter {

enum class Claim : std::size_t {
  NoMiss,
  ReportedOnce,
  NoFalseAlarm,
  ArmedAgain,
  FailClosed,
  Truth,
  Independence,
  OneShot,
  Resolvable,
  RespondsAtOnce,
  Quarantine,
  Escalates,
  DecayNeedsEvidence,
  Terminates,
  EndsClean,
  WallAcquits,
  ReportsAtStop,
  ReportsInFlight,
  StopIsFirst,
  WatcherIsFirst,
  SignalEarly,
  SignalStale,
  SignalLost,
  SignalStray,
  ReadingDiscarded,
  ArmsTheRest,
  TakesBack,
  StartTakesFlag,
  ClockFails,
  ClockFalls,
  ClockForeign,
  Undetermined,
  SleepsUnaccused,
  CrisisGrows,
  CrisisEnds,
  QuarantineLifted,
  BothWork,
  InnerAlone
};

/// A step as the claims see it.
struct StepView {
  const World& w;
  const State<Concrete>& from;
  const State<Concrete>& to;
  ActionId action{};
  Op op{};
  Move move;
  [[nodiscard]] const Slot<Concrete>& before() const { return from.slot[index(move.who)]; }
  [[nodiscard]] const Slot<Concrete>& after() const { return to.slot[index(move.who)]; }
  [[nodiscard]] bool is_signal(SignalKind kind) const {
    return action == kSignal && move.signal == kind;
  }
  [[nodiscard]] bool reads(Reading reading) const {
    return (op == Op::StartRead || op == Op::StopRead || op == Op::ConfirmRead) &&
           move.reading == reading;
  }
  [[nodiscard]] bool is_first_step() const {
    return op != Op::none && !move.by_watcher && before().at == 0;
  }
  /// The meter of which this is a step; -1 for the environment and the sentinel.
  [[nodiscard]] int meter() const { return op != Op::none || action == kSignal ? move.who : -1; }
};

[[nodiscard]] inline bool independent(const StepView& v) {
  for (int m = 0; m < v.w.bounds.meters; ++m) {
    const auto same = same_meter<Concrete>(v.from.slot[index(m)], v.to.slot[index(m)]);
    if (m != v.meter() && !same) return false;
  }
  for (int t = 0; t < v.w.bounds.threads(); ++t) {
    const bool own = v.action == kRun || v.action == kCross;
    if (!(own && t == v.move.who) && v.from.cpu[index(t)] != v.to.cpu[index(t)]) return false;
  }
  return true;
}

[[nodiscard]] inline bool keeps(Claim claim, const StepView& v) {
  switch (claim) {
    case Claim::Independence:
      return independent(v);
    case Claim::OneShot:
      return v.action != kSignal || v.is_signal(kStray) || !v.after().armed;
    case Claim::Resolvable:
      return !v.is_first_step() ||
             v.w.bounds.budget[index(v.move.who)] >= 2 * v.w.row.rules.granularity;
    case Claim::RespondsAtOnce:
      return responds<Concrete>(v.w, v.from, v.to);
    case Claim::Quarantine:
      return !v.is_first_step() || !v.before().quarantined;
    case Claim::Escalates:
      return escalation<Concrete>(v.from, v.to, v.action == kEscalate, v.action == kDecay);
    case Claim::DecayNeedsEvidence:
      return v.action != kDecay || v.from.quiet > 0;
    default:
      return false;
  }
}

[[nodiscard]] inline bool keeps(Claim claim, const World& w, const State<Concrete>& s) {
  switch (claim) {
    case Claim::NoMiss:
      return no_miss<Concrete>(s);
    case Claim::ReportedOnce:
      return reported_once<Concrete>(s);
    case Claim::NoFalseAlarm:
      return no_false_alarm<Concrete>(s);
    case Claim::ArmedAgain:
      return armed_again<Concrete>(w, s);
    case Claim::FailClosed:
      return fail_closed<Concrete>(s);
    case Claim::Truth:
      return truth<Concrete>(w, s);
    default:
      return false;
  }
}

/// Whether an operation slept or waited through its budget and was acquitted all the same.
[[nodiscard]] inline bool sleeps_unaccused(const StepView& v) {
  const auto& slot = v.before();
  return v.op == Op::StopRead && v.after().verdict == kClean &&
         v.w.row.thread.has(Op::StartStamp) &&
         slot.stamp + num<Concrete>(v.w.bounds.budget[index(v.move.who)]) <=
             wall<Concrete>(v.w, v.from, v.move.who);
}

/// Whether the step is a witness of a sometimes-property.
[[nodiscard]] inline bool shows(Claim claim, const StepView& v) {
  const auto& from = v.before();
  const auto& to = v.after();
  const auto told = from.violations != to.violations;
  switch (claim) {
    case Claim::EndsClean:
      return v.op == Op::StopRead && to.at == 0;
    case Claim::WallAcquits:
      return v.op == Op::StopRead && from.start_lo != kNoReading &&
             acquits<Concrete>(v.w.row.rules, v.w.bounds.budget[index(v.move.who)], from.stamp,
                               wall<Concrete>(v.w, v.from, v.move.who), v.move.late);
    case Claim::ReportsAtStop:
      return v.op == Op::StopReport && from.raised != to.raised;
    case Claim::ReportsInFlight:
      return v.op == Op::ConfirmReport && told && from.odd && from.seq == from.w_seq;
    case Claim::StopIsFirst:
      return v.op == Op::ConfirmReport && from.raised >= from.w_seq;
    case Claim::WatcherIsFirst:
      return v.op == Op::StopReport && from.raised == from.seq;
    case Claim::SignalEarly:
      return v.is_signal(kEarly);
    case Claim::SignalStale:
      return v.is_signal(kStale);
    case Claim::SignalLost:
      return v.is_signal(kLost);
    case Claim::SignalStray:
      return v.is_signal(kStray);
    case Claim::ReadingDiscarded:
      return v.op == Op::ConfirmAgain && to.watch == 0;
    case Claim::ArmsTheRest:
      return v.op == Op::ConfirmPark && !from.armed && to.armed;
    case Claim::TakesBack:
      return v.op == Op::ConfirmLast && !from.armed && to.armed;
    case Claim::StartTakesFlag:
      return v.op == Op::StartArm && from.parked && from.ops > 1;
    case Claim::ClockFails:
      return v.reads(kFails);
    case Claim::ClockFalls:
      return v.reads(kFalls);
    case Claim::ClockForeign:
      return v.reads(kForeign);
    case Claim::Undetermined:
      return v.op == Op::StopRead && to.verdict == kUnmeasurable &&
             !Concrete::has(to.failed, to.ops);
    case Claim::SleepsUnaccused:
      return sleeps_unaccused(v);
    case Claim::CrisisGrows:
      return v.to.level == kMaxLevel;
    case Claim::CrisisEnds:
      return v.from.level > 0 && v.to.level == 0;
    case Claim::QuarantineLifted:
      return v.action == kDecay && v.from.slot != v.to.slot;
    case Claim::BothWork: {
      const auto working = num<Concrete>(v.w.row.working());
      return v.to.slot[0].at == working && v.to.slot[1].at == working;
    }
    case Claim::InnerAlone:
      return v.action == kCross && v.from.slot[0].crossed == v.to.slot[0].crossed;
    default:
      return false;
  }
}

}  // namespace plumb::spec::meter
