// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb bench check: how fast the model checker of spec/check is, and how much memory a state
// takes. Thread-safety: none; one thread. Spec:          P-9; EV-9.
#pragma once
#include <cstdint>
#include <string>

#include "figures.hpp"

namespace plumb::bench {

struct CheckBenchRequest {
  std::uint64_t rounds = 5;
  std::uint64_t threads = 2;  ///< compared with one
  bool small = false;         ///< a few thousand states: for gates on counts
};

/// Searches each model with one thread and with several, in turns.
[[nodiscard]] Json bench_check(const CheckBenchRequest& request);
/// The same for people.
[[nodiscard]] std::string check_text(const Json& figures);

}  // namespace plumb::bench
