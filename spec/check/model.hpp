// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a model is for the checker: a constant value that lists initial states, successors and
// properties. spec/check/README.md shows a whole one.
// Invariants:    next() emits the same steps in the same order whenever it is asked of one state;
//                decode(encode(s)) == s, and equal keys mean equal states.
// Thread-safety: a model is read by several threads at once; none of its functions may write.
// Spec:          EV-1, EV-2.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace plumb::spec {

/// Index into Model::actions().
using ActionId = std::uint16_t;
/// What the environment decided in this step; 0 where there is nothing to decide.
using Choice = std::uint32_t;

struct ActionInfo {
  std::string_view name;
  bool fair = false;  ///< weakly fair: not put off for ever while it stays enabled
  /// Non-empty: in this model the action may never fire, for this reason. Otherwise an action
  /// that never fires fails the run.
  std::string_view never_reason{};
};

enum class PropertyKind {
  invariant,   ///< holds(p, state) in every reachable state
  action,      ///< holds(p, from, action, choice, to) for every step between reachable states
  sometimes,   ///< some state, or some step, is a witness; both forms of holds() are asked, and
               ///< the form that does not fit answers false
  termination  ///< from everywhere, a weakly fair run comes to a state that is terminal()
};

struct PropertyInfo {
  std::string_view name;
  PropertyKind kind = PropertyKind::invariant;
  std::string_view requirement;  ///< "AC-1"
  std::string_view words;        ///< which promise it is
};

/// Thrown by a model whose state does not fit its fixed capacities. The run ends as not decided,
/// with this message: a state space is never cut in silence.
struct CapacityExceeded : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace detail {
template <class S>
struct EmitState {
  void operator()(const S&) const {}
};
template <class S>
struct EmitStep {
  void operator()(ActionId, Choice, const S&) const {}
};
struct Field {
  void operator()(std::string_view, std::string_view, std::string_view) const {}
};
}  // namespace detail

template <class M>
concept Model =
    std::is_trivially_copyable_v<typename M::State> &&
    std::equality_comparable<typename M::State> &&
    requires(const M& m, const typename M::State& s, std::byte* out, std::span<const std::byte> key,
             std::size_t property, ActionId action, Choice choice) {
      m.initial(detail::EmitState<typename M::State>{});
      m.next(s, detail::EmitStep<typename M::State>{});  // in a fixed order
      { m.actions() } -> std::convertible_to<std::span<const ActionInfo>>;
      { m.properties() } -> std::convertible_to<std::span<const PropertyInfo>>;
      { m.holds(property, s) } -> std::same_as<bool>;
      { m.holds(property, s, action, choice, s) } -> std::same_as<bool>;
      { m.terminal(s) } -> std::same_as<bool>;  // may have no successor, and counts as done
      { M::max_key_bytes } -> std::convertible_to<std::size_t>;
      { m.encode(s, out) } -> std::same_as<std::size_t>;  // at most max_key_bytes
      { m.decode(key) } -> std::same_as<typename M::State>;
      { m.describe_choice(action, choice, s) } -> std::convertible_to<std::string>;
      m.describe(s, detail::Field{});  // field(name, cached, durable)
    };

/// A model that names one representative of each class of states that differ in nothing that
/// matters. Its properties must not tell the members of a class apart.
template <class M>
concept SymmetricModel =
    Model<M> && M::has_symmetry && requires(const M& m, const typename M::State& s) {
      { m.canonical(s) } -> std::same_as<typename M::State>;
    };

}  // namespace plumb::spec
