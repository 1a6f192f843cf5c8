// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Headers and models; see variant.hpp. One list of bounds for each family serves both directions.
#include "trace/variant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "meter/mutants.hpp"
#include "trace/words.hpp"

namespace plumb::spec::trace {
namespace {

/// f(name, member, least, most) for each bound; a flag is from 0 to 1.
template <class F>
void each_bound(commit::Family family, commit::Bounds& b, const F& f) {
  const bool golden = family == commit::Family::golden;
  f("transactions", b.transactions, 0U,
    golden ? commit::golden::kMaxTransactions : commit::classic::kMaxTransactions);
  f("crashes", b.crashes, 0U, 7U);
  f("kill", b.kill, 0U, 1U);
  if (!golden) return f("split_rename", b.split_rename, 0U, 1U);
  f("io_errors", b.io_errors, 0U, 3U);
  f("disk_full", b.disk_full, 0U, 1U);
  f("rots", b.rots, 0U, 1U);
  f("segments", b.segments, 1U, commit::golden::kSegments);
  f("segment_records", b.segment_records, 1U, commit::golden::kSlots);
}
template <class F>
void each_bound(meter::Bounds& b, const F& f) {
  f("meters", b.meters, 1U, unsigned{meter::kMaxMeters});
  f("nested", b.nested, 0U, 1U);
  f("ops", b.ops, 1U, unsigned{meter::kMaxOps});
  f("cpu", b.cpu, 1U, 12U);
  f("waits", b.waits, 0U, 3U);
  f("faults", b.faults, 0U, 3U);
  f("losses", b.losses, 0U, 3U);
  f("budget", b.budget, 2U, 7U);
}

/// Sets one bound; throws Malformed where the value does not fit it.
template <class T>
void set(const Bound& from, T& to, unsigned least, unsigned most) {
  constexpr bool kFlag = std::is_same_v<T, bool>;
  constexpr bool kPair = std::is_same_v<T, std::array<int, meter::kMaxMeters>>;
  const auto refuse_unless = [&](bool fits) {
    if (fits) return;
    const std::string wanted = kFlag   ? "true or false"
                               : kPair ? fmt::format("a list of 2, each {} to {}", least, most)
                                       : fmt::format("{} to {}", least, most);
    throw Malformed(fmt::format("bound \"{}\" is not {}", from.name, wanted));
  };
  refuse_unless(from.flag == kFlag && from.values.size() == (kPair ? 2U : 1U));
  for (const std::uint64_t value : from.values) refuse_unless(value >= least && value <= most);
  if constexpr (kPair) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<int>(from.values[i]);
  } else {
    to = static_cast<T>(from.values.front());
  }
}

template <class T>
void get(std::string_view name, const T& from, Header& to) {
  Bound bound{.name = std::string(name), .values = {}, .flag = std::is_same_v<T, bool>};
  if constexpr (std::is_same_v<T, std::array<int, meter::kMaxMeters>>) {
    for (const int one : from) bound.values.push_back(static_cast<std::uint64_t>(one));
  } else {
    bound.values.push_back(static_cast<std::uint64_t>(from));
  }
  to.bounds.push_back(bound);
}

/// `each(f)` is each_bound() of the right family.
template <class Each>
void set_bounds(const Header& header, const Each& each) {
  for (const Bound& given : header.bounds) {
    std::vector<std::string> known;
    bool found = false;
    each([&](const char* name, auto& bound, unsigned least, unsigned most) {
      known.emplace_back(name);
      if (given.name != name) return;
      set(given, bound, least, most);
      found = true;
    });
    if (found) continue;
    throw Malformed(fmt::format("unknown bound \"{}\"{}", printable(given.name),
                                near_names(given.name, known)));
  }
}

Variant with_bounds(const Header& header, CommitVariant found) {
  set_bounds(header, [&](const auto& f) { each_bound(found.row.family, found.bounds, f); });
  return found;
}
Variant with_bounds(const Header& header, MeterVariant found) {
  set_bounds(header, [&](const auto& f) { each_bound(found.bounds, f); });
  if (!found.bounds.valid())
    throw Malformed("the bounds do not fit together: nested needs 2 meters");
  return found;
}

/// "row; mutant" in two; the second is empty where there is no mutant.
std::pair<std::string_view, std::string_view> split(std::string_view name) {
  const std::size_t at = name.find("; ");
  if (at == std::string_view::npos || at + 2 == name.size()) return {name, {}};
  return {name.substr(0, at), name.substr(at + 2)};
}

/// The mutant of that name.
template <class Mutants>
auto find_mutant(const Mutants& all, std::string_view name) {
  std::vector<std::string> known;
  for (const auto& mutant : all) {
    const std::string_view is = [&]() -> std::string_view {
      if constexpr (requires { mutant.name.view(); })
        return mutant.name.view();
      else
        return mutant.name;
    }();
    if (is == name) return mutant.row;
    known.emplace_back(is);
  }
  throw Malformed(fmt::format("unknown mutant \"{}\"{}", printable(name), near_names(name, known)));
}

std::vector<std::string> row_names() {
  std::vector<std::string> names;
  names.reserve(commit::kTable.size() + meter::kRows.size());
  for (const commit::Row& row : commit::kTable) names.emplace_back(row.name.view());
  for (const meter::Row& row : meter::kRows) names.emplace_back(row.name);
  return names;
}

}  // namespace

Variant find_variant(const Header& header) {
  const auto [name, mutant] = split(header.variant);
  if (const commit::Row* row = commit::find_row(name)) {
    return with_bounds(
        header,
        CommitVariant{mutant.empty() ? *row : find_mutant(commit::mutants(*row), mutant), {}});
  }
  constexpr std::string_view kMeter = "meter: ";  // as plumb-check names them
  const auto plain = name.starts_with(kMeter) ? name.substr(kMeter.size()) : name;
  if (const meter::Row* row = meter::find_row(plain)) {
    return with_bounds(
        header, MeterVariant{mutant.empty() ? *row : find_mutant(meter::mutants_of(*row), mutant),
                             row->bounds});
  }
  throw Malformed(
      fmt::format("unknown variant \"{}\"{}", printable(name), near_names(name, row_names())));
}

void refuse_hidden(const Variant& variant, const std::vector<std::string>& hidden) {
  std::vector<std::string> may{"Run", "Cross", "Preempt", "Signal"};
  if (std::holds_alternative<CommitVariant>(variant)) {
    may = {"PowerCut", "KillProcess", "BackgroundWrite", "IoError", "DiskFull", "BitRot"};
  }
  for (const std::string& action : hidden) {
    if (std::ranges::find(may, action) != may.end()) continue;
    throw Malformed(fmt::format("\"{}\" cannot be hidden: it is no action of the environment{}",
                                printable(action), near_names(action, may)));
  }
}

Header header_of(const commit::Row& row, const commit::Bounds& bounds) {
  Header header{.variant = std::string(row.name.view())};
  commit::Bounds all = bounds;
  each_bound(row.family, all, [&](const char* name, const auto& bound, unsigned, unsigned) {
    get(name, bound, header);
  });
  return header;
}
Header header_of(const meter::Row& row, const meter::Bounds& bounds) {
  Header header{.variant = std::string(row.name)};
  meter::Bounds all = bounds;
  each_bound(all, [&](const char* name, const auto& bound, unsigned, unsigned) {
    get(name, bound, header);
  });
  return header;
}

}  // namespace plumb::spec::trace
