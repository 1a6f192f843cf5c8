// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The oracle: takes one event after the other and keeps the states that are still possible. What
// the environment chose widens their set, what was seen narrows it; hidden actions may happen any
// number of times before each event. Each state carries what its histories have broken, so that a
// property can be told to be broken in every history that fits the trace, or in some.
// Invariants:    possible() is never empty; every state in it is reached by a history that fits
//                all events taken, and every such history ends in one of them.
// Thread-safety: one thread; the model is only read and outlives the oracle.
// Spec:          EV-2, EV-3.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/contract.hpp"
#include "check/model.hpp"
#include "trace/event.hpp"
#include "trace/observe.hpp"
#include "trace/possible.hpp"

namespace plumb::spec::trace {

/// Where the oracle gives up.
struct Limits {
  std::uint64_t states = 200'000;     ///< possible at once
  std::uint64_t steps = 100'000'000;  ///< tried in all
};

enum class Taken : std::uint8_t { yes, refused, not_decided };

/// A property that histories which fit the trace have broken.
struct Finding {
  PropertyInfo property;
  bool in_every = false;     ///< by every such history; else by some
  std::uint64_t event = 0;   ///< in_every: after this event, 0 for the initial state
  std::uint64_t states = 0;  ///< possible ones of whose histories some have broken it
};

template <Model M>
class Oracle {
 public:
  using State = typename M::State;

  /// Expects that the model has the hidden actions.
  Oracle(const M& model, const std::vector<std::string>& hidden, const Limits& limits)
      : model_(model), limits_(limits), hidden_(model.actions().size()) {
    for (const std::string& name : hidden) hidden_[id_of(name)] = true;
    const std::span<const PropertyInfo> properties = model.properties();
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const PropertyKind kind = properties[i].kind;
      if (kind == PropertyKind::invariant || kind == PropertyKind::action) judged_.push_back(i);
    }
    expects(judged_.size() <= kMostProperties, "a word has a bit for each property");
    since_.resize(judged_.size());
    model.initial([&](const State& state) { add(possible_, state, Broken{}); });
    expects(!possible_.empty(), "a model has an initial state");
    note();
  }

  /// The event happens next. Refused: possible() are the states before it, hidden steps included.
  /// After anything but yes, the oracle takes no more. Expects that the model has the action.
  [[nodiscard]] Taken take(const Event& event) {
    const ActionId action = id_of(event.action);
    try {
      close();
      Possible next = after(action, event);
      if (next.empty()) return Taken::refused;
      possible_ = std::move(next);
    } catch (const CapacityExceeded& exceeded) {
      reason_ = std::string("the model has no room: ") + exceeded.what();
      return Taken::not_decided;
    } catch (const BoundReached& bound) {
      reason_ = bound.words;
      return Taken::not_decided;
    }
    ++events_;
    note();
    return Taken::yes;
  }

  [[nodiscard]] const Possible& possible() const { return possible_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }  ///< of not_decided
  [[nodiscard]] std::uint64_t events() const { return events_; }       ///< taken
  [[nodiscard]] std::uint64_t steps() const { return steps_; }         ///< tried
  [[nodiscard]] std::uint64_t largest() const { return largest_; }     ///< set of states

  /// What histories have broken, in the model's order.
  [[nodiscard]] std::vector<Finding> findings() const {
    std::vector<Finding> all;
    const Broken broken = possible_.broken();
    for (std::size_t i = 0; i < judged_.size(); ++i) {
      if ((broken.in_some & bit(i)) == 0) continue;
      Finding finding{.property = model_.properties()[judged_[i]]};
      finding.in_every = (broken.in_every & bit(i)) != 0;
      if (finding.in_every) finding.event = since_[i];
      for (const Possible::State& state : possible_) {
        finding.states += (state.broken.in_some & bit(i)) != 0 ? 1U : 0U;
      }
      all.push_back(finding);
    }
    return all;
  }
  /// Whether every history that fits the events has broken something, though not all the same.
  [[nodiscard]] bool violated() const { return (in_every_ & kAnything) != 0; }
  /// Since which event; 0 for the initial state. Expects violated().
  [[nodiscard]] std::uint64_t violated_since() const { return violated_since_; }

 private:
  struct BoundReached {
    std::string words;
  };

