// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// RapidCheck properties inside Boost.Test cases. Every run uses one fixed seed unless the
// environment says otherwise (RC_PARAMS="seed=7 max_success=1000"; with RC_PARAMS set and no seed
// in it, RapidCheck draws one and prints it). A failing property fails the test case with its
// smallest counterexample and the command that replays it. Thread-safety: as Boost.Test, one
// thread.
#pragma once
#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>

namespace plumb::test {

/// An arbitrary number; the same on every machine, so that a red run is red everywhere.
inline constexpr const char* kFixedSeed = "seed=20269";

/// Runs the property (a callable whose parameters RapidCheck generates; RC_ASSERT and exceptions
/// fail it). Returns whether it holds, for tests of this function.
template <class Testable>
bool property_holds(const std::string& name, Testable&& testable, std::string& report) {
  setenv("RC_PARAMS", kFixedSeed, 0);  // before RapidCheck reads it; an existing one stays
  const rc::detail::Configuration& configuration = rc::detail::configuration();
  const auto& here = boost::unit_test::framework::current_test_case();
  rc::detail::TestMetadata metadata;
  metadata.id = here.full_name() + "/" + name;
  metadata.description = name;
  rc::detail::TestListenerAdapter quiet;  // the report below says it all
  const rc::detail::TestResult result =
      rc::detail::checkTestable(std::forward<Testable>(testable), metadata,
                                configuration.testParams, quiet, configuration.reproduce);
  std::ostringstream out;
  out << "property \"" << name << "\": ";
  rc::detail::printResultMessage(result, out);
  out << "\nreplay: RC_PARAMS=\"" << rc::detail::configToMinimalString(configuration) << "\" "
      << boost::unit_test::framework::master_test_suite().argv[0]
      << " --run_test=" << here.full_name() << '\n';
  report = out.str();
  return result.template is<rc::detail::SuccessResult>();
}

/// property_holds, as a check of the current test case.
template <class Testable>
void check_property(const std::string& name, Testable&& testable) {
  std::string report;
  const bool holds = property_holds(name, std::forward<Testable>(testable), report);
  BOOST_CHECK_MESSAGE(holds, report);
}

}  // namespace plumb::test
