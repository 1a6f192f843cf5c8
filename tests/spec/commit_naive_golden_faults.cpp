// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden protocol in the most obvious way: failed syncs, full disks, damage and crashes, and
// how the store reacts (commit_naive_golden.hpp).
// Spec:          EV-2; AC-5, AC-7 to AC-9.
#include "commit_naive_golden_disk.hpp"

namespace plumb::test::naive {

using namespace golden;

/// The process is gone, and all that was only in memory.
void Golden::stop(State& s) {
  State to;
  to.segments = s.segments;
  to.checkpoints = s.checkpoints;
  to.temp = s.temp;
  to.files = s.files;
  to.audit = s.audit;
  to.crashes = s.crashes;
  to.io_errors = s.io_errors;
  to.disk_full = s.disk_full;
  to.rots = s.rots;
  to.started = s.started;
  to.rotted = s.rotted;
  to.promised = s.promised;
  to.lost = s.lost;
  to.acked = s.acked;
  to.rotten = s.rotten;
  to.expected = s.expected;
  to.audited = s.audited;
  leave_temp(to);
  s = to;
  forget(s);
}

/// Reads give the last durable state, nothing is written any more.
void Golden::poison(State& s) {
  Ids visible;
  std::set_intersection(s.visible.begin(), s.visible.end(), s.durable.begin(), s.durable.end(),
                        std::inserter(visible, visible.end()));
  const Name temp = s.temp;
  const auto files = s.files;
  stop(s);
  s.temp = temp;
  s.files = files;
  s.visible = visible;
  s.phase = Phase::poisoned;
}

/// The write of a record fails when so much of it is there.
void Golden::failed_write(State s, const std::optional<Block>& stored, Steps& steps) const {
  if (s.io_errors == 0) return;
  if (stored) write(s.segments[*s.active].blocks[s.next_slot], *stored);
  --s.io_errors;
  poison(s);
  steps.push_back({Op::IoError, s});
}

/// A sync fails: what it covered is on disk or not, and no later sync will write it. What programs
/// read stays, goes back to what was there before, or is what is on disk. Names never go back.
void Golden::failed_sync(Thread t, const State& s, Steps& steps) const {
  if (s.io_errors == 0) return;
  State from = s;
  const Op op = program(t).at(pc(from, t));
  Refs refs;
  if (op == Op::LogAudit) refs = audit_items(s);
  if (op == Op::SyncDir) refs = name_items(s);
  if (op == Op::SyncTemp) refs = {{Ref::file, *s.temp.cached}};
  if (op == Op::AddSegment) refs = segment_items(s, *s.active);
  if (op == Op::SyncWal) {
    for (unsigned f = 0; f < s.segments.size(); ++f) {
      const auto& blocks = s.segments[f].blocks;
      const bool unsynced = std::any_of(blocks.begin(), blocks.end(), [&](const auto& block) {
        return block.cached.bytes == Bytes::whole &&
               s.written.contains(*block.cached.ids.begin()) &&
               !s.durable.contains(*block.cached.ids.begin());
      });
      const Refs more = unsynced ? segment_items(s, f) : Refs{};
      refs.insert(refs.end(), more.begin(), more.end());
    }
  }
  std::erase_if(refs,
                [&](const Ref& ref) { return !at(s, ref, [](auto& item) { return item.dirty; }); });
  for (const State& stays : settled(s, refs)) {
    State reads_disk = stays;
    State reads_old = stays;
    State failed = stays;
    for (const Ref& ref : refs) {
      const auto read_disk = [](auto& item) { item.cached = *item.survive.begin(); };
      at(reads_disk, ref, read_disk);
      if (ref.kind == Ref::name || ref.kind == Ref::temp) {
        at(reads_old, ref, read_disk);
      } else if (ref.kind == Ref::header) {
        reads_old.segments[ref.a].header.cached = s.segments[ref.a].header.before;
      } else if (ref.kind == Ref::block) {
        reads_old.segments[ref.a].blocks[ref.b].cached = s.segments[ref.a].blocks[ref.b].before;
      } else if (ref.kind == Ref::file) {
        reads_old.files.at(ref.a).intact.cached = s.files.at(ref.a).intact.before;
      } else {
        reads_old.audit[ref.a].cached = s.audit[ref.a].before;
      }
    }
    for (State* to : {&failed, &reads_disk, &reads_old}) {
      for (const Ref& ref : refs) {
        at(*to, ref, [&](auto& item) { item.dirty = twist_ == Twist::failed_sync_is_retried; });
      }
      --to->io_errors;
      if (t == Thread::opening) {
        stop(*to);
      } else if (op == Op::SyncWal) {
        poison(*to);
      } else if (op == Op::AddSegment) {  // the same number again, with another salt
        to->half = false;
        to->active.reset();
      } else {  // the checkpoint is abandoned
        pc(*to, t) = 0;
      }
      steps.push_back({Op::IoError, *to});
    }
  }
}

/// An opening fails, a commit is refused, a checkpoint is abandoned.
void Golden::disk_full(Thread t, const State& s, Steps& steps) const {
  if (s.disk_full == 0) return;
  State to = s;
  const Op op = program(t).at(pc(to, t));
  --to.disk_full;
  if (t == Thread::opening) {
    stop(to);
  } else {
    if (op == Op::AddSegment) to.lost.insert(++to.started);
    pc(to, t) = 0;
  }
  steps.push_back({Op::DiskFull, to});
}

/// Between two processes the newest checkpoint, or a record that a later durable one confirms,
/// turns unreadable.
void Golden::bit_rot(const State& s, Steps& steps) const {
  const auto solid = [](const auto& item) {
    return !item.dirty && item.survive.contains(item.cached);
  };
  const auto rotten = [&](State to, const Ids& ids) {
    --to.rots;
    to.rotted = true;
    to.rotten = ids;
    to.expected.reset();
    steps.push_back({Op::BitRot, to});
  };
  const auto newest =
      std::find_if(s.checkpoints.rbegin(), s.checkpoints.rend(),
                   [](const auto& entry) { return entry.second.cached.has_value(); });
  if (newest == s.checkpoints.rend()) return;
  const unsigned inode = *newest->second.cached;
  const File& file = s.files.at(inode);
  if (!file.intact.cached) return;
  if (!newest->second.dirty && !file.intact.dirty) {
    State to = s;
    to.files.at(inode).intact = {false, false, {false}, false};
    rotten(to, {});
  }
  State log = s;
  load_checkpoint(log);
  scan_wal(log);
  const auto durable = [&](const Segment& segment, const Item<Block>& block) {
    const Block& record = block.cached;
    return solid(segment.header) && solid(block) && record.bytes == Bytes::whole &&
           record.number == segment.header.cached.number &&
           record.salt == segment.header.cached.salt && log.written.contains(*record.ids.begin()) &&
           !file.image.content.contains(*record.ids.begin());
  };
  for (unsigned f = 0; f < s.segments.size(); ++f) {
    for (unsigned i = 0; i < s.segments[f].blocks.size(); ++i) {
      const Item<Block>& block = s.segments[f].blocks[i];
      if (!durable(s.segments[f], block)) continue;
      bool confirmed = false;
      for (const Segment& segment : s.segments) {
        for (const Item<Block>& other : segment.blocks) {
          confirmed = confirmed || (durable(segment, other) &&
                                    other.cached.durable_seq >= block.cached.previous.size() + 1);
        }
      }
      if (!confirmed) continue;
      State to = s;
      to.segments[f].blocks[i] = {
          torn(block.cached), torn(block.cached), {torn(block.cached)}, false};
      rotten(to, block.cached.ids);
    }
  }
}

void Golden::power_cut(const State& s, Steps& steps) const {
  State stopped = s;
  stop(stopped);
  --stopped.crashes;
  if (bounds_.kill) steps.push_back({Op::KillProcess, stopped});
  if (twist_ == Twist::power_cut_keeps_all) sync(stopped, all_items(stopped));
  const Refs refs = all_items(stopped);
  for (State& to : settled(stopped, refs)) {
    for (const Ref& ref : refs) {
      at(to, ref, [](auto& item) {
        item.cached = item.before = *item.survive.begin();
        item.dirty = false;
      });
    }
    steps.push_back({Op::PowerCut, to});
  }
}

}  // namespace plumb::test::naive
