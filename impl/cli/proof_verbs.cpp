// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// prove-key and verify-key: proofs of state; the verifier needs no store. See verbs.hpp.
// Of a proof file the verifier takes the proof alone: root, key and value are its caller's.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/verbs.hpp"
#include "commit/reading.hpp"
#include "merkle/hasher.hpp"
#include "merkle/proof.hpp"

namespace plumb::cli {
namespace {

/// Creates or replaces a file of the caller's, outside any store. Not synced: it can be made again.
Status write_file(const std::string& path, std::string_view text) {
  const auto failed = [&path](const char* call) {
    return Error{errno == ENOSPC ? Errc::no_space : Errc::io, call, path, std::nullopt, errno, {}};
  };
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return failed("open");
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      Error error = failed("write");
      ::close(fd);
      return error;
    }
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::close(fd) == 0 ? Status() : Status(failed("close"));
}

/// The bytes of a proof file: hexadecimal text, or the JSON that prove-key prints.
std::optional<Bytes> parse_proof(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(kBlank) + 1 - first);
  if (text.front() != '{') return from_hex(text);
  if (text.find('\0') != std::string_view::npos)
    return std::nullopt;  // the parser would stop there
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;  // also where it is no JSON at all
  const auto proof = json.find("proof");
  if (proof == json.end() || !proof->is_string()) return std::nullopt;
  return from_hex(proof->get_ref<const std::string&>());
}

struct Proved {
  Bytes key;
  std::optional<Bytes> value;
  Bytes proof;
  Report report;
};

Result<Proved> prove_in(const Console& console, const std::string& folder, Bytes key) {
  const Progress progress(console, "reading the store");
  const Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(folder);
  if (!disk) return disk.error();
  const Result<std::unique_ptr<Hasher>> hasher = make_sha256();
  if (!hasher) return hasher.error();
  Result<Reading> reading = read_store(**disk);
  if (!reading) return reading.error();
  const merkle::Map& map = reading->state.map;
  std::optional<Bytes> value = map.get(key, **hasher);
  Bytes proof = merkle::prove(map, key, **hasher);
  return Proved{std::move(key), std::move(value), std::move(proof), std::move(reading->report)};
}

void print_proved(Console& console, const Proved& proved) {
  const std::string proof = to_hex(view(proved.proof));
  if (!console.json) {
    console.line("key     " + printable(proved.key));
    console.line(proved.value ? "value   " + printable(*proved.value) : "absent");
    console.line(fmt::format("seq     {}", proved.report.seq));
    console.line("root    " + to_hex(proved.report.root));
    console.line("proof   " + proof);
    console.line(fmt::format("durable {}", proved.report.durable ? "yes" : "unknown"));
    return;
  }
  Json json;
  json["key"] = bytes_json(proved.key);
  json["value"] = proved.value ? bytes_json(*proved.value) : Json();
  json["seq"] = proved.report.seq;
  json["root"] = to_hex(proved.report.root);
  json["proof"] = proof;
  json["durable"] = durable_json(proved.report.durable);
  console.line(to_line(json));
}

/// What is asked of verify-key: all of it the caller's own.
struct Claim {
  Digest root;
  Bytes key;
  std::optional<Bytes> value;
};

int print_verdict(Console& console, const Claim& claim, const Status& holds) {
  const std::string reason = holds ? std::string() : holds.error().message();
  if (console.json) {
    Json json;
    json["verdict"] = holds ? "accepted" : "refused";
    json["key"] = bytes_json(claim.key);
    json["value"] = claim.value ? bytes_json(*claim.value) : Json();
    json["root"] = to_hex(claim.root);
    json["reason"] = holds ? Json() : Json(reason);
    console.line(to_line(json));
  } else {
    console.line(holds ? std::string("accepted") : "refused: " + printable(reason));
  }
  return console.finish(holds ? kDone : exit_status(holds.error().code));
}

}  // namespace

int prove_key(const Words& words) {
  Arguments args("prove-key", "DIR KEY [--out FILE]",
                 "Prints a proof that the key has its value, or is absent, under the root.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  const CLI::Option* key_text = args.positional("KEY", "The key");
  const CLI::Option* out =
      args.option("--out", "FILE", "Also write the proof, in hexadecimal, to this file");
  bool hex = false;
  args.flag("--hex", "KEY is hexadecimal", hex);
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  std::optional<Bytes> key = parse_bytes(Arguments::value(key_text), hex);
  if (!key) return console.wrong_usage("KEY: not hexadecimal");
  const Result<Proved> proved = prove_in(console, Arguments::value(dir), std::move(*key));
  if (!proved) return console.fail(proved.error());
  if (Arguments::given(out)) {
    const Status written = write_file(Arguments::value(out), to_hex(view(proved->proof)) + '\n');
    if (!written) return console.fail(written.error());
  }
  print_proved(console, *proved);
  return console.finish();
}

int verify_key(const Words& words) {
  Arguments args("verify-key", "ROOT KEY [VALUE] --proof FILE",
                 "Checks a proof: under ROOT the key has VALUE, or, where no VALUE is given, is "
                 "absent. An empty VALUE (\"\") is a value.");
  const CLI::Option* root_text = args.positional("ROOT", "The Merkle root, 64 hexadecimal digits");
  const CLI::Option* key_text = args.positional("KEY", "The key");
  const CLI::Option* value_text = args.positional("VALUE", "The value", false);
  const CLI::Option* file = args.option(
      "--proof", "FILE", "The proof in hexadecimal, or the JSON of prove-key; - is standard input");
  bool hex = false;
  args.flag("--hex", "KEY and VALUE are hexadecimal", hex);
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;
  if (!Arguments::given(file)) return console.wrong_usage("--proof is required");
  const std::optional<Digest> root = digest_from_hex(Arguments::value(root_text));
  if (!root) return console.wrong_usage("ROOT: not 64 hexadecimal digits");
  std::optional<Bytes> key = parse_bytes(Arguments::value(key_text), hex);
  if (!key) return console.wrong_usage("KEY: not hexadecimal");
  Claim claim{*root, std::move(*key), std::nullopt};
  if (Arguments::given(value_text)) {
    claim.value = parse_bytes(Arguments::value(value_text), hex);
    if (!claim.value) return console.wrong_usage("VALUE: not hexadecimal");
  }

  const Result<std::string> text = read_whole(Arguments::value(file));
  if (!text) return console.fail(text.error());
  const std::optional<Bytes> proof = parse_proof(*text);
  if (!proof) {
    return console.fail(make_error(Errc::invalid, "neither hexadecimal nor JSON of prove-key",
                                   Arguments::value(file)));
  }
  const Result<std::unique_ptr<Hasher>> hasher = make_sha256();
  if (!hasher) return console.fail(hasher.error());
  return print_verdict(console, claim,
                       merkle::verify(claim.root, claim.key, claim.value, *proof, **hasher));
}

}  // namespace plumb::cli
