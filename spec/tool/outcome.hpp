// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a run on some variant found, in words and numbers alone: what every printer and export of
// plumb-check reads, whichever model it came from.
// Thread-safety: plain values.
// Spec:          EV-2.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check/report.hpp"

namespace plumb::spec::tool {

/// One variable of a state. `durable` is empty for what lies in memory alone.
struct Field {
  std::string name;
  std::string cached;
  std::string durable;

  friend bool operator==(const Field&, const Field&) = default;
};

struct Step {
  std::string action{};  ///< empty: the initial state
  Choice choice = 0;
  std::string decided{};        ///< what the environment decided, in words; may be empty
  std::vector<Field> fields{};  ///< of the state after the step, in the model's order
  std::string disk{};           ///< what the step did to the disk, as JSON; golden rows alone
};

/// A trace in words; with `loop`, behind the last step it goes on as behind that one.
struct Story {
  std::vector<Step> steps;
  std::optional<std::size_t> loop;

  /// Steps after the initial state.
  [[nodiscard]] std::size_t length() const { return steps.empty() ? 0 : steps.size() - 1; }
};

struct Judged {
  std::string property;
  PropertyKind kind = PropertyKind::invariant;
  std::string requirement;  ///< "AC-1"
  std::string words;        ///< what it says
  Verdict verdict = Verdict::not_decided;
  std::string reason;  ///< empty where it holds
  std::optional<Story> story{};
  std::string replay{};  ///< simulation: the words that walk to it again
};

struct Fired {
  std::string action;
  std::uint64_t distinct = 0;  ///< states that it found first
  std::uint64_t total = 0;     ///< steps
  Verdict verdict = Verdict::not_decided;
  std::string never_reason;  ///< why it may never fire
};

/// Name and value, in the order of the family's bounds.
using Named = std::vector<std::pair<std::string, std::uint64_t>>;

struct Outcome {
  std::string variant;
  Named bounds;
  std::vector<Judged> findings;  ///< properties in the model's order, then Deadlock
  std::vector<Fired> actions;
  std::uint64_t distinct = 0, generated = 0, expanded = 0;
  std::uint32_t depth = 0;
  std::string digest;  ///< of the set of states, 32 hexadecimal digits
  bool complete = false;
  std::string stopped;  ///< why not complete
  bool exact = false;
  double collision_probability = 0;
  std::uint64_t peak_bytes = 0;
  double seconds = 0;
  std::uint64_t walks = 0;  ///< simulation: how many; 0 for a search
  std::uint64_t seed = 0;
  Verdict verdict = Verdict::not_decided;

  [[nodiscard]] const Judged* find(std::string_view property) const {
    for (const Judged& judged : findings) {
      if (judged.property == property) return &judged;
    }
    return nullptr;
  }
};

/// A claim is what must never, or always, be; a witness is what must happen at least once.
[[nodiscard]] inline bool is_claim(const Judged& judged) {
  return judged.kind != PropertyKind::sometimes;
}

}  // namespace plumb::spec::tool
