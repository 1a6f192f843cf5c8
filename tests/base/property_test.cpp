// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// check_property itself: a property that fails is reported with its counterexample, shrunk, and
// with the command that replays it, and the same seed finds the same case again.
#include "support/property.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace plumb::test {

BOOST_AUTO_TEST_SUITE(property)

BOOST_AUTO_TEST_CASE(a_property_that_holds_holds) {
  int runs = 0;
  std::string report;
  BOOST_TEST(property_holds(
      "sum",
      [&](int a, int b) {
        ++runs;
        RC_ASSERT(1U * static_cast<unsigned>(a) + static_cast<unsigned>(b) ==
                  static_cast<unsigned>(b) + static_cast<unsigned>(a));
      },
      report));
  BOOST_TEST(runs > 0);
}

BOOST_AUTO_TEST_CASE(a_property_that_fails_says_how_to_replay_it) {
  std::string report;
  const auto short_lists = [](const std::vector<int>& list) { RC_ASSERT(list.size() < 3U); };
  BOOST_TEST(!property_holds("lists are short", short_lists, report));
  BOOST_TEST(report.find("property \"lists are short\": Falsifiable") != std::string::npos, report);
  BOOST_TEST(report.find("[0, 0, 0]") != std::string::npos, report);  // the smallest of its kind
  BOOST_TEST(report.find("replay: RC_PARAMS=\"seed=") != std::string::npos, report);
  BOOST_TEST(report.find(" --run_test=property/a_property_that_fails_says_how_to_replay_it\n") !=
                 std::string::npos,
             report);
  std::string again;
  BOOST_TEST(!property_holds("lists are short", short_lists, again));
  BOOST_TEST(report == again);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
