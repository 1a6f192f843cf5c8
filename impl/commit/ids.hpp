// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The memory of transaction ids: the last 65,536 transactions that had one, so that a repeat gets
// its old receipt or is refused.
// Invariants:    at most kRememberedIds entries, in strictly ascending order of seq, no id twice.
// Thread-safety: none; a value that its owner guards.
// Spec:          AC-14; spec/FORMAT.md sections 4 and 8.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "base/bytes.hpp"

namespace plumb {

struct RememberedId {
  Digest id;       ///< digest of the id
  Digest changes;  ///< changes_digest() of its transaction
  std::uint64_t seq = 0;
  Digest root;  ///< after the record that held it
  friend bool operator==(const RememberedId&, const RememberedId&) = default;
};

class IdMemory {
 public:
  /// The entry of that id; nothing where it was never seen or is forgotten.
  [[nodiscard]] std::optional<RememberedId> find(const Digest& id) const;
  /// Expects a seq above all before it. Forgets the oldest beyond kRememberedIds, and an older entry
  /// of the same id.
  void add(const RememberedId& entry);
  [[nodiscard]] const std::deque<RememberedId>& entries() const noexcept { return entries_; }
  [[nodiscard]] bool valid() const;

 private:
  std::deque<RememberedId> entries_;
  std::unordered_map<Digest, std::uint64_t, DigestHash> seq_of_;
};

}  // namespace plumb
