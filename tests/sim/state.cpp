// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Changes and what makes them durable; see state.hpp.
#include "sim/state.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/contract.hpp"

namespace plumb::sim {
namespace {

const FileBytes& no_bytes() {
  static const FileBytes kNone = std::make_shared<const Bytes>();
  return kNone;
}

auto place_of(auto& entries, std::string_view name) {
  return std::ranges::lower_bound(
      entries, name, {}, [](const auto& entry) -> std::string_view { return entry.first; });
}

void put(Bytes& content, const SectorWrite& write) {
  const std::uint64_t at = write.sector * kSectorBytes;
  if (at >= content.size()) return;
  const std::size_t count = std::min<std::size_t>(write.size, content.size() - at);
  std::memcpy(content.data() + at, write.bytes().data(), count);
}

}  // namespace

NodeId NameTable::find(std::string_view name) const {
  const auto found = place_of(entries, name);
  return found == entries.end() || found->first != name ? kNoNode : found->second;
}

void NameTable::set(std::string_view name, NodeId node) {
  const auto found = place_of(entries, name);
  if (found != entries.end() && found->first == name) {
    found->second = node;
  } else {
    entries.emplace(found, name, node);
  }
}

void NameTable::remove(std::string_view name) {
  const auto found = place_of(entries, name);
  if (found != entries.end() && found->first == name) entries.erase(found);
}

void NameTable::apply(const NameChange& change) {
  if (!change.removed.empty()) remove(change.removed);
  if (!change.added.empty()) set(change.added, change.node);
}

State::State(const Profile& the_profile, const Image& start) : profile(&the_profile) {
  nodes.reserve(start.files.size() + 4);
  names.entries.reserve(start.files.size() + 4);
  for (const auto& [name, bytes] : start.files) {
    names.entries.emplace_back(name, static_cast<NodeId>(nodes.size()));
    Node node;
    node.durable = bytes;
    node.cached = bytes;
    nodes.push_back(std::move(node));
  }
  durable_names = names;  // NOLINT(*-prefer-member-initializer): of what was just filled
}

NodeId State::create(std::string_view name, unsigned call) {
  const auto id = static_cast<NodeId>(nodes.size());
  Node node;
  node.durable = no_bytes();
  node.cached = no_bytes();
  node.meta_seq = ++last_seq;
  nodes.push_back(std::move(node));
  names.set(name, id);
  changes.push_back({last_seq, call, {}, std::string(name), id});
  return id;
}

void State::rename(std::string_view from, std::string_view to, unsigned call) {
  const NodeId id = names.find(from);
  names.remove(from);
  names.set(to, id);
  const Seq seq = ++last_seq;
  if (profile->split_rename) {
    changes.push_back({seq, call, std::string(from), {}, id});
    changes.push_back({++last_seq, call, {}, std::string(to), id});
  } else {
    changes.push_back({seq, call, std::string(from), std::string(to), id});
  }
  nodes[id].meta_seq = last_seq;
}

void State::unlink(std::string_view name, unsigned call) {
  const NodeId id = names.find(name);
  names.remove(name);
  changes.push_back({++last_seq, call, std::string(name), {}, id});
  nodes[id].freed = true;
  stale = nodes[id].cached;
}

// The cached content, to be changed: a copy where an image or the durable side shares it.
Bytes& State::own(Node& node) {
  if (!node.mine || node.cached.use_count() > 1) {
    node.cached = std::make_shared<Bytes>(*node.cached);
    node.mine = true;
  }
  return const_cast<Bytes&>(*node.cached);  // NOLINT(*-const-cast): made above, as no constant
}

void State::note_sectors(Node& node, std::uint64_t first, const FileBytes& buffer,
                         std::uint64_t old_size, unsigned call) {
  for (std::uint64_t at = 0; at < buffer->size(); at += kSectorBytes) {
    const std::uint64_t sector = first + at / kSectorBytes;
    const auto size =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(kSectorBytes, buffer->size() - at));
    const auto place =
        node.sectors.empty() || node.sectors.back().sector <= sector
            ? node.sectors.end()
            : std::ranges::upper_bound(node.sectors, sector, {}, &SectorWrite::sector);
    node.sectors.insert(place, SectorWrite{sector, ++last_seq, call, buffer,
                                           static_cast<std::uint32_t>(at), size, old_size, false});
  }
}

bool State::store(NodeId id, std::uint64_t offset, ByteView bytes, unsigned call, Landing landing,
                  bool cached, std::uint64_t random) {
  Node& node = nodes[id];
  const std::uint64_t old_size = node.cached->size();
  const std::uint64_t end = offset + bytes.size();
  const std::uint64_t first = std::min(offset, old_size) / kSectorBytes;  // a gap is written too
  Bytes& content = own(node);
  Bytes before;
  if (!cached) before = content;
  if (content.size() < end) content.resize(end, '\0');
  std::memcpy(content.data() + offset, bytes.data(), bytes.size());
  const std::uint64_t stop =
      std::min<std::uint64_t>(content.size(), ((end - 1) / kSectorBytes + 1) * kSectorBytes);
  auto buffer = std::make_shared<const Bytes>(
      content.substr(first * kSectorBytes, stop - first * kSectorBytes));
  bool landed = true;
  if (landing == Landing::right) {
    note_sectors(node, first, buffer, old_size, call);
    // A sync answers for the size that is needed to read back what is written now, also
    // where an earlier sync of that size has failed.
    for (SizeChange& change : node.sizes) change.failed = change.failed && change.to > end;
  } else {
    node.diverged = true;
    const std::uint64_t count = (buffer->size() + kSectorBytes - 1) / kSectorBytes;
    const std::uint64_t places = content.size() / kSectorBytes;
    landed = landing == Landing::lost || places > count;
    if (!cached) content.replace(0, before.size(), before);
    if (!cached && content.size() > before.size()) {
      std::fill(content.begin() + static_cast<std::ptrdiff_t>(before.size()), content.end(), '\0');
    }
    if (landing == Landing::misdirected && landed) {
      std::uint64_t wrong = random % (places - count);
      if (wrong >= first) ++wrong;
      note_sectors(node, wrong, buffer, std::max(old_size, (wrong + count) * kSectorBytes), call);
      if (!cached) content.replace(wrong * kSectorBytes, buffer->size(), *buffer);
    }
  }
  if (end > old_size) {
    node.sizes.push_back({++last_seq, call, old_size, end, false});
    node.meta_seq = last_seq;
  }
  return landed;
}

