// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The part of the search that threads do side by side: a range of states is decoded, judged and
// replaced by the keys of its successors.
// Invariants:    a unit's candidates stand in the order of their parents and edges.
// Thread-safety: an Expander is shared and read; a Unit has one writer.
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
#include <vector>

#include "check/contract.hpp"
#include "check/fingerprint.hpp"
#include "check/judge.hpp"
#include "check/keys.hpp"
#include "check/model.hpp"
#include "check/options.hpp"
#include "check/table.hpp"

namespace plumb::spec {

/// A model that breaks what model.hpp says about it (found with Options::distrust or by a trace
/// that does not replay).
struct ModelContradicted : std::logic_error {
  using std::logic_error::logic_error;
};

/// A successor that may be new.
struct Candidate {
  std::uint64_t fingerprint = 0;
  std::uint32_t key_begin = 0;
  std::uint32_t parent = 0;
  std::uint32_t edge = 0;
  std::uint32_t number = 0;  ///< once it was found to be new
  ActionId action = 0;
  std::uint16_t key_bytes = 0;
};

/// What came of one range of states; reused for the next one.
class Unit {
 public:
  Unit(std::size_t actions, std::size_t properties) : totals(actions), found(properties) {}

  void clear(unsigned owners) {
    candidates.clear();
    key_bytes_ = 0;
    owned.resize(owners);
    fresh.resize(owners);
    for (std::vector<std::uint32_t>& list : owned) list.clear();
    for (std::vector<std::uint32_t>& list : fresh) list.clear();
    std::fill(totals.begin(), totals.end(), 0);
    found.clear();
    capacity.reset();
    error = nullptr;
  }
  /// Where the next key may be written, `most` bytes long.
  [[nodiscard]] std::byte* room(std::size_t most) {
    if (key_bytes_ + most > keys_.size()) keys_.resize(2 * keys_.size() + most);
    return keys_.data() + key_bytes_;
  }
  /// Takes the key that was written there.
  void add(Candidate candidate, std::size_t key_bytes) {
    candidate.key_begin = static_cast<std::uint32_t>(key_bytes_);
    candidate.key_bytes = static_cast<std::uint16_t>(key_bytes);
    key_bytes_ += key_bytes;
    if (owned.size() > 1) {
      const auto owner = Table<false>::segment_of(candidate.fingerprint) * owned.size();
      owned[owner / Table<false>::kSegments].push_back(
          static_cast<std::uint32_t>(candidates.size()));
    }
    candidates.push_back(candidate);
  }
  [[nodiscard]] std::span<const std::byte> key(const Candidate& candidate) const {
    return {keys_.data() + candidate.key_begin, candidate.key_bytes};
  }
  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t all = keys_.capacity() + candidates.capacity() * sizeof(Candidate);
    for (const auto& list : owned) all += list.capacity() * sizeof(std::uint32_t);
    for (const auto& list : fresh) all += list.capacity() * sizeof(std::uint32_t);
    return all;
  }

  std::vector<Candidate> candidates;
  /// For each owner of table segments, its candidates; not filled for a single owner.
  std::vector<std::vector<std::uint32_t>> owned;
  std::vector<std::vector<std::uint32_t>> fresh;  ///< and those that it found to be new
  std::vector<std::uint64_t> totals;              ///< steps of each action
  Findings found;
  std::optional<std::string> capacity;  ///< what the model said when it could not go on
  std::exception_ptr error;             ///< anything else that was thrown

 private:
  std::vector<std::byte> keys_;
  std::size_t key_bytes_ = 0;
};

template <Model M>
class Expander {
 public:
  using State = typename M::State;
  static_assert(M::max_key_bytes > 0 && M::max_key_bytes < 65536);

  Expander(const M& model, const Options& options, const Judge<M>& judge)
      : model_(model), judge_(judge), symmetry_(options.symmetry), distrust_(options.distrust) {}

  /// The initial states, as candidates of a unit with one owner. Throws nothing.
  void begin(Unit& unit) const noexcept {
    guarded(unit, [&] {
      std::uint32_t edge = 0;
      model_.initial([&](const State& state) { emit(state, {.edge = edge++}, unit); });
    });
  }
  /// The states first to last - 1, whose traces have `length` states. Ends early, with
  /// unit.capacity or unit.error, where the model throws.
  void expand(const Keys& keys, std::uint32_t first, std::uint32_t last, std::uint32_t length,
              Unit& unit) const noexcept {
    guarded(unit, [&] {
      for (std::uint32_t number = first; number < last; ++number) {
        const std::span<const std::byte> key = keys.key(number);
        const State from = model_.decode(key);
        if (distrust_) doubt(key, from);
        expand(number, from, length, unit);
      }
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
  static void guarded(Unit& unit, const Work& work) noexcept {
    try {
      work();
    } catch (const CapacityExceeded& exceeded) {
      unit.capacity = exceeded.what();
    } catch (...) {
      unit.error = std::current_exception();
    }
  }
  void expand(std::uint32_t number, const State& from, std::uint32_t length, Unit& unit) const {
    judge_.judge_state(from, {.length = length, .state = number}, unit.found);
    std::uint32_t edge = 0;
    model_.next(from, [&](ActionId action, Choice choice, const State& to) {
      expects(action < unit.totals.size(), "a step's action is in the model's list");
      ++unit.totals[action];
      judge_.judge_step(from, action, choice, to,
                        {.length = length + 1, .state = number, .edge = edge}, unit.found);
      emit(to, {.parent = number, .edge = edge, .action = action}, unit);
      ++edge;
    });
    if (edge == 0) judge_.judge_end(from, {.length = length, .state = number}, unit.found);
  }
  void emit(const State& state, Candidate candidate, Unit& unit) const {
    std::byte* const room = unit.room(M::max_key_bytes);
    std::size_t size = 0;
    if constexpr (SymmetricModel<M>) {
      size = model_.encode(symmetry_ ? model_.canonical(state) : state, room);
    } else {
      size = model_.encode(state, room);
    }
    expects(size <= M::max_key_bytes, "a key fits max_key_bytes");
    candidate.fingerprint = fingerprint({room, size});
    unit.add(candidate, size);
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
