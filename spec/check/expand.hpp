// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The part of the search that threads do side by side: a range of states is decoded, judged and
// replaced by the keys of its successors.
// Thread-safety: an Expander is shared and read; each thread has a Worker of its own.
// Spec:          EV-2; P-9.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "check/contract.hpp"
#include "check/fingerprint.hpp"
#include "check/judge.hpp"
#include "check/keys.hpp"
#include "check/model.hpp"
#include "check/options.hpp"
#include "check/worker.hpp"

namespace plumb::spec {

/// A model that breaks what model.hpp says about it (found with Options::distrust or by a trace
/// that does not replay).
struct ModelContradicted : std::logic_error {
  using std::logic_error::logic_error;
};

template <Model M>
class Expander {
 public:
  using State = typename M::State;
  static_assert(M::max_key_bytes > 0 && M::max_key_bytes < 65536);

  Expander(const M& model, const Options& options, const Judge<M>& judge)
      : model_(model), judge_(judge), symmetry_(options.symmetry), distrust_(options.distrust) {}

  /// The initial states, as candidates of a batch with one range. Throws nothing.
  void begin(Worker& worker) const noexcept {
    guarded(worker, 0, [&] {
      std::uint32_t edge = 0;
      model_.initial([&](const State& state) { emit(state, {.edge = edge++}, worker); });
    });
  }
  /// A range of the batch, the states first to last - 1, whose traces have `length` states. Ends
  /// early, with worker.failure, where the model throws.
  void expand(const Keys& keys, std::uint32_t range, std::uint32_t first, std::uint32_t last,
              std::uint32_t length, Worker& worker) const noexcept {
    guarded(worker, range, [&] {
      keys.for_each(first, last, [&](std::uint32_t number, std::span<const std::byte> key) {
        const State from = model_.decode(key);
        if (distrust_) doubt(key, from);
        expand(number, from, length, worker);
      });
    });
  }
  /// The state as the search sees it.
  [[nodiscard]] State canonical(const State& state) const {
    if constexpr (SymmetricModel<M>) {
      if (symmetry_) return model_.canonical(state);
    }
    return state;
  }

 private:
  template <class Work>
  static void guarded(Worker& worker, std::uint32_t range, const Work& work) noexcept {
    Failure failure{.range = range, .capacity = {}, .error = {}};
    try {
      worker.begin(range);
      return work();
    } catch (const CapacityExceeded& exceeded) {
      failure.capacity = exceeded.what();
    } catch (...) {
      failure.error = std::current_exception();
    }
    if (!worker.failure || range < worker.failure->range) worker.failure = std::move(failure);
  }
  void expand(std::uint32_t number, const State& from, std::uint32_t length, Worker& worker) const {
    judge_.judge_state(from, {.length = length, .state = number}, worker.found);
    std::uint32_t edge = 0;
    model_.next(from, [&](ActionId action, Choice choice, const State& to) {
      expects(action < worker.tallies.size(), "a step's action is in the model's list");
      ++worker.tallies[action].steps;
      judge_.judge_step(from, action, choice, to,
                        {.length = length + 1, .state = number, .edge = edge}, worker.found);
      emit(to, {.parent = number, .edge = edge, .action = action}, worker);
      ++edge;
    });
    if (edge == 0) judge_.judge_end(from, {.length = length, .state = number}, worker.found);
  }
  void emit(const State& state, const Candidate& candidate, Worker& worker) const {
    std::byte* const room = worker.room(M::max_key_bytes);
    std::size_t size = 0;
    if constexpr (SymmetricModel<M>) {
      size = model_.encode(symmetry_ ? model_.canonical(state) : state, room);
    } else {
      size = model_.encode(state, room);
    }
    expects(size <= M::max_key_bytes, "a key fits max_key_bytes");
    worker.add(candidate, fingerprint({room, size}), size);
  }
  /// The promises that a wrong count would not betray.
  void doubt(std::span<const std::byte> key, const State& state) const {
    std::vector<std::byte> again(M::max_key_bytes);
    again.resize(model_.encode(state, again.data()));
    if (!std::equal(again.begin(), again.end(), key.begin(), key.end())) {
      throw ModelContradicted("the key of a decoded key is another one");
    }
    std::vector<State> once;
    model_.next(state, [&](ActionId, Choice, const State& to) { once.push_back(to); });
    std::size_t at = 0;
    model_.next(model_.decode(key), [&](ActionId, Choice, const State& to) {
      if (at >= once.size() || !(once[at] == to)) {
        throw ModelContradicted("next() does not repeat itself");
      }
      ++at;
    });
    if (at != once.size()) throw ModelContradicted("next() does not repeat itself");
  }

  const M& model_;
  const Judge<M>& judge_;
  bool symmetry_;
  bool distrust_;
};

}  // namespace plumb::spec
