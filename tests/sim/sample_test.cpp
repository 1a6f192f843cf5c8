// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What is drawn may happen, and nearly all that may happen is drawn.
// Spec:          spec/ASSUMPTIONS.md.
#include <boost/test/unit_test.hpp>

#include "sim/crash_sample.hpp"
#include "sim/scene.hpp"

namespace plumb::sim {
namespace {

/// Names that come, go and change, a growth, a sector written twice.
void fill(SimDisk& disk) {
  BOOST_TEST_REQUIRE(create(disk, "old").ok());
  BOOST_TEST_REQUIRE(write(disk, "old", 0, sectors("ab")).ok());
  BOOST_TEST_REQUIRE(sync_all(disk, "old").ok());
  BOOST_TEST_REQUIRE(disk.sync_folder().ok());
  BOOST_TEST_REQUIRE(write(disk, "old", 0, sectors("c")).ok());
  BOOST_TEST_REQUIRE(write(disk, "old", 0, sectors("de")).ok());
  BOOST_TEST_REQUIRE(create(disk, "new").ok());
  BOOST_TEST_REQUIRE(write(disk, "new", 0, sectors("fg")).ok());
  BOOST_TEST_REQUIRE(disk.rename("new", "named").ok());
}

BOOST_AUTO_TEST_SUITE(sample)

BOOST_AUTO_TEST_CASE(is_among_all_that_a_power_cut_may_leave) {
  for (const Profile& profile : profiles()) {
    for (const bool is_new : {false, true}) {
      SimDisk disk(profile);
      if (is_new) disk.folder_is_new();
      fill(disk);
      const States all = states_of(disk);
      States drawn;
      for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        const Image image = sample_crash_state(disk, seed);
        BOOST_REQUIRE_MESSAGE(all.contains(files_of(image)), profile.name << " " << seed);
        drawn.insert(files_of(image));
      }
      BOOST_TEST((4 * drawn.size() > all.size()),
                 profile.name << ": " << drawn.size() << " of " << all.size());
      BOOST_TEST((drawn.contains(test::Files{}) == all.contains(test::Files{})), profile.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_seeds_are_the_ends) {
  SimDisk disk(profile("posix-min"));
  fill(disk);
  BOOST_TEST((sample_crash_state(disk, 0) == disk.durable()));
  BOOST_TEST((sample_crash_state(disk, 1) == disk.visible()));
  disk.folder_is_new();
  BOOST_TEST(sample_crash_state(disk, 0).files.empty());
  BOOST_TEST((sample_crash_state(disk, 1) == disk.visible()));
}

BOOST_AUTO_TEST_CASE(equal_seeds_draw_equal_states) {
  SimDisk disk(profile("posix-min"));
  fill(disk);
  States drawn;
  for (std::uint64_t seed = 2; seed < 50; ++seed) {
    BOOST_TEST((sample_crash_state(disk, seed) == sample_crash_state(disk, seed)));
    drawn.insert(files_of(sample_crash_state(disk, seed)));
  }
  BOOST_TEST(drawn.size() > 10U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::sim
