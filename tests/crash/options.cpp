// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The command line of plumb-crash; see options.hpp.
#include "crash/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "crash/faults.hpp"
#include "crash/report.hpp"

namespace plumb::crash {
namespace {

constexpr const char* kFooter =
    "Exit status: 0 holds, or the mutant is caught; 1 violated, or a mutant lives; 2 wrong usage;\n"
    "3 environment; 4 not decided: the budget is spent, or the campaign is void.";
constexpr std::uint64_t kMostCommits = 64;
constexpr std::uint64_t kMostDepth = 6;

struct Words {
  std::string profile = "all";
  std::string mode = "all";
  std::string writes = "all";
  std::string shard = "1/1";
  std::uint32_t commits = 3;
  std::uint64_t seed = 1;
};

void add_what(CLI::App& app, Words& words, CommandLine& line) {
  app.add_option("--profile", words.profile, "A persistence profile, or all (default)");
  app.add_option("--mode", words.mode, "sync, or all that there are (default)")
      ->check(CLI::IsMember({"sync", "all"}));
  app.add_option("--writes", words.writes,
                 "direct, buffered or all (default): how records are written")
      ->check(CLI::IsMember({"direct", "buffered", "all"}));
  app.add_option("--commits", words.commits, "Transactions of the history (default 3)")
      ->check(CLI::Range(std::uint64_t{0}, kMostCommits));
  app.add_option("--depth", line.request.setup.depth, "Crashes in a chain (default 2)")
      ->check(CLI::Range(std::uint64_t{1}, kMostDepth));
  app.add_option("--seed", words.seed, "Of what is sampled (default 1)");
  app.add_option("--shard", words.shard, "K/N: the K-th of N parts of the states")
      ->type_name("K/N");
  app.add_option("--mutant", line.mutant, "A store that is known to be wrong, or all of them");
  app.add_flag("--faults", line.faults, "The fault table: each fault, and what was seen of it");
  app.add_option("--replay", line.replay, "Replay the failure in this file")->type_name("FILE");
}

void add_how(CLI::App& app, CommandLine& line) {
  Setup& setup = line.request.setup;
  app.add_option("--budget", setup.budget, "States of a profile, at most; not decided behind it");
  app.add_option("--bound", setup.first.exhaustive_bound,
                 "Subsets of a first crash that are all tried; more are sampled");
  app.add_option("--later-bound", setup.later.exhaustive_bound, "The same, for later crashes");
  app.add_option("--samples", setup.later.samples, "Samples where a bound is exceeded");
  app.add_option("--out", line.out, "Write the replay of the first failure there")
      ->type_name("FILE");
  app.add_flag("--json", line.json, "JSON on standard output");
  app.add_flag("--quiet", line.quiet, "No progress on standard error");
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && stop == text.data() + text.size();
  return whole ? number : 0;
}

void read_shard(const std::string& text, Setup& setup) {
  const std::size_t slash = text.find('/');
  const std::string_view whole = text;
  const std::uint64_t k = slash == std::string::npos ? 0 : number_in(whole.substr(0, slash));
  setup.shards = slash == std::string::npos ? 0 : number_in(whole.substr(slash + 1));
  if (k < 1 || k > setup.shards) {
    throw std::invalid_argument("--shard: K/N with K from 1 to N, not " + text);
  }
  setup.shard = k - 1;
}

void complete(const Words& words, CommandLine& line) {
  Request& request = line.request;
  for (const sim::Profile& profile : sim::profiles()) {
    const bool claimed = is_claimed(profile) && words.profile == "all";
    if (claimed || words.profile == profile.name) request.profiles.push_back(&profile);
  }
  if (request.profiles.empty()) throw std::invalid_argument("no such profile: " + words.profile);
  if (words.writes != "all") request.direct = {words.writes == "direct"};
  request.setup.history = standard_history(words.commits);
  request.setup.first.seed = request.setup.later.seed = words.seed;
  request.setup.first.samples = std::max(request.setup.first.samples, request.setup.later.samples);
  read_shard(words.shard, request.setup);
}

void print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) throw std::runtime_error("standard output cannot be written");
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << '\n';
  if (!file.flush()) throw std::runtime_error(path + " cannot be written");
}

