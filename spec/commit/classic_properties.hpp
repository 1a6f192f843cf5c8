// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What each property says of a state, or of a step, of the classic protocol.
// Thread-safety: pure functions.
// Spec:          AC-1 to AC-6, AC-9, AC-10, AC-12.
#pragma once
#include "commit/classic_steps.hpp"
#include "commit/properties.hpp"
#include "ledger.hpp"

namespace plumb::spec::commit::classic {

inline Ledger<Concrete> refine(const State& s) { return {s.live(), s.promised}; }

inline bool is_visible(const State& s) { return s.at() == Phase::running; }

inline bool atomicity(const State& s) {
  return !is_visible(s) || is_whole(s.memory.content(), s.live() | (s.memory.own & s.lost));
}
inline bool durability(const State& s) {
  return !is_visible(s) || Concrete::within(s.promised, s.memory.own);
}
inline bool consistency(const State& s) {
  return (!is_visible(s) || s.memory.root_holds()) &&
         (s.state.readable == 0 || s.state.root_holds());
}

/// PREPAREs that no power cut takes.
inline Ids surely_prepared(const State& s) {
  Ids sure = 0;
  for (const Slot slot : s.log) {
    if (slot.cached == slot.durable && is_prepare(slot.cached)) {
      sure |= Concrete::only(id_of(slot.cached));
    }
  }
  return sure;
}
inline bool write_ahead(const State& s) {
  const Ids sure = surely_prepared(s);
  bool holds = Concrete::within(s.state.own, sure) && Concrete::within(s.temp.own, sure);
  for (unsigned i = 0; i < s.old_count; ++i) {
    holds = holds && Concrete::within(s.old[i].own, sure);
  }
  return holds;
}

/// Growing: what may survive is a first part of the cached log, or the durable one where a cut is
/// pending. Preallocated: any record may be there without an earlier one that is pending.
inline bool wal_order(const Row& row, const State& s) {
  Ids cached = 0;
  Ids durable = 0;
  Ids sure = 0;
  const auto group = [&](Record r) {
    return Concrete::upto(~Ids{0}, id_of(r)) & ~Concrete::upto(~Ids{0}, id_of(r) - row.group);
  };
  for (const Slot slot : s.log) {
    if (is_prepare(slot.cached)) cached |= Concrete::only(id_of(slot.cached));
    if (is_prepare(slot.durable)) durable |= Concrete::only(id_of(slot.durable));
    if (slot.cached == slot.durable) sure = cached & durable;
    const bool growing = row.log == Log::growing;
    if (is_commit_mark(slot.cached) &&
        !Concrete::within(group(slot.cached), growing ? cached : sure)) {
      return false;
    }
    if (is_commit_mark(slot.durable) &&
        !Concrete::within(group(slot.durable), growing ? durable : sure)) {
      return false;
    }
  }
  return true;
}

inline bool honest_report(const State& from, const State& to) {
  const Ids applied = (from.prepared | from.committed) & ~Ids{from.rolled_back};
  return (from.rolled_back & to.memory.own) == 0 && Concrete::within(applied, to.memory.own);
}

/// Transactions that every power cut leaves in the log, whole and committed.
inline Ids surely_committed(const Row& row, const State& s) {
  const Scan found = scan(row, kSlots, [&](unsigned i) -> Record {
    return s.log[i].cached == s.log[i].durable ? s.log[i].cached : kTorn;
  });
  return found.prepared & found.committed;
}
inline bool redo_once(const Row& row, Op op, const State& from, const State& to) {
  if (op == Op::RedoWal) return (to_redo(row, from) & from.memory.own) == 0;
  return Concrete::within(surely_committed(row, from) & ~Ids{from.lost}, to.memory.own);
}

inline bool refines(Op op, const State& from, const State& to) {
  return is_ledger_step(refine(from), refine(to)) &&
         (op != Op::Open || to.memory.own == refine(to).all);
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
      return s.at() != Phase::refused;
    case Property::WriteAhead:
      return write_ahead(s);
    case Property::WalOrder:
      return wal_order(row, s);
    case Property::NoResurrection:
      return !is_visible(s) || (s.memory.own & s.lost) == 0;
    default:
      return true;
  }
}

inline bool witness(const Row& row, Property p, Op op, const State& from, const State& to) {
  const bool crash = op == Op::PowerCut || op == Op::KillProcess;
  const Op stands = from.at() == Phase::recovering && from.pc < row.recovery.size
                        ? row.recovery.at(from.pc)
                        : Op::Refuse;
  if (is_crash_before(p)) return crash && stands == crash_before(p);
  const auto reads = [&](Record r) {
    bool found = false;
    for (const Slot slot : from.log) found = found || slot.cached == r;
    return found;
  };
  switch (p) {
    case Property::TornTailIsRead:
      return op == Op::ScanWal && reads(kTorn);
    case Property::RecordsAreGlued:
      return from.length > 0 && from.log[from.length - 1U].cached == kTorn &&
             to.log[from.length - 1U].cached == kGlued;
    case Property::ReplayChangesContent:
      return op == Op::RedoWal && !(from.memory == to.memory);
    case Property::StaleTempIsFound:
      return op == Op::LoadCheckpoint && from.temp_cached != 0;
    case Property::BufferIsLost:
      return crash && from.buffered > 0;
    case Property::WritebackBetweenAppends:
      return (op == Op::AppendPrepare || op == Op::AppendCommit) && from.length > 0 &&
             log_is_quiet(from) && !row.commit.has(Op::SyncWal);
    case Property::KillThenPowerCutLoses:
      return op == Op::PowerCut && stands == Op::LoadCheckpoint && !log_is_quiet(from) &&
             from.log[first_pending(from)].cached != to.log[first_pending(from)].cached;
    case Property::CommitRecordLostEffectStays: {
      if (op != Op::PowerCut) return false;
      const Scan had = scan_cached(row, from);
      const Scan has = scan_cached(row, to);
      return (had.committed & ~has.committed & to.state.own) != 0;
    }
    case Property::MiddleRenameSurvives:
      return op == Op::PowerCut && from.old_count > 1 && to.state.readable != 0 &&
             Concrete::count(to.state.own) > Concrete::count(from.old[0].own) &&
             Concrete::count(to.state.own) < Concrete::count(from.state.own);
    case Property::RecordBehindHole: {
      bool hole = false;
      for (const Slot slot : to.log) {
        if (op == Op::PowerCut && hole && is_whole(slot.cached)) return true;
        hole = hole || !is_whole(slot.cached);
      }
      return false;
    }
    default:
      return false;
  }
}

inline bool holds(const Row& row, Property p, Op op, const State& from, const State& to) {
  switch (p) {
    case Property::HonestReport:
      return op != Op::Open || honest_report(from, to);
    case Property::RecoveryIdempotent:
      return op != Op::Open || from.expected_set == 0 || to.memory.own == from.expected;
    case Property::RedoOnce:
      return (op != Op::RedoWal && op != Op::Open) || redo_once(row, op, from, to);
    case Property::NoLeftovers:
      return op != Op::Open || to.temp_cached == 0;
    case Property::Refines:
      return refines(op, from, to);
    default:
      return true;
  }
}

}  // namespace plumb::spec::commit::classic
