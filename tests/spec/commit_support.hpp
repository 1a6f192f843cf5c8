// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reports on rows of the commit protocol as words, to compare with the pinned ones.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "check/check.hpp"
#include "commit.hpp"

namespace plumb::test {

namespace commit = spec::commit;

inline void add_word(std::string& words, std::string_view word) {
  if (!words.empty()) words += ' ';
  words += word;
}

/// "Durability 13 NoPanic 8": what is violated, with the length of its shortest trace.
template <class State>
std::string violated(const spec::Report<State>& report) {
  std::string words;
  for (const auto& judgement : report.properties) {
    if (judgement.verdict != spec::Verdict::violated) continue;
    add_word(words, judgement.property.name);
    add_word(words, std::to_string(judgement.trace ? judgement.trace->steps.size() : 0));
  }
  if (report.deadlock && report.deadlock->verdict == spec::Verdict::violated) {
    add_word(words, "Deadlock");
  }
  return words;
}
template <class State>
std::string never_fires(const spec::Report<State>& report) {
  std::string words;
  for (const auto& coverage : report.actions) {
    if (coverage.verdict != spec::Verdict::holds) add_word(words, coverage.action.name);
  }
  return words;
}

/// Names of all properties that are judged without a graph, witnesses left out: what a mutant has
/// to break. A run that stands still is found as a deadlock.
template <class M>
spec::Options claims_of(const M& model) {
  spec::Options options;
  options.stop_at_first = true;
  for (const spec::PropertyInfo& property : model.properties()) {
    if (property.kind == spec::PropertyKind::sometimes) continue;
    if (property.kind == spec::PropertyKind::termination) continue;
    options.properties.emplace_back(property.name);
  }
  return options;
}

/// "Durability 13" for a row within bounds; empty if all claims hold. A search that comes to no end
/// is neither, and fails the test.
inline std::string refutation(const commit::Row& row, const commit::Bounds& bounds) {
  return commit::with_model(row, bounds, [](const auto& model) {
    const auto report = spec::check(model, claims_of(model));
    BOOST_TEST((report.complete || !violated(report).empty()), report.stopped);
    return violated(report);
  });
}

}  // namespace plumb::test
