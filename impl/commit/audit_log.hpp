// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The audit log: what each opening found, what it decided and why, in hash-chained lines of JSON,
// durable before anything else is written, anchored in the next checkpoint.
// Invariants:    bytes is a sequence of lines that chain, the last of which head() vouches for.
// Thread-safety: values; write() is called by the store's owner alone.
// Spec:          spec/FORMAT.md section 5; action LogAudit; AC-11, AC-12..
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "commit/report.hpp"
#include "disk/disk.hpp"
#include "merkle/hasher.hpp"

namespace plumb {

inline constexpr std::string_view kAuditName = "audit.log";

/// A prefix of the audit log that a checkpoint vouches for.
struct Anchor {
  std::uint64_t length = 0;  ///< bytes
  Digest digest;             ///< of the last line within it; zero where there is none
  [[nodiscard]] bool valid() const noexcept;
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

enum class AuditEvent : std::uint8_t { init, open, end };

struct AuditLine {
  AuditEvent event = AuditEvent::open;
  std::uint64_t number = 0;  ///< of the checkpoint that the opening writes
  std::uint64_t offset = 0;  ///< bytes
  std::uint64_t bytes = 0;   ///< padding and line feed included
  Digest digest;
};

/// What an init or open line says, beside chain and event.
struct AuditEntry {
  AuditEvent event = AuditEvent::open;
  std::uint64_t number = 0;
  std::uint64_t segment = 0;
  std::string store;  ///< hexadecimal
  Report report;
  std::string decision;
  std::string why;
};

class AuditLog {
 public:
  /// The lines that chain. Error corrupt: damage before the anchor.
  [[nodiscard]] static Result<AuditLog> judge(Bytes bytes, const Anchor& anchor, Hasher& hasher);

  [[nodiscard]] const std::vector<AuditLine>& lines() const noexcept { return lines_; }
  [[nodiscard]] const std::optional<LeftOut>& left_out() const noexcept { return left_out_; }
  /// The line's JSON text, its padding cut off.
  [[nodiscard]] std::string_view text_of(const AuditLine& line) const;
  [[nodiscard]] Anchor head() const;
  /// True where an init or open line has this number and no end line repeats it.
  [[nodiscard]] bool unfinished(std::uint64_t number) const;
  /// The number of the last init or open line, if it has no end line.
  [[nodiscard]] std::optional<AuditLine> last_unfinished() const;

  /// The lowest number that an opening may take: above those of all lines, since a number tells the
  /// openings apart; that of the last line where it has no end, since such an entry may be taken
  /// up.
  [[nodiscard]] std::uint64_t next_number() const;

  /// Adds the entry of an opening, unless the last line is an unfinished entry with the same
  /// verdict: then that one is taken up. True where it was taken up.
  [[nodiscard]] bool add(const AuditEntry& entry, Hasher& hasher);
  void add_end(std::uint64_t number, Hasher& hasher);

  /// LogAudit: writes everything behind `anchored` bytes once more, byte for byte, and syncs it: an
  /// earlier line may lie in a cache alone.
  [[nodiscard]] Status write(Disk& disk, std::uint64_t anchored) const;
  [[nodiscard]] bool valid(Hasher& hasher) const;

 private:
  void append(std::string json, AuditEvent event, std::uint64_t number, Hasher& hasher);
  Bytes bytes_;
  std::vector<AuditLine> lines_;
  std::optional<LeftOut> left_out_;
};

}  // namespace plumb
