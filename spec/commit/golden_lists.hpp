// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Which actions and properties a row of the golden protocol has. Included by golden.hpp.
// Thread-safety: called once, by the constructor.
// Spec:          EV-2, EV-4.
#pragma once
#include "commit/golden.hpp"

namespace plumb::spec::commit {

inline void Golden::list_actions() {
  for (std::size_t i = 0; i < kOps; ++i) {
    const Op op = static_cast<Op>(i);
    ActionInfo info{kOpNames[i], true, {}};
    const bool fires = row_.commit.has(op) || row_.recovery.has(op) || row_.sync.has(op) ||
                       row_.checkpoint.has(op);
    const auto never = [&](bool is, std::string_view why) {
      if (is) info.never_reason = why;
    };
    switch (op) {
      case Op::PowerCut:
      case Op::KillProcess:
        info.fair = false;
        never(bounds_.crashes == 0, "no crashes asked for");
        never(op == Op::KillProcess && !bounds_.kill, "no kills asked for");
        break;
      case Op::IoError:
        info.fair = false;
        never(bounds_.io_errors == 0, "no I/O errors asked for");
        break;
      case Op::DiskFull:
        info.fair = false;
        never(bounds_.disk_full == 0, "no full disk asked for");
        break;
      case Op::BitRot:
        info.fair = false;
        never(bounds_.rots == 0 || bounds_.crashes == 0, "no damage asked for");
        break;
      case Op::BackgroundWrite:
        never(true, "a power cut, and each write over a pending one, choose what had been written");
        break;
      case Op::Refuse:
        never(bounds_.rots == 0, "where nothing is refused");
        break;
      default:
        never(!fires, "not in this row's programs");
    }
    actions_.push_back(info);
  }
}

inline void Golden::list_properties() {
  const auto add = [&](Property p) {
    properties_.push_back(p);
    infos_.push_back(kPropertyTable[static_cast<std::size_t>(p)]);
    if (p == Property::WriteAhead) infos_.back().kind = kAction;  // each WriteTemp is judged
  };
  for (std::size_t i = 0; i < kClaims; ++i) {
    const auto p = static_cast<Property>(i);
    if (p == Property::WalOrder) continue;  // a record is its own commit mark
    if (p == Property::BoundedLoss && row_.mode != Mode::relaxed) continue;
    add(p);
  }
  for (std::size_t i = kClaims; i < kProperties; ++i) {
    if (reaches(static_cast<Property>(i))) add(static_cast<Property>(i));
  }
}

/// Whether this row is expected to show the witness within its bounds.
inline bool Golden::reaches(Property p) const {
  if (bounds_.crashes == 0 || bounds_.transactions == 0) return false;
  if (is_crash_before(p)) return row_.recovery.has(crash_before(p));
  const unsigned per_record = row_.mode == Mode::batch ? row_.group : 1;
  const unsigned records = (bounds_.transactions + per_record - 1U) / per_record;
  const unsigned in_a_sync = row_.commit.before(row_.commit.size, Op::AppendWal);
  switch (p) {
    case Property::TornTailIsRead:
    case Property::ReplayChangesContent:
    case Property::StaleTempIsFound:
    case Property::OlderCheckpointIsRead:
    case Property::HeaderIsTorn:
    case Property::EntryIsTakenUp:
      return true;
    case Property::KillThenPowerCutLoses:
      return bounds_.kill && bounds_.crashes > 1;
    case Property::SegmentIsReused:
      return records > 2 && bounds_.crashes > 1;
    case Property::RecordBehindHole:
      return row_.in_flight > 1 && records > 1;
    case Property::CommitIsRefused:
      return bounds_.disk_full > 0 && records > bounds_.segment_records;
    case Property::StoreIsPoisoned:
      return bounds_.io_errors > 0;
    case Property::CorruptionIsRefused:  // a record that the next one confirms, no checkpoint yet
      return bounds_.rots > 0 && row_.checkpoint.size > 0 && records > in_a_sync;
    default:
      return false;
  }
}

}  // namespace plumb::spec::commit
