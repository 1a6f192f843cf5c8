// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// log, audit-log and verify: the evidence, and the verdict on it; see verbs.hpp.
// A verdict is a result and goes to standard output, also when it is a refusal; where none can be
// reached (the store is locked, the disk fails) that is an error.
#include <fmt/format.h>

#include <utility>

#include "cli/json.hpp"
#include "cli/verbs.hpp"
#include "commit/reading.hpp"

namespace plumb::cli {
namespace {

Json change_json(const Change& change) {
  Json json;
  json["key"] = bytes_json(change.key);
  if (change.value) {
    json["value"] = bytes_json(*change.value);
  } else {
    json["erase"] = true;
  }
  return json;
}

Json entry_json(const LogEntry& entry) {
  Json transactions = Json::array();
  for (const Transaction& transaction : entry.transactions) {
    Json changes = Json::array();
    for (const Change& change : transaction.changes) changes.push_back(change_json(change));
    Json one;
    one["id"] = bytes_json(transaction.id);
    one["changes"] = std::move(changes);
    transactions.push_back(std::move(one));
  }
  Json json;
  json["file"] = bytes_json(entry.file);
  json["offset"] = entry.offset;
  json["bytes"] = entry.bytes;
  json["segment"] = entry.segment;
  json["first_seq"] = entry.first_seq;
  json["durable_seq"] = entry.durable_seq;
  json["digest"] = to_hex(entry.digest);
  json["previous"] = to_hex(entry.previous);
  json["root"] = to_hex(entry.root);
  json["transactions"] = std::move(transactions);
  return json;
}

std::string entry_text(const LogEntry& entry) {
  std::string text = fmt::format("{} at {}, {} bytes, segment {}, root {}\n", printable(entry.file),
                                 entry.offset, entry.bytes, entry.segment, to_hex(entry.root));
  std::uint64_t seq = entry.first_seq;
  for (const Transaction& transaction : entry.transactions) {
    text += fmt::format("  seq {} id {}\n", seq++,
                        transaction.id.empty() ? "-" : printable(transaction.id));
    for (const Change& change : transaction.changes) {
      text += change.value ? fmt::format("    put {} = {}\n", printable(change.key),
                                         printable(*change.value))
                           : fmt::format("    delete {}\n", printable(change.key));
    }
  }
  return text;
}

/// True where the error is a verdict on the store, and not a failure to reach one.
bool is_verdict(Errc code) { return exit_status(code) != kEnvironment; }

/// Prints the verdict that the error is, or the error; returns the exit status.
int refuse(Console& console, const Error& error) {
  if (!is_verdict(error.code)) return console.fail(error);
  const char* verdict = error.code == Errc::undecided ? "undecided" : "refused";
  if (console.json) {
    Json json;
    json["verdict"] = verdict;
    json["code"] = name_of(error.code);
    json["file"] = error.file.empty() ? Json() : bytes_json(error.file);
    json["offset"] = error.offset ? Json(*error.offset) : Json();
    json["reason"] = error.reason;
    console.line(to_line(json));
  } else {
    console.line(fmt::format("{}: {}", verdict, printable(error.message())));
  }
  return console.finish(exit_status(error.code));
}

/// SEQ:ROOT
std::optional<Pin> parse_pin(std::string_view text) {
  const std::size_t split = text.find(':');
  if (split == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint64_t> seq = parse_number(text.substr(0, split));
  const std::optional<Digest> root = digest_from_hex(text.substr(split + 1));
  if (!seq || !root) return std::nullopt;
  return Pin{*seq, *root};
}

Json audit_verdict_json(const AuditTrail& trail) {
  Json json;
  json["verdict"] = "accepted";
  json["lines"] = trail.lines.size();
  json["left_out"] = left_out_json(trail.left_out);
  return json;
}

}  // namespace

int log(const Words& words) {
  Arguments args("log", "DIR", "Prints the log's records behind the newest checkpoint.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  const Result<std::vector<LogEntry>> entries = [&]() -> Result<std::vector<LogEntry>> {
    const Progress progress(console, "reading the log");
    const Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(Arguments::value(dir));
    if (!disk) return disk.error();
    return read_log(**disk);
  }();
  if (!entries) return console.fail(entries.error());
  for (const LogEntry& entry : *entries) {
    console.print(console.json ? to_line(entry_json(entry)) + '\n' : entry_text(entry));
  }
  return console.finish();
}

int audit_log(const Words& words) {
  Arguments args("audit-log", "DIR [--verify]",
                 "Prints the audit log: what each opening found and decided, one JSON line each.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  bool judge = false;
  args.flag("--verify", "Print only the verdict on the lines' chain", judge);
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  const Result<AuditTrail> trail = [&]() -> Result<AuditTrail> {
    const Progress progress(console, "reading the audit log");
    const Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(Arguments::value(dir));
    if (!disk) return disk.error();
    return read_audit_log(**disk);
  }();
  if (!trail) return judge ? refuse(console, trail.error()) : console.fail(trail.error());
  if (!judge) {
    for (const std::string& line : trail->lines) console.line(line);
  } else if (console.json) {
    console.line(to_line(audit_verdict_json(*trail)));
  } else {
    console.line(fmt::format("accepted: {} lines chain", trail->lines.size()));
  }
  if (trail->left_out) {
    console.note(fmt::format("{} bytes behind the last line that chains are left out",
                             trail->left_out->bytes));
  }
  return console.finish();
}

int verify(const Words& words) {
  Arguments args("verify", "DIR [--at-least SEQ:ROOT]",
                 "Reads everything and judges it; changes nothing.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  const CLI::Option* at_least = args.option(
      "--at-least", "SEQ:ROOT", "Refuse a state older than this one, which a receipt told of");
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  std::optional<Pin> pin;
  if (Arguments::given(at_least)) {
    pin = parse_pin(Arguments::value(at_least));
    if (!pin) {
      return console.wrong_usage("--at-least: a number, a colon, and 64 hexadecimal digits");
    }
  }
  const Result<Reading> reading = [&]() -> Result<Reading> {
    const Progress progress(console, "verifying the store");
    const Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(Arguments::value(dir));
    if (!disk) return disk.error();
    return verify_store(**disk, pin);
  }();
  if (!reading) return refuse(console, reading.error());
  if (console.json) {
    Json json;
    json["verdict"] = "accepted";
    add_findings(reading->report, json);
    console.line(to_line(json));
  } else {
    console.line("accepted");
    console.print(findings_text(reading->report));
  }
  return console.finish();
}

}  // namespace plumb::cli
