// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Actions of the golden protocol that have cases: halves (written, synced), several outcomes.
// Included by golden.hpp.
// Thread-safety: as golden.hpp.
// Spec:          AC-1 to AC-3, AC-11, AC-15, AC-16.
#pragma once
#include "commit/golden.hpp"

namespace plumb::spec::commit {

/// What an undisturbed opening would show, remembered where nothing on the disk is pending.
inline void Golden::expect(State& s) const {
  if (s.ghost.expected_set != 0 || !golden::is_settled(s)) return;
  const golden::Outcome outcome = golden::undisturbed(row_, bounds_, s);
  if (!outcome.ok) return;
  s.ghost.expected = outcome.own & 31U;
  s.ghost.expected_set = 1;
}
inline void Golden::confirm_checkpoint(State& s) const {
  const golden::Checkpoint* c = golden::checkpoint(s, s.process.checkpoint_number);
  if (c != nullptr) s.process.checkpoint_own = c->own;
}

template <class Emit>
void Golden::add_segment(Thread t, State& s, Emit& emit) const {
  const bool opening = t == Thread::opening;
  if (s.process.half != 0) {
    const Items items = golden::segment_items(s.process.active - 1U);
    fail(t, s, items, emit);
    golden::sync_header(s);
    stand(s, t, pc(s, t) + 1);
    golden::tidy(s);
    return emit(id(Op::AddSegment), Choice{0}, s);
  }
  if (!opening && pc(s, t) == 0 && left_to_start(s) == 0) return;
  if (opening && !row_.keeps(Rule::fresh_segment) && golden::has_room(bounds_, s)) {
    stand(s, t, pc(s, t) + 1);
    return emit(id(Op::AddSegment), Choice{0}, s);
  }
  full(t, s, emit);
  if (opening && (s.process.number == 0 || !row_.keeps(Rule::number_before_checkpoint))) {
    s.process.number = golden::open_number(row_, s) & 31U;
  } else if (!opening && s.process.active != 0) {
    s.process.number = (s.process.number + 1U) & 31U;
  }
  Choice choice = 0;
  golden::write_header(row_, bounds_, s, s.process.number, [&](State& to) {
    golden::tidy(to);
    emit(id(Op::AddSegment), choice++, to);
  });
}

template <class Emit>
void Golden::append(Thread t, State& s, Emit& emit) const {
  if (left_to_start(s) == 0 || !golden::has_room(bounds_, s)) return;
  const bool pipeline = row_.mode == Mode::async || row_.mode == Mode::relaxed;
  const Ids waiting = Concrete::less(s.process.chain, s.process.durable);
  if (pipeline && Concrete::count(waiting) >= row_.in_flight) return;
  const unsigned most = Concrete::lower(row_.group, left_to_start(s));
  Choice choice = 0;
  for (unsigned n = row_.mode == Mode::batch ? most : 1; n <= most; ++n) {
    golden::append_wal(s, n, [&](State to) {
      fail_write(s, to, emit, choice);
      stand(to, t, pc(to, t) + 1);
      emit(id(Op::AppendWal), choice++, to);
    });
  }
}
template <class Emit>
void Golden::sync_wal(Thread t, State& s, Emit& emit) const {
  if (t == Thread::syncer && s.process.target == 0) {  // the sync starts
    if (s.process.chain == s.process.durable) return;
    s.process.target = s.process.chain;
    return emit(id(Op::SyncWal), Choice{0}, s);
  }
  const Ids target = t == Thread::syncer ? s.process.target : s.process.chain;
  if (target == 0 || s.process.chain == s.process.durable) return;  // nothing to sync
  fail(t, s, golden::unsynced_segments(row_, s), emit);
  golden::sync_wal(row_, s, target);
  stand(s, t, pc(s, t) + 1);
  golden::tidy(s);
  emit(id(Op::SyncWal), Choice{0}, s);
}

template <class Emit>
void Golden::write_temp(Thread t, State& s, Emit& emit) const {
  if (t == Thread::opening) {
    if (!row_.keeps(Rule::opening_is_checkpoint) && skip_checkpoint(s, emit)) return;
    full(t, s, emit);
    golden::Place position{golden::open_number(row_, s), 0};
    s.process.number = position.number & 31U;
    if (!row_.keeps(Rule::number_before_checkpoint) || !row_.keeps(Rule::fresh_segment)) {
      position = go_on_behind(s);
    }
    golden::write_temp(row_, s, s.content(), position);
  } else {
    const Ids version = golden::checkpoint_version(row_, s);
    if (version == s.process.checkpoint_own) return;
    full(t, s, emit);
    golden::write_temp(row_, s, content_after<Concrete>(version), golden::behind(s, version));
  }
  stand(s, t, pc(s, t) + 1);
  golden::tidy(s);
  emit(id(Op::WriteTemp), Choice{0}, s);
}
/// Mutants: the log goes on where its last record ends.
inline golden::Place Golden::go_on_behind(State& s) const {
  const golden::Checkpoint* c = golden::checkpoint(s, s.process.loaded);
  golden::Place end{1, 0};
  if (c != nullptr) end = golden::scan(row_, bounds_, s, *c).end;
  if (!row_.keeps(Rule::number_before_checkpoint)) return end;
  for (unsigned f = 0; f < bounds_.segments; ++f) {
    if (golden::number_of(s.disk.segments[f].cached) != end.number) continue;
    s.process.active = (f + 1) & 3U;
    s.process.next_slot = end.slot & 3U;
    s.process.number = end.number & 31U;
  }
  return end;
}
/// Mutant: nothing was redone, so the opening writes no checkpoint and goes on in the log.
template <class Emit>
bool Golden::skip_checkpoint(State& s, Emit& emit) const {
  const golden::Checkpoint* c = golden::checkpoint(s, s.process.loaded);
  if (c == nullptr || c->own != s.process.own) return false;
  unsigned at = pc(s, Thread::opening);
  while (at < row_.recovery.size && row_.recovery.at(at) != Op::AddSegment) ++at;
  s.process.number = c->position_number;
  for (unsigned f = 0; f < bounds_.segments; ++f) {
    if (golden::number_of(s.disk.segments[f].cached) != c->position_number) continue;
    s.process.active = (f + 1) & 3U;
    s.process.next_slot = c->position_slot;
  }
  s.process.spares = golden::covered_segments(row_, bounds_, s) & 7U;
  if (golden::has_room(bounds_, s)) {
    ++at;
  } else if (s.process.active != 0) {
    s.process.number = (s.process.number + 1U) & 31U;
  }
  stand(s, Thread::opening, at);
  emit(id(Op::WriteTemp), Choice{1}, s);
  return true;
}

template <class Emit>
void Golden::log_audit(State& s, Emit& emit) const {
  if (s.process.half != 0) {
    fail(Thread::opening, s, golden::kAudit, emit);
    golden::sync_audit(row_, s);
    stand(s, Thread::opening, pc(s, Thread::opening) + 1);
    golden::tidy(s);
    return emit(id(Op::LogAudit), Choice{0}, s);
  }
  full(Thread::opening, s, emit);
  const bool end = row_.recovery.before(pc(s, Thread::opening), Op::LogAudit) > 0;
  const auto kind = end                          ? golden::LineKind::end
                    : s.process.first_start != 0 ? golden::LineKind::init
                                                 : golden::LineKind::entry;
  Choice choice = 0;
  golden::write_audit(row_, s, golden::line(kind, s.process.own), [&](State& to) {
    golden::tidy(to);
    emit(id(Op::LogAudit), choice++, to);
  });
}

}  // namespace plumb::spec::commit
