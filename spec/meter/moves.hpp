// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The actions by number, the decisions of the environment as bits of a Choice, and which step of a
// program an action was.
// Thread-safety: constants and pure functions.
// Spec:          the meter's actions in REQUIREMENTS.md.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "check/model.hpp"
#include "meter/state.hpp"

namespace plumb::spec::meter {

enum Action : ActionId {
  kStart,
  kRun,
  kCross,
  kPreempt,
  kSignal,
  kConfirm,
  kStop,
  kReport,
  kEscalate,
  kDecay
};
inline constexpr std::size_t kActions = 10;
inline constexpr std::array<std::string_view, kActions> kActionNames = {
    "Start", "Run", "Cross", "Preempt", "Signal", "Confirm", "Stop", "Report", "Escalate", "Decay"};

/// What a step was, beside its action: `who` is a meter, or a thread for Run, Cross and Preempt.
struct Move {
  int who = 0;
  bool by_watcher = false;  ///< which of its two programs the meter took a step of
  std::uint32_t reading = kGood;
  std::uint32_t below = 0, above = 0;  ///< error of the user clock, downwards and upwards
  std::uint32_t late = 0;
  std::uint32_t signal = kDue;

  [[nodiscard]] constexpr spec::Choice packed() const {
    return static_cast<std::uint32_t>(who) | (by_watcher ? 2U : 0U) | reading << 2U | below << 4U |
           above << 5U | late << 6U | signal << 7U;
  }
  [[nodiscard]] static constexpr Move unpacked(spec::Choice bits) {
    return {.who = static_cast<int>(bits & 1U),
            .by_watcher = (bits >> 1U & 1U) != 0,
            .reading = bits >> 2U & 3U,
            .below = bits >> 4U & 1U,
            .above = bits >> 5U & 1U,
            .late = bits >> 6U & 1U,
            .signal = bits >> 7U & 7U};
  }
};

[[nodiscard]] constexpr Action action_of(Op op) {
  switch (op) {
    case Op::StartStamp:
    case Op::StartRead:
    case Op::StartOpen:
    case Op::StartArm:
      return kStart;
    case Op::StopClose:
    case Op::StopRead:
      return kStop;
    case Op::StopReport:
    case Op::ConfirmReport:
      return kReport;
    default:
      return kConfirm;
  }
}

/// The step that the meter's thread, or the watcher's visit, is about to take.
[[nodiscard]] inline Op op_of(const Row& row, const State<Concrete>& s, const Move& move) {
  const auto& slot = s.slot[index(move.who)];
  return move.by_watcher ? row.watcher.ops[slot.watch] : row.thread.ops[slot.at];
}

/// The same for a step of the checker; none for the environment and the sentinel.
[[nodiscard]] inline Op op_of(const Row& row, const State<Concrete>& s, ActionId action,
                              spec::Choice choice) {
  switch (action) {
    case kStart:
    case kConfirm:
    case kStop:
    case kReport:
      return op_of(row, s, Move::unpacked(choice));
    default:
      return Op::none;
  }
}

}  // namespace plumb::spec::meter
