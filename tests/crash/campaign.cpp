// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The campaign; see campaign.hpp.
#include "crash/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/contract.hpp"

namespace plumb::crash {
namespace {

// Subsets for a wrong store.
constexpr std::size_t kMutantFirst = 1024;
constexpr std::size_t kMutantLater = 64;

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return static_cast<double>(std::clock() - start_) / static_cast<double>(CLOCKS_PER_SEC);
  }

 private:
  std::clock_t start_ = std::clock();
};

/// Stores with a mutant are made in peace, but for those that show while they are made.
bool is_made(const Mutant& mutant) {
  return mutant.place != Place::parent && mutant.place != Place::audit_name;
}

/// The first failure of a store with that mutant.
std::optional<Failure> first_failure(Setup setup, const Mutant& mutant, unsigned depth) {
  setup.mutant = &mutant;
  setup.made = is_made(mutant);
  setup.depth = depth;
  setup.shard = 0;
  setup.shards = 1;
  setup.stop_at_first = true;
  setup.budget = 0;
  Explorer explorer(setup);
  explorer.run();
  return explorer.failure();
}

Row run_row(const Request& request, Setup setup) {
  Row row{std::string(setup.profile->name), setup.direct, {}, 0, false, false, std::nullopt};
  const Mutant* const canary = find_mutant(request.canary);
  Expects(canary != nullptr);
  row.canary_caught = first_failure(setup, *canary, 1).has_value();
  const Stopwatch watch;
  Explorer explorer(setup);
  explorer.run();
  row.seconds = watch.seconds();
  row.counts = explorer.counts();
  row.over_budget = explorer.over_budget();
  if (explorer.failure()) row.witness = shrink(setup, *explorer.failure());
  return row;
}

}  // namespace

bool is_claimed(const sim::Profile& profile) {
  return profile.sync_is_durable && profile.folder_sync != sim::FolderSync::none;
}

std::string Outcome::why_void() const {
  for (const Row& row : rows) {
    const std::string where =
        fmt::format("{}, {} writes", row.profile, row.direct ? "direct" : "buffered");
    if (!row.canary_caught) return fmt::format("the canary lives ({})", where);
    if (row.counts.different == 0) {
      return fmt::format("no crash state differs from what was seen last ({})", where);
    }
  }
  return rows.empty() ? "nothing was run" : "";
}

int Outcome::status() const {
  bool over_budget = false;
  for (const Row& row : rows) {
    if (row.witness) return kViolated;
    over_budget = over_budget || row.over_budget;
  }
  return over_budget || !why_void().empty() ? kNotDecided : kHolds;
}

Outcome run_campaign(const Request& request, const Progress& progress) {
  Outcome outcome;
  for (const sim::Profile* const profile : request.profiles) {
    for (const bool direct : request.direct) {
      Setup setup = request.setup;
      setup.profile = profile;
      setup.direct = direct;
      outcome.rows.push_back(run_row(request, setup));
      const Row& row = outcome.rows.back();
      outcome.total.add(row.counts);
      outcome.seconds += row.seconds;
      progress(fmt::format("{}, {} writes: {} states", row.profile, direct ? "direct" : "buffered",
                           row.counts.states));
    }
  }
  return outcome;
}

bool MutantRow::as_expected() const { return killed_by.empty() != mutant->unseen.empty(); }

MutantRow try_mutant(const Mutant& mutant, const Request& request) {
  MutantRow row{&mutant, {}, {}, std::nullopt, 0};
  const Stopwatch watch;
  for (const sim::Profile* const profile : request.profiles) {
    Setup setup = request.setup;
    setup.profile = profile;
    // A wrong store shows in a simple state; what lives is tried no further.
    setup.first.exhaustive_bound = std::min(setup.first.exhaustive_bound, kMutantFirst);
    setup.later.exhaustive_bound = std::min(setup.later.exhaustive_bound, kMutantLater);
    std::optional<Failure> failure;
    for (unsigned depth = 1; depth <= request.setup.depth && !failure; ++depth) {
      failure = first_failure(setup, mutant, depth);
    }
    (failure ? row.killed_by : row.lives_on).emplace_back(profile->name);
    if (!failure || row.witness) continue;
    setup.mutant = &mutant;
    setup.made = is_made(mutant);
    row.witness = shrink(setup, *failure);
  }
  row.seconds = watch.seconds();
  return row;
}

}  // namespace plumb::crash
