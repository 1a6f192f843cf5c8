// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Long random walks beyond the bounds of the search, the words of every step on the way, and the
// verdict of two readings against what it means, on a small domain completely.
// Spec:          CM-1 to CM-8; EV-2.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

#include "check/simulate.hpp"
#include "meter_support.hpp"

namespace plumb::test {
namespace {

namespace meter = spec::meter;
using meter::Rules;
using spec::Concrete;

/// More of everything than a search could take.
constexpr meter::Bounds kWide = {.meters = 2,
                                 .nested = false,
                                 .ops = 3,
                                 .cpu = 9,
                                 .waits = 3,
                                 .faults = 3,
                                 .losses = 0,
                                 .budget = {2, 3}};

BOOST_AUTO_TEST_SUITE(meter_walk)

void walk(std::string_view row, meter::Bounds bounds) {
  BOOST_TEST_CONTEXT(row) {
    const meter::Meter model(*meter::find_row(row), bounds);
    spec::SimulationOptions options;
    options.seed = 20;
    options.walks = 3000;
    options.length = 400;
    const auto run = spec::simulate(model, options);
    BOOST_TEST(run.terminal == options.walks);  // none was stuck or cut off
    for (const auto& judgement : run.properties) {
      BOOST_TEST_CONTEXT(judgement.property.name) {
        BOOST_TEST((judgement.verdict != spec::Verdict::violated));
        const bool sometimes = judgement.property.kind == spec::PropertyKind::sometimes;
        BOOST_TEST((!sometimes || judgement.verdict == spec::Verdict::holds));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_property_falls_beyond_the_bounds) {
  auto nested = kWide;
  nested.nested = true;
  nested.budget = {4, 2};
  for (const char* const row : {"golden", "golden, quarantine", "golden, user clock"}) {
    walk(row, kWide);
    walk(row, nested);
  }
}

// The first states of the golden row, and every step from them, in words.
BOOST_AUTO_TEST_CASE(steps_and_states_have_words) {
  const meter::Meter model(*meter::find_row("golden, user clock"), kWide);
  meter::Meter::State state;
  std::string words;
  for (int i = 0; i < 3; ++i) {
    meter::Meter::State last = state;
    model.next(state, [&](spec::ActionId action, spec::Choice choice, const auto& to) {
      if (meter::Move::unpacked(choice).who != 0) return;
      words += std::string(meter::kActionNames[action]) + ": " +
               model.describe_choice(action, choice, state) + "\n";
      if (action == meter::kStart) last = to;
    });
    state = last;
  }
  BOOST_TEST(words.find("Start: meter 0, StartStamp\n") != std::string::npos);
  BOOST_TEST(words.find("Start: meter 0, StartRead, lo 1 below and hi 0 above the truth\n") !=
             std::string::npos);
  BOOST_TEST(words.find("Start: meter 0, StartRead, the clock fails\n") != std::string::npos);
  BOOST_TEST(words.find("Signal: meter 0, stray\n") != std::string::npos);
  BOOST_TEST(words.find("Run: thread 0\n") != std::string::npos);
  std::string seen;
  model.describe(state, [&](std::string_view name, std::string_view value, std::string_view) {
    seen.append(name).append("=").append(value).append(";");
  });
  BOOST_TEST(seen.find("meter 0 after=StartOpen;meter 0 seq=1;") != std::string::npos);
}

// Budgets 1 to 4, intervals up to 2 wide: clean means below the budget, violation means at or above
// it, for whatever truth the two readings allow; and doubt is nothing that exact readings know.
BOOST_AUTO_TEST_CASE(the_verdict_means_what_it_says) {
  const Rules rules;
  int doubts = 0;
  const auto judge_all = [&](std::uint32_t lo, std::uint32_t hi, std::uint32_t stop_lo,
                             std::uint32_t stop_hi, int budget) {
    const auto verdict =
        meter::judge<Concrete>(rules, budget, {lo, hi}, {stop_lo, stop_hi}, meter::kUnmeasurable);
    const auto b = static_cast<std::uint32_t>(budget);
    for (std::uint32_t start = lo; start <= hi; ++start) {
      for (std::uint32_t stop = stop_lo; stop <= stop_hi; ++stop) {
        const bool over = stop >= start + b;
        if (stop >= start && verdict == meter::kClean) BOOST_TEST(!over);
        if (verdict == meter::kViolation) BOOST_TEST(over);
      }
    }
    const bool exact = lo == hi && stop_lo == stop_hi;
    if (exact && stop_lo >= lo) BOOST_TEST(verdict != meter::kUnmeasurable);
    if (exact && stop_lo < lo) BOOST_TEST(verdict == meter::kUnmeasurable);
    doubts += verdict == meter::kUnmeasurable ? 1 : 0;
  };
  for (int budget = 1; budget <= 4; ++budget) {
    for (std::uint32_t lo = 3; lo <= 8; ++lo) {
      for (std::uint32_t width = 0; width <= 2; ++width) {
        for (std::uint32_t stop = 3; stop <= 10; ++stop) {
          judge_all(lo, lo + width, stop, stop, budget);
          judge_all(lo, lo + width, stop, stop + 1, budget);
        }
      }
    }
  }
  BOOST_TEST(doubts > 0);
}

BOOST_AUTO_TEST_CASE(no_reading_is_no_zero) {
  const Rules rules;
  const auto verdict = [&](std::uint32_t start, std::uint32_t stop) {
    return meter::judge<Concrete>(rules, 2, {start, start}, {stop, stop}, meter::kUnmeasurable);
  };
  BOOST_TEST(verdict(meter::kNoReading, 5) == meter::kUnmeasurable);
  BOOST_TEST(verdict(5, meter::kNoReading) == meter::kUnmeasurable);
  BOOST_TEST(verdict(meter::kNoReading, meter::kNoReading) == meter::kUnmeasurable);
}

BOOST_AUTO_TEST_CASE(a_state_that_does_not_fit_is_refused) {
  const meter::Meter model(*meter::find_row("golden"), meter::kOne);
  meter::Meter::State state;
  state.cpu[0] = 16;
  std::array<std::byte, meter::Meter::max_key_bytes> key{};
  BOOST_CHECK_THROW(model.encode(state, key.data()), spec::CapacityExceeded);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
