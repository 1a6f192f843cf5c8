// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The checker on the golden protocol, and what its steps do to the disk; see families.hpp.
#include "commit/golden.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "tool/examine.hpp"
#include "tool/families.hpp"

namespace plumb::spec::tool {
namespace {

namespace golden = commit::golden;
using Json = nlohmann::ordered_json;
using State = golden::State;

commit::Golden model_of(const CommitSubject& subject) {
  return with_room([&] { return commit::Golden(subject.row, subject.bounds); });
}

/// Which survivor (0, 1 or 2) each pending item has.
using Survivors = std::vector<std::pair<unsigned, unsigned>>;

/// How a power cut led from `from`, whose process is gone, to `to`.
std::optional<Survivors> cut_that_leads(const State& from, golden::Items items, const State& to) {
  if (items == 0) {
    bool same = false;
    State cut = from;
    // Every item has one survivor left: what it is, is what there is.
    golden::power_cut(cut, [&](const State& left) { same = same || left == to; });
    return same ? std::optional<Survivors>(Survivors{}) : std::nullopt;
  }
  const auto i = static_cast<unsigned>(std::countr_zero(items));
  for (unsigned n = 0; n < 3; ++n) {
    State one = from;
    if (!golden::detail::settle(one, i, n)) continue;
    golden::detail::clean(one, i);
    golden::detail::revert(one, i);
    if (auto rest = cut_that_leads(one, items & (items - 1), to)) {
      rest->insert(rest->begin(), {i, n});
      return rest;
    }
  }
  return std::nullopt;
}

std::string item_name(const State& s, unsigned i) {
  const auto number = [](unsigned n) { return std::to_string(n); };
  if (i < golden::kBlock0) return "log-" + number(i + 1) + " header";
  if (i < golden::kName0) {
    const unsigned block = i - golden::kBlock0;
    return "log-" + number(block / golden::kSlots + 1) + " block " + number(block % golden::kSlots);
  }
  if (i < golden::kTempName) {
    const bool is_name = i < golden::kBytes0;
    const unsigned c = i - (is_name ? golden::kName0 : golden::kBytes0);
    return "checkpoint-" + number(s.disk.checkpoints[c].number) + (is_name ? " name" : " bytes");
  }
  if (i == golden::kTempName) return "temp name";
  if (i == golden::kTempBytes) return "temp bytes";
  return "audit line " + number(i - golden::kLine0);
}
std::string_view survivor_name(unsigned i, unsigned n) {
  const bool is_name = (golden::item(i) & golden::kNames) != 0;
  const bool is_file = !is_name && i >= golden::kBytes0 && i < golden::kLine0;
  if (is_name) return n == 0 ? "absent" : "there";
  if (is_file) return n == 0 ? "whole" : "unreadable";
  return n == 0 ? "old" : n == 1 ? "new" : "unreadable";
}

/// What a step did to the disk, for the script: a power cut names the survivor of every item that
/// was pending, a failure the step that failed.
struct GoldenDisk {
  std::string operator()(ActionId action, const State& from, const State& to) const {
    const auto op = static_cast<commit::Op>(action);
    if (op != commit::Op::PowerCut) return {};
    State stopped = from;
    golden::stop_process(stopped);
    stopped.ghost = to.ghost;
    stopped.ghost.audited = from.ghost.audited;
    Json disk = Json::object();
    const auto survivors = cut_that_leads(stopped, golden::pending(stopped), to);
    if (!survivors) return {};  // both names of one rename: no survivors of single items say that
    for (const auto& [i, n] : *survivors) disk[item_name(stopped, i)] = survivor_name(i, n);
    return disk.dump();
  }
};

}  // namespace

Outcome examine_golden(const CommitSubject& subject, const Options& options) {
  return examined(model_of(subject), options, GoldenDisk{});
}
Outcome walk_golden(const CommitSubject& subject, const SimulationOptions& options) {
  return walked(model_of(subject), options, GoldenDisk{});
}
void list_golden(const CommitSubject& subject, const Options& options, const Line& line) {
  listed(model_of(subject), options, line);
}
std::vector<std::string> claims_golden(const CommitSubject& subject) {
  return claims(model_of(subject));
}

}  // namespace plumb::spec::tool
