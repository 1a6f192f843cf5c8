// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The core tree; see tree.hpp. A null pointer is the empty subtree; every other kind stands in the
// node, beside its hash, and is never guessed from the bytes of the hash.
// Invariants:    a Leaf's hash is leaf_hash(path, payload_hash), whatever its depth; an Inner's is
//                node_hash of its children (zero bytes for the empty one); below an Inner there are
//                at least two leaves; a node never changes once made, so versions share it.
// Recursion is bounded by the 256 bits of a path.
// Spec:          spec/FORMAT.md section 7.
#include "merkle/tree.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/contract.hpp"
#include "merkle/domain.hpp"
#include "merkle/node.hpp"

namespace plumb::merkle {

NodePtr::NodePtr(const Node* node) noexcept : node_(node) {
  if (node_ != nullptr) node_->owners.fetch_add(1, std::memory_order_relaxed);
}

NodePtr::~NodePtr() {
  if (node_ == nullptr || node_->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (node_->kind == Kind::leaf) {
    delete static_cast<const Leaf*>(node_);
  } else {
    const auto* const inner = static_cast<const Inner*>(node_);
    __builtin_prefetch(inner->left.get());  // both are let go next: fetched side by side
    __builtin_prefetch(inner->right.get());
    delete inner;
  }
}

namespace {

const NodePtr kNone;

const Digest& hash_of(const NodePtr& node) noexcept { return node ? node.get()->hash : kEmptyRoot; }

/// The rule of impl/merkle/README.md: a leaf beside nothing rises, all else becomes an inner node.
NodePtr combine(NodePtr left, NodePtr right, Hasher& hasher) {
  if (!left && as_inner(right.get()) == nullptr) return right;
  if (!right && as_inner(left.get()) == nullptr) return left;
  const Digest hash = node_hash(hash_of(left), hash_of(right), hasher);
  return NodePtr(new Inner(hash, std::move(left), std::move(right)));
}

using Changes = std::span<const TreeChange>;

/// One batch of changes on its way through the tree.
class Batch {
 public:
  Batch(std::uint64_t count, Hasher& hasher) : count_(count), hasher_(hasher) {}

  /// The subtree at `depth` after the changes, all of which belong to it. The same pointer where
  /// nothing changed. Both ends of a crowded place are split here: several changes, or one change
  /// and another leaf, go down together to their first differing bit.
  NodePtr apply(const NodePtr& node, Changes changes, unsigned depth) {
    if (changes.empty()) return node;
    const Inner* const inner = as_inner(node.get());
    const Leaf* const leaf = as_leaf(node.get());
    if (changes.size() == 1 && inner == nullptr &&
        (leaf == nullptr || leaf->path == changes.front().path)) {
      return settle(node, changes.front());
    }
    Expects(depth < kPathBits);
    const bool leaf_right = leaf != nullptr && leaf->path.bit(depth);
    const NodePtr& left = inner != nullptr ? inner->left : leaf_right ? kNone : node;
    const NodePtr& right = inner != nullptr ? inner->right : leaf_right ? node : kNone;
    const auto middle = std::ranges::partition_point(
        changes, [&](const TreeChange& c) { return !c.path.bit(depth); });
    const auto lefts = static_cast<std::size_t>(middle - changes.begin());
    NodePtr new_left = apply(left, changes.first(lefts), depth + 1);
    NodePtr new_right = apply(right, changes.subspan(lefts), depth + 1);
    if (inner != nullptr && new_left == left && new_right == right) return node;
    return combine(std::move(new_left), std::move(new_right), hasher_);
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  /// The place of one path, empty or a leaf of this very path, after its change.
  NodePtr settle(const NodePtr& old, const TreeChange& change) {
    if (!change.item) {
      if (old) --count_;
      return {};
    }
    if (!old) ++count_;
    const Digest payload_hash = hasher_.hash(view(change.item->payload));
    const Digest hash = leaf_hash(change.path, payload_hash, hasher_);
    return NodePtr(new Leaf(hash, change.path, payload_hash, change.item));
  }

  std::uint64_t count_;
  Hasher& hasher_;
};

void visit_leaves(const Node* node,
                  const std::function<void(const Digest&, const ItemPtr&)>& visit) {
  if (const Leaf* const leaf = as_leaf(node)) visit(leaf->path, leaf->item);
  if (const Inner* const inner = as_inner(node)) {
    visit_leaves(inner->left.get(), visit);
    visit_leaves(inner->right.get(), visit);
  }
}

/// The number of leaves of a subtree in which all is as it should be; nothing otherwise. `place`
/// holds the first `depth` bits of every path that may occur in it.
std::optional<std::uint64_t> count_valid(const Node* node, Digest place, unsigned depth,
                                         Hasher& hasher) {
  if (node == nullptr) return 0;
  if (const Leaf* const leaf = as_leaf(node)) {
    const bool good = leaf->item != nullptr && share_prefix(leaf->path, place, depth) &&
                      leaf->payload_hash == hasher.hash(view(leaf->item->payload)) &&
                      leaf->hash == leaf_hash(leaf->path, leaf->payload_hash, hasher);
    return good ? std::optional<std::uint64_t>(1) : std::nullopt;
  }
  const Inner* const inner = as_inner(node);
  if (inner == nullptr || depth >= kPathBits) return std::nullopt;
  const auto left = count_valid(inner->left.get(), place, depth + 1, hasher);
  place.bytes[depth / 8U] |= std::byte{0x80} >> (depth % 8U);
  const auto right = count_valid(inner->right.get(), place, depth + 1, hasher);
  if (!left || !right || *left + *right < 2) return std::nullopt;
  if (inner->hash != node_hash(hash_of(inner->left), hash_of(inner->right), hasher)) {
    return std::nullopt;
  }
  return *left + *right;
}

}  // namespace

Tree Tree::apply(std::span<const TreeChange> changes, Hasher& hasher) const {
  const auto out_of_order =
      std::ranges::adjacent_find(changes, std::ranges::greater_equal{}, &TreeChange::path);
  Expects(out_of_order == changes.end());
  Batch batch(count_, hasher);
  Tree next;
  next.top_ = batch.apply(top_, changes, 0);
  next.count_ = batch.count();
  Ensures((next.count_ == 0) == !next.top_);
  return next;
}

const Digest& Tree::root() const noexcept { return hash_of(top_); }

ItemPtr Tree::find(const Digest& path) const noexcept {
  const Node* node = top_.get();
  for (unsigned depth = 0; const Inner* const inner = as_inner(node); ++depth) {
    const bool right = path.bit(depth);
    __builtin_prefetch((right ? inner->left : inner->right).get());
    node = right ? inner->right.get() : inner->left.get();
  }
  const Leaf* const leaf = as_leaf(node);
  return leaf != nullptr && leaf->path == path ? leaf->item : nullptr;
}

void Tree::prefetch(std::span<const Digest> paths) const {
  std::vector<const Node*> nodes(paths.size(), top_.get());
  bool deeper = !nodes.empty();
  for (unsigned depth = 0; deeper; ++depth) {
    deeper = false;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const Inner* const inner = as_inner(nodes[i]);
      if (inner == nullptr) continue;
      const bool right = paths[i].bit(depth);
      nodes[i] = (right ? inner->right : inner->left).get();
      __builtin_prefetch(nodes[i]);
      __builtin_prefetch((right ? inner->left : inner->right).get());
      deeper = true;
    }
  }
}

Walk Tree::walk(const Digest& path) const {
  Walk walk;
  const Node* node = top_.get();
  for (unsigned depth = 0; const Inner* const inner = as_inner(node); ++depth) {
    const bool right = path.bit(depth);
    walk.siblings.push_back(hash_of(right ? inner->left : inner->right));
    node = right ? inner->right.get() : inner->left.get();
  }
  if (const Leaf* const leaf = as_leaf(node)) {
    walk.at_leaf = true;
    walk.leaf_path = leaf->path;
    walk.leaf_payload_hash = leaf->payload_hash;
  }
  return walk;
}

void Tree::for_each(
    const std::function<void(const Digest& path, const ItemPtr& item)>& visit) const {
  visit_leaves(top_.get(), visit);
}

bool Tree::valid(Hasher& hasher) const {
  return count_valid(top_.get(), Digest{}, 0, hasher) == count_;
}

}  // namespace plumb::merkle
