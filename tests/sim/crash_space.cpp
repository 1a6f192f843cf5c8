// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Choices and the contents they make; see crash_space.hpp.
#include "sim/crash_space.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace plumb::sim {
namespace {

constexpr std::size_t kMostBorders = 16;  // of one growth; beyond: first, half, last
constexpr std::uint64_t kTooMany = std::numeric_limits<std::uint64_t>::max();

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > kTooMany / b ? kTooMany : a * b;
}

using Sector = std::array<char, kSectorBytes>;

const Sector& garbage() {
  static const Sector kGarbage = [] {
    Sector sector{};
    std::uint64_t random = 1;
    for (char& c : sector) c = static_cast<char>(next_random(random) | 1U);  // never a zero
    return sector;
  }();
  return kGarbage;
}

}  // namespace

CrashSpace::CrashSpace(const SimDisk& disk)
    : disk_(disk), state_(disk.state()), durable_hashes_(state_.nodes.size()) {
  for (std::size_t i = 0; i < state_.changes.size(); ++i) {
    if (!state_.changes[i].durable) open_.push_back(i);
  }
  for (NodeId id = 0; id < state_.nodes.size(); ++id) {
    const Node& node = state_.nodes[id];
    const bool may_shrink = node.freed && state_.profile->sliced_truncate && !open_.empty();
    if (node.is_pending() || may_shrink) add_file(id);
  }
}

CrashSpace::Kept CrashSpace::keep_prefix(std::size_t count) const {
  Kept kept(state_.changes.size(), 1);
  for (std::size_t i = count; i < open_.size(); ++i) kept[open_[i]] = 0;
  return kept;
}

CrashSpace::Kept CrashSpace::keep_mask(std::uint64_t mask) const {
  Kept kept(state_.changes.size(), 1);
  for (std::size_t i = 0; i < open_.size(); ++i) kept[open_[i]] = (mask >> i) & 1U;
  return kept;
}

NameTable CrashSpace::table(const Kept& kept) const {
  NameTable table = state_.durable_names;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] != 0) table.apply(state_.changes[i]);
  }
  return table;
}

FileSpace* CrashSpace::space_of(NodeId node) {
  const auto found = std::ranges::lower_bound(files_, node, {}, &FileSpace::node);
  return found == files_.end() || found->node != node ? nullptr : &*found;
}

// With one global order a size is on disk only after every change of names before it.
bool CrashSpace::allowed(const SizeChoice& choice, const Kept& kept) const {
  if (choice.seq == 0 || state_.profile->name_order != NameOrder::global) return true;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == 0) return choice.seq < state_.changes[i].seq;
  }
  return true;
}

void CrashSpace::add_file(NodeId id) {
  FileSpace file;
  file.node = id;
  const Node& node = state_.nodes[id];
  for (std::size_t i = 0; i < node.sectors.size(); ++i) {
    const std::uint64_t sector = node.sectors[i].sector;
    if (file.groups.empty() || file.groups.back().sector != sector) {
      file.groups.push_back({sector, i, i});
    }
    file.groups.back().last = i + 1;
  }
  add_sizes(file);
  for (SizeChoice& choice : file.sizes) {
    choice.sectors.reserve(file.groups.size());
    for (const SectorGroup& group : file.groups) {
      choice.sectors.push_back(outcomes(node, group, choice.size));
      choice.count = times(choice.count, choice.sectors.back().size());
    }
  }
  files_.push_back(std::move(file));
}

void CrashSpace::add_size(FileSpace& file, std::uint64_t size, Seq seq, bool whole) {
  const auto same = [&](const SizeChoice& choice) { return choice.size == size; };
  if (std::ranges::none_of(file.sizes, same)) file.sizes.push_back({size, seq, whole, {}, 1, {}});
}

// Sector borders between two sizes, both left out.
void CrashSpace::add_borders(FileSpace& file, std::uint64_t from, std::uint64_t to, Seq seq) {
  if (to <= from) return;
  const std::uint64_t first = from / kSectorBytes + 1;
  const std::uint64_t end = (to + kSectorBytes - 1) / kSectorBytes;
  if (end - first <= kMostBorders || end < first) {
    for (std::uint64_t at = first; at < end; ++at) add_size(file, at * kSectorBytes, seq, false);
    return;
  }
  reduced_ = true;
  for (const std::uint64_t at : {first, first + (end - first) / 2, end - 1}) {
    add_size(file, at * kSectorBytes, seq, false);
  }
}

