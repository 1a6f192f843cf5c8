// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// init, recover and checkpoint: a store is opened for writing and closed again; see verbs.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "cli/json.hpp"
#include "cli/verbs.hpp"

namespace plumb::cli {
namespace {

/// What this version of the format has a name for and this version of the program does not do.
constexpr std::array<std::string_view, 4> kLaterModes{"group", "batch", "async", "relaxed"};
constexpr std::array<std::string_view, 3> kLaterBackends{"sqlite", "lmdb", "rocksdb"};

template <std::size_t N>
Status one_of(const char* what, const std::string& name, std::string_view known,
              const std::array<std::string_view, N>& later) {
  if (name == known) return {};
  if (std::find(later.begin(), later.end(), name) != later.end()) {
    return make_error(Errc::invalid, fmt::format("{} {} is not implemented in this version; {} is",
                                                 what, name, known));
  }
  return make_error(Errc::invalid, fmt::format("unknown {}: {}", what, printable(name)));
}

/// Reads an option's number, where the option is given.
Status read_number(const CLI::Option* option, const char* name, std::uint64_t& into) {
  if (!Arguments::given(option)) return {};
  const std::string& text = Arguments::value(option);
  const std::optional<std::uint64_t> number = parse_number(text);
  if (!number) {
    return make_error(Errc::invalid,
                      fmt::format("{}: not a number of 64 bits: {}", name, printable(text)));
  }
  into = *number;
  return {};
}

std::string value_or(const CLI::Option* option, const char* otherwise) {
  return Arguments::given(option) ? Arguments::value(option) : otherwise;
}

void print_created(Console& console, const std::string& folder, const Store& store) {
  const Options& options = store.options();
  const Report& report = store.report();
  if (!console.json) {
    console.line(fmt::format("created {}: mode sync, backend native, root {}", printable(folder),
                             to_hex(report.root)));
    return;
  }
  Json json;
  json["dir"] = bytes_json(folder);
  json["mode"] = "sync";
  json["backend"] = "native";
  json["segment_bytes"] = options.segment_bytes;
  json["checkpoint_every"] = options.checkpoint_every;
  json["checkpoint_bytes"] = options.checkpoint_bytes;
  json["seq"] = report.seq;
  json["count"] = report.count;
  json["root"] = to_hex(report.root);
  console.line(to_line(json));
}

void print_opening(Console& console, const Report& report) {
  if (console.json) {
    console.line(to_line(opening_json(report)));
    return;
  }
  console.print(findings_text(report));
  console.line(fmt::format("wrote checkpoint {}; the log goes on in segment {}{}",
                           report.new_checkpoint, report.new_segment,
                           report.taken_up ? "; an unfinished opening was taken up" : ""));
  if (report.closes) {
    console.line(fmt::format("closes the opening that wrote checkpoint {}", *report.closes));
  }
}

}  // namespace

Result<OpenStore> open_store(const Console& console, const std::string& folder) {
  const Progress progress(console, "opening the store");
  Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(folder);
  if (!disk) return disk.error();
  Result<std::unique_ptr<Store>> store = Store::open(**disk, OpenRequest{});
  if (!store) return store.error();
  return OpenStore{std::move(*disk), std::move(*store)};
}

int close_store(Console& console, Store& store, int status) {
  const Status closed = [&] {
    const Progress progress(console, "writing the checkpoint");
    return store.close();
  }();
  if (!closed && status == kDone) return console.finish(console.fail(closed.error()));
  return console.finish(status);
}

int init(const Words& words) {
  Arguments args("init", "DIR", "Creates an empty store in the folder DIR, durably.");
  const CLI::Option* dir = args.positional("DIR", "The folder; created where it is missing");
  const CLI::Option* mode = args.option("--mode", "MODE", "When a commit is acknowledged: sync");
  const CLI::Option* every = args.option(
      "--checkpoint-every", "N", "Checkpoint after N transactions; 0: not by number (default)");
  const CLI::Option* bytes =
      args.option("--checkpoint-bytes", "N",
                  "Checkpoint after N bytes of log; 0: not by bytes (default 67108864)");
  const CLI::Option* segment =
      args.option("--segment-bytes", "N", "Size of a log segment, 4096 to 2^30 (default 16777216)");
  const CLI::Option* backend = args.option("--backend", "NAME", "What stores the state: native");
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;

  Options options;
  for (const Status& read :
       {one_of("mode", value_or(mode, "sync"), "sync", kLaterModes),
        one_of("backend", value_or(backend, "native"), "native", kLaterBackends),
        read_number(every, "--checkpoint-every", options.checkpoint_every),
        read_number(bytes, "--checkpoint-bytes", options.checkpoint_bytes),
        read_number(segment, "--segment-bytes", options.segment_bytes)}) {
    if (!read) return console.fail(read.error());
  }
  // Checked before the folder is made; the store checks again with the disk's own block.
  if (const Status sound = options.check(kMinBlockBytes); !sound) {
    return console.fail(sound.error());
  }

  const std::string& folder = Arguments::value(dir);
  Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::create(folder);
  if (!disk) return console.fail(disk.error());
  OpenRequest request;
  request.create = options;
  Result<std::unique_ptr<Store>> store = Store::open(**disk, request);
  if (!store) return console.fail(store.error());
  print_created(console, folder, **store);
  return close_store(console, **store);
}

int recover(const Words& words) {
  Arguments args("recover", "DIR",
                 "Opens the store for writing, as any commit does, and prints what it found.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  Result<OpenStore> opened = open_store(console, Arguments::value(dir));
  if (!opened) return console.fail(opened.error());
  print_opening(console, opened->store->report());
  return close_store(console, *opened->store);
}

int checkpoint(const Words& words) {
  Arguments args("checkpoint", "DIR",
                 "Writes the whole state as a checkpoint; prints what the opening found.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  Result<OpenStore> opened = open_store(console, Arguments::value(dir));
  if (!opened) return console.fail(opened.error());
  Store& store = *opened->store;
  if (const Status written = store.checkpoint(); !written) {
    return close_store(console, store, console.fail(written.error()));
  }
  print_opening(console, store.report());
  return close_store(console, store);
}

}  // namespace plumb::cli
