// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// How an opening judges: LoadCheckpoint, ScanWal, RedoWal, in memory, from what programs read. All
// of it is a function of the disk; nothing is written.
// Thread-safety: pure functions.
// Spec:          AC-4 to AC-8, AC-11, AC-16; FORMAT.md.
#pragma once
#include <algorithm>

#include "commit/golden_disk.hpp"

namespace plumb::spec::commit::golden {

/// The checkpoint with the highest number, or with that number, whose name is there.
inline const Checkpoint* newest(const State& s, unsigned below = 32) {
  const Checkpoint* found = nullptr;
  for (const Checkpoint& c : s.disk.checkpoints) {
    if (c.cached != 0 && c.number < below) found = &c;
  }
  return found;
}
inline const Checkpoint* checkpoint(const State& s, unsigned number) {
  const Checkpoint* found = newest(s, number + 1);
  return found != nullptr && found->number == number ? found : nullptr;
}

/// How many audit lines can be read: up to the first that is not a line.
inline unsigned readable_lines(const State& s) {
  unsigned n = 0;
  while (n < kLines && is_line(s.disk.lines[n])) ++n;
  return n;
}

/// A place in the log.
struct Place {
  unsigned number = 0;
  unsigned slot = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// Whether a block of that segment holds a record that is valid by itself, whatever it follows.
inline bool is_valid(const Row& row, const State& s, const Segment& segment, unsigned slot) {
  const unsigned block = segment.slots[slot].cached;
  if (!is_whole(block) || !is_readable(segment.cached)) return false;
  const Record& r = s.records[block - 1];
  return !row.keeps(Rule::salt_and_number) ||
         belongs<Concrete>(r.number, r.salt, number_of(segment.cached), salt_of(segment.cached));
}

/// The record at that place that follows `tail`, or 0.
inline unsigned successor_at(const Row& row, const Bounds& bounds, const State& s, Place place,
                             Ids tail) {
  if (place.slot >= bounds.segment_records) return 0;
  for (const Segment& segment : s.disk.segments) {
    if (number_of(segment.cached) != place.number || place.number == 0) continue;
    if (!is_valid(row, s, segment, place.slot)) continue;
    const unsigned first = segment.slots[place.slot].cached;
    if (!row.keeps(Rule::chain) || follows<Concrete>(s.records[first - 1].previous, tail)) {
      return first;
    }
  }
  return 0;
}

/// What ScanWal finds: the history, the place behind its last record, whether it must refuse.
struct Scan {
  Ids chain = 0;
  Ids applied = 0;  ///< by records, above the checkpoint
  Place end;
  bool refuses = false;
};

/// Whether a segment with that number has a header that can be read.
inline bool has_segment(const State& s, unsigned number) {
  return std::any_of(s.disk.segments.begin(), s.disk.segments.end(),
                     [&](const Segment& segment) { return number_of(segment.cached) == number; });
}

/// Torn or corrupt: whether a record behind `end` says that the one missing there was durable.
inline bool is_corrupt(const Row& row, const Bounds& bounds, const State& s, const Scan& scan) {
  if (!row.keeps(Rule::durable_seq)) return false;
  const unsigned missing = Concrete::count(scan.chain) + 1;
  for (const Segment& segment : s.disk.segments) {
    for (unsigned i = 0; i < bounds.segment_records; ++i) {
      if (!is_valid(row, s, segment, i)) continue;
      if (Place{number_of(segment.cached), i} < scan.end) continue;
      const Record& r = s.records[segment.slots[i].cached - 1U];
      if (!row.keeps(Rule::confirm_by_durable_seq)) return true;
      if (confirms<Concrete>(r.durable_seq, missing)) return true;
    }
  }
  return false;
}

/// Records that no legal stop leaves: under an unreadable header at or behind the position, or in
/// a segment that the numbers skip to.
inline bool has_stray_records(const Row& row, const Bounds& bounds, const State& s, Place position,
                              const Scan& scan) {
  for (const Segment& segment : s.disk.segments) {
    for (unsigned i = 0; i < bounds.segment_records; ++i) {
      const unsigned first = segment.slots[i].cached;
      if (!is_whole(first)) continue;
      const Place place{s.records[first - 1].number, i};
      if (!is_readable(segment.cached) && place >= position) return true;
      if (!is_valid(row, s, segment, i) || place < scan.end) continue;
      for (unsigned n = scan.end.number; n < place.number; ++n) {
        if (n > position.number && !has_segment(s, n)) return true;
      }
    }
  }
  return false;
}

/// Whether the position's segment may be missing: the checkpoint stands at a full segment, or was
/// written by an opening that has no end line yet.
inline bool may_miss_segment(const Bounds& bounds, const State& s, const Checkpoint& from) {
  if (from.position_slot >= bounds.segment_records) return true;
  const auto is_end = [&](unsigned line) {
    return line < kLines && kind_of(s.disk.lines[line]) == LineKind::end;
  };
  return !is_end(from.anchor) && (from.anchor == 0 || !is_end(from.anchor - 1U));
}

/// The next record of the log: in the next block, else in the first block of the next number. A
/// reader that skips (a mutant) goes on searching behind them.
inline unsigned next_record(const Row& row, const Bounds& bounds, const State& s, Place& at,
                            Ids tail) {
  const Place end = at;
  unsigned first = successor_at(row, bounds, s, at, tail);
  if (first == 0) {
    at = {end.number + 1, 0};
    first = successor_at(row, bounds, s, at, tail);
  }
  if (row.keeps(Rule::reader_stops)) return first;
  for (unsigned n = 0; first == 0 && n < kSegments * kSlots; ++n) {
    at = {end.number + n / kSlots, n % kSlots};
    if (at > end) first = successor_at(row, bounds, s, at, tail);
  }
  return first;
}

inline Scan scan(const Row& row, const Bounds& bounds, const State& s, const Checkpoint& from) {
  const Place position{from.position_number, from.position_slot};
  Scan found{from.own, 0, position, false};
  for (;;) {
    Place at = found.end;
    const unsigned first = next_record(row, bounds, s, at, found.chain);
    if (first == 0 || (found.applied & ids_of(s, first)) != 0) break;
    found.chain |= ids_of(s, first);
    found.applied |= ids_of(s, first);
    found.end = {at.number, at.slot + 1};
  }
  found.refuses = is_corrupt(row, bounds, s, found) ||
                  has_stray_records(row, bounds, s, position, found) ||
                  (!has_segment(s, position.number) && !may_miss_segment(bounds, s, from)) ||
                  readable_lines(s) < from.anchor;
  return found;
}

/// No checkpoint name: a first start that was cut short, or a store that lost its checkpoint. An
/// entry alone tells nothing: it may stem from an opening that read a checkpoint whose name was in
/// the page cache only.
inline bool is_unfinished_init(const Row& row, const Bounds& bounds, const State& s) {
  for (const Segment& segment : s.disk.segments) {
    if (number_of(segment.cached) > 1) return false;
    for (unsigned i = 0; i < bounds.segment_records; ++i) {
      if (is_valid(row, s, segment, i)) return false;
    }
  }
  for (unsigned i = 0; i < readable_lines(s); ++i) {
    const LineKind kind = kind_of(s.disk.lines[i]);
    if (kind == LineKind::end) return false;
    if (kind == LineKind::entry && !row.keeps(Rule::unfinished_until_end)) return false;
  }
  return true;
}

/// Whether a segment behind the log's end holds a record: then an older checkpoint is no way out.
inline bool has_later_records(const Row& row, const Bounds& bounds, const State& s, Place end) {
  for (const Segment& segment : s.disk.segments) {
    for (unsigned i = 0; i < bounds.segment_records; ++i) {
      if (number_of(segment.cached) > end.number && is_valid(row, s, segment, i)) return true;
    }
  }
  return false;
}

/// LoadCheckpoint: the newest; where that is unreadable, the next older one, whose log has to reach
/// the seq in the newest one's name.
inline void load_checkpoint(State& s) {
  const Checkpoint* found = newest(s);
  s.process.checkpoint_number = found == nullptr ? 0 : found->number;
  s.process.first_start = found == nullptr ? 1 : 0;
  if (found != nullptr && found->bad != 0) {
    s.process.need_seq = Concrete::count(found->own) & 7U;
    while (found != nullptr && found->bad != 0) found = newest(s, found->number);
    if (found == nullptr) s.process.refuses = 1;
  }
  if (found == nullptr) return;
  s.process.loaded = found->number;
  s.show({found->own, found->last});
}

inline void scan_wal(const Row& row, const Bounds& bounds, State& s) {
  if (s.process.first_start != 0) {
    if (!is_unfinished_init(row, bounds, s)) s.process.refuses = 1;
    return;
  }
  const Checkpoint* from = checkpoint(s, s.process.loaded);
  if (from == nullptr) return;
  const Scan found = scan(row, bounds, s, *from);
  s.process.chain = found.chain & 31U;
  s.process.target = found.applied & 31U;
  if (found.refuses) s.process.refuses = 1;
  if (s.process.need_seq > 0 || s.process.loaded != s.process.checkpoint_number) {
    const bool reached = Concrete::count(found.chain) >= s.process.need_seq &&
                         !has_later_records(row, bounds, s, found.end);
    if (row.keeps(Rule::older_needs_log) && !reached) s.process.refuses = 1;
  }
}

/// RedoWal: each record above the image, once, in order. False where the final root is not the one
/// that the last record states.
inline bool redo_wal(State& s) {
  Content<Concrete> content = s.content();
  const unsigned image_last = Concrete::last(content.own);
  unsigned last = 0;  // first transaction of the last record
  for (Ids left = s.process.target; left != 0; left &= left - 1) {
    const unsigned id = Concrete::first(left);
    if (is_above<Concrete>(id, image_last)) content = apply(content, id);
    if (s.records[id - 1].number != 0) last = id;
  }
  const Ids stated = last == 0 ? content.own : s.records[last - 1].previous | ids_of(s, last);
  const bool root_holds = content.own == stated;
  s.show(content);
  s.process.target = 0;
  s.process.chain = 0;
  return root_holds;
}

/// What an opening of this disk would show if nothing disturbed it; ok: it would not refuse.
struct Outcome {
  Ids own = 0;
  bool ok = false;
};
inline Outcome undisturbed(const Row& row, const Bounds& bounds, State s) {
  load_checkpoint(s);
  if (s.process.refuses == 0) scan_wal(row, bounds, s);
  if (s.process.refuses != 0 || !redo_wal(s)) return {};
  return {s.process.own, true};
}

/// Above every header and every checkpoint position that was seen. A first start takes 1.
inline unsigned open_number(const Row& row, const State& s) {
  unsigned headers = 0;
  unsigned positions = 0;
  for (const Segment& segment : s.disk.segments) {
    headers = Concrete::upper(headers, number_of(segment.cached));
  }
  for (const Checkpoint& c : s.disk.checkpoints) {
    if (c.cached != 0 && c.bad == 0) positions = Concrete::upper(positions, c.position_number);
  }
  if (!row.keeps(Rule::number_above_all)) headers = 0;
  return fresh_number<Concrete>(headers, positions);
}

}  // namespace plumb::spec::commit::golden
