// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Small models that have nothing to do with the protocol: Peterson's lock, a lossy token ring,
// rooms full of interchangeable guests, and graphs by lot.
// Thread-safety: as models.
// Spec:          EV-2.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "check/model.hpp"

namespace plumb::test {

using spec::ActionId;
using spec::ActionInfo;
using spec::Choice;
using spec::PropertyInfo;
using spec::PropertyKind;

/// What the models have in common: a state whose bytes are its key.
template <class S>
struct PlainKeys {
  using State = S;
  static constexpr std::size_t max_key_bytes = sizeof(S);
  static std::size_t encode(const S& state, std::byte* out) {
    std::memcpy(out, &state, sizeof(S));
    return sizeof(S);
  }
  static S decode(std::span<const std::byte> key) {
    S state;
    std::memcpy(&state, key.data(), sizeof(S));
    return state;
  }
  static std::string describe_choice(ActionId, Choice choice, const S&) {
    return std::to_string(choice);
  }
  static void describe(const S&, auto&& field) { field("state", "", ""); }
};

// ---------------------------------------------------------------------------- Peterson's lock
struct PetersonState {
  std::array<std::uint8_t, 2> at{};  // 0 idle, 1 announced, 2 waits, 3 inside, 4 left
  std::array<std::uint8_t, 2> wants{};
  std::uint8_t turn = 0;
  friend bool operator==(const PetersonState&, const PetersonState&) = default;
};

/// Two processes that go through the lock for ever. With `rude`, one does not wait for the other.
struct Peterson : PlainKeys<PetersonState> {
  bool rude = false;
  bool spare = false;  // one more action, which never fires

  enum : ActionId { kAnnounce, kYield, kEnter, kLeave, kSpare };
  static constexpr std::array<ActionInfo, 5> kActions{
      {{"Announce", true}, {"Yield", true}, {"Enter", true}, {"Leave", true}, {"Spare", true}}};
  static constexpr std::array<PropertyInfo, 5> kProperties{
      {{"Exclusion", PropertyKind::invariant, "T-1", "never two inside"},
       {"OneAtATime", PropertyKind::action, "T-2", "a step moves one process"},
       {"BothWait", PropertyKind::sometimes, "T-3", "both wait at once"},
       {"EntersOverOther", PropertyKind::sometimes, "T-4", "enters while the other waits"},
       {"BothInside", PropertyKind::sometimes, "T-5", "what exclusion forbids"}}};

  void initial(auto&& emit) const { emit(State{}); }
  void next(const State& s, auto&& emit) const {
    for (std::uint8_t i = 0; i < 2; ++i) {
      const auto other = static_cast<std::uint8_t>(1 - i);
      State n = s;
      n.at[i] = static_cast<std::uint8_t>((s.at[i] + 1) % 4);
      if (s.at[i] == 0) {
        n.wants[i] = 1;
        emit(kAnnounce, i, n);
      } else if (s.at[i] == 1) {
        n.turn = other;
        emit(kYield, i, n);
      } else if (s.at[i] == 2 && (rude || s.wants[other] == 0 || s.turn == i)) {
        emit(kEnter, i, n);
      } else if (s.at[i] == 3) {
        n.wants[i] = 0;
        emit(kLeave, i, n);
      }
    }
  }
  std::span<const ActionInfo> actions() const { return std::span(kActions).first(spare ? 5 : 4); }
  std::span<const PropertyInfo> properties() const { return kProperties; }
  bool holds(std::size_t property, const State& s) const {
    const bool both_inside = s.at[0] == 3 && s.at[1] == 3;
    return property == 0   ? !both_inside
           : property == 2 ? s.at[0] == 2 && s.at[1] == 2
           : property == 4 ? both_inside
                           : false;
  }
  bool holds(std::size_t property, const State& from, ActionId action, Choice choice,
             const State& to) const {
    if (property == 3) return action == kEnter && from.at[1 - choice] == 2;
    return property == 1 && (from.at[0] == to.at[0]) != (from.at[1] == to.at[1]);
  }
  bool terminal(const State&) const { return false; }
};

// ---------------------------------------------------------------------------- token ring
struct RingState {
  std::uint8_t holder = 0, rounds = 0, lost = 0;
  friend bool operator==(const RingState&, const RingState&) = default;
};

struct RingSwitches {
  bool fair_pass = true;
  bool goes_back = false;
  bool loses = false;
  bool renews = true;
};

/// A token goes around three nodes and is handed in after two rounds. It may be sent back, and may
/// get lost; who has lost it can make a new one.
struct Ring : PlainKeys<RingState> {
  static constexpr std::uint8_t kNodes = 3, kRounds = 2;
  RingSwitches switches;
  std::array<ActionInfo, 5> table;

