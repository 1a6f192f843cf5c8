// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// From counts to rows, and from rows to text and JSON; see table.hpp.
#include "audit/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace plumb::audit {
namespace {

using Json = nlohmann::ordered_json;

struct Row {
  std::string id;
  std::string name;
  std::string evidence;  ///< what was measured, or why nothing was
  bool measured = false;
};

Row none(std::string id, std::string name, std::string why = {}) {
  return {std::move(id), std::move(name), std::move(why), false};
}

/// A row that is held where every one of its counts is above zero.
Row held(std::string id, std::string name, std::initializer_list<std::uint64_t> needed,
         std::string evidence) {
  bool measured = true;
  for (const std::uint64_t count : needed) measured = measured && count > 0;
  return {std::move(id), std::move(name), std::move(evidence), measured};
}

std::vector<Row> state_rows(const Counts& c, const std::string& run) {
  const std::uint64_t recycled = c.segments_begun - std::min(c.segments_begun, c.slots);
  return {
      held("AC-1", "Atomicity", {c.kills, c.states},
           fmt::format("{}; {} contents seen, each the model after a whole number of transactions",
                       run, c.states)),
      held("AC-2", "Durability", {c.kills, c.receipts},
           fmt::format("{}, 0 lost of {} acknowledged; process kills alone: a kill loses no write "
                       "that was made, so power cuts are not covered",
                       run, c.receipts)),
      none("AC-3", "Write-ahead", "a process kill cannot show it"),
      held("AC-4", "Consistency", {c.roots, c.receipts},
           fmt::format("{} roots equal to the one recomputed from the dump by the definition, {} "
                       "receipts' roots equal to the model's",
                       c.roots, c.receipts)),
      held("AC-5", "Recovery", {c.openings, c.reopened, c.kills_in_opening, c.kills_in_init},
           fmt::format("{} openings finished without help after {} kills inside an opening and {} "
                       "inside init; {} stores opened twice with the same content; no power cuts",
                       c.openings, c.kills_in_opening, c.kills_in_init, c.reopened)),
      held("AC-6", "Redo", {c.redone},
           fmt::format("{} records redone in {} openings", c.redone, c.openings_with_redo)),
      held("AC-7", "Torn tail", {c.torn_tails, c.refused_records},
           fmt::format("{} damaged last records ended the log before them, {} damaged middle "
                       "records were refused",
                       c.torn_tails, c.refused_records)),
      held("AC-8", "Fail closed", {c.refused_records, c.refused_checkpoints, c.refused_audit_logs},
           fmt::format("one bit flipped: {} records, {} checkpoints, {} audit logs, all refused "
                       "with no byte of the folder changed",
                       c.refused_records, c.refused_checkpoints, c.refused_audit_logs)),
      held("AC-9", "Failed writes", {c.failed_writes, c.full_disks},
           fmt::format("{} writes failed and {} disks filled below the library, none retried, the "
                       "next opening decided; I/O errors of a real disk are not covered",
                       c.failed_writes, c.full_disks)),
      held("AC-10", "Leftovers", {c.folders, c.planted_leftovers},
           fmt::format("{} folders clean after a finished opening, {} planted temporary files and "
                       "half-made segments removed, none by a refused opening",
                       c.folders, c.planted_leftovers)),
      held("AC-11", "Audit trail", {c.audit_lines, c.audit_prefixes},
           fmt::format("{} lines verified, {} earlier logs found again as a prefix, each finished "
                       "opening with its begin and end",
                       c.audit_lines, c.audit_prefixes)),
      held("AC-12", "Honest report", {c.reports},
           fmt::format("{} recovery reports agree with the state before and after", c.reports)),
      held("AC-13", "One writer", {c.refused_writers, c.refused_readers},
           fmt::format("beside a live writer {} writers and {} readers refused", c.refused_writers,
                       c.refused_readers)),
      held("AC-14", "Transaction ids", {c.repeats, c.conflicts},
           fmt::format("{} repeats answered with the old receipt, {} with other changes refused",
                       c.repeats, c.conflicts)),
      none("AC-15", "Durability modes", "the runs above use sync, the mode of this version"),
      held("AC-16", "Checkpoints", {c.checkpoints, recycled},
           fmt::format("{} checkpoints, {} segments in {} files, so {} were reused; their order on "
                       "the disk is not shown by kills",
                       c.checkpoints, c.segments_begun, c.slots, recycled)),
      none("AC-17", "Backends", "this version has the native log"),
      held("AC-18", "Proofs of state", {c.proofs_present, c.proofs_absent, c.proofs_refused},
           fmt::format("{} present and {} absent keys proved, {} wrong values refused",
                       c.proofs_present, c.proofs_absent, c.proofs_refused)),
      none("AC-19", "Throughput", "plumb bench measures it"),
      none("AC-20", "Platforms", "this run is of Linux alone"),
  };
}

std::vector<Row> all_rows(const Outcome& outcome) {
  const Counts& c = outcome.counts;
  std::vector<Row> rows = state_rows(c, fmt::format("{} kills, seed {}", c.kills, outcome.seed));
  std::size_t meter = 0;
  for (const char* name : {"Truth", "No miss", "No false alarm", "In flight", "Independence",
                           "Cost", "Fail closed", "Sentinel", "Telemetry", "Platforms"}) {
    rows.push_back(none(fmt::format("CM-{}", ++meter), name));
  }
  rows.push_back(none("EV-1", "One specification"));
  rows.push_back(none("EV-2", "Checked and proved"));
  rows.push_back(none("EV-3", "Simulated disk"));
  rows.push_back(none("EV-4", "Mutants"));
  rows.push_back(none("EV-5", "Fuzzing"));
  rows.push_back(none("EV-6", "Real faults",
                      fmt::format("a part: {} kills on {}; no power cut, full disk, I/O error or "
                                  "torn write of a real filesystem",
                                  c.kills, outcome.filesystem)));
  rows.push_back(none("EV-7", "Format, second reader",
                      "the tests of the label vectors, which do not run here"));
  rows.push_back(none("EV-8", "One command", "this table; the report page is missing"));
  rows.push_back(none("EV-9", "Reproducible figures"));
  return rows;
}

std::string state_of(const Row& row, const Outcome& outcome) {
  if (outcome.violated && outcome.violated->row == row.id) return "VIOLATED";
  return row.measured && outcome.why_void().empty() ? "held" : "no evidence yet";
}

std::string evidence_of(const Row& row, const Outcome& outcome) {
  if (outcome.violated && outcome.violated->row == row.id) {
    return fmt::format("{}; replay: {}; the store: {}", outcome.violated->what, outcome.replay,
                       outcome.violated->store);
  }
  return row.evidence;
}

std::string limits_text(const Outcome& outcome) {
  const Counts& c = outcome.counts;
  return fmt::format(
      "plumb audit on {}: {} kills of {} asked for, seed {}\n"
      "Assumptions and limits:\n"
      "  Processes were killed and the power was not cut. A kill loses no byte that was handed to\n"
      "  the system, so these rows say nothing about what a power cut leaves.\n"
      "  Assumed: what spec/ASSUMPTIONS.md lists. One filesystem ({}), this machine, mode sync.\n"
      "  Hits: {} inside init, {} inside an opening ({} more before its first write), {} between\n"
      "  commits, {} behind the last receipt; {} came too late. The moment of a kill depends on\n"
      "  the machine: a replay sends the same transactions and draws the same delays.\n"
      "  {} of {} transactions that were sent and not acknowledged are in the store.\n\n",
      outcome.filesystem, c.kills, outcome.kills_asked, outcome.seed, outcome.filesystem,
      c.kills_in_init, c.kills_in_opening, c.kills_before_opening, c.kills_in_commits,
      c.kills_in_close, c.too_late, c.unacknowledged_kept,
      c.unacknowledged_kept + c.unacknowledged_lost);
}

}  // namespace

