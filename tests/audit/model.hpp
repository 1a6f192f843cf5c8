// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The model that the audit holds against the store: a plain map, the list of transactions sent, and
// the root after each. Transactions are drawn from a seed, hostile bytes among them.
// Invariants:    roots() has one entry more than the transactions that are known; entry k is the
//                root of the content after transaction k.
// Thread-safety: none; one thread.
// Spec:          AC-1, AC-2, AC-4, AC-14.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "commit/transaction.hpp"
#include "merkle/map.hpp"
#include "merkle/oracle.hpp"

namespace plumb::audit {

using test::oracle::Contents;

/// Numbers from a seed, the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] std::uint64_t next();
  /// 0 to limit - 1. Expects limit > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t limit);
  [[nodiscard]] bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

/// Puts and erases of a few dozen keys, so that they meet; about two of three with an id.
[[nodiscard]] Transaction draw_transaction(Random& random, std::uint64_t unique);
/// The keys that draw_transaction uses.
[[nodiscard]] const std::vector<Bytes>& keys();
/// The transaction as a line of `plumb commit --from`, with its line feed.
[[nodiscard]] std::string to_json_line(const Transaction& transaction);

class Model {
 public:
  Model();
  /// The next transaction was sent; whether it will be in the store is not known yet.
  void send(Transaction transaction);
  /// The store was seen after `seq` transactions: what was sent behind it is lost for good.
  void settle(std::uint64_t seq);

  /// The last transaction seen in the store.
  [[nodiscard]] std::uint64_t settled() const noexcept { return settled_; }
  /// The last transaction sent.
  [[nodiscard]] std::uint64_t sent() const noexcept { return transactions_.size(); }
  /// The content after `seq` transactions. Expects settled() <= seq <= sent().
  [[nodiscard]] const Contents& contents(std::uint64_t seq) const;
  /// The root after `seq` transactions. Expects seq <= sent().
  [[nodiscard]] Digest root(std::uint64_t seq) const;
  /// Transaction `seq`, from 1.
  [[nodiscard]] const Transaction& transaction(std::uint64_t seq) const;

 private:
  std::unique_ptr<Hasher> hasher_;
  std::vector<Transaction> transactions_;
  std::vector<Digest> roots_;
  std::uint64_t settled_ = 0;
  // From settled_ on, one for each transaction that may be in the store.
  std::vector<Contents> contents_;
  std::vector<merkle::Map> maps_;
};

}  // namespace plumb::audit
