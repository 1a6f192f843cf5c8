// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The parts of the engine alone: fingerprints, table, ancestry, keys, team.
#include <atomic>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "check/ancestry.hpp"
#include "check/fingerprint.hpp"
#include "check/keys.hpp"
#include "check/table.hpp"
#include "check/team.hpp"

namespace plumb::test {
namespace {

using spec::fingerprint;

std::vector<std::byte> key_of(std::uint64_t number, std::size_t bytes) {
  std::vector<std::byte> key(bytes);
  if (bytes > 0) std::memcpy(key.data(), &number, std::min<std::size_t>(bytes, 8));
  return key;
}

BOOST_AUTO_TEST_SUITE(engine_parts)

// Pinned: manifests pin digests of them.
BOOST_AUTO_TEST_CASE(fingerprints_are_the_same_for_ever) {
  BOOST_TEST(fingerprint({}) == 0x4E96155E5F0A1C3FU);
  BOOST_TEST(fingerprint(key_of(1, 1)) == 0x4C9FA425D0B2CD4CU);
  BOOST_TEST(fingerprint(key_of(0x0807060504030201U, 13)) == 0xC41EB9790D626CD8U);
  spec::Digest digest;
  digest.add(fingerprint(key_of(1, 1)));
  BOOST_TEST(digest.hex() == "e9389c83f30fa2c69a076a276853e7b7");
}

BOOST_AUTO_TEST_CASE(each_bit_of_a_key_moves_half_of_the_fingerprint) {
  std::mt19937_64 random(1);
  for (const std::size_t bytes : {3U, 8U, 16U, 21U, 40U}) {
    std::vector<unsigned> flips(64);
    constexpr unsigned kKeys = 400;
    for (std::size_t bit = 0; bit < bytes * 8; ++bit) {
      unsigned sum = 0;
      for (unsigned i = 0; i < kKeys; ++i) {
        std::vector<std::byte> key(bytes);
        for (std::byte& byte : key) byte = static_cast<std::byte>(random());
        const std::uint64_t before = fingerprint(key);
        key[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        sum += static_cast<unsigned>(std::popcount(before ^ fingerprint(key)));
      }
      const double mean = static_cast<double>(sum) / kKeys;
      BOOST_TEST(std::abs(mean - 32) < 1.5, bytes << " bytes, bit " << bit << ": " << mean);
    }
  }
}

// Two million keys that differ in few small fields, as states do: the number of pairs that meet in
// 40 bits is that of numbers drawn by lot, about 1.8 expected; more than 12 has a chance of 1e-7.
BOOST_AUTO_TEST_CASE(similar_keys_meet_no_more_often_than_by_lot) {
  std::vector<std::uint64_t> top, bottom;
  for (std::uint64_t i = 0; i < 2'000'000; ++i) {
    std::vector<std::byte> key(30);
    key[3] = static_cast<std::byte>(i % 7);
    key[9] = static_cast<std::byte>(i / 7 % 100);
    key[10] = static_cast<std::byte>(i / 700 % 100);
    key[21] = static_cast<std::byte>(i / 70000 % 10);
    key[29] = static_cast<std::byte>(i / 700000);
    const std::uint64_t hash = fingerprint(key);
    top.push_back(hash >> 24U);
    bottom.push_back(hash & 0xFFFFFFFFFFU);
  }
  for (std::vector<std::uint64_t>* hashes : {&top, &bottom}) {
    std::sort(hashes->begin(), hashes->end());
    unsigned met = 0;
    for (std::size_t i = 1; i < hashes->size(); ++i)
      met += (*hashes)[i] == (*hashes)[i - 1] ? 1U : 0U;
    BOOST_TEST(met <= 12U);
  }
}

BOOST_AUTO_TEST_CASE(lengths_and_zeros_count) {
  std::set<std::uint64_t> seen;
  for (std::size_t bytes = 0; bytes < 100; ++bytes) seen.insert(fingerprint(key_of(0, bytes)));
  BOOST_TEST(seen.size() == 100U);
  BOOST_TEST(seen.count(0) == 0U);
}

BOOST_AUTO_TEST_CASE(a_digest_is_of_the_set_not_of_the_order) {
  spec::Digest one, two, part;
  for (std::uint64_t i = 1; i <= 1000; ++i) one.add(i * 977);
  for (std::uint64_t i = 1000; i > 500; --i) two.add(i * 977);
  for (std::uint64_t i = 500; i > 0; --i) part.add(i * 977);
  BOOST_TEST(one.hex() != two.hex());
  two.add(part);
  BOOST_TEST(one.hex() == two.hex());
  two.add(1);
  BOOST_TEST(one.hex() != two.hex());
  BOOST_TEST(one.hex().size() == 32U);
}

BOOST_AUTO_TEST_CASE(collision_probability_is_the_birthday_bound) {
  BOOST_TEST(spec::collision_probability(0) == 0);
  BOOST_TEST(std::abs(spec::collision_probability(1U << 16U) - std::ldexp(1.0, 32 - 65)) < 1e-20);
}

BOOST_AUTO_TEST_CASE(a_table_is_a_set) {
  spec::Table<false> table;
  std::set<std::uint64_t> model;
  std::mt19937_64 random(3);
  const auto same = [](std::uint32_t) { return true; };
  for (int i = 0; i < 300000; ++i) {
    // Clusters at both ends of a segment, where probing wraps around.
    std::uint64_t hash = random();
    if (i % 3 == 0) hash |= 0x00FFFFFFFF000000U;
    if (i % 3 == 1) hash &= ~0x00FFFFFFF0000000U;
    if (i % 2 == 0) hash = hash % 5000 + 1;
    BOOST_TEST_REQUIRE(table.contains(hash) == model.contains(hash));
    BOOST_TEST_REQUIRE(table.insert(hash, 0, same) == model.insert(hash).second);
  }
  BOOST_TEST(table.size() == model.size());
  for (const std::uint64_t hash : model) BOOST_TEST_REQUIRE(table.contains(hash));
}

BOOST_AUTO_TEST_CASE(a_table_grows_by_little) {
  spec::Table<false> table;
  std::mt19937_64 random(4);
  for (std::uint64_t i = 0; i < 2'000'000; ++i) {
    table.insert(random() | 1U, 0, [](std::uint32_t) { return true; });
    if (i > 500'000 && i % 1000 == 0) {
      BOOST_TEST_REQUIRE(static_cast<double>(table.bytes()) < 13.6 * static_cast<double>(i));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_table_with_numbers_tells_equal_fingerprints_apart) {
  spec::Table<true> table;
  for (std::uint32_t number = 0; number < 1000; ++number) {
    const auto same = [&](std::uint32_t other) { return other == number; };
    BOOST_TEST(table.insert(5 + number % 3, number, same));
    BOOST_TEST(!table.insert(5 + number % 3, number, same));
  }
  BOOST_TEST(table.size() == 1000U);
  table.renumber(5 + 999 % 3, 999, 7777);
  BOOST_TEST(table.find(5 + 999 % 3, [](std::uint32_t n) { return n == 7777; }).value() == 7777U);
  BOOST_TEST(!table.find(5 + 999 % 3, [](std::uint32_t n) { return n == 999; }).has_value());
}

/// Origins by lot: now and then nobody has children for long, or one has thousands.
std::vector<std::pair<std::uint32_t, std::uint32_t>> origins(std::uint32_t roots,
                                                             std::size_t count) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> all(roots);
  for (std::uint32_t i = 0; i < roots; ++i) all[i] = {0, i * 400};
  std::mt19937_64 random(5);
  std::uint32_t parent = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (random() % 5000 == 0) parent += 2000;
    if (i / 20000 % 3 != 1) parent += static_cast<std::uint32_t>(random() % 3);
    parent = std::min(parent, static_cast<std::uint32_t>(all.size() - 1));
    all.emplace_back(parent, static_cast<std::uint32_t>(random() % 300));
  }
  return all;
}

// In batches as the search has them: several cursors fill each, from its end to its begin.
BOOST_AUTO_TEST_CASE(ancestry_remembers_parents_and_edges) {
  constexpr std::uint32_t kRoots = 3, kBatch = 1700, kPart = 130;
  const auto model = origins(kRoots, 200000);
  const auto all = static_cast<std::uint32_t>(model.size());
  spec::Ancestry ancestry;
  for (std::uint32_t i = 0; i < kRoots; ++i) ancestry.add_root(model[i].second);
  for (std::uint32_t begin = kRoots; begin < all; begin += kBatch) {
    const std::uint32_t end = std::min(all, begin + kBatch);
    ancestry.extend(end - begin, model[end - 1].first + 1 + begin % 500);
    std::vector<spec::Ancestry::LongEdge> long_edges;
    for (std::uint32_t part = (end - begin + kPart - 1) / kPart; part > 0; --part) {
      spec::Ancestry::Cursor cursor(ancestry);
      const std::uint32_t first = begin + (part - 1) * kPart;
      for (std::uint32_t i = first; i < std::min(end, first + kPart); ++i) {
        if (cursor.set(i, model[i].first, model[i].second)) continue;
        long_edges.push_back({.state = i, .edge = model[i].second});
      }
      cursor.flush();
    }
    ancestry.list(long_edges);
  }
  BOOST_TEST(ancestry.size() == model.size());
  for (std::uint32_t i = 0; i < all; ++i) {
    const auto origin = ancestry.origin(i);
    BOOST_TEST_REQUIRE(origin.parent.has_value() == (i >= kRoots));
    BOOST_TEST_REQUIRE(origin.parent.value_or(0) == model[i].first);
    BOOST_TEST_REQUIRE(origin.edge == model[i].second);
  }
}

BOOST_AUTO_TEST_CASE(keys_come_back_until_they_are_dropped) {
  spec::Keys keys;
  const auto key = [](std::uint32_t i) { return key_of(std::uint64_t{i} * 77U, i % 20); };
  const auto add = [&](std::uint32_t i) { keys.extend(1, key(i).size()).add(key(i)); };
  for (std::uint32_t i = 0; i < 5000; ++i) add(i);
  keys.drop_below(2300);
  BOOST_TEST(keys.first() == 2048U);  // whole blocks
  for (std::uint32_t i = keys.first(); i < keys.end(); ++i) {
    const auto expected = key(i);
    BOOST_TEST_REQUIRE(
        std::equal(expected.begin(), expected.end(), keys.key(i).begin(), keys.key(i).end()));
  }
  keys.drop_below(5000);
  BOOST_TEST(keys.first() == 4864U);
  for (std::uint32_t i = 5000; i < 6000; ++i) add(i);
  keys.drop_below(6000);
  BOOST_TEST(keys.first() == 5888U);
  BOOST_TEST(keys.end() == 6000U);
  BOOST_TEST(keys.key(5999).size() == 19U);
}

// Blocks of all sizes, each filled by several cursors in any order.
BOOST_AUTO_TEST_CASE(several_cursors_fill_a_block) {
  spec::Keys keys;
  const auto key = [](std::uint32_t i) { return key_of(std::uint64_t{i} * 77U, i % 20); };
  for (const std::uint32_t count : {1U, 254U, 700U, 3U, 0U, 5000U, 1U}) {
    const std::uint32_t begin = keys.end(), half = begin + count / 2, end = begin + count;
    std::uint64_t first = 0, bytes = 0;
    for (std::uint32_t i = begin; i < half; ++i) first += key(i).size();
    for (std::uint32_t i = half; i < end; ++i) bytes += key(i).size();
    spec::Keys::Cursor one = keys.extend(count, first + bytes), two = one;
    two.skip(half - begin, first);
    for (std::uint32_t i = half; i < end; ++i) two.add(key(i));
    for (std::uint32_t i = begin; i < half; ++i) one.add(key(i));
  }
  BOOST_TEST(keys.end() == 5959U);
  BOOST_TEST(keys.bytes() < 5959U * 14U + 1000U);  // 9.5 of a key and 4 of its end
  std::uint32_t seen = 200;
  keys.for_each(200, 5959, [&](std::uint32_t number, std::span<const std::byte> found) {
    const auto expected = key(number);
    BOOST_TEST_REQUIRE(number == seen++);
    BOOST_TEST_REQUIRE(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
  });
  BOOST_TEST(seen == 5959U);
}

BOOST_AUTO_TEST_CASE(a_team_does_each_job_once_a_member) {
  for (const unsigned size : {1U, 2U, 5U}) {
    spec::Team team(size);
    std::vector<unsigned> done(size);  // each its own: no lock
    for (int round = 0; round < 500; ++round) {
      std::atomic<unsigned> ticket = 0;
      team.run([&](unsigned member) {
        ++done[member];
        ++ticket;
      });
      BOOST_TEST_REQUIRE(ticket == size);
    }
    for (const unsigned count : done) BOOST_TEST(count == 500U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
