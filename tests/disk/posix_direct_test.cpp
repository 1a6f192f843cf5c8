// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The POSIX disk's direct and preallocated files: the flags that make a direct write durable, what
// a direct write expects, and that preallocation writes.
// Spec:          AC-2; spec/ASSUMPTIONS.md.
#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "disk/contract.hpp"
#include "disk/posix_support.hpp"
#include "disk/system_calls.hpp"
#include "support/death.hpp"
#include "support/skip.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

struct OneFolder {
  TempFolder folder;
  std::unique_ptr<PosixDisk> disk = posix_disk(folder.path());
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(posix_direct, OneFolder)

// The flags that the kernel knows of the descriptor behind a write.
BOOST_AUTO_TEST_CASE(direct_handles_write_past_the_cache_and_synchronously) {
  const auto buffered = OpenFile::open(*disk, "f", Access::create);
  BOOST_REQUIRE(buffered);
  int flags = 0;
  Answers answers;
  answers.pwrite = [&](int fd, const void*, std::size_t size, off_t) {
    flags = fcntl(fd, F_GETFL);
    return static_cast<ssize_t>(size);
  };
  BOOST_TEST(disk->write(buffered->get(), 0, view("x")).ok());
  BOOST_TEST((flags & (O_DIRECT | O_DSYNC)) == 0);
  int direct_handles = 0;
  for (const Access access : {Access::direct, Access::create_direct}) {
    const auto direct = OpenFile::open(*disk, access == Access::direct ? "f" : "new", access);
    if (!direct) {
      BOOST_TEST(direct.error().errnum == EINVAL);
      continue;
    }
    ++direct_handles;
    BOOST_TEST(disk->preallocate(direct->get(), 4096).ok());
    BOOST_TEST((flags & O_DIRECT) == O_DIRECT);
    BOOST_TEST((flags & O_DSYNC) == O_DSYNC);
  }
  if (direct_handles == 0) {
    say_skipped("direct_handles_write_past_the_cache_and_synchronously",
                "this filesystem refuses direct access");
  }
}

BOOST_AUTO_TEST_CASE(preallocation_leaves_no_hole) {
  constexpr off_t kSize = (off_t{3} << 20) + 100;
  const auto file = OpenFile::open(*disk, "f", Access::create);
  BOOST_REQUIRE(file);
  BOOST_TEST(disk->preallocate(file->get(), static_cast<std::uint64_t>(kSize)).ok());
  const int fd = open(folder.file("f").c_str(), O_RDONLY | O_CLOEXEC);
  BOOST_REQUIRE(fd >= 0);
  // NOLINTNEXTLINE(clang-analyzer-unix.*): it is not seen that BOOST_REQUIRE ends the case
  BOOST_TEST(lseek(fd, 0, SEEK_HOLE) == kSize);  // the only hole is the end of the file
  close(fd);
}

BOOST_AUTO_TEST_CASE(direct_writes_must_be_aligned) {
  put_file(*disk, "f", std::string(8192, 'x'));
  const auto block = disk->direct_block("f");
  BOOST_REQUIRE(block);
  const auto file = OpenFile::open(*disk, "f", Access::direct);
  if (!file || *block <= 1) {
    say_skipped("direct_writes_must_be_aligned", "this filesystem names no direct block");
    return;
  }
  struct alignas(4096) Block {
    std::array<std::byte, 8192> bytes{};
  };
  const auto bytes = std::make_unique<Block>();
  const ByteView all(bytes->bytes);
  const Handle handle = file->get();
  BOOST_TEST(disk->write(handle, 0, all.first(*block)).ok());
  for (const auto& [offset, part] : {std::pair{std::uint64_t{1}, all.first(*block)},
                                     {std::uint64_t{0}, all.first(*block - 1)},
                                     {std::uint64_t{0}, all.subspan(1, *block)}}) {
    const Ending ending =
        run_in_child([&, at = offset, what = part] { (void)disk->write(handle, at, what); });
    BOOST_TEST(ending.broke_contract("is_multiple("), ending.text());
  }
  const Ending ending = run_in_child([&] { (void)disk->preallocate(handle, 1); });
  BOOST_TEST(ending.broke_contract("is_multiple(size"), ending.text());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
