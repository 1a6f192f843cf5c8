// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What each mutant does to the calls of a store, and that without one nothing is changed.
// Spec:          EV-8.
#include "crash/seam.hpp"

#include <boost/test/unit_test.hpp>

#include "commit/scene.hpp"
#include "crash/image_disk.hpp"
#include "crash/life.hpp"

namespace plumb::crash {
namespace {

using Calls = std::vector<std::string>;

/// The changes of a store that is made, goes through the standard history, and is opened again
/// beside a half-made segment.
Calls calls_with(const Mutant* mutant, bool direct) {
  const auto hasher = std::move(make_sha256()).value();
  test::MemoryDisk memory;
  test::CountingDisk disk(memory);
  Promise promise;
  for (unsigned epoch = 0; epoch < 2; ++epoch) {
    if (epoch == 1) static_cast<void>(disk.open("log-7", Access::create));
    Seam seam(disk, direct, mutant);
    const auto store = open_store(seam, promise, epoch);
    if (!store) break;
    promise.opened = true;
    for (const Operation& operation : standard_history(epoch == 0 ? 3 : 1)) {
      const bool done = operation.act == Act::checkpoint
                            ? (*store)->checkpoint().ok()
                            : (*store)->commit(transaction_of(epoch, operation.number)).has_value();
      if (!done) return disk.changes();
    }
  }
  return disk.changes();
}

std::size_t count(const Calls& calls, std::string_view start) {
  return static_cast<std::size_t>(
      std::ranges::count_if(calls, [&](const std::string& c) { return c.starts_with(start); }));
}

BOOST_AUTO_TEST_SUITE(seam)

BOOST_AUTO_TEST_CASE(buffered_writes_are_synced) {
  const Calls direct = calls_with(nullptr, true);
  const Calls buffered = calls_with(nullptr, false);
  BOOST_TEST(count(direct, "write-direct log-") > 0U);
  BOOST_TEST(count(direct, "sync-data") == 0U);
  BOOST_TEST(count(buffered, "write-direct") == 0U);
  BOOST_TEST(count(buffered, "sync-data log-") == count(direct, "write-direct log-"));
}

BOOST_AUTO_TEST_CASE(every_mutant_changes_the_calls) {
  for (const bool direct : {true, false}) {
    const Calls plain = calls_with(nullptr, direct);
    for (const Mutant& mutant : mutants()) {
      const bool differs = calls_with(&mutant, direct) != plain;
      // Buffered, the sync behind the answer is the same call, only later than the answer.
      const bool later_alone = mutant.twist == Twist::sync_after_answer && !direct;
      BOOST_TEST(differs != later_alone, std::string(mutant.name));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_sync_is_left_out_at_its_place_alone) {
  struct Case {
    const char* mutant;
    const char* call;
    std::size_t fewer;
  };
  const Calls plain = calls_with(nullptr, false);
  for (const Case& c :
       {Case{"no-sync-audit-entry", "sync-all audit.log", 2},
        Case{"no-sync-audit-end", "sync-all audit.log", 2},
        Case{"no-sync-temp", "sync-all checkpoint.tmp", 4},
        Case{"no-sync-checkpoint-name", "sync-folder", 4},
        Case{"no-sync-segment-zeros", "sync-all log-", 2},
        Case{"no-sync-segment-name", "sync-folder", 2}, Case{"no-sync-parent", "sync-parent", 1},
        Case{"no-sync-audit-name", "sync-folder", 1}, Case{"no-sync-leftovers", "sync-folder", 1},
        Case{"no-drop", "unlink checkpoint-", 3}, Case{"no-clean", "unlink log-7", 1}}) {
    const Calls calls = calls_with(find_mutant(c.mutant), false);
    BOOST_TEST_CONTEXT(c.mutant) {
      BOOST_TEST(count(plain, c.call) - count(calls, c.call) == c.fewer);
      BOOST_TEST(plain.size() - calls.size() == c.fewer);
    }
  }
  const Calls calls = calls_with(find_mutant("no-sync-record"), false);
  BOOST_TEST(count(plain, "sync-data") - count(calls, "sync-data") == 4U);
}

BOOST_AUTO_TEST_CASE(names_are_found) {
  for (const Mutant& mutant : mutants()) BOOST_TEST((find_mutant(mutant.name) == &mutant));
  BOOST_TEST((find_mutant("none") == nullptr));
}

BOOST_AUTO_TEST_CASE(image_disk_is_a_memory_disk) {
  test::MemoryDisk memory;
  ImageDisk image(sim::Image{}, 512);
  for (Disk* const disk : {static_cast<Disk*>(&memory), static_cast<Disk*>(&image)}) {
    Promise promise;
    for (unsigned epoch = 0; epoch < 2; ++epoch) {
      const auto store = std::move(open_store(*disk, promise, epoch)).value();
      promise.opened = true;
      for (std::uint32_t n = 1; n <= 3; ++n) {
        BOOST_TEST(store->commit(transaction_of(epoch, n)).has_value());
      }
    }
  }
  const test::Files files = memory.contents();
  const sim::Image after = image.image();
  BOOST_TEST_REQUIRE(files.size() == after.files.size());
  for (const auto& [name, bytes] : files) BOOST_TEST((*after.files.at(name) == bytes), name);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::crash
