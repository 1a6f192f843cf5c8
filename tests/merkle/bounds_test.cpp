// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The bounds of paths and proofs: 256 levels, 3 to 8291 bytes, one more is refused before anything
// of its size is allocated or hashed. Keys are put on chosen paths by a hasher that knows them.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "allocations.hpp"
#include "changes.hpp"
#include "hashers.hpp"
#include "merkle/proof.hpp"

namespace plumb::test {
namespace {

using merkle::Map;

/// "zero" lies on the path of 256 zero bits, "bit i" on the one whose bit i alone is set.
struct Comb {
  Comb() {
    hasher.choose("zero", Digest{});
    for (unsigned i = 0; i < 256; ++i) {
      Digest path;
      path.bytes[i / 8] = std::byte{0x80} >> (i % 8);
      hasher.choose(name(i), path);
      teeth.push_back({name(i), "x"});
    }
  }
  static std::string name(unsigned i) { return "bit " + std::to_string(i); }
  ChosenHasher hasher;
  std::vector<Change> teeth;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bounds)

BOOST_FIXTURE_TEST_CASE(a_path_of_256_levels, Comb) {
  const Map comb = after(Map(), teeth, hasher);
  const Map map = after(comb, {{"zero", "deep"}}, hasher);
  BOOST_TEST(map.valid(hasher));
  BOOST_TEST(map.count() == 257U);
  BOOST_TEST(map.tree().walk(Digest{}).siblings.size() == 256U);
  const Bytes proof = merkle::prove(map, "zero", hasher);
  BOOST_TEST(proof.size() == 2U + 32U + 256U * 32U + 1U);
  BOOST_TEST(merkle::verify(map.root(), "zero", "deep", proof, hasher).ok());
  BOOST_TEST(!merkle::verify(map.root(), "zero", "deeper", proof, hasher).ok());
  // Erased again, the neighbour of the last level rises one level and all is as before.
  const Map again = after(map, {{"zero", std::nullopt}}, hasher);
  BOOST_TEST((again.root() == comb.root()));
  // Nothing left but the two deepest leaves: they hang at level 256, below 255 empty siblings.
  std::vector<Change> erases;
  for (unsigned i = 0; i < 255; ++i) erases.push_back({Comb::name(i), std::nullopt});
  const Map two = after(map, erases, hasher);
  const Bytes sparse = merkle::prove(two, "zero", hasher);
  BOOST_TEST(sparse.size() == 2U + 32U + 32U + 1U);
  BOOST_TEST(merkle::verify(two.root(), "zero", "deep", sparse, hasher).ok());
}

// The longest proof that can hold: at level 256 no other leaf exists any more.
BOOST_FIXTURE_TEST_CASE(the_longest_proof_of_absence, Comb) {
  const Map map = after(Map(), teeth, hasher);
  const Bytes proof = merkle::prove(map, "zero", hasher);
  BOOST_TEST(proof.size() == 2U + 32U + 255U * 32U + 1U + 64U);
  BOOST_TEST(merkle::verify(map.root(), "zero", std::nullopt, proof, hasher).ok());
}

BOOST_FIXTURE_TEST_CASE(kMaxProofBytes_passes_the_length_rule_and_one_byte_more_does_not, Comb) {
  const Map map = after(Map(), teeth, hasher);
  const std::string head = unhex("0100") + std::string(32, '\xFF') + std::string(256 * 32, '\x55');
  const std::string longest = head + '\x02' + std::string(64, '\x55');
  BOOST_TEST(longest.size() == merkle::kMaxProofBytes);
  const auto judge = [&](const std::string& proof) {
    return merkle::verify(map.root(), "zero", std::nullopt, proof, hasher).error().message();
  };
  BOOST_TEST(judge(longest) == "rule 4: the other leaf does not lie on the key's path");
  BOOST_TEST(judge(longest + '\0') == "rule 2: the length is not the one it must have");
}

BOOST_AUTO_TEST_CASE(the_shortest_proofs_have_3_bytes) {
  const auto hasher = sha256();
  const Map one = after(Map(), {{"k", "v"}}, *hasher);
  BOOST_TEST(merkle::prove(Map(), "k", *hasher).size() == merkle::kMinProofBytes);
  BOOST_TEST(merkle::prove(one, "k", *hasher).size() == merkle::kMinProofBytes);
}

BOOST_AUTO_TEST_CASE(depth_257_is_refused_before_anything_is_allocated_or_hashed) {
  CountingHasher hasher;
  const std::string proof =
      unhex("0101") + std::string(32, '\xFF') + '\x80' + std::string(257 * 32, '\x55') + '\0';
  const auto largest_in = [&](const std::string& bytes) {
    largest_allocation_bytes = 0;
    hasher.calls = 0;
    const Status status = merkle::verify(Digest{}, "k", "v", bytes, hasher);
    const std::size_t largest = largest_allocation_bytes;
    BOOST_TEST(!status.ok());
    return largest;
  };
  constexpr std::size_t kAnErrorsText = 128;  // bytes
  BOOST_TEST(largest_in(proof) <= kAnErrorsText);
  BOOST_TEST(hasher.calls == 0U);
  BOOST_TEST(largest_in(std::string(100'000, '\xFF')) <= kAnErrorsText);
  BOOST_TEST(hasher.calls == 0U);
  // The measure does measure; and a proof within the bounds is hashed, still without a copy of it.
  largest_allocation_bytes = 0;
  const std::string copy = proof;
  BOOST_TEST((!kSeesAllocations || largest_allocation_bytes >= copy.size()));
  const std::string within =
      unhex("0100") + std::string(32, '\xFF') + std::string(256 * 32, '\x55');
  BOOST_TEST(largest_in(within + '\0') <= kAnErrorsText);
  BOOST_TEST(hasher.calls == 3U + 256U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
