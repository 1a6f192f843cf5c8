// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The table of rows is what engines and manifests take it for.
// Spec:          EV-1.
#include <boost/test/unit_test.hpp>
#include <set>

#include "commit_support.hpp"

namespace plumb::test {
namespace {

BOOST_AUTO_TEST_SUITE(commit_rows)

BOOST_AUTO_TEST_CASE(each_name_finds_its_row) {
  std::set<std::string_view> names;
  for (const commit::Row& row : commit::kTable) {
    BOOST_TEST(names.insert(row.name.view()).second);
    BOOST_TEST(commit::find_row(row.name.view()) == &row);
  }
  BOOST_TEST(commit::find_row("no such row") == nullptr);
}

BOOST_AUTO_TEST_CASE(the_hash_is_pinned) {
  BOOST_TEST(commit::table_hash() == 0xCC97DF73E2718C9DU);
}

BOOST_AUTO_TEST_CASE(actions_have_the_names_of_the_requirements) {
  for (std::size_t i = 0; i < commit::kOps; ++i) {
    BOOST_TEST(!commit::kOpNames[i].empty());
    for (std::size_t k = 0; k < i; ++k) BOOST_TEST(commit::kOpNames[i] != commit::kOpNames[k]);
  }
  BOOST_TEST(commit::name(commit::Op::SyncWal) == "SyncWal");
  BOOST_TEST(commit::name(commit::Op::BitRot) == "BitRot");
}

BOOST_AUTO_TEST_CASE(properties_are_listed_in_the_order_of_their_enumeration) {
  const auto name_at = [](commit::Property p) {
    return commit::kPropertyTable[static_cast<std::size_t>(p)].name;
  };
  BOOST_TEST(name_at(commit::Property::Atomicity) == "Atomicity");
  BOOST_TEST(name_at(commit::Property::Termination) == "Termination");
  BOOST_TEST(name_at(commit::Property::TornTailIsRead) == "TornTailIsRead");
  BOOST_TEST(name_at(commit::Property::CorruptionIsRefused) == "CorruptionIsRefused");
  BOOST_TEST(name_at(commit::Property::CrashBeforeOpen) == "CrashBeforeOpen");
  BOOST_TEST((commit::crash_before(commit::Property::CrashBeforeOpen) == commit::Op::Open));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
