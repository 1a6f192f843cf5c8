// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// States as keys: every field in as many bits as its bounds ask for, one list of fields for both
// directions.
// Invariants:    decode(encode(s)) == s; a value that does not fit is CapacityExceeded.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "check/model.hpp"
#include "meter/state.hpp"

namespace plumb::spec::meter {

/// f(field, bits) for each field of a state that the bounds let change, in a fixed order.
template <class S, class F>
void each_field(const Bounds& bounds, S& s, F f) {
  for (int m = 0; m < bounds.meters; ++m) {
    auto& slot = s.slot[index(m)];
    f(slot.at, 3);
    f(slot.seq, 3);
    f(slot.odd, 1);
    f(slot.stamp, 4);
    f(slot.start_lo, 4);
    f(slot.start_hi, 4);
    f(slot.verdict, 2);
    f(slot.raised, 3);
    f(slot.quarantined, 1);
    f(slot.armed, 1);
    f(slot.parked, 1);
    f(slot.pending, 1);
    f(slot.watch, 3);
    f(slot.w_seq, 3);
    f(slot.w_odd, 1);
    f(slot.w_lo, 4);
    f(slot.w_hi, 4);
    f(slot.w_stamp, 4);
    f(slot.w_verdict, 2);
    f(slot.ops, 2);
    f(slot.begun, 4);
    f(slot.crossed, 3);
    f(slot.failed, 3);
    f(slot.violations, 3);
    f(slot.unmeasurable, 3);
    f(slot.again, 1);
  }
  for (int t = 0; t < bounds.threads(); ++t) {
    f(s.cpu[index(t)], 4);
    f(s.waited[index(t)], 2);
  }
  f(s.faults, 2);
  f(s.losses, 2);
  f(s.level, 2);
  f(s.owed, 3);
  f(s.evidence, 1);
  f(s.quiet, 1);
}

inline constexpr std::size_t kKeyBytes = (kMaxMeters * (68 + 6) + 11 + 7) / 8;

/// Writes the key of s and returns its length, which depends on the bounds alone.
inline std::size_t encode(const Bounds& bounds, const State<Concrete>& s, std::byte* out) {
  std::uint64_t bits = 0;
  unsigned held = 0;
  std::size_t size = 0;
  const auto flush = [&](unsigned least) {
    for (; held >= least && held > 0; held -= held < 8 ? held : 8, bits >>= 8U) {
      out[size++] = static_cast<std::byte>(bits & 0xFFU);
    }
  };
  each_field(bounds, s, [&](const auto& field, unsigned width) {
    const auto value = static_cast<std::uint64_t>(field);
    if (value >> width != 0) throw CapacityExceeded("meter: a field of the state is too narrow");
    bits |= value << held;
    held += width;
    flush(8);
  });
  flush(1);
  return size;
}

inline State<Concrete> decode(const Bounds& bounds, std::span<const std::byte> key) {
  State<Concrete> s;
  std::uint64_t bits = 0;
  unsigned held = 0;
  std::size_t next = 0;
  each_field(bounds, s, [&]<class Field>(Field& field, unsigned width) {
    for (; held < width && next < key.size(); held += 8) {
      bits |= std::to_integer<std::uint64_t>(key[next++]) << held;
    }
    field = static_cast<Field>(bits & ((1ULL << width) - 1));
    bits >>= width;
    held -= width;
  });
  return s;
}

}  // namespace plumb::spec::meter
