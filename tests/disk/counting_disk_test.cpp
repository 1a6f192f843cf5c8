// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The counting disk: what it counts, records and fails. (That it obeys the contract of disks is in
// posix_contract_test.cpp.)
#include "support/counting_disk.hpp"

#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "disk/contract.hpp"
#include "disk/posix_support.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

struct Counted {
  TempFolder folder;
  std::unique_ptr<PosixDisk> posix = posix_disk(folder.path());
  CountingDisk disk{*posix};

  Handle open(std::string_view name, Access access) {
    const auto file = disk.open(name, access);
    BOOST_REQUIRE(file);
    return *file;
  }
};

using Words = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(counting_disk, Counted)

BOOST_AUTO_TEST_CASE(calls_are_recorded_in_order) {
  const Handle file = open("a", Access::create);
  BOOST_TEST(disk.preallocate(file, 4096).ok());
  BOOST_TEST(disk.write(file, 512, view("abc")).ok());
  BOOST_TEST(disk.sync_data(file).ok());
  BOOST_TEST(disk.sync_all(file).ok());
  BOOST_TEST(disk.rename("a", "b").ok());
  std::array<std::byte, 3> bytes{};
  BOOST_TEST(disk.read(file, 512, bytes).has_value());  // by its new name
  BOOST_TEST(disk.size(file).has_value());
  BOOST_TEST(disk.close(file).ok());
  BOOST_TEST(disk.close(open("b", Access::read)).ok());
  BOOST_TEST(disk.direct_block("b").has_value());
  BOOST_TEST(disk.list().has_value());
  const auto lock = disk.lock("LOCK", LockKind::exclusive);
  BOOST_TEST(!disk.lock("LOCK", LockKind::shared).has_value());  // failed calls too
  BOOST_TEST(disk.close(*lock).ok());
  BOOST_TEST(disk.unlink("b").ok());
  BOOST_TEST(disk.sync_folder().ok());
  BOOST_TEST(disk.sync_parent().ok());
  const Words changes{"create a",    "preallocate a 4096", "write a 512 3",
                      "sync-data a", "sync-all a",         "rename a b",
                      "unlink b",    "sync-folder",        "sync-parent"};
  BOOST_TEST(disk.changes() == changes, boost::test_tools::per_element());
  const Words calls{"create a",
                    "preallocate a 4096",
                    "write a 512 3",
                    "sync-data a",
                    "sync-all a",
                    "rename a b",
                    "read b 512 3",
                    "size b",
                    "close b",
                    "open b",
                    "close b",
                    "direct-block b",
                    "list",
                    "lock LOCK exclusive",
                    "lock LOCK shared",
                    "close LOCK",
                    "unlink b",
                    "sync-folder",
                    "sync-parent"};
  BOOST_TEST(disk.calls() == calls, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(calls_are_counted_by_kind) {
  const Handle file = open("a", Access::create);
  BOOST_TEST(disk.write(file, 0, view("abc")).ok());
  BOOST_TEST(disk.write(file, 3, view("de")).ok());
  BOOST_TEST(disk.sync_data(file).ok());
  BOOST_TEST(disk.count(Call::create) == 1U);
  BOOST_TEST(disk.count(Call::write) == 2U);
  BOOST_TEST(disk.count(Call::write_direct) == 0U);
  BOOST_TEST(disk.count(Call::sync_data) == 1U);
  BOOST_TEST(disk.count(Call::sync_all) == 0U);
  BOOST_TEST(disk.written_bytes() == 5U);
  disk.clear();
  BOOST_TEST(disk.count(Call::write) == 0U);
  BOOST_TEST(disk.written_bytes() == 0U);
  BOOST_TEST(disk.calls().empty());
  BOOST_TEST(disk.close(file).ok());  // still known
}

BOOST_AUTO_TEST_CASE(direct_writes_are_counted_apart) {
  put_file(*posix, "a", std::string(4096, 'x'));
  const auto file = disk.open("a", Access::direct);
  if (!file) {
    BOOST_TEST(file.error().errnum == EINVAL);
    return;
  }
  struct alignas(4096) Block {
    std::array<std::byte, 4096> bytes{};
  };
  const auto block = std::make_unique<Block>();
  BOOST_TEST(disk.write(*file, 0, block->bytes).ok());
  BOOST_TEST(disk.count(Call::write_direct) == 1U);
  BOOST_TEST(disk.count(Call::write) == 0U);
  BOOST_TEST(disk.changes() == Words{"write-direct a 0 4096"}, boost::test_tools::per_element());
  BOOST_TEST(disk.close(*file).ok());
}

BOOST_AUTO_TEST_CASE(the_kth_call_of_a_kind_fails) {
  const Handle file = open("a", Access::create);
  Fault fault;
  fault.call = Call::write;
  fault.at = 2;
  fault.code = Errc::no_space;
  fault.errnum = ENOSPC;
  disk.fail(fault);
  BOOST_TEST(disk.write(file, 0, view("one")).ok());
  BOOST_TEST(disk.sync_data(file).ok());
  BOOST_TEST(disk.failures() == 0U);
  const Status second = disk.write(file, 3, view("two"));
  BOOST_REQUIRE(!second);
  BOOST_TEST(is_error(second.error(), Errc::no_space, "write", ENOSPC, "a"));
  BOOST_TEST((second.error().offset == 3U));
  BOOST_TEST(disk.failures() == 1U);
  BOOST_TEST(get_file(*posix, "a") == "one");
  BOOST_TEST(disk.write(file, 3, view("three")).ok());
  BOOST_TEST(get_file(*posix, "a") == "onethree");
  BOOST_TEST(disk.written_bytes() == 8U);  // the failed one is not in it
}

// The disk below fails by itself: its error comes through, and is no planned failure.
BOOST_AUTO_TEST_CASE(failures_below_come_through) {
  CountingDisk outer(static_cast<Disk&>(disk));
  const auto file = outer.open("a", Access::create);
  BOOST_REQUIRE(file);
  Fault fault;
  fault.errnum = ENODEV;
  disk.fail(fault);
  const Status written = outer.write(*file, 0, view("abc"));
  BOOST_REQUIRE(!written);
  BOOST_TEST(written.error().errnum == ENODEV);
  BOOST_TEST(outer.failures() == 0U);
  BOOST_TEST(outer.count(Call::write) == 1U);
  BOOST_TEST(outer.written_bytes() == 0U);
  BOOST_TEST(outer.close(*file).ok());
}

BOOST_AUTO_TEST_CASE(a_write_can_fail_after_a_part_or_all_of_it) {
  const Handle file = open("a", Access::create);
  Fault fault;
  fault.effect = Effect::prefix;
  fault.prefix_bytes = 2;
  disk.fail(fault);
  fault.at = 2;
  fault.effect = Effect::done;
  disk.fail(fault);
  BOOST_TEST(!disk.write(file, 0, view("abcd")).ok());
  BOOST_TEST(get_file(*posix, "a") == "ab");
  BOOST_TEST(!disk.write(file, 0, view("efgh")).ok());
  BOOST_TEST(get_file(*posix, "a") == "efgh");
  BOOST_TEST(disk.failures() == 2U);
}

BOOST_AUTO_TEST_CASE(name_changes_can_fail_before_or_after_their_effect) {
  put_file(*posix, "a", "x");
  Fault fault;
  fault.call = Call::rename;
  disk.fail(fault);
  fault.at = 2;
  fault.effect = Effect::done;
  disk.fail(fault);
  BOOST_TEST(!disk.rename("a", "b").ok());
  BOOST_TEST(names_in(*posix) == "a");
  BOOST_TEST(!disk.rename("a", "b").ok());
  BOOST_TEST(names_in(*posix) == "b");
  fault.call = Call::create;
  fault.at = 1;
  disk.fail(fault);
  BOOST_TEST(!disk.open("c", Access::create).has_value());
  BOOST_TEST(names_in(*posix) == "b c");
}

BOOST_AUTO_TEST_CASE(a_fault_can_last) {
  Fault fault;
  fault.call = Call::sync_folder;
  fault.at = 2;
  fault.times = 2;
  disk.fail(fault);
  std::string answers;
  for (int i = 0; i < 5; ++i) answers += disk.sync_folder().ok() ? '+' : '-';
  BOOST_TEST(answers == "+--++");
}

// One fault for each kind that has not had one above: it fails, as that call, exactly once.
BOOST_AUTO_TEST_CASE(every_kind_can_fail) {
  const Handle file = open("a", Access::create);
  std::array<std::byte, 1> byte{};
  const auto check = [&](Call call, const auto& perform) {
    Fault fault;
    fault.call = call;
    fault.at = disk.count(call) + 1;
    disk.fail(fault);
    const auto before = disk.failures();
    BOOST_TEST(!perform());
    BOOST_TEST(disk.failures() == before + 1);
    BOOST_TEST(static_cast<bool>(perform()));
  };
  check(Call::open, [&] { return disk.open("a", Access::read).has_value(); });
  check(Call::read, [&] { return disk.read(file, 0, byte).has_value(); });
  check(Call::preallocate, [&] { return disk.preallocate(file, 1).ok(); });
  check(Call::sync_data, [&] { return disk.sync_data(file).ok(); });
  check(Call::sync_all, [&] { return disk.sync_all(file).ok(); });
  check(Call::size, [&] { return disk.size(file).has_value(); });
  check(Call::list, [&] { return disk.list().has_value(); });
  check(Call::sync_parent, [&] { return disk.sync_parent().ok(); });
  check(Call::lock, [&] { return disk.lock("LOCK", LockKind::exclusive).has_value(); });
  check(Call::direct_block, [&] { return disk.direct_block("a").has_value(); });
  check(Call::unlink, [&] { return disk.unlink("a").ok(); });
}

BOOST_AUTO_TEST_CASE(a_failed_close_closes_all_the_same) {
  const auto lock = disk.lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(lock);
  Fault fault;
  fault.call = Call::close;
  disk.fail(fault);
  BOOST_TEST(!disk.close(*lock).ok());
  BOOST_TEST(disk.lock("LOCK", LockKind::exclusive).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
