// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Asks a model's properties about states and steps, and keeps for each property the first that
// settles it: a violation, or the witness of a sometimes property.
// First means by length of the trace, then by number of the state, then by order of the step. This
// is an order of what was found and not of when, so threads cannot change it.
// Thread-safety: Judge is read by many; Findings have one writer.
// Spec:          EV-2 (shortest counterexample).
#pragma once
#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "check/model.hpp"
#include "check/options.hpp"

namespace plumb::spec {

inline constexpr std::uint32_t kNoEdge = std::numeric_limits<std::uint32_t>::max();

struct Finding {
  std::uint32_t length = 0;  ///< states of the trace
  std::uint32_t state = 0;
  std::uint32_t edge = kNoEdge;  ///< the step that settles it, or the state itself

  friend auto operator<=>(const Finding&, const Finding&) = default;
};

/// One place for each property, and one more for the deadlock.
class Findings {
 public:
  explicit Findings(std::size_t properties) : first_(properties + 1) {}
  void offer(std::size_t property, const Finding& finding) {
    std::optional<Finding>& first = first_[property];
    if (!first || finding < *first) first = finding;
    any_ = true;
  }
  void offer(const Findings& other) {
    if (!other.any_) return;
    for (std::size_t i = 0; i < first_.size(); ++i) {
      if (other.first_[i]) offer(i, *other.first_[i]);
    }
  }
  void clear() {
    if (any_) std::fill(first_.begin(), first_.end(), std::nullopt);
    any_ = false;
  }
  [[nodiscard]] const std::optional<Finding>& of(std::size_t property) const {
    return first_.at(property);
  }
  [[nodiscard]] std::size_t deadlock() const noexcept { return first_.size() - 1; }

 private:
  std::vector<std::optional<Finding>> first_;
  bool any_ = false;
};

template <Model M>
class Judge {
 public:
  using State = typename M::State;

  /// Throws Refused for a name that no property has.
  Judge(const M& model, const Options& options)
      : model_(model),
        selected_(model.properties().size(), options.properties.empty()),
        deadlock_(options.deadlock) {
    for (const std::string& name : options.properties) select(name);
    settle(Findings(selected_.size()));
  }

  /// Properties that have a finding are not asked any more.
  void settle(const Findings& found) {
    const std::span<const PropertyInfo> properties = model_.properties();
    invariants_.clear();
    actions_.clear();
    sometimes_.clear();
    for (std::size_t i = 0; i < selected_.size(); ++i) {
      if (!selected_[i] || found.of(i)) continue;
      if (properties[i].kind == PropertyKind::invariant) invariants_.push_back(i);
      if (properties[i].kind == PropertyKind::action) actions_.push_back(i);
      if (properties[i].kind == PropertyKind::sometimes) sometimes_.push_back(i);
    }
    if (found.of(found.deadlock())) deadlock_ = false;
  }

  void judge_state(const State& state, Finding here, Findings& found) const {
    for (const std::size_t i : invariants_) {
      if (!model_.holds(i, state)) found.offer(i, here);
    }
    for (const std::size_t i : sometimes_) {
      if (model_.holds(i, state)) found.offer(i, here);
    }
  }
  void judge_step(const State& from, ActionId action, Choice choice, const State& to, Finding here,
                  Findings& found) const {
    for (const std::size_t i : actions_) {
      if (!model_.holds(i, from, action, choice, to)) found.offer(i, here);
    }
    for (const std::size_t i : sometimes_) {
      if (model_.holds(i, from, action, choice, to)) found.offer(i, here);
    }
  }
  void judge_end(const State& state, Finding here, Findings& found) const {
    if (deadlock_ && !model_.terminal(state)) found.offer(found.deadlock(), here);
  }

  [[nodiscard]] bool selected(std::size_t property) const { return selected_.at(property); }
  [[nodiscard]] bool selected(PropertyKind kind) const {
    const std::span<const PropertyInfo> properties = model_.properties();
    for (std::size_t i = 0; i < selected_.size(); ++i) {
      if (selected_[i] && properties[i].kind == kind) return true;
    }
    return false;
  }

 private:
  void select(const std::string& name) {
    const std::span<const PropertyInfo> properties = model_.properties();
    bool found = false;
    for (std::size_t i = 0; i < selected_.size(); ++i) {
      if (properties[i].name != name) continue;
      selected_[i] = true;
      found = true;
    }
    if (!found) throw Refused("property \"" + name + "\": the model has none of this name");
  }

  const M& model_;
  std::vector<bool> selected_;
  std::vector<std::size_t> invariants_, actions_, sometimes_;  // still open
  bool deadlock_ = true;
};

}  // namespace plumb::spec
