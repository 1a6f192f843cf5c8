// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random histories keep every promise, and everything that should happen in them happens.
// Spec:          EV-3; AC-1 to AC-14, AC-16, AC-18.
#include "support/property.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

#include "property/campaign.hpp"
#include "support/process.hpp"

namespace plumb::property {
namespace {

/// The smallest history of a report: what stands before the replay line.
std::string history_in(const std::string& report) {
  const std::size_t begin = report.find("plumb::property::History:");
  const std::size_t end = report.find("replay: ");
  return begin < end && end != std::string::npos ? report.substr(begin, end - begin) : "";
}

std::string line_behind(const std::string& text, std::string_view word) {
  const std::size_t begin = text.find(word);
  if (begin == std::string::npos) return "";
  const std::string rest = text.substr(begin + word.size());
  return rest.substr(0, rest.find('\n'));
}

BOOST_AUTO_TEST_SUITE(histories)

BOOST_AUTO_TEST_CASE(keep_every_promise) {
  const char* const name = std::getenv(kMutantVariable);
  const crash::Mutant* const mutant = name == nullptr ? nullptr : crash::find_mutant(name);
  BOOST_TEST_REQUIRE((name == nullptr || mutant != nullptr));
  Cover cover;
  const auto finding = run_campaign(mutant, kHistories, cover);
  BOOST_TEST_MESSAGE(cover.text());
  BOOST_CHECK_MESSAGE(!finding, finding->story);
  if (finding || std::getenv("RC_PARAMS") != std::string(test::kFixedSeed)) return;
  for (const std::string_view missing : cover.missing()) {
    BOOST_ERROR("never happened: " << missing);
  }
  // With one record in flight a record that survives confirms all before it.
  BOOST_TEST(cover.count(kDiscarded) == 0U);
}

BOOST_AUTO_TEST_CASE(that_fail_are_shrunk_and_replayed) {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  test::ProcessOptions broken;
  broken.set_env = {std::string(kMutantVariable) + "=no-sync-record",
                    std::string("RC_PARAMS=max_success=200 ") + test::kFixedSeed};
  const test::Finished found = test::run_process(
      {suite.argv[0], "--run_test=histories/keep_every_promise", "--color_output=no"}, {}, broken);
  BOOST_TEST(found.status != 0);
  const std::string history = history_in(found.text());
  BOOST_TEST(history.find("AC-2: ") != std::string::npos, found.text());
  BOOST_TEST(std::ranges::count(history, '\n') < 14, history);  // shrunk: two steps at most
  for (const char* word : {"replay: ", "search: "}) {
    const std::string line = line_behind(found.text(), word);
    BOOST_TEST(line.find("seed=") != std::string::npos, line);
    const test::Finished again = test::run_process({"/bin/sh", "-c", line + " --color_output=no"});
    BOOST_TEST(again.status != 0);
    BOOST_TEST(history_in(again.text()) == history, again.text());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::property
