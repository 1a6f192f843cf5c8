// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The disk of the golden protocol as a list of items, each of which survives a power cut on its
// own: segment headers, log blocks, names and bytes of checkpoints and temp file, audit lines.
//   write     cached changes, dirty; where a pending item is written over, the kernel may have
//             written it before: each case is a step
//   sync      durable becomes cached, for the items that it covers
//   failure   durable is any survivor, nothing is dirty any more, what programs read stays, goes
//             back, or is what is on disk
//   cut       durable is any survivor, and all that there is
// Thread-safety: pure functions.
// Spec:         .
#pragma once
#include "check/model.hpp"
#include "commit/golden_state.hpp"
#include "commit/rows.hpp"

namespace plumb::spec::commit::golden {

/// Items by number: headers, blocks, names, bytes, temp name, temp bytes, audit lines.
inline constexpr unsigned kBlock0 = kSegments;
inline constexpr unsigned kName0 = kBlock0 + kSegments * kSlots;
inline constexpr unsigned kBytes0 = kName0 + kCheckpoints;
inline constexpr unsigned kTempName = kBytes0 + kCheckpoints;
inline constexpr unsigned kTempBytes = kTempName + 1;
inline constexpr unsigned kLine0 = kTempBytes + 1;
inline constexpr unsigned kItems = kLine0 + kLines;
using Items = std::uint64_t;
constexpr Items item(unsigned i) { return Items{1} << i; }
constexpr Items segment_items(unsigned f) {
  return item(f) | (((Items{1} << kSlots) - 1U) << (kBlock0 + f * kSlots));
}
inline constexpr Items kNames = (((Items{1} << kCheckpoints) - 1U) << kName0) | item(kTempName);
inline constexpr Items kAudit = ((Items{1} << kLines) - 1U) << kLine0;
inline constexpr Items kAll = (Items{1} << kItems) - 1U;

inline Slot& block(State& s, unsigned i) {
  return s.disk.segments[(i - kBlock0) / kSlots].slots[(i - kBlock0) % kSlots];
}
inline const Slot& block(const State& s, unsigned i) {
  return s.disk.segments[(i - kBlock0) / kSlots].slots[(i - kBlock0) % kSlots];
}

/// Items that a sync would still write.
inline Items pending(const State& s) {
  Items items = Items{s.disk.lines_dirty} << kLine0;
  for (unsigned f = 0; f < kSegments; ++f) {
    const Segment& segment = s.disk.segments[f];
    if (segment.dirty != 0) items |= item(f);
    for (unsigned i = 0; i < kSlots; ++i) {
      if (segment.slots[i].dirty != 0) items |= item(kBlock0 + f * kSlots + i);
    }
  }
  for (unsigned c = 0; c < kCheckpoints; ++c) {
    if (s.disk.checkpoints[c].dirty != 0) items |= item(kName0 + c);
    if (s.disk.checkpoints[c].unsynced != 0) items |= item(kBytes0 + c);
  }
  if (s.disk.temp.dirty != 0) items |= item(kTempName);
  if (s.disk.temp.unsynced != 0) items |= item(kTempBytes);
  return items;
}

namespace detail {

/// Sets what is durable of a pending item to its survivor number `n`: 0 the old, 1 the new,
/// 2 neither. False where there is no such survivor, or it equals an earlier one.
inline bool settle_bytes(std::uint8_t cached, std::uint8_t durable, std::uint8_t bad, unsigned n,
                         std::uint8_t& to) {
  if (n > 0 && cached == durable) return false;
  if (n == 2 && (cached == bad || durable == bad)) return false;
  to = n == 0 ? durable : n == 1 ? cached : bad;
  return true;
}
inline bool settle_name(Checkpoint& c, unsigned n) {
  if (n > 1 || (n == 0 ? c.may_be_none : c.may_be) == 0) return false;
  c.may_be = n & 1U;
  c.may_be_none = n == 0 ? 1 : 0;
  return true;
}
inline bool settle_content(Checkpoint& c, unsigned n) {
  if (n > 1 || (n == 1 && c.bad != 0)) return false;
  c.bad_durable = n == 1 ? 1 : c.bad;
  return true;
}

inline bool settle(State& s, unsigned i, unsigned n) {
  std::uint8_t to = 0;
  if (i < kBlock0) {
    Segment& segment = s.disk.segments[i];
    if (!settle_bytes(segment.cached, segment.durable, kBadHeader, n, to)) return false;
    segment.durable = to;
  } else if (i < kName0) {
    Slot& slot = block(s, i);
    if (!settle_bytes(slot.cached, slot.durable, kTorn, n, to)) return false;
    slot.durable = to & 7U;
  } else if (i < kBytes0) {
    return settle_name(s.disk.checkpoints[i - kName0], n);
  } else if (i < kTempName) {
    return settle_content(s.disk.checkpoints[i - kBytes0], n);
  } else if (i == kTempName) {
    return settle_name(s.disk.temp, n);
  } else if (i == kTempBytes) {
    return settle_content(s.disk.temp, n);
  } else {
    const unsigned l = i - kLine0;
    if (!settle_bytes(s.disk.lines[l], s.disk.lines_durable[l], kTornLine, n, to)) return false;
    s.disk.lines_durable[l] = to;
  }
  return true;
}

/// What programs read becomes what is durable.
inline void revert(State& s, unsigned i) {
  const auto name = [](Checkpoint& c) { c.cached = c.may_be; };
  const auto bytes = [](Checkpoint& c) { c.bad = c.bad_durable; };
  if (i < kBlock0) {
    s.disk.segments[i].cached = s.disk.segments[i].durable;
  } else if (i < kName0) {
    block(s, i).cached = block(s, i).durable;
  } else if (i < kBytes0) {
    name(s.disk.checkpoints[i - kName0]);
  } else if (i < kTempName) {
    bytes(s.disk.checkpoints[i - kBytes0]);
  } else if (i == kTempName) {
    name(s.disk.temp);
  } else if (i == kTempBytes) {
    bytes(s.disk.temp);
  } else {
    s.disk.lines[i - kLine0] = s.disk.lines_durable[i - kLine0];
  }
}

inline void copy_cached(const State& from, State& to, unsigned i) {
  if (i < kBlock0) {
    to.disk.segments[i].cached = from.disk.segments[i].cached;
  } else if (i < kName0) {
    block(to, i).cached = block(from, i).cached;
  } else if (i < kBytes0) {
    to.disk.checkpoints[i - kName0].cached = from.disk.checkpoints[i - kName0].cached;
  } else if (i < kTempName) {
    to.disk.checkpoints[i - kBytes0].bad = from.disk.checkpoints[i - kBytes0].bad;
  } else if (i == kTempName) {
    to.disk.temp.cached = from.disk.temp.cached;
  } else if (i == kTempBytes) {
    to.disk.temp.bad = from.disk.temp.bad;
  } else {
    to.disk.lines[i - kLine0] = from.disk.lines[i - kLine0];
  }
}

inline void clean(State& s, unsigned i) {
  if (i < kBlock0) {
    s.disk.segments[i].dirty = 0;
  } else if (i < kName0) {
    block(s, i).dirty = 0;
  } else if (i < kBytes0) {
    s.disk.checkpoints[i - kName0].dirty = 0;
  } else if (i < kTempName) {
    s.disk.checkpoints[i - kBytes0].unsynced = 0;
  } else if (i == kTempName) {
    s.disk.temp.dirty = 0;
  } else if (i == kTempBytes) {
    s.disk.temp.unsynced = 0;
  } else {
    s.disk.lines_dirty = static_cast<std::uint8_t>(s.disk.lines_dirty & ~(1U << (i - kLine0)));
  }
}

}  // namespace detail

/// Whether programs read exactly what is durable.
inline bool is_settled(const State& s) {
  State to = s;
  for (unsigned i = 0; i < kItems; ++i) detail::revert(to, i);
  return pending(s) == 0 && to == s;
}

/// f(state) for every choice of survivors of the items; they stay dirty.
template <class F>
void survivors(const State& s, Items items, F&& f) {
  if (items == 0) return f(s);
  const auto i = static_cast<unsigned>(std::countr_zero(items));
  for (unsigned n = 0; n < 3; ++n) {
    State to = s;
    if (detail::settle(to, i, n)) survivors(to, items & (items - 1), f);
  }
}

inline void sync_items(State& s, Items items) {
  for (items &= pending(s); items != 0; items &= items - 1) {
    const auto i = static_cast<unsigned>(std::countr_zero(items));
    if (i < kBlock0) {
      s.disk.segments[i].durable = s.disk.segments[i].cached;
    } else if (i < kName0) {
      block(s, i).durable = block(s, i).cached;
    } else if ((item(i) & kNames) != 0) {
      Checkpoint& c = i == kTempName ? s.disk.temp : s.disk.checkpoints[i - kName0];
      c.may_be = c.cached;
      c.may_be_none = c.cached == 0 ? 1 : 0;
    } else if (i < kLine0) {
      Checkpoint& c = i == kTempBytes ? s.disk.temp : s.disk.checkpoints[i - kBytes0];
      c.bad_durable = c.bad;
    } else {
      s.disk.lines_durable[i - kLine0] = s.disk.lines[i - kLine0];
    }
    detail::clean(s, i);
  }
}

/// f(state) for every outcome of a sync of the items that fails: what is durable is any survivor;
/// what programs read stays, goes back to what was durable before, or is what is on disk now. Names
/// do not go back: a folder listing shows every name that is on disk.
template <class F>
void failed_sync(const State& s, Items items, F&& f) {
  items &= pending(s);
  State old = s;
  for (Items left = items & ~kNames; left != 0; left &= left - 1) {
    detail::revert(old, static_cast<unsigned>(std::countr_zero(left)));
  }
  survivors(s, items, [&](State stays) {
    State reads_disk = stays;
    State reads_old = stays;
    for (Items left = items; left != 0; left &= left - 1) {
      const auto i = static_cast<unsigned>(std::countr_zero(left));
      detail::clean(stays, i);
      detail::clean(reads_disk, i);
      detail::clean(reads_old, i);
      detail::revert(reads_disk, i);
      detail::copy_cached((item(i) & kNames) != 0 ? reads_disk : old, reads_old, i);
    }
    f(stays);
    if (!(reads_disk == stays)) f(reads_disk);
    if (!(reads_old == stays) && !(reads_old == reads_disk)) f(reads_old);
  });
}

/// Forgets what nobody can observe: records that no block holds, checkpoints that are gone, audit
/// lines that every checkpoint vouches for, except the last of them.
inline void tidy(State& s) {
  unsigned held = 0;
  for (const Segment& segment : s.disk.segments) {
    for (const Slot slot : segment.slots) held |= (1U << slot.cached) | (1U << slot.durable);
  }
  for (unsigned id = 1; id <= kMaxTransactions; ++id) {
    if ((held & (1U << id)) == 0) s.records[id - 1] = Record{};
  }
  auto& list = s.disk.checkpoints;
  unsigned kept = 0;
  unsigned anchor = kLines;
  for (unsigned c = 0; c < kCheckpoints; ++c) {
    if (list[c].cached == 0 && list[c].may_be == 0) continue;
    if (kept != c) list[kept] = list[c];
    anchor = list[kept].anchor < anchor ? list[kept].anchor : anchor;
    ++kept;
  }
  for (unsigned c = kept; c < kCheckpoints; ++c) list[c] = Checkpoint{};
  if (kept == 0) return;
  const auto solid = [&] {
    return is_line(s.disk.lines[0]) && s.disk.lines[0] == s.disk.lines_durable[0] &&
           (s.disk.lines_dirty & 1U) == 0 && s.ghost.audited > 0;
  };
  for (; anchor > 1 && solid(); --anchor) {
    std::memmove(s.disk.lines.data(), s.disk.lines.data() + 1, kLines - 1);
    std::memmove(s.disk.lines_durable.data(), s.disk.lines_durable.data() + 1, kLines - 1);
    s.disk.lines[kLines - 1] = s.disk.lines_durable[kLines - 1] = 0;
    s.disk.lines_dirty = static_cast<std::uint8_t>(s.disk.lines_dirty >> 1U);
    for (unsigned c = 0; c < kept; ++c) list[c].anchor = (list[c].anchor - 1U) & 15U;
    if (s.disk.temp.anchor > 0) s.disk.temp.anchor = (s.disk.temp.anchor - 1U) & 15U;
    if (s.process.confirmed > 0) s.process.confirmed = (s.process.confirmed - 1U) & 15U;
    s.ghost.audited = (s.ghost.audited - 1U) & 15U;
  }
}

/// The process is gone. Nobody reads a temp file that was left behind.
inline void stop_process(State& s) {
  const Checkpoint temp = s.disk.temp;
  s.disk.temp = Checkpoint{};
  s.disk.temp.cached = temp.cached;
  s.disk.temp.may_be = temp.may_be;
  s.disk.temp.may_be_none = temp.may_be_none;
  s.disk.temp.dirty = temp.dirty;
  s.process = Process{};
  s.go(Phase::opening);
}

/// f(state) for everything that a power cut may leave; the process is gone already.
template <class F>
void power_cut(const State& s, F&& f) {
  survivors(s, pending(s), [&](State to) {
    for (unsigned i = 0; i < kItems; ++i) {
      detail::clean(to, i);
      detail::revert(to, i);
    }
    tidy(to);
    f(to);
  });
}

}  // namespace plumb::spec::commit::golden
