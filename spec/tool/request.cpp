// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The command line of plumb-check; see request.hpp.
#include "tool/request.hpp"

#include <CLI/CLI.hpp>

namespace plumb::spec::tool {
namespace {

constexpr const char* kFooter =
    "The ending of a trace's file says its form: .txt text, .json ITF, .tla a TLA+ module, .dot "
    "Graphviz,\n.svg a picture (needs the program dot), .jsonl a script for a crash simulator.\n"
    "Exit status: 0 holds, as pinned, or caught; 1 violated; 2 wrong usage; 3 environment; 4 not "
    "decided.";

void add_what(CLI::App& app, Request& request) {
  app.add_option(
      "--variant", request.variant,
      "A row by its name or the first part of it, or all: the guarantee matrix (default)");
  app.add_option("--commits", request.commits, "Transactions: bound transactions");
  app.add_option("--crashes", request.crashes, "Power cuts and kills: bound crashes");
  app.add_option("--bound", request.bounds, "NAME=VALUE: any bound of the variant")->type_name("");
  app.add_option("--property", request.options.properties,
                 "Only this one (may be repeated), and its trace in full");
  app.add_option("--mutant", request.mutant, "A mutant of the variant by its name, or all of them");
  app.add_flag("--list", request.list, "Variants, or the bounds, properties and mutants of one");
}

void add_how(CLI::App& app, Request& request) {
  Options& options = request.options;
  app.add_option("--threads", options.threads, "1 to 256; the results do not depend on it");
  app.add_flag_callback(
      "--exact", [&] { options.storage = Storage::keys; },
      "Keep and compare whole states, not 64-bit fingerprints");
  app.add_flag("--symmetry", options.symmetry, "One state of each class (where it is sound)");
  app.add_flag("--stop-at-first", options.stop_at_first, "End with the first violation");
  app.add_flag("--distrust", options.distrust, "Test the model's own promises on the way");
  app.add_option("--max-states", options.max_states, "Not decided behind so many");
  app.add_option("--max-memory", options.max_bytes, "Not decided behind so many bytes (8GB, 500MB)")
      ->transform(CLI::AsSizeValue(false));
  app.add_option("--max-depth", options.max_depth, "Not decided behind so many levels");
  app.add_option("--max-seconds", options.max_seconds, "Not decided after so many");
  app.add_option("--checkpoint", options.checkpoint_file, "Write progress there now and then");
  app.add_flag("--resume", options.resume, "Go on from that file");
  app.add_option("--walks", request.walks.walks, "Random walks in place of a search");
  app.add_option("--seed", request.walks.seed, "Of the walks (default 1)");
  app.add_option("--first-walk", request.walks.first_walk, "Number of the first one: to replay");
  app.add_option("--length", request.walks.length, "States of a walk, at most (default 200)");
}

void add_out(CLI::App& app, Request& request) {
  app.add_option("--trace", request.traces, "Write the shortest trace there (may be repeated)");
  app.add_option("--dot", request.dot, "Write it as a graph for Graphviz");
  app.add_option("--graph", request.graph, "Write all states and steps: equal graphs, equal texts");
  app.add_option("--set", request.set, "Pinned models of --variant all: default, nightly or all")
      ->check(CLI::IsMember({"default", "nightly", "all"}));
  app.add_option("--manifest", request.manifest, "Compare with this file, not the compiled one");
  app.add_option("--pin", request.pin, "Write what was found as a manifest");
  app.add_flag("--coverage", request.coverage, "Each action and each thing that must happen");
  app.add_flag("--json", request.json, "JSON, or JSON Lines, on standard output");
  app.add_flag("--quiet", request.quiet, "No progress on standard error");
}

}  // namespace

std::optional<int> parse(int argc, char** argv, Request& request) {
  CLI::App app("Searches the specification; prints verdicts and shortest counterexamples.",
               "plumb check");
  app.footer(kFooter);
  add_what(app, request);
  add_how(app, request);
  add_out(app, request);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::Error& error) {
    app.exit(error);
    return kWrongUsage;
  }
  return std::nullopt;
}

}  // namespace plumb::spec::tool
