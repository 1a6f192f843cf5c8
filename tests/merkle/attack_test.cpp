// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Attacks on roots and proofs by name, each on recorded bytes and next to the honest case that
// passes. For those that hash separation or a comparison stops, the test also shows that the attack
// succeeds where that rule is taken away (by a hasher that ignores it).
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>

#include "changes.hpp"
#include "hashers.hpp"
#include "merkle/proof.hpp"
#include "oracle.hpp"

namespace plumb::test {
namespace {

using merkle::Map;

// Computed apart from this code, for the five metals of Metals below.
const char* const kRoot = "b3b4a4f5ebab617c3c575e713b7922f48fbf3ce6c782272f14b2a68ae7a33fb8";
/// The same without gold.
const char* const kOlderRoot = "6805e49225ce634d15fd3c1827a72e5029507a813d1a7f059a8cce4f9cf53389";
/// Lead is included: depth 4, the third sibling is empty.
const char* const kLeadProof =
    "0004d05e4231a443f6e532c13169d6a4bcb89f6cab228d1367743230de81636da45eb9dbe8a8"
    "2ff625a58aab6b960d087d67e3252e40df42d2a6a945edc1bd5b5a1b14b76939758f2c119cd4"
    "6f1d15bc98ad2d0248e27db81e779f0b46f79fe748733500";
/// Copper is absent: depth 3, the way ends in an empty place.
const char* const kCopperProof =
    "0003e05e4231a443f6e532c13169d6a4bcb89f6cab228d1367743230de81636da45eb9dbe8a8"
    "2ff625a58aab6b960d087d67e3252e40df42d2a6a945edc1bd5b5a1b149ed2b01250acba4dfb"
    "cff93bd9519395e6ed0a7b931935b43e512fad823a2c6e01";
/// Argon is absent: the way ends in the leaf of lead.
const char* const kArgonProof =
    "0004d05e4231a443f6e532c13169d6a4bcb89f6cab228d1367743230de81636da45eb9dbe8a8"
    "2ff625a58aab6b960d087d67e3252e40df42d2a6a945edc1bd5b5a1b14b76939758f2c119cd4"
    "6f1d15bc98ad2d0248e27db81e779f0b46f79fe748733502e3456bc1f4d270f4a97933758645"
    "fdc21e39642b31ca343c1818f7972ac27906cc2b1bcc43b93563a2d37de84b09faccdfdfefc7"
    "ce1e10510cf98c22ca09f48c";

struct Metals {
  std::unique_ptr<Hasher> hasher = sha256();
  Map map =
      after(Map(), {{"lead", "Pb"}, {"tin", "Sn"}, {"zinc", "Zn"}, {"iron", "Fe"}, {"gold", "Au"}},
            *hasher);
  Digest root = digest_from_hex(kRoot).value();
  std::string lead = unhex(kLeadProof);
  std::string copper = unhex(kCopperProof);
  std::string argon = unhex(kArgonProof);

