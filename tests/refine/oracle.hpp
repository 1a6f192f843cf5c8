// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A recorded trace against the specification, in process: by the model as it stands, and by the
// model whose AddSegment takes any spare segment.
// The protocol says "takes a spare segment"; the model, which has no use for the difference, always
// takes the one with the lowest number, and the code the one whose name comes last. So the fields
// of single segments can be held against the second model alone, and all other fields against both.
// What the first accepts, `plumb trace` accepts.
// Thread-safety: pure functions.
// Spec:          EV-3; actions AddSegment RecycleWal.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "commit.hpp"
#include "trace/oracle.hpp"
#include "trace/refusal.hpp"

namespace plumb::refine {

/// The golden protocol where AddSegment takes any spare segment.
class AnySpare : public spec::commit::Golden {
 public:
  using Golden::Golden;

  template <class Emit>
  void next(const State& s, Emit&& emit) const {
    const unsigned spares = s.process.spares;
    const bool choice = (spares & (spares - 1U)) != 0 && s.process.half == 0;
    Golden::next(s, [&](spec::ActionId action, spec::Choice c, const State& to) {
      if (!choice || !begins_segment(action, to)) emit(action, c, to);
    });
    if (!choice) return;
    for (unsigned left = spares; left != 0; left &= left - 1) {
      State one = s;
      one.process.spares = (left & (~left + 1U)) & 7U;
      Golden::next(one, [&](spec::ActionId action, spec::Choice c, State to) {
        if (!begins_segment(action, to)) return;
        to.process.spares = s.process.spares;
        emit(action, c + (left << kShift), to);
      });
    }
  }
  [[nodiscard]] std::string describe_choice(spec::ActionId, spec::Choice, const State&) const {
    return {};
  }

 private:
  static constexpr unsigned kShift = 16;
  static bool begins_segment(spec::ActionId action, const State& to) {
    return static_cast<spec::commit::Op>(action) == spec::commit::Op::AddSegment &&
           to.process.half != 0;
  }
};
static_assert(spec::Model<AnySpare>);

struct Trace {
  spec::commit::Row row;
  spec::commit::Bounds bounds;
  std::vector<spec::trace::Event> events;
};

struct Verdict {
  bool accepted = false;
  std::uint64_t event = 0;            ///< that was refused, from 1
  std::string action{};               ///< its action
  std::string why;                    ///< of a refusal; or which property is broken
  std::vector<std::string> broken{};  ///< properties, in every history
  std::uint64_t largest = 0;          ///< set of states
  /// Accepted, and no property is broken in every history.
  [[nodiscard]] bool holds() const { return accepted && broken.empty(); }
};

/// By the model with any spare segment, all fields.
[[nodiscard]] Verdict judge(const Trace& trace);
/// By the model as it stands, without the fields of single segments.
[[nodiscard]] Verdict judge_as_it_stands(const Trace& trace);
/// The same trace as a file that plumb trace reads.
[[nodiscard]] std::string text_of(const Trace& trace, std::string_view comment);

}  // namespace plumb::refine
