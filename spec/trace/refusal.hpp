// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Why an event is no step: for each action that was possible instead, and for the event's own, the
// step that comes nearest to what was seen. Near means few differences, the name being one of them.
// Invariants:    the event's own action is always among the candidates.
// Thread-safety: pure functions.
// Spec:          EV-3; README.md (refusals).
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "check/contract.hpp"
#include "check/model.hpp"
#include "trace/event.hpp"
#include "trace/observe.hpp"
#include "trace/possible.hpp"

namespace plumb::spec::trace {

/// Steps that are looked at for a refusal; a larger set of states is judged by its first part.
inline constexpr std::uint64_t kMostExamined = 20'000;

struct Candidate {
  std::string action;
  bool own = false;         ///< the event's
  bool fair = false;        ///< the protocol's, not the environment's: the likelier one
  std::uint64_t steps = 0;  ///< of this action in the states that were possible; 0: its guard
  std::vector<Difference> differences{};  ///< of the nearest of them; none: it fits

  [[nodiscard]] std::size_t distance() const { return differences.size() + (own ? 0 : 1); }
};

struct Refusal {
  std::uint64_t possible = 0;  ///< states before the event
  std::string never{};         ///< why this model never takes the action; empty: it may
  /// Where the programs stood, "phase running, committer SyncWal", each once.
  std::vector<std::string> places{};
  bool stands_there = false;            ///< a program stood at the action, and it could not run
  std::vector<Candidate> candidates{};  ///< the nearest first; those without a step last
  bool complete = true;                 ///< every step was looked at
};

namespace detail {

template <Model M, class IsPlace>
void note_places(const M& model, const typename M::State& state, const std::string& action,
                 const IsPlace& is_place, Refusal& refusal) {
  std::string words;
  model.describe(state, [&](std::string_view name, std::string_view cached, std::string_view) {
    if (!is_place(name)) return;
    words.append(words.empty() ? "" : ", ").append(name).append(" ").append(cached);
    refusal.stands_there = refusal.stands_there || cached == action;
  });
  if (words.empty()) return;
  const auto known = std::find(refusal.places.begin(), refusal.places.end(), words);
  if (known == refusal.places.end()) refusal.places.push_back(words);
}

/// Keeps the step if it is nearer than the candidate's.
inline void compare(Candidate& candidate, std::vector<Difference> found) {
  const bool first = candidate.steps++ == 0;
  if (first || found.size() < candidate.differences.size()) {
    candidate.differences = std::move(found);
  }
}

}  // namespace detail

/// Explains why none of the possible states has a step that is the event. Expects that none has.
template <Model M, class IsPlace>
[[nodiscard]] Refusal refuse(const M& model, const Possible& possible, const Event& event,
                             const IsPlace& is_place) {
  using State = typename M::State;
  struct Enough {};
  const std::span<const ActionInfo> actions = model.actions();
  const auto own = action_named(model, event.action);
  expects(own.has_value(), "the model has the action");
  Refusal refusal{.possible = possible.size(), .never = std::string(actions[*own].never_reason)};
  std::vector<Candidate> all(actions.size());
  std::uint64_t examined = 0;
  try {
    for (const Possible::State& one : possible) {
      const State from = model.decode(std::as_bytes(std::span(one.key)));
      detail::note_places(model, from, event.action, is_place, refusal);
      model.next(from, [&](ActionId action, Choice choice, const State& to) {
        if (++examined > kMostExamined) throw Enough{};
        std::vector<Difference> found = differences(model, to, event.seen);
        if (action == *own && event.choice && found.empty()) {
          found.push_back({"choice", model.describe_choice(action, choice, from), event.choice});
        }
        detail::compare(all[action], std::move(found));
      });
    }
  } catch (const Enough&) {
    refusal.complete = false;
  } catch (const CapacityExceeded&) {
    refusal.complete = false;
  }
  for (std::size_t a = 0; a < all.size(); ++a) {
    all[a].action = actions[a].name;
    all[a].own = a == *own;
    all[a].fair = actions[a].fair;
    if (all[a].own || all[a].steps > 0) refusal.candidates.push_back(std::move(all[a]));
  }
  std::sort(refusal.candidates.begin(), refusal.candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              const auto rank = [](const Candidate& c) {
                return std::tuple{c.steps == 0, c.distance(), !c.own, !c.fair};
              };
              return rank(a) != rank(b) ? rank(a) < rank(b) : a.action < b.action;
            });
  return refusal;
}

}  // namespace plumb::spec::trace
