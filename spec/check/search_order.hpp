// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The order of things in a search (search.hpp): levels, batches, bounds, and the report.
// Thread-safety: as search.hpp.
// Spec:          EV-2; P-9.
#pragma once
#include "check/checkpoint.hpp"
#include "check/search.hpp"

namespace plumb::spec {

template <Model M, Storage kStorage>
void Search<M, kStorage>::begin() {
  for (Worker& worker : workers_) worker.clear(1);
  Worker& worker = workers_.front();
  expander_.begin(worker);
  gather(1);
  if (failed()) return;
  insert(1);
  const Fresh all = fresh();
  if (all.states == 0) throw ModelContradicted("the model has no initial state");
  Keys::Cursor keys = keys_.extend(static_cast<std::uint32_t>(all.states), all.bytes);
  worker.for_each_fresh([&](Range&, Candidate& candidate) {
    candidate.number = count();
    keys.add(worker.key(candidate));
    ancestry_.add_root(candidate.edge);
  });
  renumber(1);
  level_end_ = count();
  depth_ = 1;
}

/// Whether there are states to expand; steps down to the next level.
template <Model M, Storage kStorage>
bool Search<M, kStorage>::more() {
  if (next_ < level_end_) return true;
  settle_level();
  if (beyond_ > 0 && stopped_.empty()) {
    stop("bound on depth, " + std::to_string(options_.max_depth) + ", reached");
  }
  if (!stopped_.empty() || count() == level_end_) return false;
  level_end_ = count();
  ++depth_;
  if (probing() && !options_.checkpoint_file.empty()) save(options_.checkpoint_file);
  return true;
}

/// What was found in this level cannot be outdone by the next ones.
template <Model M, Storage kStorage>
void Search<M, kStorage>::settle_level() {
  judge_.settle(found_);
  if (!options_.stop_at_first) return;
  const std::span<const PropertyInfo> properties = model_.properties();
  bool violated = found_.of(found_.deadlock()).has_value();
  for (std::size_t i = 0; i < properties.size(); ++i) {
    violated = violated || (found_.of(i) && properties[i].kind != PropertyKind::sometimes);
  }
  const bool more_to_see = count() > level_end_ || beyond_ > 0;
  if (violated && more_to_see) stop("the first violation ends the run");
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::batch() {
  const std::uint32_t last = next_ + std::min(level_end_ - next_, kBatch);
  const unsigned members = last - next_ > kAlone ? team_.size() : 1;
  expand(last, members);
  if (failed()) return;
  insert(members);
  if (probing()) {
    beyond_ += fresh().states;
  } else {
    commit(last, members);
    renumber(members);
  }
  next_ = last;
  if constexpr (!kKeep) keys_.drop_below(next_);
}

/// Bounds, progress and checkpoints, between two batches.
template <Model M, Storage kStorage>
void Search<M, kStorage>::watch() {
  peak_bytes_ = std::max(peak_bytes_, bytes());
  if (next_ == count()) return;  // nothing is left that a bound could cut off
  const auto bound = [&](const char* what, std::uint64_t value, const char* unit) {
    bound_reached_ = !probing();
    stop(std::string("bound on ") + what + ", " + std::to_string(value) + unit + ", reached");
  };
  const double now = options_.clock();
  seconds_ = before_ + now - start_;
  if (count() >= options_.max_states) return bound("states", options_.max_states, "");
  if (bytes() > options_.max_bytes) return bound("memory", options_.max_bytes, " bytes");
  if (seconds_ >= options_.max_seconds) {
    return bound("time", static_cast<std::uint64_t>(options_.max_seconds), " s");
  }
  if (options_.progress && now - progress_at_ >= options_.progress_seconds) {
    const double passed = now - progress_at_;
    const std::uint64_t more_distinct = count() - progress_distinct_;
    options_.progress(
        {.seconds = seconds_,
         .distinct = count(),
         .generated = generated_,
         .queue = count() - next_,
         .depth = depth_,
         .distinct_per_second = passed > 0 ? static_cast<double>(more_distinct) / passed : 0,
         .bytes = bytes(),
         .collision_probability = kKeep ? 0 : collision_probability(count())});
    progress_at_ = now;
    progress_distinct_ = count();
  }
  if (!options_.checkpoint_file.empty() && !probing() &&
      now - checkpoint_at_ >= options_.checkpoint_seconds) {
    save(options_.checkpoint_file);
    checkpoint_at_ = options_.clock();
  }
}

/// What the workers hold, which never shrinks.
template <Model M, Storage kStorage>
std::uint64_t Search<M, kStorage>::working_bytes() const {
  std::uint64_t all = 0;
  for (const Worker& worker : workers_) all += worker.bytes();
  return all;
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::stop(const std::string& why) {
  stopped_ = why + " at " + std::to_string(count()) + " states, depth " + std::to_string(depth_);
}

template <Model M, Storage kStorage>
Report<typename M::State> Search<M, kStorage>::report() const {
  Report<State> report;
  const std::span<const PropertyInfo> properties = model_.properties();
  const auto judgement = [&](const PropertyInfo& info, std::size_t i) {
    Judgement<State> judged{.property = info, .verdict = Verdict::holds, .reason = {}, .trace = {}};
    const std::optional<Finding>& finding = found_.of(i);
    const bool sometimes = info.kind == PropertyKind::sometimes;
    if (finding) {
      judged.trace = retracer().trace(*finding);
      if (!sometimes) judged.verdict = Verdict::violated;
      if (!sometimes) judged.reason = info.words;
    } else if (!complete()) {
      judged.verdict = Verdict::not_decided;
      judged.reason = stopped_;
    } else if (sometimes) {
      judged.verdict = Verdict::violated;
      judged.reason = "no witness among all " + std::to_string(count()) + " reachable states";
    }
    return judged;
  };
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if (judge_.selected(i)) report.properties.push_back(judgement(properties[i], i));
  }
  if (options_.deadlock) {
    report.deadlock = judgement(kDeadlock, found_.deadlock());
  }
  const std::span<const ActionInfo> actions = model_.actions();
  for (std::size_t a = 0; a < actions.size(); ++a) {
    const bool fires = totals_[a] > 0 || !actions[a].never_reason.empty();
    report.actions.push_back({.action = actions[a],
                              .distinct = distinct_[a],
                              .total = totals_[a],
                              .verdict = fires        ? Verdict::holds
                                         : complete() ? Verdict::violated
                                                      : Verdict::not_decided});
  }
  report.distinct = count();
  report.generated = generated_;
  report.expanded = next_;
  report.depth = depth_;
  report.digest = digest_;
  report.complete = complete();
  report.stopped = stopped_;
  report.exact = kKeep;
  report.collision_probability = kKeep ? 0 : collision_probability(count());
  report.peak_bytes = peak_bytes_ + working_bytes();
  report.seconds = seconds_;
  return report;
}

}  // namespace plumb::spec