void CrashSpace::add_sizes(FileSpace& file) {
  const Node& node = state_.nodes[file.node];
  const std::uint64_t durable = node.durable->size();
  std::uint64_t from = durable;
  add_size(file, durable, 0, true);
  for (const SizeChange& change : node.sizes) {
    if (change.to <= from) continue;
    // The whole first: where a size is reached in two ways, the earlier change is enough.
    add_borders(file, std::max(from, change.from), change.to, change.seq);
    add_size(file, change.to, change.seq, true);
    from = change.to;
  }
  if (node.freed && state_.profile->sliced_truncate) {
    if (durable > 0) add_size(file, 0, 0, false);
    add_borders(file, 0, durable, 0);
  }
}

bool CrashSpace::may_fill(Fill fill) const {
  return fill == Fill::zeros || (fill == Fill::garbage && state_.profile->garbage_fill) ||
         (fill == Fill::stale && state_.profile->stale_fill && state_.stale != nullptr);
}

// The first pending write that the sector must hold at that size, by place in the group; -1: none.
int CrashSpace::least_write(const Node& node, const SectorGroup& group, std::uint64_t size) const {
  if (!state_.profile->size_implies_data) return -1;
  int least = -1;
  for (std::size_t i = group.first; i < group.last; ++i) {
    const SectorWrite& write = node.sectors[i];
    if (!write.extends() || write.failed || write.is_cached_tail()) continue;
    if (write.fresh_from() < size) least = static_cast<int>(i - group.first);
  }
  return least;
}

void CrashSpace::put(Bytes& content, const Node& node, const SectorGroup& group,
                     const Drops::Sector& outcome) const {
  const std::uint64_t begin = group.sector * kSectorBytes;
  if (begin >= content.size()) return;
  const std::size_t count = std::min<std::size_t>(kSectorBytes, content.size() - begin);
  char* const to = content.data() + begin;
  if (outcome.garbage) {
    std::memcpy(to, garbage().data(), count);
    return;
  }
  if (outcome.write >= 0) {
    const std::string_view bytes =
        node.sectors[group.first + static_cast<std::size_t>(outcome.write)].bytes();
    const std::size_t written = std::min(count, bytes.size());
    std::memcpy(to, bytes.data(), written);
    std::memset(to + written, 0, count - written);
    return;
  }
  std::uint64_t fresh = begin + kSectorBytes;
  for (std::size_t i = group.first; i < group.last; ++i) {
    if (node.sectors[i].extends()) fresh = std::min(fresh, node.sectors[i].fresh_from());
  }
  if (outcome.fill == Fill::zeros || fresh >= begin + count) return;
  const std::size_t at = fresh - begin;
  if (outcome.fill == Fill::garbage) std::memcpy(to + at, garbage().data() + at, count - at);
  if (outcome.fill == Fill::stale && fresh < state_.stale->size()) {
    const std::size_t there = std::min<std::size_t>(count - at, state_.stale->size() - fresh);
    std::memcpy(to + at, state_.stale->data() + fresh, there);
  }
}

// Each distinct content that the sector may have at that size.
std::vector<Drops::Sector> CrashSpace::outcomes(const Node& node, const SectorGroup& group,
                                                std::uint64_t size) const {
  const std::uint64_t begin = group.sector * kSectorBytes;
  if (begin >= size) return {Drops::Sector{}};
  const std::size_t count = std::min<std::size_t>(kSectorBytes, size - begin);
  Bytes base(begin + count, '\0');
  if (begin < node.durable->size()) {
    const std::size_t there = std::min<std::size_t>(count, node.durable->size() - begin);
    base.replace(begin, there, *node.durable, begin, there);
  }
  std::vector<Drops::Sector> all;
  std::vector<Bytes> contents;
  const auto add = [&](const Drops::Sector& outcome) {
    Bytes content = base;
    put(content, node, group, outcome);
    content.erase(0, begin);
    if (std::ranges::find(contents, content) != contents.end()) return;
    contents.push_back(std::move(content));
    all.push_back(outcome);
  };
  const int least = least_write(node, group, size);
  for (const Fill fill : {Fill::zeros, Fill::garbage, Fill::stale}) {
    if (least < 0 && may_fill(fill)) add({-1, fill, false});
  }
  const auto writes = static_cast<int>(group.last - group.first);
  for (int write = std::max(least, 0); write < writes; ++write) add({write, Fill::zeros, false});
  if (state_.profile->garbage_sector) add({-1, Fill::zeros, true});
  return all;
}

