// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The oracle on graphs of a few states, where every answer can be seen: what histories break,
// hidden steps that go round in circles, bounds, refusals.
// Spec:          EV-2, EV-3.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "trace_support.hpp"

namespace plumb::test {
namespace {

using Broken = unsigned;  // bit 0: a bad state was met, bit 1: a bad step was taken

/// States are numbers; 0 is the initial one. Actions: Go, Turn, Drift.
struct GraphModel {
  struct State {
    std::uint8_t is = 0;
    bool operator==(const State&) const = default;
  };
  struct Edge {
    std::uint8_t from, to;
    spec::ActionId action;
    bool bad = false;
  };
  static constexpr std::array<spec::ActionInfo, 3> kActions{
      {{"Go", true, {}}, {"Turn", true, "it is broken"}, {"Drift", false, {}}}};
  static constexpr std::array<spec::PropertyInfo, 4> kProperties{
      {{"GoodState", spec::PropertyKind::invariant, "T-1", "no bad state"},
       {"Seen", spec::PropertyKind::sometimes, "T-2", "not judged"},
       {"GoodStep", spec::PropertyKind::action, "T-3", "no bad step"},
       {"Ends", spec::PropertyKind::termination, "T-4", "not judged"}}};

  std::vector<Edge> edges;
  std::set<unsigned> bad;

