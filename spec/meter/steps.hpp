// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// All steps of a state: the step of each thread and of the watcher, and whatever the environment
// may do, with every decision that it may take. Invariants:    a fixed order; no two steps of one
// action and choice. Thread-safety: pure functions. Spec:          EV-2.
#pragma once
#include "meter/environment.hpp"
#include "meter/moves.hpp"
#include "meter/thread.hpp"
#include "meter/watcher.hpp"

namespace plumb::spec::meter {

/// The step `op` of meter m, in any domain.
template <ValueDomain D>
Step<D> step(const World& w, const State<D>& s, Op op, int m, const Choice<D>& c) {
  switch (op) {
    case Op::StartStamp:
      return start_stamp<D>(w, s, m, c);
    case Op::StartRead:
      return start_read<D>(w, s, m, c);
    case Op::StartOpen:
      return start_open<D>(w, s, m, c);
    case Op::StartArm:
      return start_arm<D>(w, s, m, c);
    case Op::StopClose:
      return stop_close<D>(w, s, m, c);
    case Op::StopRead:
      return stop_read<D>(w, s, m, c);
    case Op::StopReport:
      return stop_report<D>(w, s, m, c);
    case Op::ConfirmLook:
      return confirm_look<D>(w, s, m, c);
    case Op::ConfirmRead:
      return confirm_read<D>(w, s, m, c);
    case Op::ConfirmAgain:
      return confirm_again<D>(w, s, m, c);
    case Op::ConfirmReport:
      return confirm_report<D>(w, s, m, c);
    case Op::ConfirmPark:
      return confirm_park<D>(w, s, m, c);
    case Op::ConfirmLast:
      return confirm_last<D>(w, s, m, c);
    case Op::none:
      break;
  }
  return {D::boolean(false), s};
}

/// The choice of a move, for the step that reads a clock of this thread.
[[nodiscard]] inline Choice<Concrete> choice_of(const World& w, const State<Concrete>& s,
                                                const Move& move) {
  const auto cpu = s.cpu[index(w.bounds.thread_of(move.who))];
  return {.reading = move.reading,
          .lo = cpu - move.below,
          .hi = cpu + move.above,
          .late = move.late,
          .signal = move.signal};
}

/// f(move) for each decision that the environment may take in this step of a program.
template <class F>
void each_move(const Rules& rules, Op op, Move move, F f) {
  if (op == Op::StartRead) {
    const std::uint32_t error = rules.clock == ClockKind::user ? 1 : 0;
    for (move.below = 0; move.below <= error; ++move.below) {
      for (move.above = 0; move.above <= error; ++move.above) f(move);
    }
    move.below = move.above = 0;
    move.reading = kFails;
    f(move);
  } else if (op == Op::StopRead) {
    const std::uint32_t late = rules.filter == Filter::off ? 0 : 1;
    for (move.late = 0; move.late <= late; ++move.late) {
      for (move.reading = kGood; move.reading <= kFalls; ++move.reading) f(move);
    }
  } else if (op == Op::ConfirmRead) {
    for (move.reading = kGood; move.reading <= kForeign; ++move.reading) f(move);
  } else {
    f(move);
  }
}

/// emit(action, choice, state) for each step of a meter's program.
template <class Emit>
void program_steps(const World& w, const State<Concrete>& s, Move move, Emit emit) {
  const Op op = op_of(w.row, s, move);
  if (op == Op::none) return;
  each_move(w.row.rules, op, move, [&](const Move& one) {
    const auto to = step<Concrete>(w, s, op, one.who, choice_of(w, s, one));
    if (to.guard) emit(static_cast<ActionId>(action_of(op)), one.packed(), to.next);
  });
}

template <class Emit>
void environment_steps(const World& w, const State<Concrete>& s, Emit emit) {
  const auto take = [&](Action action, const Move& move, const Step<Concrete>& to) {
    if (to.guard) emit(static_cast<ActionId>(action), move.packed(), to.next);
  };
  for (int t = 0; t < w.bounds.threads(); ++t) {
    take(kRun, {.who = t}, run<Concrete>(w, s, t, false));
    take(kCross, {.who = t}, run<Concrete>(w, s, t, true));
    take(kPreempt, {.who = t}, preempt<Concrete>(w, s, t));
  }
  for (int m = 0; m < w.bounds.meters; ++m) {
    for (std::uint32_t kind = kDue; kind <= kStray; ++kind) {
      const Move move{.who = m, .signal = kind};
      take(kSignal, move, meter::signal<Concrete>(w, s, m, choice_of(w, s, move)));
    }
  }
}

/// emit(action, choice, state) for every step of s.
template <class Emit>
void all_steps(const World& w, const State<Concrete>& s, Emit emit) {
  for (int m = 0; m < w.bounds.meters; ++m) {
    program_steps(w, s, {.who = m}, emit);
    program_steps(w, s, {.who = m, .by_watcher = true}, emit);
  }
  environment_steps(w, s, emit);
  if (const auto to = escalate<Concrete>(w, s); to.guard) emit(ActionId{kEscalate}, 0U, to.next);
  if (const auto to = decay<Concrete>(w, s); to.guard) emit(ActionId{kDecay}, 0U, to.next);
}

}  // namespace plumb::spec::meter
