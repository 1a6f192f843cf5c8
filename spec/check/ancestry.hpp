// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// How each state was found first: from which state, and by which of the steps that it emits. About
// ten bits a state.
// Breadth-first search numbers states in the order of their discovery, so the parents of the states
// 0, 1, 2... never decrease. They are kept as the tree's shape in unary: for each state a one, and
// a zero whenever the parent moves on by one (Jacobson, "Space-efficient static trees and graphs",
// FOCS 1989). The step is a byte, or an entry in a list where it is 255 or more.
// Where a state's one stands follows from its number and its parent's, so that several threads can
// write down what one batch finds.
// Invariants:    states are numbered in the order of their parents.
// Thread-safety: set() for different states at once; else one writer, or const functions among
//                themselves.
// Spec:          P-9 (bytes a state, parents included).
#pragma once
#include <algorithm>
#include <atomic>
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

  struct LongEdge {
    std::uint32_t state = 0, edge = 0;
  };

  void add_root(std::uint32_t edge) {
    expects(children_ == 0, "initial states come first");
    const std::uint32_t state = size();
    edges_.push_back(0);
    ++roots_;
    if (!set_edge(state, edge)) long_edges_.push_back({.state = state, .edge = edge});
  }
  /// Room for `count` more states, whose parents are below `end`. Each of them is to be set.
  void extend(std::uint32_t count, std::uint32_t end) {
    children_ += count;
    edges_.resize(roots_ + children_);
    samples_.resize((children_ + kSample - 1) / kSample);
    words_.resize((children_ + end + kWord - 1) / kWord);
  }
  /// Sets states, by one thread and in their order, others doing the same elsewhere.
  class Cursor {
   public:
    explicit Cursor(Ancestry& ancestry) : ancestry_(ancestry) {}
    /// Whether this is all: a step of 255 or more is to be listed, by one thread.
    [[nodiscard]] bool set(std::uint32_t state, std::uint32_t parent, std::uint32_t edge) {
      const std::uint64_t one = state - ancestry_.roots_;
      const std::uint64_t position = one + parent;
      if (one % kSample == 0) ancestry_.samples_[one / kSample] = position;
      if (position / kWord != word_) flush();
      word_ = position / kWord;
      bits_ |= std::uint64_t{1} << (position % kWord);
      return ancestry_.set_edge(state, edge);
    }
    /// To be called in the end.
    void flush() {
      if (bits_ == 0) return;
      // The first and the last word have bits of others.
      std::atomic_ref(ancestry_.words_[word_]).fetch_or(bits_, std::memory_order_relaxed);
      bits_ = 0;
    }

   private:
    Ancestry& ancestry_;
    std::uint64_t word_ = 0, bits_ = 0;
  };
  /// Lists the long steps among the states that came last.
  void list(std::vector<LongEdge>& edges) {
    std::sort(edges.begin(), edges.end(),
              [](const LongEdge& one, const LongEdge& two) { return one.state < two.state; });
    long_edges_.insert(long_edges_.end(), edges.begin(), edges.end());
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
    file.number(children_);
    file.array(words_);
    file.array(samples_);
    file.array(edges_);
    file.array(long_edges_);
  }
  void load(FileReader& file) {
    roots_ = static_cast<std::uint32_t>(file.number());
    children_ = file.number();
    file.array(words_);
    file.array(samples_);
    file.array(edges_);
    long_edges_ = file.array<LongEdge>();
    if (edges_.size() != roots_ + children_ ||
        samples_.size() != (children_ + kSample - 1) / kSample) {
      file.damaged("contradicts itself: the ancestry");
    }
  }

 private:
  static constexpr std::uint64_t kSample = 512;  // ones between two kept positions
  static constexpr std::uint64_t kWord = 64;     // bits
  static constexpr std::uint8_t kLong = 255;

  [[nodiscard]] bool set_edge(std::uint32_t state, std::uint32_t edge) {
    edges_[state] = static_cast<std::uint8_t>(std::min<std::uint32_t>(edge, kLong));
    return edge < kLong;
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
  std::uint64_t children_ = 0;       // states that are no roots: as many ones
  std::deque<std::uint64_t> words_;  // deques grow without copying
  std::deque<std::uint64_t> samples_;
  std::deque<std::uint8_t> edges_;
  std::vector<LongEdge> long_edges_;
};

}  // namespace plumb::spec
