// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the checker found of each row and each mutant of the meter, pinned: a change here is a
// change of the protocol, of a property or of the checker, and wants a reason. Thread-safety:
// constants. Spec:          spec/meter/rows.hpp, spec/meter/mutants.hpp; CM-1 to CM-8; EV-2, EV-4.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "meter/mutants.hpp"

namespace plumb::test {

struct MeterPin {
  std::string_view name;
  std::uint64_t distinct;
  std::uint32_t depth;
  std::string_view violated;          ///< properties, Deadlock too, in the model's order
  std::string_view unreached = {};    ///< sometimes-properties without a witness
  std::string_view never_fires = {};  ///< actions, where the model gives no reason
};

// clang-format off
/// Every row, within its own bounds.
inline constexpr std::array kMeterPins = {
    // offered
    MeterPin{"golden", 99902, 38, ""},
    MeterPin{"golden, two threads", 122010, 38, ""},
    MeterPin{"golden, nested", 88384, 39, ""},
    MeterPin{"golden, signal lost", 128626, 38, "ArmedAgain"},
    MeterPin{"golden, quarantine", 56802, 32, ""},
    MeterPin{"golden, quarantine, two threads", 332691, 52, ""},
    MeterPin{"golden, user clock", 153465, 32, ""},
    MeterPin{"stop check", 1753, 19, ""},
    MeterPin{"exact reads", 1554, 23, ""},
    MeterPin{"exact reads, nested", 6320, 28, ""},
    MeterPin{"wall only", 444, 17, ""},
    MeterPin{"coarse clock", 592, 18, ""},
    MeterPin{"coarse clock, refused", 1, 1, ""},
    // ways to miss
    MeterPin{"signals only", 19198, 36, "NoMiss FailClosed",
        "ReportsAtStop"},
    MeterPin{"sampling", 2216, 28, "NoMiss ArmedAgain FailClosed",
        "ReportsAtStop StopIsFirst SignalEarly StartTakesFlag ClockFalls ClockForeign"},
    MeterPin{"tick clock", 317, 16, "NoMiss NoFalseAlarm Truth Resolvable"},
    MeterPin{"zero on error", 376, 16, "NoMiss FailClosed"},
    MeterPin{"clamp at zero", 396, 16, "NoMiss FailClosed"},
    MeterPin{"wrapping counter", 316, 16, ""},
    MeterPin{"wrapping counter, full turn", 344, 16, "NoMiss"},
    MeterPin{"wrapping counter, clamped", 396, 16, "NoMiss FailClosed"},
    MeterPin{"threshold above the budget", 314, 16, "NoMiss"},
    MeterPin{"filter forgets the error", 1848, 19, "NoMiss"},
    MeterPin{"filter at the budget", 1848, 19, "NoMiss"},
    MeterPin{"start.lo from hi", 3932, 19, "NoMiss Truth"},
    MeterPin{"shared start", 11861, 28, "NoMiss FailClosed Truth Independence"},
    // ways to accuse the innocent
    MeterPin{"wall convicts", 2126, 19, "NoFalseAlarm",
        "ClockFalls SleepsUnaccused"},
    MeterPin{"signal convicts", 140337, 33, "NoFalseAlarm",
        "ReadingDiscarded ArmsTheRest ClockForeign"},
    MeterPin{"confirmed by the wall clock", 31526, 29, "NoFalseAlarm",
        "ClockForeign"},
    MeterPin{"thread id ignored", 146340, 38, "NoFalseAlarm"},
    MeterPin{"generation ignored", 20512, 30, "NoFalseAlarm"},
    MeterPin{"seq read once", 23154, 37, "NoFalseAlarm",
        "ReadingDiscarded"},
    MeterPin{"parity ignored", 43305, 38, "NoFalseAlarm"},
    MeterPin{"modular difference", 456, 16, "NoMiss NoFalseAlarm FailClosed"},
    // other duties neglected
    MeterPin{"reported twice", 26737, 40, "ReportedOnce Escalates"},
    MeterPin{"free-running event", 30927, 32, "OneShot Terminates"},
    MeterPin{"granularity unchecked", 471, 16, "Resolvable"},
    MeterPin{"no crisis", 296, 15, "RespondsAtOnce",
        "CrisisGrows CrisisEnds", "Escalate Decay"},
    MeterPin{"mark forgotten", 316, 16, "RespondsAtOnce"},
    MeterPin{"quarantine ignored", 316, 16, "Quarantine"},
    MeterPin{"crisis deaf", 307, 15, "Escalates",
        "CrisisGrows", "Escalate"},
    MeterPin{"without Escalate", 307, 15, "Terminates Deadlock",
        "CrisisGrows", "Escalate"},
    MeterPin{"without Decay", 305, 16, "",
        "CrisisEnds", "Decay"},
    MeterPin{"decays before escalating", 1568, 23, "Escalates"},
    MeterPin{"decays by silence", 474, 17, "DecayNeedsEvidence"},
    MeterPin{"old evidence", 1554, 23, "DecayNeedsEvidence"},
    MeterPin{"any stop is evidence", 25554, 38, "DecayNeedsEvidence"},
};

/// Every mutant of the row golden. One that breaks nothing says why it is harmless.
struct MeterMutantPin {
  std::string_view name;
  std::string_view violated;
  std::string_view unreached = {};
  std::string_view harmless = {};
};
inline constexpr std::array kMeterMutantPins = {
    MeterMutantPin{"without StartStamp", "",
        "WallAcquits"},
    MeterMutantPin{"without StartRead", "NoFalseAlarm"},
    MeterMutantPin{"without StartOpen", "NoMiss NoFalseAlarm FailClosed",
        "CrisisGrows"},
    MeterMutantPin{"without StartArm", "ArmedAgain",
        "SignalEarly StartTakesFlag ClockForeign"},
    MeterMutantPin{"without StopClose", "NoMiss NoFalseAlarm ArmedAgain FailClosed",
        "CrisisGrows"},
    MeterMutantPin{"without StopRead", "NoMiss FailClosed",
        "EndsClean WallAcquits ReportsAtStop WatcherIsFirst CrisisEnds"},
    MeterMutantPin{"without StopReport", "NoMiss FailClosed",
        "ReportsAtStop WatcherIsFirst"},
    MeterMutantPin{"StartRead before StartStamp", "NoMiss"},
    MeterMutantPin{"StartOpen before StartRead", "NoFalseAlarm"},
    MeterMutantPin{"StartArm before StartOpen", "ArmedAgain"},
    MeterMutantPin{"StopClose before StartArm", "ArmedAgain"},
    MeterMutantPin{"StopRead before StopClose", "NoFalseAlarm",
        "EndsClean"},
    MeterMutantPin{"StopReport before StopRead", "NoMiss FailClosed",
        "ReportsAtStop WatcherIsFirst"},
    MeterMutantPin{"without ConfirmLook", "Terminates",
        "ReportsInFlight WatcherIsFirst ArmsTheRest"},
    MeterMutantPin{"without ConfirmRead", "",
        "ReportsInFlight StopIsFirst WatcherIsFirst ClockForeign"},
    MeterMutantPin{"without ConfirmAgain", "NoFalseAlarm",
        "ReadingDiscarded"},
    MeterMutantPin{"without ConfirmReport", "ArmedAgain",
        "ReportsInFlight StopIsFirst WatcherIsFirst"},
    MeterMutantPin{"without ConfirmPark", "ArmedAgain",
        "ArmsTheRest TakesBack StartTakesFlag"},
    MeterMutantPin{"without ConfirmLast", "ArmedAgain",
        "TakesBack"},
    MeterMutantPin{"ConfirmRead before ConfirmLook", "",
        "ReportsInFlight ArmsTheRest"},
    MeterMutantPin{"ConfirmAgain before ConfirmRead", "NoFalseAlarm"},
    MeterMutantPin{"ConfirmReport before ConfirmAgain", "NoFalseAlarm"},
    MeterMutantPin{"ConfirmPark before ConfirmReport", "", "",
        spec::meter::why_harmless("ConfirmPark before ConfirmReport")},
    MeterMutantPin{"ConfirmLast before ConfirmPark", "ArmedAgain"},
};
// clang-format on

}  // namespace plumb::test
