// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Which state of spec/commit/classic.hpp a naive state is.
// Spec:          EV-2.
#include <algorithm>

#include "commit/classic.hpp"
#include "commit_naive_classic.hpp"

namespace plumb::test::naive {

namespace model = spec::commit::classic;
using namespace classic;

namespace {

std::uint8_t bits(const Ids& ids) {
  unsigned set = 0;
  for (const unsigned id : ids) set |= 1U << (id - 1);
  return static_cast<std::uint8_t>(set);
}
model::Record block(const Record& record) {
  switch (record.kind) {
    case Kind::torn:
      return model::kTorn;
    case Kind::glued:
      return model::kGlued;
    case Kind::prepare:
      return model::prepare(record.id);
    case Kind::commit:
      return model::commit_of(record.id);
    default:
      return model::kEmpty;
  }
}
void put(model::Image& to, const Content& content, unsigned lsn) {
  Ids own;
  for (const auto& [key, value] : content) {
    if (key != 0) own.insert(key);
  }
  to.own = bits(own) & 127U;
  to.root_own = to.own;
  to.last = content.contains(0) ? content.at(0) & 7U : 0U;
  to.root_last = to.last;
  to.lsn = lsn & 7U;
  to.readable = 1;
}

void see_log(const spec::commit::Row& row, const State& s, model::State& to) {
  for (std::size_t i = 0; i < s.log.size(); ++i) to.log[i].cached = block(s.log[i]) & 15U;
  if (row.log == spec::commit::Log::preallocated) {
    to.length = s.append_at & 15U;
    for (std::size_t i = 0; i < s.blocks.size(); ++i) {
      // Pending: what is there, torn, and what was there. Else one.
      for (const Record& record : s.blocks[i]) {
        if (record == s.log[i] && s.blocks[i].size() > 1) continue;
        if (record.kind == Kind::torn && s.blocks[i].size() > 2) continue;
        to.log[i].durable = block(record) & 15U;
      }
    }
    return;
  }
  to.length = s.log.size() & 15U;
  // The longest of what surely survives, or, after a cut, the longest of all.
  const auto shorter = [](const Records& a, const Records& b) { return a.size() < b.size(); };
  const Records& least = *std::min_element(s.survive.begin(), s.survive.end(), shorter);
  const Records& most = *std::max_element(s.survive.begin(), s.survive.end(), shorter);
  const Records& durable = most.size() > s.log.size() ? most : least;
  to.durable_length = durable.size() & 15U;
  for (std::size_t i = 0; i < durable.size(); ++i) to.log[i].durable = block(durable[i]) & 15U;
}

void put_old(std::vector<model::Image> old, model::State& to) {
  const auto less = [](const auto& a, const auto& b) { return a.bits() < b.bits(); };
  std::sort(old.begin(), old.end(), less);
  old.erase(std::unique(old.begin(), old.end()), old.end());
  to.old = {};
  to.old_count = old.size() & 15U;
  std::copy(old.begin(), old.end(), to.old.begin());
}

void see_names(const spec::commit::Row& row, const State& s, model::State& to) {
  const auto bytes_of = [&](const Inode& inode) {
    return inode ? s.files.at(*inode).cached : Bytes{};
  };
  const auto synced = [&](const Inode& inode) {
    return !inode || s.files.at(*inode).survive.size() == 1;
  };
  if (const Bytes bytes = bytes_of(s.state.cached)) {
    put(to.state, bytes->content, bytes->lsn);
  }
  to.state_synced = synced(s.state.cached) ? 1 : 0;
  std::vector<model::Image> old;
  for (const Inode& inode : s.state.survive) {
    if (!inode && s.state.cached) to.state_may_be_none = 1;
    if (inode && inode != s.state.cached) {
      if (!synced(inode)) to.state_may_be_bad = 1;
      if (const Bytes bytes = bytes_of(inode)) {
        model::Image image{};
        put(image, bytes->content, bytes->lsn);
        if (!(image == to.state)) old.push_back(image);
      }
    }
  }
  put_old(old, to);
  to.temp_cached = s.temp.cached ? 1 : 0;
  for (const Inode& inode : s.temp.survive) {
    if (!inode) to.temp_may_be_none = 1;
    if (inode) to.temp_may_be = 1;
  }
  // A temp file that a crash left: nobody reads it before it is removed.
  const bool leftover =
      s.phase == Phase::opening && row.recovery.before(s.pc, spec::commit::Op::CleanTemp) == 0;
  if (const Bytes bytes = bytes_of(s.temp.cached); bytes && !leftover) {
    put(to.temp, bytes->content, bytes->lsn);
    to.temp_synced = synced(s.temp.cached) ? 1 : 0;
  }
}

}  // namespace

/// What the model's state tells apart and nobody can observe: which of the survivors of a log had
/// been written, where the same may survive; a file that the state name had before and that holds
/// what it has now; and, as every opening removes the temp file first, which file had that name.
model::State Classic::observed(const spec::commit::Row& row, model::State s) {
  const unsigned at = model::first_pending(s);
  if (row.log == spec::commit::Log::growing && at < model::kSlots && s.durable_length == at + 1U &&
      s.log[at].durable == model::kTorn && model::is_whole(s.log[at].cached)) {
    s.log[at].durable = model::kEmpty;
    s.durable_length = at & 15U;
  }
  s.state.via_temp = 0;
  std::vector<model::Image> old(s.old.begin(), s.old.begin() + s.old_count);
  for (model::Image& image : old) image.via_temp = 0;
  std::erase_if(old, [&](const model::Image& image) { return image == s.state; });
  put_old(old, s);
  return s;
}

model::State Classic::seen(const State& s) const {
  model::State to{};
  see_log(row_, s, to);
  see_names(row_, s, to);
  to.phase = static_cast<std::uint8_t>(s.phase) & 3U;
  to.crashes = s.crashes & 7U;
  to.started = s.started & 7U;
  to.pc = s.pc & 31U;
  to.flushed = s.flush_owes_sync ? 1 : 0;
  to.buffered = s.buffer.size() & 15U;
  for (std::size_t i = 0; i < s.buffer.size(); ++i) {
    const unsigned record = block(s.buffer[i]);
    to.buffer[i / 2] = static_cast<std::uint8_t>(to.buffer[i / 2] | record << (i % 2 * 4));
  }
  to.flying = bits(s.flying);
  to.prepared = bits(s.prepared);
  to.committed = bits(s.committed);
  to.rolled_back = bits(s.rolled_back);
  to.promised = bits(s.promised);
  to.lost = bits(s.lost);
  to.expected_set = s.expected ? 1 : 0;
  if (s.expected) to.expected = bits(*s.expected);
  if (s.visible) {
    put(to.memory, *s.visible, row_.lsn && s.visible->contains(0) ? s.visible->at(0) : 0);
  }
  return to;
}

}  // namespace plumb::test::naive
