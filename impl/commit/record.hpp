// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A record: the transactions that are committed together, the root after them, and the digest of
// the record before it. It is its own commit mark: whole, or nothing. Its digest is checksum and
// chain in one; place (store, number, salt, offset) makes an old or misplaced one no record at all.
// Invariants:    transactions >= 1; durable_seq < first_seq; padded with zeros to whole blocks.
// Thread-safety: values and pure functions.
// Spec:          spec/FORMAT.md section 3; actions AppendWal, ScanWal; AC-3, AC-4, AC-7..
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "commit/segment.hpp"
#include "merkle/hasher.hpp"

namespace plumb {

inline constexpr std::size_t kRecordHeaderBytes = 176;

/// Where a record lies. It is valid there and nowhere else.
struct Place {
  Tag store;
  std::uint64_t segment = 0;
  Tag salt;
  std::uint64_t offset = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

struct RecordHeader {
  Digest digest;  ///< set by encode_record and read_record
  Place place;
  std::uint64_t first_seq = 0;
  std::uint32_t transactions = 0;
  std::uint32_t payload_bytes = 0;
  std::uint64_t durable_seq = 0;
  Digest previous;
  Digest root;
  [[nodiscard]] bool valid() const noexcept;
};

/// A record's whole length on disk for a payload of that size: header, payload, zeros.
[[nodiscard]] std::uint64_t record_bytes(std::uint64_t payload_bytes,
                                         std::uint32_t block_bytes) noexcept;

/// Writes the record into `out`, sets header.digest. Expects header.valid(), payload of its stated
/// size, out of exactly record_bytes().
void encode_record(RecordHeader& header, std::string_view payload, ByteSpan out, Hasher& hasher);

enum class NoRecord : std::uint8_t {
  nothing,    ///< nothing of this place: zeros, an old generation, another store, other bytes
  torn,       ///< begins like this place's record and is not whole
  malformed,  ///< whole, and no writer writes it: refuse
};
struct RecordView {
  RecordHeader header;
  std::string_view payload;
  std::uint64_t bytes = 0;  ///< whole length
};
/// Judges the bytes of `segment` (a whole segment) at place.offset. `hashable` bytes may be hashed
/// for it and it is reduced by those that were; malformed where they do not suffice, so that
/// records that overlap, which no writer leaves, cost a reader no more than the segment is long.
[[nodiscard]] std::variant<RecordView, NoRecord> read_record(std::string_view segment,
                                                             const Place& place,
                                                             std::uint32_t block_bytes,
                                                             std::uint64_t& hashable,
                                                             Hasher& hasher);

/// A record that is valid in itself (magic, digest), wherever it lies.
struct LooseRecord {
  const Tag* store = nullptr;  ///< of any store where null
  std::uint64_t segment = 0;   ///< its segment number, or a higher one
  std::uint32_t block_bytes = 0;
};
/// True where one starts `bytes`, which may go on behind it; nothing where `hashable` (as above)
/// does not suffice.
[[nodiscard]] std::optional<bool> is_loose_record(std::string_view bytes, const LooseRecord& wanted,
                                                  std::uint64_t& hashable, Hasher& hasher);
/// True where `sector` could start a record: it has the magic in its place.
[[nodiscard]] bool has_record_magic(std::string_view sector) noexcept;

}  // namespace plumb
