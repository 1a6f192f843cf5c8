// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What each property says of a state, or of a step, of the golden protocol.
// Thread-safety: pure functions.
// Spec:          AC-1 to AC-16.
#pragma once
#include "commit/golden_steps.hpp"
#include "commit/properties.hpp"
#include "ledger.hpp"

namespace plumb::spec::commit::golden {

inline Ledger<Concrete> refine(const State& s) { return {s.live(), s.ghost.promised}; }

inline bool is_visible(const State& s) {
  return s.at() == Phase::running || s.at() == Phase::poisoned;
}
inline bool atomicity(const State& s) {
  return !is_visible(s) || is_whole(s.content(), s.live() | (Ids{s.process.own} & s.ghost.lost));
}
inline bool durability(const State& s) {
  return !is_visible(s) || Concrete::within(s.ghost.promised, s.process.own);
}

/// The root that the last record or the newest checkpoint states is that of the content.
inline bool consistency(const State& s) {
  if (const Checkpoint* c = newest(s); c != nullptr && c->last != Concrete::last(c->own)) {
    return false;
  }
  const unsigned last = Concrete::last(s.process.own);
  for (unsigned first = 1; is_visible(s) && first <= last; ++first) {
    if (s.records[first - 1].number == 0 || Concrete::last(ids_of(s, first)) != last) continue;
    return (s.records[first - 1].previous | ids_of(s, first)) == s.process.own;
  }
  return true;
}

inline constexpr Row kIntact;  ///< breaks no rule

/// Blocks, and checkpoints, that every power cut leaves.
inline bool is_sure(const State& s, const Segment& segment, unsigned i) {
  const Slot slot = segment.slots[i];
  return segment.dirty == 0 && slot.dirty == 0 && slot.cached == slot.durable &&
         segment.cached == segment.durable && is_valid(kIntact, s, segment, i);
}
inline bool is_sure(const Checkpoint& c) {
  return c.cached != 0 && c.may_be_none == 0 && c.bad == 0 && c.unsynced == 0 && c.bad_durable == 0;
}
inline Ids surely_durable(const State& s) {
  Ids sure = 0;
  for (const Checkpoint& c : s.disk.checkpoints) sure |= is_sure(c) ? c.own : 0U;
  for (const Segment& segment : s.disk.segments) {
    for (unsigned i = 0; i < kSlots; ++i) {
      if (is_sure(s, segment, i)) sure |= ids_of(s, segment.slots[i].cached);
    }
  }
  return sure;
}

/// RedoWal applied each record that every power cut leaves, in unbroken order, and none twice.
inline bool redo_once(const State& from, const State& to) {
  const Ids image = from.process.own;
  if ((from.process.target & image) != 0) return false;
  const Checkpoint* c = checkpoint(from, from.process.loaded);
  if (c == nullptr) return true;
  Ids tail = image;
  for (unsigned n = 0; n < kMaxTransactions; ++n) {
    for (const Segment& segment : from.disk.segments) {
      for (unsigned i = 0; i < kSlots; ++i) {
        if (!is_sure(from, segment, i)) continue;
        const unsigned first = segment.slots[i].cached;
        const Place place{number_of(segment.cached), i};
        if (place < Place{c->position_number, c->position_slot}) continue;
        if (from.records[first - 1].previous == tail) tail |= ids_of(from, first);
      }
    }
  }
  return Concrete::within(tail, to.process.own);
}

inline unsigned count_names(const State& s) {
  unsigned n = 0;
  for (const Checkpoint& c : s.disk.checkpoints) n += c.cached;
  return n;
}
/// What is dropped or reused lies in a checkpoint that survives every crash, or before the position
/// where its log goes on (what an opening left out lies there).
inline bool checkpoint_covers(Op op, const State& from, const State& to) {
  Ids covered = 0;
  Place position;
  for (const Checkpoint& c : from.disk.checkpoints) {
    if (!is_sure(c)) continue;
    covered = c.own;
    position = {c.position_number, c.position_slot};
  }
  if (op == Op::DropOld) {
    const Checkpoint* kept = newest(to);
    return count_names(from) == count_names(to) || (kept != nullptr && is_sure(*kept));
  }
  for (unsigned f = 0; f < kSegments; ++f) {
    const bool reused = op == Op::RecycleWal
                            ? ((to.process.spares & ~from.process.spares) & (1U << f)) != 0
                            : from.disk.segments[f].cached != to.disk.segments[f].cached;
    for (unsigned i = 0; reused && i < kSlots; ++i) {
      const Segment& segment = from.disk.segments[f];
      if (!is_valid(kIntact, from, segment, i)) continue;
      const Ids held = ids_of(from, segment.slots[i].cached) & from.live();
      if (Place{number_of(segment.cached), i} >= position && !Concrete::within(held, covered)) {
        return false;
      }
    }
  }
  return true;
}

/// An opening's entry is durable before anything else that it writes, and no line is ever lost.
inline bool audit_complete(const Row& row, const State& s) {
  const unsigned audited = s.ghost.audited;
  for (unsigned i = 0; i < audited; ++i) {
    if (!is_line(s.disk.lines_durable[i])) return false;
  }
  const Line newest = audited > 0 ? s.disk.lines_durable[audited - 1U] : Line{0};
  if (s.at() == Phase::running) return kind_of(newest) == LineKind::end;
  if (s.at() != Phase::opening) return true;
  bool wrote = false;
  unsigned ends = 0;
  for (unsigned i = 0; i < s.process.pc; ++i) {
    const Op op = row.recovery.at(i);
    wrote = wrote || op == Op::WriteTemp || op == Op::Rename || op == Op::DropOld ||
            op == Op::AddSegment || op == Op::CleanTemp;
    ends += op == Op::LogAudit ? 1U : 0U;
  }
  if (!wrote) return true;
  return ends > 1 ? kind_of(newest) == LineKind::end
                  : is_entry(newest) && found_of(newest) == s.process.own;
}

inline bool bounded_loss(const Row& row, const State& from, const State& to) {
  const Ids lost = Concrete::less(from.ghost.acked, to.process.own);
  return Concrete::within(from.ghost.promised, to.process.own) &&
         within_window<Concrete>(lost, row.window);
}

inline bool is_same_disk(const State& a, const State& b) {
  return std::memcmp(&a.disk, &b.disk, sizeof(Disk)) == 0;
}

inline bool holds(const Row& row, Property p, const State& s) {
  switch (p) {
    case Property::Atomicity:
      return atomicity(s);
    case Property::Durability:
      return durability(s);
    case Property::Consistency:
      return consistency(s);
    case Property::NoPanic:
      return s.at() != Phase::refused || s.ghost.rotted != 0;
    case Property::NoResurrection:
      return !is_visible(s) || (s.process.own & s.ghost.lost) == 0;
    case Property::AuditComplete:
      return audit_complete(row, s);
    default:
      return true;
  }
}

inline bool holds(const Row& row, const Bounds&, Property p, Op op, const State& from,
                  const State& to) {
  const bool opens = op == Op::Open;
  switch (p) {
    case Property::WriteAhead:
      return op != Op::WriteTemp || from.at() != Phase::running ||
             may_checkpoint<Concrete>(to.disk.temp.own, surely_durable(from));
    case Property::HonestReport:
      return !opens || found_of(to.disk.lines[to.ghost.audited > 0 ? to.ghost.audited - 1U : 0U]) ==
                           to.process.own;
    case Property::RecoveryIdempotent:
      return !opens || from.ghost.expected_set == 0 || to.process.own == from.ghost.expected;
    case Property::BoundedLoss:
      return !opens || bounded_loss(row, from, to);
    case Property::RedoOnce:
      return op != Op::RedoWal || redo_once(from, to);
    case Property::TornOrCorrupt:
      if (op == Op::Refuse) return from.ghost.rotted != 0;
      return !opens || Concrete::within(from.ghost.rotten, to.process.own);
    case Property::FailClosed:
      if (op == Op::Refuse) return is_same_disk(from, to);
      return !opens || from.ghost.rotted == 0 ||
             Concrete::within(from.ghost.promised, to.process.own);
    case Property::CheckpointCovers:
      return (op != Op::DropOld && op != Op::RecycleWal && op != Op::AddSegment) ||
             checkpoint_covers(op, from, to);
    case Property::NoLeftovers:
      return !opens || to.disk.temp.cached == 0;
    case Property::Refines:
      return is_ledger_step(refine(from), refine(to)) &&
             (!opens || to.process.own == refine(to).all);
    default:
      return true;
  }
}

/// A record survives whose predecessor is neither in the log nor in the newest checkpoint.
inline bool has_hole(const State& s) {
  const Checkpoint* c = newest(s);
  Ids held = c == nullptr ? 0U : c->own;
  for (const Segment& segment : s.disk.segments) {
    for (const Slot slot : segment.slots) {
      if (is_whole(slot.cached)) held |= ids_of(s, slot.cached);
    }
  }
  for (const Segment& segment : s.disk.segments) {
    for (const Slot slot : segment.slots) {
      if (!is_whole(slot.cached) || (ids_of(s, slot.cached) & s.live()) == 0) continue;
      const unsigned before = Concrete::last(s.records[slot.cached - 1U].previous);
      if (before != 0 && !Concrete::has(held, before)) return true;
    }
  }
  return false;
}

inline bool witness(const Row& row, Property p, Op op, const State& from, const State& to) {
  const bool crash = op == Op::PowerCut || op == Op::KillProcess;
  const Op stands = from.at() == Phase::opening && from.process.pc < row.recovery.size
                        ? row.recovery.at(from.process.pc)
                        : Op::Refuse;
  if (is_crash_before(p)) return crash && stands == crash_before(p);
  const auto any_block = [&](auto&& is) {
    for (unsigned i = kBlock0; i < kName0; ++i) {
      if (is(block(from, i), block(to, i))) return true;
    }
    return false;
  };
  const bool cut = op == Op::PowerCut;
  switch (p) {
    case Property::TornTailIsRead:
      return op == Op::ScanWal && any_block([](Slot a, Slot) { return a.cached == kTorn; });
    case Property::ReplayChangesContent:
      return op == Op::RedoWal && from.process.own != to.process.own;
    case Property::StaleTempIsFound:
      return op == Op::LoadCheckpoint && from.disk.temp.cached != 0;
    case Property::KillThenPowerCutLoses:
      return cut && stands == Op::LoadCheckpoint &&
             any_block([](Slot a, Slot b) { return a.dirty != 0 && a.cached != b.cached; });
    case Property::RecordBehindHole:
      return cut && has_hole(to);
    case Property::SegmentIsReused:
      if (op != Op::AddSegment) return false;
      for (unsigned f = 0; f < kSegments; ++f) {
        const Header before = from.disk.segments[f].cached;
        if (is_readable(before) && before != to.disk.segments[f].cached &&
            from.disk.segments[f].slots[0].cached != kEmpty) {
          return true;
        }
      }
      return false;
    case Property::OlderCheckpointIsRead:
      return cut && newest(from) != nullptr && newest(to) != nullptr &&
             newest(to)->number < newest(from)->number;
    case Property::HeaderIsTorn:
      for (const Segment& segment : to.disk.segments) {
        if (cut && segment.cached == kBadHeader) return true;
      }
      return false;
    case Property::EntryIsTakenUp:
      return op == Op::LogAudit && from.process.half == 0 && to.process.half != 0 &&
             from.disk.lines == to.disk.lines;
    case Property::CommitIsRefused:
      return op == Op::DiskFull && from.ghost.lost != to.ghost.lost;
    case Property::StoreIsPoisoned:
      return op == Op::IoError && to.at() == Phase::poisoned;
    case Property::CorruptionIsRefused:
      return op == Op::Refuse && from.ghost.rotten != 0;
    default:
      return false;
  }
}

}  // namespace plumb::spec::commit::golden
