// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The states that were seen: 64-bit fingerprints in open addressing, each with a state number where
// whole keys are compared (exact mode).
// Layout: 256 segments by the top eight bits. A segment's places follow the order of fingerprints
// (the next 32 bits, scaled to its size), so that growing it is one pass from left to right. It
// grows by a quarter when 75 % are taken: between 10.7 and 13.4 bytes a fingerprint, and never more
// than one segment held twice.
// Invariants:    a segment has a free place; 0 is no fingerprint.
// Thread-safety: one writer for each segment; readers of a segment exclude its writer.
// Spec:          P-9 (bytes a state).
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "check/contract.hpp"
#include "check/file.hpp"

namespace plumb::spec {

template <bool kNumbers>
class Table {
 public:
  static constexpr unsigned kSegments = 256;

  [[nodiscard]] static unsigned segment_of(std::uint64_t fingerprint) noexcept {
    return static_cast<unsigned>(fingerprint >> 56U);
  }
  /// In which of so many parts of the table, of whole segments each.
  [[nodiscard]] static std::size_t part_of(std::uint64_t fingerprint, std::size_t parts) noexcept {
    return segment_of(fingerprint) * parts / kSegments;
  }

  void prefetch(std::uint64_t fingerprint) const noexcept {
    const Segment& segment = segments_[segment_of(fingerprint)];
    if (segment.places.empty()) return;
#if defined(__GNUC__)
    __builtin_prefetch(&segment.places[segment.place_of(fingerprint)], 1);
#endif
  }

  /// Whether the state was not there, and is now. `same(number)` says, in exact mode, whether the
  /// state of that number has the same key; otherwise equal fingerprints mean equal states.
  template <class Same>
  bool insert(std::uint64_t fingerprint, std::uint32_t number, const Same& same) {
    Segment& segment = segments_[segment_of(fingerprint)];
    if (4 * (segment.taken + 1) > 3 * segment.places.size()) {
      bytes_.fetch_add(segment.grow(), std::memory_order_relaxed);
    }
    std::size_t place = segment.place_of(fingerprint);
    while (segment.places[place] != 0) {
      if (segment.places[place] == fingerprint) {
        if (same(kNumbers ? segment.numbers[place] : 0)) return false;
      }
      place = segment.after(place);
    }
    segment.put(place, fingerprint, number);
    ++segment.taken;
    return true;
  }

  [[nodiscard]] bool contains(std::uint64_t fingerprint) const {
    return find(fingerprint, [](std::uint32_t) { return true; }).has_value();
  }

  /// The number of the state for which same(number).
  template <class Same>
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t fingerprint,
                                                  const Same& same) const {
    const Segment& segment = segments_[segment_of(fingerprint)];
    if (segment.places.empty()) return {};
    std::size_t place = segment.place_of(fingerprint);
    while (segment.places[place] != 0) {
      const std::uint32_t number = kNumbers ? segment.numbers[place] : 0;
      if (segment.places[place] == fingerprint && same(number)) return number;
      place = segment.after(place);
    }
    return {};
  }

  /// Gives another number to the state with this one. Expects it to be there.
  void renumber(std::uint64_t fingerprint, std::uint32_t old_number, std::uint32_t number)
    requires kNumbers
  {
    Segment& segment = segments_[segment_of(fingerprint)];
    std::size_t place = segment.place_of(fingerprint);
    while (segment.places[place] != fingerprint || segment.numbers[place] != old_number) {
      expects(segment.places[place] != 0, "the state is in the table");
      place = segment.after(place);
    }
    segment.numbers[place] = number;
  }

  [[nodiscard]] std::uint64_t size() const noexcept {
    std::uint64_t all = 0;
    for (const Segment& segment : segments_) all += segment.taken;
    return all;
  }
  /// A count of its own: asking every segment would take them from the caches of their writers.
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return bytes_.load(std::memory_order_relaxed);
  }

  void save(FileWriter& file) const {
    for (const Segment& segment : segments_) {
      file.number(segment.taken);
      file.array(segment.places);
      file.array(segment.numbers);
    }
  }
  void load(FileReader& file) {
    bytes_ = sizeof(*this);
    for (Segment& segment : segments_) {
      segment.taken = file.number();
      segment.places = file.array<std::uint64_t>();
      segment.numbers = file.array<std::uint32_t>();
      bytes_ += segment.places.size() * kPlaceBytes;
    }
  }

 private:
  static constexpr std::uint64_t kPlaceBytes =
      sizeof(std::uint64_t) + (kNumbers ? sizeof(std::uint32_t) : 0);

  struct alignas(64) Segment {  // one cache line: neighbours have other writers
    std::vector<std::uint64_t> places;
    std::vector<std::uint32_t> numbers;  // beside the places; empty unless kNumbers
    std::uint64_t taken = 0;

    [[nodiscard]] std::size_t place_of(std::uint64_t fingerprint) const noexcept {
      return static_cast<std::size_t>((((fingerprint >> 24U) & 0xFFFFFFFFU) * places.size()) >>
                                      32U);
    }
    [[nodiscard]] std::size_t after(std::size_t place) const noexcept {
      return place + 1 == places.size() ? 0 : place + 1;
    }
    void put(std::size_t place, std::uint64_t fingerprint, std::uint32_t number) {
      places[place] = fingerprint;
      if constexpr (kNumbers) numbers[place] = number;
    }
    /// By how many bytes it grows.
    std::uint64_t grow() {
      constexpr std::size_t kFirst = 16;
      constexpr std::size_t kSmall = 1024;  // up to here a segment doubles
      const std::size_t size = places.size();
      expects(size < (std::uint64_t{1} << 31U), "a segment's places fit 32 bits");
      Segment bigger;
      bigger.places.resize(size == 0 ? kFirst : size < kSmall ? 2 * size : size + size / 4);
      if constexpr (kNumbers) bigger.numbers.resize(bigger.places.size());
      for (std::size_t i = 0; i < size; ++i) {
        if (places[i] == 0) continue;
        std::size_t place = bigger.place_of(places[i]);
        while (bigger.places[place] != 0) place = bigger.after(place);
        bigger.put(place, places[i], kNumbers ? numbers[i] : 0);
      }
      places.swap(bigger.places);
      numbers.swap(bigger.numbers);
      return (places.size() - size) * kPlaceBytes;
    }
  };

  std::array<Segment, kSegments> segments_;
  std::atomic<std::uint64_t> bytes_ = sizeof(*this);
};

}  // namespace plumb::spec
