// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Every sentence of the oracle, broken once: a judge who accepts everything is none.
// Spec:          AC-1, AC-2, AC-4, AC-10, AC-11.
#include "crash/judge.hpp"

#include <boost/test/unit_test.hpp>

#include "commit/scene.hpp"
#include "crash/image_disk.hpp"
#include "crash/life.hpp"

namespace plumb::crash {
namespace {

/// A store with two transactions, opened by somebody who was promised both.
struct Opened {
  std::unique_ptr<Hasher> hasher = std::move(make_sha256()).value();
  ImageDisk disk{sim::Image{}, 512};
  Promise promise;
  Promise after;
  std::unique_ptr<Store> store;

  Opened() {
    Life life(disk, Promise{}, 0, *hasher);
    BOOST_TEST_REQUIRE(life.open());
    life.work({{Act::commit, 1}, {Act::commit, 2}});
    BOOST_TEST_REQUIRE(!life.violation().has_value());
    promise = life.promise();
    life.end();
    store = std::move(open_store(disk, promise, 1)).value();
  }
  /// The rule that is broken, or "holds".
  std::string verdict() {
    const auto violation = judge_opened(*store, disk, promise, *hasher, after);
    return violation ? violation->rule : "holds";
  }
  void put(const char* name, std::string_view bytes) {
    Result<Handle> file = disk.open(name, Access::write);
    if (!file) file = disk.open(name, Access::create);
    BOOST_TEST_REQUIRE(disk.write(*file, 0, view(bytes)).ok());
  }
  Bytes audit() { return *disk.image().files.at("audit.log"); }
};

BOOST_FIXTURE_TEST_SUITE(judge, Opened)

BOOST_AUTO_TEST_CASE(a_good_opening_holds) {
  BOOST_TEST(verdict() == "holds");
  BOOST_TEST(after.acked == 2U);
  BOOST_TEST(after.opened);
  BOOST_TEST(after.audit == audit());
}

BOOST_AUTO_TEST_CASE(a_lost_transaction) {
  promise.lineage = promise.lineage.with(transaction_of(0, 3), *hasher);
  BOOST_TEST(verdict() == "holds");  // issued, not promised
  promise.acked = 3;
  BOOST_TEST(verdict() == "AC-2");
}

BOOST_AUTO_TEST_CASE(one_that_was_never_issued) {
  promise.lineage = promise.lineage.first(1);
  promise.acked = 1;
  BOOST_TEST(verdict() == "AC-1");
}

BOOST_AUTO_TEST_CASE(one_of_another_history_came_back) {
  promise.lineage = promise.lineage.first(1).with(transaction_of(1, 2), *hasher);
  BOOST_TEST(verdict() == "AC-1");
}

BOOST_AUTO_TEST_CASE(a_leftover) {
  put("checkpoint.tmp", "x");
  BOOST_TEST(verdict() == "AC-10");
  BOOST_TEST(disk.unlink("checkpoint.tmp").ok());
  BOOST_TEST(verdict() == "holds");
  put("log-7", "half a segment");
  BOOST_TEST(verdict() == "AC-10");
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_is_not_there) {
  BOOST_TEST(disk.unlink("checkpoint-2-2").ok());
  BOOST_TEST(verdict() == "AC-12");
}

BOOST_AUTO_TEST_CASE(a_changed_line_of_the_audit_log) {
  put("audit.log", "{\"version\":2");
  BOOST_TEST(verdict() == "AC-11");
}

BOOST_AUTO_TEST_CASE(a_lost_line_of_the_audit_log) {
  promise.audit += "another line";
  BOOST_TEST(verdict() == "AC-11");
}

BOOST_AUTO_TEST_CASE(audit_chain_by_its_bytes_alone) {
  const Bytes good = audit();
  std::size_t chained = 0;
  const auto fails = [&](const Bytes& bytes, std::uint64_t number = 2) {
    return audit_fault(bytes, number, *hasher, chained).has_value();
  };
  BOOST_TEST(!fails(good));
  BOOST_TEST(chained == good.size());
  BOOST_TEST(!fails(good + good));  // what does not chain is left out
  BOOST_TEST(chained == good.size());
  BOOST_TEST(!fails(good + "part of a line"));
  BOOST_TEST(fails(good, 3));  // ends another opening
  BOOST_TEST(fails(""));
  BOOST_TEST(fails(good.substr(0, good.size() - 512)));
  BOOST_TEST(fails(good.substr(512)));
  Bytes bad = good;
  bad[300] ^= 1;  // inside the first line, seen by the digest in the second
  BOOST_TEST(fails(bad));
}

BOOST_AUTO_TEST_CASE(every_promise_has_its_key) {
  Promise other = promise;
  BOOST_TEST(other.key() == promise.key());
  other.acked = 1;
  BOOST_TEST(other.key() != promise.key());
  other = promise;
  other.opened = !other.opened;
  BOOST_TEST(other.key() != promise.key());
  other = promise;
  other.audit += " ";
  BOOST_TEST(other.key() != promise.key());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::crash
