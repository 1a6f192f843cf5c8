// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The POSIX disk against odd answers of the system: short writes and reads, EINTR, no progress,
// failed syncs and closes, a filesystem without RENAME_NOREPLACE.
// Spec:          AC-9; spec/ASSUMPTIONS.md, faults 12 and 13.
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <vector>

#include "disk/contract.hpp"
#include "disk/posix_support.hpp"
#include "disk/system_calls.hpp"
#include "support/death.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

struct OneFile {
  TempFolder folder;
  std::unique_ptr<PosixDisk> disk = posix_disk(folder.path());
  OpenFile file = opened();

 private:
  OpenFile opened() const {
    Result<OpenFile> result = OpenFile::open(*disk, "f", Access::create);
    if (!result) throw std::runtime_error(result.error().message());
    return std::move(*result);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(posix_calls, OneFile)

BOOST_AUTO_TEST_CASE(short_and_interrupted_writes_are_completed) {
  int calls = 0;
  const std::string bytes = "0123456789";
  {
    Answers answers;
    answers.pwrite = [&](int fd, const void* from, std::size_t size, off_t offset) -> ssize_t {
      ++calls;
      if (calls % 2 == 0) return fails_with(EINTR);
      return kernel::pwrite(fd, from, std::min<std::size_t>(size, 3), offset);
    };
    BOOST_TEST(disk->write(file.get(), 2, view(bytes)).ok());
  }
  BOOST_TEST(calls == 7);  // 3, -, 3, -, 3, -, 1
  BOOST_TEST(read_file(folder.file("f")) == std::string(2, '\0') + bytes);
}

BOOST_AUTO_TEST_CASE(write_without_progress_is_an_error) {
  Answers answers;
  answers.pwrite = [&](int fd, const void* from, std::size_t, off_t offset) -> ssize_t {
    return offset == 0 ? kernel::pwrite(fd, from, 4, offset) : 0;
  };
  const Status written = disk->write(file.get(), 0, view("0123456789"));
  BOOST_REQUIRE(!written);
  BOOST_TEST(is_error(written.error(), Errc::io, "pwrite", 0, "f"), written.error().message());
  BOOST_TEST((written.error().offset == 4U));
}

BOOST_AUTO_TEST_CASE(write_errors_have_code_and_offset) {
  for (const auto& [errnum, code] : {std::pair{ENOSPC, Errc::no_space},
                                     {EDQUOT, Errc::no_space},
                                     {EFBIG, Errc::no_space},
                                     {EIO, Errc::io}}) {
    Answers answers;
    answers.pwrite = [&, number = errnum](int, const void*, std::size_t, off_t) -> ssize_t {
      return fails_with(number);
    };
    const Status written = disk->write(file.get(), 512, view("x"));
    BOOST_REQUIRE(!written);
    BOOST_TEST(is_error(written.error(), code, "pwrite", errnum, "f"), written.error().message());
    BOOST_TEST((written.error().offset == 512U));
    const Status zeroed = disk->preallocate(file.get(), 10);
    BOOST_REQUIRE(!zeroed);
    BOOST_TEST((zeroed.error().code == code));
  }
}

BOOST_AUTO_TEST_CASE(short_and_interrupted_reads_are_completed) {
  BOOST_TEST(disk->write(file.get(), 0, view("0123456789")).ok());
  int calls = 0;
  Answers answers;
  answers.pread = [&](int fd, void* into, std::size_t size, off_t offset) -> ssize_t {
    ++calls;
    if (calls % 2 == 0) return fails_with(EINTR);
    return kernel::pread(fd, into, std::min<std::size_t>(size, 4), offset);
  };
  const auto bytes = read_all(*disk, file.get());
  BOOST_REQUIRE(bytes);
  BOOST_TEST(*bytes == "0123456789");
  BOOST_TEST(calls == 5);  // 4, -, 4, -, 2
}

BOOST_AUTO_TEST_CASE(read_errors_have_their_offset) {
  BOOST_TEST(disk->write(file.get(), 0, view("0123456789")).ok());
  Answers answers;
  answers.pread = [&](int fd, void* into, std::size_t, off_t offset) -> ssize_t {
    return offset == 0 ? kernel::pread(fd, into, 3, offset) : fails_with(EIO);
  };
  const auto bytes = read_all(*disk, file.get());
  BOOST_REQUIRE(!bytes);
  BOOST_TEST(is_error(bytes.error(), Errc::io, "pread", EIO, "f"), bytes.error().message());
  BOOST_TEST((bytes.error().offset == 3U));
}

BOOST_AUTO_TEST_CASE(failed_syncs_are_reported_once_and_never_retried) {
  for (const int errnum : {EIO, EINTR, ENOSPC}) {
    int calls = 0;
    Answers answers;
    answers.fsync = answers.fdatasync = [&](int) {
      ++calls;
      return calls % 2 == 1 ? fails_with(errnum) : 0;  // a retry would succeed
    };
    const Errc code = errnum == ENOSPC ? Errc::no_space : Errc::io;
    const Status data = disk->sync_data(file.get());
    BOOST_REQUIRE(!data);
    BOOST_TEST(is_error(data.error(), code, "fdatasync", errnum, "f"), data.error().message());
    BOOST_TEST(calls == 1);
    calls = 0;
    const Status all = disk->sync_all(file.get());
    BOOST_REQUIRE(!all);
    BOOST_TEST(is_error(all.error(), code, "fsync", errnum, "f"), all.error().message());
    BOOST_TEST(calls == 1);
    calls = 0;
    const Status own = disk->sync_folder();
    BOOST_REQUIRE(!own);
    BOOST_TEST(is_error(own.error(), code, "fsync", errnum, folder.path()), own.error().message());
    BOOST_TEST(calls == 1);
    calls = 0;
    const Status parent = disk->sync_parent();
    BOOST_REQUIRE(!parent);
    BOOST_TEST(is_error(parent.error(), code, "fsync", errnum, folder.path() + "/.."),
               parent.error().message());
    BOOST_TEST(calls == 1);
  }
}

BOOST_AUTO_TEST_CASE(each_sync_syncs_its_own_descriptor) {
  std::vector<std::string> synced;
  const auto note = [&](const char* call, int fd) {
    std::string path(4096, '\0');
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    path.resize(static_cast<std::size_t>(readlink(link.c_str(), path.data(), path.size())));
    synced.push_back(call + path);
    return 0;
  };
  Answers answers;
  answers.fsync = [&](int fd) { return note("fsync ", fd); };
  answers.fdatasync = [&](int fd) { return note("fdatasync ", fd); };
  BOOST_TEST(disk->sync_data(file.get()).ok());
  BOOST_TEST(disk->sync_all(file.get()).ok());
  BOOST_TEST(disk->sync_folder().ok());
  BOOST_TEST(disk->sync_parent().ok());
  const std::string path = folder.path();
  const std::vector<std::string> expected{"fdatasync " + path + "/f", "fsync " + path + "/f",
                                          "fsync " + path,
                                          "fsync " + path.substr(0, path.rfind('/'))};
  BOOST_TEST(synced == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(close_is_never_retried) {
  const auto handle = disk->open("f", Access::read);
  BOOST_REQUIRE(handle);
  int calls = 0;
  {
    Answers answers;
    answers.close = [&](int fd) {
      ++calls;
      kernel::close(fd);  // as Linux does: it is free all the same
      return fails_with(EINTR);
    };
    const Status closed = disk->close(*handle);
    BOOST_REQUIRE(!closed);
    BOOST_TEST(is_error(closed.error(), Errc::io, "close", EINTR, "f"), closed.error().message());
  }
  BOOST_TEST(calls == 1);
  const Ending ending = run_in_child([&] { (void)disk->size(*handle); });
  BOOST_TEST(ending.broke_contract("handle_is_open"), ending.text());
}

BOOST_AUTO_TEST_CASE(interrupted_lock_is_taken_all_the_same) {
  int calls = 0;
  Answers answers;
  answers.flock = [&](int fd, int operation) {
    ++calls;
    return calls == 1 ? fails_with(EINTR) : kernel::flock(fd, operation);
  };
  const auto lock = disk->lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(lock);
  BOOST_TEST(calls == 2);
  answers.flock = [](int, int) { return fails_with(ENOLCK); };
  const auto none = disk->lock("LOCK", LockKind::exclusive);
  BOOST_REQUIRE(!none);
  BOOST_TEST(is_error(none.error(), Errc::io, "flock", ENOLCK, "LOCK"), none.error().message());
}

BOOST_AUTO_TEST_CASE(rename_asks_not_to_replace) {
  unsigned asked = 0;
  Answers answers;
  answers.renameat2 = [&](const char*, const char*, unsigned flags) {
    asked = flags;
    return fails_with(EIO);  // no other way is tried
  };
  const Status renamed = disk->rename("f", "g");
  BOOST_REQUIRE(!renamed);
  BOOST_TEST(is_error(renamed.error(), Errc::io, "renameat2", EIO, "f"));
  BOOST_TEST(asked == 1U);  // RENAME_NOREPLACE
  BOOST_TEST(names_in(*disk) == "f");
}

BOOST_AUTO_TEST_CASE(rename_never_replaces_without_the_systems_help) {
  BOOST_TEST(disk->write(file.get(), 0, view("new")).ok());
  put_file(*disk, "taken", "old");
  for (const int errnum : {EINVAL, ENOSYS}) {
    Answers answers;
    answers.renameat2 = [&](const char*, const char*, unsigned) { return fails_with(errnum); };
    for (const char* const to : {"taken", "f"}) {
      const Status refused = disk->rename("f", to);
      BOOST_REQUIRE(!refused);
      BOOST_TEST(refused.error().errnum == EEXIST);
    }
    const Status missing = disk->rename("missing", "free");
    BOOST_REQUIRE(!missing);
    BOOST_TEST((missing.error().code == Errc::not_found));
    const Status both = disk->rename("missing", "taken");
    BOOST_REQUIRE(!both);
    BOOST_TEST((both.error().code == Errc::not_found));
    BOOST_TEST(get_file(*disk, "taken") == "old");
    BOOST_TEST(disk->rename("f", "g").ok());
    BOOST_TEST(names_in(*disk) == "g taken");
    BOOST_TEST(get_file(*disk, "g") == "new");
    BOOST_TEST(disk->rename("g", "f").ok());
  }
}

// A true short write, by the kernel: R-7. The limit is the child's own.
BOOST_AUTO_TEST_CASE(file_size_limit_stores_a_prefix_and_is_no_space) {
  const Ending ending = run_in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{150, 150};
    require_in_child(setrlimit(RLIMIT_FSIZE, &limit) == 0, "the limit is set");
    require_in_child(disk->write(file.get(), 0, view(std::string(100, 'a'))).ok(),
                     "a write below the limit succeeds");
    const Status cut = disk->write(file.get(), 100, view(std::string(100, 'b')));
    require_in_child(!cut.ok(), "a write across the limit fails");
    require_in_child(is_error(cut.error(), Errc::no_space, "pwrite", EFBIG, "f"),
                     cut.error().message().c_str());
    require_in_child(cut.error().offset == 150U, "the offset is where nothing more was stored");
  });
  BOOST_TEST(ending.exit_status == 0, ending.text());
  BOOST_TEST(get_file(*disk, "f") == std::string(100, 'a') + std::string(50, 'b'));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
