// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Membership agrees with the enumeration: what is enumerated is a member, on every profile; what is
// a member and not enumerated there is none.
// Spec:          EV-6.
#include "sim/membership.hpp"

#include <boost/test/unit_test.hpp>

#include "sim/scene.hpp"

namespace plumb::sim {
namespace {

/// Everything that a folder can have pending: overwrites, growths, a rename, a removal, a creation.
void work(SimDisk& disk) {
  BOOST_REQUIRE(write(disk, "log", 512, sectors("pq")));
  BOOST_REQUIRE(write(disk, "log", 512, sectors("r")));
  BOOST_REQUIRE(write(disk, "log", 2048, sectors("st")));
  BOOST_REQUIRE(create(disk, "tmp"));
  BOOST_REQUIRE(write(disk, "tmp", 0, sectors("u") + "tail"));
  BOOST_REQUIRE(sync_data(disk, "tmp"));
  BOOST_REQUIRE(write(disk, "tmp", 1024, sectors("v")));
  BOOST_REQUIRE(disk.rename("tmp", "new"));
  BOOST_REQUIRE(disk.unlink("old"));
}

Image start() { return image_of({{"log", sectors("abcd")}, {"old", sectors("xy")}}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(membership)

BOOST_AUTO_TEST_CASE(it_agrees_with_the_enumeration) {
  std::set<test::Files> everything;
  std::map<std::string_view, States> left;
  for (const Profile& profile : profiles()) {
    SimDisk disk(profile, start());
    work(disk);
    States& states = left[profile.name];
    for_each_crash_state(disk, {Level::subsets, 4096, 2000, 1},
                         [&](const Image& image, const Drops&) { states.insert(files_of(image)); });
    everything.insert(states.begin(), states.end());
  }
  for (const Profile& profile : profiles()) {
    SimDisk disk(profile, start());
    work(disk);
    std::size_t members = 0;
    std::size_t others = 0;
    const States all = states_of(disk, {Level::omit_one, 1, 1, 1});
    for (const test::Files& files : left[profile.name]) {
      const auto why = why_not_left(disk, image_of(files));
      BOOST_TEST(!why, profile.name << ": " << (why ? *why : ""));
      ++members;
    }
    Covered covered;
    States complete;
    covered = for_each_crash_state(
        disk, {Level::subsets, 500'000, 1, 1},
        [&](const Image& image, const Drops&) { complete.insert(files_of(image)); });
    for (const test::Files& files : everything) {
      if (!covered.exhaustive || complete.contains(files)) continue;
      ++others;
      BOOST_TEST(why_not_left(disk, image_of(files)).has_value(), profile.name);
    }
    BOOST_TEST(members > 20U);
    if (profile.name == "journal" || profile.name == "btrfs-like") BOOST_TEST(others > 100U);
    BOOST_TEST(all.size() > 10U);
  }
}

BOOST_AUTO_TEST_CASE(what_was_altered_is_none) {
  SimDisk disk(profile("journal"), start());
  work(disk);
  for_each_crash_state(disk, {Level::prefixes, 4096, 16, 1}, [&](const Image& image, const Drops&) {
    for (const auto& [name, bytes] : files_of(image)) {
      for (std::size_t at = 0; at < bytes.size(); at += 100) {
        test::Files files = files_of(image);
        files[name][at] = static_cast<char>(files[name][at] ^ 1);
        BOOST_TEST(why_not_left(disk, image_of(files)).has_value());
      }
      test::Files files = files_of(image);
      files[name] += "x";
      BOOST_TEST(why_not_left(disk, image_of(files)).has_value());
    }
    test::Files files = files_of(image);
    files.erase("log");
    BOOST_TEST(why_not_left(disk, image_of(files)).has_value());
    files = files_of(image);
    files["other"] = "";
    BOOST_TEST(why_not_left(disk, image_of(files)).has_value());
  });
}

BOOST_AUTO_TEST_CASE(a_new_folder_may_be_lost) {
  SimDisk disk(profile("journal"), start());
  BOOST_TEST(why_not_left(disk, Image{}).has_value());
  disk.folder_is_new();
  BOOST_TEST(!why_not_left(disk, Image{}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::sim
