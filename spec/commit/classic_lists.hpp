// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Which actions and properties a row of the classic protocol has. Included by classic.hpp.
// Thread-safety: called once, by the constructor.
// Spec:          EV-2, EV-4.
#pragma once
#include "commit/classic.hpp"

namespace plumb::spec::commit {

inline void Classic::list_actions() {
  for (std::size_t i = 0; i < kOps; ++i) {
    const Op op = static_cast<Op>(i);
    ActionInfo info{kOpNames[i], true, {}};
    const bool fires = row_.commit.has(op) || row_.recovery.has(op);
    switch (op) {
      case Op::PowerCut:
      case Op::KillProcess:
      case Op::BackgroundWrite:
        info.fair = op == Op::BackgroundWrite;
        if (op == Op::BackgroundWrite && !row_.background) {
          info.never_reason = "a power cut and CutTail choose what had been written";
        }
        if (op == Op::PowerCut && bounds_.crashes == 0) info.never_reason = "no crashes asked for";
        if (op == Op::KillProcess && (bounds_.crashes == 0 || !bounds_.kill)) {
          info.never_reason = "no kills asked for";
        }
        break;
      case Op::FlushBuffer:
        if (row_.batch == 0) info.never_reason = "no buffer in this row";
        break;
      case Op::SyncWal:
        if (!fires && row_.batch == 0) info.never_reason = "not in this row's programs";
        break;
      case Op::Refuse:
        info.never_reason = "where nothing is refused";
        break;
      default:
        if (!fires) info.never_reason = "not in this row's programs";
        if (fires && bounds_.crashes == 0 && !row_.commit.has(op)) {
          info.never_reason = "no crashes asked for";
        }
    }
    actions_.push_back(info);
  }
}

inline void Classic::list_properties() {
  const auto add = [&](Property p) {
    properties_.push_back(p);
    infos_.push_back(kPropertyTable[static_cast<std::size_t>(p)]);
  };
  for (const Property p :
       {Property::Atomicity, Property::Durability, Property::Consistency, Property::NoPanic,
        Property::WriteAhead, Property::WalOrder, Property::HonestReport,
        Property::RecoveryIdempotent, Property::RedoOnce, Property::NoResurrection,
        Property::NoLeftovers, Property::Refines, Property::Termination}) {
    add(p);
  }
  for (std::size_t i = kClaims; i < kProperties; ++i) {
    if (reaches(static_cast<Property>(i))) add(static_cast<Property>(i));
  }
}

/// Whether this row is expected to show the witness. An opening is disturbed by the second crash
/// only, and most witnesses need two commits that ended well and a third one.
inline bool Classic::reaches(Property p) const {
  if (bounds_.crashes < 2) return false;
  if (is_crash_before(p)) return row_.recovery.has(crash_before(p));
  if (bounds_.transactions < (row_.group > 1 ? 2 * row_.group : 3)) return false;
  const bool cuts = row_.recovery.has(Op::CutTail);
  const bool renames = row_.commit.has(Op::Rename);
  const bool several_pending = row_.batch > 0 || row_.background || row_.group > 1;
  switch (p) {
    case Property::TornTailIsRead:
      return row_.recovery.has(Op::ScanWal);
    case Property::RecordsAreGlued:
      return row_.log == Log::growing && !cuts;
    case Property::ReplayChangesContent:
      return row_.recovery.has(Op::RedoWal) &&
             (!renames || !row_.commit.has(Op::SyncDir) || !row_.lsn);
    case Property::StaleTempIsFound:
      return true;
    case Property::BufferIsLost:
      return row_.batch > 0;
    case Property::WritebackBetweenAppends:
      return row_.background && !row_.commit.has(Op::SyncWal);
    case Property::KillThenPowerCutLoses:
      return bounds_.kill;
    case Property::CommitRecordLostEffectStays:
      return renames;
    case Property::MiddleRenameSurvives:
      return renames && !row_.commit.has(Op::SyncDir);
    case Property::RecordBehindHole:
      return !cuts || (row_.log == Log::preallocated && several_pending);
    default:
      return false;
  }
}

}  // namespace plumb::spec::commit
