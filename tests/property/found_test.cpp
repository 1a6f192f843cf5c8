// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Histories that random ones have found, shrunk: each broke a promise once.
// Spec:          EV-3.
#include <boost/test/unit_test.hpp>

#include "property/campaign.hpp"

namespace plumb::property {
namespace {

void check_kept(const History& history) {
  Cover cover;
  const auto broken = broken_by(history, nullptr, cover);
  BOOST_CHECK_MESSAGE(!broken, broken.value_or("") << history);
}

Step step(Deed deed) {
  Step step;
  step.deed = deed;
  return step;
}

BOOST_AUTO_TEST_SUITE(found)

/// A first opening is killed between its checkpoint and the sync of the folder's own name. The next
/// one finds a store, and must sync that name all the same.
BOOST_AUTO_TEST_CASE(a_new_folder_is_not_lost_when_its_init_was_killed) {
  for (std::uint32_t call = 0; call < 20; ++call) {
    History history;
    history.scene.blows = {{.trouble = Trouble::kill, .at = call}};
    history.steps = {step(Deed::power_cut), step(Deed::commit)};
    check_kept(history);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::property