std::string Outcome::why_void() const {
  if (violated) return {};  // that is a verdict
  if (canaries.empty()) return "no canary was tried";
  for (const Canary& canary : canaries) {
    if (!canary.fired) return fmt::format("the canary \"{}\" did not fire", canary.name);
  }
  if (counts.kills < kills_asked) return "too few kills hit a process that was running";
  if (counts.kills_in_opening == 0) return "no kill hit an opening";
  if (counts.redone == 0) return "no record was redone";
  return {};
}

std::string to_text(const Outcome& outcome) {
  std::string text = limits_text(outcome);
  for (const Row& row : all_rows(outcome)) {
    const std::string evidence = evidence_of(row, outcome);
    text += fmt::format("{:<6} {:<22} {}{}\n", row.id, row.name, state_of(row, outcome),
                        evidence.empty() ? "" : ": " + evidence);
  }
  text += '\n';
  for (const Canary& canary : outcome.canaries) {
    text += fmt::format("canary: {}: {}\n", canary.name, canary.fired ? "fired" : "did not fire");
  }
  if (const std::string why = outcome.why_void(); !why.empty()) {
    text += fmt::format("campaign void: {}\n", why);
  }
  return text + fmt::format("replay: {}\n", outcome.replay);
}

std::string to_json(const Outcome& outcome) {
  Json rows = Json::array();
  for (const Row& row : all_rows(outcome)) {
    rows.push_back({{"id", row.id},
                    {"name", row.name},
                    {"state", state_of(row, outcome)},
                    {"evidence", evidence_of(row, outcome)}});
  }
  Json canaries = Json::array();
  for (const Canary& canary : outcome.canaries) {
    canaries.push_back({{"name", canary.name}, {"fired", canary.fired}});
  }
  const std::string why = outcome.why_void();
  Json json;
  json["seed"] = outcome.seed;
  json["kills"] = outcome.counts.kills;
  json["filesystem"] = outcome.filesystem;
  json["rows"] = std::move(rows);
  json["canaries"] = std::move(canaries);
  json["void"] = why.empty() ? Json() : Json(why);
  json["replay"] = outcome.replay;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace plumb::audit
