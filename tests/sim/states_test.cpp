// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The enumeration: levels contain one another, each flag of a profile matters, counts are pinned,
// seeds decide, and a milder profile allows no more than a harsher one, on random histories.
// Spec:          spec/ASSUMPTIONS.md A-29; EV-4.
#include <array>
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "sim/scene.hpp"
#include "support/property.hpp"

namespace plumb::sim {
namespace {

/// One step of a random history; what is not possible there is skipped.
struct Step {
  unsigned kind = 0;
  unsigned file = 0;
  unsigned detail = 0;
};

constexpr std::array kNames{"a", "b", "c"};

void take(SimDisk& disk, const Step& step) {
  const std::string name = kNames.at(step.file);
  const std::string other = kNames.at((step.file + 1 + step.detail % 2) % kNames.size());
  const std::string bytes(step.detail % 3 == 0 ? 40 : 600, static_cast<char>('A' + step.detail));
  switch (step.kind) {
    case 0:
      return static_cast<void>(create(disk, name));
    case 1:  // behind the end
      return static_cast<void>(on_file(disk, name, Access::write, [&](Handle file) {
        return disk.write(file, *disk.size(file), view(bytes));
      }));
    case 2:
      return static_cast<void>(write(disk, name, 0, bytes));
    case 3:
      return static_cast<void>(sync_all(disk, name));
    case 4:
      return static_cast<void>(sync_data(disk, name));
    case 5:
      return static_cast<void>(disk.rename(name, other));
    case 6:
      return static_cast<void>(disk.unlink(name));
    default:
      return static_cast<void>(disk.sync_folder());
  }
}

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr std::array kKinds{"create",    "append", "overwrite", "sync_all",
                              "sync_data", "rename", "unlink",    "sync_folder"};
  return out << kKinds.at(step.kind) << ' ' << kNames.at(step.file) << ' ' << step.detail;
}

rc::Gen<Step> any_step() {
  return rc::gen::build<Step>(rc::gen::set(&Step::kind, rc::gen::inRange(0U, 8U)),
                              rc::gen::set(&Step::file, rc::gen::inRange(0U, 3U)),
                              rc::gen::set(&Step::detail, rc::gen::inRange(0U, 4U)));
}

const test::Files kStart{{"a", "start"}, {"b", sectors("b")}};

States after(const Profile& p, const std::vector<Step>& steps) {
  SimDisk disk(p, image_of(kStart));
  for (const Step& step : steps) take(disk, step);
  return states_of(disk);
}

bool within(const States& inner, const States& outer) {
  return std::ranges::includes(outer, inner);
}

/// A naive protocol: log record, temporary file, rename, commit record; files synced, or the folder
/// too.
void naive_commit(SimDisk& disk, unsigned n, bool folder) {
  const std::string temp = "temp-" + std::to_string(n);
  const std::string state = "state-" + std::to_string(n);
  const auto append = [&](std::string_view bytes) {
    return on_file(disk, "log", Access::write,
                   [&](Handle file) { return disk.write(file, *disk.size(file), view(bytes)); });
  };
  BOOST_REQUIRE(append(sectors("p")).ok());
  BOOST_REQUIRE(sync_data(disk, "log").ok());
  BOOST_REQUIRE(create(disk, temp).ok());
  BOOST_REQUIRE(write(disk, temp, 0, sectors("st")).ok());
  BOOST_REQUIRE(sync_all(disk, temp).ok());
  BOOST_REQUIRE(disk.rename(temp, state).ok());
  if (folder) BOOST_REQUIRE(disk.sync_folder().ok());
  BOOST_REQUIRE(append(sectors("c")).ok());
  BOOST_REQUIRE(sync_data(disk, "log").ok());
}

std::uint64_t naive_states(const Profile& p, unsigned commits, bool folder) {
  SimDisk disk(p);
  std::set<std::uint64_t> all;
  disk.watch([&](const SimDisk& now, const Call&, Moment moment) {
    if (moment != Moment::issued) return;
    for_each_crash_state(now, kAll,
                         [&](const Image& image, const Drops&) { all.insert(image.digest()); });
  });
  BOOST_REQUIRE(create(disk, "log").ok());
  if (folder) BOOST_REQUIRE(disk.sync_folder().ok());
  for (unsigned n = 0; n < commits; ++n) naive_commit(disk, n, folder);
  return all.size();
}

/// A scene where a lot is pending, for flags and levels.
States busy_states(const Profile& p, const Ladder& ladder = kAll) {
  SimDisk disk(p, image_of({{"a", "start"}, {"b", ""}, {"old", sectors("s")}, {"t", "t"}}));
  disk.folder_is_new();
  BOOST_REQUIRE(disk.unlink("old").ok());
  BOOST_REQUIRE(disk.rename("t", "u").ok());
  BOOST_REQUIRE(write(disk, "a", 5, sectors("x")).ok());
  BOOST_REQUIRE(write(disk, "a", 0, "S").ok());
  BOOST_REQUIRE(write(disk, "b", 0, "b").ok());
  return states_of(disk, ladder);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(states)

BOOST_AUTO_TEST_CASE(nothing_pending_is_one_state) {
  for (const Profile& p : profiles()) {
    const SimDisk disk(p, image_of(kStart));
    BOOST_TEST(disk.pending() == 0U);
    BOOST_TEST((states_of(disk) == States{kStart}));
  }
}

BOOST_AUTO_TEST_CASE(what_is_visible_and_what_is_durable_are_among_them) {
  test::check_property("both ends", [] {
    const auto steps = *rc::gen::resize(8, rc::gen::container<std::vector<Step>>(any_step()));
    for (const Profile& p : profiles()) {
      SimDisk disk(p, image_of(kStart));
      for (const Step& step : steps) take(disk, step);
      const States all = after(p, steps);
      RC_ASSERT(all.contains(files_of(disk.visible())));
      RC_ASSERT(all.contains(files_of(disk.durable())));
    }
  });
}

BOOST_AUTO_TEST_CASE(a_milder_profile_allows_no_more) {
  constexpr std::array<std::pair<const char*, const char*>, 7> kInclusions{
      {{"journal", "writeback"},
       {"writeback", "dir-ordered"},
       {"dir-ordered", "posix-min"},
       {"journal", "btrfs-like"},
       {"btrfs-like", "posix-min"},
       {"posix-min", "apfs"},
       {"posix-min", "ntfs"}}};
  for (const auto& [inner, outer] : kInclusions) {
    test::check_property(std::string(inner) + " within " + outer, [&] {
      const auto steps = *rc::gen::resize(8, rc::gen::container<std::vector<Step>>(any_step()));
      RC_ASSERT(within(after(profile(inner), steps), after(profile(outer), steps)));
    });
    // And they are not the same: somewhere the harsher one allows more.
    bool differs = false;
    for (unsigned seed = 0; seed < 400 && !differs; ++seed) {
      std::uint64_t random = seed;
      std::vector<Step> steps;
      for (int i = 0; i < 6; ++i) {
        const std::uint64_t r = next_random(random);
        steps.push_back({static_cast<unsigned>(r % 8), static_cast<unsigned>(r / 8 % 3),
                         static_cast<unsigned>(r / 64 % 4)});
      }
      differs = after(profile(inner), steps) != after(profile(outer), steps);
    }
    BOOST_TEST(differs, inner << " and " << outer << " allow the same");
  }
}

// rename a c, create a, sync a: the log tree keeps the new a and may lose the rename before it.
BOOST_AUTO_TEST_CASE(btrfs_like_is_not_within_dir_ordered) {
  const std::vector<Step> witness{{5, 0, 1}, {0, 0, 0}, {3, 0, 0}};
  const States log_tree = after(profile("btrfs-like"), witness);
  const States ordered = after(profile("dir-ordered"), witness);
  const test::Files state{{"a", ""}, {"b", sectors("b")}};
  BOOST_TEST(log_tree.contains(state));
  BOOST_TEST(!ordered.contains(state));
  BOOST_TEST(!within(log_tree, ordered));
}

BOOST_AUTO_TEST_CASE(levels_contain_one_another) {
  for (const Profile& p : profiles()) {
    const States all = busy_states(p);
    States lower;
    for (const Level level : {Level::prefixes, Level::omit_one, Level::product}) {
      const States some = busy_states(p, {level, 200'000, 0, 1});
      BOOST_TEST(within(lower, some));
      BOOST_TEST(some.size() > lower.size());
      BOOST_TEST(within(some, all), p.name << " level " << static_cast<int>(level));
      lower = some;
    }
    BOOST_TEST(all.size() > lower.size());
  }
}

BOOST_AUTO_TEST_CASE(every_flag_matters) {
  const auto differs = [](const Profile& base, auto change) {
    Profile other = base;
    change(other);
    return busy_states(base) != busy_states(other);
  };
  const Profile& base = profile("posix-min");
  BOOST_TEST(differs(base, [](Profile& p) { p.garbage_sector = true; }));
  BOOST_TEST(differs(base, [](Profile& p) { p.size_implies_data = true; }));
  BOOST_TEST(differs(base, [](Profile& p) { p.garbage_fill = false; }));
  BOOST_TEST(differs(base, [](Profile& p) { p.stale_fill = false; }));
  BOOST_TEST(differs(base, [](Profile& p) { p.sliced_truncate = false; }));
  BOOST_TEST(differs(base, [](Profile& p) { p.split_rename = false; }));
  BOOST_TEST(differs(base, [](Profile& p) { p.name_order = NameOrder::folder; }));
  const Profile& ordered = profile("dir-ordered");
  BOOST_TEST(differs(ordered, [](Profile& p) { p.name_order = NameOrder::global; }));
  BOOST_TEST(!differs(base, [](Profile& p) { p.name = "another"; }));
}

// What syncs bring along, what a failed sync does: rules_test.cpp, R-15 to R-29.

BOOST_AUTO_TEST_CASE(counts_of_a_naive_protocol) {
  const auto count = [](const char* name, unsigned commits, bool folder) {
    return naive_states(profile(name), commits, folder);
  };
  std::ostringstream text;
  for (const char* name : {"journal", "dir-ordered", "posix-min"}) {
    text << name;
    for (const bool folder : {false, true}) {
      for (const unsigned commits : {1U, 2U, 3U}) text << ' ' << count(name, commits, folder);
    }
    text << '\n';
  }
  // 1, 2, 3 commits; then the same with the folder synced after each change of names: no profile
  // then grows faster than the history.
  BOOST_TEST(text.str() ==
             "journal 9 17 25 9 17 25\n"
             "dir-ordered 28 66 116 22 42 62\n"
             "posix-min 47 227 947 23 44 65\n");
}

BOOST_AUTO_TEST_CASE(a_seed_decides_the_samples) {
  const auto drawn = [](std::uint64_t seed) {
    return busy_states(profile("posix-min"), {Level::product, 10, 50, seed});
  };
  BOOST_TEST((drawn(1) == drawn(1)));
  BOOST_TEST((drawn(1) != drawn(2)));
  SimDisk disk(profile("posix-min"), image_of({{"a", ""}}));
  BOOST_TEST(write(disk, "a", 0, sectors("12345678")).ok());
  States sampled;
  const Covered covered = for_each_crash_state(
      disk, {Level::subsets, 100, 50, 1},
      [&](const Image& image, const Drops&) { sampled.insert(files_of(image)); });
  BOOST_TEST(!covered.exhaustive);
  BOOST_TEST(covered.unique == sampled.size());
  BOOST_TEST(covered.raw > covered.unique);
}

BOOST_AUTO_TEST_CASE(drops_tell_what_is_lost) {
  SimDisk disk(profile("posix-min"), image_of({{"a", sectors("o")}, {"t", ""}}));
  BOOST_TEST(write(disk, "a", 0, sectors("n")).ok());
  BOOST_TEST(disk.rename("t", "u").ok());
  std::set<std::string> words;
  for_each_crash_state(disk, kAll, [&](const Image&, const Drops& drops) {
    for (const std::string& line : drops.what()) words.insert(line);
    if (drops.what().empty()) words.insert("nothing");
  });
  BOOST_TEST((words == std::set<std::string>{"nothing", "lost: the name u",
                                             "lost: the removal of the name t",
                                             "torn: a at 0 holds what was durable"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::sim
