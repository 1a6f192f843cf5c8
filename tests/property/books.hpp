// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The model beside the store: all transactions issued so far with the plain map after each, how
// many of them must be there, and which ids are remembered. What may be visible is the state after
// any number of them from the promised one on.
// Invariants:    transactions and the lineage's states go together, one for each number.
// Thread-safety: values.
// Spec:          AC-1, AC-2, AC-4, AC-9, AC-14.
#pragma once
#include <optional>
#include <vector>

#include "commit/store.hpp"
#include "commit/transaction.hpp"
#include "crash/judge.hpp"
#include "property/cover.hpp"

namespace plumb::property {

using crash::Violation;
using Found = std::optional<Violation>;

struct Books {
  crash::Promise promise;
  std::vector<Transaction> transactions;  ///< issued
  std::vector<Transaction> lost;          ///< discarded by an opening

  /// Enters a transaction whose commit begins, and takes it out again where it was refused.
  void issue(const Transaction& transaction, Hasher& hasher);
  void take_back();
  /// The number that an acknowledged transaction of that id has; 0 where there is none.
  [[nodiscard]] std::uint64_t remembered(const Bytes& id) const;
  /// An opening has shown that many transactions.
  void opened(crash::Promise after, Cover& cover);
};

/// The receipt of transaction `seq`.
[[nodiscard]] Found judge_receipt(const Receipt& receipt, const Books& books, std::uint64_t seq);
/// What the store shows is what it has acknowledged: content, root, and for every key of any
/// history what get answers and what can be proved of it.
[[nodiscard]] Found judge_shown(const Store& store, const Books& books, Hasher& hasher);

}  // namespace plumb::property
