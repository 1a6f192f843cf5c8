// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// LogAudit: the chained log of openings. Lines carry no digest here: what a digest would reject is
// removed when a line is written before it.
// Thread-safety: pure functions.
// Spec:          AC-11; FORMAT.md.
#pragma once
#include "commit/golden_opening.hpp"

namespace plumb::spec::commit::golden {

/// LogAudit, first half: the line, and every line behind the loaded checkpoint's anchor again.
template <class F>
void write_audit(const Row& row, const State& s, Line next, F&& f) {
  const unsigned count = readable_lines(s);
  const bool taken_up = count > 0 && s.disk.lines[count - 1] == next && is_entry(next);
  const unsigned at = taken_up ? count - 1 : count;
  if (at >= kLines) throw CapacityExceeded("golden: 8 audit lines behind an anchor");
  const Checkpoint* from = checkpoint(s, s.process.loaded);
  const unsigned anchor = !row.keeps(Rule::audit_rewrite) ? at
                          : from == nullptr               ? 0U
                                                          : unsigned{from->anchor};
  const Items over = taken_up ? 0 : pending(s) & item(kLine0 + at);
  survivors(s, over, [&](State to) {
    to.disk.lines[at] = next;
    for (unsigned i = anchor; i <= at; ++i) {
      if (to.disk.lines[i] != to.disk.lines_durable[i]) {
        to.disk.lines_dirty = static_cast<std::uint8_t>(to.disk.lines_dirty | (1U << i));
      }
    }
    for (unsigned i = at + 1; i < kLines; ++i) {  // no digest leads to them any more
      to.disk.lines[i] = to.disk.lines_durable[i] = 0;
      to.disk.lines_dirty = static_cast<std::uint8_t>(to.disk.lines_dirty & ~(1U << i));
    }
    to.process.half = 1;
    f(to);
  });
}
/// LogAudit, second half: its sync.
inline void sync_audit(const Row& row, State& s) {
  if (row.keeps(Rule::anchor_synced)) sync_items(s, kAudit);
  s.process.confirmed = readable_lines(s) & 15U;
  s.ghost.audited = s.process.confirmed;
  s.process.half = 0;
}

}  // namespace plumb::spec::commit::golden
