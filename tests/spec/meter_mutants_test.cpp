// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Each step of the golden meter left out, and each pair of neighbours exchanged: refuted for the
// pinned reason, or harmless for a stated one.
// Spec:          EV-4.
#include <boost/test/unit_test.hpp>

#include "meter_pins.hpp"
#include "meter_support.hpp"

namespace plumb::test {
namespace {

namespace meter = spec::meter;

BOOST_AUTO_TEST_SUITE(meter_mutants)

BOOST_AUTO_TEST_CASE(the_row_itself_holds_within_the_bounds_of_its_mutants) {
  const MeterReport report = search_meter(*meter::find_row("golden"), meter::kMutantBounds);
  BOOST_TEST((report.verdict() == spec::Verdict::holds));
}

BOOST_AUTO_TEST_CASE(every_mutant_is_refuted_or_harmless_for_a_reason) {
  const auto mutants = meter::mutants_of(*meter::find_row("golden"));
  BOOST_TEST_REQUIRE(mutants.size() == kMeterMutantPins.size());
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    const MeterMutantPin& pin = kMeterMutantPins[i];
    BOOST_TEST_CONTEXT(mutants[i].name) {
      BOOST_TEST(mutants[i].name == pin.name);
      const MeterReport report = search_meter(mutants[i].row, meter::kMutantBounds);
      BOOST_TEST(report.complete);
      BOOST_TEST(refuted(report, false) == pin.violated);
      BOOST_TEST(refuted(report, true) == pin.unreached);
      const bool is_refuted = !pin.violated.empty() || !pin.unreached.empty();
      BOOST_TEST(is_refuted == pin.harmless.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_harmless_mutant_is_harmless_in_the_larger_model_too) {
  for (const auto& mutant : meter::mutants_of(*meter::find_row("golden"))) {
    if (mutant.name != "ConfirmPark before ConfirmReport") continue;
    const MeterReport report = search_meter(mutant.row, mutant.row.bounds);
    BOOST_TEST((report.verdict() == spec::Verdict::holds));
    return;
  }
  BOOST_ERROR("the mutant is not there");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
