// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Kills and power cuts of the fault table: a store works on the simulated disk; at each of its
// calls that changes or syncs something, the states in which the row's own fault has struck are
// opened and judged.
// Thread-safety: none.
// Spec:          EV-6; faults 1 to 7, 15 to 17.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "crash/explore.hpp"
#include "crash/faults_scene.hpp"
#include "crash/life.hpp"
#include "sim/crash_states.hpp"

namespace plumb::crash {
namespace {

constexpr sim::Ladder kLadder{sim::Level::subsets, 1024, 128, 1};

/// What is done, and in which part of it the fault may strike.
struct Work {
  Victim start;
  History before;  // in peace
  History history;
  bool opening = true;  // the fault may strike in the opening too
  bool new_folder = false;
  bool direct = true;
  const Mutant* mutant = nullptr;
};

/// A moment: the last finished state of the disk, the disk, the call in flight (nullptr: none).
struct Moment {
  const sim::SimDisk& disk;
  const sim::Call* call;
  const Promise& promise;
  const sim::Image& last;
};
using AtMoment = std::function<void(const Moment&)>;

void walk(Seen& seen, const Work& work, const AtMoment& at_moment) {
  sim::SimDisk disk(gate(), work.start.image);
  if (work.new_folder) disk.folder_is_new();
  Seam seam(disk, work.direct, work.mutant);
  Life life(seam, work.start.promise, 0, hasher());
  sim::Image last = disk.visible();
  bool open = work.opening;
  disk.watch([&](const sim::SimDisk& now, const sim::Call& call, sim::Moment moment) {
    if (open && moment == sim::Moment::issued) at_moment({now, &call, life.promise(), last});
    if (moment == sim::Moment::returned) last = now.visible();
  });
  if (!life.open()) {
    seen.violated("the store does not open: " + life.error()->message());
    return;
  }
  life.work(work.before);
  open = true;
  life.work(work.history);
  life.end();
  seen.require(!life.violation(), "the store is wrong before any fault");
  at_moment({disk, nullptr, life.promise(), last});
}

/// States that were judged already are not judged again.
class Judge {
 public:
  explicit Judge(Seen& seen) : seen_(seen) {}
  void operator()(const sim::Image& image, const Promise& promise, const sim::Call* call) {
    if (!known_.insert(mix(image.digest(), promise.key())).second) return;
    seen_.happened("states");
    sim::SimDisk disk(gate(), image);
    const std::string where = call == nullptr ? "after the last call"
                                              : fmt::format("at call {}, {} {}", call->index,
                                                            name_of(call->kind), call->name);
    if (judge_left(seen_, disk, promise, where)) seen_.happened("torn tails");
  }