  /// "" where the claim is accepted, else why not.
  std::string judge(const Digest& r, const std::string& key, std::optional<std::string_view> value,
                    const std::string& proof) const {
    const Status status = merkle::verify(r, key, value, proof, *hasher);
    BOOST_TEST((status.ok() || status.error().code == Errc::corrupt));
    return status.ok() ? "" : status.error().message();
  }
};

const std::string kNotTheRoot = "rule 5: the proof does not lead to the root";
const std::string kLength = "rule 2: the length is not the one it must have";

std::string leaf(const std::string& key, const std::string& value) {
  return oracle::root({{oracle::sha256(key), '\x01' + value}});
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(attack, Metals)

BOOST_AUTO_TEST_CASE(honest_proofs_are_the_recorded_ones_and_pass) {
  BOOST_TEST(to_hex(map.root()) == kRoot);
  BOOST_TEST(to_hex(view(merkle::prove(map, "lead", *hasher))) == kLeadProof);
  BOOST_TEST(to_hex(view(merkle::prove(map, "copper", *hasher))) == kCopperProof);
  BOOST_TEST(to_hex(view(merkle::prove(map, "argon", *hasher))) == kArgonProof);
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
  BOOST_TEST(judge(root, "copper", std::nullopt, copper) == "");
  BOOST_TEST(judge(root, "argon", std::nullopt, argon) == "");
}

// A proof without siblings leads to the root of the claim alone: whoever takes the root from the
// prover believes anything.
BOOST_AUTO_TEST_CASE(forged_root) {
  const std::string nothing = unhex("000000");
  const Digest forged = digest_of(leaf("lead", "gold"));
  BOOST_TEST(judge(forged, "lead", "gold", nothing) == "");
  BOOST_TEST(judge(root, "lead", "gold", nothing) == kNotTheRoot);
}

// CVE-2012-2459: a leaf beside a copy of itself, so that it stands in two places.
BOOST_AUTO_TEST_CASE(duplicated_last_leaf) {
  const Digest once = digest_of(leaf("lead", "Pb"));
  const std::string doubled = unhex("000180") + leaf("lead", "Pb") + '\0';
  BOOST_TEST(judge(once, "lead", "Pb", doubled) == kNotTheRoot);
  BOOST_TEST(judge(once, "lead", "Pb", unhex("000000")) == "");
  const Map twice = after(Map(), {{"lead", "Pb"}, {"lead", "Pb"}}, *hasher);
  BOOST_TEST((twice.root() == once));
  BOOST_TEST(twice.count() == 1U);
  // A scheme that pads with the copy has this root; the doubled proof is good there.
  const Digest padded = digest_of(oracle::sha256('\x01' + leaf("lead", "Pb") + leaf("lead", "Pb")));
  BOOST_TEST(judge(padded, "lead", "Pb", doubled) == "");
}

// The root's two children offered as path and value hash of another leaf at depth 0: were it
// believed, every key but one would be absent.
BOOST_AUTO_TEST_CASE(inner_node_read_as_a_leaf) {
  const oracle::Entries low = oracle::entries_of({{"iron", "Fe"}, {"gold", "Au"}});
  const oracle::Entries high = oracle::entries_of({{"lead", "Pb"}, {"tin", "Sn"}, {"zinc", "Zn"}});
  const std::string children = oracle::root(low, 1) + oracle::root(high, 1);
  BOOST_TEST(to_hex(view(oracle::sha256('\x01' + children))) == kRoot);
  const std::string forged = unhex("000002") + children;
  BOOST_TEST(judge(root, "lead", std::nullopt, forged) == kNotTheRoot);
  ChosenHasher without_prefix;
  without_prefix.choose(std::string(1, '\0') + children, root);
  BOOST_TEST(merkle::verify(root, "lead", std::nullopt, forged, without_prefix).ok());
}

// The reverse: a value of 64 bytes, chosen so that its payload 0x01 || value is what an inner node
// hashes. The holder's leaf read as a node would have that inner node as its right child.
BOOST_AUTO_TEST_CASE(leaf_read_as_an_inner_node) {
  const std::string value = leaf("tin", "Sn") + leaf("lead", "Pb");
  const Map holder = after(Map(), {{"holder", value}}, *hasher);
  BOOST_TEST(judge(holder.root(), "holder", value, unhex("000000")) == "");
  const std::string path = oracle::sha256("holder");
  const std::string forged = unhex("0002c0") + path + leaf("lead", "Pb") + '\0';
  BOOST_TEST(judge(holder.root(), "tin", "Sn", forged) == kNotTheRoot);
  ChosenHasher without_prefix;
  without_prefix.choose('\x01' + path + oracle::sha256('\x01' + value), holder.root());
  BOOST_TEST(merkle::verify(holder.root(), "tin", "Sn", forged, without_prefix).ok());
}

BOOST_AUTO_TEST_CASE(the_keys_own_leaf_as_another_leaf) {
  BOOST_TEST(judge(root, "lead", std::nullopt, argon) == "rule 4: the other leaf is the key's own");
  BOOST_TEST(judge(root, "argon", std::nullopt, argon) == "");
  // Nothing but that comparison stops it: the rest is lead's own proof.
  BOOST_TEST(argon.substr(0, lead.size() - 1) == lead.substr(0, lead.size() - 1));
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(a_leaf_from_elsewhere_as_another_leaf) {
  const std::string gold = oracle::sha256("gold") + oracle::sha256(
                                                        "\x01"
                                                        "Au");
  const std::string misplaced = argon.substr(0, lead.size() - 1) + '\x02' + gold;
  BOOST_TEST(judge(root, "argon", std::nullopt, misplaced) ==
             "rule 4: the other leaf does not lie on the key's path");
  // At depth 0 of a map that holds gold alone the same leaf is where it should be.
  const Map alone = after(Map(), {{"gold", "Au"}}, *hasher);
  BOOST_TEST(judge(alone.root(), "argon", std::nullopt, unhex("000002") + gold) == "");
}

BOOST_AUTO_TEST_CASE(over_long) {
  const std::string exceeds = "rule 1: the depth exceeds 256";
  const std::string depth257 =
      unhex("0101") + std::string(32, '\xFF') + '\x80' + std::string(257 * 32, '\x55') + '\0';
  BOOST_TEST(judge(root, "lead", "Pb", depth257) == exceeds);
  BOOST_TEST(judge(root, "lead", "Pb", unhex("ffff00")) == exceeds);
  BOOST_TEST(judge(root, "lead", "Pb", unhex("010000")) == kLength);  // 256, and nothing there
  BOOST_TEST(judge(root, "lead", "Pb", lead + '\0') == kLength);
  BOOST_TEST(judge(root, "lead", "Pb", "") == "rule 1: the proof is shorter than 3 bytes");
  BOOST_TEST(judge(root, "lead", "Pb", unhex("0000")) ==
             "rule 1: the proof is shorter than 3 bytes");
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(second_encoding_zero_sibling_given) {
  std::string given = lead;
  given[2] = '\xF0';
  given.insert(3 + 2 * 32, 32, '\0');
  BOOST_TEST(judge(root, "lead", "Pb", given) == "rule 3: a given sibling is 32 zero bytes");
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(second_encoding_spare_bits) {
  for (const unsigned bit : {1U, 2U, 4U, 8U}) {
    std::string spare = lead;
    spare[2] = static_cast<char>(0xD0U | bit);
    BOOST_TEST(judge(root, "lead", "Pb", spare) == "rule 2: a spare bit of the map is set");
  }
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

// With a fold that combines, a leaf beside nothing would rise and reach the same root.
BOOST_AUTO_TEST_CASE(second_encoding_empty_deepest_sibling) {
  std::string deeper = lead;
  deeper[1] = 5;
  BOOST_TEST(judge(root, "lead", "Pb", deeper) == "rule 3: the deepest sibling is empty");
  deeper = copper;
  deeper[1] = 4;
  BOOST_TEST(judge(root, "copper", std::nullopt, deeper) == "rule 3: the deepest sibling is empty");
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(cut) {
  BOOST_TEST(judge(root, "lead", "Pb", lead.substr(0, lead.size() - 1)) == kLength);
  std::string shallower = lead;  // the deepest sibling and its level taken away, all consistent
  shallower[1] = 2;
  shallower[2] = '\xC0';
  shallower.erase(3 + 2 * 32, 32);
  BOOST_TEST(judge(root, "lead", "Pb", shallower) == kNotTheRoot);
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(swapped_siblings) {
  const std::string swapped =
      lead.substr(0, 3) + lead.substr(35, 32) + lead.substr(3, 32) + lead.substr(67);
  BOOST_TEST(judge(root, "lead", "Pb", swapped) == kNotTheRoot);
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(reversed_siblings) {
  const std::string reversed = lead.substr(0, 3) + lead.substr(67, 32) + lead.substr(35, 32) +
                               lead.substr(3, 32) + lead.substr(99);
  BOOST_TEST(judge(root, "lead", "Pb", reversed) == kNotTheRoot);
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(kind_byte_changed) {
  std::string changed = lead;
  changed.back() = 1;
  BOOST_TEST(judge(root, "lead", std::nullopt, changed) == kNotTheRoot);
  changed.back() = 2;
  BOOST_TEST(judge(root, "lead", std::nullopt, changed) == kLength);
  changed.back() = 3;
  BOOST_TEST(judge(root, "lead", "Pb", changed) == "rule 2: the kind is none of 0, 1, 2");
  changed = copper;
  changed.back() = 0;
  BOOST_TEST(judge(root, "copper", "Cu", changed) == kNotTheRoot);
  BOOST_TEST(judge(root, "copper", std::nullopt, copper) == "");
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(proof_of_another_key) {
  BOOST_TEST(judge(root, "zinc", "Zn", lead) == kNotTheRoot);
  BOOST_TEST(judge(root, "zinc", "Zn", merkle::prove(map, "zinc", *hasher)) == "");
}

BOOST_AUTO_TEST_CASE(proof_of_another_value) {
  BOOST_TEST(judge(root, "lead", "PB", lead) == kNotTheRoot);
  BOOST_TEST(judge(root, "lead", "Pb", lead) == "");
}

BOOST_AUTO_TEST_CASE(older_root) {
  const Map older = after(map, {{"gold", std::nullopt}}, *hasher);
  BOOST_TEST(to_hex(older.root()) == kOlderRoot);
  BOOST_TEST(judge(older.root(), "lead", "Pb", lead) == kNotTheRoot);
  BOOST_TEST(judge(root, "lead", "Pb", merkle::prove(older, "lead", *hasher)) == kNotTheRoot);
  BOOST_TEST(judge(older.root(), "lead", "Pb", merkle::prove(older, "lead", *hasher)) == "");
}

BOOST_AUTO_TEST_CASE(empty_value_passed_off_as_absent) {
  const Map empty = after(Map(), {{"k", ""}}, *hasher);
  const std::string present = unhex("000000");
  const std::string absent = unhex("000001");
  BOOST_TEST(judge(empty.root(), "k", std::nullopt, present) ==
             "the proof is one of a value, absence was claimed");
  BOOST_TEST(judge(empty.root(), "k", std::nullopt, absent) == kNotTheRoot);
  BOOST_TEST(judge(empty.root(), "k", "", present) == "");
}

BOOST_AUTO_TEST_CASE(absent_passed_off_as_an_empty_value) {
  const std::string present = unhex("000000");
  const std::string absent = unhex("000001");
  BOOST_TEST(judge(Map().root(), "k", "", absent) ==
             "the proof is one of absence, a value was claimed");
  BOOST_TEST(judge(Map().root(), "k", "", present) == kNotTheRoot);
  BOOST_TEST(judge(Map().root(), "k", std::nullopt, absent) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
