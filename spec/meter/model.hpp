// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The meter as a model for the checker: one row within bounds, over concrete values.
// Invariants:    as spec/check/model.hpp asks for.
// Thread-safety: const after construction.
// Spec:          CM-1 to CM-8; EV-2.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/contract.hpp"
#include "check/model.hpp"
#include "meter/catalogue.hpp"
#include "meter/claims.hpp"
#include "meter/codec.hpp"
#include "meter/steps.hpp"

namespace plumb::spec::meter {

class Meter {
 public:
  using State = meter::State<Concrete>;
  static constexpr std::size_t max_key_bytes = kKeyBytes;

  Meter(Row row, Bounds bounds)
      : world_{row, bounds}, actions_(actions_for(world_)), claims_(claims_for(world_)) {
    expects(bounds.valid(), "meter: the bounds are within the capacities");
    for (const Claim claim : claims_) properties_.push_back(entry(claim).info);
  }

  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] std::span<const ActionInfo> actions() const { return actions_; }
  [[nodiscard]] std::span<const PropertyInfo> properties() const { return properties_; }

  template <class Emit>
  void initial(Emit&& emit) const {
    emit(State{});
  }
  template <class Emit>
  void next(const State& s, Emit&& emit) const {
    all_steps(world_, s, emit);
  }

  [[nodiscard]] bool holds(std::size_t property, const State& s) const {
    return properties_[property].kind == PropertyKind::invariant &&
           keeps(claims_[property], world_, s);
  }
  [[nodiscard]] bool holds(std::size_t property, const State& from, ActionId action,
                           spec::Choice choice, const State& to) const {
    const StepView view{
        world_, from, to, action, op_of(world_.row, from, action, choice), Move::unpacked(choice)};
    return properties_[property].kind == PropertyKind::sometimes ? shows(claims_[property], view)
                                                                 : keeps(claims_[property], view);
  }

  /// Every meter rests for good, the watcher too, and no Escalate is owed.
  [[nodiscard]] bool terminal(const State& s) const {
    for (int m = 0; m < world_.bounds.meters; ++m) {
      const auto& slot = s.slot[index(m)];
      const bool done = slot.ops == num<Concrete>(world_.bounds.ops) || slot.quarantined ||
                        !can_resolve(m) || waits_for_outer(s, m);
      if (slot.at != 0 || !done || slot.watch != 0 || slot.pending) return false;
    }
    return s.owed == 0;
  }

  std::size_t encode(const State& s, std::byte* out) const {
    return meter::encode(world_.bounds, s, out);
  }
  [[nodiscard]] State decode(std::span<const std::byte> key) const {
    return meter::decode(world_.bounds, key);
  }

  [[nodiscard]] std::string describe_choice(ActionId action, spec::Choice choice,
                                            const State& from) const {
    return describe_move(world_, action, Move::unpacked(choice),
                         op_of(world_.row, from, action, choice));
  }
  template <class Field>
  void describe(const State& s, Field&& field) const {
    describe_state(world_, s, field);
  }

 private:
  [[nodiscard]] bool can_resolve(int m) const {
    return !world_.row.rules.checks_granularity ||
           world_.bounds.budget[index(m)] >= 2 * world_.row.rules.granularity;
  }
  /// An inner meter has nothing to do once the outer one is done.
  [[nodiscard]] bool waits_for_outer(const State& s, int m) const {
    if (!world_.bounds.nested || m == 0) return false;
    return s.slot[0].ops == num<Concrete>(world_.bounds.ops) || s.slot[0].quarantined;
  }

  World world_;
  std::vector<ActionInfo> actions_;
  std::vector<Claim> claims_;
  std::vector<PropertyInfo> properties_;
};
static_assert(Model<Meter>);

}  // namespace plumb::spec::meter
