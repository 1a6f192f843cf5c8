// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the environment does to the golden protocol: failed writes and syncs, full disks, damage,
// crashes; and how the store reacts. Included by golden.hpp.
// Thread-safety: as golden.hpp.
// Spec:          AC-5, AC-7 to AC-9.
#pragma once
#include "commit/golden.hpp"

namespace plumb::spec::commit {

namespace golden {

/// f(state) for each durable thing that may turn unreadable and is confirmed: the newest
/// checkpoint, or a record behind it that a later durable record confirms.
template <class F>
void rotten(const Bounds& bounds, const State& s, F&& f) {
  const Checkpoint* c = newest(s);
  if (c == nullptr || c->bad != 0) return;
  if (c->dirty == 0 && c->unsynced == 0) {
    State to = s;
    Checkpoint& hit = to.disk.checkpoints[static_cast<unsigned>(c - s.disk.checkpoints.data())];
    hit.bad = hit.bad_durable = 1;
    f(to);
  }
  const Row intact;
  const auto is_solid = [&](const Segment& segment, unsigned i) {
    const Slot slot = segment.slots[i];
    return segment.dirty == 0 && slot.dirty == 0 && slot.cached == slot.durable &&
           segment.cached == segment.durable && is_valid(intact, s, segment, i);
  };
  const Scan log = scan(intact, bounds, s, *c);
  for (unsigned g = 0; g < kSegments; ++g) {
    for (unsigned i = 0; i < bounds.segment_records; ++i) {
      const Segment& segment = s.disk.segments[g];
      const unsigned first = segment.slots[i].cached;
      if (!is_solid(segment, i) || !Concrete::has(log.applied, first)) continue;
      const unsigned seq = Concrete::count(s.records[first - 1].previous) + 1;
      bool confirmed = false;
      for (const Segment& other : s.disk.segments) {
        for (unsigned k = 0; k < bounds.segment_records; ++k) {
          if (!is_solid(other, k) || !Concrete::has(log.applied, other.slots[k].cached)) continue;
          confirmed = confirmed ||
                      confirms<Concrete>(s.records[other.slots[k].cached - 1U].durable_seq, seq);
        }
      }
      if (!confirmed) continue;
      State to = s;
      to.ghost.rotten = ids_of(s, first) & 31U;
      Slot& hit = to.disk.segments[g].slots[i];
      hit.cached = hit.durable = kTorn;
      tidy(to);
      f(to);
    }
  }
}

}  // namespace golden

/// The write of a record fails: nothing of it, a part, or all is there; the store is poisoned.
template <class Emit>
void Golden::fail_write(const State& before, const State& after, Emit& emit, Choice choice) const {
  if (before.ghost.io_errors == 0) return;
  const auto poisoned = [&](State to, unsigned kind) {
    to.ghost.io_errors = (to.ghost.io_errors - 1U) & 3U;
    to.ghost.started = after.ghost.started;
    golden::poison(to);
    golden::tidy(to);
    emit(id(Op::IoError), 4 * choice + kind, to);
  };
  poisoned(before, 0);
  poisoned(after, 1);
  State torn = after;
  torn.disk.segments[before.process.active - 1U].slots[before.process.next_slot].cached =
      golden::kTorn;
  poisoned(torn, 2);
}

/// IoError at a sync of the items: an opening fails; a record's sync poisons the store; a
/// checkpoint is abandoned; a segment's header is written again.
template <class Emit>
void Golden::fail(Thread t, const State& s, Items items, Emit& emit) const {
  if (s.ghost.io_errors == 0) return;
  const Op op = program(t).at(pc(s, t));
  Choice choice = 0;
  golden::failed_sync(s, items, [&](State to) {
    to.ghost.io_errors = (to.ghost.io_errors - 1U) & 3U;
    react(t, op, to);
    golden::tidy(to);
    emit(id(Op::IoError), 0x100U * (static_cast<Choice>(op) + 1U) + choice++, to);
  });
}
inline void Golden::react(Thread t, Op op, State& s) const {
  if (t == Thread::opening) return golden::stop_process(s);
  switch (op) {
    case Op::SyncWal:
      if (row_.keeps(Rule::poison) && row_.keeps(Rule::no_retry)) return golden::poison(s);
      s.process.target = 0;
      if (row_.keeps(Rule::poison)) return stand(s, t, t == Thread::syncer ? 0 : pc(s, t));
      return stand(s, t, 0);
    case Op::AddSegment:
      s.process.half = 0;
      s.process.active = 0;
      return;
    case Op::SyncDir:
      if (!row_.keeps(Rule::failed_dir_sync)) return;
      return stand(s, t, 0);
    default:
      return stand(s, t, 0);
  }
}

/// DiskFull: an opening fails, a commit is refused, a checkpoint is abandoned.
template <class Emit>
void Golden::full(Thread t, const State& from, Emit& emit) const {
  if (from.ghost.disk_full == 0) return;
  State s = from;
  s.ghost.disk_full = 0;
  const Op op = program(t).at(pc(s, t));
  if (t == Thread::opening) {
    golden::stop_process(s);
  } else if (op == Op::AddSegment) {
    s.ghost.started = (s.ghost.started + 1U) & 7U;
    s.ghost.lost = (s.ghost.lost | Concrete::only(s.ghost.started)) & 31U;
    stand(s, t, 0);
  } else {
    stand(s, t, 0);
  }
  golden::tidy(s);
  emit(id(Op::DiskFull), static_cast<Choice>(op), s);
}

/// BitRot: between two processes a durable record or checkpoint turns unreadable. Only what is
/// confirmed: damage to an unconfirmed end cannot be told from a torn one.
template <class Emit>
void Golden::rot(const State& s, Emit& emit) const {
  if (s.ghost.rots == 0 || s.process.pc != 0) return;
  Choice choice = 0;
  golden::rotten(bounds_, s, [&](State to) {
    to.ghost.rots = 0;
    to.ghost.rotted = 1;
    to.ghost.expected = 0;
    to.ghost.expected_set = 0;
    emit(id(Op::BitRot), choice++, to);
  });
}

template <class Emit>
void Golden::crash(const State& s, Emit& emit) const {
  State stopped = s;
  golden::stop_process(stopped);
  stopped.ghost.crashes = (stopped.ghost.crashes - 1U) & 7U;
  Choice choice = 0;
  golden::power_cut(stopped, [&](const State& to) {
    emit(id(Op::PowerCut), choice++, to);
    if (row_.keeps(Rule::exclusive_temp) || to.disk.temp.cached == 0) return;
    for (const golden::Checkpoint& c : s.disk.checkpoints) {  // both names of one rename
      if (c.dirty == 0 || golden::checkpoint(to, c.number) == nullptr) continue;
      State alias = to;
      alias.disk.temp_alias = c.number;
      emit(id(Op::PowerCut), choice++, alias);
    }
  });
  if (!bounds_.kill) return;
  golden::tidy(stopped);
  emit(id(Op::KillProcess), Choice{0}, stopped);
}

}  // namespace plumb::spec::commit
