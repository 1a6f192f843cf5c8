// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A run of a model as a trace. Each event shows what tells its step apart from the other steps of
// that action in the same state, as far as the model has words for it: fewer fields than a reader
// of a counterexample wants, and as many as the oracle needs.
// Thread-safety: pure functions.
// Spec:          EV-2; README.md (the format).
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/model.hpp"
#include "check/report.hpp"
#include "trace/event.hpp"

namespace plumb::spec::trace {

/// The lines, each with its line feed.
[[nodiscard]] std::string header_line(const Header& header, std::string_view comment = {});
[[nodiscard]] std::string event_line(std::uint64_t seq, const Event& event);
[[nodiscard]] std::string end_line(std::uint64_t events);

/// Every field of a state.
template <Model M>
[[nodiscard]] std::vector<Seen> fields_of(const M& model, const typename M::State& state) {
  std::vector<Seen> all;
  model.describe(state,
                 [&](std::string_view name, std::string_view cached, std::string_view durable) {
                   all.push_back({std::string(name), std::string(cached), false});
                   all.push_back({std::string(name), std::string(durable), true});
                 });
  return all;
}

namespace detail {

inline const Seen* find(const std::vector<Seen>& all, const Seen& like) {
  for (const Seen& one : all) {
    if (one.field == like.field && one.durable == like.durable) return &one;
  }
  return nullptr;
}
/// Whether a state with these fields would be refused where `seen` was seen.
inline bool contradicts(const std::vector<Seen>& fields, const std::vector<Seen>& seen) {
  return std::any_of(seen.begin(), seen.end(), [&](const Seen& one) {
    const Seen* const is = find(fields, one);
    return (is == nullptr ? std::nullopt : is->words) != one.words;
  });
}
/// The first field of `is` that `other` has not, or the first that only `other` has.
inline std::optional<Seen> first_difference(const std::vector<Seen>& is,
                                            const std::vector<Seen>& other) {
  for (const Seen& one : is) {
    const Seen* const there = find(other, one);
    if (there == nullptr || there->words != one.words) return one;
  }
  for (const Seen& one : other) {
    if (find(is, one) == nullptr) return Seen{one.field, std::nullopt, one.durable};
  }
  return std::nullopt;
}

}  // namespace detail

/// The step as an event.
template <Model M>
[[nodiscard]] Event event_of(const M& model, const typename M::State& from, ActionId action,
                             Choice choice, const typename M::State& to) {
  using State = typename M::State;
  Event event{.action = std::string(model.actions()[action].name)};
  const std::vector<Seen> fields = fields_of(model, to);
  bool told = true;
  model.next(from, [&](ActionId a, Choice c, const State& other) {
    if (a != action || c == choice || other == to) return;
    const std::vector<Seen> others = fields_of(model, other);
    if (detail::contradicts(others, event.seen)) return;
    const auto difference = detail::first_difference(fields, others);
    told = told && difference.has_value();
    if (difference) event.seen.push_back(*difference);
  });
  const std::string words = told ? std::string{} : model.describe_choice(action, choice, from);
  if (!words.empty()) event.choice = words;
  return event;
}

/// All of a trace; of a lasso, once round its loop. Expects that it is one of the model's.
template <Model M>
[[nodiscard]] std::string trace_text(const M& model, const Header& header,
                                     const Trace<typename M::State>& trace,
                                     std::string_view comment = {}) {
  std::string text = header_line(header, comment);
  std::uint64_t events = 0;
  for (std::size_t i = 1; i < trace.steps.size(); ++i) {
    const auto& step = trace.steps[i];
    text += event_line(
        ++events, event_of(model, trace.steps[i - 1].state, step.action, step.choice, step.state));
  }
  return text + end_line(events);
}

}  // namespace plumb::spec::trace
