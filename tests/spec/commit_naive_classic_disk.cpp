// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The classic protocol in the most obvious way: the disk (commit_naive_classic.hpp).
// Spec:          EV-2.
#include <algorithm>

#include "commit_naive_classic.hpp"

namespace plumb::test::naive {

using namespace classic;
using spec::commit::Log;

namespace {

constexpr Record kTorn{Kind::torn, 0};
constexpr unsigned kLeftover = 0;  // a file number that no other file has

Records first_part(const Records& log, std::size_t size) {
  return {log.begin(), log.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// What a power cut may leave of a growing file that is `cached`, once `written` is on disk;
/// `before` is what it might have left until now.
std::set<Records> between(const Records& written, const Records& cached,
                          const std::set<Records>& before) {
  std::set<Records> survive{written, cached};
  if (written.size() > cached.size()) return survive;  // a cut, done or not
  const bool half = !written.empty() && written.back() == kTorn && cached != written;
  for (const Records& log : before) {
    const bool longer = log.size() > written.size() || (half && log.size() == written.size());
    if (longer && log.size() <= cached.size()) survive.insert(log);
  }
  // Half a line may also not be there at all, unless the rest was glued to it.
  if (half && cached[written.size() - 1].readable()) {
    survive.insert(first_part(written, written.size() - 1));
  }
  return survive;
}

State after_crash(const State& s) {
  State to;
  to.log = s.log;
  to.survive = s.survive;
  to.blocks = s.blocks;
  to.files = s.files;
  to.state = s.state;
  to.temp = s.temp;
  to.phase = Phase::opening;
  to.crashes = s.crashes - 1;
  to.started = s.started;
  to.promised = s.promised;
  to.lost = s.lost;
  to.expected = s.expected;
  return to;
}

}  // namespace

void Classic::append(State& s, Record record) const {
  const bool tears = twist_ != Twist::torn_tails_dropped;
  if (row_.log == Log::preallocated) {
    s.log.at(s.append_at) = record;
    if (tears) s.blocks.at(s.append_at).insert(kTorn);
    s.blocks.at(s.append_at).insert(record);
    ++s.append_at;
    return;
  }
  if (!s.log.empty() && s.log.back() == kTorn) {  // a line that follows half a line is part of it
    s.log.back() = {Kind::glued, 0};
  } else {
    s.log.push_back(kTorn);
    if (tears) s.survive.insert(s.log);
    s.log.back() = record;
  }
  s.survive.insert(s.log);
}

void Classic::sync_log(State& s) const {
  if (twist_ == Twist::sync_wal_forgets) return;
  if (row_.log == Log::growing) s.survive = {s.log};
  for (std::size_t i = 0; i < s.blocks.size(); ++i) s.blocks[i] = {s.log[i]};
}

/// The log of `to` was written, in place of what `from` has, when `written` had reached the disk.
void Classic::write_over(State& to, const Records& written, const State& from) const {
  if (row_.log == Log::growing) {
    to.survive = between(written, to.log, from.survive);
    return;
  }
  for (std::size_t i = 0; i < to.blocks.size(); ++i) {
    to.blocks[i] = {written[i], to.log[i]};
    if (written[i] != to.log[i]) to.blocks[i].insert(kTorn);
  }
}

void Classic::write_temp(State& s, const Content& content) const {
  if (!s.temp.cached) {
    const unsigned number = s.files.empty() ? 1 : s.files.rbegin()->first + 1;
    s.files[number] = {std::nullopt, {std::nullopt}};
    s.temp.cached = number;
    s.temp.survive.insert(number);
  }
  const Image image{content, row_.lsn && content.contains(0) ? content.at(0) : 0};
  File& file = s.files.at(*s.temp.cached);
  file.cached = image;
  file.survive.insert(std::nullopt);
  file.survive.insert(image);
}

/// Actions that commit and opening have in common. False: none of them.
bool Classic::file_action(Op op, State& s) const {
  switch (op) {
    case Op::SyncTemp: {
      File& file = s.files.at(*s.temp.cached);
      file.survive = {file.cached};
      return true;
    }
    case Op::Rename:
      s.state.cached = s.temp.cached;
      s.state.survive.insert(s.temp.cached);
      if (bounds_.split_rename && twist_ != Twist::rename_is_atomic) {
        s.state.survive.insert(std::nullopt);  // the destination was removed, and not yet added
      }
      s.temp.cached.reset();
      s.temp.survive.insert(std::nullopt);
      return true;
    case Op::SyncDir:
      if (twist_ == Twist::sync_dir_forgets) return true;
      s.state.survive = {s.state.cached};
      s.temp.survive = {s.temp.cached};
      return true;
    default:
      return false;
  }
}

/// Every log that a power cut may leave.
std::vector<Records> Classic::logs(const State& s) const {
  if (row_.log == Log::growing) return {s.survive.begin(), s.survive.end()};
  std::vector<Records> logs{{}};
  for (const auto& block : s.blocks) {
    std::vector<Records> longer;
    for (const Records& log : logs) {
      for (const Record& record : block) {
        longer.push_back(log);
        longer.back().push_back(record);
      }
    }
    logs = std::move(longer);
  }
  return logs;
}

/// A first part of a growing file, or any of the pending blocks, is on disk from now on.
void Classic::background_write(const State& s, Steps& steps) const {
  if (row_.log == Log::growing) {
    if (s.survive.size() == 1) return;
    for (std::size_t size = 0; size <= s.log.size(); ++size) {
      const Records written = first_part(s.log, size);
      if (!s.survive.contains(written)) continue;
      State to = s;
      to.survive = between(written, s.log, s.survive);
      steps.push_back({Op::BackgroundWrite, to});
    }
    return;
  }
  std::vector<State> states{s};
  for (std::size_t i = 0; i < s.blocks.size(); ++i) {
    if (s.blocks[i].size() == 1) continue;
    for (std::size_t k = states.size(); k > 0; --k) {
      states.push_back(states[k - 1]);
      states.back().blocks[i] = {s.log[i]};
    }
  }
  for (const State& to : states) steps.push_back({Op::BackgroundWrite, to});
}

void Classic::kill(const State& s, Steps& steps) const {
  State to = after_crash(s);
  if (twist_ == Twist::kill_loses_the_cache && row_.log == Log::growing) {
    to.log = *s.survive.begin();
    to.survive = {to.log};
  }
  steps.push_back({Op::KillProcess, to});
}

/// The log, each name, and what the file of the state name holds, independently. A temp file that
/// is left is removed before anybody reads it or writes to it: what it holds is nobody's matter,
/// nor whether it is the state file by another name.
void Classic::power_cut(const State& s, Steps& steps) const {
  std::vector<Records> kept = logs(s);
  if (twist_ == Twist::power_cut_keeps_all) kept = {s.log};
  State to = after_crash(s);
  for (const Inode& state : s.state.survive) {
    for (const Bytes& bytes : state ? s.files.at(*state).survive : std::set<Bytes>{std::nullopt}) {
      for (const Inode& temp : s.temp.survive) {
        const Inode leftover = temp ? Inode{kLeftover} : std::nullopt;
        to.files.clear();
        if (state) to.files[*state] = {bytes, {bytes}};
        if (temp) to.files[kLeftover] = {std::nullopt, {std::nullopt}};
        to.state = {state, {state}};
        to.temp = {leftover, {leftover}};
        for (const Records& log : kept) {
          to.log = log;
          if (row_.log == Log::growing) to.survive = {log};
          for (std::size_t i = 0; i < to.blocks.size(); ++i) to.blocks[i] = {log[i]};
          steps.push_back({Op::PowerCut, to});
        }
      }
    }
  }
}

}  // namespace plumb::test::naive
