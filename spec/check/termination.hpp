// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Termination: from everywhere, a run that is weakly fair comes to a terminal state. It fails if
// some fair run stays among states that are not terminal for ever, standing still or in a circle.
// Method: such a run ends up in one strongly connected component of those states, and with weak
// fairness a component holds a fair run exactly if each fair action cannot happen in some state of
// it, or happens inside it. So each component is asked once (Tarjan, "Depth-first search and linear
// graph algorithms", SIAM J. Comput. 1972), every state being a component that may stand still.
// Steps that change nothing are standing still, not progress.
// Thread-safety: const functions; one thread.
// Spec:          AC-5 (Termination), EV-2.
#pragma once
#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "check/contract.hpp"
#include "check/graph.hpp"
#include "check/trace.hpp"

namespace plumb::spec {

template <Model M>
class FairRuns {
 public:
  using State = typename M::State;
  static constexpr std::size_t kMostActions = 256;
  using Actions = std::bitset<kMostActions>;

  /// Throws Refused for more than 256 actions.
  explicit FairRuns(const Graph<M>& graph)
      : graph_(graph), seen_(graph.size()), low_(graph.size()), component_(graph.size()) {
    const std::span<const ActionInfo> actions = graph.model().actions();
    if (actions.size() > kMostActions) throw Refused("termination: at most 256 actions");
    for (std::size_t a = 0; a < actions.size(); ++a) fair_[a] = actions[a].fair;
  }

  /// A lasso that never terminates: of the components with a fair run, the one that is reached
  /// first. The way to it is a shortest one, its circle need not be.
  [[nodiscard]] std::optional<Trace<State>> find() {
    for (std::uint32_t state = 0; state < graph_.size(); ++state) {
      if (seen_[state] == 0 && !done(state)) visit(state);
    }
    if (members_.empty()) return {};
    Trace<State> lasso = circle();
    const std::string why = refuse_lasso(graph_.model(), lasso);
    expects(why.empty(), "the lasso is one");
    return lasso;
  }

 private:
  struct Frame {
    std::uint32_t state = 0;
    std::size_t edges_begin = 0, edge = 0;  // into targets_
  };
  struct Open {
    std::uint32_t state = 0;
    Actions possible{};  // fair actions that would change it
  };

  [[nodiscard]] bool done(std::uint32_t state) const {
    return graph_.model().terminal(graph_.state(state));
  }
  void enter(std::uint32_t state) {
    seen_[state] = low_[state] = ++clock_;
    Open open{.state = state, .possible = {}};
    frames_.push_back({.state = state, .edges_begin = targets_.size(), .edge = targets_.size()});
    graph_.for_each_edge_of(state, [&](const Edge& edge) {
      if (edge.to == state) return;
      if (fair_[edge.action]) open.possible.set(edge.action);
      targets_.push_back(edge.to);
    });
    open_.push_back(open);
  }
  /// Depth-first from here, without recursion: a path may be as long as the graph.
  void visit(std::uint32_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.edge < targets_.size()) {
        const std::uint32_t to = targets_[frame.edge++];
        if (seen_[to] == 0 && !done(to)) {
          enter(to);
        } else if (seen_[to] != 0 && component_[to] == 0) {
          low_[frame.state] = std::min(low_[frame.state], seen_[to]);
        }
        continue;
      }
      const Frame left = frame;
      targets_.resize(left.edges_begin);
      frames_.pop_back();
      if (!frames_.empty()) {
        std::uint32_t& above = low_[frames_.back().state];
        above = std::min(above, low_[left.state]);
      }
      if (low_[left.state] == seen_[left.state]) close(left.state);
    }
  }
  /// A component is complete: everything that was opened since its first state.
  void close(std::uint32_t first) {
    ++components_;
    std::size_t begin = open_.size();
    Actions missed = fair_;  // possible everywhere in it, and so far not taken
    std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
    do {
      --begin;
      component_[open_[begin].state] = components_;
      missed &= open_[begin].possible;
      least = std::min(least, open_[begin].state);
    } while (open_[begin].state != first);
    for (std::size_t i = begin; i < open_.size() && open_.size() - begin > 1; ++i) {
      if (missed.none()) break;
      for_each_inner(open_[i].state, [&](const Edge& edge) { missed.reset(edge.action); });
    }
    if (missed.none() && (members_.empty() || least < members_.front())) {
      members_.clear();
      for (std::size_t i = begin; i < open_.size(); ++i) members_.push_back(open_[i].state);
      std::sort(members_.begin(), members_.end());
    }
    open_.resize(begin);
  }
  template <class Visit>
  void for_each_inner(std::uint32_t from, const Visit& visit_edge) const {
    graph_.for_each_edge_of(from, [&](const Edge& edge) {
      if (edge.to != from && component_[edge.to] == component_[from]) visit_edge(edge);
    });
  }

  [[nodiscard]] Actions possible(std::uint32_t state) const {
    Actions actions;
    graph_.for_each_edge_of(state, [&](const Edge& edge) {
      if (edge.to != state && fair_[edge.action]) actions.set(edge.action);
    });
    return actions;
  }
  /// From the first state of the component through it until it has been fair to every action, and
  /// back.
  [[nodiscard]] Trace<State> circle() const {
    const std::uint32_t entry = members_.front();
    Trace<State> lasso = graph_.trace(entry);
    lasso.loop = lasso.steps.size() - 1;
    Actions owed = fair_ & possible(entry);
    std::uint32_t at = entry;
    const auto walk = [&](const std::vector<Edge>& way) {
      for (const Edge& edge : way) {
        at = edge.to;
        owed.reset(edge.action);
        owed &= possible(at);
        lasso.steps.push_back({edge.action, edge.choice, graph_.state(at)});
      }
    };
    while (owed.any()) {
      walk(way(at, [&](const Edge& edge) {
        return owed[edge.action] || (owed & possible(edge.to)) != owed;
      }));
    }
    if (at != entry) walk(way(at, [&](const Edge& edge) { return edge.to == entry; }));
    return lasso;
  }
  /// A shortest way inside the component whose last edge is wanted.
  template <class Wanted>
  [[nodiscard]] std::vector<Edge> way(std::uint32_t from, const Wanted& wanted) const {
    std::unordered_map<std::uint32_t, Edge> reached;  // by which edge
    std::vector<std::uint32_t> queue{from};
    std::optional<Edge> last;
    for (std::size_t i = 0; i < queue.size() && !last; ++i) {
      for_each_inner(queue[i], [&](const Edge& edge) {
        if (!last && wanted(edge)) last = edge;
        if (edge.to != from && reached.emplace(edge.to, edge).second) queue.push_back(edge.to);
      });
    }
    expects(last.has_value(), "a component is strongly connected");
    std::vector<Edge> edges{*last};
    while (edges.back().from != from) edges.push_back(reached.at(edges.back().from));
    std::reverse(edges.begin(), edges.end());
    return edges;
  }

  const Graph<M>& graph_;
  Actions fair_;
  std::vector<std::uint32_t> seen_, low_, component_;  // 0: not yet
  std::uint32_t clock_ = 0, components_ = 0;
  std::vector<Frame> frames_;
  std::vector<std::uint32_t> targets_;
  std::vector<Open> open_;
  std::vector<std::uint32_t> members_;  // the component that is reported, sorted
};

}  // namespace plumb::spec
