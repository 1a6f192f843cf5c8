// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Bytes of a record; see record.hpp.
#include "commit/record.hpp"

#include <algorithm>
#include <cstring>

#include "base/contract.hpp"
#include "commit/options.hpp"
#include "commit/transaction.hpp"

namespace plumb {
namespace {

constexpr std::string_view kMagic = "PLUMBREC";
constexpr std::size_t kDigestBytes = sizeof(Digest);

/// Everything of the header but the digest.
void write_fields(const RecordHeader& header, Bytes& fields) {
  Writer out(fields);
  out.raw(kMagic);
  out.raw(text(header.place.store));
  out.u64(header.place.segment);
  out.raw(text(header.place.salt));
  out.u64(header.place.offset);
  out.u64(header.first_seq);
  out.u32(header.transactions);
  out.u32(header.payload_bytes);
  out.u64(header.durable_seq);
  out.digest(header.previous);
  out.digest(header.root);
}

/// Expects kRecordHeaderBytes bytes; the magic is checked by the caller.
RecordHeader read_fields(std::string_view bytes) {
  Reader in(bytes);
  RecordHeader header;
  header.digest = in.digest();
  static_cast<void>(in.raw(kMagic.size()));
  header.place.store = read_tag(in);
  header.place.segment = in.u64();
  header.place.salt = read_tag(in);
  header.place.offset = in.u64();
  header.first_seq = in.u64();
  header.transactions = in.u32();
  header.payload_bytes = in.u32();
  header.durable_seq = in.u64();
  header.previous = in.digest();
  header.root = in.digest();
  Ensures(in.ok() && in.left() == 0);
  return header;
}

bool digest_is_right(std::string_view record, const Digest& digest, Hasher& hasher) {
  return hasher.hash(view(record.substr(kDigestBytes))) == digest;
}

/// The rules of section 3 that a record with a right digest cannot break.
bool well_formed(const RecordHeader& header, std::string_view payload, std::string_view padding) {
  if (!header.valid()) return false;
  Reader in(payload);
  thread_local TransactionView scratch;  // keeps its capacity from record to record
  for (std::uint32_t i = 0; i < header.transactions; ++i) {
    if (!decode(in, payload, scratch)) return false;
  }
  return in.left() == 0 && std::ranges::all_of(padding, [](char c) { return c == 0; });
}

}  // namespace

bool RecordHeader::valid() const noexcept {
  return place.segment >= 1 && place.segment < kNumberLimit && first_seq >= 1 &&
         first_seq < kNumberLimit && transactions >= 1 &&
         first_seq + transactions <= kNumberLimit && durable_seq < first_seq;
}

std::uint64_t record_bytes(std::uint64_t payload_bytes, std::uint32_t block_bytes) noexcept {
  const std::uint64_t bytes = kRecordHeaderBytes + payload_bytes;
  return (bytes + block_bytes - 1) / block_bytes * block_bytes;
}

void encode_record(RecordHeader& header, std::string_view payload, ByteSpan out, Hasher& hasher) {
  Expects(header.valid());
  Expects(payload.size() == header.payload_bytes);
  Expects(out.size() >= kRecordHeaderBytes + payload.size());
  // NOLINTNEXTLINE(misc-use-internal-linkage): a local variable has none
  thread_local Bytes fields;  // keeps its capacity: no allocation in steady state
  fields.clear();
  write_fields(header, fields);
  Ensures(fields.size() == kRecordHeaderBytes - kDigestBytes);
  std::memcpy(out.data() + kDigestBytes, fields.data(), fields.size());
  if (!payload.empty())
    std::memcpy(out.data() + kRecordHeaderBytes, payload.data(), payload.size());
  std::ranges::fill(out.subspan(kRecordHeaderBytes + payload.size()), std::byte{0});
  header.digest = hasher.hash(out.subspan(kDigestBytes));
  std::ranges::copy(header.digest.bytes, out.begin());
}

bool has_record_magic(std::string_view sector) noexcept {
  return sector.size() >= kRecordHeaderBytes &&
         sector.substr(kDigestBytes, kMagic.size()) == kMagic;
}

std::variant<RecordView, NoRecord> read_record(std::string_view segment, const Place& place,
                                               std::uint32_t block_bytes, std::uint64_t& hashable,
                                               Hasher& hasher) {
  Expects(place.offset <= segment.size());
  const std::string_view here = segment.substr(place.offset);
  if (!has_record_magic(here)) return NoRecord::nothing;
  RecordView found;
  found.header = read_fields(here.substr(0, kRecordHeaderBytes));
  if (found.header.place != place) return NoRecord::nothing;
  found.bytes = record_bytes(found.header.payload_bytes, block_bytes);
  if (found.bytes > here.size()) return NoRecord::torn;
  if (found.bytes > hashable) return NoRecord::malformed;
  hashable -= found.bytes;
  const std::string_view whole = here.substr(0, found.bytes);
  if (!digest_is_right(whole, found.header.digest, hasher)) return NoRecord::torn;
  found.payload = whole.substr(kRecordHeaderBytes, found.header.payload_bytes);
  const std::string_view padding = whole.substr(kRecordHeaderBytes + found.payload.size());
  if (!well_formed(found.header, found.payload, padding)) return NoRecord::malformed;
  return found;
}

std::optional<bool> is_loose_record(std::string_view bytes, const LooseRecord& wanted,
                                    std::uint64_t& hashable, Hasher& hasher) {
  if (!has_record_magic(bytes)) return false;
  const RecordHeader header = read_fields(bytes.substr(0, kRecordHeaderBytes));
  const bool another = wanted.store != nullptr && header.place.store != *wanted.store;
  const std::uint64_t length = record_bytes(header.payload_bytes, wanted.block_bytes);
  if (another || header.place.segment < wanted.segment || length > bytes.size()) return false;
  if (length > hashable) return std::nullopt;
  hashable -= length;
  return digest_is_right(bytes.substr(0, length), header.digest, hasher);
}

}  // namespace plumb
