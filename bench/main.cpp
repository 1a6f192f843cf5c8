// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb-bench, run as `plumb bench`: how fast, against what, in the same run.
// Exit status:   0 measured; 2 wrong usage; 3 the environment failed. A figure fails nothing.
// Spec:          AC-19, EV-9; impl/cli/README.md (command-line contract).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>

#include "base/contract.hpp"
#include "check_bench.hpp"
#include "commit_bench.hpp"
#include "open_bench.hpp"

namespace plumb::bench {
namespace {

constexpr int kWrongUsage = 2;
constexpr int kEnvironment = 3;
constexpr std::uint64_t kMost = 10'000'000;
/// For gates on counts, which need no quiet machine.
const std::map<std::string, std::string> kSmall{{"small", "30"}};

std::string temporary_folder() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  return error ? std::string(".") : folder.string();
}

/// Where commits cost no sync, so that a long log is made quickly.
std::string memory_folder() {
  std::error_code error;
  return std::filesystem::is_directory("/dev/shm", error) ? "/dev/shm" : temporary_folder();
}

void print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) throw EnvironmentFailure("standard output cannot be written");
}

int run(int argc, char** argv) {
  CLI::App app("Benchmarks with their baseline in the same run.", "plumb bench");
  app.require_subcommand(1);
  bool json = false;

  CommitRequest commit{.folder = temporary_folder()};
  CLI::App* const commit_verb = app.add_subcommand(
      "commit", "One writer against one aligned durable write of the same size (raw-direct)");
  commit_verb->add_option("DIR", commit.folder, "Where to work (default: TMPDIR)");
  commit_verb->add_option("--rounds", commit.rounds, "Rounds (default 5)")
      ->check(CLI::Range(std::uint64_t{1}, kMost));
  commit_verb->add_option("--samples", commit.samples, "Commits of a round (default 200), or small")
      ->transform(CLI::Transformer(kSmall))
      ->check(CLI::Range(std::uint64_t{1}, kMost));
  commit_verb->add_flag("--json", json, "JSON on standard output");

  OpenBenchRequest open{.folder = memory_folder()};
  CLI::App* const open_verb = app.add_subcommand(
      "open", "An opening up to its verdict against a bare replay of the same log");
  open_verb->add_option("DIR", open.folder, "Where to work (default: /dev/shm, else TMPDIR)");
  open_verb->add_option("--records", open.records, "Records behind the checkpoint (default 100000)")
      ->check(CLI::Range(std::uint64_t{1}, kMost));
  open_verb->add_option("--rounds", open.rounds, "Rounds (default 7)")
      ->check(CLI::Range(std::uint64_t{1}, kMost));
  open_verb->add_flag("--json", json, "JSON on standard output");

  CheckBenchRequest check;
  CLI::App* const check_verb =
      app.add_subcommand("check", "The model checker: states a second, threads, bytes a state");
  check_verb->add_option("--rounds", check.rounds, "Rounds (default 5)")
      ->check(CLI::Range(std::uint64_t{1}, kMost));
  check_verb->add_option("--threads", check.threads, "Threads, compared with one (default 2)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{256}));
  check_verb->add_flag("--small", check.small, "Few states, for gates on counts");
  check_verb->add_flag("--json", json, "JSON on standard output");

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::Error& error) {
    app.exit(error);
    return kWrongUsage;
  }
  if (check_verb->parsed()) {
    const Json figures = bench_check(check);
    print(json ? figures.dump() + '\n' : check_text(figures));
    return 0;
  }
  const bool commits = commit_verb->parsed();
  const Json figures = commits ? bench_commit(commit) : bench_open(open);
  if (json) {
    print(figures.dump() + '\n');
  } else {
    print(commits ? commit_text(figures) : open_text(figures));
  }
  return 0;
}

}  // namespace
}  // namespace plumb::bench

int main(int argc, char** argv) {
  plumb::install_contract_handler();
  try {
    return plumb::bench::run(argc, argv);
  } catch (const std::exception& error) {
    (void)std::fputs(fmt::format("plumb bench: {}\n", error.what()).c_str(), stderr);
    return plumb::bench::kEnvironment;
  }
}
