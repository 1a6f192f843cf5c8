// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The POSIX disk on filesystems of its own: full, read-only, without direct access, and a file from
// another filesystem; and as a user without rights. Needs root and says so where it is not.
// The mounts are made in a mount namespace of this process, so nothing of them is left.
// Spec:          AC-9; spec/ASSUMPTIONS.md faults 11, 22, 24, R-21.
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "disk/contract.hpp"
#include "disk/posix_support.hpp"
#include "support/death.hpp"
#include "support/skip.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

// Takes this process into a mount namespace of its own, once. False where that is not allowed.
bool own_namespace() {
  static const bool done =
      unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return done;
}

class Mount {
 public:
  Mount(const char* source, std::string target, const char* type, unsigned long flags,
        const char* options)
      : target_(std::move(target)),
        done_(own_namespace() && mount(source, target_.c_str(), type, flags, options) == 0) {
    if (!done_) {
      say_skipped(boost::unit_test::framework::current_test_case().p_name,
                  std::string("mounting is not possible here: ") + std::strerror(errno));
    }
  }
  ~Mount() {
    if (done_) umount2(target_.c_str(), MNT_DETACH);
  }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  Mount(Mount&&) = delete;
  Mount& operator=(Mount&&) = delete;
  explicit operator bool() const { return done_; }

