// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The steps of the classic protocol: commit, opening, and what happens to them. One function for
// each action, with the action's name; the program's position is the guard.
// Thread-safety: pure functions.
// Spec:          AC-1 to AC-6, AC-12. The report's protocol, sections 2 and 3.
#pragma once
#include "commit/classic_disk.hpp"

namespace plumb::spec::commit::classic {

inline const Program& program(const Row& row, const State& s) {
  return s.at() == Phase::running ? row.commit : row.recovery;
}

/// One more step of the program is done. Behind the commit program's end the store is at rest.
inline void advance(const Row& row, State& s) {
  s.pc = (s.pc + 1U) & 31U;
  if (s.at() != Phase::running || s.pc < row.commit.size) return;
  s.pc = 0;
  s.flying = 0;
}

/// The content with the commit in progress.
inline Image with_ids(const Row& row, Image image, Ids ids) {
  Content<Concrete> content = image.content();
  for (; ids != 0; ids &= ids - 1) content = apply(content, Concrete::first(ids));
  image.set(content, row.lsn);
  return image;
}
inline Image with_flying(const Row& row, const State& s) {
  return s.flying == 0 ? s.memory : with_ids(row, s.memory, s.flying);
}

/// The id that this position of the program logs: groups log one PREPARE after the other.
inline unsigned logged_id(const Row& row, const State& s) {
  const Op op = row.commit.at(s.pc);
  const unsigned id = Concrete::first(s.flying) + row.commit.before(s.pc, op);
  return id > Concrete::last(s.flying) ? Concrete::last(s.flying) : id;
}
inline Record logged_record(const Row& row, const State& s) {
  const Op op = row.commit.at(s.pc);
  return op == Op::AppendPrepare || op == Op::BufferPrepare ? prepare(logged_id(row, s))
                                                            : commit_of(Concrete::last(s.flying));
}

inline void push_buffer(State& s, Record r) {
  if (s.buffered >= 12) throw CapacityExceeded("classic: the buffer holds 12 records");
  auto& pair = s.buffer[s.buffered / 2U];
  pair = static_cast<std::uint8_t>(s.buffered % 2U == 0 ? r : pair | (r << 4U));
  s.buffered = (s.buffered + 1U) & 15U;
}
inline void flush_buffer(const Row& row, State& s) {
  for (unsigned i = 0; i < s.buffered; ++i) {
    append(row, s, static_cast<Record>((s.buffer[i / 2] >> (i % 2 * 4)) & 15U));
  }
  s.buffer = {};
  s.buffered = 0;
  s.flushed = 1;
}

/// What ScanWal reads: the records up to the first bad one, or all but the bad ones.
struct Scan {
  Ids prepared = 0;
  Ids committed = 0;
  unsigned end = 0;  ///< behind the last place that was read
};
template <class Get>
Scan scan(const Row& row, unsigned length, const Get& get) {
  Scan found;
  for (unsigned i = 0; i < length; ++i) {
    const Record r = get(i);
    if (r == kEmpty || (!is_whole(r) && row.reader == Reader::stops)) break;
    found.end = i + 1;
    if (is_prepare(r)) found.prepared |= Concrete::only(id_of(r));
    if (is_commit_mark(r)) {
      const unsigned first = id_of(r) + 1U - row.group;
      for (unsigned id = first; id <= id_of(r); ++id) found.committed |= Concrete::only(id);
    }
  }
  return found;
}
inline Scan scan_cached(const Row& row, const State& s) {
  const unsigned length = row.log == Log::growing ? s.length : kSlots;
  return scan(row, length, [&](unsigned i) -> Record { return s.log[i].cached; });
}

/// Which committed transactions RedoWal applies.
inline Ids to_redo(const Row& row, const State& s) {
  const Ids ready = Concrete::both(s.committed, s.prepared);
  return row.lsn ? Concrete::less(ready, Concrete::upto(ready, s.memory.lsn)) : ready;
}

inline void load_checkpoint(State& s) {
  s.memory = s.state;
  s.memory.via_temp = 0;
}
inline void scan_wal(const Row& row, State& s) {
  const Scan found = scan_cached(row, s);
  const Ids open = Concrete::less(found.prepared, found.committed);
  s.prepared = low8(found.prepared);
  s.committed = low8(found.committed);
  s.rolled_back = low8(row.lsn ? Concrete::less(open, Concrete::upto(open, s.memory.lsn)) : open);
  if (row.log == Log::preallocated) s.length = found.end & 15U;
}
inline void redo_wal(const Row& row, State& s) {
  s.memory = with_ids(row, s.memory, to_redo(row, s));
}

/// How many records CutTail leaves: what it read, less PREPAREs at the end that are rolled back.
inline unsigned kept_by_cut(const Row& row, const State& s) {
  unsigned keep = scan_cached(row, s).end;
  while (keep > 0 && s.log[keep - 1].cached == kTorn) --keep;
  if (row.keeps_open) return keep;
  while (keep > 0 && is_prepare(s.log[keep - 1].cached) &&
         Concrete::has(s.rolled_back, id_of(s.log[keep - 1].cached))) {
    --keep;
  }
  return keep;
}
/// The kernel may have written any part of the log before it is cut: each case is a step.
template <class F>
void cut_tail(const Row& row, const State& s, F&& f) {
  const unsigned keep = kept_by_cut(row, s);
  bool cuts = false;
  for (unsigned i = keep; i < kSlots; ++i) cuts = cuts || s.log[i].cached != kEmpty;
  if (!cuts) return f(s);
  log_survivors(row, s, [&](const State& written) {
    State to = s;
    for (unsigned i = 0; i < kSlots; ++i) {
      to.log[i].durable = written.log[i].durable;
      if (i >= keep) to.log[i].cached = kEmpty;
    }
    to.durable_length = written.durable_length;
    to.length = keep & 15U;
    f(to);
  });
}

/// Open: readers see what was found; what is not in it is lost, and will stay lost.
inline void open(State& s) {
  const Ids after = Concrete::less(s.live(), Concrete::upto(~Ids{0}, Concrete::last(s.memory.own)));
  s.lost = low8(s.lost | after);
  s.promised = low8(s.promised | s.memory.own);
  s.prepared = s.committed = s.rolled_back = s.expected = 0;
  s.expected_set = 0;
  s.pc = 0;
  s.go(Phase::running);
}

/// A bare opening reads the log for its report only, when it loads the state file.
inline bool scans_on_load(const Row& row) {
  return !row.recovery.has(Op::ScanWal) && !row.recovery.has(Op::RedoWal);
}

/// What an opening of this disk would show if nothing disturbed it.
inline Ids undisturbed(const Row& row, State s) {
  load_checkpoint(s);
  if (row.recovery.has(Op::ScanWal)) scan_wal(row, s);
  if (row.recovery.has(Op::RedoWal)) redo_wal(row, s);
  return s.memory.own;
}

/// The process is gone, and with it all that was only in memory.
inline void stop_process(const Row& row, State& s) {
  s.go(Phase::recovering);
  s.crashes = (s.crashes - 1U) & 7U;
  s.pc = 0;
  s.memory = Image{};
  s.temp = Image{};  // nobody reads a temp file that was left behind
  s.temp_synced = 0;
  s.buffer = {};
  s.buffered = s.flushed = 0;
  s.flying = s.prepared = s.committed = s.rolled_back = 0;
  if (row.log == Log::preallocated) s.length = 0;
}

}  // namespace plumb::spec::commit::classic
