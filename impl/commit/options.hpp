// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a store is made with, and what it needs from outside. Options are fixed by the first opening
// and live in each checkpoint (spec/FORMAT.md, section 4).
// Thread-safety: values.
// Spec:          AC-15, AC-16; spec/FORMAT.md sections 2, 4, 8.
#pragma once
#include <cstdint>
#include <functional>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace plumb {

/// When a commit is acknowledged (AC-15). This version implements sync: after the record is
/// durable.
enum class Mode : std::uint32_t { sync = 0 };
/// What stores the state (AC-17). This version implements the native log.
enum class Backend : std::uint32_t { native = 0 };

inline constexpr std::uint64_t kMinSegmentBytes = 4096;
inline constexpr std::uint64_t kMaxSegmentBytes = std::uint64_t{1} << 30U;
inline constexpr std::uint64_t kMinSegmentBlocks = 8;  // a header, and room for some records
inline constexpr std::uint32_t kMinBlockBytes = 512;   // the sector of the persistence model
inline constexpr std::uint32_t kMaxBlockBytes = 4096;
inline constexpr std::size_t kMaxKeyBytes = 65536;
inline constexpr std::size_t kMaxIdBytes = 256;
inline constexpr std::size_t kRememberedIds = 65536;
/// Numbers of segments, checkpoints and transactions stay below this (spec/FORMAT.md, section 8).
inline constexpr std::uint64_t kNumberLimit = std::uint64_t{1} << 63U;
/// Checkpoint and segment numbers of a store stay below (rule 4 of section 6): no writer gets
/// there, and what is not below is no number that a writer wrote.
inline constexpr std::uint64_t kReachableLimit = kNumberLimit / 2;

struct Options {
  Mode mode = Mode::sync;
  Backend backend = Backend::native;
  std::uint64_t segment_bytes = std::uint64_t{16} << 20U;
  std::uint64_t checkpoint_every = 0;                         ///< transactions; 0 = not by number
  std::uint64_t checkpoint_bytes = std::uint64_t{64} << 20U;  ///< bytes of log; 0 = not by bytes

  /// Error invalid, naming the option, where a bound of spec/FORMAT.md is not kept.
  [[nodiscard]] Status check(std::uint32_t block_bytes) const;
  [[nodiscard]] bool valid(std::uint32_t block_bytes) const;
  friend bool operator==(const Options&, const Options&) = default;
};

/// Fills the span with unpredictable bytes, for store ids and salts. Tests bring their own.
using Entropy = std::function<Status(ByteSpan)>;
/// OpenSSL's generator.
[[nodiscard]] Entropy system_entropy();

}  // namespace plumb
