// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The states that are possible after a part of a trace, each once, with what the histories that
// end in it have broken: by all of them, and by some of them.
// Invariants:    states have the order in which they were added; no two have the same key;
//                a property that is broken in every history of a state is broken in some.
// Thread-safety: one writer, no reader beside it.
// Spec:          EV-2, EV-3.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace plumb::spec::trace {

/// A set of properties as bits; the last bit stands for anything at all.
using Properties = std::uint64_t;
inline constexpr Properties kAnything = Properties{1} << 63U;
inline constexpr std::size_t kMostProperties = 63;

struct Broken {
  Properties in_some = 0;
  Properties in_every = 0;

  /// The same histories, each gone on by a step that breaks `more`.
  [[nodiscard]] Broken and_then(Properties more) const {
    if (more != 0) more |= kAnything;
    return {in_some | more, in_every | more};
  }
  friend bool operator==(const Broken&, const Broken&) = default;
};

class Possible {
 public:
  struct State {
    std::string key;
    Broken broken;
    Properties here = 0;  ///< what the state itself breaks; part of `broken`
  };

  Possible() = default;
  ~Possible() = default;
  Possible(const Possible&) = delete;
  Possible& operator=(const Possible&) = delete;
  Possible(Possible&&) = default;
  Possible& operator=(Possible&&) = default;

  /// More histories for the state of this key. `judge` is asked what a new state breaks by itself.
  /// Returns its place, and whether it is new or its histories now say something else.
  template <class Judge>
  std::pair<std::size_t, bool> add(std::string_view key, const Broken& so_far, Judge&& judge) {
    if (const auto known = places_.find(key); known != places_.end()) {
      State& state = states_[known->second];
      const Broken broken = so_far.and_then(state.here);
      const Broken all{state.broken.in_some | broken.in_some,
                       state.broken.in_every & broken.in_every};
      const bool news = !(all == state.broken);
      state.broken = all;
      return {known->second, news};
    }
    const std::size_t place = states_.size();
    states_.push_back({std::string(key), {}, judge()});
    State& state = states_.back();
    state.broken = so_far.and_then(state.here);
    places_.emplace(state.key, place);
    return {place, true};
  }
  [[nodiscard]] std::size_t size() const { return states_.size(); }
  [[nodiscard]] bool empty() const { return states_.empty(); }
  [[nodiscard]] const State& operator[](std::size_t place) const { return states_[place]; }
  [[nodiscard]] auto begin() const { return states_.begin(); }
  [[nodiscard]] auto end() const { return states_.end(); }

  /// What the histories of all states have broken. Expects a state.
  [[nodiscard]] Broken broken() const {
    Broken all{0, ~Properties{0}};
    for (const State& state : states_) {
      all.in_some |= state.broken.in_some;
      all.in_every &= state.broken.in_every;
    }
    return all;
  }

 private:
  std::deque<State> states_;  // addresses stay: places_ views into them
  std::unordered_map<std::string_view, std::size_t> places_;
};

}  // namespace plumb::spec::trace