  template <class Emit>
  void initial(Emit&& emit) const {
    emit(State{});
  }
  template <class Emit>
  void next(const State& s, Emit&& emit) const {
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (edges[i].from == s.is) {
        emit(edges[i].action, static_cast<spec::Choice>(i), State{edges[i].to});
      }
    }
  }
  [[nodiscard]] std::span<const spec::ActionInfo> actions() const { return kActions; }
  [[nodiscard]] std::span<const spec::PropertyInfo> properties() const { return kProperties; }
  [[nodiscard]] bool holds(std::size_t p, const State& s) const {
    return p == 0 && !bad.contains(s.is);
  }
  [[nodiscard]] bool holds(std::size_t p, const State&, spec::ActionId, spec::Choice c,
                           const State&) const {
    return p == 2 && !edges[c].bad;
  }
  [[nodiscard]] bool terminal(const State&) const { return true; }
  static constexpr std::size_t max_key_bytes = 1;
  std::size_t encode(const State& s, std::byte* out) const {
    if (s.is > 200) throw spec::CapacityExceeded("no number above 200");
    out[0] = std::byte{s.is};
    return 1;
  }
  [[nodiscard]] State decode(std::span<const std::byte> key) const {
    return {std::to_integer<std::uint8_t>(key[0])};
  }
  [[nodiscard]] std::string describe_choice(spec::ActionId, spec::Choice c, const State&) const {
    return "edge " + std::to_string(c);
  }
  template <class Field>
  void describe(const State& s, Field&& field) const {
    field("is", std::to_string(s.is), std::to_string(s.is / 10));
    field("place", s.is == 3 ? "Turn" : "-", "");
    if (s.is > 4) field("large", "yes", "");
  }
};
static_assert(spec::Model<GraphModel>);

constexpr spec::ActionId kGo = 0, kDrift = 2;
const std::vector<std::string> kHidden{"Drift"};

trace::Event go(std::vector<trace::Seen> seen = {}) {
  return {"Go", std::nullopt, std::move(seen)};
}

std::vector<std::pair<std::string, bool>> found(const trace::Oracle<GraphModel>& oracle) {
  std::vector<std::pair<std::string, bool>> all;
  for (const auto& finding : oracle.findings()) {
    all.emplace_back(finding.property.name, finding.in_every);
  }
  return all;
}
using Found = std::vector<std::pair<std::string, bool>>;

BOOST_AUTO_TEST_SUITE(trace_oracle)

BOOST_AUTO_TEST_CASE(choices_widen_and_what_is_seen_narrows) {
  const GraphModel model{{{0, 1, kGo}, {0, 2, kGo}, {0, 5, kGo}, {1, 3, kGo}, {2, 4, kGo}}, {}};
  trace::Oracle oracle(model, {}, trace::Limits{});
  BOOST_TEST((oracle.take(go()) == trace::Taken::yes));
  BOOST_TEST(oracle.possible().size() == 3U);
  BOOST_TEST((oracle.take(go({{"is", "4", false}})) == trace::Taken::yes));
  BOOST_TEST(oracle.possible().size() == 1U);
  BOOST_TEST(oracle.largest() == 3U);
  BOOST_TEST((oracle.take(go()) == trace::Taken::refused));
  BOOST_TEST(oracle.events() == 2U);
  BOOST_TEST(oracle.steps() == 5U);  // edges looked at: three, then two, then none
}

BOOST_AUTO_TEST_CASE(an_observation_asks_for_words_for_durable_words_or_for_no_field) {
  const GraphModel model{{{0, 15, kGo}}, {}};
  const auto takes = [&](const trace::Seen& seen) {
    trace::Oracle oracle(model, {}, trace::Limits{});
    return oracle.take(go({seen})) == trace::Taken::yes;
  };
  BOOST_TEST(takes({"is", "15", false}));
  BOOST_TEST(!takes({"is", "1", false}));
  BOOST_TEST(takes({"is", "1", true}));
  BOOST_TEST(!takes({"is", "15", true}));
  BOOST_TEST(takes({"large", "yes", false}));
  BOOST_TEST(!takes({"large", std::nullopt, false}));
  BOOST_TEST(takes({"small", std::nullopt, false}));
  BOOST_TEST(!takes({"small", "yes", false}));
}

BOOST_AUTO_TEST_CASE(a_choice_in_words_picks_one_step) {
  const GraphModel model{{{0, 1, kGo}, {0, 2, kGo}}, {}};
  trace::Oracle oracle(model, {}, trace::Limits{});
  trace::Event event = go();
  event.choice = "edge 1";
  BOOST_TEST((oracle.take(event) == trace::Taken::yes));
  BOOST_TEST((model.decode(std::as_bytes(std::span(oracle.possible()[0].key))).is == 2));
}

BOOST_AUTO_TEST_CASE(what_every_history_breaks_is_told_from_what_some_break) {
  // 0 -> 1 (bad) -> 3, 0 -> 2 -> 3, then 3 -> 4 by a bad step.
  const GraphModel model{{{0, 1, kGo}, {0, 2, kGo}, {1, 3, kGo}, {2, 3, kGo}, {3, 4, kGo, true}},
                         {1}};
  trace::Oracle oracle(model, {}, trace::Limits{});
  BOOST_TEST(found(oracle).empty());
  BOOST_TEST((oracle.take(go()) == trace::Taken::yes));
  BOOST_TEST((found(oracle) == Found{{"GoodState", false}}));
  BOOST_TEST((oracle.take(go()) == trace::Taken::yes));
  BOOST_TEST(oracle.possible().size() == 1U);  // both histories end in 3
  BOOST_TEST((found(oracle) == Found{{"GoodState", false}}));
  BOOST_TEST(!oracle.violated());
  BOOST_TEST((oracle.take(go()) == trace::Taken::yes));
  BOOST_TEST((found(oracle) == Found{{"GoodState", false}, {"GoodStep", true}}));
  BOOST_TEST(oracle.violated());
  BOOST_TEST(oracle.violated_since() == 3U);
  BOOST_TEST(oracle.findings()[1].event == 3U);
}

BOOST_AUTO_TEST_CASE(every_history_may_break_something_and_none_the_same) {
  const GraphModel model{{{0, 1, kGo}, {0, 2, kGo, true}}, {1}};
  trace::Oracle oracle(model, {}, trace::Limits{});
  BOOST_TEST((oracle.take(go()) == trace::Taken::yes));
  BOOST_TEST((found(oracle) == Found{{"GoodState", false}, {"GoodStep", false}}));
  BOOST_TEST(oracle.violated());
}

BOOST_AUTO_TEST_CASE(a_bad_initial_state_is_a_violation_before_any_event) {
  const GraphModel model{{{0, 1, kGo}}, {0}};
  trace::Oracle oracle(model, {}, trace::Limits{});
  BOOST_TEST(oracle.violated());
  BOOST_TEST(oracle.violated_since() == 0U);
}

BOOST_AUTO_TEST_CASE(hidden_steps_happen_before_an_event_and_only_if_the_header_says_so) {
  const GraphModel model{{{0, 1, kDrift}, {1, 2, kDrift, true}, {2, 3, kGo}}, {}};
  trace::Oracle open(model, {}, trace::Limits{});
  BOOST_TEST((open.take(go()) == trace::Taken::refused));
  trace::Oracle oracle(model, kHidden, trace::Limits{});
  BOOST_TEST((oracle.take(go()) == trace::Taken::yes));
  BOOST_TEST((found(oracle) == Found{{"GoodStep", true}}));
}

BOOST_AUTO_TEST_CASE(bounds_and_a_full_model_leave_it_undecided) {
  GraphModel wide;
  for (std::uint8_t i = 1; i <= 50; ++i) wide.edges.push_back({0, i, kGo});
  trace::Oracle states(wide, {}, trace::Limits{.states = 49});
  BOOST_TEST((states.take(go()) == trace::Taken::not_decided));
  BOOST_TEST(states.reason() == "more than 49 states are possible (--max-states)");
  trace::Oracle steps(wide, {}, trace::Limits{.steps = 49});
  BOOST_TEST((steps.take(go()) == trace::Taken::not_decided));
  BOOST_TEST(steps.reason() == "more than 49 steps were tried (--max-steps)");
  trace::Oracle enough(wide, {}, trace::Limits{.states = 50, .steps = 50});
  BOOST_TEST((enough.take(go()) == trace::Taken::yes));
  const GraphModel full{{{0, 201, kGo}}, {}};
  trace::Oracle no_room(full, {}, trace::Limits{});
  BOOST_TEST((no_room.take(go()) == trace::Taken::not_decided));
  BOOST_TEST(no_room.reason() == "the model has no room: no number above 200");
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_guard_and_the_nearest_step) {
  const GraphModel model{{{0, 3, kGo}, {0, 13, kGo}, {0, 4, kDrift}}, {}};
  const auto is_place = [](std::string_view name) { return name == "place"; };
  const auto refused = [&](const trace::Event& event) {
    trace::Oracle oracle(model, {}, trace::Limits{});
    BOOST_TEST((oracle.take(event) == trace::Taken::refused));
    return trace::refuse(model, oracle.possible(), event, is_place);
  };
  // 13 differs in one field, 3 in two.
  const auto field = refused(go({{"is", "13", false}, {"large", std::nullopt, false}}));
  BOOST_TEST(field.possible == 1U);
  BOOST_TEST(field.candidates.size() == 2U);
  BOOST_TEST(field.candidates[0].action == "Go");
  BOOST_TEST(field.candidates[0].steps == 2U);
  const std::vector<trace::Difference> nearest{{"is", "3", "13", false}};
  BOOST_TEST((field.candidates[0].differences == nearest));
  const auto other = refused(go({{"is", "4", false}}));
  BOOST_TEST(other.candidates[0].action == "Go");  // one field differs: as near as another name
  BOOST_TEST(other.candidates[1].action == "Drift");
  BOOST_TEST(other.candidates[1].differences.empty());
  // Turn has no step: its guard, and what the model says of it.
  const auto guard = refused({"Turn", std::nullopt, {}});
  BOOST_TEST(guard.never == "it is broken");
  BOOST_TEST(guard.candidates.back().action == "Turn");
  BOOST_TEST(guard.candidates.back().steps == 0U);
  BOOST_TEST(guard.candidates[0].action == "Go");  // the protocol's before the environment's
  BOOST_TEST(guard.places == std::vector<std::string>{"place -"}, boost::test_tools::per_element());
  BOOST_TEST(!guard.stands_there);
  trace::Oracle oracle(model, {}, trace::Limits{});
  BOOST_TEST((oracle.take(go({{"is", "3", false}})) == trace::Taken::yes));
  const trace::Event turn{"Turn", std::nullopt, {}};
  BOOST_TEST((oracle.take(turn) == trace::Taken::refused));
  BOOST_TEST(trace::refuse(model, oracle.possible(), turn, is_place).stands_there);
}

/// All pairs of a state and what one of its histories has broken: the oracle without its shortcut.
std::set<std::pair<unsigned, Broken>> pairs_after(const GraphModel& model, std::size_t events) {
  std::set<std::pair<unsigned, Broken>> pairs{{0, model.bad.contains(0) ? 1U : 0U}};
  const auto step = [&](const auto& from, const GraphModel::Edge& edge) {
    return std::pair<unsigned, Broken>{
        edge.to, from.second | (model.bad.contains(edge.to) ? 1U : 0U) | (edge.bad ? 2U : 0U)};
  };
  for (std::size_t i = 0; i < events; ++i) {
    for (std::size_t before = 0; before != pairs.size();) {
      before = pairs.size();
      for (const auto& from : std::set(pairs)) {
        for (const auto& edge : model.edges) {
          if (edge.from == from.first && edge.action == kDrift) pairs.insert(step(from, edge));
        }
      }
    }
    std::set<std::pair<unsigned, Broken>> next;
    for (const auto& from : pairs) {
      for (const auto& edge : model.edges) {
        if (edge.from == from.first && edge.action == kGo) next.insert(step(from, edge));
      }
    }
    pairs = std::move(next);
  }
  return pairs;
}

// Hidden steps go round in circles here, so that a state's histories are added to while it is
// looked at.
BOOST_AUTO_TEST_CASE(random_graphs_get_the_answer_of_all_histories) {
  unsigned refused = 0, every = 0, some = 0, different = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    spec::Dice dice(3, seed);
    GraphModel model;
    const std::size_t size = 2 + dice.below(5);
    const auto state = [&] { return static_cast<std::uint8_t>(dice.below(size)); };
    for (std::size_t i = 0; i < 2 * size; ++i) {
      model.edges.push_back(
          {state(), state(), dice.below(2) == 0 ? kGo : kDrift, dice.below(8) == 0});
      if (dice.below(8) == 0) model.bad.insert(state());
    }
    trace::Oracle oracle(model, kHidden, trace::Limits{});
    for (std::size_t events = 1; events <= 4; ++events) {
      const bool yes = oracle.take(go()) == trace::Taken::yes;
      const auto pairs = pairs_after(model, events);
      BOOST_TEST_REQUIRE(yes == !pairs.empty(), "seed " << seed);
      refused += yes ? 0U : 1U;
      if (!yes) break;
      Broken in_some = 0, in_every = 3;
      bool violated = true;
      std::set<unsigned> states;
      for (const auto& [is, broken] : pairs) {
        in_some |= broken;
        in_every &= broken;
        violated = violated && broken != 0;
        states.insert(is);
      }
      Found truth;
      if ((in_some & 1U) != 0) truth.emplace_back("GoodState", (in_every & 1U) != 0);
      if ((in_some & 2U) != 0) truth.emplace_back("GoodStep", (in_every & 2U) != 0);
      BOOST_TEST((found(oracle) == truth), "seed " << seed << ", event " << events);
      BOOST_TEST(oracle.violated() == violated, "seed " << seed << ", event " << events);
      BOOST_TEST(oracle.possible().size() == states.size());
      every += in_every != 0 ? 1U : 0U;
      some += in_some != 0 && !violated ? 1U : 0U;
      different += violated && in_every == 0 ? 1U : 0U;
    }
  }
  BOOST_TEST_MESSAGE("refused " << refused << ", every " << every << ", some " << some
                                << ", different " << different);
  BOOST_TEST(refused > 100U);
  BOOST_TEST(every > 100U);
  BOOST_TEST(some > 100U);
  BOOST_TEST(different > 10U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
