// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A whole trace, line by line, held against its model.
// Thread-safety: pure function, but for the lines that it reads.
// Spec:          EV-3, EV-5.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "trace/event.hpp"
#include "trace/lines.hpp"
#include "trace/oracle.hpp"
#include "trace/refusal.hpp"

namespace plumb::spec::trace {

enum class Outcome : std::uint8_t {
  accepted,    ///< a behaviour of the variant; it may break properties all the same
  refused,     ///< none: `event` is no step
  not_decided  ///< a bound was reached, or the model has no room
};

/// Names in it are views into tables of constants.
struct Result {
  Outcome outcome = Outcome::accepted;
  std::string variant;
  std::uint64_t events = 0;  ///< taken
  std::uint64_t possible =
      0;                   ///< states behind them; refused: before `event`, hidden steps included
  std::uint64_t line = 0;  ///< accepted: the last, or that of the violation; else of `event`
  Event event{};           ///< refused, not decided: the event
  Refusal refusal{};       ///< refused: why
  std::string reason{};    ///< not decided: why
  std::vector<Finding> broken{};  ///< by the events that were taken
  bool violated = false;          ///< every history that fits those events breaks a property
  std::uint64_t largest = 0;      ///< set of states
  std::uint64_t steps = 0;        ///< tried

  /// 0, 1 or 4.
  [[nodiscard]] int exit_status() const {
    if (outcome == Outcome::not_decided) return 4;
    return outcome == Outcome::refused || violated ? 1 : 0;
  }
};

/// Called after each event, with the events and states so far.
using OnEvent = std::function<void(std::uint64_t events, std::uint64_t possible)>;

/// Throws Malformed, NewerVersion (of line lines.number()) and what the lines throw.
[[nodiscard]] Result judge(Lines& lines, const Limits& limits = {}, const OnEvent& on_event = {});

}  // namespace plumb::spec::trace
