// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random walks through a model that is too large to be searched: a fixed number of them, each drawn
// from the seed and its own number, so that any one can be walked again alone.
// A step is drawn in two: an action among those that are possible, then one of its steps. So
// crashes with hundreds of outcomes do not drown everything else. What they find is true; what they
// do not find remains not decided. Thread-safety: pure function. Spec:          EV-2, EV-3.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "check/expand.hpp"
#include "check/judge.hpp"
#include "check/model.hpp"
#include "check/options.hpp"
#include "check/report.hpp"
#include "check/table.hpp"
#include "check/trace.hpp"

namespace plumb::spec {

struct SimulationOptions {
  std::uint64_t seed = 1;
  std::uint64_t walks = 1000;
  std::uint64_t first_walk = 0;  ///< the number of the first one
  std::uint64_t length = 200;    ///< states of a walk, at most
  bool deadlock = true;
  std::vector<std::string> properties{};  ///< by name; empty: all
  bool count_distinct = true;             ///< keeps a fingerprint of each state that is seen
};

template <class State>
struct Simulation {
  std::vector<Judgement<State>> properties;
  std::optional<Judgement<State>> deadlock;
  std::vector<ActionCoverage> actions;  ///< distinct is 0
  std::uint64_t walks = 0, steps = 0, distinct = 0;
  std::uint64_t shortest = 0, longest = 0;         ///< walks, in states
  std::uint64_t terminal = 0, stuck = 0, cut = 0;  ///< how walks ended: done, deadlock, length
  std::string stopped;                             ///< the model's capacity, if it was exceeded
  /// For each entry of properties, and then the deadlock: which walk shows it, or nothing.
  std::vector<std::string> replay;
};

/// Numbers by lot, the same on every machine.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t walk) : state_(mixed(seed) ^ mixed(~walk)) {}
  /// Below n, which is below 2^32. Expects n > 0.
  [[nodiscard]] std::size_t below(std::size_t n) {
    expects(n > 0 && n < (std::uint64_t{1} << 32U), "there is something to draw from");
    state_ += detail::kOdd1;
    return static_cast<std::size_t>(((mixed(state_) >> 32U) * n) >> 32U);
  }

 private:
  std::uint64_t state_;
};

template <Model M>
class Simulator {
 public:
  using State = typename M::State;
  using Step = TraceStep<State>;

  Simulator(const M& model, const SimulationOptions& options)
      : model_(model),
        options_(options),
        judge_(model, {.deadlock = options.deadlock, .properties = options.properties}),
        totals_(model.actions().size()),
        traces_(model.properties().size() + 1),
        walks_(traces_.size()) {
    if (options.walks == 0) throw Refused("walks: must not be 0");
    if (options.length == 0 || options.length > kMostStates) {
      throw Refused("length of a walk: 1 to 2000000000 are possible");
    }
  }

  [[nodiscard]] Simulation<State> run() {
    try {
      for (std::uint64_t i = 0; i < options_.walks; ++i) walk(options_.first_walk + i);
    } catch (const CapacityExceeded& exceeded) {
      result_.stopped = std::string("capacity exceeded (") + exceeded.what() + ") in walk " +
                        std::to_string(options_.first_walk + result_.walks);
    }
    report();
    return std::move(result_);
  }

