// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The key of a state that is a plain value of unique bytes: those bytes less the zeros at the end.
// Thread-safety: pure functions.
// Spec:          EV-1.
#pragma once
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

namespace plumb::spec::commit {

/// Writes at most sizeof(State) bytes; returns how many.
template <class State>
std::size_t encode_state(const State& s, std::byte* out) {
  static_assert(std::has_unique_object_representations_v<State>);
  std::memcpy(out, &s, sizeof(State));
  std::size_t size = sizeof(State);
  while (size > 0 && out[size - 1] == std::byte{0}) --size;
  return size;
}

template <class State>
[[nodiscard]] State decode_state(std::span<const std::byte> key) {
  State s{};
  std::memcpy(&s, key.data(), key.size());
  return s;
}

}  // namespace plumb::spec::commit
