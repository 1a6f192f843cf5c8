// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The explorer: it reaches what it should reach, shards add up, wrong stores are caught, and a
// campaign that sees nothing is void.
// Spec:          EV-6, EV-8; AC-1 to AC-12.
#include "crash/explore.hpp"

#include <boost/test/unit_test.hpp>

#include "crash/campaign.hpp"
#include "crash/witness.hpp"

namespace plumb::crash {
namespace {

const sim::Profile& gate() { return *sim::find_profile("posix-min"); }

Setup setup_of(std::uint32_t commits, unsigned depth) {
  Setup setup;
  setup.profile = &gate();
  setup.history = standard_history(commits);
  setup.depth = depth;
  setup.made = true;
  setup.first.exhaustive_bound = 1024;  // the whole of it: plumb crash
  setup.later.exhaustive_bound = 64;
  return setup;
}

/// A profile with few states, where any will do.
Setup small_setup(std::uint32_t commits, unsigned depth) {
  Setup setup = setup_of(commits, depth);
  setup.profile = sim::find_profile("journal");
  return setup;
}

Counts explored(const Setup& setup) {
  Explorer explorer(setup);
  explorer.run();
  if (explorer.failure()) BOOST_TEST_MESSAGE(story_of(shrink(setup, *explorer.failure())));
  return explorer.counts();
}

BOOST_AUTO_TEST_SUITE(explore)

BOOST_AUTO_TEST_CASE(the_store_holds_and_what_should_happen_happens) {
  for (const bool direct : {true, false}) {
    Setup setup = setup_of(3, 2);
    setup.direct = direct;
    const Counts counts = explored(setup);
    BOOST_TEST(counts.violations == 0U);
    BOOST_TEST(counts.states > 1000U);
    BOOST_TEST(counts.different > 0U);
    BOOST_TEST(counts.redone > 0U);
    BOOST_TEST(counts.torn > 0U);
    BOOST_TEST(counts.failed_syncs > 0U);
    BOOST_TEST(counts.kills > 0U);
    BOOST_TEST(counts.openings > 1000U);
  }
}

BOOST_AUTO_TEST_CASE(a_store_made_on_the_way_holds) {
  Setup setup = small_setup(0, 2);
  setup.profile = sim::find_profile("btrfs-like");
  setup.made = false;
  setup.direct = false;
  const Counts counts = explored(setup);
  BOOST_TEST(counts.violations == 0U);
  BOOST_TEST(counts.kills > 0U);
}

BOOST_AUTO_TEST_CASE(deeper_is_more) {
  const Counts one = explored(small_setup(3, 1));
  const Counts two = explored(small_setup(3, 2));
  BOOST_TEST(two.states > 5 * one.states);
}

BOOST_AUTO_TEST_CASE(shards_add_up) {
  const Counts whole = explored(small_setup(3, 2));
  for (const std::uint64_t shards : {2U, 3U}) {
    Counts sum;
    for (std::uint64_t k = 0; k < shards; ++k) {
      Setup setup = small_setup(3, 2);
      setup.shards = shards;
      setup.shard = k;
      const Counts part = explored(setup);
      BOOST_TEST(part.states > 0U);
      BOOST_TEST(part.states < whole.states);
      sum.add(part);
    }
    BOOST_TEST(sum.states == whole.states);
    BOOST_TEST(sum.print == whole.print);
  }
}

BOOST_AUTO_TEST_CASE(equal_setups_give_equal_counts) {
  const Counts a = explored(small_setup(2, 2));
  const Counts b = explored(small_setup(2, 2));
  BOOST_TEST(a.print == b.print);
  BOOST_TEST(a.openings == b.openings);
  BOOST_TEST(a.raw == b.raw);
}

BOOST_AUTO_TEST_CASE(every_mutant_is_as_stated) {
  Request request;
  request.profiles = {&gate()};
  request.setup = setup_of(3, 2);
  for (const Mutant& mutant : mutants()) {
    request.setup.depth = mutant.unseen.empty() ? 2 : 1;  // all of two crashes: plumb crash
    const MutantRow row = try_mutant(mutant, request);
    BOOST_TEST(row.as_expected(), std::string(mutant.name));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(witness)

BOOST_AUTO_TEST_CASE(a_failure_is_shrunk_and_replayed) {
  Setup setup = setup_of(3, 1);
  setup.mutant = find_mutant("no-sync-record");
  Explorer explorer(setup);
  explorer.run();
  BOOST_TEST_REQUIRE(explorer.failure().has_value());
  const Witness witness = shrink(setup, *explorer.failure());
  BOOST_TEST(text_of(witness.setup.history) == "commit 1");
  BOOST_TEST(witness.failure.crashes.size() == 1U);
  BOOST_TEST(witness.failure.crashes.front().lost.size() == 1U);
  BOOST_TEST(witness.failure.violation.rule == "AC-2");
  BOOST_TEST(story_of(witness).find("power cut after the last call") != std::string::npos);

  const Witness again = witness_of(replay_text(witness));
  BOOST_TEST(replay_text(again) == replay_text(witness));
  Explorer replayed(again.setup);
  replayed.run();
  BOOST_TEST(replayed.guide_found());
  BOOST_TEST_REQUIRE(replayed.failure().has_value());
  BOOST_TEST(replayed.failure()->violation.what == witness.failure.violation.what);

  Setup mended = again.setup;  // the same crash under the store as it is
  mended.mutant = nullptr;
  Explorer other(mended);
  other.run();
  BOOST_TEST(!other.failure().has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_replay_is_refused) {
  for (const char* text : {"", "{}", "[1]", R"({"plumb_crash":2})", R"({"plumb_crash":"1"})"}) {
    BOOST_CHECK_THROW(static_cast<void>(witness_of(text)), std::invalid_argument);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(campaign)

BOOST_AUTO_TEST_CASE(statuses) {
  Request request;
  request.profiles = {&gate()};
  request.direct = {true};
  request.setup = setup_of(1, 1);
  const Progress nobody = [](const std::string&) {};
  BOOST_TEST(run_campaign(request, nobody).status() == kHolds);

  Request dead_canary = request;
  dead_canary.canary = "no-sync-leftovers";
  const Outcome is_void = run_campaign(dead_canary, nobody);
  BOOST_TEST(is_void.status() == kNotDecided);
  BOOST_TEST(is_void.why_void().starts_with("the canary lives"));

  Request poor = request;
  poor.setup.budget = 10;
  BOOST_TEST(run_campaign(poor, nobody).status() == kNotDecided);

  Request wrong = request;
  wrong.setup.mutant = find_mutant("no-sync-temp");
  BOOST_TEST(run_campaign(wrong, nobody).status() == kViolated);

  Outcome blind = run_campaign(request, nobody);
  blind.rows.front().counts.different = 0;
  BOOST_TEST(blind.status() == kNotDecided);
  BOOST_TEST(Outcome{}.status() == kNotDecided);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::crash