 private:
  Seen& seen_;
  std::set<std::uint64_t> known_;
};

Work standard(const Mutant* mutant, bool direct) {
  return {make_victim(0, false), {}, standard_history(2), true, false, direct, mutant};
}

using Struck = std::function<bool(const sim::Image&, const sim::Drops&, const sim::SimDisk&)>;

/// The crash states in which the fault has struck.
void cut(Seen& seen, const Work& work, const Struck& struck) {
  Judge judge(seen);
  walk(seen, work, [&](const Moment& moment) {
    const auto visit = [&](const sim::Image& image, const sim::Drops& drops) {
      if (struck(image, drops, moment.disk)) judge(image, moment.promise, moment.call);
    };
    sim::for_each_crash_state(moment.disk, kLadder, visit);
  });
}

/// Both ways of writing records.
void cut_both(Seen& seen, const Mutant* mutant, const Struck& struck) {
  for (const bool direct : {true, false}) cut(seen, standard(mutant, direct), struck);
}

bool loses_a_name(const sim::Drops& drops) {
  return std::ranges::find(drops.names, 0) != drops.names.end();
}

/// A rename is pending, and neither of its names is there.
bool tears_a_rename(const sim::Image& image, const sim::State& state) {
  for (std::size_t i = 0; i + 1 < state.changes.size(); ++i) {
    const sim::NameChange& removed = state.changes[i];
    const sim::NameChange& added = state.changes[i + 1];
    const bool are_one = removed.call == added.call && !removed.removed.empty() &&
                         removed.added.empty() && !added.added.empty();
    const bool are_gone =
        !image.files.contains(removed.removed) && !image.files.contains(added.added);
    if (are_one && are_gone) return true;
  }
  return false;
}

/// Something of what was pending in the file is there, and not all.
bool is_torn(const sim::Drops::File& file, const sim::State& state) {
  const sim::Node& node = state.nodes[file.node];
  bool some = file.size != node.durable->size();
  bool all = file.size == node.cached->size();
  for (const sim::Drops::Sector& sector : file.sectors) {
    some = some || sector.write >= 0;
    all = all && sector.write >= 0;
  }
  return some && !all;
}

Struck torn(std::string beginning) {
  return [beginning = std::move(beginning)](const sim::Image&, const sim::Drops& drops,
                                            const sim::SimDisk& disk) {
    return std::ranges::any_of(drops.files, [&](const sim::Drops::File& file) {
      for (const auto& [name, node] : disk.state().names.entries) {
        if (node == file.node && name.starts_with(beginning)) return is_torn(file, disk.state());
      }
      return false;
    });
  };
}

}  // namespace

Seen fault_kill(const Mutant* mutant) {
  Seen seen{"states", "torn tails", "kills inside a write"};
  for (const bool direct : {true, false}) {
    Judge judge(seen);
    walk(seen, standard(mutant, direct), [&](const Moment& moment) {
      const sim::Image now = moment.disk.visible();
      if (moment.call == nullptr) {
        judge(now, moment.promise, nullptr);
        return;
      }
      const auto visit = [&](const sim::Image& image) {
        if (image != now && image != moment.last) seen.happened("kills inside a write");
        judge(image, moment.promise, moment.call);
      };
      sim::for_each_kill_state(moment.last, now, *moment.call, visit);
    });
  }
  return seen;
}

Seen fault_cut_loses_all(const Mutant* mutant) {
  Seen seen{"states", "of them other than what was seen last"};
  for (const bool direct : {true, false}) {
    Judge judge(seen);
    walk(seen, standard(mutant, direct), [&](const Moment& moment) {
      const sim::Image left = moment.disk.durable();
      if (left != moment.disk.visible()) seen.happened("of them other than what was seen last");
      judge(left, moment.promise, moment.call);
    });
  }
  return seen;
}

Seen fault_cut_loses_any(const Mutant* mutant) {
  Seen seen{"states", "torn tails"};
  cut_both(seen, mutant, [](const sim::Image& image, const sim::Drops&, const sim::SimDisk& disk) {
    return image != disk.visible() && image != disk.durable();
  });
  return seen;
}

Seen fault_names_lost(const Mutant* mutant) {
  Seen seen{"states"};
  cut_both(seen, mutant, [](const sim::Image&, const sim::Drops& drops, const sim::SimDisk&) {
    return loses_a_name(drops);
  });
  return seen;
}

Seen fault_rename_split(const Mutant* mutant) {
  Seen seen{"states"};
  cut_both(seen, mutant, [](const sim::Image& image, const sim::Drops&, const sim::SimDisk& disk) {
    return tears_a_rename(image, disk.state());
  });
  return seen;
}

Seen fault_torn_log(const Mutant* mutant) {
  Seen seen{"states", "torn tails"};
  cut_both(seen, mutant, torn("log-"));
  return seen;
}

Seen fault_torn_temp(const Mutant* mutant) {
  Seen seen{"states"};
  cut_both(seen, mutant, torn("checkpoint.tmp"));
  return seen;
}

Seen fault_crash_in_recovery(const Mutant* mutant) {
  Seen seen{"states of one crash", "states of a second crash, in the recovery", "openings"};
  Setup setup;
  setup.profile = &gate();
  setup.mutant = mutant;
  setup.history = {{Act::commit, 1}};
  setup.made = true;
  setup.first = {sim::Level::subsets, 256, 32, 1};
  setup.later = {sim::Level::omit_one, 64, 8, 1};
  setup.depth = 1;
  Explorer once(setup);
  once.run();
  setup.depth = 2;
  Explorer twice(setup);
  twice.run();
  seen.happened("states of one crash", once.counts().states);
  seen.happened("states of a second crash, in the recovery",
                twice.counts().states - once.counts().states);
  seen.happened("openings", twice.counts().openings);
  if (twice.failure()) {
    seen.violated(twice.failure()->violation.rule + ": " + twice.failure()->violation.what);
  }
  return seen;
}

Seen fault_crash_in_checkpoint(const Mutant* mutant) {
  Seen seen{"states"};
  for (const bool direct : {true, false}) {
    Work work = standard(mutant, direct);
    work.opening = false;
    work.before = {{Act::commit, 1}, {Act::commit, 2}};
    work.history = {{Act::checkpoint, 0}};
    cut(seen, work, [](const auto&, const auto&, const auto&) { return true; });
  }
  return seen;
}

Seen fault_first_start(const Mutant* mutant) {
  Seen seen{"states", "of them without a folder"};
  for (const bool direct : {true, false}) {
    Work work;
    work.new_folder = true;
    work.direct = direct;
    work.mutant = mutant;
    cut(seen, work, [&](const sim::Image&, const sim::Drops& drops, const sim::SimDisk&) {
      if (drops.folder_lost) seen.happened("of them without a folder");
      return true;
    });
  }
  return seen;
}

}  // namespace plumb::crash
