// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The contract of what is in files: reading, writing, zeros, direct access, syncing.
// Spec:          disk.hpp; AC-8, AC-9.
#include <algorithm>
#include <array>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <vector>

#include "disk/contract.hpp"

namespace plumb::test {
namespace {

using std::string_literals::operator""s;

OpenFile opened(Disk& disk, std::string_view name, Access access) {
  Result<OpenFile> file = OpenFile::open(disk, name, access);
  BOOST_REQUIRE_MESSAGE(file, "open " << name);
  return std::move(*file);
}

std::string read_part(Disk& disk, const OpenFile& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '?');
  const auto n = disk.read(file.get(), offset, std::as_writable_bytes(std::span(bytes)));
  BOOST_REQUIRE(n);
  BOOST_TEST(*n <= size);
  bytes.resize(*n);
  return bytes;
}

void new_file_is_empty(Disk& disk) {
  const OpenFile file = opened(disk, "f", Access::create);
  const auto size = disk.size(file.get());
  BOOST_REQUIRE(size);
  BOOST_TEST(*size == 0U);
  BOOST_TEST(read_part(disk, file, 0, 10) == "");
}

void written_bytes_are_read_back(Disk& disk) {
  const OpenFile file = opened(disk, "f", Access::create);
  const std::string all = "zero\0 and \xFF and more"s;
  BOOST_TEST(disk.write(file.get(), 0, view(all)).ok());
  BOOST_TEST(read_part(disk, file, 0, all.size()) == all);
  BOOST_TEST(read_part(disk, file, 5, 3) == all.substr(5, 3));
  BOOST_TEST(get_file(disk, "f") == all);
}

void write_replaces_only_its_range(Disk& disk) {
  put_file(disk, "f", "0123456789");
  const OpenFile file = opened(disk, "f", Access::write);
  BOOST_TEST(disk.write(file.get(), 3, view("abc")).ok());
  BOOST_TEST(get_file(disk, "f") == "012abc6789");
  BOOST_TEST(disk.write(file.get(), 8, view("xyz")).ok());  // across the end
  BOOST_TEST(get_file(disk, "f") == "012abc67xyz");
}

void gap_before_a_write_reads_as_zeros(Disk& disk) {
  const OpenFile file = opened(disk, "f", Access::create);
  BOOST_TEST(disk.write(file.get(), 5, view("x")).ok());
  BOOST_TEST(get_file(disk, "f") == "\0\0\0\0\0x"s);
}

void empty_write_changes_nothing(Disk& disk) {
  put_file(disk, "f", "abc");
  const OpenFile file = opened(disk, "f", Access::write);
  BOOST_TEST(disk.write(file.get(), 100, {}).ok());
  BOOST_TEST(get_file(disk, "f") == "abc");
  BOOST_TEST(read_part(disk, file, 1, 0) == "");
}

void read_is_short_only_at_the_end(Disk& disk) {
  const std::string content(5000, 'c');
  put_file(disk, "f", content);
  const OpenFile file = opened(disk, "f", Access::read);
  BOOST_TEST(read_part(disk, file, 0, 5000).size() == 5000U);
  BOOST_TEST(read_part(disk, file, 4990, 100).size() == 10U);
  BOOST_TEST(read_part(disk, file, 5000, 100).size() == 0U);
  BOOST_TEST(read_part(disk, file, 1U << 30U, 100).size() == 0U);
}

void preallocated_bytes_are_zeros(Disk& disk) {
  constexpr std::uint64_t kSize = (std::uint64_t{2} << 20U) + 512;  // more than one chunk
  const OpenFile file = opened(disk, "f", Access::create);
  BOOST_TEST(disk.write(file.get(), 0, view(std::string(kSize - 1, 'x'))).ok());
  BOOST_TEST(disk.preallocate(file.get(), kSize).ok());
  const std::string content = get_file(disk, "f");
  BOOST_TEST(content.size() == kSize);
  BOOST_TEST(std::all_of(content.begin(), content.end(), [](char c) { return c == '\0'; }));
}

void preallocation_ends_at_its_size(Disk& disk) {
  put_file(disk, "f", "abcdef");
  const OpenFile file = opened(disk, "f", Access::write);
  BOOST_TEST(disk.preallocate(file.get(), 0).ok());
  BOOST_TEST(get_file(disk, "f") == "abcdef");
  BOOST_TEST(disk.preallocate(file.get(), 2).ok());
  BOOST_TEST(get_file(disk, "f") == "\0\0cdef"s);
}

void syncs_succeed_and_change_nothing(Disk& disk) {
  put_file(disk, "f", "abc");
  const OpenFile file = opened(disk, "f", Access::write);
  BOOST_TEST(disk.write(file.get(), 3, view("d")).ok());
  BOOST_TEST(disk.sync_data(file.get()).ok());
  BOOST_TEST(disk.sync_all(file.get()).ok());
  BOOST_TEST(disk.sync_data(file.get()).ok());  // nothing left to do
  BOOST_TEST(disk.sync_folder().ok());
  BOOST_TEST(disk.sync_parent().ok());
  BOOST_TEST(get_file(disk, "f") == "abcd");
  BOOST_TEST(names_in(disk) == "f");
}

void two_handles_see_one_file(Disk& disk) {
  const OpenFile first = opened(disk, "f", Access::create);
  const OpenFile second = opened(disk, "f", Access::read);
  BOOST_TEST(disk.write(first.get(), 0, view("seen")).ok());
  BOOST_TEST(read_part(disk, second, 0, 10) == "seen");
}

void direct_block_is_a_power_of_two_or_unknown(Disk& disk) {
  put_file(disk, "f", "abc");
  const auto block = disk.direct_block("f");
  BOOST_REQUIRE(block);
  BOOST_TEST((*block == 0 || std::has_single_bit(*block)));
  const auto none = disk.direct_block("missing");
  BOOST_REQUIRE(!none);
  BOOST_TEST((none.error().code == Errc::not_found));
}

struct alignas(4096) Block {
  std::array<char, 4096> bytes;
};

// Where direct access is refused, it is refused cleanly and the name stays free.
void direct_writes_are_read_by_every_handle(Disk& disk) {
  const Result<Handle> created = disk.open("f", Access::create_direct);
  if (!created) {
    BOOST_TEST((created.error().code == Errc::io));
    BOOST_TEST(created.error().errnum == EINVAL);
    BOOST_TEST(names_in(disk) == "");
    return;
  }
  const OpenFile direct(disk, *created);
  BOOST_TEST(disk.preallocate(direct.get(), 3 * sizeof(Block)).ok());
  const auto block = std::make_unique<Block>();
  block->bytes.fill('d');
  const std::string_view bytes(block->bytes.data(), block->bytes.size());
  BOOST_TEST(disk.write(direct.get(), sizeof(Block), view(bytes)).ok());
  const std::string expected =
      std::string(4096, '\0') + std::string(bytes) + std::string(4096, '\0');
  BOOST_TEST((get_file(disk, "f") == expected));

  const OpenFile again = opened(disk, "f", Access::direct);
  const auto all = read_all(disk, again.get());
  BOOST_REQUIRE(all);
  BOOST_TEST((*all == expected));
  BOOST_TEST(read_part(disk, again, 4095, 3) == "\0dd"s);  // reads need no alignment
  BOOST_TEST(read_part(disk, again, 8190, 5000).size() == 4098U);
  BOOST_TEST(read_part(disk, again, 12288, 1).size() == 0U);
  BOOST_TEST(read_part(disk, again, 99999, 7).size() == 0U);
}

void buffered_and_direct_writes_meet(Disk& disk) {
  const OpenFile buffered = opened(disk, "f", Access::create);
  BOOST_TEST(disk.preallocate(buffered.get(), 2 * sizeof(Block)).ok());
  const Result<Handle> handle = disk.open("f", Access::direct);
  if (!handle) {
    BOOST_TEST(handle.error().errnum == EINVAL);
    return;
  }
  const OpenFile direct(disk, *handle);
  BOOST_TEST(disk.write(buffered.get(), 10, view("buffered")).ok());
  BOOST_TEST(read_part(disk, direct, 10, 8) == "buffered");
  const auto block = std::make_unique<Block>();
  block->bytes.fill('d');
  const std::string_view bytes(block->bytes.data(), block->bytes.size());
  BOOST_TEST(disk.write(direct.get(), 0, view(bytes)).ok());
  BOOST_TEST(read_part(disk, buffered, 10, 8) == "dddddddd");
}

constexpr std::array kCases{
    ContractCase{"new_file_is_empty", &new_file_is_empty},
    ContractCase{"written_bytes_are_read_back", &written_bytes_are_read_back},
    ContractCase{"write_replaces_only_its_range", &write_replaces_only_its_range},
    ContractCase{"gap_before_a_write_reads_as_zeros", &gap_before_a_write_reads_as_zeros},
    ContractCase{"empty_write_changes_nothing", &empty_write_changes_nothing},
    ContractCase{"read_is_short_only_at_the_end", &read_is_short_only_at_the_end},
    ContractCase{"preallocated_bytes_are_zeros", &preallocated_bytes_are_zeros},
    ContractCase{"preallocation_ends_at_its_size", &preallocation_ends_at_its_size},
    ContractCase{"syncs_succeed_and_change_nothing", &syncs_succeed_and_change_nothing},
    ContractCase{"two_handles_see_one_file", &two_handles_see_one_file},
    ContractCase{"direct_block_is_a_power_of_two_or_unknown",
                 &direct_block_is_a_power_of_two_or_unknown},
    ContractCase{"direct_writes_are_read_by_every_handle", &direct_writes_are_read_by_every_handle},
    ContractCase{"buffered_and_direct_writes_meet", &buffered_and_direct_writes_meet},
};

}  // namespace

std::span<const ContractCase> contract_of_files() { return kCases; }

}  // namespace plumb::test
