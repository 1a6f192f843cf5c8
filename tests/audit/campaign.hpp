// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The campaign: a store that lives through many kills, judged after each of them.
//   round:  start a writer or an opening, kill it at a drawn moment, look, judge
//   settle: now and then finish an opening, judge it, damage copies, prove keys, repeat ids
// At the end the canaries: faults that the oracle must flag, or the campaign proves nothing.
// Thread-safety: none; one thread.
// Spec:          all rows of table.hpp that are measured.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "audit/damage.hpp"
#include "audit/judge.hpp"
#include "audit/model.hpp"
#include "audit/observe.hpp"
#include "audit/scratch.hpp"
#include "audit/table.hpp"
#include "audit/victim.hpp"

namespace plumb::audit {

/// Damage that the audit does to the copy it judges, to show that it can fail.
enum class Sabotage : std::uint8_t {
  none,
  lose_last,
  wrong_root,
  leftover_temp,
  broken_chain,
  dead_canary,  ///< nothing is rolled back where the canary needs it: the campaign is void
};

struct Request {
  std::uint64_t kills = 40;
  std::uint64_t seed = 1;
  Sabotage sabotage = Sabotage::none;
  bool progress = false;  ///< on standard error
};

class Campaign {
 public:
  Campaign(const Plumb& plumb, Scratch& scratch, const Request& request);
  /// Throws Violation where a requirement does not hold; counts() has what was measured till then.
  void run();
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] const std::vector<Canary>& canaries() const noexcept { return canaries_; }

 private:
  enum class Stage : std::uint8_t { writer_opening, recovery, commits, close };

  void kill_inits();
  void create();
  void round(std::uint64_t number);
  [[nodiscard]] Plan plan_recovery(Random& random) const;
  [[nodiscard]] Plan plan_writer(Stage stage, Random& random);
  void intrude();
  [[nodiscard]] std::uint64_t judge_writer(const Ended& ended);
  void aim_at_opening(Plan& plan, Microseconds opening, Random& random) const;
  void count_kill(Stage stage, const Ended& ended, bool written, bool unfinished);
  void look(std::uint64_t promised);

  void settle(Random& random);
  [[nodiscard]] std::string judged_folder(Random& random);
  void sabotage_after_opening(const std::string& folder, Random& random) const;
  void reopen(const Observation& after);
  void judge_trail(const std::string& folder, std::size_t lines);
  void refuse_conflict(Random& random);
  void prove_keys(const Observation& seen, Random& random);
  void prove_key(const Bytes& key, const std::optional<Bytes>& value, const std::string& root);
  void count_segments(const Observation& seen);
  void try_canaries();
  void report_progress(std::uint64_t number) const;

  const Plumb& plumb_;
  Scratch& scratch_;
  const Request request_;
  const std::string store_;
  Counts counts_;
  std::vector<Canary> canaries_;
  Model model_;
  std::uint64_t promised_ = 0;  // highest transaction acknowledged or seen
  std::uint64_t unique_ = 0;    // numbers of ids
  Pace writer_pace_;
  Pace recovery_pace_;
  std::vector<SentLine> sent_;  // in the round
  Observation seen_;            // the last one
  std::string rollback_;        // a copy of the store at an earlier time
};

}  // namespace plumb::audit
