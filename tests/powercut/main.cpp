// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// powercut CAMPAIGN: real faults against the program plumb, on real filesystems.
// First the campaign's mutants run in place of the store: each must be caught, or the campaign is
// void. Then the store runs. A failure prints a line that replays it.
// Exit status:   0 nothing violated; 1 a requirement is violated; 2 wrong usage; 3 the environment
//                failed; 4 void: nothing was decided; 77 skipped: it cannot run here.
// Spec:          EV-6.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "base/contract.hpp"
#include "powercut/campaign.hpp"

namespace plumb::powercut {
namespace {

constexpr int kViolated = 1;
constexpr int kWrongUsage = 2;
constexpr int kEnvironment = 3;
constexpr int kUndecided = 4;
constexpr int kSkipped = 77;
constexpr std::uint64_t kCanaryRounds = 40;  // at most; the first violation ends them

struct Kind {
  const char* name;
  void (*run)(const Scene&);
  std::uint64_t rounds;  // by default
  std::vector<std::string> filesystems;
  std::vector<std::string> mutants;  // the first is always tried, the others on demand
  const char* rows;                  // that a caught mutant may violate
  bool membership;                   // what a cut leaves is asked of the simulated disk
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"shutdown",
       run_shutdown,
       7,
       {"ext4", "ext4-nojournal", "ext4-writeback", "xfs"},
       {"lose-record-cached", "lose-temp", "lose-folder"},
       "AC-2 AC-5",
       true},
      {"images",
       run_images,
       10,
       {"ext4", "xfs", "btrfs"},
       {"lose-record", "lose-temp", "lose-folder"},
       "AC-2 AC-5",
       true},
      {"full", run_full, 6, {"ext4"}, {"swallow"}, "AC-2 AC-5 AC-9", false},
      {"short", run_short_writes, 6, {"tmpfs"}, {"swallow"}, "AC-2 AC-5 AC-9", false},
      {"inject", run_injection, 6, {"ext4"}, {"swallow"}, "AC-2 AC-5 AC-9", false},
      {"two", run_two_filesystems, 1, {"ext4"}, {"one-device"}, "A-11", false}};
  return all;
}

struct Options {
  const Kind* kind = nullptr;
  Request request;
  std::uint64_t budget_s = 0;
  std::string dead;  // what canaries run instead of their mutants
  bool all_canaries = false;
  std::string out;  // where the image of a violation is kept
};

std::optional<int> read_options(int argc, char** argv, Options& options) {
  CLI::App app("Cuts the power under a store, or fails its calls, and judges what is left.",
               "powercut");
  std::string kind;
  std::vector<std::string> names;
  for (const Kind& each : kinds()) names.emplace_back(each.name);
  app.add_option("CAMPAIGN", kind, "Which")->required()->check(CLI::IsMember(names));
  app.add_option("--fs", options.request.filesystem, "The filesystem (default: the first)");
  app.add_option("--rounds", options.request.rounds, "How many faults (default by campaign)");
  app.add_option("--seed", options.request.seed, "Seed of transactions and faults (default 1)");
  app.add_option("--budget", options.budget_s,
                 "Go on with the next seeds until so many seconds are over");
  app.add_option("--mutant", options.request.mutant,
                 "Run this mutant instead of the store, to see it fail; no canaries");
  app.add_flag("--all-canaries", options.all_canaries, "Try every mutant, not the first alone");
  app.add_option("--out", options.out, "A folder that is there, to keep the image of a violation");
  app.add_flag_callback(
      "--dead-canary", [&] { options.dead = "none"; },
      "Canaries do nothing wrong: the campaign must be void");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::Error& error) {
    app.exit(error);
    return kWrongUsage;
  }
  options.kind = &*std::ranges::find(kinds(), kind, &Kind::name);
  const std::vector<std::string>& filesystems = options.kind->filesystems;
  if (options.request.filesystem.empty()) options.request.filesystem = filesystems.front();
  if (std::ranges::find(filesystems, options.request.filesystem) == filesystems.end()) {
    std::fputs("powercut: this campaign does not run on that filesystem\n", stderr);
    return kWrongUsage;
  }
  if (options.request.rounds == 0) options.request.rounds = options.kind->rounds;
  return std::nullopt;
}

