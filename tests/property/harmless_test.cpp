// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Why a mutant that no layer catches does no harm: what it loses is made good by the next opening.
// Spec:          EV-4; AC-10; CleanTemp.
#include <boost/test/unit_test.hpp>

#include "crash/life.hpp"
#include "crash/seam.hpp"
#include "sim/crash_states.hpp"

namespace plumb::property {
namespace {

constexpr const char* kHalfMade = "log-7";

/// One life on the disk: opened, judged, left. What is promised then.
crash::Promise live(sim::SimDisk& disk, const crash::Mutant* mutant, const crash::Promise& promise,
                    unsigned epoch, Hasher& hasher) {
  crash::Seam seam(disk, true, mutant);
  crash::Life life(seam, promise, epoch, hasher);
  BOOST_TEST_REQUIRE(life.open());
  BOOST_TEST(!life.violation().has_value());
  return life.promise();
}

/// In how many crash states a half-made segment comes back that an opening has removed. In each of
/// them the next opening, by the same store, holds and removes it.
unsigned comes_back(const crash::Mutant* mutant) {
  const auto hasher = std::move(make_sha256()).value();
  sim::SimDisk disk(*sim::find_profile("posix-min"));
  crash::Promise promise = live(disk, mutant, {}, 0, *hasher);
  const Result<Handle> file = disk.open(kHalfMade, Access::create);
  BOOST_TEST_REQUIRE((file && disk.close(*file).ok() && disk.sync_folder().ok()));
  promise = live(disk, mutant, promise, 1, *hasher);
  BOOST_TEST(!disk.visible().files.contains(kHalfMade));
  unsigned states = 0;
  sim::for_each_crash_state(disk, {}, [&](const sim::Image& image, const sim::Drops&) {
    if (!image.files.contains(kHalfMade)) return;
    ++states;
    sim::SimDisk next(disk.profile(), image);
    static_cast<void>(live(next, mutant, promise, 2, *hasher));
    BOOST_TEST(!next.visible().files.contains(kHalfMade));
  });
  return states;
}

BOOST_AUTO_TEST_SUITE(harmless)

BOOST_AUTO_TEST_CASE(what_comes_back_is_removed_again) {
  BOOST_TEST(comes_back(crash::find_mutant("no-sync-leftovers")) > 0U);
  BOOST_TEST(comes_back(nullptr) == 0U);
}

/// The same, where the segment is removed behind the end line.
BOOST_AUTO_TEST_CASE(what_is_removed_late_is_removed_again) {
  BOOST_TEST(comes_back(crash::find_mutant("clean-after-audit-end")) > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::property
