// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Which properties and actions a model of the meter has: the words for each, and where it applies.
// Invariants:    kEntries has one entry for each Claim, in its order.
// Thread-safety: constants and pure functions.
// Spec:          CM-1 to CM-8.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "check/model.hpp"
#include "meter/claims.hpp"

namespace plumb::spec::meter {

/// Whether a property applies to a model; all conditions that are named must hold.
struct Where {
  bool in_flight = false;  ///< the row reports in flight
  bool faults = false;     ///< the bounds allow faults
  bool losses = false;
  bool waits = false;  ///< and the row has a wall clock
  bool cpu_clock = false;
  bool uncertain = false;  ///< the clock shows intervals, or there is none
  bool filter = false;
  bool quarantine = false;
  bool two_meters = false;
  bool nested = false;
  bool two_ops = false;
  bool two_reports = false;  ///< a second operation can be reported, or end clean after a report
  bool start_reading = false;
  bool something_starts = false;  ///< some budget can be resolved
};

struct Entry {
  Claim id{};
  PropertyInfo info;
  Where where;
};

// clang-format off
inline constexpr std::array kEntries = {
    Entry{Claim::NoMiss, {"NoMiss", PropertyKind::invariant, "CM-2",
        "an operation with used >= B is reported when it stops, at the latest"}, {}},
    Entry{Claim::ReportedOnce, {"ReportedOnce", PropertyKind::invariant, "CM-2",
        "no operation is reported twice"}, {}},
    Entry{Claim::NoFalseAlarm, {"NoFalseAlarm", PropertyKind::invariant, "CM-3",
        "what is reported as a violation had used >= B"}, {}},
    Entry{Claim::ArmedAgain, {"ArmedAgain", PropertyKind::invariant, "CM-4",
        "an operation below its budget has an armed event, a signal under way or a visit"},
        {.in_flight = true}},
    Entry{Claim::FailClosed, {"FailClosed", PropertyKind::invariant, "CM-7",
        "an operation with a failed reading never ends clean"}, {.cpu_clock = true}},
    Entry{Claim::Truth, {"Truth", PropertyKind::invariant, "CM-1",
        "the start reading of a running operation brackets the truth"}, {.start_reading = true}},
    Entry{Claim::Independence, {"Independence", PropertyKind::action, "CM-5",
        "a step of one meter leaves all that another has read, decided and reported"},
        {.two_meters = true}},
    Entry{Claim::OneShot, {"OneShot", PropertyKind::action, "CM-6",
        "an event that expired is disabled: one expiry for each time it is armed"},
        {.in_flight = true}},
    Entry{Claim::Resolvable, {"Resolvable", PropertyKind::action, "CM-7",
        "no operation starts whose budget the clock cannot resolve"}, {}},
    Entry{Claim::RespondsAtOnce, {"RespondsAtOnce", PropertyKind::action, "CM-8",
        "with a report the registered response has begun"}, {}},
    Entry{Claim::Quarantine, {"Quarantine", PropertyKind::action, "CM-8",
        "a quarantined source starts no operation"}, {.quarantine = true}},
    Entry{Claim::Escalates, {"Escalates", PropertyKind::action, "CM-8",
        "a report during crisis, and nothing else, is answered by one Escalate, before any Decay"},
        {}},
    Entry{Claim::DecayNeedsEvidence, {"DecayNeedsEvidence", PropertyKind::action, "CM-8",
        "Decay follows a clean stop since the last report"}, {}},
    Entry{Claim::Terminates, {"Terminates", PropertyKind::termination, "CM-2",
        "every operation that started ends, and every report is answered"}, {}},

    Entry{Claim::EndsClean, {"EndsClean", PropertyKind::sometimes, "CM-3",
        "an operation ends clean"}, {}},
    Entry{Claim::WallAcquits, {"WallAcquits", PropertyKind::sometimes, "CM-6",
        "the wall clock alone acquits"}, {.filter = true}},
    Entry{Claim::ReportsAtStop, {"ReportsAtStop", PropertyKind::sometimes, "CM-2",
        "Stop is the first to report"}, {}},
    Entry{Claim::ReportsInFlight, {"ReportsInFlight", PropertyKind::sometimes, "CM-4",
        "a violation is reported while the operation still runs"}, {.in_flight = true}},
    Entry{Claim::StopIsFirst, {"StopIsFirst", PropertyKind::sometimes, "CM-2",
        "the watcher comes to report what Stop has reported"}, {.in_flight = true}},
    Entry{Claim::WatcherIsFirst, {"WatcherIsFirst", PropertyKind::sometimes, "CM-2",
        "Stop comes to report what the watcher has reported"}, {.in_flight = true}},
    Entry{Claim::SignalEarly, {"SignalEarly", PropertyKind::sometimes, "CM-3",
        "a signal comes before the budget is used"}, {.in_flight = true, .faults = true}},
    Entry{Claim::SignalStale, {"SignalStale", PropertyKind::sometimes, "CM-3",
        "a signal comes where no operation counts"}, {.in_flight = true}},
    Entry{Claim::SignalLost, {"SignalLost", PropertyKind::sometimes, "CM-2",
        "a signal is lost"}, {.in_flight = true, .losses = true}},
    Entry{Claim::SignalStray, {"SignalStray", PropertyKind::sometimes, "CM-3",
        "a signal comes without an expiry"}, {.in_flight = true, .faults = true}},
    Entry{Claim::ReadingDiscarded, {"ReadingDiscarded", PropertyKind::sometimes, "CM-3",
        "seq has changed: a reading is discarded"}, {.in_flight = true}},
    Entry{Claim::ArmsTheRest, {"ArmsTheRest", PropertyKind::sometimes, "CM-4",
        "an operation below its budget is armed again"}, {.in_flight = true, .faults = true}},
    Entry{Claim::TakesBack, {"TakesBack", PropertyKind::sometimes, "CM-4",
        "the watcher arms the operation whose Start missed the flag"},
        {.in_flight = true, .two_ops = true, .two_reports = true}},
    Entry{Claim::StartTakesFlag, {"StartTakesFlag", PropertyKind::sometimes, "CM-4",
        "a later Start finds the event disabled and enables it"},
        {.in_flight = true, .two_ops = true, .two_reports = true}},
    Entry{Claim::ClockFails, {"ClockFails", PropertyKind::sometimes, "CM-7",
        "a clock cannot be read"}, {.faults = true, .cpu_clock = true}},
    Entry{Claim::ClockFalls, {"ClockFalls", PropertyKind::sometimes, "CM-7",
        "a clock goes backwards"}, {.faults = true, .cpu_clock = true}},
    Entry{Claim::ClockForeign, {"ClockForeign", PropertyKind::sometimes, "CM-7",
        "a clock id names another thread"}, {.in_flight = true, .faults = true}},
    Entry{Claim::Undetermined, {"Undetermined", PropertyKind::sometimes, "CM-7",
        "good readings leave a verdict open"}, {.uncertain = true}},
    Entry{Claim::SleepsUnaccused, {"SleepsUnaccused", PropertyKind::sometimes, "CM-3",
        "an operation waits through its budget and is acquitted"},
        {.waits = true, .cpu_clock = true}},
    Entry{Claim::CrisisGrows, {"CrisisGrows", PropertyKind::sometimes, "CM-8",
        "a report during crisis escalates"}, {.two_reports = true}},
    Entry{Claim::CrisisEnds, {"CrisisEnds", PropertyKind::sometimes, "CM-8",
        "a crisis decays"}, {.two_reports = true}},
    Entry{Claim::QuarantineLifted, {"QuarantineLifted", PropertyKind::sometimes, "CM-8",
        "a quarantine ends with the crisis"}, {.quarantine = true, .two_meters = true}},
    Entry{Claim::BothWork, {"BothWork", PropertyKind::sometimes, "CM-5",
        "two operations run at once"}, {.two_meters = true}},
    Entry{Claim::InnerAlone, {"InnerAlone", PropertyKind::sometimes, "CM-5",
        "an inner operation reaches its budget and the outer one does not"}, {.nested = true}},
};
// clang-format on

[[nodiscard]] constexpr const Entry& entry(Claim claim) {
  return kEntries[static_cast<std::size_t>(claim)];
}

/// The facts about a model that `Where` may ask for.
[[nodiscard]] constexpr Where facts(const World& w) {
  const Rules& r = w.row.rules;
  const Bounds& b = w.bounds;
  const bool starts = !r.checks_granularity || b.budget[0] >= 2 * r.granularity ||
                      (b.meters > 1 && b.budget[1] >= 2 * r.granularity);
  const bool again = r.quarantines && r.marks_at_once && r.refuses_quarantined
                         ? b.meters > 1
                         : b.ops * b.meters > 1;
  return {.in_flight = w.row.in_flight(),
          .faults = b.faults > 0,
          .losses = b.losses > 0,
          .waits = b.waits > 0 && w.row.thread.has(Op::StartStamp),
          .cpu_clock = r.clock != ClockKind::none,
          .uncertain = r.clock != ClockKind::exact && !r.claims_exact,
          .filter = r.filter != Filter::off,
          .quarantine = r.quarantines,
          .two_meters = b.meters > 1,
          .nested = b.nested,
          .two_ops = b.ops > 1,
          .two_reports = again,
          .start_reading = w.row.thread.has(Op::StartRead),
          .something_starts = starts};
}

[[nodiscard]] constexpr bool applies(const Entry& e, const World& w) {
  const Where is = facts(w);
  const Where& ask = e.where;
  const auto fits = [](bool asked, bool fact) { return !asked || fact; };
  if (e.info.kind == PropertyKind::sometimes && !is.something_starts) return false;
  return fits(ask.in_flight, is.in_flight) && fits(ask.faults, is.faults) &&
         fits(ask.losses, is.losses) && fits(ask.waits, is.waits) &&
         fits(ask.cpu_clock, is.cpu_clock) && fits(ask.uncertain, is.uncertain) &&
         fits(ask.filter, is.filter) && fits(ask.quarantine, is.quarantine) &&
         fits(ask.two_meters, is.two_meters) && fits(ask.nested, is.nested) &&
         fits(ask.two_ops, is.two_ops) && fits(ask.two_reports, is.two_reports) &&
         fits(ask.start_reading, is.start_reading);
}

[[nodiscard]] inline std::vector<Claim> claims_for(const World& w) {
  std::vector<Claim> claims;
  for (const Entry& e : kEntries) {
    if (applies(e, w)) claims.push_back(e.id);
  }
  return claims;
}

[[nodiscard]] inline std::vector<ActionInfo> actions_for(const World& w) {
  const Where is = facts(w);
  std::vector<ActionInfo> actions;
  for (std::size_t i = 0; i < kActions; ++i) {
    const bool environment = i == kRun || i == kCross || i == kPreempt || i == kSignal;
    actions.push_back({kActionNames[i], !environment, {}});
    auto& reason = actions.back().never_reason;
    if (!is.something_starts) reason = "every budget is refused";
    if (i == kPreempt && w.bounds.waits == 0) reason = "the bounds allow no waiting";
    if ((i == kSignal || i == kConfirm) && !is.in_flight) reason = "nothing is reported in flight";
    if ((i == kEscalate || i == kDecay) && !is.two_reports) {
      reason = "after its first report the only source is in quarantine";
    }
  }
  return actions;
}

/// A move in words: "meter 1, StopRead, the clock fails".
[[nodiscard]] inline std::string describe_move(const World& w, ActionId action, const Move& move,
                                               Op op) {
  constexpr std::array<std::string_view, 4> kReadings = {
      "", ", the clock fails", ", the clock falls", ", the clock is another thread's"};
  constexpr std::array<std::string_view, 5> kSignals = {"due", "early", "stale", "lost", "stray"};
  if (action == kEscalate || action == kDecay) return {};
  const bool thread = action == kRun || action == kCross || action == kPreempt;
  std::string words = std::string(thread ? "thread " : "meter ") + std::to_string(move.who);
  if (action == kSignal) words.append(", ").append(kSignals[move.signal]);
  if (op != Op::none) words.append(", ").append(name(op)).append(kReadings[move.reading]);
  if (op == Op::StartRead && w.row.rules.clock == ClockKind::user && move.reading == kGood) {
    words += ", lo " + std::to_string(move.below) + " below and hi " + std::to_string(move.above) +
             " above the truth";
  }
  if (move.late > 0) words += ", the wall clock misses 1";
  return words;
}

/// field(name, cached, durable) for each field that may differ; nothing of a meter is durable.
template <class Field>
void describe_state(const World& w, const State<Concrete>& s, Field&& field) {
  const auto show = [&](const std::string& name, std::uint32_t value) {
    field(std::string_view(name), std::string_view(std::to_string(value)), std::string_view{});
  };
  const auto place = [](const Program& program, std::uint32_t at) {
    return at == 0 ? std::string_view("rest") : name(program.ops[at - 1]);
  };
  for (int m = 0; m < w.bounds.meters; ++m) {
    const auto& slot = s.slot[index(m)];
    const std::string of = "meter " + std::to_string(m) + " ";
    field(std::string_view(of + "after"), place(w.row.thread, slot.at), std::string_view{});
    show(of + "seq", slot.seq * 2 - (slot.odd ? 1 : 0));
    show(of + "stamp", slot.stamp);
    show(of + "start_lo", slot.start_lo);
    show(of + "start_hi", slot.start_hi);
    show(of + "verdict", slot.verdict);
    show(of + "raised", slot.raised);
    show(of + "quarantined", slot.quarantined);
    show(of + "crossed", slot.crossed);
    show(of + "violations", slot.violations);
    show(of + "unmeasurable", slot.unmeasurable);
    show(of + "failed", slot.failed);
    if (!w.row.in_flight()) continue;
    show(of + "armed", slot.armed);
    show(of + "parked", slot.parked);
    show(of + "pending", slot.pending);
    field(std::string_view(of + "watcher after"), place(w.row.watcher, slot.watch),
          std::string_view{});
    show(of + "w_seq", slot.w_seq * 2 - (slot.w_odd ? 1 : 0));
    show(of + "w_verdict", slot.w_verdict);
  }
  for (int t = 0; t < w.bounds.threads(); ++t) {
    show("thread " + std::to_string(t) + " cpu", s.cpu[index(t)]);
    show("thread " + std::to_string(t) + " waited", s.waited[index(t)]);
  }
  show("crisis level", s.level);
  show("escalations owed", s.owed);
  show("evidence", s.evidence);
}

}  // namespace plumb::spec::meter
