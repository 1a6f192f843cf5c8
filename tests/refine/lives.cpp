// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Chains of lives; see lives.hpp.
#include "refine/lives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/contract.hpp"
#include "crash/words.hpp"
#include "trace/variant.hpp"

namespace plumb::refine {
namespace {

/// Other ones in each life.
Entropy entropy_of(unsigned life) {
  return [life, next = std::uint8_t{0}](ByteSpan into) mutable -> Status {
    for (std::byte& byte : into) byte = std::byte{++next};
    if (!into.empty()) into.front() = static_cast<std::byte>(life);
    return {};
  };
}

constexpr unsigned kMostTransactions = spec::commit::golden::kMaxTransactions;

spec::commit::Row row_of(const std::string& variant) {
  const auto found = spec::trace::find_variant({.variant = variant});
  return std::get<spec::trace::CommitVariant>(found).row;
}

}  // namespace

void Counts::add(const Counts& other) {
  traces += other.traces;
  events += other.events;
  power_cuts += other.power_cuts;
  kills += other.kills;
  io_errors += other.io_errors;
  full += other.full;
  in_opening += other.in_opening;
  twice += other.twice;
  observed += other.observed;
  largest = std::max(largest, other.largest);
  as_it_stands += other.as_it_stands;
  refused += other.refused;
}

std::string words_of(const Counts& counts) {
  return fmt::format(
      "{} traces ({} with two crashes or more), {} events, {} fields; {} power cuts, {} kills ({} "
      "of both inside an opening), {} failed syncs, {} full disks; at most {} states at once; {} "
      "by the model as it stands; {} refused",
      counts.traces, counts.twice, counts.events, counts.observed, counts.power_cuts, counts.kills,
      counts.in_opening, counts.io_errors, counts.full, counts.largest, counts.as_it_stands,
      counts.refused);
}

Lives::Lives(Setup setup) : setup_(std::move(setup)), row_(row_of(setup_.variant)) {
  Expects(setup_.profile != nullptr);
  Result<std::unique_ptr<Hasher>> made = make_sha256();
  Ensures(made.has_value());
  hasher_ = std::move(made).value();
}

Recorder Lives::recorder() const {
  const Mapping& rules = setup_.rules != nullptr ? *setup_.rules : mapping();
  return {Shape{setup_.records, setup_.direct}, *hasher_, rules, setup_.order};
}

Trace Lives::trace_of(const Recorder& recorder) const {
  Trace trace{row_, {}, recorder.events()};
  const auto small = [&](std::string_view action) {
    return static_cast<std::uint8_t>(recorder.count(action));
  };
  trace.bounds.transactions = kMostTransactions;
  trace.bounds.crashes = static_cast<std::uint8_t>(small("PowerCut") + small("KillProcess"));
  trace.bounds.io_errors = small("IoError");
  trace.bounds.disk_full = small("DiskFull");
  trace.bounds.segment_records = static_cast<std::uint8_t>(setup_.records);
  return trace;
}

void Lives::blame(const Recorder& recorder, Verdict verdict) {
  ++counts_.refused;
  if (!failure_) failure_ = Failure{trace_of(recorder), std::move(verdict)};
}

void Lives::end(const Recorder& recorder) {
  ++counts_.traces;
  counts_.events += recorder.events().size();
  std::uint64_t crashes = 0;
  bool opening = true;
  for (const Event& event : recorder.events()) {
    counts_.observed += event.seen.size();
    const bool cut = event.action == "PowerCut";
    const bool crash = cut || event.action == "KillProcess";
    counts_.power_cuts += cut ? 1U : 0U;
    counts_.kills += crash && !cut ? 1U : 0U;
    counts_.in_opening += crash && opening ? 1U : 0U;
    counts_.io_errors += event.action == "IoError" ? 1U : 0U;
    counts_.full += event.action == "DiskFull" ? 1U : 0U;
    crashes += crash ? 1U : 0U;
    opening = event.action != "Open" && (opening || crash);
  }
  counts_.twice += crashes > 1 ? 1U : 0U;
  const Trace trace = trace_of(recorder);
  Verdict verdict = judge(trace);
  counts_.largest = std::max(counts_.largest, verdict.largest);
  const bool refused = verdict.event != 0 || !verdict.broken.empty();
  if (recorder.fault() && !refused) {
    blame(recorder, {.why = *recorder.fault()});
    return;
  }
  if (!verdict.holds()) {
    blame(recorder, std::move(verdict));
    return;
  }
  if (setup_.as_it_stands == 0 || (counts_.traces - 1) % setup_.as_it_stands != 0) return;
  ++counts_.as_it_stands;
  Verdict again = judge_as_it_stands(trace);
  if (!again.holds()) blame(recorder, std::move(again));
}

/// As an owner who does not know whether the first start had finished.
bool Lives::open(Disk& disk, const sim::SimDisk& sim, Recorder& recorder) {
  OpenRequest request;
  request.entropy = entropy_of(recorder.count("PowerCut") + recorder.count("KillProcess") +
                               recorder.count("IoError") + recorder.count("DiskFull"));
  Options options = crash::smallest_options();
  if (setup_.checkpoint_each) options.checkpoint_every = 1;
  if (recorder.count("Open") == 0) request.create = options;
  Result<std::unique_ptr<Store>> opened = Store::open(disk, request);
  if (!opened && opened.error().code == Errc::invalid && request.create) {
    request.create.reset();
    opened = Store::open(disk, request);
  }
  if (opened) {
    store_ = std::move(opened).value();
    recorder.opened(sim, store_->snapshot().map.root());
    return true;
  }
  const bool environment = opened.error().code == Errc::io || opened.error().code == Errc::no_space;
  if (environment) {
    recorder.failed(sim);
  } else {
    recorder.refused(sim);
  }
  return false;
}

void Lives::commit(Recorder& recorder) {
  const unsigned number = recorder.started() + 1;
  if (number > kMostTransactions) return;
  const Shape shape{setup_.records, setup_.direct};
  const std::string name = fmt::format("t{}", number);
  std::string filling(shape.record_bytes() - 400, static_cast<char>('a' + number));
  static_cast<void>(store_->commit({name, {{name, "here"}, {"last", std::move(filling)}}}));
}

void Lives::live(sim::SimDisk& disk, Recorder& recorder, const crash::History& history,
                 const OnMoment& on_moment) {
  crash::Seam seam(disk, setup_.direct, setup_.mutant);
  const Recorder::Readers readers = [&]() -> std::optional<Digest> {
    return store_ ? std::optional(store_->snapshot().map.root()) : std::nullopt;
  };
  recorder.begin(disk);
  disk.watch([&](const sim::SimDisk& now, const sim::Call& call, sim::Moment moment) {
    recorder.call(now, call, moment, readers);
    if (on_moment && moment == sim::Moment::issued) on_moment(now, &call, recorder);
  });
  if (!open(seam, disk, recorder)) {
    disk.watch({});
    return;
  }
  for (const crash::Operation& operation : history) {
    if (store_->poisoned()) break;
    if (operation.act == crash::Act::commit) {
      commit(recorder);
    } else {
      static_cast<void>(store_->checkpoint());
    }
    recorder.returned(disk, store_->snapshot().map.root());
  }
  disk.watch({});
  store_.reset();
  if (on_moment) on_moment(disk, nullptr, recorder);
}

void Lives::last_life(sim::SimDisk& disk, Recorder recorder) {
  std::unique_ptr<Store> outer = std::exchange(store_, nullptr);  // the life that crashes goes on
  live(disk, recorder, {{crash::Act::commit, 1}}, {});
  store_ = std::move(outer);
  end(recorder);
}

std::unique_ptr<sim::SimDisk> Lives::begin(Recorder& recorder) {
  auto disk = std::make_unique<sim::SimDisk>(*setup_.profile);
  if (!setup_.made) return disk;
  const crash::Mutant* const mutant = std::exchange(setup_.mutant, nullptr);
  live(*disk, recorder, {}, {});
  setup_.mutant = mutant;
  recorder.kill(*disk);
  return disk->after_kill();
}

void Lives::run_undisturbed() {
  Recorder all = recorder();
  const auto disk = begin(all);
  live(*disk, all, setup_.history, {});
  end(all);
}

void Lives::run_crashes() {
  Recorder first = recorder();
  const auto disk = begin(first);
  live(*disk, first, setup_.history,
       [&](const sim::SimDisk& now, const sim::Call*, const Recorder& so_far) {
         sim::for_each_crash_state(now, setup_.ladder,
                                   [&](const sim::Image& image, const sim::Drops&) {
                                     Recorder cut = so_far;
                                     cut.power_cut(image);
                                     sim::SimDisk left(*setup_.profile, image);
                                     last_life(left, std::move(cut));
                                   });
         Recorder killed = so_far;
         killed.kill(now);
         last_life(*now.after_kill(), std::move(killed));
       });
}

std::vector<sim::Call> Lives::calls_of_first_life() {
  std::vector<sim::Call> calls;
  Recorder first = recorder();
  const auto disk = begin(first);
  live(*disk, first, setup_.history,
       [&](const sim::SimDisk&, const sim::Call* call, const Recorder&) {
         if (call != nullptr) calls.push_back(*call);
       });
  return calls;
}

void Lives::run_failed_syncs() {
  for (const sim::Call& call : calls_of_first_life()) {
    const bool parent = call.kind == sim::CallKind::sync_parent;
    if (!crash::is_sync(call) && !parent) continue;
    for (const bool reverts : {false, true}) {
      Recorder chain = recorder();
      const auto disk = begin(chain);
      if (!crash::plan_failed_sync(*disk, call.index, reverts)) continue;
      live(*disk, chain, setup_.history, {});
      if (chain.alive()) chain.kill(*disk);
      last_life(*disk->after_kill(), chain);
      sim::for_each_crash_state(*disk->after_kill(), {sim::Level::omit_one, 16, 4, setup_.seed},
                                [&](const sim::Image& image, const sim::Drops&) {
                                  Recorder cut = chain;
                                  cut.power_cut(image);
                                  sim::SimDisk left(*setup_.profile, image);
                                  last_life(left, std::move(cut));
                                });
    }
  }
}

/// Two lives that crash at a moment that the seed draws, some with a sync that fails before, and a
/// last one.
void Lives::wander(std::uint64_t seed) {
  const auto below = [&](std::uint64_t n) { return sim::next_random(seed) % n; };
  Recorder chain = recorder();
  auto disk = begin(chain);
  const std::uint64_t fails_in = below(4);  // 2, 3: in none
  for (unsigned life = 0; life < 2; ++life) {
    const crash::History history =
        life == 0 ? setup_.history : crash::History{{crash::Act::commit, 1}};
    const std::uint64_t at = below(life == 0 ? 60 : 30);
    const bool cuts = below(4) != 0;
    if (life == fails_in && setup_.profile->fail_stays) {
      sim::Failure failure;
      failure.kind = below(2) == 0 ? sim::CallKind::sync_all : sim::CallKind::sync_folder;
      failure.at = static_cast<unsigned>(below(4));
      sim::Faults faults;
      faults.failures.push_back(failure);
      disk->fail(std::move(faults));
    }
    std::uint64_t moment = 0;
    std::unique_ptr<sim::SimDisk> next;
    Recorder after = chain;
    live(*disk, chain, history,
         [&](const sim::SimDisk& now, const sim::Call* call, const Recorder& so_far) {
           if (next || (call != nullptr && moment++ != at)) return;
           after = so_far;
           if (!cuts) {
             after.kill(now);
             next = now.after_kill();
             return;
           }
           std::optional<sim::Image> left;
           std::uint64_t n = 0;
           sim::for_each_crash_state(now, {sim::Level::subsets, 64, 16, seed},
                                     [&](const sim::Image& image, const sim::Drops&) {
                                       if (below(++n) == 0) left = image;
                                     });
           after.power_cut(*left);
           next = std::make_unique<sim::SimDisk>(*setup_.profile, *left);
         });
    if (!next) {  // the opening failed
      next = disk->after_kill();
      after = chain;
    }
    disk = std::move(next);
    chain = std::move(after);
  }
  last_life(*disk, std::move(chain));
}

void Lives::run_wanders() {
  std::uint64_t seed = setup_.seed;
  for (unsigned i = 0; i < setup_.wanders; ++i) wander(sim::next_random(seed));
}

void Lives::run_all() {
  run_undisturbed();
  run_crashes();
  run_failed_syncs();
  run_wanders();
}

}  // namespace plumb::refine
