// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The core tree against the definition: any sequence of batches agrees with the oracle and with a
// rebuild, older versions stay as they were, each inner node of a batch is hashed once (P-8).
#include "merkle/tree.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "changes.hpp"
#include "hashers.hpp"
#include "oracle.hpp"
#include "support/death.hpp"
#include "support/property.hpp"

namespace plumb::test {
namespace {

using merkle::ItemPtr;
using merkle::Tree;
using merkle::TreeChange;

/// Path to payload, or to nothing for an erase. Sorted and unique, as Tree::apply expects.
using ChangeMap = std::map<std::string, std::optional<std::string>>;

ItemPtr item_of(const std::string& payload) {
  return std::make_shared<const merkle::Item>(merkle::Item{{}, payload});
}

std::vector<TreeChange> changes_of(const ChangeMap& changes) {
  std::vector<TreeChange> result;
  for (const auto& [path, payload] : changes) {
    result.push_back({digest_of(path), payload ? item_of(*payload) : nullptr});
  }
  return result;
}

std::vector<TreeChange> puts_of(const oracle::Entries& entries) {
  return changes_of(ChangeMap(entries.begin(), entries.end()));
}

void apply_to(oracle::Entries& entries, const ChangeMap& changes) {
  for (const auto& [path, payload] : changes) {
    if (payload) {
      entries[path] = *payload;
    } else {
      entries.erase(path);
    }
  }
}

/// Few paths that part at the first, second, fourth, 254th and last bit: erases hit, leaves are
/// pushed down over long common stretches, siblings rise over them.
rc::Gen<std::string> any_path() {
  return rc::gen::map(rc::gen::inRange(0, 32), [](int choice) {
    std::string path(32, '\0');
    const auto c = static_cast<unsigned>(choice);
    path[0] = static_cast<char>(((c & 1U) << 7U) | ((c & 2U) << 5U) | ((c & 4U) << 2U));
    path[31] = static_cast<char>(((c & 8U) >> 1U) | ((c & 16U) >> 4U));
    return path;
  });
}

rc::Gen<std::vector<Change>> any_changes() {
  return any_changes_of(any_path(), rc::gen::map(rc::gen::inRange(0, 4), [](int n) {
                          return std::string(static_cast<std::size_t>(1 + n), 'x');
                        }));
}

ChangeMap sorted(const std::vector<Change>& changes) {
  ChangeMap result;
  for (const Change& c : changes) result[c.key] = c.value;
  return result;
}

struct Version {
  Tree tree;
  oracle::Entries entries;
};

/// The tree says of itself exactly what the entries say.
void agrees(const Tree& tree, const oracle::Entries& entries, Hasher& hasher) {
  RC_ASSERT(bytes_of(tree.root()) == oracle::root(entries));
  RC_ASSERT(tree.count() == entries.size());
  RC_ASSERT(tree.valid(hasher));
  oracle::Entries seen;
  std::string last;
  tree.for_each([&](const Digest& path, const ItemPtr& item) {
    RC_ASSERT(seen.empty() || last < bytes_of(path));
    last = bytes_of(path);
    seen[last] = item->payload;
  });
  RC_ASSERT(seen == entries);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tree)

BOOST_AUTO_TEST_CASE(any_history_agrees_with_the_definition_and_leaves_old_versions_alone) {
  const auto hasher = sha256();
  check_property("history", [&] {
    const auto batches =
        *rc::gen::scale(0.2, rc::gen::container<std::vector<std::vector<Change>>>(any_changes()));
    std::vector<Version> versions(1);
    for (const std::vector<Change>& drawn : batches) {
      const ChangeMap batch = sorted(drawn);
      Version next = versions.back();
      next.tree = next.tree.apply(changes_of(batch), *hasher);
      apply_to(next.entries, batch);
      agrees(next.tree, next.entries, *hasher);
      RC_ASSERT(next.tree.root() == Tree().apply(puts_of(next.entries), *hasher).root());
      versions.push_back(std::move(next));
    }
    for (const Version& version : versions) agrees(version.tree, version.entries, *hasher);
  });
}

BOOST_AUTO_TEST_CASE(the_order_of_changes_does_not_matter) {
  const auto hasher = sha256();
  check_property("order", [&] {
    const ChangeMap start = sorted(*any_changes());
    const auto changes = changes_of(sorted(*any_changes()));
    const Tree before = Tree().apply(changes_of(start), *hasher);
    const Tree at_once = before.apply(changes, *hasher);
    auto order = *rc::gen::arbitrary<std::vector<std::size_t>>();
    std::vector<TreeChange> shuffled = changes;
    for (std::size_t i = 0; i < order.size() && !shuffled.empty(); ++i) {
      std::swap(shuffled[i % shuffled.size()], shuffled[order[i] % shuffled.size()]);
    }
    Tree one_by_one = before;
    for (const TreeChange& change : shuffled) one_by_one = one_by_one.apply({&change, 1}, *hasher);
    RC_ASSERT(one_by_one.root() == at_once.root());
    RC_ASSERT(one_by_one.count() == at_once.count());
  });
}

BOOST_AUTO_TEST_CASE(find_and_walk_see_what_is_there_and_what_is_not) {
  const auto hasher = sha256();
  check_property("find", [&] {
    const ChangeMap changes = sorted(*any_changes());
    const auto path = *any_path();
    oracle::Entries entries;
    apply_to(entries, changes);
    const Tree tree = Tree().apply(changes_of(changes), *hasher);
    const ItemPtr item = tree.find(digest_of(path));
    RC_ASSERT((item != nullptr) == (entries.count(path) == 1));
    if (item) RC_ASSERT(item->payload == entries[path]);
    const merkle::Walk walk = tree.walk(digest_of(path));
    RC_ASSERT((walk.at_leaf && bytes_of(walk.leaf_path) == path) == (item != nullptr));
    if (item) RC_ASSERT(bytes_of(walk.leaf_payload_hash) == oracle::sha256(item->payload));
  });
}

BOOST_AUTO_TEST_CASE(erasing_what_is_absent_changes_nothing_and_hashes_nothing) {
  CountingHasher hasher;
  oracle::Entries entries;
  for (int i = 0; i < 100; ++i) entries[oracle::sha256(std::to_string(i))] = "x";
  const Tree tree = Tree().apply(puts_of(entries), hasher);
  ChangeMap erases;
  for (int i = 100; i < 300; ++i) erases[oracle::sha256(std::to_string(i))] = std::nullopt;
  hasher.calls = 0;
  const Tree same = tree.apply(changes_of(erases), hasher);
  BOOST_TEST(hasher.calls == 0U);
  BOOST_TEST((same.root() == tree.root()));
  BOOST_TEST(same.count() == 100U);
  // Erasing one that is present does hash.
  const ChangeMap one{{oracle::sha256("7"), std::nullopt}};
  const Tree fewer = tree.apply(changes_of(one), hasher);
  BOOST_TEST(hasher.calls > 0U);
  BOOST_TEST(fewer.count() == 99U);
  BOOST_TEST((fewer.root() != tree.root()));
}

// P-8. Two leaves replaced: each inner node on the union of their ways once, and two hashes a leaf.
BOOST_AUTO_TEST_CASE(two_keys_of_10000_cost_their_ways_and_no_hash_more) {
  CountingHasher hasher;
  oracle::Entries entries;
  for (int i = 0; i < 10'000; ++i) entries[oracle::sha256(std::to_string(i))] = "x";
  const Tree tree = Tree().apply(puts_of(entries), hasher);
  BOOST_REQUIRE(tree.count() == 10'000U);
  for (int i = 0; i < 200; ++i) {
    const std::string a = oracle::sha256(std::to_string(i));
    const std::string b = oracle::sha256(std::to_string(9'999 - i));
    const std::size_t depth_a = tree.walk(digest_of(a)).siblings.size();
    const std::size_t depth_b = tree.walk(digest_of(b)).siblings.size();
    std::size_t shared = 1;
    while (digest_of(a).bit(static_cast<unsigned>(shared - 1)) ==
           digest_of(b).bit(static_cast<unsigned>(shared - 1))) {
      ++shared;
    }
    hasher.calls = 0;
    const Tree next = tree.apply(changes_of({{a, "y"}, {b, "z"}}), hasher);
    BOOST_TEST(hasher.calls == depth_a + depth_b - shared + 4);
    BOOST_TEST(hasher.calls <= (depth_a + 2) + (depth_b + 2));  // P-8 as it is written
    BOOST_TEST((next.root() != tree.root()));
  }
  for (int i = 0; i < 200; ++i) {  // an insertion and an erase stay within the bound, too
    const std::string a = oracle::sha256(std::to_string(10'000 + i));
    const std::string b = oracle::sha256(std::to_string(i));
    hasher.calls = 0;
    const Tree next = tree.apply(changes_of({{a, "y"}, {b, std::nullopt}}), hasher);
    const std::size_t calls = hasher.calls;
    BOOST_TEST(next.count() == 10'000U);
    BOOST_TEST(calls <= (next.walk(digest_of(a)).siblings.size() + 2) +
                            (tree.walk(digest_of(b)).siblings.size() + 2));
  }
}

BOOST_AUTO_TEST_CASE(building_hashes_each_node_once) {
  CountingHasher hasher;
  oracle::Entries entries;
  for (int i = 0; i < 1'000; ++i) entries[oracle::sha256(std::to_string(i))] = "x";
  const Tree tree = Tree().apply(puts_of(entries), hasher);
  const std::size_t building = hasher.calls;
  hasher.calls = 0;
  BOOST_TEST(tree.valid(hasher));
  BOOST_TEST(building == hasher.calls);  // valid() recomputes each hash exactly once
  BOOST_TEST(building > 2U * 1'000U + 999U);
}

// The kind of a node stands beside its hash: a hash of 32 zero bytes is not "empty".
BOOST_AUTO_TEST_CASE(a_leaf_whose_hash_is_zero_is_still_a_leaf) {
  const std::string path_a(32, '\x00');
  const std::string path_b(32, '\x40');
  ChosenHasher hasher;
  hasher.choose(std::string(1, '\x00') + path_a + oracle::sha256("A"), Digest{});
  const Tree one = Tree().apply(changes_of({{path_a, "A"}}), hasher);
  BOOST_TEST(one.root().is_zero());
  BOOST_TEST(one.count() == 1U);
  const Tree two = one.apply(changes_of({{path_b, "B"}}), hasher);
  BOOST_TEST(two.count() == 2U);
  BOOST_REQUIRE(two.find(digest_of(path_a)) != nullptr);
  BOOST_TEST(two.walk(digest_of(path_b)).siblings.size() == 2U);
  BOOST_TEST(two.valid(hasher));
}

BOOST_AUTO_TEST_CASE(valid_refuses_a_tree_whose_hashes_are_not_those_of_the_hasher) {
  const auto hasher = sha256();
  const std::string path_a(32, '\x00');
  const std::string path_b(32, '\x40');
  const std::string leaf_a = oracle::root({{path_a, "A"}});
  const std::string leaf_b = oracle::root({{path_b, "B"}});
  const std::string all = std::string(1, '\x01') + leaf_a + leaf_b;
  for (const std::string& wrong : {std::string("A"), '\0' + path_a + oracle::sha256("A"), all}) {
    ChosenHasher liar;
    liar.choose(wrong, digest_of(std::string(32, '\x77')));
    const Tree lied = Tree().apply(changes_of({{path_a, "A"}, {path_b, "B"}}), liar);
    BOOST_TEST(lied.valid(liar));
    BOOST_TEST(!lied.valid(*hasher));
  }
}

BOOST_AUTO_TEST_CASE(unsorted_or_repeated_changes_break_the_contract) {
  const auto hasher = sha256();
  const std::vector<TreeChange> good =
      changes_of({{std::string(32, '\x01'), "a"}, {std::string(32, '\x02'), "b"}});
  const auto applying = [&](const std::vector<TreeChange>& changes) {
    return run_in_child([&] { static_cast<void>(Tree().apply(changes, *hasher)); });
  };
  BOOST_TEST(applying(good).exit_status == 0);
  const Ending unsorted = applying({good[1], good[0]});
  BOOST_TEST(unsorted.broke_contract("out_of_order"), unsorted.text());
  const Ending repeated = applying({good[0], good[0]});
  BOOST_TEST(repeated.broke_contract("out_of_order"), repeated.text());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
