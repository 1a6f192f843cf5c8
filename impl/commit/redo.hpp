// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// RedoWal: applies the records that the checkpoint lacks, each once and in order, in memory.
// Thread-safety: pure functions of their arguments.
// Spec:          spec/FORMAT.md section 6, rule 9; action RedoWal; AC-4, AC-6, AC-14.
#pragma once
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "commit/checkpoint.hpp"
#include "commit/reading.hpp"
#include "commit/scan.hpp"

namespace plumb {

/// One redo. It keeps the last value of each key that the log changes, not the log.
class Redo {
 public:
  /// From `version` on, which stays as it is until finish(). With `every_root` the root is compared
  /// after each record, not after the last alone.
  Redo(Version version, bool every_root, Hasher& hasher);
  /// Takes the next record, whose slot outlives this. Expects that it follows. Error corrupt, with
  /// file and offset: a wrong root (with every_root), or a SHA-256 collision.
  [[nodiscard]] Status add(const ScannedRecord& record);
  /// The version after the last record; its position stays that of the checkpoint. Error corrupt,
  /// with file and offset of the last record: its root is not that of the state.
  [[nodiscard]] Result<Version> finish();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept {
      return std::hash<std::string_view>()(s);
    }
  };
  [[nodiscard]] Status apply(const ScannedRecord& record);
  void keep_last(const ChangeView& change);
  void remember(const TransactionView& transaction, std::uint64_t seq, const Digest& root);

  Version version_;
  bool every_root_;
  Hasher& hasher_;
  std::unordered_map<Bytes, std::optional<Bytes>, Hash, std::equal_to<>> last_;
  const Slot* last_slot_ = nullptr;  // of the last record, with its offset and its root
  std::uint64_t last_offset_ = 0;
  Digest last_root_;
};

/// A scanned record, for people.
[[nodiscard]] LogEntry copy_entry(const ScannedRecord& record);

}  // namespace plumb