void State::sync_bytes(NodeId id) {
  Node& node = nodes[id];
  if (!node.is_pending()) return;
  const auto failed = [](const auto& change) { return change.failed; };
  if (!node.diverged && std::ranges::none_of(node.sectors, failed) &&
      std::ranges::none_of(node.sizes, failed)) {
    node.durable = node.cached;
    node.sectors.clear();
    node.sizes.clear();
    return;
  }
  Bytes durable = *node.durable;
  if (!node.sizes.empty() && !node.sizes.back().failed) {
    durable.resize(node.cached->size(), '\0');
    node.sizes.clear();
  }
  std::vector<SectorWrite> left;
  for (auto at = node.sectors.begin(); at != node.sectors.end();) {
    const auto next =
        std::ranges::upper_bound(at, node.sectors.end(), at->sector, {}, &SectorWrite::sector);
    const SectorWrite& newest = *(next - 1);
    if (newest.failed || newest.sector * kSectorBytes + newest.size > durable.size()) {
      left.insert(left.end(), at, next);
    } else {
      put(durable, newest);
    }
    at = next;
  }
  node.sectors = std::move(left);
  node.durable = std::make_shared<const Bytes>(std::move(durable));
}

void State::sync_call(NodeId id, unsigned call) {
  Node& node = nodes[id];
  const auto other = [call](const auto& change) { return change.call != call; };
  if (!node.diverged && std::ranges::none_of(node.sectors, other) &&
      std::ranges::none_of(node.sizes, other)) {
    return sync_bytes(id);
  }
  Bytes durable = *node.durable;
  std::uint64_t end = 0;
  for (const SectorWrite& write : node.sectors) {
    if (write.call == call) end = std::max(end, write.sector * kSectorBytes + write.size);
  }
  if (!node.sizes.empty() && node.sizes.back().call == call) end = node.sizes.back().to;
  if (durable.size() < end) durable.resize(end, '\0');
  std::erase_if(node.sizes, [end](const SizeChange& change) { return change.to <= end; });
  std::vector<std::uint64_t> done;
  for (const SectorWrite& write : node.sectors) {
    if (write.call != call) continue;
    put(durable, write);
    done.push_back(write.sector);
  }
  std::erase_if(node.sectors, [&](const SectorWrite& write) {
    return std::ranges::binary_search(done, write.sector);
  });
  node.durable = std::make_shared<const Bytes>(std::move(durable));
}

void State::sync_names(NodeId id, NameSync how, Seq horizon) {
  if (how == NameSync::none) return;
  bool any = false;
  for (NameChange& change : changes) {
    if (change.failed) continue;
    const bool covered = how == NameSync::own ? change.node == id : change.seq <= horizon;
    change.durable = change.durable || covered;
    any = any || covered;
  }
  if (any) folder_pending = false;
  merge_durable_names();
}

void State::sync_entries() {
  for (NameChange& change : changes) change.durable = change.durable || !change.failed;
  merge_durable_names();
}

// Those before which nothing is pending need no place in the sequence.
void State::merge_durable_names() {
  auto at = changes.begin();
  for (; at != changes.end() && at->durable; ++at) durable_names.apply(*at);
  changes.erase(changes.begin(), at);
}

void State::mark_clean(NodeId id) {
  for (SectorWrite& write : nodes[id].sectors) write.failed = true;
  for (SizeChange& change : nodes[id].sizes) change.failed = true;
}

void State::revert(NodeId id) {
  Node& node = nodes[id];
  node.cached = node.durable;
  node.mine = false;
}

Image State::image(bool durable) const {
  Image image;
  NameTable table = durable ? durable_names : names;
  if (durable) {
    for (const NameChange& change : changes) {
      if (change.durable) table.apply(change);
    }
    if (folder_pending) table.entries.clear();
  }
  for (const auto& [name, id] : table.entries) {
    const Node& node = nodes[id];
    image.files.emplace_hint(image.files.end(), name, durable ? node.durable : node.cached);
  }
  return image;
}

std::size_t State::pending() const {
  std::size_t count = folder_pending ? 1 : 0;
  for (const NameChange& change : changes) count += change.durable ? 0 : 1;
  for (const Node& node : nodes) count += node.sectors.size() + node.sizes.size();
  return count;
}

std::uint64_t State::used_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, id] : names.entries) sum += nodes[id].cached->size();
  return sum;
}

}  // namespace plumb::sim
