// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What was seen, held against a state of the model.
// Thread-safety: pure functions.
// Spec:          EV-3.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/model.hpp"
#include "trace/event.hpp"

namespace plumb::spec::trace {

/// A field that is not what was seen.
struct Difference {
  std::string field;
  std::optional<std::string> expected;  ///< by the specification; none: no such field
  std::optional<std::string> seen;
  bool durable = false;

  friend bool operator==(const Difference&, const Difference&) = default;
};

/// The fields of `seen` that the state contradicts, in their order.
template <Model M>
[[nodiscard]] std::vector<Difference> differences(const M& model, const typename M::State& state,
                                                  const std::vector<Seen>& seen) {
  if (seen.empty()) return {};
  std::vector<std::optional<std::string>> is(seen.size());
  model.describe(state,
                 [&](std::string_view name, std::string_view cached, std::string_view durable) {
                   for (std::size_t i = 0; i < seen.size(); ++i) {
                     if (seen[i].field == name)
                       is[i] = std::string(seen[i].durable ? durable : cached);
                   }
                 });
  std::vector<Difference> all;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (is[i] != seen[i].words) {
      all.push_back({seen[i].field, is[i], seen[i].words, seen[i].durable});
    }
  }
  return all;
}

/// The action of that name, if the model has it.
template <Model M>
[[nodiscard]] std::optional<ActionId> action_named(const M& model, std::string_view name) {
  const auto actions = std::span<const ActionInfo>(model.actions());
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (actions[i].name == name) return static_cast<ActionId>(i);
  }
  return std::nullopt;
}

}  // namespace plumb::spec::trace
