// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden vectors as code: each store's bytes, and the verdict that spec/FORMAT.md demands, said
// by hand. What the library answers decides nothing here: contents come from a plain model.
// Invariants:    names are unique; the bytes are the same on every machine and in every run.
// Thread-safety: pure functions.
// Spec:          EV-7; spec/FORMAT.md section 6; AC-4 to AC-8, AC-11.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commit/checkpoint.hpp"
#include "support/memory_disk.hpp"
#include "vectors/scene.hpp"

namespace plumb::test {

/// What the accepted store says.
struct Accepted {
  std::optional<CheckpointName> checkpoint;  ///< the loaded one; nothing: an unfinished init
  std::uint64_t seq = 0;
  std::uint64_t records = 0;
  bool durable = false;
  bool torn = false;
  std::vector<std::uint64_t> discarded = {};
  Content content = {};
  bool verify_refuses = false;  ///< a root in the middle is wrong: only who compares each sees it
};

struct Refused {
  Errc code = Errc::corrupt;
  std::string file;  ///< named by the refusal of this library; another reader may name another
};

struct Vector {
  std::string name;
  std::string what;  ///< one sentence
  Files files;
  std::optional<Accepted> accepted;
  std::optional<Refused> refused;
};

using Vectors = std::vector<Vector>;

void add_accepted(Vectors& into, std::string name, std::string what, Files files, Accepted says);
void add_refused(Vectors& into, std::string name, std::string what, Files files, Refused says);

// By subject, one file each.
void add_stores(Vectors& into);
void add_tails(Vectors& into);
void add_records(Vectors& into);
void add_checkpoints(Vectors& into);
void add_segments(Vectors& into);
void add_audit_logs(Vectors& into);
void add_openings(Vectors& into);

/// All of them, in the order of the manifest.
[[nodiscard]] Vectors all_vectors();

}  // namespace plumb::test
