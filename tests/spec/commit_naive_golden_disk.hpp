// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What writes, syncs and power cuts do to one item of the naive golden disk, and a way to name any
// item of it.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <algorithm>

#include "commit_naive_golden.hpp"

namespace plumb::test::naive::golden {

inline Header torn(const Header&) { return {Bytes::unreadable, 0, 0}; }
inline Block torn(const Block&) { return {Bytes::unreadable, {}, {}, 0, 0, 0}; }
inline Line torn(const Line&) { return {Event::torn, {}}; }
inline bool torn(bool) { return false; }

/// A write that is not synced: old, new or neither.
template <class T>
void write(Item<T>& item, const T& value) {
  item.survive.insert(value);
  if constexpr (!std::is_same_v<T, Inode>) item.survive.insert(torn(value));
  item.cached = value;
  item.dirty = true;
}
template <class T>
void sync(Item<T>& item) {
  if (!item.dirty) return;
  item.before = item.cached;
  item.survive = {item.cached};
  item.dirty = false;
}
template <class T>
T nth(const std::set<T>& values, std::size_t n) {
  return *std::next(values.begin(), static_cast<std::ptrdiff_t>(n));
}
/// This much of what was pending is on disk now.
template <class T>
void settle(Item<T>& item, const T& value) {
  item.before = value;
  item.survive = {value};
}

/// Names an item.
struct Ref {
  enum Kind { header, block, name, temp, file, line } kind;
  unsigned a = 0, b = 0;
};
/// f(item)
template <class S, class F>
auto at(S& s, const Ref& ref, F&& f) {
  switch (ref.kind) {
    case Ref::header:
      return f(s.segments.at(ref.a).header);
    case Ref::block:
      return f(s.segments.at(ref.a).blocks.at(ref.b));
    case Ref::name:
      return f(s.checkpoints.at(ref.a));
    case Ref::temp:
      return f(s.temp);
    case Ref::file:
      return f(s.files.at(ref.a).intact);
    default:
      return f(s.audit.at(ref.a));
  }
}
using Refs = std::vector<Ref>;

inline Refs segment_items(const State& s, unsigned segment) {
  Refs refs{{Ref::header, segment}};
  for (unsigned i = 0; i < s.segments.at(segment).blocks.size(); ++i) {
    refs.push_back({Ref::block, segment, i});
  }
  return refs;
}
inline Refs name_items(const State& s) {
  Refs refs{{Ref::temp}};
  for (const auto& [number, name] : s.checkpoints) refs.push_back({Ref::name, number});
  return refs;
}
inline Refs audit_items(const State& s) {
  Refs refs;
  for (unsigned i = 0; i < s.audit.size(); ++i) refs.push_back({Ref::line, i});
  return refs;
}
inline Refs all_items(const State& s) {
  Refs refs = name_items(s);
  for (unsigned f = 0; f < s.segments.size(); ++f) {
    const Refs more = segment_items(s, f);
    refs.insert(refs.end(), more.begin(), more.end());
  }
  for (const auto& [number, file] : s.files) refs.push_back({Ref::file, number});
  const Refs more = audit_items(s);
  refs.insert(refs.end(), more.begin(), more.end());
  return refs;
}

inline void sync(State& s, const Refs& refs) {
  for (const Ref& ref : refs) at(s, ref, [](auto& item) { sync(item); });
}

/// Every combination of what may be on disk of the items; what programs read stays.
inline std::vector<State> settled(const State& s, const Refs& refs) {
  std::vector<State> states{s};
  for (const Ref& ref : refs) {
    std::vector<State> longer;
    for (const State& state : states) {
      const auto count = at(state, ref, [](const auto& item) { return item.survive.size(); });
      for (std::size_t k = 0; k < count; ++k) {
        longer.push_back(state);
        at(longer.back(), ref, [&](auto& item) {
          if (item.dirty) settle(item, nth(item.survive, k));
        });
      }
    }
    states = longer;
  }
  return states;
}

inline constexpr unsigned kLeftover = 0;  ///< a file number that no other file has

/// A temp file that was left is unlinked before anybody reads it or writes to it: what it holds is
/// nobody's matter, nor whether it is a checkpoint by another name.
inline void leave_temp(State& s) {
  const auto leftover = [](const Inode& inode) { return inode ? Inode{kLeftover} : Inode{}; };
  std::set<Inode> survive;
  for (const Inode& inode : s.temp.survive) survive.insert(leftover(inode));
  s.temp = {leftover(s.temp.cached), leftover(s.temp.before), survive, s.temp.dirty};
  s.files[kLeftover] = {};
}

/// Audit lines that every checkpoint vouches for, but for the last of them.
inline void forget_vouched_lines(State& s) {
  unsigned vouched = static_cast<unsigned>(s.audit.size());
  for (const auto& [number, name] : s.checkpoints) {
    const Inode inode = name.cached ? name.cached : *name.survive.rbegin();
    vouched = std::min(vouched, s.files.at(*inode).image.anchor);
  }
  if (s.checkpoints.empty() || vouched < 2) return;
  const unsigned gone = vouched - 1;
  const auto shift = [&](unsigned& lines) { lines -= std::min(lines, gone); };
  s.audit.erase(s.audit.begin(), s.audit.begin() + gone);
  for (auto& [number, file] : s.files) shift(file.image.anchor);
  shift(s.anchor);
  shift(s.confirmed);
  shift(s.audited);
}

/// What nobody can observe: those lines, names that are gone for good, files that no name leads to.
inline void forget(State& s) {
  std::erase_if(s.checkpoints, [](const auto& entry) {
    return !entry.second.cached && entry.second.survive == std::set<Inode>{std::nullopt};
  });
  std::set<Inode> reachable = s.temp.survive;
  reachable.insert(s.temp.cached);
  for (const auto& [number, name] : s.checkpoints) {
    reachable.insert(name.survive.begin(), name.survive.end());
    reachable.insert(name.cached);
  }
  std::erase_if(s.files, [&](const auto& entry) { return !reachable.contains(entry.first); });
  forget_vouched_lines(s);
}

}  // namespace plumb::test::naive::golden
