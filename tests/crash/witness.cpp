// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Failures for people and for replays; see witness.hpp.
#include "crash/witness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "crash/words.hpp"

namespace plumb::crash {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::size_t kMostOperations = 6;  // of which every selection is tried
/// A shrunk search may be given up: the failure that was found is one all the same.
constexpr std::uint64_t kShrinkBudget = 200'000;

/// The history without some operations, the shortest first. Long ones: their beginnings alone.
std::vector<History> shorter_ones(const History& history) {
  std::vector<History> all;
  if (history.size() > kMostOperations) {
    for (std::size_t n = 0; n <= history.size(); ++n) {
      all.emplace_back(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(n));
    }
    return all;
  }
  for (std::size_t size = 0; size <= history.size(); ++size) {
    for (unsigned chosen = 0; chosen < (1U << history.size()); ++chosen) {
      if (static_cast<std::size_t>(std::popcount(chosen)) != size) continue;
      History some;
      for (std::size_t i = 0; i < history.size(); ++i) {
        if (((chosen >> i) & 1U) != 0) some.push_back(history[i]);
      }
      all.push_back(std::move(some));
    }
  }
  return all;
}

Json json_of(const Crash& crash) {
  return {{"blow", name_of(crash.blow)},
          {"call", crash.call == kAfterLast ? Json(nullptr) : Json(crash.call)},
          {"at", crash.at},
          {"state", fmt::format("{:016x}", crash.digest)},
          {"reverts", crash.reverts},
          {"lost", crash.lost}};
}

Blow blow_of(const std::string& name) {
  for (const Blow blow : {Blow::power_cut, Blow::kill, Blow::failed_sync}) {
    if (name_of(blow) == name) return blow;
  }
  throw std::invalid_argument(fmt::format("no blow: {}", name));
}

Crash crash_of(const Json& json) {
  Crash crash;
  crash.blow = blow_of(json.at("blow").get<std::string>());
  crash.call = json.at("call").is_null() ? kAfterLast : json.at("call").get<unsigned>();
  crash.digest = std::stoull(json.at("state").get<std::string>(), nullptr, 16);
  crash.reverts = json.at("reverts").get<bool>();
  crash.at = json.at("at").get<std::string>();
  crash.lost = json.at("lost").get<std::vector<std::string>>();
  return crash;
}

Json json_of(const sim::Ladder& ladder) {
  return {{"bound", ladder.exhaustive_bound}, {"samples", ladder.samples}, {"seed", ladder.seed}};
}

void read_ladder(const Json& json, sim::Ladder& ladder) {
  ladder.exhaustive_bound = json.at("bound").get<std::size_t>();
  ladder.samples = json.at("samples").get<std::size_t>();
  ladder.seed = json.at("seed").get<std::uint64_t>();
}

std::string crash_line(const Crash& crash) {
  std::string line = fmt::format(
      "{} {}", name_of(crash.blow),
      crash.call == kAfterLast ? "after the last call" : fmt::format("at call {}", crash.call));
  if (!crash.at.empty()) line += fmt::format(" ({})", crash.at);
  if (crash.blow == Blow::failed_sync) {
    line += crash.reverts ? "; the file's content goes back" : "; the content stays in memory";
    return line + "; the store is opened again without a crash";
  }
  if (crash.blow == Blow::kill) return line + "; nothing is lost";
  return line + (crash.lost.empty() ? "; all that was written has reached the disk"
                                    : fmt::format("; lost: {}", fmt::join(crash.lost, "; ")));
}

}  // namespace

