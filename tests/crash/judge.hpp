// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The oracle: what a store that was opened after a crash must show and must leave. It compares with
// plain maps, reads the folder and the audit log by itself, and believes no report.
// Thread-safety: values and pure functions.
// Spec:          AC-1, AC-2, AC-4 to AC-8, AC-10 to AC-12.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "commit/store.hpp"
#include "crash/history.hpp"
#include "disk/disk.hpp"
#include "merkle/hasher.hpp"

namespace plumb::crash {

struct Violation {
  std::string rule;  ///< the requirement's number
  std::string what;
};

/// What was promised up to a moment, and what may be there.
struct Promise {
  Lineage lineage;          ///< all transactions issued so far
  std::uint64_t acked = 0;  ///< the first ones of it that must be there
  bool opened = false;      ///< an opening has finished: the folder is a store
  Bytes audit;              ///< the audit log that the last finished opening has left
  [[nodiscard]] std::uint64_t key() const;
};

/// Judges a store whose opening has finished on `disk`; nothing where all holds. `after` is what is
/// promised from now on: what it has shown, and its audit log.
[[nodiscard]] std::optional<Violation> judge_opened(const Store& store, Disk& disk,
                                                    const Promise& promise, Hasher& hasher,
                                                    Promise& after);

/// A chain of lines by spec/FORMAT.md section 5, told apart by their bytes alone: nothing where
/// each has its number and its predecessor's digest and the last of them is an end line of
/// `number`, else what is wrong. `chained`: bytes up to there. What lies behind, and does not
/// chain, the format leaves out.
[[nodiscard]] std::optional<std::string> audit_fault(std::string_view bytes, std::uint64_t number,
                                                     Hasher& hasher, std::size_t& chained);

}  // namespace plumb::crash
