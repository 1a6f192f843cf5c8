// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The disk of the classic protocol: what appends, syncs and renames do to its objects, and what a
// power cut may leave of them. Log, state name and temp name survive independently.
//   growing log       every prefix between durable and cached, each also with a torn record behind
//                     it; a cut that was not synced may be there or not
//   preallocated log  each pending record is old, new or torn, independently
//   state name        each file that it had since the last folder sync, or none (a rename may lose
//                     its destination); a file that was not synced may be unreadable
//   temp name         there or not; after a split rename both names may have one file
// Deviations, on the conservative side: a temp file overwritten in place under the state name keeps
// its old content as a survivor until the folder sync, not only until its own sync.
// Thread-safety: pure functions.
// Spec:         .
#pragma once
#include "check/model.hpp"
#include "commit/classic_state.hpp"
#include "commit/rows.hpp"

namespace plumb::spec::commit::classic {

inline Slot both(Record r) {
  return {static_cast<std::uint8_t>(r & 15U), static_cast<std::uint8_t>(r & 15U)};
}

/// The first place where the running program reads something else than what is durable.
inline unsigned first_pending(const State& s) {
  unsigned i = 0;
  while (i < kSlots && s.log[i].cached == s.log[i].durable) ++i;
  return i;
}
inline bool log_is_quiet(const State& s) { return first_pending(s) == kSlots; }
inline bool is_quiet(const State& s) {
  return log_is_quiet(s) && s.old_count == 0 && s.state_may_be_none == 0 &&
         s.state_may_be_bad == 0 && s.state_synced != 0 && s.temp_may_be == s.temp_cached &&
         s.temp_may_be_none != s.temp_cached;
}

inline void sync_log(const Row& row, State& s) {
  for (Slot& slot : s.log) slot.durable = slot.cached;
  if (row.log == Log::growing) s.durable_length = s.length;
}

/// Puts a record behind the log. A line of text that follows a torn one becomes a part of it.
inline void append(const Row& row, State& s, Record r) {
  if (row.log == Log::growing && row.reader == Reader::skips && s.length > 0 &&
      s.log[s.length - 1U].cached == kTorn) {
    s.log[s.length - 1U].cached = kGlued;
    return;
  }
  if (s.length >= kSlots) throw CapacityExceeded("classic: the log holds 12 records");
  s.log[s.length].cached = r & 15U;
  s.length = (s.length + 1U) & 15U;
}

namespace detail {

/// The log as a power cut left it: nothing is pending.
template <class F>
void prefix_survivor(const State& s, unsigned count, bool torn, F& f) {
  State to = s;
  to.log = {};
  for (unsigned i = 0; i < count; ++i) to.log[i] = both(s.log[i].cached);
  if (torn) to.log[count++] = both(kTorn);
  to.length = to.durable_length = count & 15U;
  f(to);
}

template <class F>
void growing_survivors(const State& s, F& f) {
  const unsigned from = first_pending(s);
  State to = s;
  for (Slot& slot : to.log) slot.cached = slot.durable;
  to.length = to.durable_length;
  f(to);
  if (from == kSlots) return;
  const bool torn_before = s.log[from].durable == kTorn && s.durable_length == from + 1U;
  const bool cut = s.durable_length > from && !(torn_before && s.log[from].cached == kGlued);
  for (unsigned count = from; count <= s.length; ++count) {
    if (count > from || cut) prefix_survivor(s, count, false, f);
    if (count < s.length && (count > from || cut || !torn_before)) {
      prefix_survivor(s, count, true, f);
    }
  }
}

template <class F>
void preallocated_survivors(const State& s, unsigned slot, F& f) {
  while (slot < kSlots && s.log[slot].cached == s.log[slot].durable) ++slot;
  if (slot == kSlots) {
    State to = s;
    to.length = 0;
    return f(to);
  }
  State to = s;
  to.log[slot].cached = s.log[slot].durable;
  preallocated_survivors(to, slot + 1, f);
  to.log[slot] = both(s.log[slot].cached);
  preallocated_survivors(to, slot + 1, f);
  if (s.log[slot].cached != kTorn && s.log[slot].durable != kTorn) {
    to.log[slot] = both(kTorn);
    preallocated_survivors(to, slot + 1, f);
  }
}

}  // namespace detail

/// f(state whose log is one of the survivors, with nothing pending)
template <class F>
void log_survivors(const Row& row, const State& s, F&& f) {
  if (row.log == Log::growing) {
    detail::growing_survivors(s, f);
  } else {
    detail::preallocated_survivors(s, 0, f);
  }
}

/// Remembers an image that the state name may come back with.
inline void add_old(State& s, Image image) {
  unsigned i = 0;
  while (i < s.old_count && s.old[i].bits() < image.bits()) ++i;
  if (i < s.old_count && s.old[i] == image) return;
  if (s.old_count >= kOld) throw CapacityExceeded("classic: the state name keeps 8 old files");
  for (unsigned k = s.old_count; k > i; --k) s.old[k] = s.old[k - 1];
  s.old[i] = image;
  s.old_count = (s.old_count + 1U) & 15U;
}
inline void state_file_becomes_old(State& s) {
  if (s.state.readable != 0) add_old(s, s.state);
  if (s.state.readable == 0 || s.state_synced == 0) s.state_may_be_bad = 1;
}

/// WriteTemp: opens the temp name with truncation; where it is another name of the state file,
/// that file is overwritten.
inline void write_temp(State& s, Image image) {
  image.via_temp = 0;
  if (s.temp_cached != 0 && s.temp_is_state != 0) {
    state_file_becomes_old(s);
    image.via_temp = s.state.via_temp;
    s.state = image;
    s.state_synced = 0;
    return;
  }
  s.temp = image;
  s.temp_synced = 0;
  s.temp_cached = 1;
  s.temp_may_be = 1;
}

inline void rename_temp(State& s, bool split) {
  if (s.temp_is_state != 0) return;  // two names of one file: rename does nothing
  state_file_becomes_old(s);
  if (split) s.state_may_be_none = 1;
  s.state = s.temp;
  s.state.via_temp = 1;
  s.state_synced = s.temp_synced;
  s.temp = Image{};
  s.temp_synced = 0;
  s.temp_cached = 0;
  s.temp_may_be_none = 1;
}

inline void clean_temp(State& s) {
  if (s.temp_cached == 0) return;
  s.temp = Image{};
  s.temp_cached = 0;
  s.temp_synced = 0;
  s.temp_is_state = 0;
  s.temp_may_be_none = 1;
}

inline void sync_dir(State& s) {
  s.old = {};
  s.old_count = 0;
  s.state_may_be_none = 0;
  s.state_may_be_bad = 0;
  s.state.via_temp = 0;
  s.temp_may_be = s.temp_cached;
  s.temp_may_be_none = s.temp_cached == 0 ? 1 : 0;
}

namespace detail {

/// The names as a power cut left them, the state name with `image` (zero: no file to read).
template <class F>
void name_survivor(const State& s, Image image, bool aliases, F& f) {
  State to = s;
  const bool alias = aliases && image.via_temp != 0 && s.temp_may_be != 0;
  to.state = image;
  to.state.via_temp = 0;
  to.state_synced = 1;
  to.temp = Image{};
  to.temp_synced = 0;
  to.temp_is_state = 0;
  const auto temp_is = [&](bool there, bool same_file) {
    to.temp_cached = there ? 1 : 0;
    to.temp_is_state = same_file ? 1 : 0;
    sync_dir(to);
    f(to);
  };
  if (s.temp_may_be_none != 0) temp_is(false, false);
  if (s.temp_may_be != 0) temp_is(true, false);
  if (alias) temp_is(true, true);
}

}  // namespace detail

/// f(state whose names are one of the survivors, with nothing pending). `aliases`: whether a temp
/// name that is another name of the state file is told apart from one that is not.
template <class F>
void name_survivors(const State& s, bool aliases, F&& f) {
  if (s.state.readable != 0) detail::name_survivor(s, s.state, aliases, f);
  for (unsigned i = 0; i < s.old_count; ++i) detail::name_survivor(s, s.old[i], aliases, f);
  if (s.state.readable == 0 || s.state_synced == 0 || s.state_may_be_none != 0 ||
      s.state_may_be_bad != 0) {
    detail::name_survivor(s, Image{}, aliases, f);
  }
}

}  // namespace plumb::spec::commit::classic
