// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Which state of spec/commit/golden.hpp a naive state is.
// Spec:          EV-2.
#include "commit/golden.hpp"
#include "commit_naive_golden_disk.hpp"

namespace plumb::test::naive {

namespace model = spec::commit::golden;
using namespace golden;

namespace {

std::uint8_t bits(const Ids& ids) {
  unsigned set = 0;
  for (const unsigned id : ids) set |= 1U << (id - 1);
  return static_cast<std::uint8_t>(set);
}
unsigned last(const Ids& ids) { return ids.empty() ? 0 : *ids.rbegin(); }

model::Header header(const Header& h) {
  if (h.bytes == Bytes::nothing) return model::kNoHeader;
  return h.bytes == Bytes::unreadable ? model::kBadHeader : model::header(h.number, h.salt);
}
unsigned block(const Block& b, model::State& to) {
  if (b.bytes == Bytes::nothing) return model::kEmpty;
  if (b.bytes == Bytes::unreadable) return model::kTorn;
  model::Record& r = to.records[*b.ids.begin() - 1];
  r.previous = bits(b.previous) & 31U;
  r.more = (b.ids.size() - 1) & 3U;
  r.durable_seq = b.durable_seq & 7U;
  r.salt = b.salt & 7U;
  r.number = static_cast<std::uint8_t>(b.number);
  return *b.ids.begin();
}
model::Line line(const Line& l) {
  switch (l.event) {
    case Event::init:
      return model::line(model::LineKind::init, bits(l.found));
    case Event::open:
      return model::line(model::LineKind::entry, bits(l.found));
    case Event::end:
      return model::line(model::LineKind::end, bits(l.found));
    case Event::torn:
      return model::kTornLine;
    default:
      return 0;
  }
}
model::Checkpoint checkpoint(const Name& name, const File* file) {
  model::Checkpoint c{};
  c.cached = name.cached ? 1 : 0;
  for (const Inode& inode : name.survive) {
    if (inode) c.may_be = 1;
    if (!inode) c.may_be_none = 1;
  }
  c.dirty = name.dirty ? 1 : 0;
  if (file == nullptr) return c;
  c.number = file->image.number & 31U;
  c.own = bits(file->image.content) & 31U;
  c.last = last(file->image.content) & 7U;
  c.position_number = file->image.position.number & 31U;
  c.position_slot = file->image.position.slot & 3U;
  c.anchor = file->image.anchor & 15U;
  c.bad = file->intact.cached ? 0 : 1;
  c.bad_durable = file->intact.before ? 0 : 1;
  c.unsynced = file->intact.dirty ? 1 : 0;
  return c;
}
void see_disk(const State& s, model::State& to) {
  for (unsigned f = 0; f < s.segments.size(); ++f) {
    model::Segment& segment = to.disk.segments[f];
    segment.cached = header(s.segments[f].header.cached);
    segment.durable = header(s.segments[f].header.before);
    segment.dirty = s.segments[f].header.dirty ? 1 : 0;
    for (unsigned i = 0; i < s.segments[f].blocks.size(); ++i) {
      segment.slots[i].cached = block(s.segments[f].blocks[i].cached, to) & 7U;
      segment.slots[i].durable = block(s.segments[f].blocks[i].before, to) & 7U;
      segment.slots[i].dirty = s.segments[f].blocks[i].dirty ? 1 : 0;
    }
  }
  unsigned n = 0;
  for (const auto& [number, name] : s.checkpoints) {
    const Inode inode = name.cached ? name.cached : *name.survive.rbegin();
    to.disk.checkpoints[n++] = checkpoint(name, &s.files.at(*inode));
  }
  const bool mine = s.temp.cached && *s.temp.cached != kLeftover;
  to.disk.temp = checkpoint(s.temp, mine ? &s.files.at(*s.temp.cached) : nullptr);
  for (unsigned i = 0; i < s.audit.size(); ++i) {
    to.disk.lines[i % model::kLines] = line(s.audit[i].cached);
    to.disk.lines_durable[i % model::kLines] = line(s.audit[i].before);
    if (s.audit[i].dirty) to.disk.lines_dirty |= static_cast<std::uint8_t>(1U << i);
  }
}

}  // namespace

/// A record that no block holds any more is nobody's matter, also where the model keeps it.
model::State Golden::observed(const spec::commit::Row&, model::State s) {
  model::tidy(s);
  return s;
}

model::State Golden::seen(const State& s) const {
  model::State to{};
  see_disk(s, to);
  model::Process& p = to.process;
  p.phase = static_cast<std::uint8_t>(s.phase) & 3U;
  p.half = s.half ? 1 : 0;
  p.pc = s.pc & 31U;
  p.sync_pc = s.sync_pc & 7U;
  p.checkpoint_pc = s.checkpoint_pc & 15U;
  p.refuses = s.refuses ? 1 : 0;
  p.own = bits(s.visible) & 31U;
  p.last = last(s.visible) & 7U;
  p.chain = bits(s.written) & 31U;
  p.active = s.active ? (*s.active + 1) & 3U : 0U;
  p.first_start = s.first_start ? 1 : 0;
  p.durable = bits(s.durable) & 31U;
  for (const unsigned f : s.spares) p.spares = (p.spares | 1U << f) & 7U;
  p.target = s.syncing ? bits(*s.syncing) & 31U : 0U;
  if (s.phase == Phase::opening && s.pc == 2) {  // what RedoWal is about to apply
    p.target = (bits(s.written) ^ bits(s.visible)) & 31U;
  }
  p.next_slot = s.next_slot & 3U;
  p.number = s.number & 31U;
  p.need_seq = s.need_seq & 7U;
  p.checkpoint_number = s.checkpoint_number & 31U;
  p.checkpoint_own = bits(s.checkpointed) & 31U;
  p.loaded = s.loaded & 31U;
  p.confirmed = s.confirmed & 15U;
  model::Ghost& g = to.ghost;
  g.promised = bits(s.promised) & 31U;
  g.started = s.started & 7U;
  g.lost = bits(s.lost) & 31U;
  g.crashes = s.crashes & 7U;
  g.acked = bits(s.acked) & 31U;
  g.io_errors = s.io_errors & 3U;
  g.rots = s.rots & 1U;
  g.expected_set = s.expected ? 1 : 0;
  if (s.expected) g.expected = bits(*s.expected) & 31U;
  g.disk_full = s.disk_full & 1U;
  g.rotted = s.rotted ? 1 : 0;
  g.rotten = bits(s.rotten) & 31U;
  g.audited = s.audited & 15U;
  return to;
}

}  // namespace plumb::test::naive
