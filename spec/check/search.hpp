// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Breadth-first search, level by level, with the same result for any number of threads.
// A batch of states goes through three phases:
//   expand   threads take ranges of states, judge them and write down the keys of their successors
//            (expand.hpp), in the order of parent and edge;
//   insert   each thread owns some segments of the table and goes through all candidates for them,
//            in that order: of two that lead to one state the first wins, whoever ran faster;
//   commit   one thread numbers what is new, in that order again, and appends it to the frontier.
// So states have the numbers that a search with one thread gives them, and what is reported is
// decided by numbers alone. Without the phases it would be the search that everybody knows.
// Invariants:    states below next_ are expanded, those from level_end_ on are one level deeper;
//                between batches keys_, ancestry_ and table_ tell of the same states.
// Thread-safety: none; it brings its own threads.
// Spec:          EV-2; P-9.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "check/ancestry.hpp"
#include "check/contract.hpp"
#include "check/expand.hpp"
#include "check/file.hpp"
#include "check/judge.hpp"
#include "check/keys.hpp"
#include "check/model.hpp"
#include "check/options.hpp"
#include "check/report.hpp"
#include "check/table.hpp"
#include "check/team.hpp"
#include "check/trace.hpp"

namespace plumb::spec {

template <Model M, Storage kStorage>
class Search {
 public:
  using State = typename M::State;
  static constexpr bool kKeep = kStorage == Storage::keys;

  /// Model and options outlive it. Throws Refused.
  Search(const M& model, const Options& options)
      : model_(model),
        options_(options),
        judge_(model, options),
        expander_(model, options, judge_),
        found_(model.properties().size()),
        distinct_(model.actions().size()),
        totals_(model.actions().size()),
        team_(options.threads) {
    for (std::uint32_t i = 0; i < kUnits; ++i) {
      units_.emplace_back(model.actions().size(), model.properties().size());
    }
  }

  /// Searches until everything is known or a bound is reached. Throws what the model throws, but
  /// for CapacityExceeded.
  void run() {
    start_ = progress_at_ = checkpoint_at_ = options_.clock();
    if (options_.resume) {
      load(options_.checkpoint_file);
    } else {
      begin();
    }
    while (stopped_.empty() && more()) {
      batch();
      if (stopped_.empty()) watch();
    }
    seconds_ = before_ + options_.clock() - start_;
    note_memory();
    if (bound_reached_ && !options_.checkpoint_file.empty()) save(options_.checkpoint_file);
  }
  /// Verdicts of everything but termination, which needs the graph (termination.hpp).
  [[nodiscard]] Report<State> report() const;

  [[nodiscard]] bool complete() const { return stopped_.empty(); }
  [[nodiscard]] const std::string& stopped() const { return stopped_; }
  [[nodiscard]] const M& model() const { return model_; }
  [[nodiscard]] const Keys& keys() const { return keys_; }
  [[nodiscard]] Retracer<M> retracer() const { return {model_, ancestry_, options_.symmetry}; }
  [[nodiscard]] const Expander<M>& expander() const { return expander_; }
  /// The number of the state with this key, in exact mode.
  [[nodiscard]] std::optional<std::uint32_t> find(std::span<const std::byte> key) const
    requires kKeep
  {
    return table_.find(fingerprint(key), [&](std::uint32_t other) { return same(other, key); });
  }

  /// Checkpoints (checkpoint.hpp). Throw FileFailure, FileDamaged, Refused.
  void save(const std::string& name) const;
  void load(const std::string& name);

 private:
  static constexpr std::uint32_t kUnits = 16;
  static constexpr std::uint32_t kRange = Keys::kBlock;  // states of a unit
  /// Below this, waking the team costs more than it brings.
  static constexpr std::uint32_t kAlone = 2 * kRange;
  /// In exact mode, until its number is known, a new state is in the table by its place among the
  /// candidates: this bit, unit, index.
  static constexpr std::uint32_t kProvisional = std::uint32_t{1} << 31U;
  static constexpr std::uint32_t kUnitShift = 24;
  static_assert(kUnits <= (kProvisional >> kUnitShift));

  [[nodiscard]] static bool equal(std::span<const std::byte> one, std::span<const std::byte> two) {
    return std::equal(one.begin(), one.end(), two.begin(), two.end());
  }
  [[nodiscard]] std::uint32_t count() const { return ancestry_.size(); }
  /// Looking one level below the bound on depth, without keeping what is there.
  [[nodiscard]] bool probing() const { return depth_ >= options_.max_depth; }

  // ---- the order of things
  void begin();
  [[nodiscard]] bool more();
  void settle_level();
  void batch();
  void watch();
  [[nodiscard]] std::uint64_t bytes() const {
    return table_.bytes() + keys_.bytes() + ancestry_.bytes();
  }
  void note_memory();
  void stop(const std::string& why);

  // ---- the three phases
  void expand(std::uint32_t last, std::uint32_t units, unsigned owners);
  [[nodiscard]] bool failed(std::uint32_t units);
  void insert(std::uint32_t units, unsigned owners);
  void insert_owned(std::uint32_t units, unsigned owners, unsigned owner);
  [[nodiscard]] bool is_new(std::uint32_t unit, std::uint32_t index);
  void commit(std::uint32_t units);
  void commit(Unit& unit, std::uint32_t index);
  void renumber(std::uint32_t units, unsigned owners);
  [[nodiscard]] bool same(std::uint32_t number, std::span<const std::byte> key) const;
  void each_owner(unsigned owners, const std::function<void(unsigned)>& job);

  [[nodiscard]] std::string identity() const;

  const M& model_;
  const Options& options_;
  Judge<M> judge_;
  Expander<M> expander_;

  Table<kKeep> table_;
  Keys keys_;
  Ancestry ancestry_;
  std::uint32_t next_ = 0;
  std::uint32_t level_end_ = 0;
  std::uint32_t depth_ = 0;
  std::uint64_t generated_ = 0;
  Digest digest_;
  Findings found_;
  std::vector<std::uint64_t> distinct_, totals_;  // of each action
  std::uint64_t beyond_ = 0;  // new states below the bound on depth, which are not kept

  std::string stopped_;
  bool bound_reached_ = false;
  double before_ = 0;   // seconds of the runs that this one resumes
  double seconds_ = 0;  // of all of them
  std::uint64_t peak_bytes_ = 0;
  double start_ = 0, progress_at_ = 0, checkpoint_at_ = 0;
  std::uint64_t progress_distinct_ = 0;

  std::vector<Unit> units_;
  std::vector<Digest> digests_;  // of each owner
  std::vector<std::exception_ptr> errors_;
  Team team_;
};

}  // namespace plumb::spec

#include "check/search_order.hpp"
#include "check/search_phases.hpp"