/// One line, whatever a program has said in it.
void say(std::string line) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::fputs((line + '\n').c_str(), stdout);
  std::fflush(stdout);
}

std::string words_of(const Options& options, const Request& request) {
  std::string line = fmt::format("powercut {} --fs {} --rounds {} --seed {}", options.kind->name,
                                 request.filesystem, request.rounds, request.seed);
  if (!request.mutant.empty()) line += " --mutant " + request.mutant;
  return line;
}

std::string counts_of(const Tally& tally) {
  std::string line;
  for (const auto& [name, count] : tally) {
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", count, name);
  }
  return line;
}

/// The image as it was judged; what the judge has changed since is in it.
void keep_image(const Bench& bench, const std::string& folder) {
  const test::Finished done =
      test::run_process({"cp", "--sparse=auto", bench.at("image"), folder + "/image"});
  say(done.status == 0 ? "image: " + folder + "/image" : "no image is kept: " + done.err);
}

/// One campaign on a bench of its own. The violation, if there is one.
std::optional<audit::Violation> run_once(const Options& options, const Request& request,
                                         Tally& tally) {
  const audit::Plumb plumb;
  const Bench bench;
  try {
    options.kind->run({plumb, bench, request, tally});
  } catch (const audit::Violation& violation) {
    if (request.mutant == options.request.mutant && !options.out.empty())
      keep_image(bench, options.out);
    return violation;
  }
  return std::nullopt;
}

/// Throws Void where the mutant is not caught, or for other reasons than it should be.
void try_canary(const Options& options, const std::string& mutant, bool membership) {
  Request request = options.request;
  request.rounds = std::max(request.rounds, kCanaryRounds);
  request.mutant = options.dead.empty() ? mutant : options.dead;
  request.membership = membership;
  Tally tally;
  const auto caught = run_once(options, request, tally);
  if (!caught) throw Void(fmt::format("the mutant {} is not caught", request.mutant));
  say(fmt::format("canary {}: {}: {}", mutant, caught->row, caught->what()));
  const std::string rows = membership ? "EV-6" : options.kind->rows;
  if (rows.find(caught->row) == std::string::npos) {
    throw Void("that is not what the mutant breaks");
  }
}

/// What a mutant leaves breaks promises, and is not what the simulated disk allows for the calls
/// that it claims to have made.
void try_canaries(const Options& options) {
  for (const std::string& mutant : options.kind->mutants) {
    const bool first = mutant == options.kind->mutants.front();
    if (!first && !options.all_canaries) break;
    const bool harmless = mutant == "lose-folder" && options.request.filesystem == "btrfs";
    if (!harmless) try_canary(options, mutant, false);  // README.md: what btrfs keeps all the same
    if (options.kind->membership) try_canary(options, mutant, true);
  }
}

int run(const Options& options) {
  if (options.request.mutant.empty()) try_canaries(options);
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(options.budget_s);
  Request request = options.request;
  Tally tally;
  do {
    const auto violation = run_once(options, request, tally);
    if (violation) {
      say(fmt::format("VIOLATED {}: {}", violation->row, violation->what()));
      say("replay: " + words_of(options, request));
      return kViolated;
    }
    ++request.seed;
  } while (Clock::now() < end);
  say(fmt::format("{} on {}: {}", options.kind->name, request.filesystem, counts_of(tally)));
  return 0;
}

}  // namespace
}  // namespace plumb::powercut

int main(int argc, char** argv) {
  plumb::install_contract_handler();
  plumb::powercut::Options options;
  if (const std::optional<int> over = plumb::powercut::read_options(argc, argv, options)) {
    return *over;
  }
  try {
    return plumb::powercut::run(options);
  } catch (const plumb::powercut::Skip& skip) {
    plumb::powercut::say(fmt::format("SKIPPED powercut {}: {}", options.kind->name, skip.what()));
    return plumb::powercut::kSkipped;
  } catch (const plumb::powercut::Void& reason) {
    plumb::powercut::say(fmt::format("void: {}", reason.what()));
    return plumb::powercut::kUndecided;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("powercut: {}\n", error.what()).c_str(), stderr);
    return plumb::powercut::kEnvironment;
  }
}
