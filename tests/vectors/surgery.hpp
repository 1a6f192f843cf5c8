// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Cutting into the bytes of a store: fields at offsets of spec/FORMAT.md, and the digests made
// right again, for lies that are well-formed. The offsets are written down here once more, apart
// from the library, so that both must agree with the page.
// Thread-safety: pure functions.
// Spec:          spec/FORMAT.md sections 2 to 5.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "commit/transaction.hpp"
#include "support/memory_disk.hpp"

namespace plumb::test {

inline constexpr std::uint32_t kBlock = 512;          // of all golden vectors but one
inline constexpr std::uint64_t kSegmentBytes = 4096;  // the same
inline constexpr std::size_t kRecordHead = 176;

/// Fields of section 4.
namespace ckp {
inline constexpr std::size_t version = 40, block_bytes = 44, store = 48, number = 64, seq = 72,
                             count = 80, ids = 88, root = 96, chain = 128, segment = 160,
                             offset = 168, segment_bytes = 176, mode = 200, backend = 204,
                             anchor_length = 208, anchor_digest = 216, size = 248, zeros = 256,
                             entries = 512;
}
/// Fields of section 2.
namespace seg {
inline constexpr std::size_t version = 40, block_bytes = 44, store = 48, number = 64,
                             segment_bytes = 72, salt = 80, zeros = 96;
}
/// Fields of section 3, from the start of the record.
namespace rec {
inline constexpr std::size_t magic = 32, store = 40, segment = 56, salt = 64, offset = 80,
                             first_seq = 88, transactions = 96, payload = 100, durable_seq = 104,
                             previous = 112, root = 144;
}

[[nodiscard]] Digest sha256(std::string_view bytes);
[[nodiscard]] Bytes digest_bytes(std::string_view bytes);

[[nodiscard]] std::uint64_t get_u64(const Bytes& bytes, std::size_t at);
[[nodiscard]] std::uint32_t get_u32(const Bytes& bytes, std::size_t at);
void put_u64(Bytes& bytes, std::size_t at, std::uint64_t value);
void put_u32(Bytes& bytes, std::size_t at, std::uint32_t value);
void put_bytes(Bytes& bytes, std::size_t at, std::string_view value);
void put_zeros(Bytes& bytes, std::size_t at, std::size_t count);
void flip(Bytes& bytes, std::size_t at, unsigned bit = 0);

/// Makes the digest over bytes 32 to 511 right: of a segment, or of a checkpoint whose footer is
/// left as it is.
void seal_header(Bytes& file);
/// Makes size field, header digest and footer of a checkpoint right.
void seal_checkpoint(Bytes& file);
/// Whole length of the record that begins at `at`, by its payload length.
[[nodiscard]] std::uint64_t record_length(const Bytes& segment, std::size_t at,
                                          std::uint64_t block = kBlock);
/// Makes the digest of the record at `at` right.
void seal_record(Bytes& segment, std::size_t at, std::uint64_t block = kBlock);
/// The digest at the start of the record at `at`.
[[nodiscard]] Bytes record_digest(const Bytes& segment, std::size_t at);

/// What a made-up record says beside its place.
struct RecordSays {
  std::uint64_t first_seq = 1;
  std::uint64_t durable_seq = 0;
  Bytes previous = Bytes(32, '\0');
  Bytes root = Bytes(32, '\0');
  std::vector<Transaction> transactions = {{}};
};
/// A record, whole and valid in its place: at `at` of a segment with this header.
[[nodiscard]] Bytes make_record(const Bytes& segment, std::size_t at, const RecordSays& says);

/// A line of section 5: the fixed beginning, `rest` behind the number, padding and line feed.
[[nodiscard]] Bytes make_audit_line(std::size_t line, const Bytes& previous, std::string_view event,
                                    std::uint64_t number, std::string_view rest = "}");
/// The audit log's lines, each with its line feed.
[[nodiscard]] std::vector<Bytes> audit_lines(const Bytes& log);

}  // namespace plumb::test
