// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Names of variants, bounds and mutants; see subject.hpp.
#include "tool/subject.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "commit/harmless.hpp"
#include "commit/mutants.hpp"
#include "commit/table.hpp"
#include "meter/mutants.hpp"
#include "meter/rows.hpp"
#include "tool/families.hpp"

namespace plumb::spec::tool {
namespace {

constexpr std::string_view kMeter = "meter: ";

bool is_golden(const CommitSubject& subject) {
  return subject.row.family == commit::Family::golden;
}

/// A bound by its name: where it lies, and the smallest and largest value that a user may ask for.
/// The model itself says what it has room for.
template <class Bounds>
struct BoundInfo {
  std::string_view name;
  std::uint64_t (*get)(const Bounds&);
  void (*set)(Bounds&, std::uint64_t);
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

template <auto Member, class Bounds>
constexpr BoundInfo<Bounds> bound(std::string_view name, std::uint64_t least, std::uint64_t most) {
  using Value = std::remove_cvref_t<decltype(std::declval<Bounds&>().*Member)>;
  return {name, [](const Bounds& b) { return static_cast<std::uint64_t>(b.*Member); },
          [](Bounds& b, std::uint64_t value) { b.*Member = static_cast<Value>(value); }, least,
          most};
}
template <std::size_t I>
constexpr BoundInfo<meter::Bounds> budget(std::string_view name) {
  return {name, [](const meter::Bounds& b) { return static_cast<std::uint64_t>(b.budget[I]); },
          [](meter::Bounds& b, std::uint64_t value) { b.budget[I] = static_cast<int>(value); }, 2,
          7};
}
using CommitBounds = commit::Bounds;
using MeterBounds = meter::Bounds;
constexpr std::array kCommitBounds{
    bound<&CommitBounds::transactions, CommitBounds>("transactions", 1, 6),
    bound<&CommitBounds::crashes, CommitBounds>("crashes", 0, 7),
    bound<&CommitBounds::io_errors, CommitBounds>("io_errors", 0, 3),
    bound<&CommitBounds::disk_full, CommitBounds>("disk_full", 0, 1),
    bound<&CommitBounds::rots, CommitBounds>("rots", 0, 1),
    bound<&CommitBounds::kill, CommitBounds>("kill", 0, 1),
    bound<&CommitBounds::split_rename, CommitBounds>("split_rename", 0, 1),
    bound<&CommitBounds::segments, CommitBounds>("segments", 1, 3),
    bound<&CommitBounds::segment_records, CommitBounds>("segment_records", 1, 3)};
constexpr std::array kMeterBounds{bound<&MeterBounds::meters, MeterBounds>("meters", 1, 2),
                                  bound<&MeterBounds::nested, MeterBounds>("nested", 0, 1),
                                  bound<&MeterBounds::ops, MeterBounds>("ops", 1, 3),
                                  bound<&MeterBounds::cpu, MeterBounds>("cpu", 1, 12),
                                  bound<&MeterBounds::waits, MeterBounds>("waits", 0, 3),
                                  bound<&MeterBounds::faults, MeterBounds>("faults", 0, 3),
                                  bound<&MeterBounds::losses, MeterBounds>("losses", 0, 3),
                                  budget<0>("budget_1"),
                                  budget<1>("budget_2")};

/// Not every bound means something in every family.
bool applies(const CommitSubject& subject, std::string_view name) {
  if (is_golden(subject)) return true;
  return name == "transactions" || name == "crashes" || name == "kill" || name == "split_rename";
}
bool applies(const MeterSubject&, std::string_view) { return true; }
const auto& bounds_for(const CommitSubject&) { return kCommitBounds; }
const auto& bounds_for(const MeterSubject&) { return kMeterBounds; }

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

template <class What>
void set_bound_of(What& what, const std::string& variant, std::string_view name,
                  std::uint64_t value) {
  std::vector<std::string> names;
  for (const auto& bound : bounds_for(what)) {
    if (!applies(what, bound.name)) continue;
    names.emplace_back(bound.name);
    if (bound.name != name) continue;
    if (value < bound.least || value > bound.most) {
      throw Refused("bound " + std::string(name) + ": " + std::to_string(bound.least) + " to " +
                    std::to_string(bound.most) + " are possible, not " + std::to_string(value));
    }
    return bound.set(what.bounds, value);
  }
  throw Refused("no bound \"" + std::string(name) + "\" in \"" + variant +
                "\"; it has: " + listed(names));
}

std::vector<std::string> near(std::string_view name) {
  std::vector<std::string> hits;
  for (const std::string& variant : variant_names()) {
    if (variant.find(name) != std::string::npos && hits.size() < 8) hits.push_back(variant);
  }
  return hits;
}

bool begins(std::string_view whole, std::string_view part) {
  return whole == part || (whole.starts_with(part) && part.size() < whole.size() &&
                           (whole[part.size()] == ',' || whole[part.size()] == ':'));
}

}  // namespace

std::vector<std::string> variant_names() {
  std::vector<std::string> names;
  for (const commit::Row& row : commit::kGoldenTable) names.emplace_back(row.name.view());
  for (const commit::Row& row : commit::kClassicTable) names.emplace_back(row.name.view());
  for (const meter::Row& row : meter::kRows) {
    names.push_back(std::string(kMeter) + std::string(row.name));
  }
  return names;
}

Subject find_subject(std::string_view name) {
  const auto find = [&](const auto& fits) -> std::optional<Subject> {
    const auto in = [&](const auto& table) -> std::optional<Subject> {
      for (const commit::Row& row : table) {
        if (fits(row.name.view())) {
          return Subject{std::string(row.name.view()), CommitSubject{row, {}}};
        }
      }
      return std::nullopt;
    };
    if (auto hit = in(commit::kGoldenTable)) return hit;
    if (auto hit = in(commit::kClassicTable)) return hit;
    for (const meter::Row& row : meter::kRows) {
      const std::string full = std::string(kMeter) + std::string(row.name);
      if (fits(full)) return Subject{full, MeterSubject{row, row.bounds}};
    }
    return std::nullopt;
  };
  if (auto hit = find([&](std::string_view full) { return full == name; })) return *hit;
  if (!name.empty()) {
    if (auto hit = find([&](std::string_view full) { return begins(full, name); })) return *hit;
  }
  const std::vector<std::string> hits = name.empty() ? std::vector<std::string>{} : near(name);
  throw Refused("no variant \"" + std::string(name) + "\"" +
                (hits.empty() ? "; --list names them all" : "; near: " + listed(hits)));
}

void set_bound(Subject& subject, std::string_view name, std::uint64_t value) {
  std::visit([&](auto& what) { set_bound_of(what, subject.name, name, value); }, subject.what);
}

Named bounds_of(const Subject& subject) {
  Named named;
  std::visit(
      [&](const auto& what) {
        for (const auto& bound : bounds_for(what)) {
          if (applies(what, bound.name)) named.emplace_back(bound.name, bound.get(what.bounds));
        }
      },
      subject.what);
  return named;
}

namespace {

std::vector<SubjectMutant> mutants_of(const CommitSubject& subject) {
  std::vector<SubjectMutant> all;
  for (const commit::Mutant& mutant : commit::mutants(subject.row)) {
    SubjectMutant one{
        std::string(mutant.name.view()),
        std::string(commit::why_harmless(subject.row.name.view(), mutant.name.view())),
        {}};
    for (const commit::Bounds& bounds : commit::mutant_bounds(subject.row.family)) {
      one.tries.push_back({std::string(mutant.row.name.view()), CommitSubject{mutant.row, bounds}});
    }
    all.push_back(std::move(one));
  }
  return all;
}
std::vector<SubjectMutant> mutants_of(const MeterSubject& subject) {
  std::vector<SubjectMutant> all;
  for (const meter::Mutant& mutant : meter::mutants_of(subject.row)) {
    all.push_back({mutant.name,
                   std::string(meter::why_harmless(mutant.name)),
                   {{std::string(kMeter) + std::string(subject.row.name) + "; " + mutant.name,
                     MeterSubject{mutant.row, meter::kMutantBounds}}}});
  }
  return all;
}

}  // namespace

std::vector<SubjectMutant> mutants_of(const Subject& subject) {
  return std::visit([](const auto& what) { return mutants_of(what); }, subject.what);
}

Outcome examine(const Subject& subject, const Options& options) {
  Outcome outcome;
  if (const auto* commit = std::get_if<CommitSubject>(&subject.what)) {
    outcome =
        is_golden(*commit) ? examine_golden(*commit, options) : examine_classic(*commit, options);
  } else {
    outcome = examine_meter(std::get<MeterSubject>(subject.what), options);
  }
  outcome.variant = subject.name;
  outcome.bounds = bounds_of(subject);
  return outcome;
}

Outcome walk(const Subject& subject, const SimulationOptions& options) {
  Outcome outcome;
  if (const auto* commit = std::get_if<CommitSubject>(&subject.what)) {
    outcome = is_golden(*commit) ? walk_golden(*commit, options) : walk_classic(*commit, options);
  } else {
    outcome = walk_meter(std::get<MeterSubject>(subject.what), options);
  }
  outcome.variant = subject.name;
  outcome.bounds = bounds_of(subject);
  return outcome;
}

void list_graph(const Subject& subject, const Options& options, const Line& line) {
  if (const auto* commit = std::get_if<CommitSubject>(&subject.what)) {
    return is_golden(*commit) ? list_golden(*commit, options, line)
                              : list_classic(*commit, options, line);
  }
  list_meter(std::get<MeterSubject>(subject.what), options, line);
}

std::vector<std::string> claim_names(const Subject& subject) {
  if (const auto* commit = std::get_if<CommitSubject>(&subject.what)) {
    return is_golden(*commit) ? claims_golden(*commit) : claims_classic(*commit);
  }
  return claims_meter(std::get<MeterSubject>(subject.what));
}

}  // namespace plumb::spec::tool
