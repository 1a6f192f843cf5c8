// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Every run of the code is a behaviour of the specification: undisturbed, crashed at each call,
// with each sync failed, crashed twice; direct and buffered, on every claimed profile, with a
// checkpoint apart and after each transaction, with one record in a segment and with several. Spec:
// EV-3, EV-6; AC-1 to AC-12.
#include <boost/test/unit_test.hpp>
#include <iostream>

#include "crash/campaign.hpp"
#include "refine/lives.hpp"

namespace plumb::refine {
namespace {

Setup setup_of(const sim::Profile& profile, bool direct) {
  Setup setup;
  setup.profile = &profile;
  setup.direct = direct;
  setup.history = crash::standard_history(3);
  return setup;
}

bool none_refused(const Setup& setup, const Lives& lives) {
  if (lives.failure()) {
    const Failure& failure = *lives.failure();
    BOOST_TEST_MESSAGE(failure.verdict.event << " " << failure.verdict.action << ": "
                                             << failure.verdict.why);
    for (const std::string& broken : failure.verdict.broken)
      BOOST_TEST_MESSAGE("broken: " << broken);
    BOOST_TEST_MESSAGE(text_of(failure.trace, "refused"));
  }
  std::cout << setup.profile->name << (setup.direct ? ", direct: " : ", buffered: ")
            << words_of(lives.counts()) << '\n';
  return lives.counts().refused == 0 && lives.counts().traces > 0;
}

BOOST_AUTO_TEST_SUITE(lives)

BOOST_AUTO_TEST_CASE(every_run_is_a_behaviour) {
  for (const sim::Profile& profile : sim::profiles()) {
    if (!crash::is_claimed(profile)) continue;
    for (const bool direct : {true, false}) {
      Setup setup = setup_of(profile, direct);
      setup.wanders = 40;
      Lives lives(setup);
      lives.run_all();
      BOOST_TEST(none_refused(setup, lives));
    }
  }
}

BOOST_AUTO_TEST_CASE(chains_of_crashes_are_behaviours) {
  for (const unsigned records : {1U, 2U, 3U}) {
    for (const bool each : {false, true}) {
      for (const bool direct : {true, false}) {
        Setup setup = setup_of(*sim::find_profile("posix-min"), direct);
        setup.records = records;
        setup.checkpoint_each = each;
        if (each) setup.variant = "golden, sync, checkpoint after each";
        if (each) setup.history = crash::history_of("commit 1, commit 2, commit 3");
        setup.wanders = 100;
        Lives lives(setup);
        lives.run_undisturbed();
        lives.run_wanders();
        BOOST_TEST(none_refused(setup, lives));
      }
    }
  }
}

// What the code does and the specification has no step for: README.md, Where they differ.
BOOST_AUTO_TEST_CASE(a_checkpoint_of_nothing_new_is_no_step) {
  Setup setup = setup_of(*sim::find_profile("journal"), true);
  setup.history = crash::history_of("commit 1, checkpoint, commit 2, checkpoint");
  Lives right(setup);
  right.run_undisturbed();
  BOOST_TEST(!right.failure());
  setup.history = crash::history_of("commit 1, checkpoint, checkpoint");
  Lives lives(setup);
  lives.run_undisturbed();
  BOOST_TEST_REQUIRE(lives.failure().has_value());
  BOOST_TEST(lives.failure()->verdict.action == "WriteTemp");
  BOOST_TEST(lives.failure()->verdict.why.find("its guard was false") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::refine
