// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What can be searched: every row of every table by its name, its bounds by theirs, its mutants.
// Names:         rows of commit/table.hpp under their own names, rows of meter/rows.hpp as
//                "meter: <name>". A first part stands for the first row that goes on behind it:
//                "classic" is "classic, full".
// Errors:        Refused, with what would have been possible.
// Thread-safety: values and pure functions.
// Spec:          EV-1, EV-2, EV-4.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "check/options.hpp"
#include "check/simulate.hpp"
#include "commit/rows.hpp"
#include "meter/row.hpp"
#include "tool/outcome.hpp"

namespace plumb::spec::tool {

struct CommitSubject {
  commit::Row row;
  commit::Bounds bounds;
};
struct MeterSubject {
  meter::Row row;
  meter::Bounds bounds;
};
struct Subject {
  std::string name;
  std::variant<CommitSubject, MeterSubject> what;
};

/// Every name, in the order of the tables.
[[nodiscard]] std::vector<std::string> variant_names();
/// The row of that name within the bounds of its kind. Throws Refused.
[[nodiscard]] Subject find_subject(std::string_view name);
/// Throws Refused for a bound that this variant does not have, or a value that it cannot take.
void set_bound(Subject& subject, std::string_view name, std::uint64_t value);
[[nodiscard]] Named bounds_of(const Subject& subject);

struct SubjectMutant {
  std::string name;
  std::string harmless;  ///< why no search can refute it; empty if one has to
  /// Within each of these bounds it is searched, until one refutes it.
  std::vector<Subject> tries;
};
[[nodiscard]] std::vector<SubjectMutant> mutants_of(const Subject& subject);

/// Searches it. Throws what check() throws, and Refused for a model that has no room for the
/// bounds.
[[nodiscard]] Outcome examine(const Subject& subject, const Options& options);
/// Walks through it. Throws likewise.
[[nodiscard]] Outcome walk(const Subject& subject, const SimulationOptions& options);
/// The whole graph as lines of text (export.hpp says how), to `line`. Throws Refused where the
/// search is not complete.
void list_graph(const Subject& subject, const Options& options,
                const std::function<void(std::string_view)>& line);
/// The names of the claims of this subject's model.
[[nodiscard]] std::vector<std::string> claim_names(const Subject& subject);

}  // namespace plumb::spec::tool
