// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reports on the meter as words, to compare with the pinned ones.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <string>
#include <string_view>

#include "check/check.hpp"
#include "meter.hpp"

namespace plumb::test {

using MeterReport = spec::Report<spec::meter::Meter::State>;

/// Searches a row, exactly, and tests the model's own promises on the way.
inline MeterReport search_meter(const spec::meter::Row& row, const spec::meter::Bounds& bounds) {
  spec::Options options;
  options.storage = spec::Storage::keys;
  options.distrust = true;
  return spec::check(spec::meter::Meter(row, bounds), options);
}

inline void add_word(std::string& words, std::string_view word) {
  if (!words.empty()) words += ' ';
  words += word;
}

/// Names of what is not shown to hold: sometimes-properties, or all others.
inline std::string refuted(const MeterReport& report, bool sometimes) {
  std::string words;
  for (const auto& judgement : report.properties) {
    const bool is_sometimes = judgement.property.kind == spec::PropertyKind::sometimes;
    if (is_sometimes != sometimes || judgement.verdict == spec::Verdict::holds) continue;
    add_word(words, judgement.property.name);
  }
  const bool stuck = report.deadlock && report.deadlock->verdict != spec::Verdict::holds;
  if (stuck && !sometimes) add_word(words, report.deadlock->property.name);
  return words;
}

inline std::string never_fires(const MeterReport& report) {
  std::string words;
  for (const auto& coverage : report.actions) {
    if (coverage.verdict != spec::Verdict::holds) add_word(words, coverage.action.name);
  }
  return words;
}

/// A trace in one line: "Start Start Cross Stop".
inline std::string actions_of(const spec::Trace<spec::meter::Meter::State>& trace) {
  std::string words;
  for (const auto& step : trace.steps) {
    if (step.action != spec::kNoAction) add_word(words, spec::meter::kActionNames[step.action]);
  }
  return words;
}

}  // namespace plumb::test
