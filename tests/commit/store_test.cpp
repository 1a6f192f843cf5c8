// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a store promises its clients: content, receipts, ids, limits, versions, one writer.
// Spec:          AC-1, AC-2, AC-4, AC-13, AC-14, AC-15 (sync), AC-16; spec/FORMAT.md section 8.
#include <fmt/format.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "commit/ids.hpp"
#include "commit/scene.hpp"
#include "support/property.hpp"

namespace plumb::test {
namespace {

struct Scene {
  MemoryDisk memory;
  CountingDisk disk{memory};
};

Errc code_of(const Result<Receipt>& receipt) {
  return receipt ? throw std::runtime_error("committed") : receipt.error().code;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(store, Scene)

BOOST_AUTO_TEST_CASE(what_was_committed_is_there_after_a_crash_and_after_a_close) {
  auto store = open_or_fail(disk, creating());
  commit_or_fail(*store, {"t1", {{"a", "1"}, {"b", ""}, {"c", "3"}}});
  const Receipt last = commit_or_fail(*store, {"t2", {{"a", std::nullopt}, {"", "empty key"}}});
  const Content expected{{"b", ""}, {"c", "3"}, {"", "empty key"}};
  store.reset();  // as a crash
  const Reading crashed = read_or_fail(disk);
  BOOST_TEST((content_of(crashed.state.map) == expected));
  BOOST_TEST(crashed.report.root == last.root);
  BOOST_TEST(!crashed.report.durable);  // its last record is confirmed by nothing
  store = open_or_fail(disk, opening());
  BOOST_TEST(store->report().records == 2U);
  BOOST_TEST(store->close().ok());
  const Reading closed = read_or_fail(disk);
  BOOST_TEST((content_of(closed.state.map) == expected));
  BOOST_TEST(closed.report.durable);
  BOOST_TEST(closed.report.records == 0U);
}

BOOST_AUTO_TEST_CASE(later_change_of_a_key_wins) {
  const auto store = open_or_fail(disk, creating());
  commit_or_fail(*store, {"", {{"k", "1"}, {"k", std::nullopt}, {"k", "3"}}});
  BOOST_TEST((content_of(store->snapshot().map) == Content{{"k", "3"}}));
}

BOOST_AUTO_TEST_CASE(repeat_of_an_id) {
  auto store = open_or_fail(disk, creating());
  const Receipt first = commit_or_fail(*store, put("k", "v", "id"));
  commit_or_fail(*store, put("k", "w", "other"));
  BOOST_TEST((commit_or_fail(*store, put("k", "v", "id")) == first));
  BOOST_TEST(code_of(store->commit(put("k", "x", "id"))) == Errc::id_conflict);
  BOOST_TEST(store->snapshot().seq == 2U);
  store.reset();
  store = open_or_fail(disk, opening());  // remembered by the log
  BOOST_TEST((commit_or_fail(*store, put("k", "v", "id")) == first));
  BOOST_TEST(store->close().ok());
  store = open_or_fail(disk, opening());  // remembered by the checkpoint
  BOOST_TEST((commit_or_fail(*store, put("k", "v", "id")) == first));
  BOOST_TEST(code_of(store->commit(put("k", "x", "id"))) == Errc::id_conflict);
}

BOOST_AUTO_TEST_CASE(empty_id_is_no_id) {
  const auto store = open_or_fail(disk, creating());
  BOOST_TEST(commit_or_fail(*store, put("k", "v")).seq == 1U);
  BOOST_TEST(commit_or_fail(*store, put("k", "v")).seq == 2U);
}

BOOST_AUTO_TEST_CASE(limits) {
  const auto store = open_or_fail(disk, creating(std::uint64_t{1} << 18U));
  commit_or_fail(*store, put(std::string(kMaxKeyBytes, 'k'), "v", std::string(kMaxIdBytes, 'i')));
  BOOST_TEST(code_of(store->commit(put(std::string(kMaxKeyBytes + 1, 'k'), "v"))) ==
             Errc::too_large);
  BOOST_TEST(code_of(store->commit(put("k", "v", std::string(kMaxIdBytes + 1, 'i')))) ==
             Errc::too_large);
  // A record of one put has 176 + 8 + 9 bytes around key and value; a segment less its header fits.
  const std::size_t longest = (std::size_t{1} << 18U) - 512 - 176 - 8 - 9 - 1;
  commit_or_fail(*store, put("k", std::string(longest, 'v')));
  BOOST_TEST(code_of(store->commit(put("k", std::string(longest + 1, 'v')))) == Errc::too_large);
  BOOST_TEST(commit_or_fail(*store, put("k", "after")).seq == 3U);
}

BOOST_AUTO_TEST_CASE(snapshot_stays_as_it_was) {
  const auto store = open_or_fail(disk, creating());
  commit_or_fail(*store, put("k", "1"));
  const Snapshot before = store->snapshot();
  commit_or_fail(*store, put("k", "2"));
  BOOST_TEST((content_of(before.map) == Content{{"k", "1"}}));
  BOOST_TEST((content_of(store->snapshot().map) == Content{{"k", "2"}}));
}

BOOST_AUTO_TEST_CASE(one_writer_and_no_reader_beside_it) {
  auto store = open_or_fail(disk, creating());
  BOOST_TEST(Store::open(disk, opening()).error().code == Errc::locked);
  BOOST_TEST(read_store(disk).error().code == Errc::locked);
  store.reset();
  BOOST_TEST(read_store(disk).has_value());
  BOOST_TEST(Store::open(disk, opening()).has_value());
}

BOOST_AUTO_TEST_CASE(create_on_a_store_is_refused_and_changes_nothing) {
  BOOST_TEST(open_or_fail(disk, creating())->close().ok());
  const Files before = memory.contents();
  BOOST_TEST(Store::open(disk, creating()).error().code == Errc::invalid);
  BOOST_TEST((memory.contents() == before));
}

BOOST_AUTO_TEST_CASE(refused_store_gets_no_lock_file) {
  Files files;
  files["notes.txt"] = "not a store";
  MemoryDisk other(files);
  BOOST_TEST(Store::open(other, opening()).error().code == Errc::not_a_store);
  BOOST_TEST((other.contents() == files));
  BOOST_TEST(open_or_fail(disk, creating())->close().ok());
  Files damaged = memory.contents();
  damaged.erase("LOCK");
  damaged.at("checkpoint-2-0")[100] ^= 1;
  MemoryDisk broken(damaged);
  BOOST_TEST(Store::open(broken, opening()).error().code == Errc::corrupt);
  BOOST_TEST((broken.contents() == damaged));
}

BOOST_AUTO_TEST_CASE(closed_store_takes_no_calls) {
  const auto store = open_or_fail(disk, creating());
  BOOST_TEST(store->close().ok());
  BOOST_TEST(code_of(store->commit(put("k", "v"))) == Errc::invalid);
  BOOST_TEST(store->checkpoint().error().code == Errc::invalid);
}

BOOST_AUTO_TEST_CASE(checkpoint_after_every_n) {
  const auto store = open_or_fail(disk, creating(4096, 3));
  for (int i = 0; i < 9; ++i) commit_or_fail(*store, put("k", std::to_string(i)));
  BOOST_TEST(store->counts().checkpoints == 1U + 3U);
  BOOST_TEST(memory.contents().contains("checkpoint-4-9"));
  BOOST_TEST(!store->checkpoint_error().has_value());
}

BOOST_AUTO_TEST_CASE(ids_beyond_the_memory_are_new) {
  IdMemory ids;
  const auto entry = [](std::uint64_t seq) {
    RememberedId id;
    std::memcpy(id.id.bytes.data(), &seq, sizeof seq);
    id.seq = seq;
    return id;
  };
  for (std::uint64_t seq = 1; seq <= kRememberedIds; ++seq) ids.add(entry(seq));
  BOOST_TEST(ids.find(entry(1).id).has_value());
  ids.add(entry(kRememberedIds + 1));
  BOOST_TEST(!ids.find(entry(1).id).has_value());
  BOOST_TEST(ids.find(entry(2).id).has_value());
  BOOST_TEST(ids.valid());
}

BOOST_AUTO_TEST_CASE(pins) {
  const auto store = open_or_fail(disk, creating());
  const Receipt one = commit_or_fail(*store, put("k", "1", "id"));
  const Receipt two = commit_or_fail(*store, put("k", "2"));
  const Receipt three = commit_or_fail(*store, put("k", "3"));
  BOOST_TEST(store->close(false).ok());
  const auto code = [this](std::uint64_t seq, const Digest& root) -> std::string {
    const Result<Reading> reading = verify_store(disk, Pin{seq, root});
    return reading ? "holds" : name_of(reading.error().code);
  };
  BOOST_TEST(code(1, one.root) == "holds");
  BOOST_TEST(code(3, three.root) == "holds");
  BOOST_TEST(code(2, three.root) == "corrupt");
  BOOST_TEST(code(4, three.root) == "corrupt");  // rolled back behind the pin
  BOOST_TEST(open_or_fail(disk, opening())->close().ok());
  BOOST_TEST(code(1, one.root) == "holds");  // its id is remembered
  BOOST_TEST(code(2, two.root) == "undecided");
  BOOST_TEST(code(3, three.root) == "holds");
}

BOOST_AUTO_TEST_CASE(committers_take_turns_beside_readers_and_checkpoints) {
  const auto store = open_or_fail(disk, creating(std::uint64_t{1} << 16U, 10));
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto receipt = store->commit(put(fmt::format("{}-{}", t, i), "v"));
        const Snapshot now = store->snapshot();
        if (!receipt || now.seq < receipt->seq || now.map.count() != now.seq) ++wrong;
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 10; ++i) {
      if (!store->checkpoint()) ++wrong;
    }
  });
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(wrong == 0);
  BOOST_TEST(store->snapshot().seq == std::uint64_t{kThreads * kEach});
  BOOST_TEST(store->close().ok());
  BOOST_TEST(read_or_fail(disk).report.count == std::uint64_t{kThreads * kEach});
}