  static constexpr Properties bit(std::size_t i) { return Properties{1} << i; }
  [[nodiscard]] ActionId id_of(std::string_view name) const {
    const auto action = action_named(model_, name);
    expects(action.has_value(), "the model has the action");
    return *action;
  }
  [[nodiscard]] State state_of(std::size_t place) const {
    return model_.decode(std::as_bytes(std::span(possible_[place].key)));
  }
  void count(std::uint64_t steps) {
    steps_ += steps;
    if (steps_ <= limits_.steps) return;
    throw BoundReached{"more than " + std::to_string(limits_.steps) +
                       " steps were tried (--max-steps)"};
  }
  std::pair<std::size_t, bool> add(Possible& to, const State& state, const Broken& so_far) {
    key_.resize(M::max_key_bytes);
    const std::size_t size = model_.encode(state, std::as_writable_bytes(std::span(key_)).data());
    const auto added = to.add(std::string_view(key_).substr(0, size), so_far, [&] {
      Properties broken = 0;
      for (std::size_t i = 0; i < judged_.size(); ++i) {
        if (kind(i) == PropertyKind::invariant && !model_.holds(judged_[i], state)) {
          broken |= bit(i);
        }
      }
      return broken;
    });
    largest_ = to.size() > largest_ ? to.size() : largest_;
    if (to.size() > limits_.states) {
      throw BoundReached{"more than " + std::to_string(limits_.states) +
                         " states are possible (--max-states)"};
    }
    return added;
  }
  [[nodiscard]] PropertyKind kind(std::size_t i) const {
    return model_.properties()[judged_[i]].kind;
  }
  /// The properties of steps that this one breaks.
  [[nodiscard]] Properties broken_by(const State& from, ActionId action, Choice choice,
                                     const State& to) const {
    Properties broken = 0;
    for (std::size_t i = 0; i < judged_.size(); ++i) {
      if (kind(i) == PropertyKind::action && !model_.holds(judged_[i], from, action, choice, to)) {
        broken |= bit(i);
      }
    }
    return broken;
  }

  /// Adds what hidden actions lead to. A state whose histories say something new is looked at
  /// again, until nothing is.
  void close() {
    std::deque<std::size_t> work;
    for (std::size_t i = 0; i < hidden_.size() && work.empty(); ++i) {
      for (std::size_t k = 0; hidden_[i] && k < possible_.size(); ++k) work.push_back(k);
    }
    for (; !work.empty(); work.pop_front()) {
      const State from = state_of(work.front());
      const Broken so_far = possible_[work.front()].broken;
      model_.next(from, [&](ActionId action, Choice choice, const State& to) {
        count(1);
        if (!hidden_[action]) return;
        const auto [place, news] =
            add(possible_, to, so_far.and_then(broken_by(from, action, choice, to)));
        if (news) work.push_back(place);
      });
    }
  }

  /// The states behind the event.
  [[nodiscard]] Possible after(ActionId wanted, const Event& event) {
    struct Step {
      Choice choice;
      State to;
    };
    Possible next;
    std::vector<Step> fitting;
    for (std::size_t place = 0; place < possible_.size(); ++place) {
      const State from = state_of(place);
      const Broken so_far = possible_[place].broken;
      std::uint64_t edges = 0;
      fitting.clear();
      model_.next(from, [&](ActionId action, Choice choice, const State& to) {
        count(1);
        ++edges;
        if (action == wanted && differences(model_, to, event.seen).empty()) {
          fitting.push_back({choice, to});
        }
      });
      for (const Step& step : fitting) {
        if (event.choice) {
          count(edges);  // a model looks for the choice among them
          if (model_.describe_choice(wanted, step.choice, from) != *event.choice) continue;
        }
        const Properties broken = broken_by(from, wanted, step.choice, step.to);
        add(next, step.to, so_far.and_then(broken));
      }
    }
    return next;
  }

  /// Remembers which properties are broken in every history since this event.
  void note() {
    const Properties now = possible_.broken().in_every;
    for (std::size_t i = 0; i < judged_.size(); ++i) {
      if ((now & ~in_every_ & bit(i)) != 0) since_[i] = events_;
    }
    if ((now & ~in_every_ & kAnything) != 0) violated_since_ = events_;
    in_every_ |= now;
  }

  const M& model_;
  Limits limits_;
  std::vector<bool> hidden_;
  std::vector<std::size_t> judged_;   // properties; bit i of Properties is judged_[i]
  std::vector<std::uint64_t> since_;  // of judged_: event since which all histories have broken it
  Properties in_every_ = 0;           // what every history of possible_ has broken
  std::uint64_t violated_since_ = 0;
  Possible possible_;
  std::string key_;
  std::string reason_;
  std::uint64_t events_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace plumb::spec::trace
