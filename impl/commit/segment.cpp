// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Bytes and names of segments; see segment.hpp.
#include "commit/segment.hpp"

#include <algorithm>
#include <charconv>

#include "base/contract.hpp"
#include "commit/options.hpp"

namespace plumb {
namespace {

constexpr std::string_view kMagic = "PLUMBSEG";
constexpr std::string_view kSlotPrefix = "log-";
constexpr std::size_t kDigestBytes = sizeof(Digest);
constexpr std::size_t kFieldsEnd = 96;  // zeros from here to 512

}  // namespace

Tag read_tag(Reader& in) {
  Tag tag;
  const std::string_view bytes = in.raw(tag.bytes.size());
  std::ranges::copy(view(bytes), tag.bytes.begin());
  return tag;
}

bool Geometry::valid() const noexcept {
  const bool block = block_bytes >= kMinBlockBytes && block_bytes <= kMaxBlockBytes &&
                     (block_bytes & (block_bytes - 1)) == 0;
  return block && segment_bytes >= kMinSegmentBytes && segment_bytes <= kMaxSegmentBytes &&
         segment_bytes >= kMinSegmentBlocks * block_bytes && segment_bytes % block_bytes == 0;
}

bool SegmentHeader::valid() const noexcept {
  return geometry.valid() && number >= 1 && number < kNumberLimit;
}

Bytes encode(const SegmentHeader& header, Hasher& hasher) {
  Expects(header.valid());
  Bytes fields;
  Writer out(fields);
  out.raw(kMagic);
  out.u32(kFormatVersion);
  out.u32(header.geometry.block_bytes);
  out.raw(text(header.geometry.store));
  out.u64(header.number);
  out.u64(header.geometry.segment_bytes);
  out.raw(text(header.salt));
  Ensures(fields.size() == kFieldsEnd - kDigestBytes);
  out.pad_to(kHeaderBytes - kDigestBytes);
  const Digest digest = hasher.hash(view(fields));
  return Bytes(text(view(digest))) + fields;
}

std::variant<SegmentHeader, HeaderFault> decode_segment_header(std::string_view bytes,
                                                               Hasher& hasher) {
  if (bytes.size() < kHeaderBytes) return HeaderFault::unreadable;
  Reader in(bytes.substr(0, kHeaderBytes));
  const Digest digest = in.digest();
  if (in.raw(kMagic.size()) != kMagic) return HeaderFault::unreadable;
  if (hasher.hash(view(bytes.substr(kDigestBytes, kHeaderBytes - kDigestBytes))) != digest) {
    return HeaderFault::unreadable;
  }
  const std::uint32_t version = in.u32();
  if (version > kFormatVersion) return HeaderFault::newer;
  SegmentHeader header;
  header.geometry.block_bytes = in.u32();
  header.geometry.store = read_tag(in);
  header.number = in.u64();
  header.geometry.segment_bytes = in.u64();
  header.salt = read_tag(in);
  const bool zero_rest = std::ranges::all_of(in.raw(in.left()), [](char c) { return c == 0; });
  if (version != kFormatVersion || !header.valid() || !zero_rest) return HeaderFault::impossible;
  return header;
}

std::string slot_name(std::uint32_t slot) {
  return std::string(kSlotPrefix) + std::to_string(slot);
}

std::optional<std::uint32_t> slot_of(std::string_view name) {
  if (!name.starts_with(kSlotPrefix)) return std::nullopt;
  const auto number = canonical_number(name.substr(kSlotPrefix.size()), std::uint64_t{1} << 32U);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<std::uint64_t> canonical_number(std::string_view digits, std::uint64_t limit) {
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  if (digits.empty() || leading_zero) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || number >= limit) {
    return std::nullopt;
  }
  return number;
}

}  // namespace plumb
