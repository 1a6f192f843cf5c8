// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The Merkle map; see map.hpp.
#include "merkle/map.hpp"

#include <algorithm>
#include <vector>

namespace plumb::merkle {
namespace {

/// A change and where its key belongs.
struct Placed {
  Digest path;
  const MapChange* change;
};

/// By path; changes of one path in the order they were given (they lie in one array).
bool before(const Placed& a, const Placed& b) noexcept {
  const auto order = a.path <=> b.path;
  return order != 0 ? order < 0 : a.change < b.change;
}

ItemPtr make_item(const MapChange& change) {
  if (!change.value) return nullptr;
  auto item = std::make_shared<Item>();
  item->label = change.key;
  item->payload.reserve(1 + change.value->size());
  item->payload.push_back(kValueTag);
  item->payload.append(*change.value);
  return item;
}

Error collision() {
  return make_error(Errc::corrupt,
                    "two different keys have the same SHA-256 digest, which the map cannot hold");
}

std::string_view value_of(const Item& item) noexcept {
  return std::string_view(item.payload).substr(1);
}

}  // namespace

Digest path_of(std::string_view key, Hasher& hasher) { return hasher.hash(view(key)); }

Result<Map> Map::apply(std::span<const MapChange> changes, Hasher& hasher) const {
  std::vector<Digest> paths;
  std::vector<Placed> placed;
  paths.reserve(changes.size());
  placed.reserve(changes.size());
  for (const MapChange& change : changes) paths.push_back(path_of(change.key, hasher));
  tree_.prefetch(paths);
  for (std::size_t i = 0; i < changes.size(); ++i) placed.push_back({paths[i], &changes[i]});
  std::ranges::sort(placed, before);

  std::vector<TreeChange> last_of_each;
  last_of_each.reserve(placed.size());
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const auto& [path, change] = placed[i];
    if (i + 1 < placed.size() && placed[i + 1].path == path) {
      if (placed[i + 1].change->key != change->key) return collision();
      continue;
    }
    const ItemPtr present = tree_.find(path);
    if (present && present->label != change->key) return collision();
    last_of_each.push_back({path, make_item(*change)});
  }
  Map next;
  next.tree_ = tree_.apply(last_of_each, hasher);
  return next;
}

std::optional<Bytes> Map::get(std::string_view key, Hasher& hasher) const {
  const ItemPtr item = tree_.find(path_of(key, hasher));
  if (!item || item->label != key) return std::nullopt;
  return Bytes(value_of(*item));
}

void Map::for_each_sorted(
    const std::function<void(std::string_view key, std::string_view value)>& visit) const {
  std::vector<const Item*> items;
  items.reserve(count());
  tree_.for_each([&](const Digest&, const ItemPtr& item) { items.push_back(item.get()); });
  std::ranges::sort(items, {}, &Item::label);
  for (const Item* item : items) visit(item->label, value_of(*item));
}

bool Map::valid(Hasher& hasher) const {
  bool good = tree_.valid(hasher);
  tree_.for_each([&](const Digest& path, const ItemPtr& item) {
    good = good && path_of(item->label, hasher) == path && !item->payload.empty() &&
           item->payload.front() == kValueTag;
  });
  return good;
}

}  // namespace plumb::merkle
