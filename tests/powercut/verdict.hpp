// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What must hold of a store that a fault has left: its content is the model's after some whole
// number of transactions, none of the promised ones is missing, `plumb verify` accepts it, its
// audit log goes on, and another commit works. The oracle is that of tests/audit.
// Thread-safety: none; one thread.
// Spec:          EV-6; AC-1, AC-2, AC-4, AC-5, AC-10, AC-11.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "audit/judge.hpp"
#include "audit/observe.hpp"
#include "powercut/writer.hpp"

namespace plumb::powercut {

/// What a store may look like.
struct Promise {
  const audit::Model& model;
  std::uint64_t at_least = 0;             ///< the highest transaction promised
  std::vector<audit::AuditLine> audit{};  ///< lines known to be durable
};

/// Looks at the store without changing it, and judges. Throws the Violation.
[[nodiscard]] audit::Observation judge_left(const audit::Plumb& plumb, const std::string& folder,
                                            const Promise& promise);
/// Opens the store, commits `next`, closes it, and judges what is there then.
void judge_further_commit(const audit::Plumb& plumb, const audit::Observation& left,
                          const Transaction& next);
/// What a cut inside `plumb init` leaves: another init completes it, or it is complete; empty.
void judge_first_start(const audit::Plumb& plumb, const std::string& folder);

}  // namespace plumb::powercut
