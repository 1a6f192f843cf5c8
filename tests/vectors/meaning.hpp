// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Section 9 of spec/FORMAT.md as code: which byte of a store may change without changing verdict or
// content, and which one ends the log before its last record. It reads the base store's own bytes
// at the offsets of the page, and asks the library nothing but where the log's records are.
// Invariants:    every byte of every file has exactly one meaning.
// Thread-safety: values.
// Spec:          spec/FORMAT.md section 9; AC-7, AC-8, AC-11.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "commit/reading.hpp"
#include "support/memory_disk.hpp"

namespace plumb::test {

enum class Meaning : std::uint8_t {
  held,  ///< the store is refused when it changes
  none,  ///< nothing changes with it
  more,  ///< the number of an unanchored end line: refused where it grows, nothing changes otherwise
  last,  ///< of the last record, which nothing confirms: it ends the log before that record
};

/// The meaning of every byte of one accepted store with one readable checkpoint.
class Meanings {
 public:
  explicit Meanings(const Files& files);
  [[nodiscard]] Meaning of(const std::string& file, std::size_t byte) const;

 private:
  [[nodiscard]] Meaning of_audit(std::size_t byte) const;
  [[nodiscard]] Meaning of_segment(const std::string& file, std::size_t byte) const;
  [[nodiscard]] bool holds_record(const std::string& file) const;

  Files files_;
  std::vector<LogEntry> log_;
  std::string checkpoint_;     // name of the loaded one
  std::uint64_t segment_ = 0;  // the position
  std::uint64_t offset_ = 0;
  std::uint64_t end_segment_ = 0;  // where the log ends
  std::uint64_t end_offset_ = 0;
  std::uint64_t anchored_ = 0;            // bytes of the audit log
  bool position_may_be_missing_ = false;  // rule 5
};

}  // namespace plumb::test
