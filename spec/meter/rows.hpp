// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The variants of the meter, as one table: first those that are offered, then the ways to meter
// that miss, accuse the innocent, or fail open. No row says what it guarantees: the checker finds
// it. Invariants:    names are distinct. Thread-safety: constants. Spec:          CM-2, CM-3, CM-5,
// CM-7, CM-8; EV-2.
#pragma once
#include <array>

#include "meter/row.hpp"

namespace plumb::spec::meter {

inline constexpr Program kReadBoth = {
    {Op::StartRead, Op::StartOpen, Op::StopClose, Op::StopRead, Op::StopReport}};
inline constexpr Program kFiltered = {
    {Op::StartStamp, Op::StartRead, Op::StartOpen, Op::StopClose, Op::StopRead, Op::StopReport}};
inline constexpr Program kArmed = {{Op::StartStamp, Op::StartRead, Op::StartOpen, Op::StartArm,
                                    Op::StopClose, Op::StopRead, Op::StopReport}};
inline constexpr Program kStamped = {
    {Op::StartStamp, Op::StartOpen, Op::StopClose, Op::StopRead, Op::StopReport}};
inline constexpr Program kWatch = {{Op::ConfirmLook, Op::ConfirmRead, Op::ConfirmAgain,
                                    Op::ConfirmReport, Op::ConfirmPark, Op::ConfirmLast}};
inline constexpr Program kNoWatch = {};

/// The rules of a meter with all its parts, less what `change` takes away.
template <class Change>
constexpr Rules with(Change change) {
  Rules rules;
  rules.filter = Filter::sound;
  change(rules);
  return rules;
}
inline constexpr Rules kGolden = with([](Rules&) {});

// One meter; the same on less time; without waiting, for rows that have no wall clock; with one
// operation more, for what follows two reports; one meter on each of two threads; two nested on
// one.
inline constexpr Bounds kOne = {};
inline constexpr Bounds kBrief = {.cpu = 3, .waits = 0};
inline constexpr Bounds kNoWaits = {.waits = 0};
inline constexpr Bounds kThreeOps = {.ops = 3, .cpu = 5, .waits = 0};
inline constexpr Bounds kTwoThreads = {.meters = 2, .ops = 1, .cpu = 3, .waits = 0};
inline constexpr Bounds kTwoSmall = {.meters = 2, .ops = 1, .cpu = 2, .waits = 0};
inline constexpr Bounds kTwoTwice = {.meters = 2, .ops = 2, .cpu = 2, .waits = 0, .faults = 0};
inline constexpr Bounds kNested = {
    .meters = 2, .nested = true, .ops = 1, .waits = 0, .budget = {3, 2}};
inline constexpr Bounds kNestedTwice = {
    .meters = 2, .nested = true, .ops = 2, .waits = 0, .budget = {3, 2}};

/// A flaw of the whole meter, one of the stop check, and one of the plain meter of two reads.
template <class Change>
constexpr Row flaw(std::string_view name, std::string_view words, Change change,
                   Bounds bounds = kBrief) {
  return {name, words, kArmed, kWatch, with(change), bounds};
}
template <class Change>
constexpr Row stop_flaw(std::string_view name, std::string_view words, Change change,
                        Bounds bounds = kOne) {
  return {name, words, kFiltered, kNoWatch, with(change), bounds};
}
template <class Change>
constexpr Rules reads(Change change) {
  Rules rules;
  change(rules);
  return rules;
}
template <class Change>
constexpr Row read_flaw(std::string_view name, std::string_view words, Change change,
                        Bounds bounds = kNoWaits) {
  return {name, words, kReadBoth, kNoWatch, reads(change), bounds};
}

inline constexpr Rules kQuarantine = with([](Rules& r) { r.quarantines = true; });
inline constexpr Rules kCoarse = reads([](Rules& r) {
  r.clock = ClockKind::coarse;
  r.granularity = 2;
});

/// The rows that are offered come first.
inline constexpr std::size_t kOfferedRows = 13;

inline constexpr std::array kRows = {
    // offered
    Row{"golden", "wall filter, exact reads, reports in flight", kArmed, kWatch, kGolden, kOne},
    Row{"golden, two threads", "the same, a meter on each", kArmed, kWatch, kGolden, kTwoSmall},
    Row{"golden, nested", "the same, two meters on one thread", kArmed, kWatch, kGolden, kNested},
    Row{"golden, signal lost", "the same; one signal is never heard of", kArmed, kWatch, kGolden,
        Bounds{.losses = 1}},
    Row{"golden, quarantine", "the same as golden; the response includes quarantine", kArmed,
        kWatch, kQuarantine, kOne},
    Row{"golden, quarantine, two threads", "the same, a meter on each", kArmed, kWatch, kQuarantine,
        kTwoTwice},
    Row{"golden, user clock", "as golden; Start reads the user-space clock", kArmed, kWatch,
        with([](Rules& r) { r.clock = ClockKind::user; }), kBrief},
    Row{"stop check", "wall filter and exact reads, nothing in flight", kFiltered, kNoWatch,
        kGolden, kOne},
    Row{"exact reads", "one at Start, one at Stop, no filter", kReadBoth, kNoWatch, Rules{},
        kThreeOps},
    Row{"exact reads, nested", "the same, two meters on one thread", kReadBoth, kNoWatch, Rules{},
        kNestedTwice},
    Row{"wall only", "no CPU clock: the wall clock acquits and nothing convicts", kStamped,
        kNoWatch, with([](Rules& r) { r.clock = ClockKind::none; }), kOne},
    Row{"coarse clock", "the clock steps by 2 and says so; the budget is 4", kReadBoth, kNoWatch,
        kCoarse, Bounds{.cpu = 6, .waits = 0, .budget = {4, 4}}},
    Row{"coarse clock, refused", "the same; the budget is 2", kReadBoth, kNoWatch, kCoarse,
        kNoWaits},

    // ways to miss
    flaw("signals only", "Stop reads no clock: it believes what was reported in flight",
         [](Rules& r) {
           r.filter = Filter::off;
           r.stop_reads = false;
         }),
    Row{"sampling", "a sweep at an interval is all there is", kReadBoth, kWatch,
        reads([](Rules& r) { r.stop_reads = false; }), kNoWaits},
    read_flaw("tick clock", "a clock that steps by 3 is taken for exact, the budget is 2",
              [](Rules& r) {
                r.clock = ClockKind::coarse;
                r.granularity = 3;
                r.claims_exact = true;
                r.checks_granularity = false;
              }),
    read_flaw("zero on error", "a clock that cannot be read counts as no time",
              [](Rules& r) { r.error_is_unmeasurable = false; }),
    read_flaw("clamp at zero", "a clock that went backwards counts as no time",
              [](Rules& r) { r.negative = Negative::clamp; }),
    read_flaw("wrapping counter", "a narrow counter; a fall is an error",
              [](Rules& r) { r.width = 5; }),
    read_flaw("wrapping counter, full turn", "the same, so narrow that it comes round",
              [](Rules& r) { r.width = 4; }),
    read_flaw("wrapping counter, clamped", "a narrow counter; a fall counts as no time",
              [](Rules& r) {
                r.width = 5;
                r.negative = Negative::clamp;
              }),
    read_flaw("threshold above the budget", "judges against a larger budget than was promised",
              [](Rules& r) { r.threshold_above = 1; }),
    stop_flaw("filter forgets the error", "W alone below the budget acquits",
              [](Rules& r) { r.filter = Filter::no_slack; }),
    stop_flaw("filter at the budget", "acquits at W <= B",
              [](Rules& r) { r.filter = Filter::up_to; }),
    stop_flaw("start.lo from hi", "the upper bound of the start reading serves as the lower",
              [](Rules& r) {
                r.clock = ClockKind::user;
                r.start_lo_is_lo = false;
              }),
    read_flaw(
        "shared start", "nested meters keep one start reading",
        [](Rules& r) { r.own_start = false; }, kNestedTwice),

    // ways to accuse the innocent
    stop_flaw("wall convicts", "W over the budget is a violation",
              [](Rules& r) { r.wall_acquits_only = false; }),
    Row{"signal convicts",
        "a signal is reported without a reading",
        kArmed,
        {{Op::ConfirmLook, Op::ConfirmReport, Op::ConfirmPark, Op::ConfirmLast}},
        with([](Rules& r) { r.confirms = false; }),
        kOne},
    flaw(
        "confirmed by the wall clock", "the watcher compares W with the budget",
        [](Rules& r) { r.confirms_by_cpu = false; }, Bounds{.cpu = 2}),
    flaw(
        "thread id ignored", "the watcher asks for a thread and is told of another",
        [](Rules& r) { r.asks_for_thread = false; }, kTwoSmall),
    flaw("generation ignored", "a clock id that names another thread by now is believed",
         [](Rules& r) { r.checks_generation = false; }),
    flaw("seq read once", "the reading may belong to the next operation",
         [](Rules& r) { r.checks_seq = false; }),
    flaw("parity ignored", "a stale signal is treated as if an operation ran",
         [](Rules& r) { r.looks_at_parity = false; }),
    read_flaw("modular difference",
              "a clock that went backwards is taken for a counter that wrapped",
              [](Rules& r) {
                r.width = 5;
                r.negative = Negative::modular;
              }),

    // other duties neglected
    flaw("reported twice", "no compare-and-swap on `raised`",
         [](Rules& r) { r.reports_once = false; }),
    flaw("free-running event", "the event goes on after its expiry",
         [](Rules& r) { r.one_shot = false; }),
    read_flaw("granularity unchecked", "a coarse clock takes budgets that it cannot resolve",
              [](Rules& r) {
                r.clock = ClockKind::coarse;
                r.granularity = 2;
                r.checks_granularity = false;
              }),
    read_flaw("no crisis", "a report begins no crisis", [](Rules& r) { r.enters_crisis = false; }),
    read_flaw("mark forgotten", "the response includes quarantine, and nobody marks the source",
              [](Rules& r) {
                r.quarantines = true;
                r.marks_at_once = false;
              }),
    read_flaw("quarantine ignored", "a quarantined source may start",
              [](Rules& r) {
                r.quarantines = true;
                r.refuses_quarantined = false;
              }),
    read_flaw("crisis deaf", "a report during crisis asks for no Escalate",
              [](Rules& r) { r.owes_escalation = false; }),
    read_flaw("without Escalate", "nobody answers", [](Rules& r) { r.escalates = false; }),
    read_flaw("without Decay", "a crisis never ends", [](Rules& r) { r.decays = false; }),
    read_flaw(
        "decays before escalating", "Decay overtakes the Escalate that is owed",
        [](Rules& r) { r.escalates_first = false; }, kThreeOps),
    read_flaw("decays by silence", "Decay needs no evidence",
              [](Rules& r) { r.needs_evidence = false; }),
    read_flaw(
        "old evidence", "clean stops before the last report count",
        [](Rules& r) { r.report_ends_evidence = false; }, kThreeOps),
    flaw("any stop is evidence", "a stop need not be clean to count",
         [](Rules& r) { r.counts_clean_only = false; }),
};

[[nodiscard]] constexpr const Row* find_row(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace plumb::spec::meter
