// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A segment of the log: a file of fixed size that is filled with zeros before its first use, never
// resized, and recycled under a new number and salt. Its first block is this header.
// Invariants:    number >= 1; the header is 512 bytes whatever the block size.
// Thread-safety: values.
// Spec:          spec/FORMAT.md section 2; actions AddSegment, RecycleWal; AC-7, AC-8..
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "merkle/hasher.hpp"

namespace plumb {

inline constexpr std::size_t kHeaderBytes = 512;
inline constexpr std::uint32_t kFormatVersion = 1;

/// 16 random bytes: the identity of a store, or of one generation of a segment.
struct Tag {
  std::array<std::byte, 16> bytes{};
  friend bool operator==(const Tag&, const Tag&) = default;
};
[[nodiscard]] Tag read_tag(Reader& in);
[[nodiscard]] inline std::string_view text(const Tag& tag) noexcept {
  return text(ByteView(tag.bytes));
}

/// What all segments of a store have in common.
struct Geometry {
  Tag store;
  std::uint32_t block_bytes = 0;
  std::uint64_t segment_bytes = 0;
  [[nodiscard]] bool valid() const noexcept;
  friend bool operator==(const Geometry&, const Geometry&) = default;
};

inline constexpr std::uint64_t kSegmentNumberOffset = 64;  ///< of the number in a header

struct SegmentHeader {
  Geometry geometry;
  std::uint64_t number = 0;
  Tag salt;
  [[nodiscard]] bool valid() const noexcept;
};

/// The header's 512 bytes. Expects it valid.
[[nodiscard]] Bytes encode(const SegmentHeader& header, Hasher& hasher);

enum class HeaderFault : std::uint8_t {
  unreadable,  ///< unfinished or damaged: no header at all
  newer,       ///< well-formed and of a newer version
  impossible,  ///< well-formed, and no writer of this version writes it
};
/// Judges 512 bytes (fewer: unreadable) by themselves, whatever store they belong to.
[[nodiscard]] std::variant<SegmentHeader, HeaderFault> decode_segment_header(std::string_view bytes,
                                                                             Hasher& hasher);

/// "log-<slot>".
[[nodiscard]] std::string slot_name(std::uint32_t slot);
/// The number in a canonical slot name; nothing for any other name.
[[nodiscard]] std::optional<std::uint32_t> slot_of(std::string_view name);
/// A decimal number without sign or leading zeros, below `limit`; nothing otherwise.
[[nodiscard]] std::optional<std::uint64_t> canonical_number(std::string_view digits,
                                                            std::uint64_t limit);

}  // namespace plumb
