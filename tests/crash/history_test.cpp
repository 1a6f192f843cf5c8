// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The oracle's own books: histories as text, and what each number of transactions leads to.
// Spec:          AC-1, AC-4; EV-6.
#include "crash/history.hpp"

#include <boost/test/unit_test.hpp>

#include "commit/scene.hpp"

namespace plumb::crash {
namespace {

std::unique_ptr<Hasher> hasher() { return std::move(make_sha256()).value(); }

BOOST_AUTO_TEST_SUITE(history)

BOOST_AUTO_TEST_CASE(standard_one_has_its_checkpoint_before_the_last_commit) {
  BOOST_TEST(text_of(standard_history(3)) == "commit 1, commit 2, checkpoint, commit 3");
  BOOST_TEST(text_of(standard_history(1)) == "commit 1, checkpoint");
  BOOST_TEST(text_of(standard_history(0)) == "nothing");
}

BOOST_AUTO_TEST_CASE(text_is_read_back) {
  for (const std::uint32_t commits : {0U, 1U, 2U, 12U}) {
    const History history = standard_history(commits);
    BOOST_TEST((history_of(text_of(history)) == history));
  }
}

BOOST_AUTO_TEST_CASE(other_text_is_refused) {
  for (const char* text : {"commit", "commit 0", "commit x", "commit 1,commit 2", "cut",
                           "commit 1, "
                           "nothing",
                           "commit -1", "commit 1x"}) {
    BOOST_CHECK_THROW(static_cast<void>(history_of(text)), std::invalid_argument);
  }
}

BOOST_AUTO_TEST_CASE(standard_history_recycles_a_segment) {
  test::MemoryDisk memory;
  test::CountingDisk disk(memory);
  OpenRequest request = test::creating();
  request.create = smallest_options();
  const auto store = test::open_or_fail(disk, request);
  disk.clear();
  for (const Operation& operation : standard_history(3)) {
    if (operation.act == Act::checkpoint) {
      BOOST_TEST(store->checkpoint().ok());
    } else {
      test::commit_or_fail(*store, transaction_of(0, operation.number));
    }
  }
  const auto changes = disk.changes();
  BOOST_TEST(changes[changes.size() - 2] == "write-direct log-0 0 512");  // a second header for it
}

BOOST_AUTO_TEST_CASE(lineage_is_what_the_store_shows) {
  const auto sha = hasher();
  test::MemoryDisk disk;
  OpenRequest request = test::creating();
  request.create = smallest_options();
  const auto store = test::open_or_fail(disk, request);
  Lineage lineage;
  for (std::uint32_t number = 1; number <= 4; ++number) {
    lineage = lineage.with(transaction_of(0, number), *sha);
    test::commit_or_fail(*store, transaction_of(0, number));
    const Snapshot shown = store->snapshot();
    const test::Content content = test::content_of(shown.map);
    BOOST_TEST(std::ranges::equal(content, lineage.content(number)));
    BOOST_TEST(shown.map.root() == lineage.root(number));
  }
  BOOST_TEST(!lineage.content(3).contains("e0t2"));  // erased by the third
}

BOOST_AUTO_TEST_CASE(lineages_differ_by_every_transaction) {
  const auto sha = hasher();
  const Lineage one = Lineage().with(transaction_of(0, 1), *sha);
  const Lineage other = Lineage().with(transaction_of(1, 1), *sha);
  BOOST_TEST(one.key() != other.key());
  BOOST_TEST(one.root(1) != other.root(1));
  BOOST_TEST(one.with(transaction_of(0, 2), *sha).first(1).key() == one.key());
  BOOST_TEST(one.first(0).issued() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::crash
