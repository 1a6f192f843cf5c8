// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the user of plumb-check asked for.
// Thread-safety: plain values.
// Spec:          impl/cli/README.md (command-line contract).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "check/options.hpp"
#include "check/simulate.hpp"

namespace plumb::spec::tool {

inline constexpr int kViolated = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kEnvironment = 3;
inline constexpr int kNotDecided = 4;

struct Request {
  std::string variant = "all";
  std::optional<std::uint64_t> commits;
  std::optional<std::uint64_t> crashes;
  std::vector<std::string> bounds;  ///< NAME=VALUE
  std::string mutant;               ///< a name, or "all"; empty: the variant itself
  std::string set = "default";      ///< which pinned models: default, nightly, all
  std::string manifest;             ///< a file in place of the compiled one
  std::string pin;                  ///< write what was found there
  Options options;
  SimulationOptions walks{.walks = 0};
  std::vector<std::string> traces;  ///< files; the ending says the form
  std::string dot;
  std::string graph;
  bool list = false;
  bool coverage = false;
  bool json = false;
  bool quiet = false;
};

/// An exit status where there is nothing more to do: help, or wrong usage.
[[nodiscard]] std::optional<int> parse(int argc, char** argv, Request& request);

}  // namespace plumb::spec::tool
