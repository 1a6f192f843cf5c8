// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The store while it is open: commit() and checkpoint(), one line for each action. Its opening is
// opening.cpp.
#include "commit/store.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/contract.hpp"
#include "commit/store_impl.hpp"

namespace plumb {

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) { Ensures(valid()); }

Store::~Store() = default;

Result<Receipt> Store::commit(const Transaction& transaction) {
  Expects(valid());
  Result<Receipt> receipt = impl_->commit(transaction);
  if (receipt) impl_->checkpoint_if_due();
  return receipt;
}

Status Store::checkpoint() {
  Expects(valid());
  return impl_->checkpoint();
}

Status Store::close(bool with_checkpoint) {
  Expects(valid());
  Status s;
  if (with_checkpoint && !poisoned()) s = impl_->checkpoint();
  impl_->release();
  return s;
}

Snapshot Store::snapshot() const {
  const std::scoped_lock lock(impl_->state_mutex);
  return {impl_->visible.map, impl_->visible.seq};
}

const Report& Store::report() const noexcept { return impl_->report; }
const Options& Store::options() const noexcept { return impl_->options; }

StoreCounts Store::counts() const {
  const std::scoped_lock lock(impl_->state_mutex);
  return impl_->counts;
}

std::optional<Error> Store::checkpoint_error() const {
  const std::scoped_lock lock(impl_->state_mutex);
  return impl_->checkpoint_error;
}

bool Store::poisoned() const {
  const std::scoped_lock lock(impl_->state_mutex);
  return impl_->poisoned;
}

bool Store::valid() const { return impl_ != nullptr && impl_->valid(); }

Result<Receipt> Store::Impl::commit(const Transaction& transaction) {
  const std::scoped_lock one_at_a_time(commit_mutex);
  if (Status s = may_commit(transaction); !s) return s.error();
  const RememberedId remembered = remember(transaction);
  if (const auto old = find_repeat(transaction, remembered)) return *old;

  Result<merkle::Map> next = next_map(transaction);  // pure: contents and root to reach
  if (!next) return next.error();
  payload.clear();
  encode(transaction, payload);
  const std::uint64_t bytes = record_bytes(payload.size(), geometry.block_bytes);
  if (bytes > wal->longest_record()) return too_large(bytes);

  if (!wal->has_room(bytes)) {
    if (Status s = add_segment(); !s) return not_committed(s);  // AddSegment
  }
  const RecordHeader record = build_record(next->root(), bytes);
  if (Status s = wal->append(record_buffer.span()); !s) return poison(s);  // AppendWal
  if (Status s = wal->sync(); !s) return poison(s);                        // SyncWal, commit point
  return acknowledge(std::move(next).value(), record, remembered, transaction);  // Ack
}

Status Store::Impl::checkpoint() {
  const std::scoped_lock one_at_a_time(checkpoint_mutex);
  const Result<Checkpoint> content = next_checkpoint();
  if (!content) return content.error();
  return write_checkpoint(*content);
}

/// The six actions of a checkpoint. Name changes are confirmed by SyncDir under the gate; a folder
/// sync that failed meanwhile, whoever made it, abandons this checkpoint's temp file too.
Status Store::Impl::write_checkpoint(const Checkpoint& content) {
  const CheckpointName name{content.number, content.version.seq};
  const Bytes bytes = encode(content, *checkpoint_hasher);
  CheckpointWriter writer(disk, name);
  const std::uint64_t failures = folder_failures();
  if (Status s = writer.write_temp(view(bytes)); !s) return s;  // WriteTemp
  if (Status s = writer.sync_temp(); !s) return s;              // SyncTemp
  const auto entered = gate.enter();
  if (gate.failures() != failures) return folder_sync_failed();
  names_in_use.push_back(name);
  next_checkpoint_number = content.number + 1;
  if (Status s = writer.rename_temp(); !s) return s;                   // Rename
  if (Status s = gate.sync(disk); !s) return s;                        // SyncDir
  const Status dropped = writer.drop_old(older_than(name));            // DropOld
  if (wal != nullptr) wal->recycle(content.version.position.segment);  // RecycleWal
  const std::scoped_lock lock(state_mutex);
  if (dropped) names_in_use.assign({name});
  ++counts.checkpoints;
  return dropped;
}

void Store::Impl::checkpoint_if_due() {
  {
    const std::scoped_lock lock(state_mutex);
    const bool by_number =
        options.checkpoint_every != 0 && since.records >= options.checkpoint_every;
    const bool by_bytes = options.checkpoint_bytes != 0 && since.bytes >= options.checkpoint_bytes;
    if (poisoned || closed || (!by_number && !by_bytes)) return;
    since = {};
  }
  Status s = checkpoint();
  const std::scoped_lock lock(state_mutex);
  checkpoint_error = s ? std::optional<Error>() : s.error();
}

