// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// An opening is a function of what it reads. Two states with the same names and sizes that differ
// only in bytes which the opening of the first never read (a temporary file, what lies in a spare
// segment) have one verdict: a tree of the reads of earlier openings finds it without another one.
// Invariants:    a node asks for one range of one file; its children are the answers seen so far.
// Thread-safety: none.
// Spec:          EV-6; reduction 'read-guided pruning' of the persistence model.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/image.hpp"

namespace plumb::crash {

/// A range of a file, as it was before the opening.
struct Range {
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

class ReadTree {
 public:
  /// True where an opening that would read the same was judged under the same `promise`. `start`
  /// tells apart what else an opening depends on.
  [[nodiscard]] bool knows(std::uint64_t start, const sim::Image& image,
                           std::uint64_t promise) const;
  /// The opening that read these ranges of the image, in this order, was judged and all holds.
  void learn(std::uint64_t start, const sim::Image& image, std::uint64_t promise,
             const std::vector<Range>& reads);

 private:
  struct Node {
    Range asks;  // no file: the end, nothing more is read
    std::unordered_map<std::uint64_t, std::size_t> answers;
    std::unordered_set<std::uint64_t> promises;  // at the end
  };
  [[nodiscard]] static std::uint64_t root_of(std::uint64_t start, const sim::Image& image);
  std::unordered_map<std::uint64_t, std::size_t> roots_;
  std::vector<Node> nodes_;
};

}  // namespace plumb::crash
