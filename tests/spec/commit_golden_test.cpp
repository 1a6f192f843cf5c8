// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden protocol in every mode: every property holds, every witness is reached, within the
// pinned bounds: crashes alone, a failed sync, a full disk, damage.
// Spec:          EV-2; AC-1 to AC-16.
#include <boost/test/unit_test.hpp>

#include "commit_pins.hpp"
#include "commit_support.hpp"

namespace plumb::test {
namespace {

commit::Bounds bounds_of(const GoldenBounds& from) {
  commit::Bounds bounds;
  bounds.transactions = from.transactions;
  bounds.crashes = from.crashes;
  bounds.io_errors = from.io_errors;
  bounds.disk_full = from.disk_full;
  bounds.rots = from.rots;
  return bounds;
}

void check_all_rows(std::size_t which) {
  BOOST_TEST_REQUIRE(commit::kGoldenTable.size() == kGoldenPins.size());
  for (std::size_t i = 0; i < kGoldenPins.size(); ++i) {
    const commit::Row& row = commit::kGoldenTable[i];
    BOOST_TEST_CONTEXT(row.name.view()) {
      BOOST_TEST(row.name.view() == kGoldenPins[i].row);
      const auto report = spec::check(commit::Golden(row, bounds_of(kGoldenBounds[which])));
      BOOST_TEST((report.verdict() == spec::Verdict::holds));
      BOOST_TEST(violated(report) == "");
      BOOST_TEST(never_fires(report) == "");
      BOOST_TEST(report.distinct == kGoldenPins[i].counts[which].distinct);
      BOOST_TEST(report.depth == kGoldenPins[i].counts[which].depth);
    }
  }
}

BOOST_AUTO_TEST_SUITE(commit_golden)

BOOST_AUTO_TEST_CASE(every_mode_holds_under_crashes) { check_all_rows(0); }
BOOST_AUTO_TEST_CASE(every_mode_holds_with_a_failed_write_or_sync) { check_all_rows(1); }
BOOST_AUTO_TEST_CASE(every_mode_holds_with_a_full_disk) { check_all_rows(2); }
BOOST_AUTO_TEST_CASE(every_mode_holds_with_damage) { check_all_rows(3); }

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
  const commit::Bounds bounds = bounds_of({2, 1, 1, 1, 1});
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
