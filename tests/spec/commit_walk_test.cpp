// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random walks of a naive interpreter, written apart from spec/commit, against what the checker
// found of each row: the states and the steps of every state that a walk comes to. Of small rows,
// all states. Then the same with a reading, or a model, that lacks one rule: the walks have to
// notice.
// Compared: every field of a state but those that nobody can observe (`observed` and `forget` of
// the interpreters); each step by its action and the state it leads to, both ways. Not compared:
// the order of steps and their Choice, steps that change nothing, properties (the pins are about
// these).
// Both readers took some conventions from each other (commit_naive_*.hpp say which); there a common
// mistake would not show.
// Spec:          EV-2.
#include "commit_walk.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commit.hpp"
#include "commit_naive_classic.hpp"
#include "commit_naive_golden.hpp"

namespace plumb::test {
namespace {

namespace commit = spec::commit;
using commit::Bounds;
using commit::Row;

constexpr std::uint64_t kSeed = 20;
constexpr unsigned kWalks = 8;
constexpr unsigned kSteps = 800;
/// Distinct states that each walk comes to, at least.
constexpr std::size_t kLeast = 200;
/// Up to so many states, all are compared.
constexpr std::size_t kAll = 4000;

/// How many of a row's states the walks compare together, in thousandths, at least; in the order of
/// the table. These are what they compare today: a change of the order of steps may change them.
template <std::size_t N>
using Shares = std::array<unsigned, N>;
constexpr Shares<commit::kClassicRows> kClassicShares{
    704, 620, 275, 642, 424, 687, 288, 432, 610, 33,  46,  118, 400, 211,
    132, 307, 454, 536, 771, 887, 700, 620, 318, 673, 413, 656, 372, 428,
    609, 15,  29,  93,  78,  108, 14,  53,  86,  549, 689, 766};
constexpr Shares<commit::kGoldenTable.size()> kGoldenShares{32, 91, 24, 62, 96, 54, 9, 11, 8};
constexpr Shares<commit::kGoldenTable.size()> kIoShares{50, 101, 48, 89, 173, 93, 26, 31, 29};
constexpr Shares<commit::kGoldenTable.size()> kDamageShares{120, 226, 106, 194, 306,
                                                            193, 69,  97,  88};

template <class Model, class Naive>
void walk(Walker<Model, Naive>& walker) {
  for (unsigned number = 0; number < kWalks && walker.difference().empty(); ++number) {
    const std::size_t came_to = walker.walk(kSeed, number, kSteps);
    BOOST_TEST((came_to > kLeast || !walker.difference().empty()), came_to);
  }
}

/// Share 0: no matter, since all states are compared.
template <class Model, class Naive>
void compare(const Row& row, const Bounds& bounds, std::size_t share) {
  BOOST_TEST_CONTEXT(row.name.view()) {
    const Searched<Model, Naive> searched(row, bounds);
    const Naive naive(row, bounds);
    Walker<Model, Naive> walker(searched, naive);
    walk(walker);
    BOOST_TEST(walker.permille() >= share);
    BOOST_TEST((share > 0 || searched.states() <= kAll));
    BOOST_TEST_MESSAGE(row.name.view()
                       << ": walks compared " << walker.compared() << " of " << searched.states()
                       << " states, " << walker.permille() << " in 1000");
    if (searched.states() <= kAll) {
      walker.everywhere();
      BOOST_TEST(walker.compared() == searched.states());
    }
    BOOST_TEST(walker.difference() == "");
  }
}

Bounds classic_bounds(const Row& row) {
  Bounds bounds;
  bounds.transactions = row.group > 1 ? 4 : 3;
  return bounds;
}
/// A segment holds one record, so that the log goes on in another one.
constexpr Bounds kIo{.transactions = 2, .crashes = 1, .io_errors = 1, .segment_records = 1};
constexpr Bounds kDamage{.transactions = 2, .crashes = 1, .disk_full = 1, .rots = 1};

BOOST_AUTO_TEST_SUITE(commit_walk)

BOOST_AUTO_TEST_CASE(every_classic_row_does_what_a_naive_reading_does) {
  for (std::size_t i = 0; i < commit::kClassicRows; ++i) {
    const Row& row = commit::kClassicTable[i];
    compare<commit::Classic, naive::Classic>(row, classic_bounds(row), kClassicShares[i]);
  }
}

BOOST_AUTO_TEST_CASE(every_golden_row_does_what_a_naive_reading_does) {
  for (std::size_t i = 0; i < commit::kGoldenTable.size(); ++i) {
    compare<commit::Golden, naive::Golden>(commit::kGoldenTable[i], {}, kGoldenShares[i]);
  }
}

BOOST_AUTO_TEST_CASE(and_so_where_syncs_and_writes_fail) {
  for (std::size_t i = 0; i < commit::kGoldenTable.size(); ++i) {
    compare<commit::Golden, naive::Golden>(commit::kGoldenTable[i], kIo, kIoShares[i]);
  }
}

BOOST_AUTO_TEST_CASE(and_so_where_disks_are_full_and_rot) {
  for (std::size_t i = 0; i < commit::kGoldenTable.size(); ++i) {
    compare<commit::Golden, naive::Golden>(commit::kGoldenTable[i], kDamage, kDamageShares[i]);
  }
}

BOOST_AUTO_TEST_CASE(all_states_of_short_golden_histories) {
  for (const Row& row : commit::kGoldenTable) {
    compare<commit::Golden, naive::Golden>(row, {.transactions = 2, .crashes = 1}, 0);
  }
}

/// `difference` begins with these words, and tells how to come there again.
void check_difference(const std::string& difference, std::string_view first_words) {
  BOOST_TEST(difference.substr(0, first_words.size()) == first_words);
  BOOST_TEST_MESSAGE(difference);
  for (const auto* words : {"\n  a shortest way there: ", "\n  replay: "}) {
    BOOST_TEST((difference.find(words) != std::string::npos), words);
  }
}

/// One rule of the reading is bent, and the walks come to a place where that shows.
template <class Model, class Naive>
void catches(std::string_view name, const Bounds& bounds,
             const std::vector<std::pair<typename Naive::Twist, std::string_view>>& twists) {
  const Row& row = *commit::find_row(name);
  const Searched<Model, Naive> searched(row, bounds);
  for (const auto& [twist, first_words] : twists) {
    BOOST_TEST_CONTEXT(name << ": " << first_words) {
      const Naive naive(row, bounds, twist);
      Walker<Model, Naive> walker(searched, naive);
      walk(walker);
      check_difference(walker.difference(), first_words);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_classic_reading_is_noticed) {
  using enum naive::Classic::Twist;
  catches<commit::Classic, naive::Classic>(
      "classic, full", {},
      {{power_cut_keeps_all, "only the model has PowerCut"},
       {kill_loses_the_cache, "only the naive reading has KillProcess"},
       {torn_tails_dropped, "only the model has PowerCut"},
       {sync_wal_forgets, "only the naive reading has SyncWal"},
       {sync_dir_forgets, "only the naive reading has SyncDir"},
       {rename_is_atomic, "only the naive reading has Rename"}});
  catches<commit::Classic, naive::Classic>(
      "classic, no directory sync, replay", {},
      {{replay_ignores_lsn, "only the naive reading has RedoWal"}});
}

BOOST_AUTO_TEST_CASE(a_wrong_golden_reading_is_noticed) {
  using enum naive::Golden::Twist;
  catches<commit::Golden, naive::Golden>(
      "golden, sync, checkpoint after each", kIo,
      {{power_cut_keeps_all, "only the model has PowerCut"},
       {torn_blocks_dropped, "only the model has IoError"},
       {sync_wal_forgets, "only the naive reading has SyncWal"},
       {sync_dir_forgets, "only the naive reading has SyncDir"},
       {failed_sync_is_retried, "only the naive reading has IoError"}});
}

/// The rules are taken away from the model, one at a time: what the walks notice of that. With all
/// of them they notice nothing.
struct Bent {
  std::string_view row;
  Bounds bounds;
  std::vector<std::pair<commit::Rule, std::string_view>> rules;
};
Row without(Row row, commit::Rule rule) {
  row.taken_away = commit::bit(rule);
  return row;
}
void notices(const Bent& bent) {
  const Row& row = *commit::find_row(bent.row);
  const naive::Golden naive(row, bent.bounds);
  compare<commit::Golden, naive::Golden>(row, bent.bounds, 1);
  for (const auto& [rule, first_words] : bent.rules) {
    BOOST_TEST_CONTEXT(commit::kRuleTable[static_cast<std::size_t>(rule)].name) {
      const Searched<commit::Golden, naive::Golden> searched(without(row, rule), bent.bounds);
      Walker<commit::Golden, naive::Golden> walker(searched, naive);
      walk(walker);
      if (walker.difference().empty()) walker.everywhere();
      BOOST_TEST(walker.difference().substr(0, first_words.size()) == first_words);
    }
  }
}

// All rules but reader_stops, without which no state has another step: no record follows a gap.
BOOST_AUTO_TEST_CASE(a_rule_that_the_model_lacks_is_noticed) {
  using enum commit::Rule;
  notices({"golden, sync",
           {.transactions = 2, .crashes = 1},
           {{opening_is_checkpoint, "only the naive reading has WriteTemp"},
            {fresh_segment, "only the naive reading has WriteTemp"},
            {number_before_checkpoint, "only the naive reading has AddSegment"},
            {checkpoint_durable_only, "only the model has WriteTemp"},
            {exclusive_temp, "only the model has PowerCut"},
            {active_never_spare, "only the naive reading has RecycleWal"},
            {anchor_synced, "only the naive reading has LogAudit"}}});
  notices({"golden, several records in a sync",
           {.transactions = 2, .crashes = 1, .segment_records = 1},
           {{number_above_all, "only the naive reading has WriteTemp"},
            {chain, "only the naive reading has LoadCheckpoint"},
            {sync_all_segments, "only the naive reading has SyncWal"},
            {confirm_by_durable_seq, "only the naive reading has LoadCheckpoint"}}});
  notices({"golden, sync",
           {.transactions = 2, .crashes = 1, .rots = 1},
           {{durable_seq, "only the naive reading has LoadCheckpoint"},
            {refuse_writes_nothing, "only the naive reading has Refuse"}}});
  notices(
      {"golden, relaxed(1)",
       {.transactions = 2, .crashes = 1},
       {{sync_start, "only the naive reading has SyncWal"}, {window, "only the model has Ack"}}});
  notices({"golden, sync",
           {.transactions = 1, .crashes = 1, .io_errors = 1},
           {{poison, "only the naive reading has IoError"},
            {no_retry, "only the naive reading has IoError"},
            {failed_dir_sync, "only the naive reading has IoError"},
            {audit_rewrite, "only the naive reading has LogAudit"},
            {unfinished_until_end, "only the naive reading has ScanWal"}}});
  notices({"golden, sync",
           {.transactions = 2, .crashes = 0, .io_errors = 1, .segment_records = 1},
           {{fresh_salt, "only the naive reading has AddSegment"}}});
  notices({"golden, sync",
           {.transactions = 3, .crashes = 1, .rots = 1, .segments = 2, .segment_records = 1},
           {{salt_and_number, "only the naive reading has LoadCheckpoint"}}});
  notices({"golden, several records in a sync",
           {.transactions = 2,
            .crashes = 2,
            .rots = 1,
            .kill = false,
            .segments = 2,
            .segment_records = 1},
           {{older_needs_log, "only the naive reading has LoadCheckpoint"}}});
  notices({"golden, sync",
           {.transactions = 3, .crashes = 0, .segment_records = 1},
           {{recycle_covered, "only the naive reading has RecycleWal"}}});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
