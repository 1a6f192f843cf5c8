// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a run found: a verdict for each property and action, traces, and counts.
// Names in it are views into the model's tables, which outlive it.
// Thread-safety: plain values.
// Spec:          EV-2.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/fingerprint.hpp"
#include "check/model.hpp"

namespace plumb::spec {

enum class Verdict { holds, violated, not_decided };

[[nodiscard]] constexpr std::string_view words_for(Verdict verdict) noexcept {
  return verdict == Verdict::holds      ? "holds"
         : verdict == Verdict::violated ? "violated"
                                        : "not decided";
}

/// The "action" that leads to an initial state.
inline constexpr ActionId kNoAction = 0xFFFF;

template <class State>
struct TraceStep {
  ActionId action = kNoAction;
  Choice choice = 0;
  State state{};  ///< after the action

  friend bool operator==(const TraceStep&, const TraceStep&) = default;
};

/// A run from an initial state. With `loop`, a lasso: behind the last state, which equals
/// steps[loop].state, the run goes on as behind steps[loop], for ever. If steps[loop] is the last
/// step itself, the run stands still there.
template <class State>
struct Trace {
  std::vector<TraceStep<State>> steps;
  std::optional<std::size_t> loop;

  friend bool operator==(const Trace&, const Trace&) = default;
};

/// What is judged beside the model's own properties.
inline constexpr PropertyInfo kDeadlock{.name = "Deadlock",
                                        .kind = PropertyKind::invariant,
                                        .requirement = {},
                                        .words = "a state without successors is not terminal"};

template <class State>
struct Judgement {
  PropertyInfo property;
  Verdict verdict = Verdict::not_decided;
  std::string reason;  ///< empty where it holds
  /// Violated: a shortest trace to the violation (its last state or step), or a lasso. A sometimes
  /// property that holds: a shortest trace to its witness.
  std::optional<Trace<State>> trace;
};

struct ActionCoverage {
  ActionInfo action;
  std::uint64_t distinct = 0;              ///< states that it found first
  std::uint64_t total = 0;                 ///< steps
  Verdict verdict = Verdict::not_decided;  ///< violated: never fires, and no reason is given
};

template <class State>
struct Report {
  std::vector<Judgement<State>> properties;  ///< the selected ones, in the model's order
  std::optional<Judgement<State>> deadlock;  ///< absent where it was switched off
  std::vector<ActionCoverage> actions;
  std::uint64_t distinct = 0;   ///< states
  std::uint64_t generated = 0;  ///< states emitted, initial ones included
  std::uint64_t expanded = 0;   ///< states whose successors and invariants were looked at
  std::uint32_t depth = 0;      ///< levels; initial states are level 1
  Digest digest;                ///< of the set of distinct states
  bool complete = false;        ///< every reachable state was expanded
  std::string stopped;          ///< else: why not
  bool exact = false;           ///< keys were compared
  double collision_probability = 0;
  std::uint64_t peak_bytes = 0;
  double seconds = 0;

  /// Violated if anything is, else not decided if anything is not.
  [[nodiscard]] Verdict verdict() const {
    Verdict all = complete ? Verdict::holds : Verdict::not_decided;
    const auto add = [&all](Verdict one) {
      if (one == Verdict::violated || (one == Verdict::not_decided && all == Verdict::holds)) {
        all = one;
      }
    };
    for (const Judgement<State>& judgement : properties) add(judgement.verdict);
    if (deadlock) add(deadlock->verdict);
    for (const ActionCoverage& coverage : actions) add(coverage.verdict);
    return all;
  }
  /// Null if no property of this name was judged.
  [[nodiscard]] const Judgement<State>* find(std::string_view name) const {
    for (const Judgement<State>& judgement : properties) {
      if (judgement.property.name == name) return &judgement;
    }
    return deadlock && deadlock->property.name == name ? &*deadlock : nullptr;
  }
};

}  // namespace plumb::spec
