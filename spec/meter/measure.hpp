// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Readings and verdicts. A reading is an interval that holds the truth; the verdict is a function
// of two readings and the budget: clean if used is surely below it, violation if it surely is not,
// else unmeasurable. The wall clock may acquit, since a thread is never charged more CPU time than
// wall time passed, and never convicts. Invariants:    none of these functions looks at the
// watcher: what it saw changes no stop verdict. Thread-safety: pure functions. Spec: StartRead,
// StopRead, ConfirmRead; CM-1 to CM-3, CM-6, CM-7; A-28.
#pragma once
#include "meter/state.hpp"

namespace plumb::spec::meter {

template <ValueDomain D>
struct Interval {
  typename D::Int lo, hi;
};

/// Above every clock of a model.
inline constexpr int kLastTick = 15;

/// The kernel's counter where the truth is `cpu`: the same, or wrapped once.
template <ValueDomain D>
typename D::Int counter(const Rules& rules, typename D::Int cpu) {
  auto value = cpu;
  if (rules.width == 0) return value;
  for (int tick = static_cast<int>(kFirstTick) + rules.width; tick <= kLastTick; ++tick) {
    value = D::ite(cpu == num<D>(tick), num<D>(tick - rules.width), value);
  }
  return value;
}

/// What the clock shows where the truth is `cpu`, without faults.
template <ValueDomain D>
Interval<D> shown(const Rules& rules, typename D::Int cpu) {
  auto value = counter<D>(rules, cpu);
  if (rules.clock == ClockKind::coarse) {
    value = D::integer(0);
    for (int tick = 0; tick <= kLastTick; tick += rules.granularity) {
      value = D::ite(num<D>(tick) <= cpu, num<D>(tick), value);
    }
    return {value, rules.claims_exact ? value : value + num<D>(rules.granularity - 1)};
  }
  return {value, value};
}

/// A reading with the faults of this step. `ahead` is what a foreign thread's clock shows.
template <ValueDomain D>
Interval<D> read_clock(const Rules& rules, Interval<D> good, const Choice<D>& c,
                       typename D::Int ahead) {
  const auto none = D::integer(kNoReading);
  const auto foreign = rules.checks_generation ? none : ahead;
  const auto with_faults = [&](typename D::Int value) {
    return D::ite(c.reading == D::integer(kGood), value,
                  D::ite(c.reading == D::integer(kFalls), D::integer(kFallen),
                         D::ite(c.reading == D::integer(kForeign), foreign, none)));
  };
  return {with_faults(good.lo), with_faults(good.hi)};
}

/// The verdict of two readings. `doubt` is the answer between clean and violation.
template <ValueDomain D>
typename D::Int judge(const Rules& rules, int budget, Interval<D> start, Interval<D> stop,
                      Verdict doubt) {
  const auto none = D::integer(kNoReading);
  const auto limit = num<D>(budget + rules.threshold_above);
  const auto failed = start.lo == none || stop.lo == none;
  const auto fell = stop.hi < start.lo;
  if (rules.negative == Negative::modular) {
    stop.lo = D::ite(fell, stop.lo + num<D>(rules.width), stop.lo);
    stop.hi = D::ite(fell, stop.hi + num<D>(rules.width), stop.hi);
  }
  const auto below = stop.hi < start.lo + limit;
  const auto above = start.hi + limit <= stop.lo;
  const auto measured =
      D::ite(below, D::integer(kClean), D::ite(above, D::integer(kViolation), D::integer(doubt)));
  const auto error = D::integer(rules.error_is_unmeasurable ? kUnmeasurable : kClean);
  const auto fall = rules.negative == Negative::unmeasurable ? D::integer(kUnmeasurable) : measured;
  return D::ite(failed, error, D::ite(fell, fall, measured));
}

/// Whether the wall time alone, `now` less `stamp` less what the clock misses, proves the operation
/// clean. The clock may miss one unit.
template <ValueDomain D>
typename D::Bool acquits(const Rules& rules, int budget, typename D::Int stamp, typename D::Int now,
                         typename D::Int late) {
  const auto limit = num<D>(budget) + stamp + late;
  switch (rules.filter) {
    case Filter::sound:
      return now + D::integer(1) < limit;
    case Filter::no_slack:
      return now < limit;
    case Filter::up_to:
      return now + D::integer(1) <= limit;
    case Filter::off:
      break;
  }
  return D::boolean(false);
}

}  // namespace plumb::spec::meter
