// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a power cut took, in words, and what a kill leaves; see crash_states.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/crash_space.hpp"
#include "sim/crash_states.hpp"

namespace plumb::sim {
namespace {

std::string words_of(const NameChange& change) {
  if (change.removed.empty()) return "lost: the name " + change.added;
  if (change.added.empty()) return "lost: the removal of the name " + change.removed;
  return fmt::format("lost: rename {} {}", change.removed, change.added);
}

const char* words_of(const Drops::Sector& sector) {
  if (sector.garbage) return "garbage";
  if (sector.write >= 0) return "an older write";
  if (sector.fill == Fill::garbage) return "garbage in new space";
  return sector.fill == Fill::stale ? "a removed file's bytes in new space" : "what was durable";
}

// A file keeps the last name that any change gave it.
std::string name_of_file(const State& state, NodeId node) {
  std::string name = fmt::format("file {}", node);
  for (const auto& [known, id] : state.durable_names.entries) {
    if (id == node) name = known;
  }
  for (const NameChange& change : state.changes) {
    if (change.node == node && !change.added.empty()) name = change.added;
  }
  return name;
}

}  // namespace

std::vector<std::string> Drops::what() const {
  if (folder_lost) return {"lost: the folder"};
  std::vector<std::string> lines;
  const State& state = disk->state();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == 0) lines.push_back(words_of(state.changes[i]));
  }
  CrashSpace space(*disk);
  for (const File& file : files) {
    const Node& node = state.nodes[file.node];
    const std::string name = name_of_file(state, file.node);
    if (file.size != node.cached->size()) {
      lines.push_back(
          fmt::format("size: {} has {} of {} bytes", name, file.size, node.cached->size()));
    }
    const auto& groups = space.space_of(file.node)->groups;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const auto writes = static_cast<int>(groups[i].last - groups[i].first);
      if (groups[i].sector * kSectorBytes >= file.size) continue;
      if (file.sectors[i] == Sector{writes - 1, Fill::zeros, false}) continue;
      lines.push_back(fmt::format("torn: {} at {} holds {}", name, groups[i].sector * kSectorBytes,
                                  words_of(file.sectors[i])));
    }
  }
  return lines;
}

void for_each_kill_state(const Image& before, const Image& after, const Call& call,
                         const std::function<void(const Image&)>& visit) {
  visit(before);
  const bool is_write = call.kind == CallKind::write || call.kind == CallKind::preallocate;
  const auto found = after.files.find(call.name);
  if (is_write && found != after.files.end()) {
    const auto old = before.files.find(call.name);
    const Bytes empty;
    const Bytes& base = old == before.files.end() ? empty : *old->second;
    std::set<std::uint64_t> counts{1, call.size / 2, call.size - 1};
    for (std::uint64_t at = call.offset / kSectorBytes + 1;
         at * kSectorBytes < call.offset + call.size; ++at) {
      counts.insert(at * kSectorBytes - call.offset);
    }
    for (const std::uint64_t count : counts) {
      if (count == 0 || count >= call.size) continue;
      Bytes torn = base;
      if (torn.size() < call.offset + count) torn.resize(call.offset + count, '\0');
      torn.replace(call.offset, count, *found->second, call.offset, count);
      Image image = before;
      image.files[call.name] = std::make_shared<const Bytes>(std::move(torn));
      visit(image);
    }
  }
  visit(after);
}

}  // namespace plumb::sim
