// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The rules of the disk, by number: for each what can happen, and what never does.
// Spec:          spec/ASSUMPTIONS.md.
#include <array>
#include <boost/test/unit_test.hpp>

#include "sim/scene.hpp"

namespace plumb::sim {
namespace {

using test::Files;

Bytes zeros(std::size_t count) { return Bytes(count * kSectorBytes, '\0'); }

/// A disk with those files, durable.
struct On {
  explicit On(std::string_view name, const Files& files = {})
      : disk(profile(name), image_of(files)) {}
  SimDisk disk;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(r1_a_kill_keeps_all_and_makes_nothing_durable) {
  for (const Profile& p : profiles()) {
    SimDisk disk(p);
    BOOST_TEST(create(disk, "a").ok());
    BOOST_TEST(write(disk, "a", 0, "abc").ok());
    const auto next = disk.after_kill();
    BOOST_TEST((files_of(next->visible()) == Files{{"a", "abc"}}));
    BOOST_TEST(next->pending() == disk.pending());
    BOOST_TEST(can(*next, lacks("a")));
    BOOST_TEST((states_of(*next) == states_of(disk)));
  }
}

BOOST_AUTO_TEST_CASE(r2_a_killed_write_leaves_any_prefix) {
  On on("posix-min", {{"a", "......"}});
  const Image before = on.disk.visible();
  std::set<std::string> left;
  on.disk.watch([&](const SimDisk& disk, const Call& call, Moment moment) {
    if (moment != Moment::issued || call.kind != CallKind::write) return;
    for_each_kill_state(before, disk.visible(), call,
                        [&](const Image& image) { left.insert(*image.files.at("a")); });
  });
  BOOST_TEST(write(on.disk, "a", 2, "abcd").ok());
  BOOST_TEST((left == std::set<std::string>{"......", "..a...", "..ab..", "..abc.", "..abcd"}));
}

BOOST_AUTO_TEST_CASE(r3_sectors_are_atomic_and_independent) {
  for (const Profile& p : profiles()) {
    SimDisk disk(p, image_of({{"a", sectors("ooo")}}));
    BOOST_TEST(write(disk, "a", 0, sectors("nn") + "n").ok());
    States expected;
    const Bytes half = "n" + Bytes(kSectorBytes - 1, 'o');
    for (const char* two : {"oo", "on", "no", "nn"}) {
      for (const Bytes& third : {sectors("o"), half})
        expected.insert({{"a", sectors(two) + third}});
    }
    BOOST_TEST((states_of(disk) == expected));
  }
  Profile garbled = profile("posix-min");
  garbled.garbage_sector = true;
  SimDisk disk(garbled, image_of({{"a", sectors("o")}}));
  BOOST_TEST(write(disk, "a", 0, "n").ok());
  BOOST_TEST(states_of(disk).size() == 3U);
  BOOST_TEST(can(disk, [](const Files& f) { return f.at("a")[9] != 'o'; }));
}

BOOST_AUTO_TEST_CASE(r4_size_and_data_of_an_append_are_two) {
  for (const char* name : {"posix-min", "dir-ordered", "writeback"}) {
    On on(name, {{"a", ""}});
    BOOST_TEST(write(on.disk, "a", 0, sectors("xy")).ok());
    BOOST_TEST(can(on.disk, holds("a", "")));
    BOOST_TEST(can(on.disk, holds("a", zeros(2))));
    BOOST_TEST(can(on.disk, holds("a", zeros(1) + sectors("y"))));
    BOOST_TEST(can(on.disk, holds("a", sectors("x"))));  // shorter
    BOOST_TEST(can(on.disk, holds("a", sectors("xy"))));
    const auto has_garbage = [](const Files& f) {
      return !f.at("a").empty() && f.at("a")[0] != 'x' && f.at("a")[0] != '\0';
    };
    BOOST_TEST(can(on.disk, has_garbage) == (std::string_view(name) != "writeback"));
  }
  for (const char* name : {"journal", "btrfs-like"}) {
    On on(name, {{"a", ""}});
    BOOST_TEST(write(on.disk, "a", 0, sectors("xy")).ok());
    BOOST_TEST(
        (states_of(on.disk) == States{{{"a", ""}}, {{"a", sectors("x")}}, {{"a", sectors("xy")}}}));
  }
}

BOOST_AUTO_TEST_CASE(r4_a_cached_tail_may_hold_zeros) {
  On on("journal", {{"a", "old"}});
  BOOST_TEST(write(on.disk, "a", 3, "new").ok());
  BOOST_TEST((states_of(on.disk) ==
              States{{{"a", "old"}}, {{"a", Bytes("old\0\0\0", 6)}}, {{"a", "oldnew"}}}));
  On page("journal", {{"a", Bytes(kPageBytes, 'p')}});  // nothing cached beyond a whole page
  BOOST_TEST(write(page.disk, "a", kPageBytes, "new").ok());
  BOOST_TEST(states_of(page.disk).size() == 2U);
}

BOOST_AUTO_TEST_CASE(r4_new_space_may_hold_what_a_removed_file_held) {
  for (const char* name : {"posix-min", "writeback", "journal"}) {
    On on(name, {{"a", ""}, {"old", sectors("s")}});
    BOOST_TEST(on.disk.unlink("old").ok());
    BOOST_TEST(on.disk.sync_folder().ok());
    BOOST_TEST(write(on.disk, "a", 0, sectors("x")).ok());
    BOOST_TEST(can(on.disk, holds("a", sectors("s"))) == (std::string_view(name) != "journal"));
  }
}

BOOST_AUTO_TEST_CASE(r6_an_unlinked_file_comes_back_whole_or_shorter) {
  for (const char* name : {"posix-min", "dir-ordered"}) {
    const bool slices = std::string_view(name) == "posix-min";
    On on(name, {{"a", sectors("xyz")}});
    BOOST_TEST(on.disk.unlink("a").ok());
    BOOST_TEST(can(on.disk, lacks("a")));
    BOOST_TEST(can(on.disk, holds("a", sectors("xyz"))));
    BOOST_TEST(can(on.disk, holds("a", sectors("xy"))) == slices);
    BOOST_TEST(can(on.disk, holds("a", "")) == slices);
    BOOST_TEST(on.disk.sync_folder().ok());
    BOOST_TEST(never(on.disk, has("a")));
  }
}

BOOST_AUTO_TEST_CASE(r7_a_failed_write_may_have_stored_a_part) {
  On on("posix-min", {{"a", ""}});
  on.disk.fail({.failures = {{.at = 0, .kind = CallKind::write, .stored = 2}}});
  BOOST_TEST(!write(on.disk, "a", 0, "abc").ok());
  BOOST_TEST(on.disk.faults_fired() == 1U);
  BOOST_TEST((files_of(on.disk.visible()) == Files{{"a", "ab"}}));
  BOOST_TEST(can(on.disk, holds("a", "")));
  BOOST_TEST(can(on.disk, holds("a", "ab")));
  BOOST_TEST(never(on.disk, holds("a", "abc")));
}

BOOST_AUTO_TEST_CASE(r10_r18_a_new_name_is_there_or_not_until_the_folder_is_synced) {
  for (const char* name : {"posix-min", "dir-ordered", "writeback", "journal", "btrfs-like"}) {
    On on(name);
    BOOST_TEST(create(on.disk, "a").ok());
    BOOST_TEST(write(on.disk, "a", 0, "abc").ok());
    BOOST_TEST(can(on.disk, lacks("a")));
    BOOST_TEST(can(on.disk, holds("a", "")));
    BOOST_TEST(can(on.disk, holds("a", "abc")));
    BOOST_TEST(on.disk.sync_folder().ok());
    BOOST_TEST(never(on.disk, lacks("a")));
    BOOST_TEST(can(on.disk, holds("a", "")));  // its entries, not their content
  }
}

BOOST_AUTO_TEST_CASE(r11_an_unlinked_name_may_come_back) {
  for (const Profile& p : profiles()) {
    SimDisk disk(p, image_of({{"a", "x"}}));
    BOOST_TEST(disk.unlink("a").ok());
    BOOST_TEST(can(disk, holds("a", "x")));
    BOOST_TEST(can(disk, lacks("a")));
  }
}

BOOST_AUTO_TEST_CASE(r12_a_rename_is_split_where_the_profile_says_so) {
  for (const Profile& p : profiles()) {
    SimDisk disk(p, image_of({{"a", "x"}}));
    BOOST_TEST(disk.rename("a", "b").ok());
    States expected{{{"a", "x"}}, {{"b", "x"}}};
    if (p.split_rename) expected.insert({{{"a", "x"}, {"b", "x"}}, {}});
    BOOST_TEST((states_of(disk) == expected));
  }
}

BOOST_AUTO_TEST_CASE(r14_r15_a_new_folder_may_be_lost_with_all_that_is_in_it) {
  for (const char* name : {"posix-min", "dir-ordered", "journal", "btrfs-like"}) {
    On on(name);
    on.disk.folder_is_new();
    BOOST_TEST(create(on.disk, "a").ok());
    BOOST_TEST(write(on.disk, "a", 0, "x").ok());
    BOOST_TEST(sync_all(on.disk, "a").ok());
    BOOST_TEST(on.disk.sync_folder().ok());
    const std::string_view which = name;
    const bool own_only = which == "posix-min" || which == "dir-ordered";
    BOOST_TEST(can(on.disk, lacks("a")) == own_only);
    BOOST_TEST(can(on.disk, holds("a", "x")));
    BOOST_TEST(on.disk.sync_parent().ok());
    BOOST_TEST(never(on.disk, lacks("a")));
  }
}

BOOST_AUTO_TEST_CASE(r16_a_synced_file_is_whole_wherever_its_name_is) {
  for (const char* name : {"posix-min", "dir-ordered", "writeback", "journal", "btrfs-like"}) {
    On on(name);
    BOOST_TEST(create(on.disk, "a").ok());
    BOOST_TEST(write(on.disk, "a", 0, sectors("xy")).ok());
    BOOST_TEST(sync_all(on.disk, "a").ok());
    BOOST_TEST(can(on.disk, holds("a", sectors("xy"))));
    const std::string_view which = name;
    const bool names = which != "posix-min" && which != "dir-ordered";
    BOOST_TEST(can(on.disk, lacks("a")) == !names);
    BOOST_TEST(never(on.disk,
                     [](const Files& f) { return f.contains("a") && f.at("a") != sectors("xy"); }));
  }
}

BOOST_AUTO_TEST_CASE(r17_sync_data_covers_bytes_and_size) {
  for (const char* name : {"posix-min", "dir-ordered", "writeback", "journal", "btrfs-like"}) {
    On on(name, {{"a", sectors("o")}, {"r", ""}});
    BOOST_TEST(on.disk.rename("r", "s").ok());
    BOOST_TEST(write(on.disk, "a", 0, sectors("n")).ok());
    BOOST_TEST(can(on.disk, holds("a", sectors("o"))));
    BOOST_TEST(sync_data(on.disk, "a").ok());
    BOOST_TEST(never(on.disk, holds("a", sectors("o"))));
    BOOST_TEST(can(on.disk, has("r")));  // an overwrite commits no name, anywhere
    BOOST_TEST(write(on.disk, "a", kSectorBytes, sectors("m")).ok());
    BOOST_TEST(sync_data(on.disk, "a").ok());
    BOOST_TEST(never(on.disk, [](const Files& f) { return f.at("a") != sectors("nm"); }));
    const std::string_view which = name;
    const bool horizon = which == "writeback" || which == "journal";
    BOOST_TEST(can(on.disk, has("r")) == !horizon);
  }
}

BOOST_AUTO_TEST_CASE(r19_r20_what_a_sync_of_another_file_brings_along) {
  for (const char* name : {"dir-ordered", "writeback", "journal", "btrfs-like"}) {
    const std::string_view which = name;
    const bool horizon = which == "writeback" || which == "journal";
    On clean(name, {{"t", "x"}, {"a", "a"}});
    BOOST_TEST(clean.disk.rename("t", "u").ok());
    BOOST_TEST(sync_all(clean.disk, "a").ok());  // it has no change: nothing is committed
    BOOST_TEST(can(clean.disk, has("t")));
    BOOST_TEST(write(clean.disk, "a", 1, "b").ok());
    BOOST_TEST(sync_all(clean.disk, "a").ok());
    BOOST_TEST(can(clean.disk, has("t")) == !horizon);

    On later(name, {{"t", "x"}});
    BOOST_TEST(later.disk.rename("t", "u").ok());
    BOOST_TEST(create(later.disk, "n").ok());
    BOOST_TEST(sync_all(later.disk, "n").ok());
    const bool log = which == "btrfs-like";
    BOOST_TEST(can(later.disk, [](const Files& f) { return f.contains("t") && f.contains("n"); }) ==
               log);
  }
}

BOOST_AUTO_TEST_CASE(r19_a_size_is_there_only_after_the_names_before_it) {
  for (const char* name : {"dir-ordered", "journal"}) {
    On on(name, {{"a", ""}});
    BOOST_TEST(create(on.disk, "n").ok());
    BOOST_TEST(write(on.disk, "a", 0, "x").ok());
    BOOST_TEST(can(on.disk, [](const Files& f) { return !f.contains("n") && f.at("a") == "x"; }) ==
               (std::string_view(name) == "dir-ordered"));
  }
}

BOOST_AUTO_TEST_CASE(r21_close_makes_nothing_durable) {
  On on("journal", {{"a", ""}});
  BOOST_TEST(write(on.disk, "a", 0, "x").ok());  // and closes it
  BOOST_TEST(can(on.disk, holds("a", "")));
}

BOOST_AUTO_TEST_CASE(r23_a_direct_write_is_durable_and_nothing_else_is) {
  for (const char* name : {"posix-min", "dir-ordered", "writeback", "journal", "btrfs-like"}) {
    On on(name, {{"a", sectors("oo")}});
    BOOST_TEST(write(on.disk, "a", 0, sectors("b")).ok());
    alignas(kSectorBytes) const std::array<char, kSectorBytes> block = [] {
      std::array<char, kSectorBytes> d{};
      d.fill('d');
      return d;
    }();
    const std::string_view bytes(block.data(), block.size());
    bool pending_while_issued = false;
    on.disk.watch([&](const SimDisk& disk, const Call& call, Moment moment) {
      if (call.kind == CallKind::write_direct && moment == Moment::issued) {
        pending_while_issued = can(disk, holds("a", sectors("oo")));
      }
    });
    BOOST_TEST(on_file(on.disk, "a", Access::direct, [&](Handle file) {
                 return on.disk.write(file, kSectorBytes, view(bytes));
               }).ok());
    BOOST_TEST(pending_while_issued);
    BOOST_TEST((states_of(on.disk) == States{{{"a", sectors("od")}}, {{"a", sectors("bd")}}}));
  }
}

BOOST_AUTO_TEST_CASE(r25_after_a_failed_sync_no_later_one_helps) {
  On on("posix-min", {{"a", sectors("oo")}});
  on.disk.fail({.failures = {{.at = 0, .kind = CallKind::sync_data}}});
  BOOST_TEST(write(on.disk, "a", 0, sectors("nn")).ok());
  BOOST_TEST(!sync_data(on.disk, "a").ok());
  BOOST_TEST(on.disk.faults_fired() == 1U);
  BOOST_TEST((files_of(on.disk.visible()) == Files{{"a", sectors("nn")}}));  // it stays
  BOOST_TEST(sync_data(on.disk, "a").ok());                                  // and says all is well
  BOOST_TEST(states_of(on.disk).size() == 4U);
  BOOST_TEST(write(on.disk, "a", 0, sectors("m")).ok());  // dirty again: written again
  BOOST_TEST(sync_data(on.disk, "a").ok());
  BOOST_TEST((states_of(on.disk) == States{{{"a", sectors("mo")}}, {{"a", sectors("mn")}}}));
}

BOOST_AUTO_TEST_CASE(r25_the_content_may_go_back_and_the_report_may_come_late) {
  On back("btrfs-like", {{"a", "old"}});
  back.disk.fail(
      {.failures = {{.at = 0, .kind = CallKind::sync_all, .content = FailContent::reverts}}});
  BOOST_TEST(write(back.disk, "a", 0, "newer").ok());
  BOOST_TEST(!sync_all(back.disk, "a").ok());
  BOOST_TEST((files_of(back.disk.visible()) == Files{{"a", "old"}}));
  BOOST_TEST(can(back.disk, holds("a", "newer")));
  BOOST_TEST(can(back.disk, holds("a", "old")));

  On late("posix-min", {{"a", "o"}});
  late.disk.fail({.failures = {{.at = 0, .kind = CallKind::sync_all, .report = FailReport::next}}});
  BOOST_TEST(write(late.disk, "a", 0, "n").ok());
  BOOST_TEST(sync_all(late.disk, "a").ok());  // lies
  BOOST_TEST(can(late.disk, holds("a", "o")));
  BOOST_TEST(!sync_all(late.disk, "a").ok());
  BOOST_TEST(sync_all(late.disk, "a").ok());
  BOOST_TEST(can(late.disk, holds("a", "o")));
}

BOOST_AUTO_TEST_CASE(r25_a_folder_sync_that_failed_is_made_good_by_the_next) {
  for (const bool lost : {false, true}) {
    On on("posix-min");
    on.disk.fail({.failures = {{.at = 0, .kind = CallKind::sync_folder, .names_stay_lost = lost}}});
    BOOST_TEST(create(on.disk, "a").ok());
    BOOST_TEST(!on.disk.sync_folder().ok());
    BOOST_TEST(can(on.disk, lacks("a")));
    BOOST_TEST(on.disk.sync_folder().ok());
    BOOST_TEST(can(on.disk, lacks("a")) == lost);
  }
}

BOOST_AUTO_TEST_CASE(r26_a_rename_does_not_wait_for_the_content) {
  for (const char* name : {"posix-min", "dir-ordered", "writeback", "journal", "btrfs-like"}) {
    for (const bool synced : {false, true}) {
      On on(name);
      BOOST_TEST(create(on.disk, "t").ok());
      BOOST_TEST(write(on.disk, "t", 0, "x").ok());
      if (synced) BOOST_TEST(sync_all(on.disk, "t").ok());
      BOOST_TEST(on.disk.rename("t", "f").ok());
      BOOST_TEST(on.disk.sync_folder().ok());
      BOOST_TEST(never(on.disk, lacks("f")));
      BOOST_TEST(can(on.disk, holds("f", "")) == !synced);
    }
  }
}

BOOST_AUTO_TEST_CASE(r28_r29_what_a_plain_sync_does_not_do_elsewhere) {
  for (const char* name : {"posix-min", "apfs", "ntfs"}) {
    const bool apfs = std::string_view(name) == "apfs";
    On on(name, {{"a", "o"}});
    BOOST_TEST(write(on.disk, "a", 0, "n").ok());
    BOOST_TEST(create(on.disk, "b").ok());
    BOOST_TEST(sync_all(on.disk, "a").ok());
    BOOST_TEST(on.disk.sync_folder().ok());
    BOOST_TEST(can(on.disk, holds("a", "o")) == apfs);
    BOOST_TEST(can(on.disk, lacks("b")) == (std::string_view(name) != "posix-min"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::sim
