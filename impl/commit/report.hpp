// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What judging a store found: the honest report that openings log, readers mark and verify prints.
// Thread-safety: values.
// Spec:          AC-7, AC-8, AC-11, AC-12; spec/FORMAT.md sections 5 and 6.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace plumb {

/// A newer checkpoint that was passed over because an unbroken log reaches what it held.
struct InvalidCheckpoint {
  std::string file;
  std::string reason;
  Digest digest;  ///< of the file's bytes
  friend bool operator==(const InvalidCheckpoint&, const InvalidCheckpoint&) = default;
};

/// Bytes behind the last chaining line of the audit log.
struct LeftOut {
  std::uint64_t bytes = 0;
  Digest digest;
  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

enum class Tail : std::uint8_t { clean, torn };

struct Report {
  bool unfinished_init = false;         ///< no checkpoint yet: a legal empty store
  std::uint64_t checkpoint_number = 0;  ///< the checkpoint that was loaded
  std::uint64_t checkpoint_seq = 0;
  std::uint64_t records = 0;       ///< applied from the log
  std::uint64_t transactions = 0;  ///< in those records
  std::uint64_t seq = 0;           ///< the state's last transaction
  std::uint64_t count = 0;         ///< keys
  Digest root;
  Digest chain;
  bool durable = false;  ///< confirmed (spec/FORMAT.md, section 6); else unknown
  Tail tail = Tail::clean;
  std::string end_file;          ///< the slot in which the log ends; empty where there is none
  std::uint64_t end_offset = 0;  ///< bytes
  std::vector<std::uint64_t> discarded;  ///< first_seq of valid records behind the end
  std::vector<InvalidCheckpoint> invalid_checkpoints;
  std::uint64_t audit_lines = 0;  ///< that chain
  std::optional<LeftOut> audit_left_out;
  std::vector<std::string> foreign;  ///< names in the folder that are not the store's
  // Set by an opening only:
  std::uint64_t new_checkpoint = 0;   ///< number of the checkpoint it wrote
  std::uint64_t new_segment = 0;      ///< number of the segment in which the log goes on
  bool taken_up = false;              ///< an unfinished opening with the same verdict was taken up
  std::optional<std::uint64_t> closes;  ///< an earlier opening that this one's entry closes
};

}  // namespace plumb
