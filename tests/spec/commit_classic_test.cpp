// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Every row of the classic protocol: what it guarantees and what it does not, as pinned.
// Spec:          EV-2; AC-1 to AC-6, AC-12.
#include <boost/test/unit_test.hpp>

#include "commit_support.hpp"

namespace plumb::test {
namespace {

commit::Bounds bounds_of(const commit::Row& row, bool split_rename) {
  commit::Bounds bounds;
  bounds.transactions = row.group > 1 ? 4 : 3;
  bounds.split_rename = split_rename;
  return bounds;
}

BOOST_AUTO_TEST_SUITE(commit_classic)

BOOST_AUTO_TEST_CASE(without_kills_less_is_reached_and_the_acknowledged_commit_is_still_lost) {
  const commit::Row& row = *commit::find_row("batched, WAL only");
  commit::Bounds bounds = bounds_of(row, false);
  bounds.kill = false;
  const auto report = spec::check(commit::Classic(row, bounds));
  const auto* durability = report.find("Durability");
  BOOST_TEST_REQUIRE(durability != nullptr);
  BOOST_TEST((durability->verdict == spec::Verdict::violated));
}

BOOST_AUTO_TEST_CASE(the_model_keeps_its_promises_to_the_checker) {
  spec::Options options;
  options.distrust = true;
  for (const commit::Row& row : commit::kClassicTable) {
    BOOST_TEST_CONTEXT(row.name.view()) {
      commit::Bounds bounds = bounds_of(row, true);
      bounds.transactions = row.group;
      BOOST_TEST(spec::check(commit::Classic(row, bounds), options).complete);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const commit::Row& row = *commit::find_row("classic, full");
  commit::Bounds bounds;
  bounds.transactions = 7;
  BOOST_CHECK_THROW(commit::Classic(row, bounds), spec::CapacityExceeded);
  bounds.transactions = 6;
  bounds.crashes = 8;
  BOOST_CHECK_THROW(commit::Classic(row, bounds), spec::CapacityExceeded);
}

BOOST_AUTO_TEST_CASE(a_trace_speaks_in_words) {
  const commit::Classic model(*commit::find_row("ack before flush"), {});
  const auto report = spec::check(model, claims_of(model));
  const auto* judgement = report.find("NoPanic");
  BOOST_TEST_REQUIRE(judgement != nullptr);
  BOOST_TEST_REQUIRE(judgement->trace.has_value());
  const auto& steps = judgement->trace->steps;
  std::string words;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const std::string choice =
        model.describe_choice(steps[i].action, steps[i].choice, steps[i - 1].state);
    if (!choice.empty()) add_word(words, choice);
  }
  BOOST_TEST(words == "kept: log P1, state none, temp none");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
