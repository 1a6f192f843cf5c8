// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Proofs over any map: they are byte for byte those of the definition, they verify, and nothing
// near them does: no flipped bit, cut, extension, moved sibling, other key, value or root.
#include "merkle/proof.hpp"

#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <vector>

#include "changes.hpp"
#include "hashers.hpp"
#include "oracle.hpp"
#include "support/property.hpp"

namespace plumb::test {
namespace {

using merkle::Map;

rc::Gen<std::string> any_key() {
  return rc::gen::map(rc::gen::inRange(0, 24), [](int n) { return std::to_string(n); });
}

rc::Gen<std::vector<Change>> any_changes() {
  return any_changes_of(any_key(), rc::gen::element<std::string>("", "a", "bb"));
}

/// A claim that holds, with its proof.
struct Claim {
  Digest root;
  std::string key;
  std::optional<std::string> value;
  Bytes proof;
};

Claim claim_of(const Map& map, const std::string& key, Hasher& hasher) {
  return {map.root(), key, map.get(key, hasher), merkle::prove(map, key, hasher)};
}

bool holds(const Claim& claim, Hasher& hasher) {
  return merkle::verify(claim.root, claim.key, claim.value, claim.proof, hasher).ok();
}

/// The claim with other proof bytes.
bool holds(const Claim& claim, const std::string& proof, Hasher& hasher) {
  return holds(Claim{claim.root, claim.key, claim.value, proof}, hasher);
}

/// The parts of a well-formed proof: what stands before the siblings, they, and what follows.
struct Parts {
  std::string head;
  std::vector<std::string> siblings;
  std::string tail;
  [[nodiscard]] std::string joined() const {
    std::string proof = head;
    for (const std::string& sibling : siblings) proof += sibling;
    return proof + tail;
  }
};

Parts parts_of(const std::string& proof) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(proof.at(i)); };
  const std::size_t start = 2 + (256U * byte(0) + byte(1) + 7U) / 8U;
  Parts parts{proof.substr(0, start), {}, {}};
  std::size_t at = start;
  for (std::size_t i = 16; i < 8 * start; ++i) {
    if (((byte(i / 8) >> (7 - i % 8)) & 1U) == 0) continue;
    parts.siblings.push_back(proof.substr(at, 32));
    at += 32;
  }
  parts.tail = proof.substr(at);
  return parts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proof)

BOOST_AUTO_TEST_CASE(proofs_are_those_of_the_definition_and_verify) {
  const auto hasher = sha256();
  check_property("proofs verify", [&] {
    const auto changes = *any_changes();
    const auto key = *any_key();
    const Map map = after(Map(), changes, *hasher);
    oracle::Contents contents;
    map.for_each_sorted([&](auto k, auto v) { contents.emplace(k, v); });
    const Claim claim = claim_of(map, key, *hasher);
    RC_TAG(claim.value ? "included" : claim.proof.back() == 1 ? "empty place" : "other leaf");
    RC_ASSERT(claim.proof == oracle::proof(oracle::entries_of(contents), oracle::sha256(key)));
    RC_ASSERT(holds(claim, *hasher));
  });
}

BOOST_AUTO_TEST_CASE(no_damaged_proof_verifies) {
  const auto hasher = sha256();
  check_property("damage", [&] {
    const Map map = after(Map(), *any_changes(), *hasher);
    const Claim claim = claim_of(map, *any_key(), *hasher);
    RC_ASSERT(holds(claim, claim.proof, *hasher));
    for (std::size_t bit = 0; bit < 8 * claim.proof.size(); ++bit) {
      std::string flipped = claim.proof;
      flipped[bit / 8] =
          static_cast<char>(static_cast<unsigned char>(flipped[bit / 8]) ^ (0x80U >> (bit % 8)));
      RC_ASSERT(!holds(claim, flipped, *hasher));
    }
    for (std::size_t size = 0; size < claim.proof.size(); ++size) {
      RC_ASSERT(!holds(claim, claim.proof.substr(0, size), *hasher));
    }
    for (const std::size_t extra : {1U, 32U, 64U}) {
      RC_ASSERT(!holds(claim, claim.proof + std::string(extra, '\0'), *hasher));
      RC_ASSERT(!holds(claim, claim.proof + std::string(extra, '\1'), *hasher));
    }
  });
}