/// The version to write, under the next free number.
Result<Checkpoint> Store::Impl::next_checkpoint() {
  const std::scoped_lock lock(state_mutex);
  if (closed) return make_error(Errc::invalid, "the store is closed");
  if (poisoned) return make_error(Errc::poisoned, "an earlier failure needs a new opening first");
  if (next_checkpoint_number >= kReachableLimit) {
    return make_error(Errc::invalid, "checkpoint numbers are used up");
  }
  since = {};
  return Checkpoint{geometry, options, next_checkpoint_number, anchor, visible};
}

std::vector<CheckpointName> Store::Impl::older_than(const CheckpointName& name) const {
  std::vector<CheckpointName> older;
  for (const CheckpointName& other : names_in_use) {
    if (other.number < name.number) older.push_back(other);
  }
  return older;
}

std::uint64_t Store::Impl::folder_failures() {
  const auto entered = gate.enter();
  return gate.failures();
}

Error Store::Impl::folder_sync_failed() {
  return make_error(Errc::io, "a folder sync failed meanwhile: the checkpoint is abandoned");
}

Status Store::Impl::may_commit(const Transaction& transaction) const {
  if (closed) return make_error(Errc::invalid, "the store is closed");
  if (poisoned) {
    return make_error(Errc::poisoned,
                      "not committed: an earlier write or sync failed, open the store again");
  }
  if (visible.seq + 1 >= kNumberLimit)
    return make_error(Errc::invalid, "sequence numbers are used up");
  return transaction.check();
}

RememberedId Store::Impl::remember(const Transaction& transaction) const {
  if (transaction.id.empty()) return {};
  return {hasher->hash(view(transaction.id)), changes_digest(transaction, *hasher), 0, {}};
}

/// AC-14: a repeat with equal changes gets its old receipt, with others it is refused.
std::optional<Result<Receipt>> Store::Impl::find_repeat(const Transaction& transaction,
                                                        const RememberedId& wanted) const {
  if (transaction.id.empty()) return std::nullopt;
  const std::optional<RememberedId> old = visible.ids.find(wanted.id);
  if (!old) return std::nullopt;
  if (old->changes == wanted.changes) return Receipt{old->seq, transaction.id, old->root};
  return make_error(Errc::id_conflict,
                    fmt::format("the id was used for other changes by transaction {}", old->seq));
}

Result<merkle::Map> Store::Impl::next_map(const Transaction& transaction) {
  changes.clear();
  for (const Change& change : transaction.changes) changes.push_back({change.key, change.value});
  return visible.map.apply(changes, *hasher);
}

Error Store::Impl::too_large(std::uint64_t bytes) const {
  return make_error(Errc::too_large,
                    fmt::format("the transaction's record has {} bytes: at most {} fit a segment",
                                bytes, wal->longest_record()));
}

Status Store::Impl::add_segment() {
  if (Status s = wal->add_segment(); !s) {
    Error error = s.error();
    error.reason += fmt::format("{}no segment can be had", error.reason.empty() ? "" : "; ");
    return error;
  }
  const std::scoped_lock lock(state_mutex);
  ++counts.segments;
  return {};
}

RecordHeader Store::Impl::build_record(const Digest& root, std::uint64_t bytes) {
  RecordHeader header;
  header.place = wal->next_place();
  header.first_seq = visible.seq + 1;
  header.transactions = 1;
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  header.durable_seq = visible.seq;
  header.previous = visible.chain;
  header.root = root;
  record_buffer.resize(bytes);
  encode_record(header, payload, record_buffer.span(), *hasher);
  return header;
}

/// AC-9: nothing was written, and the store goes on.
Error Store::Impl::not_committed(const Status& failed) {
  Error error = failed.error();
  error.reason += "; not committed";
  return error;
}

/// AC-9: the outcome is unknown, and only the next opening decides it.
Error Store::Impl::poison(const Status& failed) {
  const std::scoped_lock lock(state_mutex);
  poisoned = true;
  Error error = failed.error();
  error.code = Errc::unknown_outcome;
  error.reason +=
      fmt::format("{}whether the transaction is durable is unknown: open the store again",
                  error.reason.empty() ? "" : "; ");
  return error;
}

/// Ack: the version becomes visible, and its client is told.
Receipt Store::Impl::acknowledge(merkle::Map map, const RecordHeader& record,
                                 RememberedId remembered, const Transaction& transaction) {
  const std::scoped_lock lock(state_mutex);
  visible.map = std::move(map);
  visible.seq = record.first_seq;
  visible.chain = record.digest;
  visible.position = wal->position();
  if (!transaction.id.empty()) {
    remembered.seq = record.first_seq;
    remembered.root = record.root;
    visible.ids.add(remembered);
  }
  ++counts.records;
  counts.record_bytes += record_buffer.span().size();
  ++since.records;
  since.bytes += record_buffer.span().size();
  Ensures(visible.map.root() == record.root);
  return {record.first_seq, transaction.id, record.root};
}

void Store::Impl::release() {
  const std::scoped_lock in_turn(commit_mutex, checkpoint_mutex);
  const std::scoped_lock lock(state_mutex);
  closed = true;
  wal.reset();
  lock_file.reset();
}

bool Store::Impl::valid() const {
  return geometry.valid() && options.valid(geometry.block_bytes) && anchor.valid();
}

}  // namespace plumb
