// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The contract of handles: their life, locks, OpenFile, and calls from several threads.
// Spec:          disk.hpp; AC-13 (one writer).
#include <array>
#include <boost/test/unit_test.hpp>
#include <set>
#include <thread>
#include <vector>

#include "disk/contract.hpp"
#include "support/death.hpp"

namespace plumb::test {
namespace {

void handles_are_never_reused(Disk& disk) {
  put_file(disk, "f", "x");
  std::set<Handle> seen{Handle::none};
  for (int i = 0; i < 20; ++i) {
    const auto file = disk.open("f", Access::read);
    BOOST_REQUIRE(file);
    BOOST_TEST(seen.insert(*file).second);
    BOOST_TEST(disk.close(*file).ok());
  }
}

void closed_handles_break_the_contract(Disk& disk) {
  const auto file = disk.open("f", Access::create);
  BOOST_REQUIRE(file);
  BOOST_TEST(disk.close(*file).ok());
  std::array<std::byte, 1> byte{};
  const std::array<std::function<void()>, 8> calls{
      [&] { (void)disk.close(*file); },          [&] { (void)disk.read(*file, 0, byte); },
      [&] { (void)disk.write(*file, 0, byte); }, [&] { (void)disk.preallocate(*file, 1); },
      [&] { (void)disk.sync_data(*file); },      [&] { (void)disk.sync_all(*file); },
      [&] { (void)disk.size(*file); },           [&] { (void)disk.close(Handle::none); },
  };
  for (const auto& call : calls) {
    const Ending ending = run_in_child(call);
    BOOST_TEST(ending.broke_contract("handle_is_open"), ending.text());
  }
}

void open_file_closes_itself_once(Disk& disk) {
  Handle handle = Handle::none;
  {
    Result<OpenFile> file = OpenFile::open(disk, "f", Access::create);
    BOOST_REQUIRE(file);
    OpenFile moved = std::move(*file);
    BOOST_TEST(!*file);  // NOLINT(bugprone-use-after-move): the moved-from one holds nothing
    BOOST_TEST(static_cast<bool>(moved));
    handle = moved.get();
    OpenFile other;
    other = std::move(moved);
    BOOST_TEST((other.get() == handle));
    BOOST_TEST(disk.size(other.get()).has_value());
  }
  const Ending ending = run_in_child([&] { (void)disk.size(handle); });
  BOOST_TEST(ending.broke_contract("handle_is_open"), ending.text());

  const auto missing = OpenFile::open(disk, "missing", Access::read);
  BOOST_REQUIRE(!missing);
  BOOST_TEST((missing.error().code == Errc::not_found));
}

bool is_locked(const Result<Handle>& lock) {
  return !lock && lock.error().code == Errc::locked && !lock.error().reason.empty();
}

void exclusive_lock_excludes_all(Disk& disk) {
  const auto writer = disk.lock("LOCK", LockKind::exclusive);  // creates the file
  BOOST_REQUIRE(writer);
  BOOST_TEST(names_in(disk) == "LOCK");
  BOOST_TEST(is_locked(disk.lock("LOCK", LockKind::exclusive)));
  BOOST_TEST(is_locked(disk.lock("LOCK", LockKind::shared)));
  BOOST_TEST(disk.close(*writer).ok());
  const auto next = disk.lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(next);
  BOOST_TEST(disk.close(*next).ok());
}

void shared_locks_exclude_writers_alone(Disk& disk) {
  put_file(disk, "LOCK", "");
  const auto first = disk.lock("LOCK", LockKind::shared);
  const auto second = disk.lock("LOCK", LockKind::shared);
  BOOST_REQUIRE(first);
  BOOST_REQUIRE(second);
  BOOST_TEST(is_locked(disk.lock("LOCK", LockKind::exclusive)));
  BOOST_TEST(disk.close(*first).ok());
  BOOST_TEST(is_locked(disk.lock("LOCK", LockKind::exclusive)));  // the second reader is left
  BOOST_TEST(disk.close(*second).ok());
  const auto writer = disk.lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(writer);
  BOOST_TEST(disk.close(*writer).ok());
}

void shared_lock_creates_nothing(Disk& disk) {
  const auto lock = disk.lock("LOCK", LockKind::shared);
  BOOST_REQUIRE(!lock);
  BOOST_TEST((lock.error().code == Errc::not_found));
  BOOST_TEST(names_in(disk) == "");
}

void locks_of_two_names_are_two(Disk& disk) {
  const auto first = disk.lock("LOCK", LockKind::exclusive);
  const auto second = disk.lock("KEY", LockKind::exclusive);
  BOOST_REQUIRE(first);
  BOOST_REQUIRE(second);
  BOOST_TEST(disk.close(*first).ok());
  BOOST_TEST(disk.close(*second).ok());
}

void locks_bind_only_who_asks_for_one(Disk& disk) {
  put_file(disk, "f", "abc");
  const auto lock = disk.lock("f", LockKind::exclusive);
  BOOST_REQUIRE(lock);
  BOOST_TEST(get_file(disk, "f") == "abc");
  BOOST_TEST(disk.close(*lock).ok());
}

void threads_may_read_one_handle_and_open_others(Disk& disk) {
  constexpr std::size_t kThreads = 4;
  constexpr std::uint64_t kRounds = 200;
  put_file(disk, "shared", std::string(kRounds, 's') + "end");
  const auto shared = OpenFile::open(disk, "shared", Access::read);
  BOOST_REQUIRE(shared);
  std::array<std::uint64_t, kThreads> good{};  // Boost.Test's checks belong to one thread
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::string own = "own-" + std::to_string(t);
      for (std::uint64_t i = 0; i < kRounds; ++i) {
        std::array<std::byte, 3> end{};
        const auto count = disk.read(shared->get(), kRounds, end);
        const bool read = count && text(end) == "end";
        const auto file = OpenFile::open(disk, own, i == 0 ? Access::create : Access::write);
        const bool written = file && disk.write(file->get(), i, view("x")).ok();
        good[t] += read && written ? 1U : 0U;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t t = 0; t < kThreads; ++t) {
    BOOST_TEST(good[t] == kRounds);
    BOOST_TEST(get_file(disk, "own-" + std::to_string(t)) == std::string(kRounds, 'x'));
  }
}

constexpr std::array kCases{
    ContractCase{"handles_are_never_reused", &handles_are_never_reused},
    ContractCase{"closed_handles_break_the_contract", &closed_handles_break_the_contract},
    ContractCase{"open_file_closes_itself_once", &open_file_closes_itself_once},
    ContractCase{"exclusive_lock_excludes_all", &exclusive_lock_excludes_all},
    ContractCase{"shared_locks_exclude_writers_alone", &shared_locks_exclude_writers_alone},
    ContractCase{"shared_lock_creates_nothing", &shared_lock_creates_nothing},
    ContractCase{"locks_of_two_names_are_two", &locks_of_two_names_are_two},
    ContractCase{"locks_bind_only_who_asks_for_one", &locks_bind_only_who_asks_for_one},
    ContractCase{"threads_may_read_one_handle_and_open_others",
                 &threads_may_read_one_handle_and_open_others},
};

}  // namespace

std::span<const ContractCase> contract_of_handles() { return kCases; }

}  // namespace plumb::test
