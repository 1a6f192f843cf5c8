// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Traces from the ancestry of a state, by running the model once more; and the judge of traces,
// which believes nothing but the model.
// Thread-safety: const functions.
// Spec:          EV-2.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/ancestry.hpp"
#include "check/expand.hpp"
#include "check/judge.hpp"
#include "check/model.hpp"
#include "check/report.hpp"

namespace plumb::spec {

/// The state that its key stands for: the search knows no other.
template <Model M>
[[nodiscard]] typename M::State recoded(const M& model, const typename M::State& state) {
  std::vector<std::byte> key(M::max_key_bytes);
  key.resize(model.encode(state, key.data()));
  return model.decode(key);
}

template <Model M>
class Retracer {
 public:
  using State = typename M::State;
  using Step = TraceStep<State>;

  Retracer(const M& model, const Ancestry& ancestry, bool symmetry)
      : model_(model), ancestry_(ancestry), symmetry_(symmetry) {}

  /// The trace that ends in the finding's state, or with its step.
  [[nodiscard]] Trace<State> trace(const Finding& finding) const {
    std::vector<std::uint32_t> edges;
    if (finding.edge != kNoEdge) edges.push_back(finding.edge);
    for (std::optional<std::uint32_t> at = finding.state; at;) {
      const Ancestry::Origin origin = ancestry_.origin(*at);
      edges.push_back(origin.edge);
      at = origin.parent;
    }
    std::reverse(edges.begin(), edges.end());
    Trace<State> trace;
    State seen{};  // the state as the search has it; with symmetry, another than the trace's
    for (std::size_t i = 0; i < edges.size(); ++i) {
      const Step step = i == 0 ? initial(edges[i]) : successor(seen, edges[i]);
      seen = normal(step.state);
      trace.steps.push_back(!symmetry_ || i == 0 ? step : matching(trace.steps.back().state, seen));
      trace.steps.back().state = recoded(model_, trace.steps.back().state);
    }
    return trace;
  }

 private:
  [[nodiscard]] Step initial(std::uint32_t wanted) const {
    std::optional<Step> found;
    std::uint32_t edge = 0;
    model_.initial([&](const State& state) {
      if (edge++ == wanted) found = Step{kNoAction, 0, state};
    });
    return known(found);
  }
  [[nodiscard]] Step successor(const State& from, std::uint32_t wanted) const {
    std::optional<Step> found;
    std::uint32_t edge = 0;
    model_.next(from, [&](ActionId action, Choice choice, const State& state) {
      if (edge++ == wanted) found = Step{action, choice, state};
    });
    return known(found);
  }
  /// The first step from a real state into the class of `wanted`.
  [[nodiscard]] Step matching(const State& from, const State& wanted) const {
    std::optional<Step> found;
    model_.next(from, [&](ActionId action, Choice choice, const State& state) {
      if (!found && normal(state) == wanted) found = Step{action, choice, state};
    });
    if (!found) throw ModelContradicted("canonical() is no symmetry of next()");
    return *found;
  }
  [[nodiscard]] Step known(const std::optional<Step>& step) const {
    if (!step) throw ModelContradicted("the model does not repeat its steps");
    return *step;
  }
  [[nodiscard]] State normal(const State& state) const {
    if constexpr (SymmetricModel<M>) {
      if (symmetry_) return recoded(model_, model_.canonical(state));
    }
    return recoded(model_, state);
  }

  const M& model_;
  const Ancestry& ancestry_;
  bool symmetry_;
};

/// The names of a trace's actions, the way tests pin a counterexample.
template <Model M>
[[nodiscard]] std::vector<std::string_view> action_names(const M& model,
                                                         const Trace<typename M::State>& trace) {
  std::vector<std::string_view> names;
  for (const auto& step : trace.steps) {
    if (step.action != kNoAction) names.push_back(model.actions()[step.action].name);
  }
  return names;
}

/// Runs the model along the trace. Empty if each step is one; otherwise which is none.
template <Model M>
[[nodiscard]] std::string refuse_trace(const M& model, const Trace<typename M::State>& trace) {
  using State = typename M::State;
  if (trace.steps.empty()) return "the trace is empty";
  if (trace.steps.front().action != kNoAction) return "the first state has an action before it";
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const TraceStep<State>& step = trace.steps[i];
    bool found = false;
    if (i == 0) {
      model.initial(
          [&](const State& state) { found = found || recoded(model, state) == step.state; });
    } else {
      model.next(trace.steps[i - 1].state, [&](ActionId action, Choice choice, const State& state) {
        found = found || (action == step.action && choice == step.choice &&
                          recoded(model, state) == step.state);
      });
    }
    if (!found) return "step " + std::to_string(i) + " is none of the model's";
  }
  return {};
}

/// Also whether the loop is one that weak fairness admits and that is never done: no state of it is
/// terminal, and each fair action is taken in it, or cannot be somewhere. A step that changes
/// nothing counts neither as taken nor as possible.
template <Model M>
[[nodiscard]] std::string refuse_lasso(const M& model, const Trace<typename M::State>& trace) {
  using State = typename M::State;
  if (std::string why = refuse_trace(model, trace); !why.empty()) return why;
  if (!trace.loop || *trace.loop >= trace.steps.size()) return "the trace has no loop";
  if (!(trace.steps[*trace.loop].state == trace.steps.back().state)) return "the loop is open";
  const std::span<const ActionInfo> actions = model.actions();
  std::vector<bool> excused(actions.size());
  for (std::size_t i = *trace.loop; i < trace.steps.size(); ++i) {
    const State& here = trace.steps[i].state;
    if (model.terminal(here)) return "a state of the loop is terminal";
    std::vector<bool> possible(actions.size());
    model.next(here, [&](ActionId action, Choice, const State& to) {
      if (!(recoded(model, to) == here)) possible[action] = true;
    });
    for (std::size_t a = 0; a < actions.size(); ++a) {
      if (!possible[a]) excused[a] = true;
    }
    if (i > *trace.loop && !(trace.steps[i - 1].state == here)) {
      excused[trace.steps[i].action] = true;
    }
  }
  for (std::size_t a = 0; a < actions.size(); ++a) {
    if (actions[a].fair && !excused[a]) {
      return "the loop is not fair to " + std::string(actions[a].name);
    }
  }
  return {};
}

}  // namespace plumb::spec
