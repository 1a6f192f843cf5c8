// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random walks of a naive interpreter, written apart from spec/commit, against what the checker
// found of each row: the states and the steps of every state that a walk comes to. Of small rows,
// all states. Compared:      every field of a state but those that `observed` of the interpreters
// clears, since
//                nobody can observe them; each step by its action and the state it leads to, both
//                ways.
// Not compared:  the order of steps and their Choice, steps that change nothing, properties (the
// pins
//                are about these), rows with a rule taken away (the mutants are about those).
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

struct Walks {
  std::uint64_t seed;
  unsigned walks;
  unsigned steps;
  std::size_t least;  ///< distinct states that each walk comes to, at least
};
constexpr Walks kWalks{.seed = 20, .walks = 8, .steps = 800, .least = 240};
/// Up to so many states, all are compared.
constexpr std::size_t kAll = 20'000;

/// How many of a row's states the walks compare together, in thousandths, at least; in the order of
/// the table.
using Shares = std::array<unsigned, commit::kClassicRows>;
constexpr Shares kClassicShares{};
using GoldenShares = std::array<unsigned, commit::kGoldenTable.size()>;
constexpr GoldenShares kCrashShares{};
constexpr GoldenShares kFaultShares{};

template <class Model, class Naive>
void compare(const Row& row, const Bounds& bounds, std::size_t share) {
  BOOST_TEST_CONTEXT(row.name.view()) {
    const Searched<Model, Naive> searched(row, bounds);
    const Naive naive(row, bounds);
    Walker<Model, Naive> walker(searched, naive);
    for (unsigned number = 0; number < kWalks.walks; ++number) {
      BOOST_TEST(walker.walk(kWalks.seed, number, kWalks.steps) > kWalks.least);
    }
    BOOST_TEST(walker.difference() == "");
    BOOST_TEST(walker.permille() >= share);
    BOOST_TEST_MESSAGE(row.name.view()
                       << ": walks compared " << walker.compared() << " of " << searched.states()
                       << " states, " << walker.permille() << " in 1000");
    if (searched.states() > kAll) return;
    walker.everywhere();
    BOOST_TEST(walker.difference() == "");
    BOOST_TEST(walker.compared() == searched.states());
  }
}

Bounds classic_bounds(const Row& row) {
  Bounds bounds;
  bounds.transactions = row.group > 1 ? 4 : 3;
  return bounds;
}
/// A segment holds one record, so that the log goes on in another one.
constexpr Bounds kFaults{.transactions = 2,
                         .crashes = 1,
                         .io_errors = 1,
                         .disk_full = 1,
                         .rots = 1,
                         .segment_records = 1};

BOOST_AUTO_TEST_SUITE(commit_walk)

BOOST_AUTO_TEST_CASE(every_classic_row_does_what_a_naive_reading_does) {
  for (std::size_t i = 0; i < commit::kClassicRows; ++i) {
    const Row& row = commit::kClassicTable[i];
    compare<commit::Classic, naive::Classic>(row, classic_bounds(row), kClassicShares[i]);
  }
}

BOOST_AUTO_TEST_CASE(every_golden_row_does_what_a_naive_reading_does) {
  for (std::size_t i = 0; i < commit::kGoldenTable.size(); ++i) {
    compare<commit::Golden, naive::Golden>(commit::kGoldenTable[i], {}, kCrashShares[i]);
  }
}

BOOST_AUTO_TEST_CASE(and_so_under_faults) {
  for (std::size_t i = 0; i < commit::kGoldenTable.size(); ++i) {
    compare<commit::Golden, naive::Golden>(commit::kGoldenTable[i], kFaults, kFaultShares[i]);
  }
}

BOOST_AUTO_TEST_CASE(all_states_of_short_golden_histories) {
  Bounds bounds;
  bounds.transactions = 2;
  for (const Row& row : commit::kGoldenTable) {
    if (row.mode != commit::Mode::async && row.mode != commit::Mode::relaxed) {
      bounds.crashes = row.group > 1 ? 1 : 2;
      compare<commit::Golden, naive::Golden>(row, bounds, 0);
    }
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
      for (unsigned number = 0; number < kWalks.walks && walker.difference().empty(); ++number) {
        walker.walk(kWalks.seed, number, kWalks.steps);
      }
      const std::string& difference = walker.difference();
      BOOST_TEST(difference.substr(0, first_words.size()) == first_words);
      BOOST_TEST_MESSAGE(difference);
      for (const auto* words : {"\n  a shortest way there: ", "\n  replay: "}) {
        BOOST_TEST((difference.find(words) != std::string::npos), words);
      }
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
      "golden, sync, checkpoint after each", kFaults,
      {{power_cut_keeps_all, "only the model has PowerCut"},
       {torn_blocks_dropped, "only the model has PowerCut"},
       {sync_wal_forgets, "only the naive reading has SyncWal"},
       {sync_dir_forgets, "only the naive reading has SyncDir"},
       {failed_sync_is_retried, "only the naive reading has IoError"}});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
