// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What one thread holds of a batch (search.hpp): the successors of the states that it expanded, as
// candidates; which of them are new; and what it found and counted. Reused for the next batch.
// No other thread writes here but to the lists of new candidates, each of which has its own cache
// line: sharing lines would cost more than the work itself.
// Invariants:    candidates are in the order of their parents and edges, as are those of each log.
// Thread-safety: one writer; of each log's fresh list, another one, in another phase.
// Spec:          P-9.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "check/ancestry.hpp"
#include "check/judge.hpp"
#include "check/keys.hpp"
#include "check/model.hpp"
#include "check/table.hpp"

namespace plumb::spec {

inline constexpr std::size_t kCacheLine = 64;
/// States that are expanded by one thread, one after the other.
inline constexpr std::uint32_t kRange = 64;

/// A successor that may be new.
struct Candidate {
  std::size_t key_begin = 0;
  std::uint32_t parent = 0;
  std::uint32_t edge = 0;
  std::uint32_t number = 0;  ///< once it was found to be new
  ActionId action = 0;
  std::uint16_t key_bytes = 0;
};

/// What the table needs to know of it.
struct Listed {
  std::uint64_t fingerprint = 0;
  std::uint32_t candidate = 0;
  std::uint16_t range = 0;  ///< of the batch
  std::uint16_t key_bytes = 0;
};

/// A range of states, and the way of its new successors.
struct Range {
  std::uint32_t index = 0;   ///< in the batch
  std::size_t place = 0;     ///< among the worker's
  std::size_t begin = 0;     ///< first candidate
  std::uint32_t number = 0;  ///< for the first new state
  Keys::Cursor keys;         ///< for its key
};

/// The candidates for one part of the table.
struct alignas(kCacheLine) Log {
  std::vector<Listed> listed;
  std::vector<std::uint32_t> begins;  ///< of each range's
  std::vector<std::uint32_t> fresh;   ///< those that are new

  [[nodiscard]] std::pair<std::size_t, std::size_t> of(const Range& range) const {
    const std::size_t next = range.place + 1;
    return {begins[range.place], next < begins.size() ? begins[next] : listed.size()};
  }
};

/// Of an action; a line each, since the next one may be another worker's.
struct alignas(kCacheLine) Tally {
  std::uint64_t steps = 0, distinct = 0;
};

/// Why the model did not finish a range.
struct Failure {
  std::uint32_t range = 0;
  std::optional<std::string> capacity;  ///< what CapacityExceeded said
  std::exception_ptr error;             ///< or anything else
};

class alignas(kCacheLine) Worker {
 public:
  Worker(std::size_t actions, std::size_t properties) : tallies(actions), found(properties) {}

  void clear(std::size_t parts) {
    candidates.clear();
    key_bytes_ = 0;
    ranges.clear();
    logs.resize(parts);
    for (Log& log : logs) {
      log.listed.clear();
      log.begins.clear();
      log.fresh.clear();
    }
    long_edges.clear();
    std::fill(tallies.begin(), tallies.end(), Tally{});
    found.clear();
    failure.reset();
  }
  void begin(std::uint32_t range) {
    ranges.push_back(
        {.index = range, .place = ranges.size(), .begin = candidates.size(), .keys = {}});
    for (Log& log : logs) log.begins.push_back(static_cast<std::uint32_t>(log.listed.size()));
  }
  /// Where the next key may be written, `most` bytes long.
  [[nodiscard]] std::byte* room(std::size_t most) {
    if (key_bytes_ + most > keys_.size()) keys_.resize(2 * keys_.size() + most);
    return keys_.data() + key_bytes_;
  }
  /// Takes the key that was written there. Throws CapacityExceeded.
  void add(Candidate candidate, std::uint64_t fingerprint, std::size_t key_bytes) {
    const Range& range = ranges.back();
    if (candidates.size() - range.begin == kMostCandidates) {
      throw CapacityExceeded("too many steps from " + std::to_string(kRange) + " states");
    }
    candidate.key_begin = key_bytes_;
    candidate.key_bytes = static_cast<std::uint16_t>(key_bytes);
    key_bytes_ += key_bytes;
    logs[Table<false>::part_of(fingerprint, logs.size())].listed.push_back(
        {.fingerprint = fingerprint,
         .candidate = static_cast<std::uint32_t>(candidates.size()),
         .range = static_cast<std::uint16_t>(range.index),
         .key_bytes = candidate.key_bytes});
    candidates.push_back(candidate);
  }
  [[nodiscard]] std::span<const std::byte> key(const Candidate& candidate) const {
    return {keys_.data() + candidate.key_begin, candidate.key_bytes};
  }
  /// visit(range, candidate) for the new ones, in their order.
  template <class Visit>
  void for_each_fresh(const Visit& visit) {
    marks_.assign(candidates.size() / kWord + 1, 0);  // the logs' lists, merged
    for (const Log& log : logs) {
      for (const std::uint32_t i : log.fresh) {
        const std::uint32_t candidate = log.listed[i].candidate;
        marks_[candidate / kWord] |= std::uint64_t{1} << (candidate % kWord);
      }
    }
    std::size_t range = 0;
    for (std::size_t word = 0; word < marks_.size(); ++word) {
      for (std::uint64_t left = marks_[word]; left != 0; left &= left - 1) {
        const std::size_t i = word * kWord + static_cast<std::size_t>(std::countr_zero(left));
        while (range + 1 < ranges.size() && ranges[range + 1].begin <= i) ++range;
        visit(ranges[range], candidates[i]);
      }
    }
  }
  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t all = keys_.capacity() + candidates.capacity() * sizeof(Candidate);
    for (const Log& log : logs) {
      all += log.listed.capacity() * sizeof(Listed) + log.fresh.capacity() * sizeof(std::uint32_t);
    }
    return all;
  }

  static constexpr std::uint32_t kMostCandidates = std::uint32_t{1} << 25U;  ///< of a range

  std::vector<Candidate> candidates;
  std::vector<Range> ranges;
  std::vector<Log> logs;
  std::vector<Tally> tallies;
  std::vector<Ancestry::LongEdge> long_edges;
  Findings found;
  std::optional<Failure> failure;  ///< the first

 private:
  static constexpr std::size_t kWord = 64;

  std::vector<std::byte> keys_;
  std::size_t key_bytes_ = 0;
  std::vector<std::uint64_t> marks_;
};

}  // namespace plumb::spec
