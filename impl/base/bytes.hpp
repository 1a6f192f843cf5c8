// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Byte strings, 32-byte digests, hexadecimal, and big-endian fields of a byte block: the alphabet
// of the file formats (spec/FORMAT.md) and of the Merkle map.
// Thread-safety: values, as any value type.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plumb {

/// Owned bytes; std::string, since keys and values are short and mostly text. Not a text encoding.
using Bytes = std::string;
using ByteView = std::span<const std::byte>;
using ByteSpan = std::span<std::byte>;

/// 32 bytes: a SHA-256 digest, a path or a Merkle root. All zero is "empty".
struct Digest {
  std::array<std::byte, 32> bytes{};
  friend bool operator==(const Digest&, const Digest&) = default;
  friend auto operator<=>(const Digest&, const Digest&) = default;
  [[nodiscard]] bool is_zero() const noexcept { return *this == Digest{}; }
  /// Bit i, 0 to 255; bit 0 is the most significant bit of byte 0 (spec/FORMAT.md section 7).
  [[nodiscard]] bool bit(unsigned i) const noexcept {
    return ((std::to_integer<unsigned>(bytes[i / 8U]) >> (7U - i % 8U)) & 1U) != 0;
  }
};

/// For hash tables: a digest is uniformly distributed already.
struct DigestHash {
  std::size_t operator()(const Digest& d) const noexcept {
    std::size_t h = 0;
    std::memcpy(&h, d.bytes.data(), sizeof h);
    return h;
  }
};

[[nodiscard]] inline ByteView view(std::string_view s) noexcept {
  return std::as_bytes(std::span(s.data(), s.size()));
}
[[nodiscard]] inline ByteView view(const Digest& d) noexcept { return d.bytes; }
[[nodiscard]] inline std::string_view text(ByteView b) noexcept {
  return {reinterpret_cast<const char*>(b.data()), b.size()};  // NOLINT: bytes as characters
}

/// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] inline std::string to_hex(const Digest& d) { return to_hex(view(d)); }
/// The bytes of an even number of hexadecimal digits (either case); nothing otherwise.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view hex);
/// Exactly 64 hexadecimal digits; nothing otherwise.
[[nodiscard]] std::optional<Digest> digest_from_hex(std::string_view hex);
/// True when the text is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view s) noexcept;

/// Writes big-endian fields one after another into a growing byte string.
class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}
  void u8(std::uint8_t v) { out_.push_back(static_cast<char>(v)); }
  void u32(std::uint32_t v) { number(v, 4); }
  void u64(std::uint64_t v) { number(v, 8); }
  void raw(std::string_view s) { out_.append(s); }
  void digest(const Digest& d) { out_.append(text(view(d))); }
  /// Appends zeros up to a size of `size` bytes.
  void pad_to(std::size_t size) { out_.resize(size, '\0'); }

 private:
  void number(std::uint64_t v, unsigned width) {
    std::array<char, 8> big_endian{};
    for (unsigned i = 0; i < 8; ++i) big_endian[7 - i] = static_cast<char>((v >> (8U * i)) & 0xFFU);
    out_.append(big_endian.data() + 8 - width, width);
  }
  Bytes& out_;
};

/// Reads big-endian fields one after another; reading past the end yields zeros and ok() == false
/// for good, so that a parser checks once, at its end.
class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}
  [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  [[nodiscard]] std::uint64_t u64() { return number(8); }
  [[nodiscard]] std::string_view raw(std::size_t n) {
    if (n > in_.size() - at_) {
      ok_ = false;
      return {};
    }
    at_ += n;
    return in_.substr(at_ - n, n);
  }
  [[nodiscard]] Digest digest() {
    Digest d;
    const std::string_view s = raw(d.bytes.size());
    if (s.size() == d.bytes.size()) std::memcpy(d.bytes.data(), s.data(), s.size());
    return d;
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] std::size_t left() const noexcept { return in_.size() - at_; }

 private:
  std::uint64_t number(std::size_t width) {
    std::uint64_t v = 0;
    for (const char c : raw(width)) v = (v << 8U) | static_cast<std::uint8_t>(c);
    return v;
  }
  std::string_view in_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace plumb
