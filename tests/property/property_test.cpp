// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random histories keep every promise, and everything that should happen in them happens.
// Spec:          EV-3; AC-1 to AC-14, AC-16, AC-18.
#include <boost/test/unit_test.hpp>

#include "property/campaign.hpp"

namespace plumb::property {
namespace {

BOOST_AUTO_TEST_SUITE(histories)

BOOST_AUTO_TEST_CASE(keep_every_promise) {
  Cover cover;
  const auto finding = run_campaign(nullptr, kHistories, cover);
  BOOST_TEST_MESSAGE(cover.text());
  BOOST_CHECK_MESSAGE(!finding, finding->story);
  if (finding) return;
  for (const std::string_view missing : cover.missing()) {
    BOOST_ERROR("never happened: " << missing);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::property
