// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Faults: each fires, is counted, and does what it says; without it the same calls do otherwise.
// Spec:          spec/ASSUMPTIONS.md faults 8 to 14.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "sim/scene.hpp"

namespace plumb::sim {
namespace {

using test::Files;

SimDisk& with(SimDisk& disk, Faults faults) {
  disk.fail(std::move(faults));
  return disk;
}

std::string content(Disk& disk, std::string_view name) {
  const auto file = OpenFile::open(disk, name, Access::read);
  BOOST_REQUIRE(file);
  const Result<Bytes> bytes = read_all(disk, file->get());
  BOOST_REQUIRE(bytes);
  return *bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_CASE(every_kind_of_call_can_fail) {
  for (unsigned number = 0; number < 17; ++number) {
    const auto kind = static_cast<CallKind>(number);
    for (const bool planned : {true, false}) {
      SimDisk disk(profile("posix-min"), image_of({{"a", sectors("a")}, {"r", ""}}));
      if (planned) disk.fail({.failures = {{.at = 0, .kind = kind, .errnum = ENOSPC}}});
      std::vector<Errc> errors;
      const auto note = [&](const auto& result) {
        if (!result) errors.push_back(result.error().code);
      };
      alignas(kSectorBytes) const std::array<char, kSectorBytes> block{};
      note(create(disk, "n"));
      note(disk.lock("LOCK", LockKind::exclusive));
      note(disk.direct_block("a"));
      note(disk.list());
      note(on_file(disk, "a", Access::write, [&](Handle file) {
        std::array<std::byte, 1> byte{};
        note(disk.read(file, 0, byte));
        note(disk.size(file));
        note(disk.write(file, 0, byte));
        note(disk.preallocate(file, 1));
        note(disk.sync_data(file));
        note(disk.sync_all(file));
        return Status{};
      }));
      note(on_file(disk, "a", Access::direct, [&](Handle file) {
        return disk.write(file, 0, std::as_bytes(std::span(block)));
      }));
      note(disk.rename("r", "s"));
      if (kind != CallKind::rename || !planned) note(disk.unlink("s"));
      if (kind == CallKind::rename && planned) note(disk.unlink("r"));
      note(disk.sync_folder());
      note(disk.sync_parent());
      BOOST_TEST(errors.size() == (planned ? 1U : 0U), name_of(kind));
      if (planned) BOOST_TEST((errors.front() == Errc::no_space));
      BOOST_TEST(disk.faults_fired() == (planned ? 1U : 0U), name_of(kind));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_failure_is_planned_by_number_too) {
  SimDisk disk(profile("posix-min"), image_of({{"a", ""}}));
  std::vector<unsigned> numbers;
  disk.watch([&](const SimDisk&, const Call& call, Moment moment) {
    if (moment == Moment::issued) numbers.push_back(call.index);
  });
  BOOST_TEST(write(disk, "a", 0, "x").ok());
  BOOST_TEST(disk.sync_folder().ok());
  BOOST_TEST((numbers == std::vector<unsigned>{1, 3}));  // open write close sync_folder
  SimDisk again(profile("posix-min"), image_of({{"a", ""}}));
  again.fail({.failures = {{.at = 3}}});
  BOOST_TEST(write(again, "a", 0, "x").ok());
  BOOST_TEST(!again.sync_folder().ok());
  BOOST_TEST(again.sync_folder().ok());
}

BOOST_AUTO_TEST_CASE(a_full_disk_stores_what_fits) {
  SimDisk disk(profile("posix-min"), image_of({{"a", "1234"}, {"b", "12"}}));
  disk.fail({.capacity = 10});
  const Status written = write(disk, "a", 2, "abcdefghij");
  BOOST_REQUIRE(!written);
  BOOST_TEST((written.error().code == Errc::no_space));
  BOOST_TEST(content(disk, "a") == "12abcdef");
  BOOST_TEST(disk.faults_fired() == 1U);
  BOOST_TEST(write(disk, "a", 0, "overwrite").ok() == false);  // one byte more than fits
  BOOST_TEST(write(disk, "a", 0, "replaced").ok());
  BOOST_TEST(disk.unlink("b").ok());
  BOOST_TEST(write(disk, "a", 8, "xy").ok());  // there is room again
  BOOST_TEST(disk.faults_fired() == 2U);
}

BOOST_AUTO_TEST_CASE(rot_is_read_and_not_stored) {
  SimDisk disk(profile("posix-min"), image_of({{"a", "abc"}}));
  with(disk, {.rot = {{"a", 1, 0}}});
  BOOST_TEST(content(disk, "a") == "acc");
  BOOST_TEST(disk.faults_fired() == 1U);
  BOOST_TEST((files_of(disk.visible()) == Files{{"a", "abc"}}));
  disk.fail({});
  BOOST_TEST(content(disk, "a") == "abc");
}

BOOST_AUTO_TEST_CASE(a_lost_write_is_seen_by_the_cache_alone) {
  SimDisk disk(profile("posix-min"), image_of({{"a", sectors("oo")}}));
  with(disk, {.lost_writes = {1}});
  BOOST_TEST(write(disk, "a", 0, sectors("n")).ok());
  BOOST_TEST(write(disk, "a", kSectorBytes, sectors("n")).ok());
  BOOST_TEST(sync_all(disk, "a").ok());
  BOOST_TEST(content(disk, "a") == sectors("nn"));
  BOOST_TEST((states_of(disk) == States{{{"a", sectors("no")}}}));
  BOOST_TEST(disk.faults_fired() == 1U);
}

BOOST_AUTO_TEST_CASE(a_misdirected_write_lands_elsewhere) {
  SimDisk disk(profile("posix-min"), image_of({{"a", sectors("oo")}, {"b", sectors("o")}}));
  with(disk, {.misdirected_writes = {0, 1}});
  BOOST_TEST(write(disk, "a", 0, sectors("n")).ok());
  BOOST_TEST(sync_all(disk, "a").ok());
  BOOST_TEST(write(disk, "b", 0, sectors("n")).ok());  // nowhere else to go: lost
  BOOST_TEST(sync_all(disk, "b").ok());
  BOOST_TEST((states_of(disk) == States{{{"a", sectors("on")}, {"b", sectors("o")}}}));
  BOOST_TEST(disk.faults_fired() == 2U);
}

BOOST_AUTO_TEST_CASE(a_direct_write_lost_or_misdirected_is_read_so) {
  alignas(kSectorBytes) std::array<char, kSectorBytes> block{};
  block.fill('n');
  for (const bool lost : {true, false}) {
    SimDisk disk(profile("journal"), image_of({{"a", sectors("oo")}}));
    if (lost) disk.fail({.lost_writes = {0}});
    if (!lost) disk.fail({.misdirected_writes = {0}});
    BOOST_TEST(on_file(disk, "a", Access::direct, [&](Handle file) {
                 return disk.write(file, 0, std::as_bytes(std::span(block)));
               }).ok());
    BOOST_TEST(content(disk, "a") == sectors(lost ? "oo" : "on"));
    BOOST_TEST(disk.faults_fired() == 1U);
    BOOST_TEST((states_of(disk) == States{{{"a", sectors(lost ? "oo" : "on")}}}));
  }
}

BOOST_AUTO_TEST_CASE(syncs_may_lie) {
  for (const bool lie : {true, false}) {
    SimDisk disk(profile("journal"), image_of({{"a", "o"}}));
    disk.fail({.lying_syncs = lie});
    BOOST_TEST(write(disk, "a", 0, "n").ok());
    BOOST_TEST(create(disk, "b").ok());
    BOOST_TEST(sync_all(disk, "a").ok());
    BOOST_TEST(disk.sync_folder().ok());
    BOOST_TEST(can(disk, holds("a", "o")) == lie);
    BOOST_TEST(can(disk, lacks("b")) == lie);
    BOOST_TEST(disk.faults_fired() == (lie ? 2U : 0U));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::sim