FileBytes CrashSpace::content(const Drops::File& drops) {
  const FileSpace& file = *space_of(drops.node);
  const Node& node = state_.nodes[drops.node];
  bool newest = !node.diverged && drops.size == node.cached->size();
  for (std::size_t i = 0; i < file.groups.size() && newest; ++i) {
    const auto writes = static_cast<int>(file.groups[i].last - file.groups[i].first);
    newest = drops.sectors[i] == Drops::Sector{writes - 1, Fill::zeros, false} &&
             !node.sectors[file.groups[i].last - 1].failed;
  }
  if (newest) return node.cached;
  auto bytes = std::make_shared<Bytes>(*node.durable, 0, drops.size);
  bytes->resize(drops.size, '\0');
  for (std::size_t i = 0; i < file.groups.size(); ++i) {
    put(*bytes, node, file.groups[i], drops.sectors[i]);
  }
  return bytes;
}

Drops::File CrashSpace::drops_of(const FileSpace& file, const SizeChoice& size,
                                 std::uint64_t index) const {
  Drops::File drops{file.node, size.size, {}};
  drops.sectors.reserve(size.sectors.size());
  for (const auto& all : size.sectors) {
    drops.sectors.push_back(all[index % all.size()]);
    index /= all.size();
  }
  return drops;
}

const Built& CrashSpace::built(FileSpace& file, SizeChoice& size, std::uint64_t index) {
  if (size.built.empty()) size.built.resize(size.count);
  Built& built = size.built[index];
  if (!built.bytes) {
    built.bytes = content(drops_of(file, size, index));
    built.hash = hash_of(*built.bytes);
  }
  return built;
}

std::uint64_t CrashSpace::durable_hash(NodeId node) {
  std::uint64_t& hash = durable_hashes_[node];
  if (hash == 0) hash = hash_of(*state_.nodes[node].durable);
  return hash;
}

Image CrashSpace::assemble(Drops& drops) {
  Image image;
  drops.digest = 0;
  if (drops.folder_lost) return image;
  for (const auto& [name, id] : table(drops.names).entries) {
    const auto file = std::ranges::find(drops.files, id, &Drops::File::node);
    if (file == drops.files.end()) {
      image.files.emplace_hint(image.files.end(), name, state_.nodes[id].durable);
      drops.digest += file_digest(hash_of(name), durable_hash(id));
      continue;
    }
    Built& built = built_[*file];
    if (!built.bytes) {
      built.bytes = content(*file);
      built.hash = hash_of(*built.bytes);
    }
    image.files.emplace_hint(image.files.end(), name, built.bytes);
    drops.digest += file_digest(hash_of(name), built.hash);
  }
  return image;
}

Drops::File CrashSpace::nearest_file(const FileSpace& file, const Kept& kept,
                                     const Wish& wish) const {
  const Node& node = state_.nodes[file.node];
  const SizeChoice* best = &file.sizes.front();
  for (const SizeChoice& choice : file.sizes) {
    if (!allowed(choice, kept)) continue;
    const bool wished = wish.size && wish.size->first == file.node;
    const bool fits = wished ? choice.size == wish.size->second
                             : choice.whole && wish.keep(choice.seq) && choice.size > best->size;
    if (fits) best = &choice;
  }
  Drops::File drops{file.node, best->size, {}};
  for (const SectorGroup& group : file.groups) {
    Drops::Sector sector{};
    const SectorWrite& first = node.sectors[group.first];
    for (std::size_t i = group.first; i < group.last; ++i) {
      if (wish.keep(node.sectors[i].seq)) sector.write = static_cast<int>(i - group.first);
    }
    sector.write = std::max(sector.write, least_write(node, group, best->size));
    const Fill fill = wish.fill(first.call);
    if (sector.write < 0 && may_fill(fill)) sector.fill = fill;
    drops.sectors.push_back(sector);
  }
  return drops;
}

Drops CrashSpace::nearest(const Wish& wish) {
  Drops drops;
  drops.disk = &disk_;
  drops.names.assign(state_.changes.size(), 1);
  bool lost = false;
  for (const std::size_t i : open_) {
    const bool keep = wish.keep(state_.changes[i].seq) && !(lost && ordered());
    lost = lost || !keep;
    drops.names[i] = keep ? 1 : 0;
  }
  for (const FileSpace& file : files_) {
    drops.files.push_back(nearest_file(file, drops.names, wish));
  }
  return drops;
}

}  // namespace plumb::sim
