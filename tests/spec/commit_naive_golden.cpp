// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden protocol in the most obvious way: the threads of a running store
// (commit_naive_golden.hpp).
// Spec:          EV-2; AC-1 to AC-3, AC-15, AC-16.
#include "commit_naive_golden_disk.hpp"

namespace plumb::test::naive {

using namespace golden;
using spec::commit::Mode;
using spec::commit::Program;

namespace {

Ids less(const Ids& a, const Ids& b) {
  Ids rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(rest, rest.end()));
  return rest;
}
void add(Ids& to, const Ids& ids) { to.insert(ids.begin(), ids.end()); }

}  // namespace

State Golden::initial() const {
  State s;
  s.segments.resize(bounds_.segments);
  for (Segment& segment : s.segments) segment.blocks.resize(bounds_.segment_records);
  s.crashes = bounds_.crashes;
  s.io_errors = bounds_.io_errors;
  s.disk_full = bounds_.disk_full;
  s.rots = bounds_.rots;
  return s;
}

std::vector<Golden::Step> Golden::steps(const State& s) const {
  Steps steps;
  if (s.phase == Phase::refused) return steps;
  if (s.phase == Phase::opening) {
    run(Thread::opening, s, steps);
    if (s.rots > 0 && s.pc == 0) bit_rot(s, steps);
  }
  if (s.phase == Phase::running) {
    run(Thread::committer, s, steps);
    if (row_.sync.size > 0) run(Thread::syncer, s, steps);
    if (row_.checkpoint.size > 0) run(Thread::checkpointer, s, steps);
  }
  if (s.crashes > 0) power_cut(s, steps);
  for (Step& step : steps) forget(step.to);
  return steps;
}

const Program& Golden::program(Thread t) const {
  return t == Thread::committer ? row_.commit
         : t == Thread::syncer  ? row_.sync
         : t == Thread::opening ? row_.recovery
                                : row_.checkpoint;
}
unsigned& Golden::pc(State& s, Thread t) {
  return t == Thread::syncer ? s.sync_pc : t == Thread::checkpointer ? s.checkpoint_pc : s.pc;
}
bool Golden::has_room(const State& s) const {
  return s.active && s.next_slot < bounds_.segment_records;
}

/// A segment with room, an Ack of nothing, a record without a transaction: the thread goes on to
/// its next action.
bool Golden::nothing_to_do(Thread t, Op op, unsigned at, const State& s) const {
  const bool nothing_left = s.started == bounds_.transactions;
  switch (op) {
    case Op::AddSegment:
      return !(s.half && t == Thread::committer) && (has_room(s) || (at > 0 && nothing_left));
    case Op::AppendWal:
      return at > 0 && nothing_left;
    case Op::Ack:
      return t == Thread::syncer ? !may_ack(s) : next_ack(s).empty();
    default:
      return false;
  }
}

void Golden::run(Thread t, State s, Steps& steps) const {
  unsigned& at = pc(s, t);
  const unsigned size = program(t).size;
  if (t != Thread::opening) {
    for (unsigned tries = 0; nothing_to_do(t, program(t).at(at), at, s); ++tries) {
      if (tries == size) return;
      at = at + 1 == size ? 0 : at + 1;
    }
    // A round of commit and checkpoint without anything new ends before its checkpoint.
    if (t == Thread::committer && program(t).at(at) == Op::WriteTemp &&
        s.durable == s.checkpointed) {
      at = 0;
      return run(t, s, steps);
    }
    if (at >= size) return;
  }
  act(t, program(t).at(at), s, steps);
}

/// The action is done: the thread stands at its next one.
void Golden::go_on(Thread t, State s, Op op, Steps& steps) const {
  unsigned& at = pc(s, t);
  ++at;
  if (t != Thread::opening && at == program(t).size) at = 0;
  steps.push_back({op, s});
}