int replay(const CommandLine& line) {
  std::ifstream file(line.replay, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) throw std::runtime_error(line.replay + " cannot be read");
  Witness witness = witness_of(bytes.str());
  Explorer explorer(witness.setup);
  explorer.run();
  const bool found = witness.setup.guide.empty() || explorer.guide_found();
  const int status = explorer.failure() ? kViolated : found ? kHolds : kNotDecided;
  if (explorer.failure()) witness.failure = *explorer.failure();
  const char* const verdict = status == kViolated ? "violated"
                              : status == kHolds  ? "holds"
                                                  : "not decided: there is no such crash any more";
  if (line.json) {
    print(fmt::format(R"({{"verdict":"{}","status":{},"replay":{}}})"
                      "\n",
                      verdict, status, replay_text(witness)));
  } else {
    print((status == kViolated ? story_of(witness) : "") + fmt::format("{}\n", verdict));
  }
  return status;
}

int try_mutants(const CommandLine& line, const Progress& progress) {
  std::vector<MutantRow> rows;
  bool as_expected = true;
  bool caught = true;
  for (const Mutant& mutant : mutants()) {
    if (line.mutant != "all" && line.mutant != mutant.name) continue;
    rows.push_back(try_mutant(mutant, line.request));
    const MutantRow& row = rows.back();
    as_expected = as_expected && row.as_expected();
    caught = caught && row.witness.has_value();
    progress(fmt::format("{}: {}", mutant.name, row.witness ? "caught" : "lives"));
  }
  if (rows.empty()) throw std::invalid_argument("no such mutant: " + line.mutant);
  print(line.json ? to_json(rows) : to_text(rows));
  if (!line.out.empty() && rows.front().witness) {
    write_file(line.out, replay_text(*rows.front().witness));
  }
  return (line.mutant == "all" ? as_expected : caught) ? kHolds : kViolated;
}

int try_faults(const CommandLine& line, const Progress& progress) {
  std::vector<FaultRow> rows;
  const Mutant* const mutant = find_mutant(line.mutant);
  if (!line.mutant.empty() && mutant == nullptr) {
    throw std::invalid_argument("no such mutant: " + line.mutant);
  }
  for (const Fault& fault : faults()) {
    rows.push_back({&fault, fault.run(mutant)});
    progress(fmt::format("{}: {}", fault.words, rows.back().seen.text()));
  }
  print(line.json ? to_json(rows) : to_text(rows));
  return status_of(rows);
}

}  // namespace

std::optional<int> parse(int argc, const char* const* argv, CommandLine& line) {
  CLI::App app("Runs the store on the simulated disk through its crash states and judges each.",
               "plumb crash");
  app.footer(kFooter);
  Words words;
  add_what(app, words, line);
  add_how(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::Error& error) {
    app.exit(error);
    return kWrongUsage;
  }
  complete(words, line);
  return std::nullopt;
}

int perform(const CommandLine& line) {
  if (!line.replay.empty()) return replay(line);
  const Progress progress = [&line](const std::string& text) {
    if (!line.quiet && !line.json) std::fputs((text + '\n').c_str(), stderr);
  };
  if (line.faults) return try_faults(line, progress);
  if (!line.mutant.empty()) return try_mutants(line, progress);
  const Outcome outcome = run_campaign(line.request, progress);
  print(line.json ? to_json(line.request, outcome) : to_text(line.request, outcome));
  for (const Row& row : outcome.rows) {
    if (line.out.empty() || !row.witness) continue;
    write_file(line.out, replay_text(*row.witness));
    break;
  }
  return outcome.status();
}

}  // namespace plumb::crash