BOOST_AUTO_TEST_CASE(random_histories_agree_with_a_map) {
  check_property("a store is a map, whatever openings, closes and checkpoints come between", [] {
    MemoryDisk fresh;
    auto store = open_or_fail(fresh, creating(4096, *rc::gen::inRange<std::uint64_t>(0, 4)));
    Content model;
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 10));
    for (const int step : steps) {
      const std::string key(1, static_cast<char>('a' + *rc::gen::inRange(0, 5)));
      if (step == 0) {
        store.reset();
        store = open_or_fail(fresh, opening());
      } else if (step == 1) {
        RC_ASSERT(store->close().ok());
        store = open_or_fail(fresh, opening());
      } else if (step == 2) {
        RC_ASSERT(store->checkpoint().ok());
      } else if (step < 5) {
        commit_or_fail(*store, {"", {{key, std::nullopt}}});
        model.erase(key);
      } else {
        const std::string value(*rc::gen::inRange<std::size_t>(0, 900), 'v');
        commit_or_fail(*store, put(key, value));
        model[key] = value;
      }
      RC_ASSERT(content_of(store->snapshot().map) == model);
    }
    store.reset();
    RC_ASSERT(content_of(read_or_fail(fresh).state.map) == model);
    RC_ASSERT(verify_store(fresh, std::nullopt).has_value());
  });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace plumb::test
