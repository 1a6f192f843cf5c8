// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a trace says, once it has been read: which model, then what happened, event by event.
// Thread-safety: plain values.
// Spec:          EV-3; README.md (the format).
#pragma once
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace plumb::spec::trace {

inline constexpr std::uint64_t kVersion = 1;

/// A bound of the model: one number, or as many as the bound has (the meters' budget).
struct Bound {
  std::string name;
  std::vector<std::uint64_t> values;
  bool flag = false;  ///< written as true or false

  friend bool operator==(const Bound&, const Bound&) = default;
};

struct Header {
  std::string variant;                ///< "golden, sync", or a mutant: "golden, sync; rule: chain"
  std::vector<Bound> bounds{};        ///< those that are given
  std::vector<std::string> hidden{};  ///< actions that may happen between any two events

  friend bool operator==(const Header&, const Header&) = default;
};

/// A field of the state after an event.
struct Seen {
  std::string field;
  std::optional<std::string> words;  ///< none: the state does not have the field
  bool durable = false;              ///< what may survive a power cut, not what a program reads

  friend bool operator==(const Seen&, const Seen&) = default;
};

struct Event {
  std::string action;
  std::optional<std::string> choice{};  ///< what the environment decided, in the model's words
  std::vector<Seen> seen{};

  friend bool operator==(const Event&, const Event&) = default;
};

/// A trace that cannot be read, or makes no sense for its model. Exit status 2.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// A trace of a version that this program does not know. Exit status 4.
struct NewerVersion : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace plumb::spec::trace