 private:
  std::string target_;
  bool done_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(posix_disk_mounts)

BOOST_AUTO_TEST_CASE(full_disk_is_no_space_and_stays_usable) {
  const TempFolder folder;
  const Mount mounted("tmpfs", folder.path(), "tmpfs", 0, "size=64k");
  if (!mounted) return;
  const auto disk = posix_disk(folder.path());
  put_file(*disk, "small", "kept");
  const auto file = OpenFile::open(*disk, "big", Access::create);
  BOOST_REQUIRE(file);
  const Status zeros = disk->preallocate(file->get(), 1U << 20U);
  BOOST_REQUIRE(!zeros);
  BOOST_TEST(is_error(zeros.error(), Errc::no_space, "pwrite", ENOSPC, "big"),
             zeros.error().message());
  BOOST_TEST(get_file(*disk, "small") == "kept");
  const auto size = disk->size(file->get());
  BOOST_REQUIRE(size);
  BOOST_TEST(*size > 0U);  // the stored prefix is there
  BOOST_TEST((zeros.error().offset == *size));
}

BOOST_AUTO_TEST_CASE(read_only_filesystem_is_a_clean_error) {
  const TempFolder folder;
  write_file(folder.file("f"), "abc");
  const Mount bound(folder.path().c_str(), folder.path(), nullptr, MS_BIND, nullptr);
  if (!bound) return;
  BOOST_REQUIRE(mount("none", folder.path().c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY,
                      nullptr) == 0);
  const auto disk = posix_disk(folder.path());
  BOOST_TEST(get_file(*disk, "f") == "abc");
  const auto written = disk->open("f", Access::write);
  BOOST_REQUIRE(!written);
  BOOST_TEST(is_error(written.error(), Errc::io, "openat", EROFS, "f"));
  const auto created = disk->open("g", Access::create);
  BOOST_REQUIRE(!created);
  BOOST_TEST(is_error(created.error(), Errc::io, "openat", EROFS, "g"));
  const auto lock = disk->lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(!lock);
  BOOST_TEST(is_error(lock.error(), Errc::io, "openat", EROFS, "LOCK"));
  const Status unlinked = disk->unlink("f");
  BOOST_REQUIRE(!unlinked);
  BOOST_TEST(unlinked.error().errnum == EROFS);
}

BOOST_AUTO_TEST_CASE(file_of_another_filesystem_is_refused) {
  const TempFolder folder;
  const TempFolder outside;
  const Mount other("tmpfs", outside.path(), "tmpfs", 0, "size=64k");
  if (!other) return;
  write_file(outside.file("f"), "abc");
  write_file(folder.file("f"), "");
  const Mount bound(outside.file("f").c_str(), folder.file("f"), nullptr, MS_BIND, nullptr);
  BOOST_REQUIRE(bound);
  BOOST_REQUIRE(read_file(folder.file("f")) == "abc");  // it is truly there
  const auto disk = posix_disk(folder.path());
  for (const Access access : {Access::read, Access::write}) {
    const auto file = disk->open("f", access);
    BOOST_REQUIRE(!file);
    BOOST_TEST((file.error().code == Errc::invalid));
    BOOST_TEST(file.error().message() == "f: lies on another filesystem than its folder");
  }
  BOOST_TEST(!disk->lock("f", LockKind::exclusive).has_value());
}

// ramfs takes no O_DIRECT, and says so only after it has created the file.
BOOST_AUTO_TEST_CASE(refused_direct_access_leaves_no_file) {
  const TempFolder folder;
  const Mount mounted("ramfs", folder.path(), "ramfs", 0, nullptr);
  if (!mounted) return;
  const auto disk = posix_disk(folder.path());
  const auto created = disk->open("f", Access::create_direct);
  BOOST_REQUIRE(!created);
  BOOST_TEST(is_error(created.error(), Errc::io, "openat", EINVAL, "f"));
  BOOST_TEST(names_in(*disk) == "");
  put_file(*disk, "f", "abc");
  const auto opened = disk->open("f", Access::direct);
  BOOST_REQUIRE(!opened);
  BOOST_TEST(is_error(opened.error(), Errc::io, "openat", EINVAL, "f"));
  BOOST_TEST(get_file(*disk, "f") == "abc");
  const auto block = disk->direct_block("f");
  BOOST_REQUIRE(block);
  BOOST_TEST(*block == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(posix_disk_rights)

BOOST_AUTO_TEST_CASE(folder_without_rights_is_a_clean_error) {
  const TempFolder folder;
  write_file(folder.file("f"), "abc");
  BOOST_REQUIRE(chmod(folder.file("f").c_str(), 0444) == 0);
  BOOST_REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
  const Ending ending = run_in_child([&] {
    // As root, rights do not count; as anybody else, this changes nothing.
    require_in_child(geteuid() != 0 || (setgid(kNobody) == 0 && setuid(kNobody) == 0),
                     "the child is no longer root");
    const auto disk = posix_disk(folder.path());
    require_in_child(disk->open("f", Access::read).has_value(), "the file can be read");
    const auto written = disk->open("f", Access::write);
    require_in_child(!written && is_error(written.error(), Errc::io, "openat", EACCES, "f"),
                     "the file cannot be written");
    const auto created = disk->open("g", Access::create);
    require_in_child(!created && is_error(created.error(), Errc::io, "openat", EACCES, "g"),
                     "no file can be created");
    const auto made = PosixDisk::create(folder.file("sub"));
    require_in_child(!made && made.error().call == "mkdirat" && made.error().errnum == EACCES,
                     "no folder can be created");
  });
  BOOST_TEST(ending.exit_status == 0, ending.text());
  BOOST_REQUIRE(chmod(folder.path().c_str(), 0700) == 0);
}

// A parent that may be passed through but not read cannot be synced by itself: the whole
// filesystem is.
BOOST_AUTO_TEST_CASE(unreadable_parent_is_synced_with_its_filesystem) {
  const TempFolder folder;
  BOOST_REQUIRE(fs::create_directory(folder.file("store")));
  BOOST_REQUIRE(chmod(folder.file("store").c_str(), 0777) == 0);
  BOOST_REQUIRE(chmod(folder.path().c_str(), 0311) == 0);
  const Ending ending = run_in_child([&] {
    require_in_child(geteuid() != 0 || (setgid(kNobody) == 0 && setuid(kNobody) == 0),
                     "the child is no longer root");
    require_in_child(!PosixDisk::open(folder.path()).has_value(), "the parent cannot be read");
    const auto disk = posix_disk(folder.file("store"));
    require_in_child(disk->sync_parent().ok(), "the parent is synced all the same");
    require_in_child(PosixDisk::create(folder.file("store/a/b")).has_value(), "folders are made");
  });
  BOOST_TEST(ending.exit_status == 0, ending.text());
  BOOST_REQUIRE(chmod(folder.path().c_str(), 0700) == 0);
  BOOST_TEST(fs::exists(folder.file("store/a/b")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
