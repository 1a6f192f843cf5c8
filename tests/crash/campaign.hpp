// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A campaign: each profile and each way of writing, with a canary in each. A campaign whose canary
// lives, or in which no crash state differed from what the process had seen, decides nothing.
// Thread-safety: none.
// Spec:          EV-6; impl/cli/README.md (command-line contract).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crash/explore.hpp"
#include "crash/witness.hpp"

namespace plumb::crash {

inline constexpr int kHolds = 0;
inline constexpr int kViolated = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kEnvironment = 3;
inline constexpr int kNotDecided = 4;

/// The store that every campaign must catch.
inline constexpr std::string_view kCanary = "no-sync-record";

/// False where the calls of the seam make nothing durable, so that no store could keep a promise.
[[nodiscard]] bool is_claimed(const sim::Profile& profile);

struct Request {
  std::vector<const sim::Profile*> profiles;
  std::vector<bool> direct{true, false};
  Setup setup;                  ///< profile, direct and mutant are filled in for each row
  std::string canary{kCanary};  ///< a mutant's name; another one in tests alone
};

struct Row {
  std::string profile;
  bool direct = true;
  Counts counts;
  double seconds = 0;  ///< of the processor
  bool canary_caught = false;
  bool over_budget = false;
  std::optional<Witness> witness;
};

struct Outcome {
  std::vector<Row> rows;
  Counts total;
  double seconds = 0;
  /// Empty where the campaign decides something.
  [[nodiscard]] std::string why_void() const;
  [[nodiscard]] int status() const;
};
using Progress = std::function<void(const std::string& line)>;
[[nodiscard]] Outcome run_campaign(const Request& request, const Progress& progress);

struct MutantRow {
  const Mutant* mutant = nullptr;
  std::vector<std::string> killed_by;  ///< profiles
  std::vector<std::string> lives_on;
  std::optional<Witness> witness;  ///< the simplest of the first profile that kills it
  double seconds = 0;
  /// Killed by some profile, or by none where it is stated why none can.
  [[nodiscard]] bool as_expected() const;
};
/// The mutant against each profile: found by the shallowest search up to the setup's depth.
[[nodiscard]] MutantRow try_mutant(const Mutant& mutant, const Request& request);

}  // namespace plumb::crash
