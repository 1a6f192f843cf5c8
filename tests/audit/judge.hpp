// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The oracle: what must hold of receipts, contents, folders, audit logs and recovery reports. Each
// function compares what was seen with the model and throws the Violation by its number.
// Thread-safety: pure functions.
// Spec:          AC-1, AC-2, AC-4 to AC-6, AC-10 to AC-12, AC-14.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "audit/model.hpp"
#include "audit/observe.hpp"

namespace plumb::audit {

/// What a content must be.
struct Expected {
  const Contents& contents;
  std::string root;  ///< hexadecimal
};

/// AC-1 and AC-4: content, count and root are the expected ones; the root of the dump is recomputed
/// by the definition alone.
void judge_state(const Observation& seen, const Expected& expected);

/// AC-1, AC-2 and AC-4: the store shows the model after a whole number of transactions, and none of
/// the `promised` ones is missing. Expects promised >= model.settled().
void judge_content(const Observation& seen, const Model& model, std::uint64_t promised);

/// One line that was handed to a writer: which transaction its receipt must name.
struct SentLine {
  std::uint64_t seq = 0;
  bool repeat = false;  ///< of an id that the store remembers
};
struct Acknowledged {
  std::uint64_t highest = 0;  ///< seq of the last new transaction; 0 for none
  std::uint64_t fresh = 0;    ///< receipts of new transactions
  std::uint64_t repeats = 0;
};
/// AC-2, AC-4, AC-12 and AC-14: the receipts are those of the lines, in their order.
[[nodiscard]] Acknowledged judge_receipts(const std::vector<std::string>& receipts,
                                          const std::vector<SentLine>& sent, const Model& model);

/// AC-10: a store that was closed, or opened and closed, holds its files and nothing else.
void judge_leftovers(const Files& files, std::uint64_t segment_bytes);

/// AC-11: the earlier lines are a prefix, and each end line follows the line of its own opening.
void judge_audit(const std::vector<AuditLine>& before, const std::vector<AuditLine>& after);
/// AC-11: the last opening has finished, and it has its lines.
void judge_finished_opening(const std::vector<AuditLine>& before,
                            const std::vector<AuditLine>& after);

/// AC-5, AC-6 and AC-12: the report is what a reader saw before and what it sees after.
void judge_report(const Json& report, const Observation& before, const Observation& after);

}  // namespace plumb::audit
