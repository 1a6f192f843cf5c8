// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The verbs: each takes the words behind its name and returns the exit status.
// Exit status:   0 done or holds, 1 damaged or violated, 2 wrong usage or malformed input, 3 the
//                environment failed, 4 not decided.
// Thread-safety: none; commit --from runs its own threads.
// Spec:          impl/cli/README.md (command-line contract). AC-4, AC-9, AC-12 to AC-18.
#pragma once
#include <memory>
#include <string>

#include "cli/args.hpp"
#include "cli/output.hpp"
#include "commit/store.hpp"
#include "disk/posix_disk.hpp"

namespace plumb::cli {

// store_verbs.cpp: those that open a store for writing
int init(const Words& words);
int recover(const Words& words);
int checkpoint(const Words& words);
// commit_verb.cpp
int commit(const Words& words);
// read_verbs.cpp: those that write nothing
int get(const Words& words);
int root(const Words& words);
int dump(const Words& words);
// judge_verbs.cpp: log, audit trail and verdict
int log(const Words& words);
int audit_log(const Words& words);
int verify(const Words& words);
// proof_verbs.cpp
int prove_key(const Words& words);
int verify_key(const Words& words);

/// A store open for writing, and the folder it lives in.
struct OpenStore {
  std::unique_ptr<PosixDisk> disk;
  std::unique_ptr<Store> store;  // declared behind the disk, so it goes first
};

/// Opens an existing store; creates nothing. Errors as Store::open's.
[[nodiscard]] Result<OpenStore> open_store(const Console& console, const std::string& folder);
/// Closes the store and ends the verb: `status`, or the error of the close where status is 0.
[[nodiscard]] int close_store(Console& console, Store& store, int status = kDone);

}  // namespace plumb::cli
