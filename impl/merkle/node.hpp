// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The nodes of the core tree and the pointer that shares them. A way through the tree waits for
// memory at every level, so a node is small: it counts its own owners, and an inner node with its
// hash and both children fills one cache line.
// Invariants:    a node never changes once made, but for its count of owners.
// Thread-safety: a node may be shared and let go by any thread; one NodePtr belongs to one thread.
// Spec:          spec/FORMAT.md section 7; goal P-7.
#pragma once
#include <atomic>
#include <cstdint>
#include <utility>

#include "merkle/tree.hpp"

namespace plumb::merkle {

enum class Kind : std::uint8_t { leaf, inner };

struct Node {
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  Digest hash;
  mutable std::atomic<std::uint32_t> owners = 0;
  Kind kind;

 protected:
  Node(Kind k, const Digest& h) : hash(h), kind(k) {}
  ~Node() = default;
};

struct Leaf final : Node {
  Leaf(const Digest& h, const Digest& p, const Digest& payload, ItemPtr i)
      : Node(Kind::leaf, h), path(p), payload_hash(payload), item(std::move(i)) {}
  Digest path;
  Digest payload_hash;
  ItemPtr item;
};

struct Inner final : Node {
  Inner(const Digest& h, NodePtr l, NodePtr r)
      : Node(Kind::inner, h), left(std::move(l)), right(std::move(r)) {}
  NodePtr left;
  NodePtr right;
};

static_assert(sizeof(Inner) <= 64 - sizeof(void*), "an inner node and malloc's word: one line");

inline const Leaf* as_leaf(const Node* node) noexcept {
  return node != nullptr && node->kind == Kind::leaf ? static_cast<const Leaf*>(node) : nullptr;
}

inline const Inner* as_inner(const Node* node) noexcept {
  return node != nullptr && node->kind == Kind::inner ? static_cast<const Inner*>(node) : nullptr;
}

}  // namespace plumb::merkle