  explicit Ring(RingSwitches chosen = {})
      : switches(chosen),
        table{{{"Pass", chosen.fair_pass},
               {"Back", false, "only where it may"},
               {"Lose", false, "only where it may"},
               {"Renew", true, "only after a loss"},
               {"Idle", true}}} {}

  enum : ActionId { kPass, kBack, kLose, kRenew, kIdle };
  static constexpr std::array<PropertyInfo, 1> kProperties{
      {{"HandedIn", PropertyKind::termination, "T-6", "the token is handed in"}}};

  void initial(auto&& emit) const { emit(State{}); }
  void next(const State& s, auto&& emit) const {
    emit(kIdle, 0, s);  // changes nothing, and must not count as progress
    if (terminal(s)) return;
    State n = s;
    if (s.lost != 0) {
      if (!switches.renews) return;
      n.lost = 0;
      return emit(kRenew, 0, n);
    }
    n.holder = static_cast<std::uint8_t>((s.holder + 1) % kNodes);
    n.rounds = static_cast<std::uint8_t>(s.rounds + (n.holder == 0 ? 1 : 0));
    emit(kPass, 0, n);
    if (switches.goes_back && s.holder > 0) {
      n = s;
      --n.holder;
      emit(kBack, 0, n);
    }
    if (switches.loses) {
      n = s;
      n.lost = 1;
      emit(kLose, 0, n);
    }
  }
  std::span<const ActionInfo> actions() const { return table; }
  std::span<const PropertyInfo> properties() const { return kProperties; }
  bool holds(std::size_t, const State&) const { return false; }
  bool holds(std::size_t, const State&, ActionId, Choice, const State&) const { return false; }
  bool terminal(const State& s) const { return s.rounds == kRounds; }
};

// ---------------------------------------------------------------------------- rooms
struct RoomsState {
  std::array<std::uint8_t, 6> room{};
  friend bool operator==(const RoomsState&, const RoomsState&) = default;
};

/// Six guests who go from room to room; nothing tells one from another.
struct Rooms : PlainKeys<RoomsState> {
  std::uint8_t rooms = 5;
  std::uint8_t full = 7;  ///< guests that may not be in the last room at once
  bool with_step_property = false;
  bool with_termination = false;
  bool biased = false;  ///< only the first guest may enter the last room: there is no symmetry

  static constexpr std::array<ActionInfo, 1> kActions{{{"Move"}}};
  static constexpr std::array<PropertyInfo, 3> kProperties{
      {{"NotFull", PropertyKind::invariant, "T-7", "the last room is never full"},
       {"Forward", PropertyKind::action, "T-8", "guests go forward"},
       {"Ends", PropertyKind::termination, "T-9", "all arrive"}}};
  static constexpr bool has_symmetry = true;

