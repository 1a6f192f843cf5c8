// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Calls that fail, store a part, or lie: each call of a store's life in turn; then what is left is
// opened in the same system, and after a power cut.
// Thread-safety: none.
// Spec:          EV-6; AC-9; faults 11 to 14, 22.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "crash/faults_scene.hpp"
#include "crash/life.hpp"
#include "crash/words.hpp"
#include "sim/crash_states.hpp"

namespace plumb::crash {
namespace {

using sim::CallKind;
using sim::Failure;

constexpr std::array kChanging{CallKind::open_create, CallKind::write,     CallKind::write_direct,
                               CallKind::preallocate, CallKind::sync_data, CallKind::sync_all,
                               CallKind::rename,      CallKind::unlink,    CallKind::sync_folder,
                               CallKind::sync_parent};
constexpr sim::Ladder kFew{sim::Level::omit_one, 16, 4, 1};

/// One life under a plan of faults.
struct Trial {
  bool direct = true;
  sim::Faults plan;
  const Mutant* mutant = nullptr;
  std::string words;
  bool late =
      false;  // a sync has answered success for bytes that are lost: nothing can be promised
};

/// What holds whatever a disk does: content is S(p) for some p at or above the victim's.
Promise integrity_of(const Promise& promise, const Victim& victim) {
  Promise weaker = promise;
  weaker.acked = std::min(weaker.acked, victim.promise.acked);
  weaker.audit = victim.promise.audit;
  return weaker;
}

void judge(Seen& seen, sim::SimDisk& disk, const Promise& promise, const Trial& trial,
           const char* then) {
  if (!trial.late) {
    judge_left(seen, disk, promise, trial.words + then);
    return;
  }
  const Opening found = open_once(disk, promise);
  if (found.violation) seen.violated(trial.words + then + ": " + found.violation->what);
  seen.happened(found.refused ? "told late: refused" : "told late: opened");
}

/// What the failing life has left is opened: in the same system, and after a power cut.
void judge_both(Seen& seen, const sim::SimDisk& disk, const Promise& promise, const Trial& trial,
                bool cut) {
  const std::unique_ptr<sim::SimDisk> reopened = disk.after_kill();
  reopened->fail({});
  judge(seen, *reopened, promise, trial, "");
  if (!cut) return;
  sim::for_each_crash_state(disk, kFew, [&](const sim::Image& image, const sim::Drops&) {
    sim::SimDisk left(gate(), image);
    judge(seen, left, promise, trial, ", then a power cut");
    seen.happened("power cuts behind it");
  });
}

/// A call of the judge's own may have failed; what a sync has lost that tells of it late, no store
/// can keep.
bool speaks_of_the_store(const std::optional<Violation>& violation, const Trial& trial) {
  if (!violation || violation->what.find("cannot be") != std::string::npos) return false;
  return !trial.late || violation->rule == "AC-1" || violation->rule == "AC-4";
}

/// A life of three transactions and a checkpoint on the victim; false where no fault came up.
bool strike(Seen& seen, const Victim& victim, const Trial& trial, bool cut) {
  sim::SimDisk disk(gate(), victim.image);
  disk.fail(trial.plan);
  Seam seam(disk, trial.direct, trial.mutant);
  Life life(seam, victim.promise, 0, hasher());
  if (life.open()) {
    life.work(standard_history(3));
    if (life.error()) seen.happened("calls of the store that failed");
  } else {
    seen.happened("openings that failed");
    const Errc code = life.error()->code;
    seen.require(code == Errc::io || code == Errc::no_space || code == Errc::unknown_outcome,
                 trial.words + ": " + life.error()->message());
  }
  life.end();
  if (disk.faults_fired() == 0) return false;
  seen.happened("faults", disk.faults_fired());
  if (speaks_of_the_store(life.violation(), trial)) {
    seen.violated(trial.words + ": " + life.violation()->what);
  }
  judge_both(seen, disk, trial.late ? integrity_of(life.promise(), victim) : life.promise(), trial,
             cut);
  return true;
}

/// The k-th call of the kind, for each k.
void strike_each(Seen& seen, const Victim& victim, const std::vector<CallKind>& kinds,
                 Failure failure, const Mutant* mutant, bool cut) {
  for (const bool direct : {true, false}) {
    for (const CallKind kind : kinds) {
      failure.kind = kind;
      for (failure.at = 0;; ++failure.at) {
        Trial trial{direct, {}, mutant, {}, failure.report == sim::FailReport::next};
        trial.plan.failures = {failure};
        trial.words = fmt::format("{} number {} fails ({})", name_of(kind), failure.at,
                                  direct ? "direct" : "buffered");
        if (!strike(seen, victim, trial, cut)) break;
      }
    }
  }
}

std::vector<CallKind> changing() { return {kChanging.begin(), kChanging.end()}; }

/// Each sync of the life that finds the store after a kill.
void fail_syncs_of_a_later_life(Seen& seen, const Failure& failure) {
  const Victim victim = make_victim(0, false);
  for (const CallKind kind : {CallKind::sync_data, CallKind::sync_all, CallKind::sync_folder}) {
    for (unsigned k = 0;; ++k) {
      sim::SimDisk disk(gate(), victim.image);
      Seam seam(disk, false, nullptr);
      Life first(seam, victim.promise, 0, hasher());
      if (!first.open()) {
        seen.violated("the store does not open");
        return;
      }
      first.work({{Act::commit, 1}, {Act::commit, 2}});
      first.end();
      const std::unique_ptr<sim::SimDisk> next = disk.after_kill();
      Failure planned = failure;
      planned.kind = kind;
      planned.at = k;
      Trial trial{false,
                  {},
                  nullptr,
                  fmt::format("{} number {} of a later life fails", name_of(kind), k),
                  failure.report == sim::FailReport::next};
      trial.plan.failures = {planned};
      next->fail(trial.plan);
      Seam next_seam(*next, false, nullptr);
      Life life(next_seam, first.promise(), 1, hasher());
      if (life.open()) life.work({{Act::commit, 1}, {Act::commit, 2}});
      life.end();
      if (next->faults_fired() == 0) break;
      seen.happened("failed syncs of a later life");
      if (speaks_of_the_store(life.violation(), trial)) {
        seen.violated(trial.words + ": " + life.violation()->what);
      }
      const Victim before{{}, first.promise()};
      judge_both(seen, *next, trial.late ? integrity_of(life.promise(), before) : life.promise(),
                 trial, true);
    }
  }
}

}  // namespace

Seen fault_no_space(const Mutant* mutant) {
  Seen seen{"faults", "calls of the store that failed", "openings that failed", "full disks"};
  const Victim victim = make_victim(0, false);
  Failure failure;
  failure.errnum = ENOSPC;
  const std::vector<CallKind> kinds{CallKind::open_create, CallKind::write, CallKind::write_direct,
                                    CallKind::preallocate, CallKind::rename};
  strike_each(seen, victim, kinds, failure, mutant, false);
  std::uint64_t used = 0;
  for (const auto& [name, bytes] : victim.image.files) used += bytes->size();
  for (std::uint64_t room = 0;; room += sim::kSectorBytes) {
    Trial trial{true, {}, mutant, fmt::format("a disk with {} bytes left", room)};
    trial.plan.capacity = used + room;
    if (!strike(seen, victim, trial, false)) break;
    seen.happened("full disks");
  }
  return seen;
}

Seen fault_short_write(const Mutant* mutant) {
  Seen seen{"faults", "calls of the store that failed", "openings that failed",
            "power cuts behind it"};
  const Victim victim = make_victim(0, false);
  for (const std::uint64_t stored : {1U, 100U, 512U, 600U, 1024U, 2047U}) {
    Failure failure;
    failure.errnum = EFBIG;
    failure.stored = stored;
    strike_each(seen, victim, {CallKind::write, CallKind::write_direct, CallKind::preallocate},
                failure, mutant, true);
  }
  return seen;
}

Seen fault_io_error(const Mutant* mutant) {
  Seen seen{"faults",
            "calls of the store that failed",
            "openings that failed",
            "power cuts behind it",
            "failed syncs of a later life",
            "told late: refused",
            "told late: opened"};
  const Victim victim = make_victim(0, false);
  strike_each(seen, victim, changing(), Failure{}, mutant, true);
  strike_each(seen, victim,
              {CallKind::open, CallKind::read, CallKind::size, CallKind::list, CallKind::lock,
               CallKind::close},
              Failure{}, mutant, false);
  for (const auto content : {sim::FailContent::stays, sim::FailContent::reverts}) {
    for (const auto report : {sim::FailReport::now, sim::FailReport::next}) {
      Failure failure;
      failure.content = content;
      failure.report = report;
      strike_each(seen, victim, {CallKind::sync_data, CallKind::sync_all}, failure, mutant, true);
      fail_syncs_of_a_later_life(seen, failure);
    }
  }
  return seen;
}

Seen fault_lying_sync(const Mutant* mutant) {
  Seen seen{"states", "with acknowledged transactions lost", "with none lost"};
  const Victim victim = make_victim(0, false);
  for (const bool direct : {true, false}) {
    sim::SimDisk disk(gate(), victim.image);
    sim::Faults lies;
    lies.lying_syncs = true;
    disk.fail(lies);
    Seam seam(disk, direct, mutant);
    Life life(seam, victim.promise, 0, hasher());
    const auto cut = [&](const sim::SimDisk& now) {
      const Promise integrity = integrity_of(life.promise(), victim);
      sim::for_each_crash_state(now, kFew, [&](const sim::Image& image, const sim::Drops&) {
        sim::SimDisk left(gate(), image);
        const Opening found = open_once(left, integrity);
        seen.happened("states");
        if (found.violation) seen.violated(found.violation->what);
        if (found.refused) {
          seen.happened("refused");
        } else {
          const bool lost = found.seq < life.promise().acked;
          seen.happened(lost ? "with acknowledged transactions lost" : "with none lost");
        }
      });
    };
    disk.watch([&](const sim::SimDisk& now, const sim::Call&, sim::Moment moment) {
      if (moment == sim::Moment::issued) cut(now);
    });
    if (life.open()) life.work(standard_history(3));
    life.end();
    seen.require(!life.violation() && !life.error(), "the store is wrong before the power goes");
    cut(disk);
  }
  return seen;
}

Seen fault_no_rights(const Mutant* mutant) {
  Seen seen{"read-only disks", "EACCES", "EMFILE"};
  const Victim victim = make_victim(0, false);
  {
    sim::SimDisk disk(gate(), victim.image);
    sim::Faults plan;
    for (const CallKind kind : kChanging) {
      for (unsigned k = 0; k < 64; ++k) plan.failures.push_back({k, kind, EROFS});
    }
    for (unsigned k = 0; k < 64; ++k) plan.failures.push_back({k, CallKind::lock, EROFS});
    disk.fail(plan);
    const Opening refused = open_once(disk, victim.promise);
    seen.require(refused.refused && refused.refused->errnum == EROFS, "a read-only disk opens");
    seen.require(disk.visible() == victim.image, "a read-only disk has changed");
    seen.happened("read-only disks", disk.faults_fired());
    disk.fail({});
    judge_left(seen, disk, victim.promise, "writable again");
  }
  for (const int errnum : {EACCES, EMFILE}) {
    for (const CallKind kind : {CallKind::open, CallKind::open_create, CallKind::lock}) {
      for (unsigned k = 0;; ++k) {
        Trial trial{true, {}, mutant, fmt::format("{} from {} {} on", errnum, name_of(kind), k)};
        for (unsigned at = k; at < k + 64; ++at) trial.plan.failures.push_back({at, kind, errnum});
        if (!strike(seen, victim, trial, false)) break;
        seen.happened(errnum == EACCES ? "EACCES" : "EMFILE");
      }
    }
  }
  return seen;
}

}  // namespace plumb::crash
