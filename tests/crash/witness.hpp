// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A failure as others need it: shrunk to the fewest operations, crashes and losses, told as a
// story, and written down so that it can be replayed.
// Thread-safety: pure functions of their arguments.
// Spec:          EV-6.
#pragma once
#include <string>

#include "crash/explore.hpp"

namespace plumb::crash {

struct Witness {
  Setup setup;  ///< with the failure as its guide
  Failure failure;
};

/// The simplest failure that `setup` has with as few operations and crashes as will do. Expects one
/// in setup's own bounds.
[[nodiscard]] Witness shrink(const Setup& setup, const Failure& found);

/// One line a step: calls, crashes, losses, and what is wrong.
[[nodiscard]] std::string story_of(const Witness& witness);

/// One JSON object.
[[nodiscard]] std::string replay_text(const Witness& witness);
/// Throws std::invalid_argument where the text is no replay, or names what is not there.
[[nodiscard]] Witness witness_of(const std::string& replay_text);

}  // namespace plumb::crash
