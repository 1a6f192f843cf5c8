// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The model beside the store; see books.hpp.
#include "property/books.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/contract.hpp"
#include "merkle/proof.hpp"
#include "property/history.hpp"

namespace plumb::property {
namespace {

/// AC-18: what get and a proof say about a key, against the model's root and value.
Found judge_key(const Snapshot& shown, const Bytes& key, const crash::Content& content,
                const Digest& root, Hasher& hasher) {
  const auto found = content.find(key);
  std::optional<std::string_view> value;
  if (found != content.end()) value = found->second;
  const std::optional<Bytes> got = shown.map.get(key, hasher);
  if (got.has_value() != value.has_value() || (got && *got != *value)) {
    return Violation{"AC-1", fmt::format("get \"{}\" answers another value", key)};
  }
  const Bytes proof = merkle::prove(shown.map, key, hasher);
  if (!merkle::verify(root, key, value, proof, hasher)) {
    return Violation{"AC-18", fmt::format("the proof of \"{}\" does not hold", key)};
  }
  const Bytes other = value ? Bytes(*value) + "." : Bytes();
  if (merkle::verify(root, key, std::string_view(other), proof, hasher)) {
    return Violation{"AC-18", fmt::format("the proof of \"{}\" shows another value too", key)};
  }
  return std::nullopt;
}

}  // namespace

void Books::issue(const Transaction& transaction, Hasher& hasher) {
  promise.lineage = promise.lineage.with(transaction, hasher);
  transactions.push_back(transaction);
  Ensures(transactions.size() == promise.lineage.issued());
}

void Books::take_back() {
  Expects(promise.lineage.issued() > promise.acked);
  promise.lineage = promise.lineage.first(promise.lineage.issued() - 1);
  transactions.pop_back();
}

std::uint64_t Books::remembered(const Bytes& id) const {
  if (id.empty()) return 0;
  const auto end = transactions.begin() + static_cast<std::ptrdiff_t>(promise.acked);
  const auto found =
      std::find_if(transactions.begin(), end, [&](const Transaction& one) { return one.id == id; });
  return found == end ? 0 : static_cast<std::uint64_t>(found - transactions.begin()) + 1;
}

void Books::opened(crash::Promise after, Cover& cover) {
  const std::uint64_t unknown = promise.lineage.issued() - promise.acked;
  cover.saw("the unknown was there", after.acked - promise.acked);
  cover.saw("the unknown was not there", unknown - (after.acked - promise.acked));
  const auto first_lost = transactions.begin() + static_cast<std::ptrdiff_t>(after.acked);
  lost.insert(lost.end(), first_lost, transactions.end());
  transactions.erase(first_lost, transactions.end());
  promise = std::move(after);
}

Found judge_receipt(const Receipt& receipt, const Books& books, std::uint64_t seq) {
  const Transaction& transaction = books.transactions.at(seq - 1);
  const bool same = receipt.seq == seq && receipt.id == transaction.id &&
                    receipt.root == books.promise.lineage.root(seq);
  if (same) return std::nullopt;
  return Violation{"AC-4", fmt::format("the receipt of transaction {} names {}, another id or "
                                       "another root",
                                       seq, receipt.seq)};
}

Found judge_shown(const Store& store, const Books& books, Hasher& hasher) {
  const Snapshot shown = store.snapshot();
  const crash::Lineage& lineage = books.promise.lineage;
  const std::uint64_t acked = books.promise.acked;
  if (shown.seq != acked) {
    return Violation{"AC-1",
                     fmt::format("{} transactions are acknowledged, {} shown", acked, shown.seq)};
  }
  const Digest& root = lineage.root(acked);
  if (shown.map.root() != root || shown.map.count() != lineage.content(acked).size()) {
    return Violation{"AC-4", fmt::format("root or count after {} transactions is another", acked)};
  }
  for (const Bytes& key : keys()) {
    if (Found f = judge_key(shown, key, lineage.content(acked), root, hasher)) return f;
  }
  return std::nullopt;
}

}  // namespace plumb::property
