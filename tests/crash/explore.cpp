// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The explorer; see explore.hpp.
#include "crash/explore.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/contract.hpp"
#include "crash/image_disk.hpp"
#include "crash/life.hpp"
#include "crash/words.hpp"

namespace plumb::crash {
namespace {

constexpr std::uint32_t kBlock = 512;

std::size_t lost_in(const std::vector<Crash>& crashes) {
  std::size_t lost = 0;
  for (const Crash& crash : crashes) lost += crash.lost.size();
  return lost;
}

/// AC-5, AC-8: no crash may make a store unreadable, and a refusal leaves every byte.
Violation refusal(const Error& error, bool untouched) {
  return {untouched ? "AC-5" : "AC-8",
          fmt::format("not opened{}: {}", untouched ? "" : ", and bytes have changed",
                      error.message())};
}

/// An empty folder is one that was just made: it may be lost as a whole.
void may_be_new(sim::SimDisk& disk, const sim::Image& start) {
  if (start.files.empty()) disk.folder_is_new();
}

}  // namespace

std::string_view name_of(Blow blow) {
  switch (blow) {
    case Blow::power_cut:
      return "power cut";
    case Blow::kill:
      return "kill";
    case Blow::failed_sync:
      return "failed sync";
  }
  return "";
}

bool Failure::simpler_than(const Failure& other) const {
  if (crashes.size() != other.crashes.size()) return crashes.size() < other.crashes.size();
  const std::size_t mine = lost_in(crashes);
  const std::size_t its = lost_in(other.crashes);
  if (mine != its) return mine < its;
  for (std::size_t i = 0; i < crashes.size(); ++i) {
    if (crashes[i].call != other.crashes[i].call) return crashes[i].call < other.crashes[i].call;
  }
  return false;
}

void Counts::add(const Counts& other) {
  states += other.states;
  openings += other.openings;
  pruned += other.pruned;
  raw += other.raw;
  points += other.points;
  sampled += other.sampled;
  different += other.different;
  torn += other.torn;
  discarded += other.discarded;
  redone += other.redone;
  failed_syncs += other.failed_syncs;
  kills += other.kills;
  violations += other.violations;
  print += other.print;
}

Explorer::Explorer(Setup setup) : setup_(std::move(setup)) {
  Expects(setup_.profile != nullptr && setup_.depth >= 1);
  Expects(setup_.shard < setup_.shards);
  Result<std::unique_ptr<Hasher>> made = make_sha256();
  Ensures(made.has_value());
  hasher_ = std::move(made).value();
}

void Explorer::run() {
  sim::Image start;
  Promise promise;
  if (setup_.made) {
    sim::Image made;
    const Recovery recovery = recover(start, Promise{}, promise, &made);
    if (recovery.violation) return violated(*recovery.violation);
    start = std::move(made);
  }
  sim::SimDisk disk(*setup_.profile, start);
  may_be_new(disk, start);
  live(disk, promise, setup_.depth, false);
  fail_each_sync(start, promise, setup_.depth);
}

/// One life on `disk`, with `left` crashes to come. Its opening is counted where `counts`.
void Explorer::live(sim::SimDisk& disk, const Promise& promise, unsigned left, bool counts) {
  if (done_) return;
  const sim::Image before = disk.visible();
  Seam seam(disk, setup_.direct, setup_.mutant);
  Life life(seam, promise, epoch(), *hasher_);
  disk.watch([&](const sim::SimDisk& now, const sim::Call& call, sim::Moment moment) {
    if (moment != sim::Moment::issued) return;
    tell(&call);
    crash(now, &call, life.promise(), left);
  });
  if (!life.open()) {
    if (!done_) violated(refusal(*life.error(), disk.visible() == before));
    return;
  }
  if (counts) note(*life.report());
  if (!life.violation()) life.work(program_of(epoch(), setup_.history));
  life.end();
  if (done_) return;
  if (life.violation()) return violated(*life.violation());
  if (life.error()) return violated(refusal(*life.error(), true));
  tell(nullptr);
  crash(disk, nullptr, life.promise(), left);
}

/// Every sync of a life that crashes nowhere fails in turn, and what it leaves is opened again in
/// the same system, without a crash between.
void Explorer::fail_each_sync(const sim::Image& start, const Promise& promise, unsigned left) {
  if (done_ || left < 1) return;
  std::vector<unsigned> syncs;
  {
    sim::SimDisk disk(*setup_.profile, start);
    may_be_new(disk, start);
    Seam seam(disk, setup_.direct, setup_.mutant);
    Life life(seam, promise, epoch(), *hasher_);
    disk.watch([&](const sim::SimDisk&, const sim::Call& call, sim::Moment moment) {
      if (moment == sim::Moment::issued && is_sync(call)) syncs.push_back(call.index);
    });
    if (life.open() && !life.violation()) life.work(program_of(epoch(), setup_.history));
  }
  for (const unsigned call : syncs) {
    for (const bool reverts : {false, true}) fail_sync(call, reverts, start, promise, left);
  }
}

void Explorer::fail_sync(unsigned call, bool reverts, const sim::Image& start,
                         const Promise& promise, unsigned left) {
  const Crash blow{Blow::failed_sync, call, 0, reverts, {}, {}};
  if (done_ || guided_elsewhere(blow)) return;
  sim::SimDisk disk(*setup_.profile, start);
  may_be_new(disk, start);
  if (!plan_failed_sync(disk, call, reverts)) return;
  Seam seam(disk, setup_.direct, setup_.mutant);
  Life life(seam, promise, epoch(), *hasher_);
  if (life.open()) {
    if (!life.violation()) life.work(program_of(epoch(), setup_.history));
  }
  life.end();
  ++counts_.failed_syncs;
  if (!has_failed(disk)) return violated({"EV-6", "a planned failure did not come"});
  if (life.violation()) return violated(*life.violation());
  path_.push_back({blow, nullptr, nullptr});
  if (path_.size() == setup_.guide.size()) guide_found_ = true;
  const std::unique_ptr<sim::SimDisk> reopened = disk.after_kill();
  live(*reopened, life.promise(), left - 1, false);
  path_.pop_back();
}

/// The power goes at this moment, or the process does.
void Explorer::crash(const sim::SimDisk& disk, const sim::Call* call, const Promise& promise,
                     unsigned left) {
  if (done_ || left == 0) return;
  const bool first = path_.empty();
  const unsigned number = call != nullptr ? call->index : kAfterLast;
  const std::uint64_t promised = promise.key();
  const sim::Image visible = disk.visible();
  const std::uint64_t seen_last = visible.digest();
  ++counts_.points;
  const sim::Covered covered =
      sim::for_each_crash_state(disk, first ? setup_.first : setup_.later,
                                [&](const sim::Image& image, const sim::Drops& drops) {
                                  if (done_) return;
                                  const std::uint64_t digest = drops.digest;
                                  const Crash blow{Blow::power_cut, number, digest, false, {}, {}};
                                  if (guided_elsewhere(blow)) return;
                                  if (digest != seen_last) ++counts_.different;
                                  path_.push_back({blow, call, &drops});
                                  state(image, promise, mix(digest, promised), left - 1);
                                  path_.pop_back();
                                });
  counts_.raw += covered.raw;
  if (!covered.exhaustive) ++counts_.sampled;
  const Crash blow{Blow::kill, number, 0, false, {}, {}};
  if (done_ || guided_elsewhere(blow)) return;
  path_.push_back({blow, call, nullptr});
  state(visible, promise, mix(seen_last, promised), 0);
  if (left > 1 && disk.pending() > 0) {  // with nothing pending it is a power cut that lost nothing
    ++counts_.kills;
    live(*disk.after_kill(), promise, left - 1, false);
  }
  path_.pop_back();
}

/// A state after the last crash of path_, with `left` more to come.
void Explorer::state(const sim::Image& image, const Promise& promise, std::uint64_t key,
                     unsigned left) {
  const bool guided_here = !setup_.guide.empty() && path_.size() == setup_.guide.size();
  if (guided_here) {
    guide_found_ = true;
    leaf(image, promise);
  }
  const auto [known, fresh] = seen_.try_emplace(key, left);
  if (!fresh && known->second >= left) return;
  known->second = left;
  const bool counts = fresh && mine(key);
  if (counts) {
    ++counts_.states;
    counts_.print += key;
    if (setup_.budget != 0 && counts_.states >= setup_.budget) over_budget_ = done_ = true;
  }
  if (left == 0 && !guided_here) {
    if (counts) leaf(image, promise);
    return;
  }
  sim::SimDisk disk(*setup_.profile, image);
  may_be_new(disk, image);
  live(disk, promise, left, counts);
}

void Explorer::leaf(const sim::Image& image, const Promise& promise) {
  Promise after;
  sim::Image left_behind;
  const Recovery recovery = recover(image, promise, after, &left_behind);
  if (recovery.violation) return violated(*recovery.violation);
  if (!recovery.pruned) open_again(left_behind, after);
}

/// Opening twice gives the same content.
void Explorer::open_again(const sim::Image& image, const Promise& promise) {
  Promise after;
  Recovery recovery = recover(image, promise, after, nullptr);
  if (!recovery.violation) return;
  recovery.violation->what = "opened a second time: " + recovery.violation->what;
  violated(*std::move(recovery.violation));
}

/// An opening that nothing interrupts, unless one is known that reads the same.
Explorer::Recovery Explorer::recover(const sim::Image& image, const Promise& promise,
                                     Promise& after, sim::Image* left_behind) {
  const std::uint64_t start = epoch() * 2U + (promise.opened ? 1U : 0U);
  const std::uint64_t promised = promise.key();
  const bool prunes = setup_.mutant == nullptr;  // a mutant's own reads are not on record
  if (prunes && read_tree_.knows(start, image, promised)) {
    ++counts_.pruned;
    return {std::nullopt, true};
  }
  ImageDisk disk(image, setup_.direct ? kBlock : 0);
  std::optional<Seam> seam;
  if (setup_.mutant != nullptr) seam.emplace(disk, setup_.direct, setup_.mutant);
  Disk& used = seam ? static_cast<Disk&>(*seam) : disk;
  const Result<std::unique_ptr<Store>> store = open_store(used, promise, epoch());
  if (!store) return {refusal(store.error(), disk.image() == image), false};
  note((*store)->report());
  if (auto violation = judge_opened(**store, used, promise, *hasher_, after)) {
    return {std::move(violation), false};
  }
  if (prunes) read_tree_.learn(start, image, promised, disk.reads());
  if (left_behind != nullptr) *left_behind = disk.image();
  return {std::nullopt, false};
}

void Explorer::note(const Report& report) {
  ++counts_.openings;
  if (report.tail == Tail::torn) ++counts_.torn;
  if (!report.discarded.empty()) ++counts_.discarded;
  if (report.records != 0) ++counts_.redone;
}

/// The story of a replay: the calls of each life up to its crash.
void Explorer::tell(const sim::Call* call) {
  if (setup_.guide.empty() || done_ || path_.size() > setup_.guide.size()) return;
  const bool last_life = path_.size() == setup_.guide.size();
  const unsigned number = call != nullptr ? call->index : kAfterLast;
  if (last_life || number > setup_.guide[path_.size()].call) return;
  story_.push_back(fmt::format(
      "life {}: {}", path_.size() + 1,
      call != nullptr ? fmt::format("call {}, {}", number, words_of(*call)) : "it ends"));
}

/// True where a replay wants another crash here.
bool Explorer::guided_elsewhere(const Crash& crash) const {
  if (setup_.guide.empty()) return false;
  if (path_.size() >= setup_.guide.size()) return true;
  const Crash& wanted = setup_.guide[path_.size()];
  return wanted.blow != crash.blow || wanted.call != crash.call || wanted.digest != crash.digest ||
         wanted.reverts != crash.reverts;
}

void Explorer::violated(Violation violation) {
  ++counts_.violations;
  Failure failure{setup_.history, {}, std::move(violation)};
  for (const Step& step : path_) {
    Crash crash = step.crash;
    crash.at = step.call != nullptr ? words_of(*step.call) : "";
    if (step.drops != nullptr) crash.lost = words_of(*step.drops);
    failure.crashes.push_back(std::move(crash));
  }
  if (!failure_ || failure.simpler_than(*failure_)) failure_ = std::move(failure);
  if (setup_.stop_at_first) done_ = true;
}

}  // namespace plumb::crash
