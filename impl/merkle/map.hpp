// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The Merkle map: keys and values on top of the core tree. path(key) = SHA256(key); the payload of
// a value is 0x01 || value, so that an empty value is a value and only erase makes a key absent.
// Invariants:    each item's label is its key and SHA256(label) its path; each payload starts with
//                0x01.
// Thread-safety: an immutable value, as Tree.
// Spec:          spec/FORMAT.md section 7; AC-4, AC-18.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "merkle/tree.hpp"

namespace plumb::merkle {

/// The tag of a byte-string value. Others are room for later format versions.
inline constexpr char kValueTag = 0x01;

[[nodiscard]] Digest path_of(std::string_view key, Hasher& hasher);

/// put (value given) or erase (no value) of one key. The views must outlive the call they go to.
struct MapChange {
  std::string_view key;
  std::optional<std::string_view> value;
};

class Map {
 public:
  Map() = default;
  /// The map after the changes in their order: a later change of a key replaces an earlier one.
  /// Error corrupt: two different keys have one path (a SHA-256 collision), never merged.
  [[nodiscard]] Result<Map> apply(std::span<const MapChange> changes, Hasher& hasher) const;
  [[nodiscard]] const Digest& root() const noexcept { return tree_.root(); }
  [[nodiscard]] std::uint64_t count() const noexcept { return tree_.count(); }
  /// The value of the key, shared with the map; nothing where the key is absent.
  [[nodiscard]] std::optional<Bytes> get(std::string_view key, Hasher& hasher) const;
  /// Every key and value, in order of key bytes. The views live as long as the map.
  void for_each_sorted(
      const std::function<void(std::string_view key, std::string_view value)>& visit) const;
  [[nodiscard]] const Tree& tree() const noexcept { return tree_; }
  [[nodiscard]] bool valid(Hasher& hasher) const;

 private:
  Tree tree_;
};

}  // namespace plumb::merkle
