// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a store holds while it is open; shared by store.cpp (commit, checkpoint) and opening.cpp.
// Invariants:    visible is the state after the last acknowledged transaction; next_checkpoint_number
//                is above every checkpoint name in the folder.
// Thread-safety: commit_mutex lets one committer in, checkpoint_mutex one checkpoint; state_mutex
//                guards what both touch, and is held for moments only. The committer alone changes
//                visible, so it reads it without state_mutex.
// Spec:          as store.hpp.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "commit/aligned_buffer.hpp"
#include "commit/checkpoint.hpp"
#include "commit/judge.hpp"
#include "commit/store.hpp"
#include "commit/wal.hpp"

namespace plumb {

struct Store::Impl {
  explicit Impl(Disk& on_disk) : disk(on_disk) {}

  // opening.cpp
  [[nodiscard]] Status open(const OpenRequest& request);
  [[nodiscard]] Status make_hashers();
  [[nodiscard]] Result<Verdict> judge_under_lock(const OpenRequest& request);
  [[nodiscard]] Status adopt(const Verdict& verdict, const OpenRequest& request);
  [[nodiscard]] Status adopt_init(const Verdict& verdict, const OpenRequest& request);
  [[nodiscard]] Result<AuditLog> log_audit(const Verdict& verdict);
  [[nodiscard]] Checkpoint opening_checkpoint() const;
  [[nodiscard]] Status open_log(const Verdict& verdict, const OpenRequest& request);
  [[nodiscard]] Status clean_temp(const Verdict& verdict);
  [[nodiscard]] Status log_audit_end(AuditLog& log);

  // store.cpp
  [[nodiscard]] Result<Receipt> commit(const Transaction& transaction);
  [[nodiscard]] Status checkpoint();
  void checkpoint_if_due();
  [[nodiscard]] Status add_segment();
  [[nodiscard]] Status write_checkpoint(const Checkpoint& content);
  [[nodiscard]] Result<Checkpoint> next_checkpoint();
  [[nodiscard]] std::vector<CheckpointName> older_than(const CheckpointName& name) const;
  [[nodiscard]] std::uint64_t folder_failures();
  [[nodiscard]] static Error folder_sync_failed();
  [[nodiscard]] Status may_commit(const Transaction& transaction) const;
  [[nodiscard]] RememberedId remember(const Transaction& transaction) const;
  [[nodiscard]] std::optional<Result<Receipt>> find_repeat(const Transaction& transaction,
                                                           const RememberedId& wanted) const;
  [[nodiscard]] Result<merkle::Map> next_map(const Transaction& transaction);
  [[nodiscard]] Error too_large(std::uint64_t bytes) const;
  [[nodiscard]] RecordHeader build_record(const Digest& root, std::uint64_t bytes);
  [[nodiscard]] static Error not_committed(const Status& failed);
  [[nodiscard]] Error poison(const Status& failed);
  [[nodiscard]] Receipt acknowledge(merkle::Map map, const RecordHeader& record,
                                    RememberedId remembered, const Transaction& transaction);
  void release();
  [[nodiscard]] bool valid() const;

  Disk& disk;
  OpenFile lock_file;
  std::unique_ptr<Hasher> hasher;             // the committer's
  std::unique_ptr<Hasher> checkpoint_hasher;  // the checkpointer's
  Geometry geometry;
  Options options;
  Report report;
  Anchor anchor;  // set by the opening, fixed while open

  mutable std::mutex commit_mutex;
  mutable std::mutex checkpoint_mutex;
  mutable std::mutex state_mutex;
  FolderGate gate;
  std::unique_ptr<Wal> wal;
  Version visible;
  bool poisoned = false;
  bool closed = false;
  StoreCounts counts;
  std::optional<Error> checkpoint_error;
  struct {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
  } since;  // the last checkpoint began
  std::uint64_t next_checkpoint_number = 1;    // guarded by checkpoint_mutex
  std::vector<CheckpointName> names_in_use;    // guarded by checkpoint_mutex

  // The committer's scratch: kept, so that a commit in steady state allocates little.
  Bytes payload;
  AlignedBuffer record_buffer;
  std::vector<merkle::MapChange> changes;
};

}  // namespace plumb
