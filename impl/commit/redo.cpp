// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// RedoWal; see redo.hpp.
#include "commit/redo.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

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

Error wrong_root(const ScannedRecord& record) {
  return make_error(Errc::corrupt, "the record's root is not the root of the state after it",
                    record.slot->name, record.view.header.place.offset);
}

/// The slow way: one record after another, every root compared.
Status redo_each(merkle::Map& map, const Scan& scan, Hasher& hasher) {
  std::vector<merkle::MapChange> changes;
  for (const ScannedRecord& record : scan.records) {
    changes.clear();
    for_each_transaction(record.view, [&](const TransactionView& transaction, std::uint64_t) {
      for (const ChangeView& change : transaction.changes) {
        changes.push_back({change.key, change.value});
      }
    });
    Result<merkle::Map> next = map.apply(changes, hasher);
    if (!next) return next.error();
    if (next->root() != record.view.header.root) return wrong_root(record);
    map = std::move(next).value();
  }
  return {};
}

/// The fast way: the last change of each key, applied at once.
Result<merkle::Map> redo_at_once(const merkle::Map& map, const Scan& scan, Hasher& hasher) {
  std::unordered_map<std::string_view, std::optional<std::string_view>> last;
  for (const ScannedRecord& record : scan.records) {
    for_each_transaction(record.view, [&](const TransactionView& transaction, std::uint64_t) {
      for (const ChangeView& change : transaction.changes) last[change.key] = change.value;
    });
  }
  std::vector<merkle::MapChange> changes;
  changes.reserve(last.size());
  for (const auto& [key, value] : last) changes.push_back({key, value});
  return map.apply(changes, hasher);
}

/// Only the last kRememberedIds ids of the log can matter: no other is hashed.
void redo_ids(IdMemory& ids, const Scan& scan, Hasher& hasher) {
  struct Seen {
    std::string_view id;
    std::string_view encoded_changes;
    std::uint32_t changes;
    std::uint64_t seq;
    const Digest* root;
  };
  std::vector<Seen> seen;
  for (const ScannedRecord& record : scan.records) {
    for_each_transaction(record.view, [&](const TransactionView& t, std::uint64_t seq) {
      if (t.id.empty()) return;
      seen.push_back({t.id, t.encoded_changes, static_cast<std::uint32_t>(t.changes.size()), seq,
                      &record.view.header.root});
    });
  }
  const std::size_t skip = seen.size() > kRememberedIds ? seen.size() - kRememberedIds : 0;
  for (std::size_t i = skip; i < seen.size(); ++i) {
    ids.add({hasher.hash(view(seen[i].id)),
             changes_digest(seen[i].changes, seen[i].encoded_changes, hasher), seen[i].seq,
             *seen[i].root});
  }
}

}  // namespace

Status redo(Version& version, const Scan& scan, bool every_root, Hasher& hasher) {
  if (scan.records.empty()) return {};
  Expects(version.seq + 1 == scan.records.front().view.header.first_seq);
  merkle::Map each = version.map;
  if (every_root) {
    if (Status s = redo_each(each, scan, hasher); !s) return s;
    version.map = each;
  } else {
    Result<merkle::Map> map = redo_at_once(version.map, scan, hasher);
    if (!map) return map.error();
    if (map->root() != scan.records.back().view.header.root) {
      if (Status s = redo_each(each, scan, hasher); !s) return s;  // names the first wrong one
      return wrong_root(scan.records.back());
    }
    version.map = std::move(map).value();
  }
  redo_ids(version.ids, scan, hasher);
  version.seq = scan.next_seq - 1;
  version.chain = scan.chain;
  Ensures(version.map.root() == scan.records.back().view.header.root);
  return {};
}

std::vector<LogEntry> copy_log(const Scan& scan) {
  std::vector<LogEntry> log;
  for (const ScannedRecord& record : scan.records) {
    const RecordHeader& header = record.view.header;
    LogEntry entry{record.slot->name, header.place.offset, record.view.bytes, header.place.segment,
                   header.first_seq,  header.durable_seq,  header.digest,     header.previous,
                   header.root,       {}};
    for_each_transaction(record.view, [&](const TransactionView& transaction, std::uint64_t) {
      Transaction copy{Bytes(transaction.id), {}};
      for (const ChangeView& change : transaction.changes) {
        copy.changes.push_back({Bytes(change.key), change.value ? std::optional<Bytes>(*change.value)
                                                                : std::nullopt});
      }
      entry.transactions.push_back(std::move(copy));
    });
    log.push_back(std::move(entry));
  }
  return log;
}

}  // namespace plumb
