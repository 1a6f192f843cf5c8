// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// RedoWal; see redo.hpp.
#include "commit/redo.hpp"

#include <utility>
#include <vector>

#include "base/contract.hpp"

namespace plumb {
namespace {

/// Calls visit(transaction, seq) for each transaction of the record, which scan_log has checked.
template <class Visit>
void for_each_transaction(const RecordView& record, const Visit& visit) {
  Reader in(record.payload);
  thread_local TransactionView transaction;  // keeps its capacity from record to record
  for (std::uint32_t i = 0; i < record.header.transactions; ++i) {
    const bool whole = decode(in, record.payload, transaction);
    Ensures(whole);
    visit(transaction, record.header.first_seq + i);
  }
}

Error wrong_root(const Slot& slot, std::uint64_t offset) {
  return make_error(Errc::corrupt, "the record's root is not the root of the state after it",
                    slot.name, offset);
}

}  // namespace

Redo::Redo(Version version, bool every_root, Hasher& hasher)
    : version_(std::move(version)), every_root_(every_root), hasher_(hasher) {}

Status Redo::add(const ScannedRecord& record) {
  const RecordHeader& header = record.view.header;
  Expects(header.first_seq == version_.seq + 1);
  if (every_root_) {
    if (Status s = apply(record); !s) return s;
  }
  for_each_transaction(record.view, [&](const TransactionView& transaction, std::uint64_t seq) {
    if (!every_root_) {
      for (const ChangeView& change : transaction.changes) keep_last(change);
    }
    remember(transaction, seq, header.root);
  });
  version_.seq += header.transactions;
  version_.chain = header.digest;
  last_slot_ = record.slot;
  last_offset_ = header.place.offset;
  last_root_ = header.root;
  return {};
}

/// One record at once, and its root compared.
Status Redo::apply(const ScannedRecord& record) {
  std::vector<merkle::MapChange> changes;
  for_each_transaction(record.view, [&](const TransactionView& transaction, std::uint64_t) {
    for (const ChangeView& change : transaction.changes) {
      changes.push_back({change.key, change.value});
    }
  });
  Result<merkle::Map> next = version_.map.apply(changes, hasher_);
  if (!next) return next.error();
  if (next->root() != record.view.header.root) {
    return wrong_root(*record.slot, record.view.header.place.offset);
  }
  version_.map = std::move(next).value();
  return {};
}

void Redo::keep_last(const ChangeView& change) {
  auto at = last_.find(change.key);
  if (at == last_.end()) at = last_.emplace(Bytes(change.key), std::nullopt).first;
  if (!change.value) {
    at->second.reset();
  } else if (at->second) {
    at->second->assign(*change.value);  // keeps its memory
  } else {
    at->second.emplace(*change.value);
  }
}

void Redo::remember(const TransactionView& transaction, std::uint64_t seq, const Digest& root) {
  if (transaction.id.empty()) return;
  const auto count = static_cast<std::uint32_t>(transaction.changes.size());
  version_.ids.add({hasher_.hash(view(transaction.id)),
                    changes_digest(count, transaction.encoded_changes, hasher_), seq, root});
}

Result<Version> Redo::finish() {
  std::vector<merkle::MapChange> changes;
  changes.reserve(last_.size());
  for (const auto& [key, value] : last_) changes.push_back({key, value});
  Result<merkle::Map> map = version_.map.apply(changes, hasher_);
  if (!map) return map.error();
  version_.map = std::move(map).value();
  const bool right = last_slot_ == nullptr || version_.map.root() == last_root_;
  if (!right) return wrong_root(*last_slot_, last_offset_);
  return std::move(version_);
}

LogEntry copy_entry(const ScannedRecord& record) {
  const RecordHeader& header = record.view.header;
  LogEntry entry{record.slot->name, header.place.offset,
                 record.view.bytes, header.place.segment,
                 header.first_seq,  header.durable_seq,
                 header.digest,     header.previous,
                 header.root,       {}};
  for_each_transaction(record.view, [&](const TransactionView& transaction, std::uint64_t) {
    Transaction copy{Bytes(transaction.id), {}};
    for (const ChangeView& change : transaction.changes) {
      copy.changes.push_back(
          {Bytes(change.key), change.value ? std::optional<Bytes>(*change.value) : std::nullopt});
    }
    entry.transactions.push_back(std::move(copy));
  });
  return entry;
}

}  // namespace plumb
