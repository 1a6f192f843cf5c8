// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The fault table, a case for each row; that each row can fail; and that the tests which a row
// names are there. Spec:          EV-6; spec/ASSUMPTIONS.md, faults 1 to 24.
#include "crash/faults.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "crash/campaign.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"

namespace plumb::crash {
namespace {

const Fault& fault(unsigned number) { return faults()[number - 1]; }

/// A wrong store for each row that knows what a wrong store is.
struct Wrong {
  unsigned row = 0;
  const char* mutant = "";
};
const std::vector<Wrong> kWrong{{1, "no-drop"},
                                {2, "no-sync-record"},
                                {3, "no-sync-record"},
                                {4, "no-sync-segment-name"},
                                {5, "no-sync-checkpoint-name"},
                                {6, "no-sync-segment-header"},
                                {7, "no-sync-temp"},
                                {11, "unlink-before-rename"},
                                {12, "no-sync-record"},
                                {13, "no-sync-record"},
                                {14, "no-drop"},
                                {15, "no-sync-audit-entry"},
                                {16, "no-sync-temp"},
                                {17, "no-sync-segment-header"}};
std::ostream& operator<<(std::ostream& out, const Wrong& wrong) {
  return out << "row " << wrong.row << ", " << wrong.mutant;
}

/// The tests that ctest knows of the campaigns, and the cases in a source file.
bool is_there(std::string_view name) {
  const std::size_t colon = name.find(": ");
  if (colon == std::string_view::npos) {
    static const std::string kTests =
        test::read_file(PLUMBLINE_TESTS_FOLDER "/CTestTestfile.cmake");
    return kTests.find("add_test([=[" + std::string(name) + "]=]") != std::string::npos;
  }
  const std::string path = PLUMBLINE_SOURCE_DIR "/tests/" + std::string(name.substr(0, colon));
  const std::string test_case = "TEST_CASE(" + std::string(name.substr(colon + 2)) + ")";
  return test::read_file(path).find(test_case) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_table)

BOOST_DATA_TEST_CASE(row, boost::unit_test::data::xrange(1, 25), number) {
  const Fault& row = fault(static_cast<unsigned>(number));
  const Seen seen = row.run(nullptr);
  BOOST_TEST(seen.status() == kHolds, row.words << ": " << seen.text());
}

BOOST_DATA_TEST_CASE(row_sees_a_wrong_store, boost::unit_test::data::make(kWrong), wrong) {
  const Mutant* const mutant = find_mutant(wrong.mutant);
  BOOST_TEST_REQUIRE(mutant != nullptr);
  const Seen seen = fault(wrong.row).run(mutant);
  BOOST_TEST(seen.status() == kViolated, seen.text());
  BOOST_TEST(!seen.first().empty());
}

BOOST_AUTO_TEST_CASE(rows_are_numbered_and_name_tests_that_exist) {
  BOOST_TEST(faults().size() == 24U);
  unsigned number = 0;
  for (const Fault& row : faults()) {
    BOOST_TEST(row.number == ++number);
    BOOST_TEST(
        (!row.real.empty() || row.simulated.find("no Linux filesystem") != row.simulated.npos));
    for (const std::string_view name : row.real) {
      BOOST_TEST(is_there(name), "row " << number << " names " << name << ", which is not there");
    }
  }
  BOOST_TEST(!is_there("powercut.shutdown_fat"));
  BOOST_TEST(!is_there("cli/bad_folder_test.cpp: live_store"));
}

BOOST_AUTO_TEST_CASE(what_never_struck_is_void) {
  Seen seen{"hits", "misses"};
  BOOST_TEST(seen.status() == kNotDecided);
  seen.happened("hits");
  BOOST_TEST(seen.status() == kNotDecided);
  BOOST_TEST(seen.text() == "1 hits, 0 misses, 0 violations; void, never: misses");
  seen.happened("misses", 2);
  BOOST_TEST(seen.status() == kHolds);
  BOOST_TEST(Seen{}.status() == kNotDecided);
  std::vector<FaultRow> rows;
  BOOST_TEST(status_of(rows) == kNotDecided);
  rows.push_back({&fault(1), seen});
  BOOST_TEST(status_of(rows) == kHolds);
  rows.push_back({&fault(2), Seen{"never"}});
  BOOST_TEST(status_of(rows) == kNotDecided);
  seen.require(false, "the first");
  seen.violated("the second");
  BOOST_TEST(seen.text() == "1 hits, 2 misses, 2 violations; the first: the first");
  rows.push_back({&fault(3), seen});
  BOOST_TEST(status_of(rows) == kViolated);
  BOOST_TEST(to_text(rows).find("VIOLATED") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_program_prints_the_table) {
  const auto crash = [](std::vector<std::string> words) {
    words.insert(words.begin(), {PLUMBLINE_PLUMB, "crash", "--faults", "--quiet"});
    return test::run_process(words);
  };
  const test::Finished json = crash({"--json"});
  BOOST_TEST(json.status == kHolds, json.text());
  const auto table = nlohmann::json::parse(json.out);
  BOOST_TEST(table["verdict"] == "as expected");
  BOOST_TEST_REQUIRE(table["faults"].size() == 24U);
  BOOST_TEST(table["faults"][7]["seen"]["refused"].get<std::uint64_t>() > 0U);
  BOOST_TEST(crash({"--mutant", "none"}).status == kWrongUsage);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::crash
