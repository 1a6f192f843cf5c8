// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb: the table of verbs, and the way to each.
// Spec:          impl/cli/README.md (command-line contract).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <string_view>

#include "base/contract.hpp"
#include "cli/dispatch.hpp"
#include "cli/verbs.hpp"

namespace plumb::cli {
namespace {

struct Verb {
  std::string_view name;
  std::string_view about;
  int (*run)(const Words& words);
};

constexpr std::array<Verb, 12> kVerbs{{
    {"init", "create a store", init},
    {"commit", "commit transactions, durably", commit},
    {"get", "print a key's value", get},
    {"dump", "print every key and value", dump},
    {"root", "print the Merkle root", root},
    {"prove-key", "prove a key's value, or its absence", prove_key},
    {"verify-key", "check such a proof; needs no store", verify_key},
    {"log", "print the log's records", log},
    {"audit-log", "print or judge the audit trail", audit_log},
    {"verify", "read everything and judge it", verify},
    {"recover", "open for writing, print what was found", recover},
    {"checkpoint", "write the state as a checkpoint", checkpoint},
}};

std::string usage() {
  std::string text =
      "Usage: plumb VERB [OPTIONS] ...\n"
      "       plumb VERB --help\n"
      "       plumb --version\n\n"
      "Verbs:\n";
  for (const Verb& verb : kVerbs) text += fmt::format("  {:<12}{}\n", verb.name, verb.about);
  text +=
      "\nEvery verb takes --json, --quiet and --help. Any other verb X runs the program plumb-X.\n"
      "Exit status: 0 done or holds, 1 damaged or violated, 2 wrong usage, 3 the environment\n"
      "failed, 4 not decided.\n";
  return text;
}

int run(const Words& arguments) {
  Console console;
  if (arguments.empty()) {
    return console.wrong_usage("no verb is given (plumb --help lists them)");
  }
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h") {
    console.print(usage());
    return console.finish();
  }
  if (first == "--version") {
    console.line("plumb " PLUMBLINE_VERSION);
    return console.finish();
  }
  const Words words(arguments.begin() + 1, arguments.end());
  const auto* const verb = std::find_if(kVerbs.begin(), kVerbs.end(),
                                        [&first](const Verb& v) { return v.name == first; });
  if (verb == kVerbs.end()) return run_other(first, words);
  // A closed pipe and a file over its limit are errors of the write, and the store is still closed
  // in order.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
  try {
    return verb->run(words);
  } catch (const std::exception& error) {  // out of memory, above all
    console.json = asks_for_json(words);
    return console.fail(make_error(Errc::io, error.what()));
  }
}

}  // namespace
}  // namespace plumb::cli

int main(int argc, char** argv) {
  plumb::install_contract_handler();
  if (!plumb::cli::occupy_standard_streams()) return plumb::cli::kEnvironment;
  return plumb::cli::run(plumb::cli::Words(argv + std::min(argc, 1), argv + argc));
}
