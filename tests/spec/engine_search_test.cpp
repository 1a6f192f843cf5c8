// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The search against the oracle and against known numbers: counts, shortest traces, all kinds of
// properties, coverage, and the same answer from any number of threads.
#include <string>
#include <string_view>
#include <vector>

#include "engine_support.hpp"

namespace plumb::test {
namespace {

Options with_threads(unsigned threads, Storage storage = Storage::fingerprints) {
  Options options;
  options.threads = threads;
  options.storage = storage;
  return options;
}

template <class State>
Verdict verdict_of(const Report<State>& report, std::string_view name) {
  const auto* const judgement = report.find(name);
  BOOST_TEST_REQUIRE(judgement != nullptr);
  return judgement->verdict;
}

BOOST_AUTO_TEST_SUITE(engine_search)

BOOST_AUTO_TEST_CASE(peterson_excludes) {
  const Peterson model;
  const auto report = check(model);
  check_against_oracle(model, report);
  BOOST_TEST(report.distinct == 20U);
  BOOST_TEST((verdict_of(report, "Exclusion") == Verdict::holds));
  BOOST_TEST((verdict_of(report, "OneAtATime") == Verdict::holds));
  BOOST_TEST((verdict_of(report, "BothWait") == Verdict::holds));
  BOOST_TEST((verdict_of(report, "EntersOverOther") == Verdict::holds));
  // A sometimes property without a witness fails the run.
  BOOST_TEST((verdict_of(report, "BothInside") == Verdict::violated));
  BOOST_TEST(report.find("BothInside")->reason.find("no witness among all") == 0);
  BOOST_TEST((report.verdict() == Verdict::violated));
}

BOOST_AUTO_TEST_CASE(rude_peterson_fails_by_the_shortest_way) {
  Peterson model;
  model.rude = true;
  Options options;
  options.distrust = true;
  const auto report = check(model, options);
  check_against_oracle(model, report);
  const auto& judgement = *report.find("Exclusion");
  BOOST_TEST((judgement.verdict == Verdict::violated));
  BOOST_TEST(judgement.reason == "never two inside");
  const std::vector<std::string_view> expected{"Announce", "Yield", "Enter",
                                               "Announce", "Yield", "Enter"};
  BOOST_TEST(spec::action_names(model, *judgement.trace) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_selected_properties_are_judged) {
  Options options;
  options.properties = {"BothWait", "Exclusion"};
  const auto report = check(Peterson{}, options);
  BOOST_TEST_REQUIRE(report.properties.size() == 2U);
  BOOST_TEST(report.properties[0].property.name == "Exclusion");
  BOOST_TEST(report.properties[1].property.name == "BothWait");
  BOOST_TEST((report.verdict() == Verdict::holds));
}

BOOST_AUTO_TEST_CASE(an_action_that_never_fires_fails_the_run) {
  Peterson model;
  Options options;
  options.properties = {"Exclusion"};
  BOOST_TEST((check(model, options).verdict() == Verdict::holds));
  model.spare = true;
  const auto report = check(model, options);
  BOOST_TEST((report.verdict() == Verdict::violated));
  BOOST_TEST((report.actions.at(Peterson::kSpare).verdict == Verdict::violated));
  BOOST_TEST((report.actions.at(Peterson::kEnter).verdict == Verdict::holds));
  BOOST_TEST(report.actions.at(Peterson::kEnter).total > 0U);
  // With a reason it may: Ring gives one for each action that its switches turn off.
  const Ring ring;
  const auto quiet = check(ring);
  BOOST_TEST(quiet.actions.at(Ring::kLose).total == 0U);
  BOOST_TEST((quiet.actions.at(Ring::kLose).verdict == Verdict::holds));
}

BOOST_AUTO_TEST_CASE(deadlock_is_found_unless_terminal_or_switched_off) {
  Rooms model;
  model.rooms = 3;
  BOOST_TEST((check(model).deadlock->verdict == Verdict::holds));
  Lottery stuck(1, {.states = 3, .most_arcs = 0, .bad_in = 1000, .end_in = 1000, .roots = 1});
  const auto report = check(stuck);
  BOOST_TEST((report.deadlock->verdict == Verdict::violated));
  BOOST_TEST(report.deadlock->trace->steps.size() == 1U);
  BOOST_TEST((report.find("Deadlock") == &*report.deadlock));
  Options options;
  options.deadlock = false;
  BOOST_TEST(!check(stuck, options).deadlock.has_value());
}

BOOST_AUTO_TEST_CASE(graphs_by_lot_agree_with_the_oracle) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto states = static_cast<std::uint32_t>(1 + seed % 90);
    const Lottery model(seed, {.states = states,
                               .most_arcs = 1 + static_cast<std::uint32_t>(seed % 4),
                               .bad_in = 8,
                               .end_in = 2 + static_cast<std::uint32_t>(seed % 7),
                               .roots = 1 + static_cast<std::uint32_t>(seed % 3)});
    BOOST_TEST_CONTEXT("seed " << seed) {
      check_against_oracle(model, check(model));
      Options options;
      options.properties = {"NotBad", "NoBadStep", "Rare", "RareStep", "RareEither"};
      check_against_oracle(model, check(model, options));  // 64-bit fingerprints
    }
  }
}

// Levels of thousands of states, so that the threads really share them.
BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same) {
  const Lottery model(7, {.states = 60000, .most_arcs = 5, .bad_in = 9000, .end_in = 50});
  Options options = with_threads(1);
  options.properties = {"NotBad", "NoBadStep", "Rare", "RareStep"};
  const auto alone = check(model, options);
  BOOST_TEST(alone.distinct > 40000U);
  check_against_oracle(model, alone);
  for (const Storage storage : {Storage::fingerprints, Storage::keys}) {
    for (const unsigned threads : {1U, 2U, 3U, 4U, 8U}) {
      BOOST_TEST_CONTEXT(threads << " threads, storage " << static_cast<int>(storage)) {
        options.threads = threads;
        options.storage = storage;
        const auto report = check(model, options);
        check_same(alone, report);
        BOOST_TEST(report.exact == (storage == Storage::keys));
        BOOST_TEST((report.collision_probability > 0) == !report.exact);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(stop_at_first_ends_with_the_level_of_the_violation) {
  const Lottery model(7, {.states = 60000, .most_arcs = 5, .bad_in = 3000, .end_in = 50});
  Options options = with_threads(1);
  options.properties = {"NotBad"};
  options.deadlock = false;
  const auto whole = check(model, options);
  options.stop_at_first = true;
  const auto first = check(model, options);
  BOOST_TEST((first.find("NotBad")->trace == whole.find("NotBad")->trace));
  BOOST_TEST(first.depth == first.find("NotBad")->trace->steps.size());
  BOOST_TEST(!first.complete);
  BOOST_TEST(first.distinct < whole.distinct);
  BOOST_TEST((first.verdict() == Verdict::violated));
  options.threads = 4;
  check_same(first, check(model, options));
  // What is not violated is not decided either, with the reason.
  options.properties = {"NotBad", "Rare"};
  const auto both = check(model, options);
  if (both.find("Rare")->verdict != Verdict::holds) {
    BOOST_TEST((both.find("Rare")->verdict == Verdict::not_decided));
    BOOST_TEST(both.find("Rare")->reason.find("the first violation ends the run") == 0);
  }
}

BOOST_AUTO_TEST_CASE(symmetry_gives_the_same_verdicts_with_fewer_states) {
  Rooms model;
  model.rooms = 4;
  Options options;
  const auto plain = check(model, options);
  BOOST_TEST(plain.distinct == 4096U);  // 4^6
  options.symmetry = true;
  for (const unsigned threads : {1U, 4U}) {
    options.threads = threads;
    const auto reduced = check(model, options);
    BOOST_TEST(reduced.distinct == 84U);  // multisets of 6 out of 4
    BOOST_TEST(reduced.depth == plain.depth);
    BOOST_TEST((reduced.verdict() == Verdict::holds));
  }
  model.full = 3;
  const auto violated = check(model, options);
  options.symmetry = false;
  BOOST_TEST((violated.verdict() == Verdict::violated));
  check_trace(
      model, 0, *violated.find("NotFull"),
      static_cast<std::uint32_t>(check(model, options).find("NotFull")->trace->steps.size()));
}

BOOST_AUTO_TEST_CASE(symmetry_is_refused_where_it_is_not_sound) {
  Options options;
  options.symmetry = true;
  Rooms model;
  model.with_step_property = true;
  BOOST_CHECK_THROW(run_check(model, options), spec::Refused);
  options.properties = {"NotFull"};
  BOOST_CHECK_NO_THROW(run_check(model, options));
  model.with_termination = true;
  options.properties = {"NotFull", "Ends"};
  BOOST_CHECK_THROW(run_check(model, options), spec::Refused);
  options.properties.clear();
  BOOST_CHECK_THROW(run_check(Peterson{}, options), spec::Refused);  // names no canonical states
}

BOOST_AUTO_TEST_CASE(a_symmetry_that_is_none_is_noticed_by_its_trace) {
  Rooms model;
  model.rooms = 4;
  model.full = 2;
  model.biased = true;
  Options options;
  options.symmetry = true;
  BOOST_CHECK_THROW(run_check(model, options), spec::ModelContradicted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
