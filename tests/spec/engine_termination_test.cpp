// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Termination: lassos that are lassos, cycles and joins, weak fairness, standing still. Graphs by
// lot are compared with the oracle in engine_search_test.cpp.
#include <string_view>
#include <vector>

#include "engine_support.hpp"

namespace plumb::test {
namespace {

spec::Judgement<RingState> judge(RingSwitches switches) {
  const Ring ring(switches);
  const auto report = check(ring);
  check_against_oracle(ring, report);
  BOOST_TEST(report.exact);
  const auto& judgement = report.properties.at(0);
  if (judgement.verdict == Verdict::violated) {
    BOOST_TEST_REQUIRE(judgement.trace.has_value());
    BOOST_TEST(spec::refuse_lasso(ring, *judgement.trace) == "");
  }
  return judgement;
}

std::vector<std::string_view> names(const spec::Judgement<RingState>& judgement) {
  return spec::action_names(Ring{}, *judgement.trace);
}

BOOST_AUTO_TEST_SUITE(engine_termination)

BOOST_AUTO_TEST_CASE(a_fair_token_is_handed_in) {
  const auto judgement = judge({});
  BOOST_TEST((judgement.verdict == Verdict::holds));
  BOOST_TEST(!judgement.trace.has_value());
}

// Nobody is obliged to pass it on: the run stands still in the first state.
BOOST_AUTO_TEST_CASE(without_fairness_it_may_stand_still) {
  const auto judgement = judge({.fair_pass = false});
  BOOST_TEST((judgement.verdict == Verdict::violated));
  BOOST_TEST(judgement.reason == "the token is handed in");
  BOOST_TEST(judgement.trace->steps.size() == 1U);
  BOOST_TEST(judgement.trace->loop.value() == 0U);
}

// Pass is taken again and again, and that is all that fairness asks.
BOOST_AUTO_TEST_CASE(forth_and_back_is_a_fair_circle) {
  const auto judgement = judge({.goes_back = true});
  BOOST_TEST((judgement.verdict == Verdict::violated));
  const std::vector<std::string_view> expected{"Pass", "Back"};
  BOOST_TEST(names(judgement) == expected, boost::test_tools::per_element());
  BOOST_TEST(judgement.trace->loop.value() == 0U);
}

// In the circle of Lose and Renew, Pass is not possible all the time: weak fairness owes it
// nothing.
BOOST_AUTO_TEST_CASE(losing_and_renewing_starves_the_pass) {
  const auto judgement = judge({.loses = true});
  BOOST_TEST((judgement.verdict == Verdict::violated));
  const std::vector<std::string_view> expected{"Lose", "Renew"};
  BOOST_TEST(names(judgement) == expected, boost::test_tools::per_element());
}

// The lost token cannot be renewed: the run stands still behind a prefix.
BOOST_AUTO_TEST_CASE(a_loss_that_nobody_repairs) {
  const auto judgement = judge({.loses = true, .renews = false});
  BOOST_TEST((judgement.verdict == Verdict::violated));
  const std::vector<std::string_view> expected{"Lose"};
  BOOST_TEST(names(judgement) == expected, boost::test_tools::per_element());
  BOOST_TEST(judgement.trace->loop.value() == 1U);
}

// A lasso of a join: both ways lead into the circle, and the circle is behind a visited state.
BOOST_AUTO_TEST_CASE(circles_behind_joins_are_found) {
  Lottery model(1, {.states = 6, .most_arcs = 0, .bad_in = 1000, .end_in = 1000, .roots = 1});
  model.roots = {0};
  model.end = {0, 0, 0, 0, 0, 1};
  for (ActionInfo& action : model.table) action.fair = true;
  // 0 -> 1 -> 3, 0 -> 2 -> 3, 3 -> 4 -> 1, and 4 -> 5 by another fair action, possible in 4 alone.
  model.arcs = {{{0, 0, 1}, {0, 1, 2}}, {{1, 0, 3}}, {{1, 0, 3}}, {{2, 0, 4}},
                {{3, 0, 1}, {4, 0, 5}}, {}};
  auto report = check(model);
  check_against_oracle(model, report);
  BOOST_TEST((report.find("Ends")->verdict == Verdict::violated));
  BOOST_TEST(report.find("Ends")->trace->steps.size() == 5U);  // 0 1 3 4 1
  // Possible everywhere in the circle, the same action must be taken.
  for (const std::uint32_t state : {1U, 3U}) model.arcs[state].push_back({4, 0, 5});
  report = check(model);
  check_against_oracle(model, report);
  BOOST_TEST((report.find("Ends")->verdict == Verdict::holds));
}

BOOST_AUTO_TEST_CASE(what_is_no_lasso_is_refused) {
  const Ring ring({.goes_back = true});
  const auto lasso = *check(ring).properties.at(0).trace;
  BOOST_TEST(spec::refuse_lasso(ring, lasso) == "");
  auto changed = lasso;
  changed.loop.reset();
  BOOST_TEST(spec::refuse_lasso(ring, changed) == "the trace has no loop");
  changed = lasso;
  changed.loop = 1;
  BOOST_TEST(spec::refuse_lasso(ring, changed) == "the loop is open");
  changed.loop = 2;  // stands still where Pass is possible
  BOOST_TEST(spec::refuse_lasso(ring, changed) == "the loop is not fair to Pass");
  changed = lasso;
  changed.steps[1].action = Ring::kLose;
  BOOST_TEST(spec::refuse_lasso(ring, changed) == "step 1 is none of the model's");
  changed = lasso;
  changed.steps.clear();
  BOOST_TEST(spec::refuse_lasso(ring, changed) == "the trace is empty");
}

BOOST_AUTO_TEST_CASE(an_incomplete_search_decides_nothing) {
  Options options;
  options.max_states = 2;
  const auto report = check(Ring{}, options);
  BOOST_TEST((report.properties.at(0).verdict == Verdict::not_decided));
  BOOST_TEST((report.verdict() == Verdict::not_decided));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
