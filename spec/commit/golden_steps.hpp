// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The steps of the golden protocol, one function for each action, with the action's name. Where the
// disk decides (what had been written before it is written over), f is called for each case.
// Thread-safety: pure functions.
// Spec:          AC-1 to AC-16.
#pragma once
#include "commit/golden_audit.hpp"

namespace plumb::spec::commit::golden {

/// A salt that no header and no record of that number has.
inline unsigned fresh_salt(const Row& row, const State& s, unsigned number) {
  if (!row.keeps(Rule::fresh_salt)) return 0;
  unsigned used = 0;
  for (const Segment& segment : s.disk.segments) {
    for (const Header h : {segment.cached, segment.durable}) {
      if (number_of(h) == number) used |= 1U << salt_of(h);
    }
  }
  for (const Record& r : s.records) {
    if (r.number == number) used |= 1U << r.salt;
  }
  const auto salt = static_cast<unsigned>(std::countr_one(used));
  if (salt > 7 || number > 30) throw CapacityExceeded("golden: 30 segment numbers with 8 salts");
  return salt;
}

inline bool has_room(const Bounds& bounds, const State& s) {
  return s.process.active != 0 && s.process.next_slot < bounds.segment_records;
}

/// The spare segment with the lowest number, counted from 1; 0 where there is none.
inline unsigned spare_segment(const Bounds& bounds, const State& s) {
  unsigned found = 0;
  for (unsigned f = 0; f < bounds.segments; ++f) {
    if ((s.process.spares & (1U << f)) == 0) continue;
    if (found == 0 ||
        number_of(s.disk.segments[f].cached) < number_of(s.disk.segments[found - 1].cached)) {
      found = f + 1;
    }
  }
  return found;
}

/// AddSegment, first half: a new header over a spare segment.
template <class F>
void write_header(const Row& row, const Bounds& bounds, const State& s, unsigned number, F&& f) {
  const unsigned found = spare_segment(bounds, s);
  if (found == 0) return;
  survivors(s, pending(s) & item(found - 1), [&](State to) {
    Segment& segment = to.disk.segments[found - 1];
    segment.cached = header(number, fresh_salt(row, s, number));
    segment.dirty = 1;
    to.process.number = number & 31U;
    to.process.active = found & 3U;
    to.process.next_slot = 0;
    to.process.half = 1;
    f(to);
  });
}
/// AddSegment, second half: its sync.
inline void sync_header(State& s) {
  const unsigned f = s.process.active - 1U;
  sync_items(s, segment_items(f));
  s.process.spares = static_cast<std::uint8_t>(s.process.spares & ~(1U << f) & 7U);
  s.process.half = 0;
}

/// AppendWal: one record with `count` new transactions in the next block of the active segment.
inline void append(State& s, unsigned count) {
  const unsigned first = s.ghost.started + 1U;
  Segment& segment = s.disk.segments[s.process.active - 1U];
  Record& r = s.records[first - 1];
  r.previous = s.process.chain;
  r.more = (count - 1) & 3U;
  r.durable_seq = Concrete::count(s.process.durable) & 7U;
  r.number = static_cast<std::uint8_t>(number_of(segment.cached));
  r.salt = salt_of(segment.cached) & 7U;
  Slot& slot = segment.slots[s.process.next_slot];
  slot.cached = first & 7U;
  slot.dirty = 1;
  s.process.next_slot = (s.process.next_slot + 1U) & 3U;
  s.process.chain = (s.process.chain | ids_of(s, first)) & 31U;
  s.ghost.started = (s.ghost.started + count) & 7U;
}
template <class F>
void append_wal(const State& s, unsigned count, F&& f) {
  const unsigned block = kBlock0 + (s.process.active - 1U) * kSlots + s.process.next_slot;
  survivors(s, pending(s) & item(block), [&](State to) {
    append(to, count);
    tidy(to);
    f(to);
  });
}

/// Segments that hold records of this process that are not known durable.
inline Items unsynced_segments(const Row& row, const State& s) {
  Items items = 0;
  const Ids unsynced = Concrete::less(s.process.chain, s.process.durable);
  for (unsigned f = 0; f < kSegments; ++f) {
    if (!row.keeps(Rule::sync_all_segments) && f + 1 != s.process.active) continue;
    for (const Slot slot : s.disk.segments[f].slots) {
      if (is_whole(slot.cached) && Concrete::has(unsynced, slot.cached)) items |= segment_items(f);
    }
  }
  return items;
}
/// What a sync that started at `target` covers: not what was appended meanwhile.
inline Items covered_by_sync(const Row& row, const State& s, Ids target) {
  Items items = unsynced_segments(row, s);
  for (unsigned i = kBlock0; i < kName0; ++i) {
    const unsigned first = block(s, i).cached;
    const Ids later = Concrete::less(s.process.chain, target);
    if (is_whole(first) && Concrete::has(later, first)) items &= ~item(i);
  }
  return items;
}
inline void sync_wal(const Row& row, State& s, Ids target) {
  sync_items(s, covered_by_sync(row, s, target));
  const Ids to = row.keeps(Rule::sync_start) ? target : s.process.chain;
  s.process.durable = durable_after_sync<Concrete>(s.process.durable, to) & 31U;
  s.process.target = 0;
}

/// The transactions of the record whose Ack comes next.
inline Ids next_to_ack(const State& s) {
  const Ids waiting = Concrete::less(s.process.chain, s.process.own);
  return waiting == 0 ? 0 : ids_of(s, Concrete::first(waiting)) & waiting;
}
inline bool may_ack_next(const Row& row, const State& s) {
  const Ids ids = next_to_ack(s);
  if (ids == 0) return false;
  if (row.mode != Mode::async && row.mode != Mode::relaxed) return true;  // the program's order
  const unsigned window = row.mode == Mode::relaxed ? row.window : 0U;
  return (row.mode == Mode::relaxed && !row.keeps(Rule::window)) ||
         may_ack<Concrete>(s.process.own | ids, s.process.durable, window);
}
inline void ack(const Row& row, State& s) {
  const Ids ids = next_to_ack(s);
  Content<Concrete> content = s.content();
  for (Ids left = ids; left != 0; left &= left - 1) content = apply(content, Concrete::first(left));
  s.show(content);
  if (row.mode == Mode::relaxed) {
    s.ghost.acked = (s.ghost.acked | ids) & 31U;
  } else {
    s.ghost.promised = (s.ghost.promised | ids) & 31U;
  }
}

/// The version that a running store's checkpoint takes, and where its log goes on.
inline Ids checkpoint_version(const Row& row, const State& s) {
  return row.keeps(Rule::checkpoint_durable_only) ? s.process.durable : s.process.chain;
}
inline Place behind(const State& s, Ids version) {
  for (const Segment& segment : s.disk.segments) {
    for (unsigned i = 0; i < kSlots; ++i) {
      const unsigned first = segment.slots[i].cached;
      if (!is_whole(first)) continue;
      const Record& r = s.records[first - 1];
      const bool here = r.number == number_of(segment.cached);
      if (here && (r.previous | ids_of(s, first)) == version) return {r.number, i + 1};
    }
  }
  return {s.process.number, 0};
}

/// WriteTemp: unlinks the temp name, creates it exclusively, writes the image.
inline void write_temp(const Row& row, State& s, const Content<Concrete>& content, Place position) {
  Checkpoint c{};
  s.process.checkpoint_number = (s.process.checkpoint_number + 1U) & 31U;
  if (s.process.checkpoint_number == 0) throw CapacityExceeded("golden: 31 checkpoints");
  c.number = s.process.checkpoint_number;
  c.own = content.own & 31U;
  c.last = content.last & 7U;
  c.position_number = position.number & 31U;
  c.position_slot = position.slot & 3U;
  c.anchor = s.process.confirmed;
  c.bad_durable = 1;
  c.unsynced = 1;
  if (s.disk.temp.cached != 0 && !row.keeps(Rule::exclusive_temp)) {
    for (Checkpoint& other : s.disk.checkpoints) {  // its inode is overwritten
      if (other.cached == 0 || other.number != s.disk.temp_alias) continue;
      const Checkpoint name = other;
      other = c;
      other.number = name.number;
      other.cached = name.cached;
      other.may_be = name.may_be;
      other.may_be_none = name.may_be_none;
      other.dirty = name.dirty;
    }
    c.may_be_none = s.disk.temp.may_be_none;
    c.dirty = s.disk.temp.dirty;
  } else {
    c.may_be_none = 1;
    c.dirty = 1;
    s.disk.temp_alias = 0;
  }
  c.cached = 1;
  c.may_be = 1;
  s.disk.temp = c;
}
inline void sync_temp(State& s) {
  sync_items(s, item(kTempBytes));
  for (unsigned i = 0; s.disk.temp_alias != 0 && i < kCheckpoints; ++i) {
    if (s.disk.checkpoints[i].number == s.disk.temp_alias) sync_items(s, item(kBytes0 + i));
  }
}
/// Rename onto a free name: two pending name changes.
inline void rename_temp(State& s) {
  auto& list = s.disk.checkpoints;
  unsigned i = 0;
  while (i < kCheckpoints && (list[i].cached | list[i].may_be) != 0) ++i;
  if (i == kCheckpoints) throw CapacityExceeded("golden: 8 checkpoints at a time");
  Checkpoint& temp = s.disk.temp;
  list[i] = temp;
  list[i].may_be_none = 1;
  list[i].dirty = 1;
  const std::uint8_t may_be = temp.may_be;
  temp = Checkpoint{};
  temp.may_be = may_be & 1U;
  temp.may_be_none = 1;
  temp.dirty = 1;
  s.disk.temp_alias = 0;
}
inline void drop_old(State& s) {
  const Checkpoint* kept = checkpoint(s, s.process.checkpoint_number);
  for (Checkpoint& c : s.disk.checkpoints) {
    if (c.cached == 0 || &c == kept || c.number > s.process.checkpoint_number) continue;
    c.cached = 0;
    c.may_be_none = 1;
    c.dirty = 1;
  }
}
/// Segments whose records all lie before the newest checkpoint's position, except the active one.
inline unsigned covered_segments(const Row& row, const Bounds& bounds, const State& s) {
  const Checkpoint* c = checkpoint(s, s.process.checkpoint_number);
  if (c == nullptr) return 0;
  unsigned covered = 0;
  for (unsigned f = 0; f < bounds.segments; ++f) {
    const unsigned number = number_of(s.disk.segments[f].cached);
    const bool active = f + 1 == s.process.active;
    bool is = is_covered<Concrete>(number, c->position_number,
                                   c->position_slot >= bounds.segment_records);
    if (!row.keeps(Rule::recycle_covered)) is = true;
    if (active) is = !row.keeps(Rule::active_never_spare) && number <= c->position_number;
    if (is) covered |= 1U << f;
  }
  return covered;
}
inline void clean_temp(State& s) {
  s.disk.temp_alias = 0;
  if (s.disk.temp.cached == 0) return;
  const std::uint8_t may_be = s.disk.temp.may_be;
  s.disk.temp = Checkpoint{};
  s.disk.temp.may_be = may_be & 1U;
  s.disk.temp.may_be_none = 1;
  s.disk.temp.dirty = 1;
}

/// Open: readers see what was found; what is not in it is lost, and will stay lost.
inline void open(State& s) {
  const Ids after =
      Concrete::less(s.live(), Concrete::upto(~Ids{0}, Concrete::last(s.process.own)));
  s.ghost.lost = (s.ghost.lost | after) & 31U;
  s.ghost.promised = (s.ghost.promised | s.process.own) & 31U;
  s.ghost.acked = (s.ghost.acked & s.process.own) & 31U;
  s.ghost.expected = 0;
  s.ghost.expected_set = 0;
  s.process.chain = s.process.durable = s.process.checkpoint_own = s.process.own;
  s.process.loaded = 0;
  s.process.first_start = 0;
  s.process.pc = 0;
  s.go(Phase::running);
}

/// A failed sync of a record: reads give the last durable state, nothing is written any more.
inline void poison(State& s) {
  const Ids durable = Concrete::both(s.process.own, s.process.durable);
  const Content<Concrete> content =
      durable == s.process.own ? s.content() : content_after<Concrete>(durable);
  s.process = Process{};
  s.show(content);
  s.go(Phase::poisoned);
}
inline void refuse(const Row& row, State& s) {
  s.process = Process{};
  s.go(Phase::refused);
  if (!row.keeps(Rule::refuse_writes_nothing)) clean_temp(s);
}

}  // namespace plumb::spec::commit::golden
