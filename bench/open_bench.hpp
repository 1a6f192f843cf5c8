// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb bench open: an opening up to its verdict, against a bare replay of the same log, in turns.
// Thread-safety: none; one thread.
// Spec:          P-6; AC-19.
#pragma once
#include <cstdint>
#include <string>

#include "figures.hpp"

namespace plumb::bench {

struct OpenBenchRequest {
  std::string folder;
  std::uint64_t records = 100'000;
  std::uint64_t rounds = 7;
};

/// Builds the store, runs it, and checks that both sides end in the same state.
[[nodiscard]] Json bench_open(const OpenBenchRequest& request);
/// The same for people.
[[nodiscard]] std::string open_text(const Json& figures);

}  // namespace plumb::bench