void Golden::act(Thread t, Op op, const State& s, Steps& steps) const {
  State to = s;
  switch (op) {
    case Op::AddSegment:
      return add_segment(t, s, steps);
    case Op::AppendWal:
      return append_wal(t, s, steps);
    case Op::SyncWal:
      return sync_wal(t, s, steps);
    case Op::WriteTemp:
      return write_temp(t, s, steps);
    case Op::Ack: {
      if (!may_ack(s)) return;
      const Ids ids = next_ack(s);
      add(to.visible, ids);
      add(row_.mode == Mode::relaxed ? to.acked : to.promised, ids);
      if (t == Thread::syncer) {  // as long as there are any
        steps.push_back({op, to});
        return;
      }
      break;
    }
    case Op::SyncTemp:
      failed_sync(t, s, steps);
      sync(to.files.at(*to.temp.cached).intact);
      break;
    case Op::Rename:
      rename(to);
      break;
    case Op::SyncDir:
      failed_sync(t, s, steps);
      if (twist_ != Twist::sync_dir_forgets) sync(to, name_items(s));
      if (t != Thread::opening) {
        to.checkpointed = s.files.at(*s.checkpoints.at(s.checkpoint_number).cached).image.content;
      }
      break;
    case Op::DropOld:
      drop_old(to);
      break;
    case Op::RecycleWal:
      recycle(to);
      break;
    default:
      return opening(op, s, steps);
  }
  go_on(t, to, op, steps);
}

/// A header over a spare segment, then its sync.
void Golden::add_segment(Thread t, const State& s, Steps& steps) const {
  State to = s;
  if (s.half) {
    failed_sync(t, s, steps);
    sync(to, segment_items(s, *s.active));
    to.spares.erase(*s.active);
    to.half = false;
    return go_on(t, to, Op::AddSegment, steps);
  }
  if (t == Thread::committer && s.started == bounds_.transactions) return;
  disk_full(t, s, steps);
  if (s.spares.empty()) return;
  const auto older = [&](unsigned a, unsigned b) {
    return s.segments[a].header.cached.number < s.segments[b].header.cached.number;
  };
  const unsigned segment = *std::min_element(s.spares.begin(), s.spares.end(), older);
  if (t == Thread::committer && s.active) ++to.number;  // else the number that is meant for it
  // A salt that nothing of that number has.
  std::set<unsigned> salts;
  for (const Segment& other : s.segments) {
    for (const Header& header : {other.header.cached, other.header.before}) {
      if (header.number == to.number) salts.insert(header.salt);
    }
    for (const Item<Block>& block : other.blocks) {
      for (const Block& record : {block.cached, block.before}) {
        if (record.number == to.number) salts.insert(record.salt);
      }
    }
  }
  unsigned salt = 0;
  while (salts.contains(salt)) ++salt;
  for (State& written : settled(to, {{Ref::header, segment}})) {
    write(written.segments[segment].header, Header{Bytes::whole, to.number, salt});
    written.active = segment;
    written.next_slot = 0;
    written.half = true;
    steps.push_back({Op::AddSegment, written});
  }
}

void Golden::append_wal(Thread t, const State& s, Steps& steps) const {
  const unsigned left = bounds_.transactions - s.started;
  if (left == 0 || !has_room(s)) return;
  const bool pipeline = row_.mode == Mode::async || row_.mode == Mode::relaxed;
  if (pipeline && s.written.size() - s.durable.size() >= row_.in_flight) return;
  const unsigned most = std::min<unsigned>(row_.group, left);
  for (unsigned count = row_.mode == Mode::batch ? most : 1; count <= most; ++count) {
    const Header& header = s.segments[*s.active].header.cached;
    Block record{Bytes::whole,  {},         s.written, static_cast<unsigned>(s.durable.size()),
                 header.number, header.salt};
    for (unsigned i = 1; i <= count; ++i) record.ids.insert(s.started + i);
    State to = s;
    Item<Block>& block = to.segments[*s.active].blocks[s.next_slot];
    to.started += count;
    failed_write(to, std::nullopt, steps);
    failed_write(to, torn(record), steps);
    failed_write(to, record, steps);
    write(block, record);
    if (twist_ == Twist::torn_blocks_dropped) block.survive.erase(torn(record));
    add(to.written, record.ids);
    ++to.next_slot;
    go_on(t, to, Op::AppendWal, steps);
  }
}

