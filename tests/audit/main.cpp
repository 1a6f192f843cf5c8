// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb-audit, run as `plumb audit`: kills writers and openings of a scratch store, judges what is
// left, and prints the guarantee table.
// Exit status:   0 nothing violated; 1 a row is violated; 2 wrong usage; 3 the environment failed;
//                4 the campaign is void: it decides nothing.
// Spec:          EV-6 in part, EV-8 in part; impl/cli/README.md (command-line contract).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include "audit/campaign.hpp"
#include "base/contract.hpp"
#include "support/temp_folder.hpp"

namespace plumb::audit {
namespace {

namespace fs = std::filesystem;

constexpr int kWrongUsage = 2;
constexpr int kEnvironment = 3;
constexpr int kUndecided = 4;

const std::map<std::string, Sabotage> kSabotages{{"lose-last", Sabotage::lose_last},
                                                 {"wrong-root", Sabotage::wrong_root},
                                                 {"leftover-temp", Sabotage::leftover_temp},
                                                 {"broken-chain", Sabotage::broken_chain},
                                                 {"dead-canary", Sabotage::dead_canary}};

struct Options {
  std::string folder;
  std::string out;
  Request request;
  std::string sabotage;
  bool json = false;
  bool quiet = false;
};

/// An exit status where the program is over already.
std::optional<int> read_options(int argc, char** argv, Options& options) {
  CLI::App app(
      "Kills writers and openings of a scratch store inside DIR at drawn moments, judges what is\n"
      "left, and prints one row for each requirement with what was measured for it.",
      "plumb audit");
  app.add_option("DIR", options.folder, "Where to work (default: TMPDIR)");
  app.add_option("--out", options.out, "A folder for audit.json, and for the store on a violation")
      ->type_name("DIR");
  app.add_option("--kills", options.request.kills, "How many kills must hit (default 40)")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
  app.add_option("--seed", options.request.seed, "Seed of transactions and moments (default 1)")
      ->type_name("S");
  app.add_option("--sabotage", options.sabotage,
                 "Damage the copy that is judged, to see the audit fail: lose-last, wrong-root, "
                 "leftover-temp, broken-chain, dead-canary")
      ->type_name("NAME")
      ->check(CLI::IsMember(kSabotages));
  app.add_flag("--json", options.json, "One JSON object on standard output");
  app.add_flag("--quiet", options.quiet, "No progress on standard error");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::Error& error) {
    app.exit(error);
    return kWrongUsage;
  }
  if (!options.sabotage.empty()) options.request.sabotage = kSabotages.at(options.sabotage);
  options.request.progress = !options.quiet && !options.json;
  return std::nullopt;
}

std::string default_folder() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  return error ? std::string(".") : folder.string();
}

std::string replay_of(const Options& options) {
  std::string line =
      fmt::format("plumb audit --kills {} --seed {}", options.request.kills, options.request.seed);
  if (!options.sabotage.empty()) line += " --sabotage " + options.sabotage;
  return line;
}

int report(const Options& options, const Outcome& outcome) {
  if (!options.out.empty()) {
    fs::create_directories(options.out);
    test::write_file(options.out + "/audit.json", to_json(outcome));
  }
  const std::string text = options.json ? to_json(outcome) : to_text(outcome);
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) throw EnvironmentFailure("standard output cannot be written");
  if (outcome.violated) return 1;
  return outcome.why_void().empty() ? 0 : kUndecided;
}

int run(const Options& options) {
  const std::string folder = options.folder.empty() ? default_folder() : options.folder;
  const Plumb plumb;
  Scratch scratch(folder);
  Outcome outcome;
  outcome.seed = options.request.seed;
  outcome.kills_asked = options.request.kills;
  outcome.filesystem = filesystem_of(folder);
  outcome.replay = replay_of(options);
  Campaign campaign(plumb, scratch, options.request);
  try {
    campaign.run();
  } catch (const Violation& violation) {
    std::string store = scratch.path();
    if (!options.out.empty()) {
      store = options.out + "/store";
      fs::create_directories(store);
      fs::copy(scratch.path(), store,
               fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    } else {
      scratch.keep();
    }
    outcome.violated = Violated{violation.row, violation.what(), store};
    std::replace(outcome.violated->what.begin(), outcome.violated->what.end(), '\n', ' ');
  }
  outcome.counts = campaign.counts();
  outcome.canaries = campaign.canaries();
  return report(options, outcome);
}

}  // namespace
}  // namespace plumb::audit

int main(int argc, char** argv) {
  plumb::install_contract_handler();
  plumb::audit::Options options;
  if (const std::optional<int> over = plumb::audit::read_options(argc, argv, options)) return *over;
  try {
    return plumb::audit::run(options);
  } catch (const std::exception& error) {  // EnvironmentFailure above all
    std::fputs(fmt::format("plumb audit: {}\n", error.what()).c_str(), stderr);
    return plumb::audit::kEnvironment;
  }
}
