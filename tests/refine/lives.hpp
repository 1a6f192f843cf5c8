// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Chains of lives on a simulated disk, each recorded and held against the specification. The first
// life makes the store and works through a history; each later one opens what a crash has left and
// commits one transaction.
// Transactions are alike in size, so that each segment holds as many records as in the model, and
// one is told from another by a key of its own.
// Thread-safety: none.
// Spec:          EV-3, EV-6; PowerCut KillProcess IoError; AC-1 to AC-12.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commit/store.hpp"
#include "crash/history.hpp"
#include "crash/seam.hpp"
#include "refine/oracle.hpp"
#include "refine/recorder.hpp"
#include "sim/crash_states.hpp"

namespace plumb::refine {

struct Setup {
  const sim::Profile* profile = nullptr;
  bool direct = true;
  std::string variant = "golden, sync";  ///< a row of spec/commit/table.hpp, or a mutant of one
  unsigned records = 1;                  ///< in a segment
  bool checkpoint_each = false;          ///< after each transaction, by the store itself
  crash::History history;
  const crash::Mutant* mutant = nullptr;  ///< of every life, but for one that makes the store
  bool made = false;                      ///< a life of its own makes the store, and is killed
  const Mapping* rules = nullptr;         ///< nullptr: mapping()
  Order order = Order::as_specified;
  /// Crash states at each call of the first life.
  sim::Ladder ladder{sim::Level::subsets, 64, 16, 1};
  unsigned wanders = 0;  ///< chains of two and three crashes, drawn from the seed
  std::uint64_t seed = 1;
  unsigned as_it_stands = 8;  ///< every so many traces: by the model as it stands, too
};

struct Counts {
  std::uint64_t traces = 0;
  std::uint64_t events = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t kills = 0;
  std::uint64_t io_errors = 0;
  std::uint64_t full = 0;        ///< DiskFull
  std::uint64_t in_opening = 0;  ///< crashes inside an opening
  std::uint64_t twice = 0;       ///< traces with more than one crash
  std::uint64_t observed = 0;    ///< fields
  std::uint64_t largest = 0;     ///< set of states
  std::uint64_t as_it_stands = 0;
  std::uint64_t refused = 0;
  void add(const Counts& other);
};
[[nodiscard]] std::string words_of(const Counts& counts);

struct Failure {
  Trace trace;
  Verdict verdict;  ///< a fault of the mapping has its words in `why`, and event 0
};

class Lives {
 public:
  explicit Lives(Setup setup);
  /// The life that nothing interrupts.
  void run_undisturbed();
  /// A power cut, and a kill, at each call of it; then another life.
  void run_crashes();
  /// Each of its syncs fails; then another life.
  void run_failed_syncs();
  /// Chains of two and three crashes.
  void run_wanders();
  void run_all();

  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// The first trace that is refused or breaks a property.
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

  using OnMoment = std::function<void(const sim::SimDisk&, const sim::Call* call, const Recorder&)>;
  /// One life. `on_moment`: at each call that changes or syncs something, once it is issued, and,
  /// with no call, after the last one.
  void live(sim::SimDisk& disk, Recorder& recorder, const crash::History& history,
            const OnMoment& on_moment);
  [[nodiscard]] Recorder recorder() const;
  /// An empty folder, or the one in which a store was made, which the recorder has seen.
  [[nodiscard]] std::unique_ptr<sim::SimDisk> begin(Recorder& recorder);
  /// The trace so far, within bounds that just hold it.
  [[nodiscard]] Trace trace_of(const Recorder& recorder) const;
  /// Judges the trace, and counts it.
  void end(const Recorder& recorder);

 private:
  [[nodiscard]] bool open(Disk& disk, const sim::SimDisk& sim, Recorder& recorder);
  void commit(Recorder& recorder);
  void last_life(sim::SimDisk& disk, Recorder recorder);
  void wander(std::uint64_t seed);
  [[nodiscard]] std::vector<sim::Call> calls_of_first_life();
  void blame(const Recorder& recorder, Verdict verdict);

  Setup setup_;
  spec::commit::Row row_;
  std::unique_ptr<Hasher> hasher_;
  std::unique_ptr<Store> store_;
  Counts counts_;
  std::optional<Failure> failure_;
};

}  // namespace plumb::refine
