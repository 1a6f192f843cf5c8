// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Each mutant of the rows that stand for the protocols is refuted within one of these bounds, or
// harmless for a stated reason.
// Spec:          EV-4.
#include <boost/test/unit_test.hpp>
#include <set>
#include <vector>

#include "commit_support.hpp"

namespace plumb::test {
namespace {

std::string first_refutation(const commit::Row& row) {
  for (const commit::Bounds& bounds : commit::mutant_bounds(row.family)) {
    std::string words = refutation(row, bounds);
    if (!words.empty()) return words;
  }
  return {};
}

void check_mutants(std::string_view name) {
  const commit::Row* row = commit::find_row(name);
  BOOST_TEST_REQUIRE(row != nullptr);
  BOOST_TEST(first_refutation(*row) == "");  // else its mutants would be refuted for nothing
  for (const commit::Mutant& mutant : commit::mutants(*row)) {
    BOOST_TEST_CONTEXT(mutant.row.name.view()) {
      const std::string words = first_refutation(mutant.row);
      const std::string_view reason = commit::why_harmless(name, mutant.name.view());
      BOOST_TEST(words.empty() == !reason.empty(),
                 "refuted by [" << words << "], harmless since [" << reason << "]");
    }
  }
}

BOOST_AUTO_TEST_SUITE(commit_mutants)

BOOST_AUTO_TEST_CASE(of_the_classic_protocol) { check_mutants("classic, full"); }
BOOST_AUTO_TEST_CASE(of_the_classic_protocol_that_needs_its_log) {
  check_mutants("classic, no directory sync, replay");
}
BOOST_AUTO_TEST_CASE(of_the_golden_protocol) { check_mutants("golden, sync"); }
BOOST_AUTO_TEST_CASE(of_the_golden_protocol_relaxed) { check_mutants("golden, relaxed(2)"); }

BOOST_AUTO_TEST_CASE(no_rule_is_harmless_in_both_golden_rows_without_a_reason_for_both) {
  for (const commit::RuleInfo& rule : commit::kRuleTable) {
    std::string mutant = "rule: ";
    mutant += rule.name;
    const bool everywhere = !commit::why_harmless("golden, relaxed(2)", mutant).empty();
    BOOST_TEST((!everywhere || rule.name == "reader_stops" || rule.name == "fresh_salt"));
  }
}

BOOST_AUTO_TEST_CASE(have_names_of_their_own) {
  for (const commit::Row& row : commit::kTable) {
    std::set<std::string> names;
    for (const commit::Mutant& mutant : commit::mutants(row)) {
      BOOST_TEST(names.insert(std::string(mutant.row.name.view())).second, mutant.name.view());
      BOOST_TEST(mutant.row.name.size < mutant.row.name.chars.size());  // not cut
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
