// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a campaign found; see report.hpp.
#include "crash/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

namespace plumb::crash {
namespace {

using Json = nlohmann::ordered_json;

double rate(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

const char* writes(bool direct) { return direct ? "direct" : "buffered"; }

std::string verdict(const Outcome& outcome) {
  switch (outcome.status()) {
    case kHolds:
      return "holds";
    case kViolated:
      return "violated";
    default:
      return outcome.why_void().empty() ? "not decided: the budget is spent"
                                        : "void: " + outcome.why_void();
  }
}

std::string row_line(const Row& row) {
  return fmt::format("{:<12} {:<9} {:>9} {:>9} {:>10} {:>8} {:>7} {:>8} {:>7.2f} {:>7.0f}  {}\n",
                     row.profile, writes(row.direct), row.counts.states, row.counts.openings,
                     row.counts.raw, row.counts.points, row.counts.sampled, row.counts.violations,
                     row.seconds, rate(row.counts.states, row.seconds),
                     row.canary_caught ? "caught" : "LIVES");
}

Json counts_json(const Counts& counts, double seconds) {
  return {{"states", counts.states},
          {"openings", counts.openings},
          {"raw_states", counts.raw},
          {"crash_points", counts.points},
          {"points_sampled", counts.sampled},
          {"states_differing", counts.different},
          {"torn_tails", counts.torn},
          {"discarding", counts.discarded},
          {"redoing", counts.redone},
          {"failed_syncs", counts.failed_syncs},
          {"kills_lived_on", counts.kills},
          {"violations", counts.violations},
          {"print", fmt::format("{:016x}", counts.print)},
          {"seconds", seconds},
          {"states_per_second", rate(counts.states, seconds)},
          {"openings_per_second", rate(counts.openings, seconds)}};
}

Json witness_json(const Witness& witness) {
  return {{"rule", witness.failure.violation.rule},
          {"what", witness.failure.violation.what},
          {"story", story_of(witness)},
          {"replay", Json::parse(replay_text(witness))}};
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::size_t lost_in(const Witness& witness) {
  std::size_t lost = 0;
  for (const Crash& crash : witness.failure.crashes) lost += crash.lost.size();
  return lost;
}

constexpr const char* kMutantLine = "{:<26} {:<14} {:<66} {:<8} {:<60} {}\n";

/// What the search says of the counterpart in the specification.
std::string search_cell(const Mutant& mutant) {
  return mutant.spec.empty() ? std::string(mutant.search)
                             : fmt::format("{}: {}", mutant.spec, mutant.search);
}

/// Profiles, and the shortest witness.
std::string explorer_cell(const MutantRow& row) {
  if (row.killed_by.empty()) {
    return row.mutant->unseen.empty() ? "LIVES" : fmt::format("lives: {}", row.mutant->unseen);
  }
  const bool all = row.lives_on.empty() && row.killed_by.size() > 1;
  return fmt::format("killed by {}: {} crash(es), {} lost",
                     all ? fmt::format("all {} profiles", row.killed_by.size())
                         : fmt::format("{}", fmt::join(row.killed_by, " ")),
                     row.witness->failure.crashes.size(), lost_in(*row.witness));
}

}  // namespace

std::string to_text(const Request& request, const Outcome& outcome) {
  std::string text = fmt::format(
      "history: {}; crashes in a chain: {}; seed {}; shard {}/{}\n", text_of(request.setup.history),
      request.setup.depth, request.setup.first.seed, request.setup.shard + 1, request.setup.shards);
  text += fmt::format("{:<12} {:<9} {:>9} {:>9} {:>10} {:>8} {:>7} {:>8} {:>7} {:>7}  {}\n",
                      "profile", "writes", "states", "openings", "raw", "points", "sampled",
                      "violated", "seconds", "per s", "canary");
  for (const Row& row : outcome.rows) text += row_line(row);
  const Counts& total = outcome.total;
  text += fmt::format(
      "{} crash states recovered and judged in {:.2f} s of one core: {:.0f} states a second, "
      "{:.0f} of them\n"
      "by an opening of their own, the others by one that read the same;\n"
      "{} found a torn tail, {} discarded records, {} applied some; {} failed syncs; print "
      "{:016x}\n",
      total.states, outcome.seconds, rate(total.states, outcome.seconds),
      rate(total.openings, outcome.seconds), total.torn, total.discarded, total.redone,
      total.failed_syncs, total.print);
  if (total.sampled != 0) {
    text += fmt::format(
        "INCOMPLETE: at {} of {} crash points the states exceed the bound and were "
        "sampled\n",
        total.sampled, total.points);
  }
  for (const Row& row : outcome.rows) {
    if (!row.witness) continue;
    text += fmt::format("\n{}replay:\n{}\n", story_of(*row.witness), replay_text(*row.witness));
  }
  return text + fmt::format("{}\n", verdict(outcome));
}

std::string to_json(const Request& request, const Outcome& outcome) {
  Json rows = Json::array();
  for (const Row& row : outcome.rows) {
    Json json{{"profile", row.profile}, {"writes", writes(row.direct)}};
    json.update(counts_json(row.counts, row.seconds));
    json["canary_caught"] = row.canary_caught;
    json["over_budget"] = row.over_budget;
    json["failure"] = row.witness ? witness_json(*row.witness) : Json(nullptr);
    rows.push_back(std::move(json));
  }
  return line_of({{"verdict", verdict(outcome)},
                  {"status", outcome.status()},
                  {"mode", "sync"},
                  {"history", text_of(request.setup.history)},
                  {"depth", request.setup.depth},
                  {"seed", request.setup.first.seed},
                  {"shard", fmt::format("{}/{}", request.setup.shard + 1, request.setup.shards)},
                  {"complete", outcome.total.sampled == 0},
                  {"total", counts_json(outcome.total, outcome.seconds)},
                  {"rows", rows}});
}

std::string to_text(const std::vector<MutantRow>& rows) {
  std::string text =
      fmt::format(kMutantLine, "mutant", "action", "search", "property", "refinement", "explorer");
  for (const MutantRow& row : rows) {
    const Mutant& mutant = *row.mutant;
    text +=
        fmt::format(kMutantLine, mutant.name, mutant.action, search_cell(mutant),
                    mutant.property ? "caught" : "lives", mutant.refinement, explorer_cell(row));
  }
  for (const MutantRow& row : rows) {
    if (!row.witness) continue;
    const Violation& violation = row.witness->failure.violation;
    text += fmt::format("{}: {}: {}; after: {}\n", row.mutant->name, violation.rule, violation.what,
                        text_of(row.witness->setup.history));
    if (rows.size() > 1) continue;
    text += fmt::format("{}replay:\n{}\n", story_of(*row.witness), replay_text(*row.witness));
  }
  return text;
}

std::string to_json(const std::vector<MutantRow>& rows) {
  std::string text;
  for (const MutantRow& row : rows) {
    text += line_of({{"mutant", row.mutant->name},
                     {"action", row.mutant->action},
                     {"caught", !row.killed_by.empty()},
                     {"as_expected", row.as_expected()},
                     {"spec", row.mutant->spec},
                     {"search", row.mutant->search},
                     {"property", row.mutant->property},
                     {"refinement", row.mutant->refinement},
                     {"killed_by", row.killed_by},
                     {"lives_on", row.lives_on},
                     {"unseen", row.mutant->unseen},
                     {"seconds", row.seconds},
                     {"failure", row.witness ? witness_json(*row.witness) : Json(nullptr)}});
  }
  return text;
}

}  // namespace plumb::crash
