// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Breadth-first search, level by level, with the same result for any number of threads.
// A batch of states goes through three phases, each of which all threads do together:
//   expand   they take ranges of states, judge them and write down the keys of their successors,
//            each thread in memory of its own (expand.hpp, worker.hpp);
//   insert   they take parts of the table, and go through all candidates for a part in the order of
//            parent and edge: of two that lead to one state the first wins, whoever ran faster;
//   commit   it is known now how many new states each range has, and so their numbers, again in the
//            order of parent and edge: each thread appends its own to the frontier.
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
#include "check/worker.hpp"

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
        workers_(options.threads, Worker(model.actions().size(), model.properties().size())),
        team_(options.threads) {}

  /// Searches until everything is known or a bound is reached. Throws what the model throws, but
  /// for CapacityExceeded.
  void run() {
    start_ = progress_at_ = checkpoint_at_ = options_.clock();
    if (options_.resume) load(options_.checkpoint_file);
    try {
      if (!options_.resume) begin();
      while (stopped_.empty() && more()) {
        batch();
        if (stopped_.empty()) watch();
      }
    } catch (const std::bad_alloc&) {
      stop("memory is exhausted");
    }
    seconds_ = before_ + options_.clock() - start_;
    peak_bytes_ = std::max(peak_bytes_, bytes());
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
    return table_.find(fingerprint(key),
                       [&](std::uint32_t other) { return equal(keys_.key(other), key); });
  }

  /// Checkpoints (checkpoint.hpp). Throw FileFailure, FileDamaged, Refused.
  void save(const std::string& name) const;
  void load(const std::string& name);

 private:
  static constexpr std::uint32_t kBatch = 4096;  // states
  /// Below this, telling the team costs more than it brings.
  static constexpr std::uint32_t kAlone = 256;
  static constexpr std::size_t kParts = 16;  // of the table, for more threads than one
  /// In exact mode, until its number is known, a new state is in the table by its place among the
  /// candidates: this bit, range, index.
  static constexpr std::uint32_t kProvisional = std::uint32_t{1} << 31U;
  static_assert(kBatch / kRange <= kProvisional / Worker::kMostCandidates);

  struct alignas(kCacheLine) Ticket {
    std::atomic<std::size_t> next = 0;
  };
  /// A range of the batch and who expanded it.
  struct Expanded {
    unsigned member = 0;
    Range* range = nullptr;
  };
  struct Fresh {
    std::uint64_t states = 0, bytes = 0;  // bytes of their keys
  };
  /// What came of the candidates for one part of the table.
  struct alignas(kCacheLine) Part {
    std::vector<Fresh> fresh;  // of each range
    Digest digest;
  };

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
  [[nodiscard]] std::uint64_t working_bytes() const;
  void stop(const std::string& why);

  // ---- the three phases
  void expand(std::uint32_t last, unsigned members);
  void gather(std::size_t ranges);
  [[nodiscard]] bool failed();
  void insert(unsigned members);
  void insert_part(std::size_t part);
  [[nodiscard]] bool is_new(const Listed& listed);
  [[nodiscard]] std::uint32_t provisional(const Listed& listed) const;
  [[nodiscard]] std::span<const std::byte> key(std::uint32_t number) const;
  [[nodiscard]] bool same(std::uint32_t number, const Listed& listed) const;
  [[nodiscard]] Fresh fresh() const;
  void commit(std::uint32_t last, unsigned members);
  void commit(Worker& worker);
  void renumber(unsigned members);
  void each_member(unsigned members, const std::function<void(unsigned)>& job);
  template <class Job>
  void each(std::size_t count, unsigned members, const Job& job);

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

  std::vector<Worker> workers_;  // of each member of the team
  std::vector<Expanded> batch_;  // its ranges, in their order
  std::vector<Part> parts_;      // of the table
  std::vector<std::exception_ptr> errors_;
  Team team_;
};

}  // namespace plumb::spec

#include "check/search_order.hpp"
#include "check/search_phases.hpp"
