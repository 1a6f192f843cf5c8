// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Takes a history through its crash states. A life is one process: it opens the store, is judged,
// and commits. At each of its calls that change or sync something it may be killed, lose its power
// in every way that the profile and the ladder give, or see its sync fail; what is left is opened
// in the next life, whose own calls are crash points as long as crashes are left.
// Invariants:    a state (bytes and promise) is judged once; what is counted depends on nothing but
//                the setup; the shards of a setup part its states among them.
// Thread-safety: none.
// Spec:          EV-6; PowerCut KillProcess IoError; AC-1 to AC-12.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crash/history.hpp"
#include "crash/judge.hpp"
#include "crash/reads.hpp"
#include "crash/seam.hpp"
#include "sim/crash_states.hpp"
#include "sim/profile.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::crash {

enum class Blow : std::uint8_t { power_cut, kill, failed_sync };
[[nodiscard]] std::string_view name_of(Blow blow);

/// One crash (or failed sync) of a chain, so that it can be found again.
struct Crash {
  Blow blow = Blow::power_cut;
  unsigned call = 0;         ///< number of the call in its life; after the last one: their number
  std::uint64_t digest = 0;  ///< of what a power cut left; 0 for the others
  bool reverts = false;      ///< failed_sync: the content goes back to what is durable
  std::string at;            ///< the call, for people
  std::vector<std::string> lost;  ///< what did not reach the disk, for people
};

struct Failure {
  History history;
  std::vector<Crash> crashes;
  Violation violation;
  /// Fewer crashes, then fewer things lost, then earlier.
  [[nodiscard]] bool simpler_than(const Failure& other) const;
};

struct Setup {
  const sim::Profile* profile = nullptr;
  bool direct = true;  ///< records by direct writes, else by buffered ones and syncs
  const Mutant* mutant = nullptr;
  History history;
  unsigned depth = 2;  ///< crashes in a chain, 1 at least
  bool made = false;   ///< begin with a store that was made in peace, else with an empty folder
  sim::Ladder first{sim::Level::subsets, 65536, 256, 1};  ///< for the first crash of a chain
  sim::Ladder later{sim::Level::subsets, 1024, 32, 1};    ///< for the others
  std::uint64_t shard = 0, shards = 1;
  std::uint64_t budget = 0;  ///< states to judge, at most; 0: no bound
  bool stop_at_first = false;
  /// Not empty: nothing but this chain (a replay).
  std::vector<Crash> guide;
};

struct Counts {
  std::uint64_t states = 0;     ///< distinct crash states of this shard
  std::uint64_t openings = 0;   ///< recovered and judged; also what they leave, opened again
  std::uint64_t pruned = 0;     ///< judged by an opening that read the same
  std::uint64_t raw = 0;        ///< states as they were enumerated, repeats included
  std::uint64_t points = 0;     ///< moments at which the power was cut
  std::uint64_t sampled = 0;    ///< of those: states beyond the bound were sampled
  std::uint64_t different = 0;  ///< states that differ from what the process last saw
  std::uint64_t torn = 0;       ///< openings that found a torn tail
  std::uint64_t discarded = 0;  ///< openings that discarded a record
  std::uint64_t redone = 0;     ///< openings that applied records
  std::uint64_t failed_syncs = 0;
  std::uint64_t kills = 0;  ///< kills whose pending writes live on
  std::uint64_t violations = 0;
  std::uint64_t print = 0;  ///< sum of the states' digests: adds up over shards
  void add(const Counts& other);
};

class Explorer {
 public:
  explicit Explorer(Setup setup);
  void run();
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }
  [[nodiscard]] bool over_budget() const { return over_budget_; }
  /// With a guide: the calls of its lives up to each crash, and what was shown. Empty where the
  /// chain was not found.
  [[nodiscard]] const std::vector<std::string>& story() const { return story_; }
  [[nodiscard]] bool guide_found() const { return guide_found_; }

 private:
  struct Step {
    Crash crash;
    const sim::Call* call = nullptr;  // none: after the last one
    const sim::Drops* drops = nullptr;
  };

  struct Recovery {
    std::optional<Violation> violation;
    bool pruned = false;
  };

  void live(sim::SimDisk& disk, const Promise& promise, unsigned left, bool counts);
  void fail_each_sync(const sim::Image& start, const Promise& promise, unsigned left);
  void fail_sync(unsigned call, bool reverts, const sim::Image& start, const Promise& promise,
                 unsigned left);
  void crash(const sim::SimDisk& disk, const sim::Call* call, const Promise& promise,
             unsigned left);
  void state(const sim::Image& image, const Promise& promise, std::uint64_t key, unsigned left);
  void leaf(const sim::Image& image, const Promise& promise);
  void open_again(const sim::Image& image, const Promise& promise);
  [[nodiscard]] Recovery recover(const sim::Image& image, const Promise& promise, Promise& after,
                                 sim::Image* left_behind);
  void note(const Report& report);
  void tell(const sim::Call* call);
  void violated(Violation violation);
  [[nodiscard]] bool guided_elsewhere(const Crash& crash) const;
  [[nodiscard]] bool mine(std::uint64_t key) const { return key % setup_.shards == setup_.shard; }
  [[nodiscard]] unsigned epoch() const { return static_cast<unsigned>(path_.size()); }

  Setup setup_;
  Counts counts_;
  std::unique_ptr<Hasher> hasher_;
  std::unordered_map<std::uint64_t, unsigned> seen_;  // states, and the crashes left behind them
  ReadTree read_tree_;
  std::vector<Step> path_;
  std::optional<Failure> failure_;
  std::vector<std::string> story_;
  bool guide_found_ = false;
  bool done_ = false;
  bool over_budget_ = false;
};

}  // namespace plumb::crash