/// A sync of every segment with unsynced records; of the syncing thread in two steps.
void Golden::sync_wal(Thread t, const State& s, Steps& steps) const {
  if (s.written == s.durable) return;
  State to = s;
  if (t == Thread::syncer && !s.syncing) {
    to.syncing = s.written;
    steps.push_back({Op::SyncWal, to});
    return;
  }
  failed_sync(t, s, steps);
  const Ids covered = t == Thread::syncer ? *s.syncing : s.written;
  for (unsigned f = 0; f < s.segments.size(); ++f) {
    const auto& blocks = s.segments[f].blocks;
    const auto unsynced = [&](const Item<Block>& block) {
      return block.cached.bytes == Bytes::whole && s.written.contains(*block.cached.ids.begin()) &&
             !s.durable.contains(*block.cached.ids.begin());
    };
    if (std::none_of(blocks.begin(), blocks.end(), unsynced)) continue;
    if (twist_ == Twist::sync_wal_forgets) continue;
    sync(to.segments[f].header);
    for (unsigned i = 0; i < blocks.size(); ++i) {
      const bool later = unsynced(blocks[i]) && !covered.contains(*blocks[i].cached.ids.begin());
      if (!later) sync(to.segments[f].blocks[i]);
    }
  }
  add(to.durable, covered);
  to.syncing.reset();
  go_on(t, to, Op::SyncWal, steps);
}

/// The transactions of the next record to acknowledge.
Ids Golden::next_ack(const State& s) {
  const Ids waiting = less(s.written, s.visible);
  if (waiting.empty()) return {};
  for (const Segment& segment : s.segments) {
    for (const Item<Block>& block : segment.blocks) {
      if (block.cached.ids.contains(*waiting.begin())) return block.cached.ids;
    }
  }
  return {};
}
bool Golden::may_ack(const State& s) const {
  const Ids ids = next_ack(s);
  if (ids.empty()) return false;
  if (row_.mode != Mode::async && row_.mode != Mode::relaxed) return true;  // the program's order
  Ids ahead = s.visible;
  add(ahead, ids);
  return less(ahead, s.durable).size() <= row_.window;
}

Place Golden::behind(const State& s, const Ids& version) {
  for (const Segment& segment : s.segments) {
    for (unsigned i = 0; i < segment.blocks.size(); ++i) {
      const Block& record = segment.blocks[i].cached;
      if (record.bytes != Bytes::whole || record.number != segment.header.cached.number) continue;
      Ids after = record.previous;
      add(after, record.ids);
      if (after == version) return {record.number, i + 1};
    }
  }
  return {s.number, 0};
}

void Golden::write_temp(Thread t, const State& s, Steps& steps) const {
  if (t != Thread::opening && s.durable == s.checkpointed) return;  // nothing new
  disk_full(t, s, steps);
  State to = s;
  Image image{s.checkpoint_number + 1, s.durable, behind(s, s.durable), s.confirmed};
  if (t == Thread::opening) {
    // Above every header and every position of a checkpoint.
    to.number = 0;
    for (const Segment& segment : s.segments) {
      to.number = std::max(to.number, segment.header.cached.number);
    }
    for (const auto& [number, name] : s.checkpoints) {
      if (!name.cached || !s.files.at(*name.cached).intact.cached) continue;
      to.number = std::max(to.number, s.files.at(*name.cached).image.position.number);
    }
    ++to.number;
    image.content = s.visible;
    image.position = {to.number, 0};
  }
  ++to.checkpoint_number;
  remove_temp(to);  // the name is unlinked, then created exclusively
  to.temp.survive.insert(std::nullopt);
  const unsigned inode = to.files.empty() ? 1 : to.files.rbegin()->first + 1;
  to.files[inode] = {image, {}};
  write(to.files[inode].intact, true);
  write(to.temp, Inode{inode});
  go_on(t, to, Op::WriteTemp, steps);
}

void Golden::rename(State& s) {
  Name& name = s.checkpoints[s.checkpoint_number];
  write(name, s.temp.cached);
  write(s.temp, Inode{});
  leave_temp(s);
}
void Golden::remove_temp(State& s) {
  if (s.temp.cached) write(s.temp, Inode{});
}
void Golden::drop_old(State& s) {
  for (auto& [number, name] : s.checkpoints) {
    if (number < s.checkpoint_number && name.cached) write(name, Inode{});
  }
}
/// Segments whose records are all in the newest checkpoint, but never the active one.
void Golden::recycle(State& s) const {
  const Place position = s.files.at(*s.checkpoints.at(s.checkpoint_number).cached).image.position;
  for (unsigned f = 0; f < s.segments.size(); ++f) {
    const unsigned number = s.segments[f].header.cached.number;
    const bool covered = number < position.number ||
                         (number == position.number && position.slot == bounds_.segment_records);
    if (covered && s.active != Inode{f}) s.spares.insert(f);
  }
}

}  // namespace plumb::test::naive
