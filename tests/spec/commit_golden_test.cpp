// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden protocol beyond what the matrix shows (check.matrix: every mode within the pinned
// bounds): small segments, the model's own promises, the crash inside a first start.
// Spec:          EV-2; AC-1 to AC-16.
#include <boost/test/unit_test.hpp>

#include "commit_support.hpp"

namespace plumb::test {
namespace {

BOOST_AUTO_TEST_SUITE(commit_golden)

BOOST_AUTO_TEST_CASE(small_segments_and_few_of_them_hold_too) {
  commit::Bounds bounds;
  bounds.segments = 2;
  bounds.segment_records = 1;
  for (const commit::Row& row : commit::kGoldenTable) {
    BOOST_TEST_CONTEXT(row.name.view()) { BOOST_TEST(refutation(row, bounds) == ""); }
  }
}

BOOST_AUTO_TEST_CASE(the_model_keeps_its_promises_to_the_checker) {
  spec::Options options;
  options.distrust = true;
  const commit::Bounds bounds{
      .transactions = 2, .crashes = 1, .io_errors = 1, .disk_full = 1, .rots = 1};
  for (const std::string_view name : {"golden, sync", "golden, relaxed(2)"}) {
    BOOST_TEST(spec::check(commit::Golden(*commit::find_row(name), bounds), options).complete);
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const auto refuses = [](const commit::Bounds& bounds) {
    BOOST_CHECK_THROW(commit::Golden(commit::kGoldenTable[0], bounds), spec::CapacityExceeded);
  };
  refuses({.transactions = 6});
  refuses({.crashes = 8});
  refuses({.io_errors = 4});
  refuses({.disk_full = 2});
  refuses({.rots = 2});
  refuses({.segments = 4});
  refuses({.segment_records = 4});
}

BOOST_AUTO_TEST_CASE(a_first_start_that_was_cut_short_is_no_damaged_store) {
  commit::Row row = *commit::find_row("golden, sync");
  row.taken_away = commit::bit(commit::Rule::unfinished_until_end);
  const commit::Golden model(row, {});
  const auto report = spec::check(model, claims_of(model));
  const auto* judgement = report.find("TornOrCorrupt");
  BOOST_TEST_REQUIRE(judgement != nullptr);
  BOOST_TEST_REQUIRE(judgement->trace.has_value());
  std::string words;
  for (const auto& step : judgement->trace->steps) {
    if (step.action != spec::kNoAction) add_word(words, model.actions()[step.action].name);
  }
  BOOST_TEST(words ==
             "LoadCheckpoint ScanWal RedoWal LogAudit LogAudit WriteTemp SyncTemp Rename "
             "KillProcess LoadCheckpoint ScanWal RedoWal LogAudit PowerCut "
             "LoadCheckpoint ScanWal Refuse");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