  void initial(auto&& emit) const { emit(State{}); }
  void next(const State& s, auto&& emit) const {
    for (std::uint32_t i = 0; i < s.room.size(); ++i) {
      if (s.room[i] + 1 >= rooms) continue;
      if (biased && i != 0 && s.room[i] + 2 == rooms) continue;
      State n = s;
      ++n.room[i];
      emit(0, i, n);
    }
  }
  std::span<const ActionInfo> actions() const { return kActions; }
  std::span<const PropertyInfo> properties() const {
    if (with_termination) return kProperties;
    return std::span(kProperties).first(with_step_property ? 2 : 1);
  }
  bool holds(std::size_t, const State& s) const {
    return std::count(s.room.begin(), s.room.end(), rooms - 1) < full;
  }
  bool holds(std::size_t, const State&, ActionId, Choice, const State&) const { return true; }
  bool terminal(const State& s) const {
    return std::count(s.room.begin(), s.room.end(), rooms - 1) == 6;
  }
  State canonical(State s) const {
    std::sort(s.room.begin(), s.room.end());
    return s;
  }
};

// ---------------------------------------------------------------------------- graphs by lot
/// A graph drawn from a seed: initial states, edges with actions, properties and terminal states.
struct Lottery : PlainKeys<std::uint32_t> {
  struct Arc {
    ActionId action = 0;
    Choice choice = 0;
    std::uint32_t to = 0;
  };
  std::vector<std::vector<Arc>> arcs;
  std::vector<std::uint32_t> roots;
  std::vector<std::uint8_t> bad, rare, end;  // of each state
  std::vector<ActionInfo> table;
  std::vector<PropertyInfo> properties_table;

  static constexpr std::array<const char*, 6> kNames{"A", "B", "C", "D", "E", "F"};

  struct Shape {
    std::uint32_t states = 50;
    std::uint32_t most_arcs = 3;
    std::uint32_t bad_in = 20, end_in = 5;  // one in so many
    std::uint32_t roots = 2;
  };
  Lottery(std::uint64_t seed, const Shape& shape) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    for (const char* name : kNames) table.push_back({name, below(2) == 0, "by lot"});
    properties_table = {{"NotBad", PropertyKind::invariant, "T", ""},
                        {"NoBadStep", PropertyKind::action, "T", ""},
                        {"Rare", PropertyKind::sometimes, "T", ""},
                        {"RareStep", PropertyKind::sometimes, "T", ""},
                        {"Ends", PropertyKind::termination, "T", ""},
                        {"RareEither", PropertyKind::sometimes, "T", ""}};
    arcs.resize(shape.states);
    for (auto& list : arcs) {
      const std::uint32_t count = below(shape.most_arcs + 1);
      for (std::uint32_t i = 0; i < count; ++i) {
        list.push_back({static_cast<ActionId>(below(6)), below(4), below(shape.states)});
      }
    }
    for (std::uint32_t i = 0; i < shape.states; ++i) {
      bad.push_back(below(shape.bad_in) == 0 ? 1 : 0);
      rare.push_back(below(shape.bad_in) == 0 ? 1 : 0);
      end.push_back(below(shape.end_in) == 0 ? 1 : 0);
    }
    for (std::uint32_t i = 0; i < shape.roots; ++i) roots.push_back(below(shape.states));
  }

  void initial(auto&& emit) const {
    for (const std::uint32_t root : roots) emit(root);
  }
  void next(const State& s, auto&& emit) const {
    for (const Arc& arc : arcs[s]) emit(arc.action, arc.choice, arc.to);
  }
  std::span<const ActionInfo> actions() const { return table; }
  std::span<const PropertyInfo> properties() const { return properties_table; }
  bool holds(std::size_t property, const State& s) const {
    return property == 0 ? bad[s] == 0 : (property == 2 || property == 5) && rare[s] != 0;
  }
  bool holds(std::size_t property, const State& from, ActionId action, Choice,
             const State& to) const {
    const bool odd = action == 5 && bad[to] != 0 && from % 2 == 0;
    return property == 1 ? !odd : (property == 3 || property == 5) && odd;
  }
  bool terminal(const State& s) const { return end[s] != 0; }
};

}  // namespace plumb::test
