// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb bench commit: one writer against the floor, in turns, in one folder.
// Thread-safety: none; one thread.
// Spec:          AC-19, P-1, P-2 (spec/REQUIREMENTS.md).
#pragma once
#include <cstdint>
#include <string>

#include "figures.hpp"

namespace plumb::bench {

struct CommitRequest {
  std::string folder;
  std::uint64_t rounds = 5;
  std::uint64_t samples = 200;  ///< commits of a round, and as many writes of the floor
};

/// Runs it: the figures of both value sizes, raw medians of the rounds included.
[[nodiscard]] Json bench_commit(const CommitRequest& request);
/// The same for people.
[[nodiscard]] std::string commit_text(const Json& figures);

}  // namespace plumb::bench
