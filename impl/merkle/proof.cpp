// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Making and verifying proofs; see proof.hpp. The rules on a proof are numbered 1 to 5 here and are
// checked in that order. The verifier allocates nothing on the word of a proof.
// Invariants:    a fact about a root has exactly one encoding; folding uses node alone.
#include "merkle/proof.hpp"

#include <algorithm>
#include <bit>

#include "base/contract.hpp"
#include "merkle/domain.hpp"

namespace plumb::merkle {
namespace {

constexpr std::size_t kDepthBytes = 2;
constexpr std::size_t kDigestBytes = sizeof(Digest);

constexpr std::size_t map_bytes(unsigned depth) noexcept { return (depth + 7U) / 8U; }

static_assert(kDepthBytes + 1 == kMinProofBytes);
static_assert(kDepthBytes + map_bytes(kPathBits) + kDigestBytes * kPathBits + 1 +
                  2 * kDigestBytes ==
              kMaxProofBytes);

/// The end of the way, as the byte in the proof says.
enum class Terminal : std::uint8_t { included = 0, empty_place = 1, other_leaf = 2 };

/// The parts of a proof that has passed rules 1 and 2; the views point into it.
struct Parts {
  unsigned depth = 0;
  std::string_view map;
  std::string_view siblings;
  Terminal terminal = Terminal::included;
  Digest other_path;
  Digest other_payload_hash;
};

/// Bit i of the map, most significant first: the sibling at depth i + 1 is given.
bool given(std::string_view map, unsigned i) noexcept {
  return ((static_cast<unsigned char>(map[i / 8U]) >> (7U - i % 8U)) & 1U) != 0;
}

std::size_t popcount(std::string_view map) noexcept {
  std::size_t bits = 0;
  for (const char c : map)
    bits += static_cast<std::size_t>(std::popcount(static_cast<unsigned char>(c)));
  return bits;
}

Error refused(const char* reason) { return make_error(Errc::corrupt, reason); }

/// Rules 1 and 2: size, depth bound, spare bits, kind, exact length.
Result<Parts> parse(std::string_view proof) {
  if (proof.size() < kMinProofBytes) return refused("rule 1: the proof is shorter than 3 bytes");
  Reader in(proof);
  Parts parts;
  parts.depth = in.u8() * 256U;
  parts.depth += in.u8();
  if (parts.depth > kPathBits) return refused("rule 1: the depth exceeds 256");

  parts.map = in.raw(map_bytes(parts.depth));
  for (unsigned i = parts.depth; in.ok() && i % 8U != 0; ++i) {
    if (given(parts.map, i)) return refused("rule 2: a spare bit of the map is set");
  }
  parts.siblings = in.raw(kDigestBytes * popcount(parts.map));
  const std::uint8_t kind = in.u8();
  if (in.ok() && kind > 2) return refused("rule 2: the kind is none of 0, 1, 2");
  parts.terminal = static_cast<Terminal>(kind);
  if (in.ok() && parts.terminal == Terminal::other_leaf) {
    parts.other_path = in.digest();
    parts.other_payload_hash = in.digest();
  }
  if (!in.ok() || in.left() != 0) return refused("rule 2: the length is not the one it must have");
  return parts;
}

/// Rule 3: each fact has one encoding.
Status canonical(const Parts& parts) {
  if (parts.depth > 0 && !given(parts.map, parts.depth - 1)) {
    return refused("rule 3: the deepest sibling is empty");
  }
  for (Reader in(parts.siblings); in.left() != 0;) {
    if (in.digest().is_zero()) return refused("rule 3: a given sibling is 32 zero bytes");
  }
  return {};
}

/// Rule 4: the other leaf is another one, and lies where the key would.
Status other_leaf_fits(const Parts& parts, const Digest& path) {
  if (parts.other_path == path) return refused("rule 4: the other leaf is the key's own");
  if (!share_prefix(parts.other_path, path, parts.depth)) {
    return refused("rule 4: the other leaf does not lie on the key's path");
  }
  return {};
}

/// Rule 5: from the terminal up to the root.
Digest fold(const Parts& parts, const Digest& path, Digest at, Hasher& hasher) {
  std::size_t end = parts.siblings.size();
  for (unsigned i = parts.depth; i-- > 0;) {
    Digest sibling = kEmptyRoot;
    if (given(parts.map, i)) {
      end -= kDigestBytes;
      sibling = Reader(parts.siblings.substr(end, kDigestBytes)).digest();
    }
    at = path.bit(i) ? node_hash(sibling, at, hasher) : node_hash(at, sibling, hasher);
  }
  return at;
}

}  // namespace

Bytes prove(const Map& map, std::string_view key, Hasher& hasher) {
  const Digest path = path_of(key, hasher);
  const Walk walk = map.tree().walk(path);
  const auto depth = static_cast<unsigned>(walk.siblings.size());
  Expects(depth <= kPathBits);
  Bytes proof;
  proof.reserve(kDepthBytes + map_bytes(depth) + kDigestBytes * (depth + 2U) + 1);
  Writer out(proof);
  out.u8(static_cast<std::uint8_t>(depth / 256U));
  out.u8(static_cast<std::uint8_t>(depth % 256U));
  for (unsigned at = 0; at < depth; at += 8U) {
    unsigned bits = 0;
    for (unsigned i = at; i < std::min(at + 8U, depth); ++i) {
      if (!walk.siblings[i].is_zero()) bits |= 0x80U >> (i % 8U);
    }
    out.u8(static_cast<std::uint8_t>(bits));
  }
  for (const Digest& sibling : walk.siblings) {
    if (!sibling.is_zero()) out.digest(sibling);
  }
  const Terminal terminal = !walk.at_leaf            ? Terminal::empty_place
                            : walk.leaf_path == path ? Terminal::included
                                                     : Terminal::other_leaf;
  out.u8(static_cast<std::uint8_t>(terminal));
  if (terminal == Terminal::other_leaf) {
    out.digest(walk.leaf_path);
    out.digest(walk.leaf_payload_hash);
  }
  Ensures(proof.size() <= kMaxProofBytes);
  return proof;
}

Status verify(const Digest& root, std::string_view key, std::optional<std::string_view> value,
              std::string_view proof, Hasher& hasher) {
  const Result<Parts> parsed = parse(proof);
  if (!parsed) return parsed.error();
  const Parts& parts = *parsed;
  if (Status s = canonical(parts); !s) return s;
  if (value.has_value() != (parts.terminal == Terminal::included)) {
    return refused(value ? "the proof is one of absence, a value was claimed"
                         : "the proof is one of a value, absence was claimed");
  }
  const Digest path = path_of(key, hasher);
  Digest terminal = kEmptyRoot;
  if (parts.terminal == Terminal::other_leaf) {
    if (Status s = other_leaf_fits(parts, path); !s) return s;
    terminal = leaf_hash(parts.other_path, parts.other_payload_hash, hasher);
  } else if (value) {
    const std::array<std::byte, 1> tag{static_cast<std::byte>(kValueTag)};
    terminal = leaf_hash(path, hasher.hash({tag, view(*value)}), hasher);
  }
  if (fold(parts, path, terminal, hasher) != root) {
    return refused("rule 5: the proof does not lead to the root");
  }
  return {};
}

}  // namespace plumb::merkle
