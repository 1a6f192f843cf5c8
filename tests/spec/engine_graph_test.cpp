// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The graph of a finished search: states, edges, predecessors, traces.
#include <map>
#include <vector>

#include "engine_support.hpp"

namespace plumb::test {
namespace {

using Search = spec::Search<Lottery, Storage::keys>;

BOOST_AUTO_TEST_SUITE(engine_graph)

BOOST_AUTO_TEST_CASE(a_walk_sees_each_state_and_edge_once) {
  const Lottery model(3, {.states = 4000, .most_arcs = 4});
  Options options;
  options.threads = 3;
  Search search(model, options);
  search.run();
  const spec::Graph graph(search);
  BOOST_TEST(graph.size() == search.report().distinct);
  std::map<std::uint32_t, std::size_t> into;
  std::uint64_t edges = 0;
  std::uint32_t last = 0;
  graph.for_each_edge([&](const spec::Edge& edge) {
    BOOST_TEST_REQUIRE(edge.from >= last);
    last = edge.from;
    ++edges;
    ++into[edge.to];
  });
  BOOST_TEST(edges + model.roots.size() == search.report().generated);
  for (std::uint32_t number = 0; number < graph.size(); ++number) {
    BOOST_TEST_REQUIRE(graph.find(graph.state(number)).value() == number);
  }
  for (const std::uint32_t number : {0U, 1U, graph.size() / 2, graph.size() - 1}) {
    const auto predecessors = graph.predecessors(number);
    BOOST_TEST(predecessors.size() == into[number]);
    for (const spec::Edge& edge : predecessors) {
      bool there = false;
      for (const Lottery::Arc& arc : model.arcs[graph.state(edge.from)]) {
        there = there || (arc.action == edge.action && arc.choice == edge.choice &&
                          arc.to == graph.state(number));
      }
      BOOST_TEST(there);
    }
    const auto trace = graph.trace(number);
    BOOST_TEST(spec::refuse_trace(model, trace) == "");
    BOOST_TEST(trace.steps.back().state == graph.state(number));
  }
  const Lottery::State unknown = 4000;
  BOOST_TEST(!graph.find(unknown).has_value());
}

// A step beyond the 255th takes another way than one byte; several threads find some in each batch.
BOOST_AUTO_TEST_CASE(steps_beyond_a_byte_are_told) {
  const Lottery model(5, {.states = 6000, .most_arcs = 600});
  Options options;
  Search alone(model, options);
  alone.run();
  const spec::Graph expected(alone);
  for (const unsigned threads : {2U, 3U}) {
    options.threads = threads;
    Search search(model, options);
    search.run();
    const spec::Graph graph(search);
    BOOST_TEST_REQUIRE(graph.size() == expected.size());
    BOOST_TEST(graph.size() > 5900U);
    for (std::uint32_t number = 0; number < graph.size(); number += 7) {
      const auto trace = graph.trace(number);
      BOOST_TEST_REQUIRE((trace == expected.trace(number)));
      BOOST_TEST_REQUIRE(spec::refuse_trace(model, trace) == "");
      BOOST_TEST_REQUIRE(trace.steps.back().state == graph.state(number));
    }
  }
}

BOOST_AUTO_TEST_CASE(there_is_no_graph_of_half_a_search) {
  const Lottery model(3, {.states = 4000, .most_arcs = 4});
  Options options;
  options.max_depth = 3;
  Search search(model, options);
  search.run();
  BOOST_CHECK_THROW(spec::Graph<Lottery>{search}, spec::Refused);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
