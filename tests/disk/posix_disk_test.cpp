// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The POSIX disk's own facts: what it refuses to open, the folder it opens or creates, its locks
// between processes, descriptors, full and read-only filesystems.
// Spec:          AC-8, AC-9, AC-13, AC-14; spec/ASSUMPTIONS.md R-15, faults 11, 20, 22, 24.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <filesystem>

#include "disk/contract.hpp"
#include "disk/posix_support.hpp"
#include "disk/system_calls.hpp"
#include "support/death.hpp"
#include "support/skip.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;

struct OneFolder {
  TempFolder folder;
  std::unique_ptr<PosixDisk> disk = posix_disk(folder.path());
};

constexpr std::array kExisting{Access::read, Access::write, Access::direct};

// Every way to open an existing name says `reason`, and so do locks.
void check_refused(Disk& disk, const std::string& name, const std::string& reason) {
  for (const Access access : kExisting) {
    const auto file = disk.open(name, access);
    BOOST_REQUIRE(!file);
    BOOST_TEST((file.error().code == Errc::corrupt), file.error().message());
    BOOST_TEST(file.error().reason == reason);
    BOOST_TEST(file.error().file == name);
  }
  for (const LockKind kind : {LockKind::shared, LockKind::exclusive}) {
    const auto lock = disk.lock(name, kind);
    BOOST_REQUIRE(!lock);
    BOOST_TEST((lock.error().code == Errc::corrupt), lock.error().message());
    BOOST_TEST(lock.error().reason == reason);
  }
  const auto block = disk.direct_block(name);
  BOOST_REQUIRE(!block);
  BOOST_TEST((block.error().code == Errc::corrupt));
  for (const Access access : {Access::create, Access::create_direct}) {
    const auto file = disk.open(name, access);
    BOOST_REQUIRE(!file);
    BOOST_TEST(is_error(file.error(), Errc::io, "openat", EEXIST, name));
  }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(posix_disk_names, OneFolder)

BOOST_AUTO_TEST_CASE(links_are_refused) {
  const TempFolder elsewhere;
  write_file(elsewhere.file("secret"), "secret");
  fs::create_symlink(elsewhere.file("secret"), folder.file("link"));
  fs::create_symlink("missing", folder.file("dangling"));
  check_refused(*disk, "link", "is a link");
  check_refused(*disk, "dangling", "is a link");
  BOOST_TEST(!fs::exists(folder.file("missing")));  // no lock was created through it
  BOOST_TEST(disk->unlink("link").ok());            // the link itself goes, not what it names
  BOOST_TEST(read_file(elsewhere.file("secret")) == "secret");
}

BOOST_AUTO_TEST_CASE(what_is_no_regular_file_is_refused) {
  BOOST_REQUIRE(mkfifo(folder.file("fifo").c_str(), 0600) == 0);
  fs::create_directory(folder.file("folder"));
  check_refused(*disk, "fifo", "is not a regular file");
  check_refused(*disk, "folder", "is not a regular file");
  const Status unlinked = disk->unlink("folder");
  BOOST_REQUIRE(!unlinked);
  BOOST_TEST((unlinked.error().code == Errc::corrupt));
}

BOOST_AUTO_TEST_CASE(list_marks_what_is_no_regular_file) {
  put_file(*disk, "a-file", "abc");
  BOOST_REQUIRE(mkfifo(folder.file("b-fifo").c_str(), 0600) == 0);
  fs::create_directory(folder.file("c-folder"));
  fs::create_symlink("a-file", folder.file("d-link"));
  const auto entries = disk->list();
  BOOST_REQUIRE(entries);
  BOOST_TEST(names_in(*disk) == "a-file b-fifo c-folder d-link");
  for (const FolderEntry& entry : *entries) {
    BOOST_TEST(entry.regular == (entry.name == "a-file"), entry.name);
    BOOST_TEST(entry.size == (entry.name == "a-file" ? 3U : 0U), entry.name);
  }
}

BOOST_AUTO_TEST_CASE(folder_is_held_by_descriptor) {
  put_file(*disk, "f", "abc");
  fs::create_directory(folder.file("sub"));
  const auto sub = posix_disk(folder.file("sub"));
  fs::rename(folder.file("sub"), folder.file("moved"));
  fs::create_directory(folder.file("sub"));
  put_file(*sub, "g", "x");
  BOOST_TEST(fs::exists(folder.file("moved/g")));
  BOOST_TEST(!fs::exists(folder.file("sub/g")));
}

BOOST_AUTO_TEST_CASE(descriptors_are_closed_on_exec) {
  const auto file = OpenFile::open(*disk, "f", Access::create);
  const auto lock = disk->lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(file);
  BOOST_REQUIRE(lock);
  int seen = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the iterator's own descriptor
    const std::string target = fs::read_symlink(entry.path(), gone).string();
    if (gone || !target.starts_with(folder.path())) continue;
    ++seen;
    BOOST_TEST((fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) != 0, target);
  }
  BOOST_TEST(seen == 3);  // folder, file, lock
}

BOOST_AUTO_TEST_CASE(disk_closes_what_is_left_open) {
  const auto descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto before = descriptors();
  auto second = posix_disk(folder.path());
  BOOST_REQUIRE(second->open("f", Access::create));
  BOOST_TEST(descriptors() == before + 2);
  second.reset();
  BOOST_TEST(descriptors() == before);
}

