// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// `plumb crash` as users run it: exit status, text, JSON, and a replay from a file.
// Spec:          impl/cli/README.md (command-line contract).
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "crash/seam.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

using Json = nlohmann::ordered_json;

Finished crash(std::vector<std::string> words, const ProcessOptions& options = {}) {
  words.insert(words.begin(), {PLUMBLINE_PLUMB, "crash"});
  return run_process(words, {}, options);
}

BOOST_AUTO_TEST_SUITE(program)

BOOST_AUTO_TEST_CASE(json_has_rate_and_states) {
  const Finished done =
      crash({"--profile", "posix-min", "--commits", "1", "--depth", "1", "--json"});
  const Json json = Json::parse(done.out);
  BOOST_TEST(done.status == json["status"].get<int>(), done.text());
  BOOST_TEST(done.err.empty(), done.text());
  BOOST_TEST(json["rows"].size() == 2U);
  BOOST_TEST(json["total"]["states"].get<std::uint64_t>() > 0U);
  BOOST_TEST(json["total"]["openings_per_second"].get<double>() > 0.0);
  BOOST_TEST(json["total"]["states_per_second"].get<double>() > 0.0);
  for (const Json& row : json["rows"]) BOOST_TEST(row["canary_caught"].get<bool>());
}

BOOST_AUTO_TEST_CASE(a_budget_that_is_spent_decides_nothing) {
  const Finished done = crash({"--profile", "posix-min", "--budget", "3", "--quiet"});
  BOOST_TEST(done.status == 4, done.text());
  BOOST_TEST(done.out.find("not decided: the budget is spent") != std::string::npos, done.text());
}

BOOST_AUTO_TEST_CASE(a_mutant_is_caught_told_and_replayed) {
  const TempFolder folder;
  const std::string file = folder.path() + "/replay.json";
  const Finished done =
      crash({"--mutant", "no-sync-record", "--profile", "posix-min", "--out", file, "--quiet"});
  BOOST_TEST(done.status == 0, done.text());
  BOOST_TEST(done.out.find("killed by posix-min") != std::string::npos, done.text());
  BOOST_TEST(done.out.find("AC-2") != std::string::npos, done.text());
  const Finished replayed = crash({"--replay", file});
  BOOST_TEST(replayed.status == 1, replayed.text());
  BOOST_TEST(replayed.out.find("AC-2") != std::string::npos, replayed.text());
  BOOST_TEST(crash({"--replay", file, "--json"}).status == 1);
}

BOOST_AUTO_TEST_CASE(a_mutant_that_lives_ends_with_1) {
  const Finished done = crash({"--mutant", "no-sync-leftovers", "--profile", "posix-min", "--depth",
                               "1", "--commits", "1", "--quiet"});
  BOOST_TEST(done.status == 1, done.text());
}

/// The columns `spec` and `search` of the table, against what the search says now.
BOOST_AUTO_TEST_CASE(mutants_have_counterparts_in_the_specification) {
  const Finished done = run_process(
      {PLUMBLINE_PLUMB, "check", "--variant", "golden, sync", "--mutant", "all", "--json"});
  BOOST_TEST(done.status == 0, done.text());
  std::map<std::string, std::string> said;
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line);
    const std::string words = json["words"];
    said[json["mutant"]] =
        json["caught"].get<bool>() ? words.substr(0, words.find(", ")) : "harmless";
  }
  std::set<std::string_view> without;
  std::size_t refuted = 0;
  for (const crash::Mutant& mutant : crash::mutants()) {
    if (mutant.spec.empty()) {
      without.insert(mutant.name);
      continue;
    }
    BOOST_TEST(said[std::string(mutant.spec)] == mutant.search, std::string(mutant.name));
    refuted += mutant.search == "harmless" ? 0U : 1U;
  }
  BOOST_TEST((without == std::set<std::string_view>{"no-sync-audit-name", "no-sync-parent"}));
  BOOST_TEST(refuted > 20U);
}

/// A mutant is caught by the explorer or by random histories. Those that neither sees are harmless,
/// and their counterparts are so in the specification.
BOOST_AUTO_TEST_CASE(no_mutant_survives_all_layers) {
  std::set<std::string_view> survivors;
  for (const crash::Mutant& mutant : crash::mutants()) {
    if (mutant.unseen.empty() || mutant.property) continue;
    survivors.insert(mutant.name);
    BOOST_TEST(mutant.search == "harmless", std::string(mutant.name));
  }
  BOOST_TEST((survivors == std::set<std::string_view>{"clean-after-audit-end"}));
}

BOOST_AUTO_TEST_CASE(wrong_usage) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--profile", "fat"},
           {"--mode", "async"},
           {"--shard", "0/2"},
           {"--shard", "3/2"},
           {"--shard", "x"},
           {"--mutant", "none"},
           {"--depth", "0"},
           {"--nothing"},
       }) {
    const Finished done = crash(words);
    BOOST_TEST(done.status == 2, done.text());
    BOOST_TEST(!done.err.empty(), done.text());
  }
  const TempFolder folder;
  BOOST_TEST(crash({"--replay", folder.path() + "/absent"}).status == 3);
  ProcessOptions full;
  full.out_file = "/dev/full";
  BOOST_TEST(crash({"--profile", "posix-min", "--depth", "1", "--quiet"}, full).status == 3);
  BOOST_TEST(crash({"--help"}).status == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
