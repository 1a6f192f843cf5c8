// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Many random histories; see campaign.hpp.
#include "property/campaign.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "property/world.hpp"
#include "support/property.hpp"

namespace plumb::property {
namespace {

using rc::detail::Configuration;

constexpr const char* kId = "histories";

/// What the environment says, or the fixed seed and `histories`.
Configuration configuration_for(int histories) {
  const char* const set = std::getenv("RC_PARAMS");
  const bool asked = set != nullptr && set != std::string(test::kFixedSeed);
  setenv("RC_PARAMS", test::kFixedSeed, 0);  // before RapidCheck reads it; an existing one stays
  Configuration configuration = rc::detail::configuration();
  if (!asked) configuration.testParams.maxSuccess = histories;
  return configuration;
}

rc::detail::TestResult check(const crash::Mutant* mutant, const Configuration& configuration,
                             Cover& cover) {
  rc::detail::TestMetadata metadata;
  metadata.id = kId;
  metadata.description = "random histories";
  rc::detail::TestListenerAdapter quiet;
  const auto property = [&] {
    const History history = *any_history();
    if (const auto broken = broken_by(history, mutant, cover)) RC_FAIL(*broken);
  };
  return rc::detail::checkTestable(property, metadata, configuration.testParams, quiet,
                                   configuration.reproduce);
}

/// The lines that play the smallest history again, and the whole campaign.
std::string replay_lines(const crash::Mutant* mutant, const Configuration& configuration,
                         const rc::detail::TestResult& result) {
  Configuration one = configuration;
  if (result.template is<rc::detail::FailureResult>()) {
    one.reproduce[kId] = result.template get<rc::detail::FailureResult>().reproduce;
  }
  const auto line = [&](const char* word, const Configuration& what) {
    return fmt::format(
        "{}: {}RC_PARAMS=\"{}\" {} --run_test={}\n", word,
        mutant == nullptr ? "" : fmt::format("{}={} ", kMutantVariable, mutant->name),
        rc::detail::configToMinimalString(what),
        boost::unit_test::framework::master_test_suite().argv[0],
        boost::unit_test::framework::current_test_case().full_name());
  };
  return line("replay", one) + line("search", configuration);
}

}  // namespace

std::optional<std::string> broken_by(const History& history, const crash::Mutant* mutant,
                                     Cover& cover) {
  World world(history.scene, mutant, cover);
  const Found found = world.play(history.steps);
  if (!found) return std::nullopt;
  return fmt::format("{}: {}", found->rule, found->what);
}

std::optional<Finding> run_campaign(const crash::Mutant* mutant, int histories, Cover& cover) {
  Configuration configuration = configuration_for(histories);
  const rc::detail::TestResult result = check(mutant, configuration, cover);
  if (result.template is<rc::detail::SuccessResult>()) return std::nullopt;
  std::ostringstream story;
  rc::detail::printResultMessage(result, story);
  Finding finding{"", story.str() + '\n'};
  if (result.template is<rc::detail::FailureResult>()) {
    const auto& failure = result.template get<rc::detail::FailureResult>();
    finding.rule = failure.description.substr(0, failure.description.find(':'));
  }
  finding.story += replay_lines(mutant, configuration, result);
  return finding;
}

bool kills(const crash::Mutant& mutant) {
  Configuration configuration = configuration_for(kMutantHistories);
  configuration.testParams.maxSuccess = kMutantHistories;
  configuration.testParams.disableShrinking = true;
  Cover nobody;
  return !check(&mutant, configuration, nobody).template is<rc::detail::SuccessResult>();
}

}  // namespace plumb::property
