// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The complete graph of a finished exact search, walked by running the model again: what exports
// write, and what the search for lassos goes through.
// States are numbered from 0 in the order of their discovery, edges follow it, so a walk is the
// same on every run and for any number of threads.
// Invariants:    the search is complete and outlives the graph.
// Thread-safety: const functions.
// Spec:          EV-1 (whole graphs compared), EV-2.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "check/contract.hpp"
#include "check/model.hpp"
#include "check/options.hpp"
#include "check/report.hpp"
#include "check/search.hpp"

namespace plumb::spec {

struct Edge {
  std::uint32_t from = 0;
  ActionId action = 0;
  Choice choice = 0;
  std::uint32_t to = 0;

  friend bool operator==(const Edge&, const Edge&) = default;
};

template <Model M>
class Graph {
 public:
  using State = typename M::State;

  /// Throws Refused where the search is not complete: edges would lead to nowhere.
  explicit Graph(const Search<M, Storage::keys>& search) : search_(search) {
    if (!search.complete()) throw Refused("graph: the search is not complete: " + search.stopped());
  }

  [[nodiscard]] std::uint32_t size() const { return search_.keys().end(); }
  [[nodiscard]] State state(std::uint32_t number) const {
    return search_.model().decode(search_.keys().key(number));
  }
  [[nodiscard]] std::span<const std::byte> key(std::uint32_t number) const {
    return search_.keys().key(number);
  }
  /// The number of a state, or of the one that stands for its class.
  [[nodiscard]] std::optional<std::uint32_t> find(const State& state) const {
    std::array<std::byte, M::max_key_bytes> key{};
    const std::size_t size =
        search_.model().encode(search_.expander().canonical(state), key.data());
    return search_.find(std::span<const std::byte>(key).first(size));
  }
  /// A shortest trace to the state.
  [[nodiscard]] Trace<State> trace(std::uint32_t number) const {
    return search_.retracer().trace({.length = 0, .state = number});
  }

  /// visit(Edge) for each step from the state, in the model's order.
  template <class Visit>
  void for_each_edge_of(std::uint32_t from, const Visit& visit) const {
    search_.model().next(state(from), [&](ActionId action, Choice choice, const State& to) {
      const std::optional<std::uint32_t> number = find(to);
      expects(number.has_value(), "a successor in a complete graph is known");
      visit(Edge{.from = from, .action = action, .choice = choice, .to = *number});
    });
  }
  template <class Visit>
  void for_each_edge(const Visit& visit) const {
    for (std::uint32_t from = 0; from < size(); ++from) for_each_edge_of(from, visit);
  }
  /// All edges into the state, by one walk over the graph.
  [[nodiscard]] std::vector<Edge> predecessors(std::uint32_t to) const {
    std::vector<Edge> edges;
    for_each_edge([&](const Edge& edge) {
      if (edge.to == to) edges.push_back(edge);
    });
    return edges;
  }
  [[nodiscard]] const M& model() const { return search_.model(); }

 private:
  const Search<M, Storage::keys>& search_;
};

}  // namespace plumb::spec
