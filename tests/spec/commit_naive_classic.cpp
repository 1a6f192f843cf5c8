// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The classic protocol in the most obvious way: what the process does (commit_naive_classic.hpp).
// Spec:          EV-2; AC-1 to AC-6, AC-12.
#include "commit_naive_classic.hpp"

#include <algorithm>
#include <iterator>

namespace plumb::test::naive {

using namespace classic;
using spec::commit::Log;
using spec::commit::Program;
using spec::commit::Reader;

namespace {

constexpr std::size_t kBlocks = 12;

Content with(Content content, unsigned id) {
  content[id] = id;
  content[0] = id;
  return content;
}
Ids ids_of(const Content& content) {
  Ids ids;
  for (const auto& [key, value] : content) {
    if (key != 0) ids.insert(key);
  }
  return ids;
}

}  // namespace

State Classic::initial() const {
  State s;
  s.files[1] = {Image{}, {Image{}}};
  s.state = {1U, {1U}};
  s.temp = {std::nullopt, {std::nullopt}};
  if (row_.log == Log::growing) {
    s.survive = {Records{}};
  } else {
    s.log.resize(kBlocks);
    s.blocks.resize(kBlocks, {Record{}});
  }
  s.visible = Content{};
  s.crashes = bounds_.crashes;
  return s;
}

std::vector<Classic::Step> Classic::steps(const State& s) const {
  Steps steps;
  if (s.phase == Phase::refused) return steps;
  program_step(s, steps);
  flush(s, steps);
  if (row_.background) background_write(s, steps);
  if (s.crashes > 0) {
    power_cut(s, steps);
    if (bounds_.kill) kill(s, steps);
  }
  return steps;
}

void Classic::program_step(const State& s, Steps& steps) const {
  State to = s;
  if (s.phase == Phase::opening) {
    ++to.pc;
    return opening(row_.recovery.at(s.pc), to, steps);
  }
  if (s.pc == 0) {  // a commit starts, with as many transactions as the row puts into one
    if (s.started + row_.group > bounds_.transactions) return;
    for (unsigned i = 0; i < row_.group; ++i) to.flying.insert(++to.started);
  }
  to.pc = s.pc + 1 == row_.commit.size ? 0 : s.pc + 1;
  committing(row_.commit.at(s.pc), to, steps);
}

/// The memory buffer goes to the log at any moment, and is synced a moment later.
void Classic::flush(State s, Steps& steps) const {
  if (s.flush_owes_sync) {
    sync_log(s);
    s.flush_owes_sync = false;
    steps.push_back({Op::SyncWal, s});
  } else if (!s.buffer.empty()) {
    for (const Record& record : s.buffer) append(s, record);
    s.buffer.clear();
    s.flush_owes_sync = true;
    steps.push_back({Op::FlushBuffer, s});
  }
}

/// A commit of several transactions has an AppendPrepare for each of them.
unsigned Classic::next_to_prepare(const State& s) const {
  const unsigned at = (s.pc == 0 ? row_.commit.size : s.pc) - 1U;
  const unsigned done =
      row_.commit.before(at, Op::AppendPrepare) + row_.commit.before(at, Op::BufferPrepare);
  return *std::next(s.flying.begin(), done);
}
Content Classic::with_flying(const State& s) const {
  Content content = *s.visible;
  for (const unsigned id : s.flying) content = with(content, id);
  return content;
}

/// `s` stands at the next action already.
void Classic::committing(Op op, State s, Steps& steps) const {
  switch (op) {
    case Op::AppendPrepare:
      append(s, {Kind::prepare, next_to_prepare(s)});
      break;
    case Op::BufferPrepare:
      s.buffer.push_back({Kind::prepare, next_to_prepare(s)});
      break;
    case Op::AppendCommit:  // one for all transactions of the commit
      append(s, {Kind::commit, *s.flying.rbegin()});
      break;
    case Op::BufferCommit:
      s.buffer.push_back({Kind::commit, *s.flying.rbegin()});
      break;
    case Op::SyncWal:
      sync_log(s);
      break;
    case Op::Ack:
      s.visible = with_flying(s);
      s.promised.insert(s.flying.begin(), s.flying.end());
      break;
    case Op::WriteTemp:
      write_temp(s, with_flying(s));
      break;
    default:
      if (!file_action(op, s)) return;
  }
  if (s.pc == 0) s.flying.clear();
  steps.push_back({op, s});
}

void Classic::opening(Op op, State s, Steps& steps) const {
  switch (op) {
    case Op::LoadCheckpoint:
      if (!s.state.cached || !s.files.at(*s.state.cached).cached) {
        s.phase = Phase::refused;
        s.pc = 0;
        steps.push_back({Op::Refuse, s});
        return;
      }
      load_checkpoint(s);
      break;
    case Op::ScanWal:
      scan_wal(s);
      break;
    case Op::CutTail:
      return cut_tail(s, steps);
    case Op::SyncCut:
      sync_log(s);
      break;
    case Op::CleanTemp:
      if (s.temp.cached) s.temp.survive.insert(std::nullopt);
      s.temp.cached.reset();
      break;
    case Op::RedoWal:
      for (const unsigned id : s.committed) {
        const bool above = id > s.lsn || twist_ == Twist::replay_ignores_lsn;
        if (s.prepared.contains(id) && above) s.visible = with(*s.visible, id);
      }
      break;
    case Op::WriteTemp:
      write_temp(s, *s.visible);
      break;
    case Op::Open:
      open(s);
      break;
    default:
      if (!file_action(op, s)) return;
  }
  steps.push_back({op, s});
}

void Classic::load_checkpoint(State& s) const {
  if (!s.expected && nothing_pending(s)) s.expected = undisturbed(s);
  const Image& image = *s.files.at(*s.state.cached).cached;
  s.visible = image.content;
  s.lsn = image.lsn;
  if (!row_.recovery.has(Op::ScanWal)) scan_wal(s);  // for its report alone
}

void Classic::scan_wal(State& s) const {
  for (std::size_t i = 0; i < s.log.size(); ++i) {
    const Record& record = s.log[i];
    if (!record.readable() && row_.reader == Reader::stops) break;
    s.append_at = static_cast<unsigned>(i + 1);
    if (record.kind == Kind::prepare) s.prepared.insert(record.id);
    if (record.kind != Kind::commit) continue;
    for (unsigned k = 0; k < row_.group; ++k) s.committed.insert(record.id - k);
  }
  if (row_.log == Log::growing) s.append_at = 0;
  for (const unsigned id : s.prepared) {
    if (!s.committed.contains(id) && id > s.lsn) s.rolled_back.insert(id);
  }
}

/// Cuts what cannot be read, and PREPAREs at the end that are rolled back. The kernel may have
/// written any part of the log before.
void Classic::cut_tail(const State& s, Steps& steps) const {
  std::size_t end = 0;
  while (end < s.log.size() && s.log[end].readable()) ++end;
  while (!row_.keeps_open && end > 0 && s.log[end - 1].kind == Kind::prepare &&
         s.rolled_back.contains(s.log[end - 1].id)) {
    --end;
  }
  State to = s;
  to.log.resize(end);
  if (row_.log == Log::preallocated) {
    to.append_at = static_cast<unsigned>(end);
    to.log.resize(kBlocks);
  }
  if (to.log == s.log) {
    steps.push_back({Op::CutTail, to});
    return;
  }
  for (const Records& written : logs(s)) {
    write_over(to, written, s);
    steps.push_back({Op::CutTail, to});
  }
}

void Classic::open(State& s) {
  const Ids shown = ids_of(*s.visible);
  s.promised.insert(shown.begin(), shown.end());
  // What is left out behind the last one shown is lost. One left out before it is no loss but a
  // mixture, which Atomicity has to find.
  for (unsigned id = s.started; id > 0 && !shown.contains(id); --id) s.lost.insert(id);
  s.phase = Phase::running;
  s.pc = 0;
  s.lsn = 0;
  s.prepared.clear();
  s.committed.clear();
  s.rolled_back.clear();
  s.expected.reset();
}

bool Classic::nothing_pending(const State& s) {
  const auto one = [](const auto& survivors) { return survivors.size() == 1; };
  return s.survive.size() <= 1 && std::all_of(s.blocks.begin(), s.blocks.end(), one) &&
         one(s.state.survive) && one(s.temp.survive) && one(s.files.at(*s.state.cached).survive);
}

/// What this opening shows if nothing disturbs it.
Ids Classic::undisturbed(State s) const {
  s.expected = Ids{};
  s.pc = 0;
  while (s.phase == Phase::opening) {
    Steps steps;
    program_step(s, steps);
    s = steps.front().to;
  }
  return ids_of(*s.visible);
}

}  // namespace plumb::test::naive