Witness shrink(const Setup& setup, const Failure& found) {
  Setup smaller = setup;
  smaller.shard = 0;
  smaller.shards = 1;
  smaller.stop_at_first = false;
  smaller.budget = kShrinkBudget;
  for (unsigned depth = 1; depth <= setup.depth; ++depth) {
    for (const History& history : shorter_ones(found.history)) {
      smaller.history = history;
      smaller.depth = depth;
      Explorer explorer(smaller);
      explorer.run();
      if (!explorer.failure()) continue;
      smaller.guide = explorer.failure()->crashes;
      return {smaller, *explorer.failure()};
    }
  }
  smaller.history = found.history;
  smaller.depth = std::max<unsigned>(1, static_cast<unsigned>(found.crashes.size()));
  smaller.guide = found.crashes;
  return {smaller, found};
}

std::string story_of(const Witness& witness) {
  const Setup& setup = witness.setup;
  std::string text = fmt::format(
      "{}: {}\n  on {}, {} writes{}; {}; then: {}\n", witness.failure.violation.rule,
      witness.failure.violation.what, setup.profile->name, setup.direct ? "direct" : "buffered",
      setup.mutant == nullptr ? "" : fmt::format(", mutant {}", setup.mutant->name),
      setup.made ? "a store that was made in peace is opened"
                 : "a store is made in an empty folder",
      text_of(setup.history));
  if (!setup.guide.empty()) {
    Explorer again(setup);
    again.run();
    std::size_t told = 0;
    for (std::size_t life = 0; life < setup.guide.size(); ++life) {
      const std::string mine = fmt::format("life {}:", life + 1);
      for (; told < again.story().size() && again.story()[told].starts_with(mine); ++told) {
        text += fmt::format("  {}\n", again.story()[told]);
      }
      text += fmt::format("  {}\n", crash_line(setup.guide[life]));
    }
  }
  return text + fmt::format("  life {} opens it: {}\n", setup.guide.size() + 1,
                            witness.failure.violation.what);
}

std::string replay_text(const Witness& witness) {
  const Setup& setup = witness.setup;
  Json crashes = Json::array();
  for (const Crash& crash : witness.failure.crashes) crashes.push_back(json_of(crash));
  Json json{{"plumb_crash", kVersion},
            {"profile", setup.profile->name},
            {"mode", "sync"},
            {"writes", setup.direct ? "direct" : "buffered"},
            {"mutant", setup.mutant == nullptr ? Json(nullptr) : Json(setup.mutant->name)},
            {"made", setup.made},
            {"history", text_of(setup.history)},
            {"first", json_of(setup.first)},
            {"later", json_of(setup.later)},
            {"crashes", crashes},
            {"violation",
             {{"rule", witness.failure.violation.rule}, {"what", witness.failure.violation.what}}}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Witness witness_of(const std::string& replay_text) try {
  const Json json = Json::parse(replay_text);
  if (json.at("plumb_crash").get<int>() != kVersion) throw std::invalid_argument("another version");
  Witness witness;
  Setup& setup = witness.setup;
  setup.profile = sim::find_profile(json.at("profile").get<std::string>());
  if (setup.profile == nullptr) throw std::invalid_argument("no such profile");
  setup.direct = json.at("writes").get<std::string>() == "direct";
  if (!json.at("mutant").is_null()) {
    setup.mutant = find_mutant(json.at("mutant").get<std::string>());
    if (setup.mutant == nullptr) throw std::invalid_argument("no such mutant");
  }
  setup.made = json.at("made").get<bool>();
  setup.history = history_of(json.at("history").get<std::string>());
  read_ladder(json.at("first"), setup.first);
  read_ladder(json.at("later"), setup.later);
  for (const Json& crash : json.at("crashes")) setup.guide.push_back(crash_of(crash));
  setup.depth = std::max<unsigned>(1, static_cast<unsigned>(setup.guide.size()));
  witness.failure = {setup.history,
                     setup.guide,
                     {json.at("violation").at("rule").get<std::string>(),
                      json.at("violation").at("what").get<std::string>()}};
  return witness;
} catch (const nlohmann::json::exception& error) {
  throw std::invalid_argument(fmt::format("no replay: {}", error.what()));
}

}  // namespace plumb::crash
