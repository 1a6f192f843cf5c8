// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// get, root and dump: the state as it is, read under the shared lock; see verbs.hpp.
#include <fmt/format.h>

#include <utility>

#include "cli/json.hpp"
#include "cli/verbs.hpp"
#include "commit/reading.hpp"
#include "merkle/hasher.hpp"

namespace plumb::cli {
namespace {

Result<Reading> read_folder(const Console& console, const std::string& folder) {
  const Progress progress(console, "reading the store");
  const Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(folder);
  if (!disk) return disk.error();
  return read_store(**disk);
}

/// {"seq":…,"count":…,"root":…,"durable":…}
Json state_json(const Report& report) {
  Json json;
  json["seq"] = report.seq;
  json["count"] = report.count;
  json["root"] = to_hex(report.root);
  json["durable"] = durable_json(report.durable);
  return json;
}

void print_state(Console& console, const Report& report) {
  console.line(console.json
                   ? to_line(state_json(report))
                   : fmt::format("seq {} count {} root {} durable {}", report.seq, report.count,
                                 to_hex(report.root), report.durable ? "yes" : "unknown"));
}

}  // namespace

int get(const Words& words) {
  Arguments args("get", "DIR KEY", "Prints the value of the key.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  const CLI::Option* key_text = args.positional("KEY", "The key");
  bool hex = false;
  args.flag("--hex", "KEY is hexadecimal, and the value is printed so", hex);
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  const std::optional<Bytes> key = parse_bytes(Arguments::value(key_text), hex);
  if (!key) return console.wrong_usage("KEY: not hexadecimal");

  const Result<Reading> reading = read_folder(console, Arguments::value(dir));
  if (!reading) return console.fail(reading.error());
  const Result<std::unique_ptr<Hasher>> hasher = make_sha256();
  if (!hasher) return console.fail(hasher.error());
  const std::optional<Bytes> value = reading->state.map.get(*key, **hasher);
  if (console.json) {
    Json json;
    json["key"] = bytes_json(*key);
    json["value"] = value ? bytes_json(*value) : Json();
    json["seq"] = reading->report.seq;
    json["root"] = to_hex(reading->report.root);
    json["durable"] = durable_json(reading->report.durable);
    console.line(to_line(json));
  } else if (value) {
    console.line(hex ? to_hex(view(*value)) : *value);
  } else {
    console.note(fmt::format("absent: {}", key->empty() ? "(the empty key)" : printable(*key)));
  }
  return console.finish();
}

int root(const Words& words) {
  Arguments args("root", "DIR", "Prints the last transaction's number and the Merkle root.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  const Result<Reading> reading = read_folder(console, Arguments::value(dir));
  if (!reading) return console.fail(reading.error());
  print_state(console, reading->report);
  return console.finish();
}

int dump(const Words& words) {
  Arguments args("dump", "DIR", "Prints every key and value, sorted by the keys' bytes.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  const Result<Reading> reading = read_folder(console, Arguments::value(dir));
  if (!reading) return console.fail(reading.error());
  reading->state.map.for_each_sorted([&console](std::string_view key, std::string_view value) {
    if (console.broken()) return;
    if (console.json) {
      Json json;
      json["key"] = bytes_json(key);
      json["value"] = bytes_json(value);
      console.line(to_line(json));
    } else {
      console.line(fmt::format("{} = {}", printable(key), printable(value)));
    }
  });
  print_state(console, reading->report);
  return console.finish();
}

}  // namespace plumb::cli
