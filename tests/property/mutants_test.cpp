// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random histories against every wrong store of the seam: the table says which of them they catch.
// Spec:          EV-4.
#include <boost/test/unit_test.hpp>

#include "property/campaign.hpp"

namespace plumb::property {
namespace {

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(are_caught_as_the_table_says) {
  for (const crash::Mutant& mutant : crash::mutants()) {
    BOOST_TEST(kills(mutant) == mutant.property, std::string(mutant.name));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::property
