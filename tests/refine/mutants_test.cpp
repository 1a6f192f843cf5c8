// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What must be refused: each wrong store at its pinned event, also by `plumb trace` from a file; a
// wrong mapping, whichever of its rules is taken away or becomes its neighbour; a trace whose
// fields say something else.
// Spec:          EV-3, EV-6, EV-8.
#include "refine/mutants.hpp"

#include <boost/test/unit_test.hpp>

#include "trace/judge.hpp"
#include "trace/lines.hpp"

namespace plumb::refine {
namespace {

spec::trace::Result judged_as_file(const Trace& trace) {
  const std::string text = text_of(trace, "");
  spec::trace::Lines lines = spec::trace::lines_of_text(text);
  return spec::trace::judge(lines);
}

Setup setup_of(bool direct) {
  Setup setup;
  setup.profile = sim::find_profile("posix-min");
  setup.direct = direct;
  setup.history = crash::standard_history(3);
  return setup;
}

/// Whether a run with those rules is refused: undisturbed, crashed, or with failed syncs.
bool is_refused(const Mapping& rules) {
  for (const bool direct : {true, false}) {
    Setup setup = setup_of(direct);
    setup.rules = &rules;
    setup.ladder = {sim::Level::prefixes, 1, 1, 1};
    Lives lives(setup);
    lives.run_undisturbed();
    if (!lives.failure()) lives.run_crashes();
    if (!lives.failure()) lives.run_failed_syncs();
    if (lives.failure()) return true;
  }
  return false;
}

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(each_wrong_store_is_refused_where_it_goes_wrong) {
  for (const crash::Mutant& mutant : crash::mutants()) {
    const std::string_view pinned = mutant.refinement.substr(0, mutant.refinement.find(" ("));
    for (const bool direct : {true, false}) {
      const MutantRow row = refine_mutant(mutant, direct);
      // Buffered, a sync that nothing was written for is no part of any action.
      const bool by_mapping = !direct && row.by == MutantRow::By::mapping && pinned != "lives";
      BOOST_TEST((by_mapping || words_of(row) == pinned), mutant.name << ": " << words_of(row));
    }
  }
}

BOOST_AUTO_TEST_CASE(those_that_live_are_behaviours_when_they_crash) {
  for (const crash::Mutant& mutant : crash::mutants()) {
    if (!mutant.refinement.starts_with("lives")) continue;
    BOOST_TEST(mutant.refinement.starts_with("lives ("), mutant.name << ": without a reason");
    Setup setup = setup_of(true);
    setup.mutant = &mutant;
    setup.made = true;
    Lives lives(setup);
    lives.run_crashes();
    BOOST_TEST(lives.counts().refused == 0U);
    BOOST_TEST(lives.counts().traces > 100U);
  }
}

BOOST_AUTO_TEST_CASE(plumb_trace_refuses_the_same_event_and_accepts_the_right_store) {
  for (const crash::Mutant& mutant : crash::mutants()) {
    const MutantRow row = refine_mutant(mutant, true);
    if (row.by != MutantRow::By::specification || row.crashed) continue;
    const spec::trace::Result result = judged_as_file(row.trace);
    BOOST_TEST((result.outcome == spec::trace::Outcome::refused), mutant.name);
    BOOST_TEST(result.event.action == row.action);
    BOOST_TEST(result.line == row.event + 1);
  }
  Lives lives(setup_of(true));
  Recorder right = lives.recorder();
  const auto disk = lives.begin(right);
  lives.live(*disk, right, crash::standard_history(3), {});
  const spec::trace::Result result = judged_as_file(lives.trace_of(right));
  BOOST_TEST(result.exit_status() == 0);
  BOOST_TEST(result.events > 30U);
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_taken_away_is_missed) {
  BOOST_TEST(!is_refused(mapping()));
  for (std::size_t i = 0; i < mapping().size(); ++i) {
    Mapping rules = mapping();
    rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(i));
    BOOST_TEST(is_refused(rules), i << " " << name_of(mapping()[i].part));
  }
}

BOOST_AUTO_TEST_CASE(a_rule_that_says_something_else_is_noticed) {
  for (std::size_t i = 0; i < mapping().size(); ++i) {
    Mapping rules = mapping();
    rules[i].part = mapping()[(i + 1) % mapping().size()].part;
    if (rules[i].part == mapping()[i].part) continue;
    BOOST_TEST(is_refused(rules), i << " " << name_of(mapping()[i].part));
  }
}

BOOST_AUTO_TEST_CASE(a_kind_of_call_is_in_a_rule_or_changes_nothing) {
  std::set<sim::CallKind> known(reads().begin(), reads().end());
  BOOST_TEST(known.size() == reads().size());
  for (const Rule& rule : mapping()) {
    BOOST_TEST(!std::set(reads().begin(), reads().end()).contains(rule.call));
    known.insert(rule.call);
  }
  constexpr std::size_t kCallKinds = static_cast<std::size_t>(sim::CallKind::direct_block) + 1;
  BOOST_TEST(known.size() == kCallKinds);
}

BOOST_AUTO_TEST_CASE(a_field_that_says_something_else_is_refused) {
  Lives lives(setup_of(true));
  Recorder right = lives.recorder();
  const auto disk = lives.begin(right);
  lives.live(*disk, right, crash::standard_history(3), {});
  const Trace trace = lives.trace_of(right);
  BOOST_TEST(judge(trace).holds());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    for (std::size_t k = 0; k < trace.events[i].seen.size(); k += 3) {
      Trace wrong = trace;
      wrong.events[i].seen[k].words = "something else";
      const Verdict verdict = judge(wrong);
      BOOST_TEST(verdict.event == i + 1);
      ++changed;
    }
  }
  BOOST_TEST(changed > 50U);
}

BOOST_AUTO_TEST_CASE(nothing_shows_nothing) {
  Lives lives(setup_of(true));
  BOOST_TEST(!judge(lives.trace_of(lives.recorder())).accepted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::refine
