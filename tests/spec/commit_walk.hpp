// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Compares a naive interpreter of a row (commit_naive_*.hpp) with what the checker found: a state
// of the one must be among the states that the other counted, with the same steps to the same
// states, neither fewer nor more. Random walks ask that where they come, everywhere() of all
// states. A walk is a function of row, bounds, seed and number: a failure prints them.
// Thread-safety: none.
// Spec:          EV-2.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "check/check.hpp"
#include "commit/rows.hpp"

namespace plumb::test {

/// A row of the model, searched exactly. States that differ only in what nobody can observe
/// (Naive::observed) are one, and have the number of the first of them.
template <class Model, class Naive>
class Searched {
 public:
  using Seen = typename Model::State;

  Searched(const spec::commit::Row& row, const spec::commit::Bounds& bounds)
      : model_(row, bounds), search_(model_, options_), graph_(run()) {
    numbers_.reserve(graph_.size());
    for (std::uint32_t number = 0; number < graph_.size(); ++number) {
      const Seen seen = Naive::observed(row, graph_.state(number));
      if (!find(seen)) numbers_.emplace(hash(seen), number);
    }
  }
  Searched(const Searched&) = delete;
  Searched& operator=(const Searched&) = delete;

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const spec::Graph<Model>& graph() const { return graph_; }
  /// How many of its states can be told apart.
  [[nodiscard]] std::size_t states() const { return numbers_.size(); }
  /// The number of a state, as it is observed.
  [[nodiscard]] std::optional<std::uint32_t> find(const Seen& seen) const {
    const auto range = numbers_.equal_range(hash(seen));
    for (auto entry = range.first; entry != range.second; ++entry) {
      const Seen other = Naive::observed(model_.row(), graph_.state(entry->second));
      if (other == seen) return entry->second;
    }
    return {};
  }

 private:
  static spec::Options only_states() {
    spec::Options options;
    options.storage = spec::Storage::keys;
    options.properties = {"NoPanic"};  // the pins are about properties
    return options;
  }
  const spec::Search<Model, spec::Storage::keys>& run() {
    spec::refuse_unsound(model_, options_);
    search_.run();
    return search_;
  }

  [[nodiscard]] std::uint64_t hash(const Seen& seen) const {
    std::array<std::byte, Model::max_key_bytes> key;
    const std::size_t size = model_.encode(seen, key.data());
    return spec::fingerprint(std::span<const std::byte>(key).first(size));
  }

  Model model_;
  spec::Options options_ = only_states();
  spec::Search<Model, spec::Storage::keys> search_;
  spec::Graph<Model> graph_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> numbers_;
};

template <class Model, class Naive>
class Walker {
 public:
  Walker(const Searched<Model, Naive>& searched, const Naive& naive)
      : searched_(searched),
        model_(searched.model()),
        graph_(searched.graph()),
        naive_(naive),
        visited_(graph_.size()) {
    const Seen first = naive_.seen(naive_.initial());
    model_.initial([&](const Seen& seen) {
      if (!(seen == first)) difference_ = "they do not begin alike:\n" + words(seen) + words(first);
    });
  }

  /// Goes `steps` random steps to where it has not been; where there are none, it goes back to any
  /// place where it has been. Returns how many distinct states it came to. Stops at the first
  /// difference.
  std::size_t walk(std::uint64_t seed, unsigned number, unsigned steps);
  /// Compares all states.
  void everywhere();

  /// The first difference in words; empty if there is none.
  [[nodiscard]] const std::string& difference() const { return difference_; }
  /// States that were compared, of all walks together.
  [[nodiscard]] std::size_t compared() const {
    return static_cast<std::size_t>(std::count(visited_.begin(), visited_.end(), true));
  }
  [[nodiscard]] std::size_t permille() const { return compared() * 1000 / searched_.states(); }

 private:
  using State = typename Naive::State;
  using Seen = typename Model::State;
  struct Edge {
    spec::ActionId action;
    Seen to;
    friend bool operator==(const Edge&, const Edge&) = default;
    friend bool operator<(const Edge& a, const Edge& b) {
      return a.action != b.action ? a.action < b.action
                                  : std::memcmp(&a.to, &b.to, sizeof(Seen)) < 0;
    }
  };
  using Edges = std::vector<Edge>;
  using Steps = std::vector<typename Naive::Step>;
  using Candidates = std::vector<const typename Naive::Step*>;

  static void sort(Edges& edges) {
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  }
  /// Both ways. Returns the number of the state, or nothing where something differs.
  std::optional<std::uint32_t> compare(const State& state, const Steps& steps);
  void tell(const char* what, const Seen& from, const Edges& edges, const Edges& others);
  static const typename Naive::Step& pick(const Candidates& steps, std::mt19937_64& random);
  [[nodiscard]] std::string words(const Seen& s) const;

