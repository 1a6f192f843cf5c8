// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Every variant of the meter against every property: counts, verdicts and coverage are the pinned
// ones; what is offered keeps its promises, and every flaw is found out.
// Spec:          CM-1 to CM-8; EV-2, EV-4.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "meter_pins.hpp"
#include "meter_support.hpp"

namespace plumb::test {
namespace {

namespace meter = spec::meter;

BOOST_AUTO_TEST_SUITE(meter_rows)

BOOST_AUTO_TEST_CASE(every_row_is_pinned_and_found) {
  BOOST_TEST_REQUIRE(kMeterPins.size() == meter::kRows.size());
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < meter::kRows.size(); ++i) {
    BOOST_TEST(kMeterPins[i].name == meter::kRows[i].name);
    BOOST_TEST(names.insert(meter::kRows[i].name).second);
    BOOST_TEST(meter::find_row(meter::kRows[i].name) == &meter::kRows[i]);
  }
  BOOST_TEST(meter::find_row("no such row") == nullptr);
}

BOOST_AUTO_TEST_CASE(rows_give_the_pinned_counts_and_verdicts) {
  for (std::size_t i = 0; i < meter::kRows.size(); ++i) {
    const meter::Row& row = meter::kRows[i];
    const MeterPin& pin = kMeterPins[i];
    BOOST_TEST_CONTEXT(row.name) {
      const MeterReport report = search_meter(row, row.bounds);
      BOOST_TEST(report.complete);
      BOOST_TEST(report.distinct == pin.distinct);
      BOOST_TEST(report.depth == pin.depth);
      BOOST_TEST(refuted(report, false) == pin.violated);
      BOOST_TEST(refuted(report, true) == pin.unreached);
      BOOST_TEST(never_fires(report) == pin.never_fires);
    }
  }
}

// What holds of the offered rows holds with reason: the one exception is what a lost signal costs.
BOOST_AUTO_TEST_CASE(offered_rows_keep_their_promises) {
  for (std::size_t i = 0; i < meter::kOfferedRows; ++i) {
    const MeterPin& pin = kMeterPins[i];
    BOOST_TEST_CONTEXT(pin.name) {
      BOOST_TEST(pin.violated == (pin.name == "golden, signal lost" ? "ArmedAgain" : ""));
      BOOST_TEST(pin.unreached == "");
      BOOST_TEST(pin.never_fires == "");
    }
  }
}

// A counter that falls once is safe as long as the fall is taken for an error.
BOOST_AUTO_TEST_CASE(every_flaw_is_found_out) {
  for (std::size_t i = meter::kOfferedRows; i < kMeterPins.size(); ++i) {
    const MeterPin& pin = kMeterPins[i];
    BOOST_TEST_CONTEXT(pin.name) {
      const bool refuted = !pin.violated.empty() || !pin.unreached.empty();
      BOOST_TEST(refuted == (pin.name != "wrapping counter"));
    }
  }
}

// Shortest ways to miss and to accuse, by their actions.
BOOST_AUTO_TEST_CASE(flaws_have_their_shortest_counterexamples) {
  const auto shortest = [](std::string_view row_name, std::string_view property) {
    const meter::Row& row = *meter::find_row(row_name);
    const MeterReport report = search_meter(row, row.bounds);
    const auto* judgement = report.find(property);
    return judgement && judgement->trace ? actions_of(*judgement->trace) : std::string("none");
  };
  // Two units of CPU time that a clock of three does not show.
  BOOST_TEST(shortest("tick clock", "NoMiss") == "Start Start Stop Run Cross Stop");
  // The same, and the stop reading fails.
  BOOST_TEST(shortest("zero on error", "NoMiss") == "Start Start Stop Run Cross Stop");
  // The wall clock is one unit short, and used is W.
  BOOST_TEST(shortest("filter at the budget", "NoMiss") == "Start Start Start Stop Run Cross Stop");
  // A stray signal in an operation that has used nothing.
  BOOST_TEST(shortest("signal convicts", "NoFalseAlarm") ==
             "Start Start Start Signal Confirm Report");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
