// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The Merkle map: keys and values against std::map and the definition, empty value against absent
// key, repeated keys, and a SHA-256 collision.
#include "merkle/map.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "changes.hpp"
#include "hashers.hpp"
#include "merkle/proof.hpp"
#include "oracle.hpp"
#include "support/property.hpp"

namespace plumb::test {
namespace {

using merkle::Map;

rc::Gen<std::string> any_key() {
  return rc::gen::map(rc::gen::inRange(0, 24), [](int n) {
    return n == 0 ? std::string()
                  : std::string(static_cast<std::size_t>(n % 3), '\xFF') + static_cast<char>(n);
  });
}

rc::Gen<std::vector<Change>> any_changes() {
  return any_changes_of(any_key(), rc::gen::arbitrary<std::string>());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(map)

BOOST_AUTO_TEST_CASE(any_history_agrees_with_a_plain_map) {
  const auto hasher = sha256();
  check_property("history", [&] {
    const auto batches = *rc::gen::container<std::vector<std::vector<Change>>>(any_changes());
    Map map;
    oracle::Contents contents;
    for (const std::vector<Change>& batch : batches) {
      const Map old = map;
      const Digest old_root = old.root();
      map = after(map, batch, *hasher);
      RC_ASSERT(old.root() == old_root);
      for (const auto& [key, value] : batch) {
        if (value) {
          contents[key] = *value;
        } else {
          contents.erase(key);
        }
      }
      RC_ASSERT(bytes_of(map.root()) == oracle::root(oracle::entries_of(contents)));
      RC_ASSERT(map.count() == contents.size());
      RC_ASSERT(map.valid(*hasher));
    }
    std::vector<std::pair<std::string, std::string>> sorted;
    map.for_each_sorted([&](auto key, auto value) { sorted.emplace_back(key, value); });
    RC_ASSERT(sorted == decltype(sorted)(contents.begin(), contents.end()));
    const auto key = *any_key();
    const auto found = contents.find(key);
    const auto expected =
        found == contents.end() ? std::nullopt : std::optional<std::string>(found->second);
    RC_ASSERT(map.get(key, *hasher) == expected);
  });
}

// Recorded roots, computed apart from this code.
BOOST_AUTO_TEST_CASE(recorded_roots) {
  const auto hasher = sha256();
  const auto root = [&](const std::vector<Change>& ops) {
    return to_hex(after(Map(), ops, *hasher).root());
  };
  BOOST_TEST(root({}) == std::string(64, '0'));
  BOOST_TEST(root({{"lead", "Pb"}}) ==
             "1d302f5c5866b128e86e20469dfefefbbc45ed32c078a660f2ff658ad1a52074");
  BOOST_TEST(root({{"lead", ""}}) ==
             "18572eae0e010a0a9d5c8788f54f60a0792f49bf776fbc77a37aa93d3064e84a");
  BOOST_TEST(
      root({{"lead", "Pb"}, {"tin", "Sn"}, {"zinc", "Zn"}, {"iron", "Fe"}, {"gold", "Au"}}) ==
      "b3b4a4f5ebab617c3c575e713b7922f48fbf3ce6c782272f14b2a68ae7a33fb8");
}

BOOST_AUTO_TEST_CASE(the_last_change_of_a_key_wins) {
  const auto hasher = sha256();
  const Map put_last = after(Map(), {{"k", "1"}, {"k", std::nullopt}, {"k", "2"}}, *hasher);
  BOOST_TEST((put_last.get("k", *hasher) == "2"));
  const Map erase_last =
      after(put_last, {{"k", "3"}, {"other", "x"}, {"k", std::nullopt}}, *hasher);
  BOOST_TEST((erase_last.get("k", *hasher) == std::nullopt));
  BOOST_TEST(erase_last.count() == 1U);
}

// An empty value is a value (impl/merkle/map.hpp): one case for each place where the two could be
// confused.
BOOST_AUTO_TEST_SUITE(empty_value_and_absent_key)

struct Both {
  std::unique_ptr<Hasher> hasher = sha256();
  Map empty_value = after(Map(), {{"k", ""}}, *hasher);
  Map erased = after(empty_value, {{"k", std::nullopt}}, *hasher);
  Map never_put;
};

BOOST_FIXTURE_TEST_CASE(read, Both) {
  BOOST_REQUIRE(empty_value.get("k", *hasher).has_value());
  BOOST_TEST(empty_value.get("k", *hasher)->empty());
  BOOST_TEST(!erased.get("k", *hasher).has_value());
  BOOST_TEST(!never_put.get("k", *hasher).has_value());
}

BOOST_FIXTURE_TEST_CASE(tree, Both) {
  const merkle::Walk walk = empty_value.tree().walk(merkle::path_of("k", *hasher));
  BOOST_TEST(walk.at_leaf);
  BOOST_TEST(bytes_of(walk.leaf_payload_hash) == oracle::sha256("\x01"));
  BOOST_TEST(!erased.tree().walk(merkle::path_of("k", *hasher)).at_leaf);
}

BOOST_FIXTURE_TEST_CASE(root, Both) {
  const std::string leaf = std::string(1, '\0') + oracle::sha256("k") + oracle::sha256("\x01");
  BOOST_TEST(bytes_of(empty_value.root()) == oracle::sha256(leaf));
  BOOST_TEST(erased.root().is_zero());
  BOOST_TEST(never_put.root().is_zero());
}

BOOST_FIXTURE_TEST_CASE(count, Both) {
  BOOST_TEST(empty_value.count() == 1U);
  BOOST_TEST(erased.count() == 0U);
  BOOST_TEST(never_put.count() == 0U);
}

BOOST_FIXTURE_TEST_CASE(proof, Both) {
  const Bytes present = merkle::prove(empty_value, "k", *hasher);
  BOOST_TEST(merkle::verify(empty_value.root(), "k", "", present, *hasher).ok());
  BOOST_TEST(!merkle::verify(empty_value.root(), "k", std::nullopt, present, *hasher).ok());
  for (const Map& without : {erased, never_put}) {
    const Bytes absent = merkle::prove(without, "k", *hasher);
    BOOST_TEST(merkle::verify(without.root(), "k", std::nullopt, absent, *hasher).ok());
    BOOST_TEST(!merkle::verify(without.root(), "k", "", absent, *hasher).ok());
  }
}

BOOST_AUTO_TEST_SUITE_END()

// Two keys with one path: refused whoever comes first, and whether put or erased; never merged.
BOOST_AUTO_TEST_CASE(a_collision_is_refused) {
  ChosenHasher hasher;
  hasher.choose("second", merkle::path_of("first", hasher));
  const Map first = after(Map(), {{"first", "1"}, {"else", "x"}}, hasher);
  const std::vector<std::pair<Map, std::vector<Change>>> collisions{
      {first, {{"second", "2"}}},
      {first, {{"second", std::nullopt}}},
      {Map(), {{"first", "1"}, {"second", "2"}}},
      {Map(), {{"second", "2"}, {"else", "x"}, {"first", std::nullopt}}},
  };
  for (const auto& [map, ops] : collisions) {
    const auto result = map.apply(views_of(ops), hasher);
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST((result.error().code == Errc::corrupt));
    BOOST_TEST(result.error().message() ==
               "two different keys have the same SHA-256 digest, which the map cannot hold");
  }
  BOOST_TEST((first.get("first", hasher) == "1"));
  BOOST_TEST((first.get("second", hasher) == std::nullopt));
  // The same changes under SHA-256 itself, where nothing collides.
  const auto sha = sha256();
  BOOST_TEST(after(Map(), {{"first", "1"}, {"second", "2"}}, *sha).count() == 2U);
}

BOOST_AUTO_TEST_CASE(valid_refuses_a_key_that_is_not_at_its_path) {
  ChosenHasher elsewhere;
  elsewhere.choose("k", Digest{});
  const Map moved = after(Map(), {{"k", "v"}}, elsewhere);
  BOOST_TEST(moved.valid(elsewhere));
  const auto sha = sha256();
  BOOST_TEST(!moved.valid(*sha));
  BOOST_TEST(after(Map(), {{"k", "v"}}, *sha).valid(*sha));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
