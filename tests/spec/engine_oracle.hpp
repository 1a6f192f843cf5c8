// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The search as a textbook writes it, with std::map and without any of the engine's means: what the
// engine must agree with.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "check/model.hpp"

namespace plumb::test {

struct OracleAnswer {
  std::uint64_t distinct = 0, generated = 0;
  std::uint32_t depth = 0;
  std::map<std::size_t, std::uint32_t> shortest;  // property: states of a trace that settles it
  std::optional<std::uint32_t> deadlock;
  std::vector<std::uint64_t> totals;
  bool terminates = true;
};

template <class M>
class Oracle {
 public:
  using State = typename M::State;

  explicit Oracle(const M& model) : model_(model) {}

  OracleAnswer answer() {
    OracleAnswer answer;
    answer.totals.resize(model_.actions().size());
    std::vector<State> level;
    model_.initial([&](const State& s) {
      ++answer.generated;
      if (number(s)) level.push_back(s);
    });
    while (!level.empty()) {
      ++answer.depth;
      std::vector<State> next;
      for (const State& s : level) expand(s, answer, next);
      level = next;
    }
    answer.distinct = states_.size();
    answer.terminates = !stays_for_ever();
    return answer;
  }

 private:
  struct Arc {
    std::size_t from, action, to;
  };

  bool number(const State& s) {
    const std::string key(reinterpret_cast<const char*>(&s), sizeof(s));
    const bool is_new = numbers_.emplace(key, states_.size()).second;
    if (is_new) states_.push_back(s);
    return is_new;
  }
  std::size_t number_of(const State& s) {
    return numbers_.at(std::string(reinterpret_cast<const char*>(&s), sizeof(s)));
  }
  void settle(OracleAnswer& answer, std::size_t property, std::uint32_t length) {
    const auto [at, is_new] = answer.shortest.emplace(property, length);
    if (!is_new && length < at->second) at->second = length;
  }
  void expand(const State& s, OracleAnswer& answer, std::vector<State>& next) {
    const auto properties = model_.properties();
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const auto kind = properties[i].kind;
      if (kind == spec::PropertyKind::invariant && !model_.holds(i, s)) {
        settle(answer, i, answer.depth);
      }
      if (kind == spec::PropertyKind::sometimes && model_.holds(i, s)) {
        settle(answer, i, answer.depth);
      }
    }
    bool any = false;
    model_.next(s, [&](spec::ActionId action, spec::Choice choice, const State& t) {
      any = true;
      ++answer.generated;
      ++answer.totals.at(action);
      if (number(t)) next.push_back(t);
      arcs_.push_back({number_of(s), action, number_of(t)});
      for (std::size_t i = 0; i < properties.size(); ++i) {
        const auto kind = properties[i].kind;
        const bool step = model_.holds(i, s, action, choice, t);
        if ((kind == spec::PropertyKind::action && !step) ||
            (kind == spec::PropertyKind::sometimes && step)) {
          settle(answer, i, answer.depth + 1);
        }
      }
    });
    if (!any && !model_.terminal(s) && !answer.deadlock) answer.deadlock = answer.depth;
  }
  /// Emerson and Lei, "Modalities for model checking", 1987: the greatest set of states from each
  /// of which, inside the set, every fair action's excuse can be reached again and again.
  bool stays_for_ever() {
    std::set<std::size_t> inside;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (!model_.terminal(states_[i])) inside.insert(i);
    }
    const auto actions = model_.actions();
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t a = 0; a < actions.size(); ++a) {
        if (!actions[a].fair) continue;
        std::set<std::size_t> good = inside;  // a is not possible here, or its step stays inside
        for (const Arc& arc : arcs_) {
          if (arc.action == a && arc.from != arc.to) good.erase(arc.from);
        }
        for (const Arc& arc : arcs_) {
          const bool stays = inside.count(arc.from) != 0 && inside.count(arc.to) != 0;
          if (arc.action == a && arc.from != arc.to && stays) good.insert(arc.from);
        }
        for (bool grew = true; grew;) {
          grew = false;
          for (const Arc& arc : arcs_) {
            if (inside.count(arc.from) != 0 && good.count(arc.to) != 0) {
              grew = good.insert(arc.from).second || grew;
            }
          }
        }
        changed = changed || good.size() != inside.size();
        inside = good;
      }
    }
    return !inside.empty();
  }

  const M& model_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<State> states_;
  std::vector<Arc> arcs_;
};

template <class M>
OracleAnswer ask_oracle(const M& model) {
  return Oracle<M>(model).answer();
}

}  // namespace plumb::test