BOOST_AUTO_TEST_CASE(read_handles_do_not_write) {
  put_file(*disk, "f", "abc");
  const auto file = OpenFile::open(*disk, "f", Access::read);
  BOOST_REQUIRE(file);
  const Ending ending = run_in_child([&] { (void)disk->write(file->get(), 0, view("x")); });
  BOOST_TEST(ending.broke_contract("to.writable"), ending.text());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(posix_disk_locks, OneFolder)

BOOST_AUTO_TEST_CASE(lock_excludes_another_disk_of_this_process) {
  const auto second = posix_disk(folder.path());
  const auto lock = disk->lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(lock);
  const auto refused = second->lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == Errc::locked));
  BOOST_TEST(refused.error().file == "LOCK");
  BOOST_TEST(refused.error().reason.find("writer") != std::string::npos);
  BOOST_TEST(refused.error().reason.find("readers") != std::string::npos);
  const auto shared = second->lock("LOCK", LockKind::shared);
  BOOST_REQUIRE(!shared);
  BOOST_TEST(shared.error().reason.find("writer") != std::string::npos);
  BOOST_TEST(shared.error().reason.find("readers") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(lock_excludes_another_process) {
  const auto lock = disk->lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(lock);
  const auto try_in_child = [&] {
    return run_in_child([&] {
      const auto theirs = posix_disk(folder.path())->lock("LOCK", LockKind::exclusive);
      require_in_child(theirs || theirs.error().code == Errc::locked, "locked or free");
      require_in_child(theirs.has_value(), "free");
    });
  };
  const Ending refused = try_in_child();
  BOOST_TEST(refused.exit_status == 1, refused.text());
  BOOST_TEST(refused.errors == "not so: free\n");
  BOOST_TEST(disk->close(*lock).ok());
  const Ending free = try_in_child();
  BOOST_TEST(free.exit_status == 0, free.text());
}

BOOST_AUTO_TEST_CASE(killed_holder_gives_its_lock_back) {
  std::unique_ptr<PosixDisk> theirs;
  HoldingChild holder([&] {
    theirs = posix_disk(folder.path());
    if (!theirs->lock("LOCK", LockKind::exclusive)) _exit(1);
  });
  const auto while_held = disk->lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(!while_held);
  BOOST_TEST((while_held.error().code == Errc::locked));
  holder.kill();
  BOOST_TEST(disk->lock("LOCK", LockKind::exclusive).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(posix_disk_folders, OneFolder)

BOOST_AUTO_TEST_CASE(open_needs_a_folder) {
  write_file(folder.file("f"), "");
  const std::string missing = folder.file("missing");
  const auto none = PosixDisk::open(missing);
  BOOST_REQUIRE(!none);
  BOOST_TEST(is_error(none.error(), Errc::not_found, "open", ENOENT, missing));
  const auto file = PosixDisk::open(folder.file("f"));
  BOOST_REQUIRE(!file);
  BOOST_TEST(is_error(file.error(), Errc::io, "open", ENOTDIR, folder.file("f")));
}

BOOST_AUTO_TEST_CASE(folder_itself_may_be_a_link) {
  fs::create_directory(folder.file("store"));
  fs::create_symlink("store", folder.file("link"));
  for (const auto& opened :
       {PosixDisk::open(folder.file("link")), PosixDisk::create(folder.file("link"))}) {
    BOOST_REQUIRE(opened);
    BOOST_TEST((*opened)->sync_parent().ok());
  }
}

// Each level is synced in its parent before the next one is made, and the level that was there
// before is synced too: an earlier attempt may have been killed before it did so.
BOOST_AUTO_TEST_CASE(create_makes_each_level_durable) {
  std::vector<std::string> synced;
  const std::string base = folder.path();
  Answers answers;
  answers.fsync = [&](int fd) {
    const std::string path = fs::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
    const bool a = fs::exists(base + "/a"), b = fs::exists(base + "/a/b"),
               c = fs::exists(base + "/a/b/c");
    synced.push_back(path + (a ? " a" : "") + (b ? " b" : "") + (c ? " c" : ""));
    return kernel::fsync(fd);
  };
  BOOST_REQUIRE(PosixDisk::create(base + "/a//b/c/"));
  const std::string above = base.substr(0, base.rfind('/'));
  const std::vector<std::string> expected{above, base + " a", base + "/a a b", base + "/a/b a b c"};
  BOOST_TEST(synced == expected, boost::test_tools::per_element());

  synced.clear();
  BOOST_REQUIRE(PosixDisk::create(base + "/a/b"));  // all is there
  const std::vector<std::string> again{base + "/a a b c"};
  BOOST_TEST(synced == again, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(create_follows_relative_paths) {
  const Ending ending = run_in_child([&] {
    fs::current_path(folder.path());
    require_in_child(PosixDisk::create("x/../y").has_value(), "x/../y is created");
  });
  BOOST_TEST(ending.exit_status == 0, ending.text());
  BOOST_TEST(names_in(*disk) == "x y");
}

BOOST_AUTO_TEST_CASE(create_fails_clearly) {
  write_file(folder.file("f"), "");
  for (const char* const path : {"f", "f/sub"}) {
    const auto made = PosixDisk::create(folder.file(path));
    BOOST_REQUIRE(!made);
    BOOST_TEST(is_error(made.error(), Errc::io, "openat", ENOTDIR, folder.file("f")),
               made.error().message());
  }
  const auto empty = PosixDisk::create("");
  BOOST_REQUIRE(!empty);
  BOOST_TEST((empty.error().code == Errc::not_found));
  Answers answers;
  answers.fsync = [](int) { return fails_with(EIO); };
  const auto unsynced = PosixDisk::create(folder.file("new"));
  BOOST_REQUIRE(!unsynced);
  BOOST_TEST((unsynced.error().code == Errc::io));
  BOOST_TEST(unsynced.error().call == "fsync");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
