// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a client commits and what it gets back.
// Invariants:    a valid transaction keeps the limits on key and id; its size is checked against
//                the segment when it is committed.
// Thread-safety: values.
// Spec:          AC-14; spec/FORMAT.md sections 3 and 8.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "merkle/hasher.hpp"

namespace plumb {

/// Puts a value under a key (an empty value is a value), or erases the key (no value).
struct Change {
  Bytes key;
  std::optional<Bytes> value;
  friend bool operator==(const Change&, const Change&) = default;
};

struct Transaction {
  Bytes id;                     ///< any bytes, at most kMaxIdBytes; empty: no id
  std::vector<Change> changes;  ///< in order: a later change of a key replaces an earlier one
  /// Error too_large, naming what is over its limit.
  [[nodiscard]] Status check() const;
  [[nodiscard]] bool valid() const { return check().ok(); }
  friend bool operator==(const Transaction&, const Transaction&) = default;
};

/// What a client is told: transaction `seq` is durable and, with its record, leads to `root`.
struct Receipt {
  std::uint64_t seq = 0;
  Bytes id;
  Digest root;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// A change as it stands in a record; the views point into the record's bytes.
struct ChangeView {
  std::string_view key;
  std::optional<std::string_view> value;
};
struct TransactionView {
  std::string_view id;
  std::string_view encoded_changes;  ///< the changes, as encoded
  std::vector<ChangeView> changes;
};

/// Appends the transaction as spec/FORMAT.md section 3 encodes it. Expects it valid.
void encode(const Transaction& transaction, Bytes& out);
/// Reads one transaction of the payload that `in` walks over; false where the bytes break a rule of
/// section 3. `into` keeps its capacity, so that a scan allocates nothing for each record.
[[nodiscard]] bool decode(Reader& in, std::string_view payload, TransactionView& into);
/// Digest of the changes, as the id memory keeps it (section 4); of a transaction, or of its
/// encoded changes and their number.
[[nodiscard]] Digest changes_digest(const Transaction& transaction, Hasher& hasher);
[[nodiscard]] Digest changes_digest(std::uint32_t count, std::string_view encoded_changes,
                                    Hasher& hasher);

}  // namespace plumb
