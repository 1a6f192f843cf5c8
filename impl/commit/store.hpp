// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The store: an atomic, durable key/value state with a Merkle root over one folder.
//
//   auto disk  = plumb::PosixDisk::create("state");                 // folder, made durable
//   auto store = plumb::Store::open(**disk, {.create = plumb::Options{}});
//   auto done  = (*store)->commit({"t1", {{"key", "value"}}});      // durable when it returns
//   (*store)->close();
//
// Invariants:    the visible version is the state after a whole number of transactions, all of them
//                durable; a poisoned store commits nothing more.
// Thread-safety: snapshot() may be called from any thread at any time. commit() from several
//                threads takes turns; checkpoint() runs beside commits.
// Spec:          spec/README.md; commit AddSegment AppendWal SyncWal Ack; checkpoint WriteTemp
//                SyncTemp Rename SyncDir DropOld RecycleWal; opening LoadCheckpoint ScanWal RedoWal
//                LogAudit CleanTemp Open Refuse. AC-1 to AC-16. Relies on.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "commit/options.hpp"
#include "commit/report.hpp"
#include "commit/transaction.hpp"
#include "disk/disk.hpp"
#include "merkle/map.hpp"

namespace plumb {

/// An immutable version of the state.
struct Snapshot {
  merkle::Map map;
  std::uint64_t seq = 0;
};

struct OpenRequest {
  /// Set: an empty folder, or an init that a crash cut short, becomes a store with these options; a
  /// folder that already is a store is an error (invalid). Not set: an unfinished init is completed
  /// with the default options.
  std::optional<Options> create;
  Entropy entropy = system_entropy();
};

/// Counts of one store's life, for tests and figures (AC-19). Bytes are those handed to the disk.
struct StoreCounts {
  std::uint64_t records = 0;
  std::uint64_t record_bytes = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t segments = 0;  ///< AddSegment
};

class Store {
 public:
  /// Opens for writing: judges what is there, logs what it found, makes a checkpoint of it.
  /// Errors: locked; corrupt, newer_version, not_a_store, invalid: refused, and not a byte was
  /// written; io, no_space: the opening failed and may be tried again. The disk must outlive the
  /// store.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(Disk& disk, const OpenRequest& request);

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  Store(Store&&) = delete;
  Store& operator=(Store&&) = delete;
  /// Releases the lock and nothing else: what a crash would leave is what stays.
  ~Store();

  /// Commits the transaction and returns once it is durable. A remembered id with equal changes
  /// returns its old receipt and commits nothing. Errors: too_large, id_conflict, no_space, io
  /// (AddSegment failed): not committed, the store goes on. unknown_outcome: AppendWal or SyncWal
  /// failed, the store is poisoned. poisoned: not committed, an earlier failure needs a new
  /// opening. A checkpoint that is due and fails does not fail the commit: see checkpoint_error().
  [[nodiscard]] Result<Receipt> commit(const Transaction& transaction);

  /// Writes the durable state as a checkpoint and lets go of what it covers. Errors: io, no_space:
  /// abandoned, the store goes on with its log. poisoned.
  [[nodiscard]] Status checkpoint();

  /// Makes a checkpoint (unless told not to, or poisoned) and releases the lock. The store takes no
  /// further calls.
  Status close(bool with_checkpoint = true);

  [[nodiscard]] Snapshot snapshot() const;
  /// What the opening found and did.
  [[nodiscard]] const Report& report() const noexcept;
  [[nodiscard]] const Options& options() const noexcept;
  [[nodiscard]] StoreCounts counts() const;
  /// The error of the last checkpoint that a commit made on its own, if it failed.
  [[nodiscard]] std::optional<Error> checkpoint_error() const;
  [[nodiscard]] bool poisoned() const;
  [[nodiscard]] bool valid() const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace plumb