BOOST_AUTO_TEST_CASE(no_swapped_dropped_or_reversed_siblings_verify) {
  const auto hasher = sha256();
  check_property("siblings", [&] {
    const Map map = after(Map(), *any_changes(), *hasher);
    const Claim claim = claim_of(map, *any_key(), *hasher);
    const Parts parts = parts_of(claim.proof);
    RC_ASSERT(parts.joined() == claim.proof);
    for (std::size_t i = 0; i < parts.siblings.size(); ++i) {
      Parts dropped = parts;
      dropped.siblings.erase(dropped.siblings.begin() + static_cast<std::ptrdiff_t>(i));
      RC_ASSERT(!holds(claim, dropped.joined(), *hasher));
      for (std::size_t j = i + 1; j < parts.siblings.size(); ++j) {
        Parts swapped = parts;
        std::swap(swapped.siblings[i], swapped.siblings[j]);
        RC_ASSERT(!holds(claim, swapped.joined(), *hasher));
      }
    }
    if (parts.siblings.size() >= 2) {
      const Parts reversed{
          parts.head, {parts.siblings.rbegin(), parts.siblings.rend()}, parts.tail};
      RC_ASSERT(!holds(claim, reversed.joined(), *hasher));
    }
  });
}

BOOST_AUTO_TEST_CASE(no_proof_serves_another_claim) {
  const auto hasher = sha256();
  check_property("claims", [&] {
    const Map map = after(Map(), *any_changes(), *hasher);
    const Claim claim = claim_of(map, *any_key(), *hasher);
    for (const auto& value : std::vector<std::optional<std::string>>{std::nullopt, "", "a", "bb",
                                                                     std::string(1, '\0')}) {
      const Claim other{claim.root, claim.key, value, claim.proof};
      RC_ASSERT(holds(other, *hasher) == (value == claim.value));
    }
    for (int n = 0; n < 24; ++n) {
      // Absence of several keys may have one proof, and then all of them are absent.
      const Claim other{claim.root, std::to_string(n), claim.value, claim.proof};
      if (holds(other, *hasher)) RC_ASSERT(map.get(other.key, *hasher) == claim.value);
      if (claim.value && other.key != claim.key) RC_ASSERT(!holds(other, *hasher));
    }
    const Map newer = after(map, *any_changes(), *hasher);
    const Claim stale{newer.root(), claim.key, claim.value, claim.proof};
    RC_ASSERT(holds(stale, *hasher) == (newer.root() == map.root()));
  });
}

BOOST_AUTO_TEST_CASE(arbitrary_bytes_prove_nothing) {
  const auto hasher = sha256();
  const Map map = after(Map(), {{"lead", "Pb"}, {"tin", "Sn"}, {"gold", "Au"}}, *hasher);
  check_property("noise", [&] {
    const auto depth = *rc::gen::inRange(0, 12);
    const auto rest = *rc::gen::arbitrary<std::string>();
    const std::string noise = std::string(1, '\0') + static_cast<char>(depth) + rest;
    for (const char* key : {"lead", "iron"}) {
      for (const auto& proof : {noise, rest}) {
        RC_ASSERT(!merkle::verify(map.root(), key, "wrong", proof, *hasher).ok());
        RC_ASSERT(!merkle::verify(map.root(), "lead", std::nullopt, proof, *hasher).ok());
      }
    }
  });
  BOOST_TEST(holds(claim_of(map, "lead", *hasher), *hasher));
  BOOST_TEST(holds(claim_of(map, "iron", *hasher), *hasher));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
