// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The guarantee table: one row for each requirement, with what this run has measured for it, and
// nothing else. A row is held only where something was measured and nothing violates it.
// Thread-safety: values; one thread.
// Spec:          EV-8; spec/REQUIREMENTS.md, all numbers.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plumb::audit {

/// What a campaign counts.
struct Counts {
  std::uint64_t kills = 0;                 ///< processes that SIGKILL ended
  std::uint64_t kills_in_init = 0;         ///< while a store was created
  std::uint64_t kills_in_opening = 0;      ///< after its first trace on disk, before it finished
  std::uint64_t kills_before_opening = 0;  ///< before any trace of an opening
  std::uint64_t kills_in_commits = 0;      ///< between the first receipt and the last
  std::uint64_t kills_in_close = 0;        ///< after the last receipt
  std::uint64_t too_late = 0;              ///< the process had ended by itself
  std::uint64_t sent = 0;                  ///< transactions handed to a writer
  std::uint64_t receipts = 0;              ///< printed for new transactions
  std::uint64_t states = 0;                ///< contents compared with the model
  std::uint64_t roots = 0;                 ///< recomputed by the naive definition
  std::uint64_t unacknowledged_kept = 0;   ///< sent, not acknowledged, and in the store
  std::uint64_t unacknowledged_lost = 0;   ///< sent, not acknowledged, and not in the store
  std::uint64_t openings = 0;              ///< that finished
  std::uint64_t reopened = 0;              ///< opened again at once, with the same content
  std::uint64_t redone = 0;                ///< records
  std::uint64_t openings_with_redo = 0;
  std::uint64_t torn_tails = 0;       ///< last records damaged: the log ends before them
  std::uint64_t refused_records = 0;  ///< middle records damaged: refused
  std::uint64_t refused_checkpoints = 0;
  std::uint64_t refused_audit_logs = 0;
  std::uint64_t failed_writes = 0;      ///< injected below the library
  std::uint64_t full_disks = 0;         ///< injected below the library
  std::uint64_t folders = 0;            ///< searched for leftovers
  std::uint64_t planted_leftovers = 0;  ///< removed by the next opening
  std::uint64_t audit_lines = 0;        ///< verified
  std::uint64_t audit_prefixes = 0;     ///< compared with an earlier audit log
  std::uint64_t reports = 0;            ///< recovery reports compared with what they left
  std::uint64_t refused_writers = 0;
  std::uint64_t refused_readers = 0;
  std::uint64_t repeats = 0;    ///< of an id with equal changes
  std::uint64_t conflicts = 0;  ///< of an id with other changes
  std::uint64_t checkpoints = 0;
  std::uint64_t segments_begun = 0;
  std::uint64_t slots = 0;  ///< files that held them
  std::uint64_t proofs_present = 0;
  std::uint64_t proofs_absent = 0;
  std::uint64_t proofs_refused = 0;  ///< with a wrong value
};

struct Violated {
  std::string row;  ///< "AC-2"
  std::string what;
  std::string store;  ///< where the store lies
};

struct Canary {
  std::string name;
  bool fired = false;
};

struct Outcome {
  std::uint64_t seed = 0;
  std::uint64_t kills_asked = 0;
  std::string filesystem;
  std::string replay;
  Counts counts;
  std::vector<Canary> canaries;
  std::optional<Violated> violated;
  /// Why the campaign proves nothing; empty where it is valid.
  [[nodiscard]] std::string why_void() const;
};

/// The table for people; for programs, one JSON object in one line.
[[nodiscard]] std::string to_text(const Outcome& outcome);
[[nodiscard]] std::string to_json(const Outcome& outcome);

}  // namespace plumb::audit
