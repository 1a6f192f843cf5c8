// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The fault table as data: each fault of the persistence model in words, how it is simulated, which
// tests show it for real, what is expected, and a function that lets it strike a store on the
// simulated disk and tells what was seen. A fault that never struck decides nothing.
// Thread-safety: none; a row is run by one thread.
// Spec:          EV-6; spec/ASSUMPTIONS.md, faults 1 to 24.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crash/seam.hpp"

namespace plumb::crash {

/// What was seen of one fault.
class Seen {
 public:
  /// What must happen for the row to decide anything, by its words.
  explicit Seen(std::initializer_list<const char*> must);
  /// Counts what happened.
  void happened(const std::string& what, std::uint64_t times = 1) { counts_[what] += times; }
  /// Notes a violation where it does not hold.
  void require(bool holds, const std::string& what);
  void violated(const std::string& what);

  [[nodiscard]] std::uint64_t violations() const { return violations_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  /// The first violation.
  [[nodiscard]] const std::string& first() const { return first_; }
  /// Empty where everything happened that must.
  [[nodiscard]] std::string why_void() const;
  /// kHolds, kViolated or kNotDecided.
  [[nodiscard]] int status() const;
  /// "12 refused, 3 opened, 0 violations".
  [[nodiscard]] std::string text() const;

 private:
  std::map<std::string, std::uint64_t> counts_;
  std::uint64_t violations_ = 0;
  std::string first_;
};

struct Fault {
  unsigned number = 0;
  std::string_view words;
  std::string_view simulated;
  /// Where it is shown for real: "powercut.shutdown_ext4" is a ctest test, "FILE.cpp: case" a case
  /// of Boost.Test in tests/FILE.cpp. Empty: simulation alone, and `simulated` says why.
  std::vector<std::string_view> real;
  std::string_view expected;
  /// `mutant`: a wrong store, so that the row can be seen to fail; nullptr: the store as it is.
  Seen (*run)(const Mutant* mutant);
};
[[nodiscard]] std::span<const Fault> faults();

struct FaultRow {
  const Fault* fault;
  Seen seen;
};
/// kViolated where a row is, else kNotDecided where a row is void or none was run, else kHolds.
[[nodiscard]] int status_of(const std::vector<FaultRow>& rows);
[[nodiscard]] std::string to_text(const std::vector<FaultRow>& rows);
[[nodiscard]] std::string to_json(const std::vector<FaultRow>& rows);

// faults_cuts.cpp: kills and power cuts.
[[nodiscard]] Seen fault_kill(const Mutant* mutant);
[[nodiscard]] Seen fault_cut_loses_all(const Mutant* mutant);
[[nodiscard]] Seen fault_cut_loses_any(const Mutant* mutant);
[[nodiscard]] Seen fault_names_lost(const Mutant* mutant);
[[nodiscard]] Seen fault_rename_split(const Mutant* mutant);
[[nodiscard]] Seen fault_torn_log(const Mutant* mutant);
[[nodiscard]] Seen fault_torn_temp(const Mutant* mutant);
[[nodiscard]] Seen fault_crash_in_recovery(const Mutant* mutant);
[[nodiscard]] Seen fault_crash_in_checkpoint(const Mutant* mutant);
[[nodiscard]] Seen fault_first_start(const Mutant* mutant);
// faults_calls.cpp: calls that fail, and syncs that lie.
[[nodiscard]] Seen fault_no_space(const Mutant* mutant);
[[nodiscard]] Seen fault_short_write(const Mutant* mutant);
[[nodiscard]] Seen fault_io_error(const Mutant* mutant);
[[nodiscard]] Seen fault_lying_sync(const Mutant* mutant);
[[nodiscard]] Seen fault_no_rights(const Mutant* mutant);
// faults_damage.cpp: bytes and files that are not what was written.
[[nodiscard]] Seen fault_damaged_log(const Mutant* mutant);
[[nodiscard]] Seen fault_bit_rot(const Mutant* mutant);
[[nodiscard]] Seen fault_lost_write(const Mutant* mutant);
[[nodiscard]] Seen fault_missing_files(const Mutant* mutant);
[[nodiscard]] Seen fault_rollback(const Mutant* mutant);
// faults_world.cpp: other writers, hostile words, clocks, other filesystems.
[[nodiscard]] Seen fault_two_writers(const Mutant* mutant);
[[nodiscard]] Seen fault_hostile_ids(const Mutant* mutant);
[[nodiscard]] Seen fault_clock(const Mutant* mutant);
[[nodiscard]] Seen fault_two_filesystems(const Mutant* mutant);

}  // namespace plumb::crash