  const Searched<Model, Naive>& searched_;
  const Model& model_;
  const spec::Graph<Model>& graph_;
  const Naive& naive_;
  std::vector<bool> visited_;
  std::string difference_;
};

template <class Model, class Naive>
std::string Walker<Model, Naive>::words(const Seen& s) const {
  std::string text;
  model_.describe(s, [&](std::string_view name, std::string_view cached, std::string_view durable) {
    text.append("    ").append(name).append(": ").append(cached);
    if (!durable.empty() && durable != cached) text.append(" (disk: ").append(durable).append(")");
    text += '\n';
  });
  return text;
}

/// `edges` has something that `others` lacks: the first of it, and a shortest way to the place.
template <class Model, class Naive>
void Walker<Model, Naive>::tell(const char* what, const Seen& from, const Edges& edges,
                                const Edges& others) {
  const auto lacks = [&](const Edge& edge) {
    return !std::binary_search(others.begin(), others.end(), edge);
  };
  const auto edge = std::find_if(edges.begin(), edges.end(), lacks);
  if (edge == edges.end() || !difference_.empty()) return;
  difference_ = what;
  difference_.append(model_.actions()[edge->action].name)
      .append("\n  to\n")
      .append(words(edge->to));
  difference_.append("  from\n").append(words(from));
  const auto known = searched_.find(from);
  if (!known) return;
  difference_ += "  a shortest way there:";
  for (const auto& step : graph_.trace(*known).steps) {
    if (step.action == spec::kNoAction) continue;
    difference_.append(" ").append(model_.actions()[step.action].name);
  }
}

template <class Model, class Naive>
std::optional<std::uint32_t> Walker<Model, Naive>::compare(const State& state, const Steps& steps) {
  const Seen seen = naive_.seen(state);
  const auto number = searched_.find(seen);
  if (!number) {
    difference_ = "a state that the checker did not find:\n" + words(seen);
    return {};
  }
  Edges mine;
  for (const auto& step : steps) {
    mine.push_back({static_cast<spec::ActionId>(step.op), naive_.seen(step.to)});
  }
  Edges theirs;
  model_.next(graph_.state(*number), [&](spec::ActionId action, spec::Choice, const Seen& to) {
    theirs.push_back({action, Naive::observed(model_.row(), to)});
  });
  for (Edges* edges : {&mine, &theirs}) {  // a step that changes nothing is none
    std::erase_if(*edges, [&](const Edge& edge) { return edge.to == seen; });
  }
  sort(mine);
  sort(theirs);
  tell("only the naive reading has ", seen, mine, theirs);
  tell("only the model has ", seen, theirs, mine);
  if (!difference_.empty()) return {};
  visited_[*number] = true;
  return number;
}

/// Steps of the program are more likely than those of the environment: else a walk ends too soon.
template <class Model, class Naive>
const typename Naive::Step& Walker<Model, Naive>::pick(const Candidates& steps,
                                                       std::mt19937_64& random) {
  std::vector<Candidates> urns;  // of one action each, those of the program several times
  for (const auto* step : steps) {
    const unsigned tickets = step->op < spec::commit::Op::PowerCut ? 30 : 1;
    if (urns.empty() || urns.back().front()->op != step->op) urns.insert(urns.end(), tickets, {});
    for (unsigned i = 0; i < tickets; ++i) (urns.end() - 1 - i)->push_back(step);
  }
  const Candidates& urn = urns[random() % urns.size()];
  return *urn[random() % urn.size()];
}

template <class Model, class Naive>
std::size_t Walker<Model, Naive>::walk(std::uint64_t seed, unsigned number, unsigned steps) {
  std::mt19937_64 random(seed + number);
  std::vector<bool> mine(graph_.size());
  std::vector<State> been;
  State state = naive_.initial();
  for (unsigned i = 0; i < steps; ++i) {
    const Steps next = naive_.steps(state);
    const auto found = compare(state, next);
    if (!found) {
      difference_.append("\n  replay: ").append(model_.row().name.view());
      difference_ += ", seed " + std::to_string(seed) + ", walk " + std::to_string(number) +
                     ", step " + std::to_string(i);
      break;
    }
    if (!mine[*found]) been.push_back(state);
    mine[*found] = true;
    Candidates fresh;  // steps to where this walk has not been
    for (const auto& step : next) {
      if (!mine[searched_.find(naive_.seen(step.to)).value_or(*found)]) fresh.push_back(&step);
    }
    state = fresh.empty() ? been[random() % been.size()] : pick(fresh, random).to;
  }
  return static_cast<std::size_t>(std::count(mine.begin(), mine.end(), true));
}

template <class Model, class Naive>
void Walker<Model, Naive>::everywhere() {
  std::vector<bool> queued(graph_.size());
  std::deque<State> queue{naive_.initial()};
  while (!queue.empty() && difference_.empty()) {
    const State state = queue.front();
    queue.pop_front();
    const Steps next = naive_.steps(state);
    if (!compare(state, next)) return;
    for (const auto& step : next) {
      const auto number = searched_.find(naive_.seen(step.to));
      if (!number || queued[*number]) continue;
      queued[*number] = true;
      queue.push_back(step.to);
    }
  }
}

}  // namespace plumb::test
