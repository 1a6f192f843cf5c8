// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The core of the Merkle map: a compact sparse Merkle tree from 32-byte paths to payloads,
// persistent by path copying. It knows neither keys nor value tags (merkle/map.hpp does).
//   leaf(path, payload) = SHA256(0x00 || path || SHA256(payload))
//   node(l, r)          = SHA256(0x01 || l || r)
//   root                = 32 zero bytes for no entry; the leaf for one; else node of both halves
// Invariants:    the root depends on the set of entries alone, never on the order of operations;
//                no inner node has an empty child beside a leaf or another empty child.
// Thread-safety: a Tree is an immutable value: copies are O(1), any thread may read any copy.
//                apply() reads its tree and makes a new one; the Hasher belongs to the caller.
// Spec:          spec/FORMAT.md section 7; AC-4, AC-18. Relies on A-8.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "merkle/hasher.hpp"

namespace plumb::merkle {

/// What a leaf carries: a label that the core does not hash (the map keeps the key there), and the
/// payload that it does.
struct Item {
  Bytes label;
  Bytes payload;
};
using ItemPtr = std::shared_ptr<const Item>;

/// One change: a path gets an item, or loses what it has (item == nullptr; absent already: no
/// effect).
struct TreeChange {
  Digest path;
  ItemPtr item;
};

struct Node;  // merkle/node.hpp

/// Shares an immutable node; null is the empty subtree.
class NodePtr {
 public:
  NodePtr() = default;
  explicit NodePtr(const Node* node) noexcept;
  NodePtr(const NodePtr& other) noexcept : NodePtr(other.node_) {}
  NodePtr(NodePtr&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  NodePtr& operator=(const NodePtr& other) noexcept { return *this = NodePtr(other); }
  NodePtr& operator=(NodePtr&& other) noexcept {
    NodePtr taken(std::move(other));
    std::swap(node_, taken.node_);
    return *this;
  }
  ~NodePtr();

  [[nodiscard]] const Node* get() const noexcept { return node_; }
  explicit operator bool() const noexcept { return node_ != nullptr; }
  bool operator==(const NodePtr&) const = default;

 private:
  const Node* node_ = nullptr;
};

/// The way from the root to where `path` ends.
struct Walk {
  std::vector<Digest> siblings;  ///< root side first; 32 zero bytes for an empty sibling
  bool at_leaf = false;          ///< the way ends in a leaf (else in an empty place)
  Digest leaf_path;              ///< that leaf's path, if at_leaf
  Digest leaf_payload_hash;      ///< SHA-256 of its payload, if at_leaf
};

class Tree {
 public:
  Tree() = default;
  /// The tree after the changes. Expects them sorted by path, each path once. O(k log n) hashes
  /// for k changes to n entries, each inner node hashed once; subtrees not touched are shared.
  [[nodiscard]] Tree apply(std::span<const TreeChange> changes, Hasher& hasher) const;
  [[nodiscard]] const Digest& root() const noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// The item at `path`; nullptr where there is none.
  [[nodiscard]] ItemPtr find(const Digest& path) const noexcept;
  /// Asks the processor for what find() and apply() will read on the way to these paths: the ways
  /// go down side by side, so that one waits for memory while the other does. No other effect.
  void prefetch(std::span<const Digest> paths) const;
  [[nodiscard]] Walk walk(const Digest& path) const;
  /// Every item, in order of path.
  void for_each(const std::function<void(const Digest& path, const ItemPtr& item)>& visit) const;
  /// Recomputes everything from the items: shape, kinds, hashes and count agree. For tests, verify
  /// and contracts of O(n) callers.
  [[nodiscard]] bool valid(Hasher& hasher) const;

 private:
  NodePtr top_;  // null: empty
  std::uint64_t count_ = 0;
};

}  // namespace plumb::merkle
