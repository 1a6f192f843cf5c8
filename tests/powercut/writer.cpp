// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Feeding plumb; see writer.hpp.
#include "powercut/writer.hpp"

#include <fmt/format.h>

namespace plumb::powercut {
namespace {

constexpr std::uint64_t kKeys = 16;
constexpr std::uint64_t kLongestValue = 1100;  // two of them fit a segment

std::vector<std::string> command_of(const audit::Plumb& plumb, const std::string& folder,
                                    const std::vector<std::string>& wrapper) {
  std::vector<std::string> all = wrapper;
  const std::vector<std::string> own = plumb.command({"commit", folder, "--from", "-", "--json"});
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

}  // namespace

std::vector<std::string> init_words(const std::string& folder) {
  return {"init",
          folder,
          "--segment-bytes",
          std::to_string(kSegmentBytes),
          "--checkpoint-every",
          std::to_string(kCheckpointEvery),
          "--json"};
}

test::ProcessOptions as_mutant(const std::string& mutant) {
  test::ProcessOptions options;
  if (mutant.empty()) return options;
  options.set_env = {"LD_PRELOAD=" PLUMBLINE_MUTANTS, "PLUMBLINE_MUTANT=" + mutant};
  return options;
}

Transaction Script::draw() {
  Transaction drawn;
  drawn.id = fmt::format("t{}", ++unique);
  const std::uint64_t first = random.below(kKeys);
  const std::uint64_t changes = 1 + random.below(2);
  for (std::uint64_t i = 0; i < changes; ++i) {
    const bool erase = i == 1 && random.one_in(3);
    const Bytes key = fmt::format("key-{:02}", (first + i) % kKeys);
    Bytes value;
    const std::uint64_t size = erase ? 0 : random.below(kLongestValue);
    while (value.size() < size) value.push_back(static_cast<char>('a' + random.below(26)));
    drawn.changes.push_back({key, erase ? std::nullopt : std::optional<Bytes>(value)});
  }
  return drawn;
}

Writer::Writer(const audit::Plumb& plumb, const std::string& folder, Script& script,
               const test::ProcessOptions& options, const std::vector<std::string>& wrapper)
    : script_(script), process_(command_of(plumb, folder, wrapper), options) {}

void Writer::send() {
  Transaction next = script_.draw();
  // False where it has closed its input already; its end tells why.
  static_cast<void>(process_.send(audit::to_json_line(next)));
  script_.model.send(std::move(next));
  sent_.push_back({script_.model.sent(), false});
}

bool Writer::await_receipt() {
  std::optional<std::string> line = process_.read_line();
  if (!line) return false;
  lines_.push_back(std::move(*line));
  return true;
}

bool Writer::commit(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    send();
    if (!await_receipt()) return false;
  }
  return true;
}

Ended Writer::end() {
  process_.close_input();
  Ended ended;
  ended.done = process_.finish();
  for (std::string& line : audit::lines_of(ended.done.out)) lines_.push_back(std::move(line));
  const audit::Acknowledged all = audit::judge_receipts(lines_, sent_, script_.model);
  ended.promised = all.highest;
  ended.receipts = all.fresh;
  return ended;
}

}  // namespace plumb::powercut
