// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// How each state was found first: from which state, and by which of the steps that it emits. About
// ten bits a state.
// Breadth-first search numbers states in the order of their discovery, so the parents of the states
// 0, 1, 2... never decrease. They are kept as the tree's shape in unary: for each state a one, and
// a zero whenever the parent moves on by one (Jacobson, "Space-efficient static trees and graphs",
// FOCS 1989). The step is a byte, or an entry in a list where it is 255 or more.
// Invariants:    states are added in the order of their parents.
// Thread-safety: none for add(); const functions among themselves.
// Spec:          P-9 (bytes a state, parents included).
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "check/contract.hpp"
#include "check/file.hpp"

namespace plumb::spec {

class Ancestry {
 public:
  struct Origin {
    std::optional<std::uint32_t> parent;  ///< none: an initial state
    std::uint32_t edge = 0;               ///< the how-manieth that the parent, or initial(), emits
  };

  void add_root(std::uint32_t edge) {
    expects(ones_ == 0, "initial states come first");
    ++roots_;
    add_edge(edge);
  }
  void add(std::uint32_t parent, std::uint32_t edge) {
    expects(parent >= parent_, "states come in the order of their parents");
    for (; parent_ < parent; ++parent_) push(false);
    if (ones_ % kSample == 0) samples_.push_back(bits_);
    push(true);
    ++ones_;
    add_edge(edge);
  }

  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(edges_.size());
  }
  [[nodiscard]] Origin origin(std::uint32_t state) const {
    expects(state < size(), "the state was numbered");
    if (state < roots_) return {.parent = {}, .edge = edge_of(state)};
    const std::uint64_t one = state - roots_;
    return {.parent = static_cast<std::uint32_t>(position_of(one) - one), .edge = edge_of(state)};
  }
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return edges_.size() + words_.size() * sizeof(std::uint64_t) +
           samples_.size() * sizeof(std::uint64_t) + long_edges_.size() * sizeof(long_edges_[0]);
  }

  void save(FileWriter& file) const {
    file.number(roots_);
    file.number(ones_);
    file.number(parent_);
    file.number(bits_);
    file.array(words_);
    file.array(samples_);
    file.array(edges_);
    file.array(long_edges_);
  }
  void load(FileReader& file) {
    roots_ = static_cast<std::uint32_t>(file.number());
    ones_ = file.number();
    parent_ = static_cast<std::uint32_t>(file.number());
    bits_ = file.number();
    file.array(words_);
    file.array(samples_);
    file.array(edges_);
    long_edges_ = file.array<LongEdge>();
    if (edges_.size() != roots_ + ones_ || words_.size() != (bits_ + 63) / 64) {
      file.damaged("contradicts itself: the ancestry");
    }
  }

 private:
  static constexpr std::uint64_t kSample = 512;  // ones between two kept positions
  static constexpr std::uint8_t kLong = 255;

  struct LongEdge {
    std::uint32_t state = 0, edge = 0;
  };

  void push(bool bit) {
    if (bits_ % 64 == 0) words_.push_back(0);
    if (bit) words_.back() |= std::uint64_t{1} << (bits_ % 64);
    ++bits_;
  }
  void add_edge(std::uint32_t edge) {
    if (edge >= kLong) long_edges_.push_back({.state = size(), .edge = edge});
    edges_.push_back(static_cast<std::uint8_t>(std::min<std::uint32_t>(edge, kLong)));
  }
  [[nodiscard]] std::uint32_t edge_of(std::uint32_t state) const {
    if (edges_[state] != kLong) return edges_[state];
    const auto found = std::lower_bound(
        long_edges_.begin(), long_edges_.end(), state,
        [](const LongEdge& entry, std::uint32_t wanted) { return entry.state < wanted; });
    expects(found != long_edges_.end() && found->state == state, "a long edge is listed");
    return found->edge;
  }
  /// Where the one of this index stands.
  [[nodiscard]] std::uint64_t position_of(std::uint64_t one) const {
    std::uint64_t position = samples_[one / kSample];
    std::uint64_t left = one % kSample;
    std::uint64_t word = words_[position / 64] >> (position % 64) << (position % 64);
    std::size_t index = position / 64;
    for (auto ones = static_cast<std::uint64_t>(std::popcount(word)); left >= ones;
         ones = static_cast<std::uint64_t>(std::popcount(word))) {
      left -= ones;
      word = words_[++index];
    }
    for (; left > 0; --left) word &= word - 1;
    return index * 64 + static_cast<std::uint64_t>(std::countr_zero(word));
  }

  std::uint32_t roots_ = 0;
  std::uint64_t ones_ = 0;    // states that are no roots
  std::uint32_t parent_ = 0;  // zeros so far
  std::uint64_t bits_ = 0;
  std::deque<std::uint64_t> words_;  // deques grow without copying
  std::deque<std::uint64_t> samples_;
  std::deque<std::uint8_t> edges_;
  std::vector<LongEdge> long_edges_;
};

}  // namespace plumb::spec
