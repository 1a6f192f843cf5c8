// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Damage to copies of a store: one flipped bit that must be refused with the copy unchanged, or
// that ends the log, as a torn record does. The store itself is never touched.
// Thread-safety: none; one thread.
// Spec:          AC-7, AC-8, AC-10.
#pragma once
#include <string>

#include "audit/judge.hpp"
#include "audit/model.hpp"
#include "audit/observe.hpp"
#include "audit/scratch.hpp"
#include "audit/table.hpp"

namespace plumb::audit {

struct Bench {
  const Plumb& plumb;
  const Scratch& scratch;
  Counts& counts;
};

/// Flips a bit of the last record of the log, so that it is none; false where the log is empty.
[[nodiscard]] bool tear_last_record(const Plumb& plumb, const std::string& store, Random& random);
/// Flips a random bit of the file.
void flip_bit(const std::string& file, Random& random);

/// AC-7 and AC-8 on a store that was killed: its last record damaged, then one in the middle.
void damage_records(const Bench& bench, const std::string& store, const Model& model,
                    Random& random);
/// AC-8 and AC-10 on a store that was closed: its checkpoint damaged, then its audit log.
void damage_closed(const Bench& bench, const std::string& store, Random& random);

}  // namespace plumb::audit