 private:
  void walk(std::uint64_t number) {
    Dice dice(options_.seed, number);
    trace_.steps.clear();
    std::vector<Step> steps;
    model_.initial([&](const State& state) { steps.push_back({kNoAction, 0, state}); });
    if (steps.empty()) throw ModelContradicted("the model has no initial state");
    trace_.steps.push_back(steps[dice.below(steps.size())]);
    bool over = false;
    while (!over) {
      const State from = trace_.steps.back().state;
      see(from);
      Findings found(traces_.size() - 1);
      const Finding here{.length = length(), .state = 0};
      judge_.judge_state(from, here, found);
      steps.clear();
      model_.next(from, [&](ActionId action, Choice choice, const State& to) {
        steps.push_back({action, choice, to});
      });
      if (steps.empty()) judge_.judge_end(from, here, found);
      keep(found, number);
      over = steps.empty() || trace_.steps.size() == options_.length;
      if (over) end(steps.empty(), from);
      if (!over) take(draw(steps, dice), number);
    }
  }
  /// One of the possible actions, then one of its steps.
  [[nodiscard]] static Step draw(const std::vector<Step>& steps, Dice& dice) {
    std::vector<ActionId> actions;
    for (const Step& step : steps) actions.push_back(step.action);
    std::sort(actions.begin(), actions.end());
    actions.erase(std::unique(actions.begin(), actions.end()), actions.end());
    const ActionId action = actions[dice.below(actions.size())];
    std::vector<Step> choices;
    for (const Step& step : steps) {
      if (step.action == action) choices.push_back(step);
    }
    return choices[dice.below(choices.size())];
  }
  void take(const Step& step, std::uint64_t number) {
    Findings found(traces_.size() - 1);
    const State from = trace_.steps.back().state;
    trace_.steps.push_back(step);
    judge_.judge_step(from, step.action, step.choice, step.state,
                      {.length = length(), .state = 0, .edge = 0}, found);
    keep(found, number);
    ++totals_.at(step.action);
    ++result_.steps;
  }
  /// The shortest trace that a walk has shown so far.
  void keep(const Findings& found, std::uint64_t number) {
    for (std::size_t i = 0; i < traces_.size(); ++i) {
      if (!found.of(i)) continue;
      if (traces_[i] && traces_[i]->steps.size() <= trace_.steps.size()) continue;
      traces_[i] = trace_;
      walks_[i] = number;
    }
  }
  void see(const State& state) {
    if (!options_.count_distinct) return;
    std::vector<std::byte>& key = key_;
    key.resize(M::max_key_bytes);
    const std::size_t size = model_.encode(state, key.data());
    const auto any = [](std::uint32_t) { return true; };
    if (table_.insert(fingerprint(std::span(key).first(size)), 0, any)) ++result_.distinct;
  }
  void end(bool stuck, const State& last) {
    const std::uint64_t states = trace_.steps.size();
    result_.shortest = result_.walks == 0 ? states : std::min(result_.shortest, states);
    result_.longest = std::max(result_.longest, states);
    ++result_.walks;
    ++(!stuck ? result_.cut : model_.terminal(last) ? result_.terminal : result_.stuck);
  }
  [[nodiscard]] std::uint32_t length() const {
    return static_cast<std::uint32_t>(trace_.steps.size());
  }

  void report() {
    const std::span<const PropertyInfo> properties = model_.properties();
    for (std::size_t i = 0; i < properties.size(); ++i) {
      if (judge_.selected(i)) result_.properties.push_back(judgement(properties[i], i));
    }
    if (options_.deadlock) {
      result_.deadlock = judgement(kDeadlock, properties.size());
    }
    const std::span<const ActionInfo> actions = model_.actions();
    for (std::size_t a = 0; a < actions.size(); ++a) {
      result_.actions.push_back(
          {.action = actions[a],
           .total = totals_[a],
           .verdict = totals_[a] > 0 ? Verdict::holds : Verdict::not_decided});
    }
  }
  [[nodiscard]] Judgement<State> judgement(const PropertyInfo& info, std::size_t i) {
    Judgement<State> judged{.property = info, .reason = {}, .trace = traces_[i]};
    result_.replay.emplace_back();
    if (!traces_[i]) {
      judged.reason = "random walks decide nothing: " + std::to_string(result_.walks) +
                      " of them, " + std::to_string(result_.steps) + " steps, did not meet it";
      return judged;
    }
    const bool sometimes = info.kind == PropertyKind::sometimes;
    judged.verdict = sometimes ? Verdict::holds : Verdict::violated;
    if (!sometimes) judged.reason = info.words;
    result_.replay.back() = "seed " + std::to_string(options_.seed) + ", walk " +
                            std::to_string(walks_[i]) + ", length " +
                            std::to_string(traces_[i]->steps.size());
    return judged;
  }

  const M& model_;
  const SimulationOptions& options_;
  Judge<M> judge_;
  std::vector<std::uint64_t> totals_;
  std::vector<std::optional<Trace<State>>> traces_;
  std::vector<std::uint64_t> walks_;  // which show them
  Trace<State> trace_;                // of the walk that goes on
  Table<false> table_;
  std::vector<std::byte> key_;
  Simulation<State> result_;
};

/// Throws Refused for options, and what the model throws, except CapacityExceeded.
template <Model M>
[[nodiscard]] Simulation<typename M::State> simulate(const M& model,
                                                     const SimulationOptions& options = {}) {
  return Simulator<M>(model, options).run();
}

}  // namespace plumb::spec
