// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random walks: replayed by seed and number, true in what they find, silent about what they do not.
#include <string>

#include "check/simulate.hpp"
#include "engine_support.hpp"

namespace plumb::test {
namespace {

using spec::simulate;
using spec::SimulationOptions;

BOOST_AUTO_TEST_SUITE(engine_simulate)

BOOST_AUTO_TEST_CASE(a_walk_finds_the_violation_and_replays_it) {
  Peterson model;
  model.rude = true;
  SimulationOptions options;
  options.walks = 50;
  options.length = 40;
  const auto report = simulate(model, options);
  BOOST_TEST(report.walks == 50U);
  BOOST_TEST(report.steps == 50U * 39U);  // no walk ends by itself
  BOOST_TEST(report.cut == 50U);
  BOOST_TEST(report.longest == 40U);
  BOOST_TEST(report.shortest == 40U);
  const auto& judgement = report.properties.at(0);
  BOOST_TEST((judgement.verdict == Verdict::violated));
  check_trace(model, 0, judgement, static_cast<std::uint32_t>(judgement.trace->steps.size()));
  // "seed 1, walk W, length L"
  const std::string& replay = report.replay.at(0);
  BOOST_TEST_REQUIRE(replay.find("seed 1, walk ") == 0U);
  SimulationOptions again = options;
  again.walks = 1;
  again.first_walk = std::stoull(replay.substr(std::string("seed 1, walk ").size()));
  again.length = judgement.trace->steps.size();
  const auto second = simulate(model, again);
  BOOST_TEST((second.properties.at(0).trace == judgement.trace));
  BOOST_TEST(second.replay.at(0) == replay);
}

BOOST_AUTO_TEST_CASE(one_seed_gives_one_result) {
  const Lottery model(7, {.states = 3000, .most_arcs = 5, .end_in = 3});
  SimulationOptions options;
  const auto one = simulate(model, options);
  const auto two = simulate(model, options);
  BOOST_TEST(one.steps == two.steps);
  BOOST_TEST(one.distinct == two.distinct);
  for (std::size_t i = 0; i < one.properties.size(); ++i) {
    check_same_judgement(one.properties[i], two.properties[i]);
  }
  options.walks = 1;
  const auto alone = simulate(model, options);
  options.walks = 10;
  BOOST_TEST(simulate(model, options).distinct > alone.distinct);  // ten different walks
  options.walks = 1000;
  options.seed = 2;
  BOOST_TEST(simulate(model, options).steps != one.steps);
}

BOOST_AUTO_TEST_CASE(what_walks_do_not_meet_is_not_decided) {
  const auto report = simulate(Peterson{});
  for (const auto& judgement : report.properties) {
    const bool witness = judgement.property.kind == PropertyKind::sometimes;
    const bool impossible = judgement.property.name == "BothInside";
    BOOST_TEST_CONTEXT(judgement.property.name) {
      BOOST_TEST(
          (judgement.verdict == (witness && !impossible ? Verdict::holds : Verdict::not_decided)));
    }
  }
  BOOST_TEST((report.deadlock->verdict == Verdict::not_decided));
  BOOST_TEST(report.distinct == check(Peterson{}).distinct);
}

BOOST_AUTO_TEST_CASE(walks_end_at_the_end) {
  Rooms rooms;
  rooms.rooms = 3;
  auto report = simulate(rooms, {.walks = 20});
  BOOST_TEST(report.terminal == 20U);
  BOOST_TEST(report.longest == 13U);  // six guests, two moves each
  BOOST_TEST(report.shortest == 13U);
  const Lottery stuck(1, {.states = 3, .most_arcs = 0, .bad_in = 1000, .end_in = 1000});
  const auto end = simulate(stuck, {.walks = 5});
  BOOST_TEST(end.stuck == 5U);
  BOOST_TEST((end.deadlock->verdict == Verdict::violated));
  BOOST_TEST(end.replay.back().find("seed 1, walk 0, length 1") == 0U);
}

struct Narrow : Peterson {
  void next(const State& s, auto&& emit) const {
    if (s.at[0] == 2) throw spec::CapacityExceeded("two is too many");
    Peterson::next(s, emit);
  }
};

BOOST_AUTO_TEST_CASE(capacity_and_nonsense) {
  const auto report = simulate(Narrow{}, {.walks = 100});
  BOOST_TEST(report.stopped.find("capacity exceeded (two is too many) in walk ") == 0U);
  BOOST_TEST(report.walks < 100U);
  BOOST_CHECK_THROW(static_cast<void>(simulate(Peterson{}, {.walks = 0})), spec::Refused);
  BOOST_CHECK_THROW(static_cast<void>(simulate(Peterson{}, {.length = 0})), spec::Refused);
  BOOST_CHECK_THROW(static_cast<void>(simulate(Peterson{}, {.properties = {"Exklusion"}})),
                    spec::Refused);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
