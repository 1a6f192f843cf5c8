// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The contract of names: creating, listing, renaming, unlinking, and what is no name at all.
// Spec:          disk.hpp; AC-14 (nothing leaves the folder); spec/ASSUMPTIONS.md.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "disk/contract.hpp"
#include "support/death.hpp"

namespace plumb::test {
namespace {

using std::string_literals::operator""s;

bool is(const Error& error, Errc code, int errnum) {
  return error.code == code && error.errnum == errnum && !error.call.empty();
}

void new_folder_lists_nothing(Disk& disk) { BOOST_TEST(names_in(disk) == ""); }

void list_is_sorted_and_tells_sizes(Disk& disk) {
  for (const char* const name : {"log-10", "log-1", "LOCK", "\xC3\xA9", "a b", ".hidden"}) {
    put_file(disk, name, name);
  }
  const auto entries = disk.list();
  BOOST_REQUIRE(entries);
  BOOST_TEST(names_in(disk) == ".hidden LOCK a b log-1 log-10 \xC3\xA9");  // by bytes
  for (const FolderEntry& entry : *entries) {
    BOOST_TEST(entry.regular);
    BOOST_TEST(entry.size == entry.name.size());
  }
}

void missing_names_are_not_found(Disk& disk) {
  for (const Access access : {Access::read, Access::write, Access::direct}) {
    const auto file = disk.open("missing", access);
    BOOST_REQUIRE(!file);
    BOOST_TEST(is(file.error(), Errc::not_found, ENOENT));
    BOOST_TEST(file.error().file == "missing");
  }
  const Status unlinked = disk.unlink("missing");
  BOOST_REQUIRE(!unlinked);
  BOOST_TEST(is(unlinked.error(), Errc::not_found, ENOENT));
  const Status renamed = disk.rename("missing", "other");
  BOOST_REQUIRE(!renamed);
  BOOST_TEST(is(renamed.error(), Errc::not_found, ENOENT));
  BOOST_TEST(names_in(disk) == "");
}

void create_needs_a_free_name(Disk& disk) {
  put_file(disk, "f", "abc");
  for (const Access access : {Access::create, Access::create_direct}) {
    const auto file = disk.open("f", access);
    BOOST_REQUIRE(!file);
    BOOST_TEST(is(file.error(), Errc::io, EEXIST));
  }
  BOOST_TEST(get_file(disk, "f") == "abc");
}

void rename_moves_the_file(Disk& disk) {
  put_file(disk, "from", "abc");
  BOOST_TEST(disk.rename("from", "to").ok());
  BOOST_TEST(names_in(disk) == "to");
  BOOST_TEST(get_file(disk, "to") == "abc");
}

void rename_keeps_open_files_open(Disk& disk) {
  const auto file = OpenFile::open(disk, "from", Access::create);
  BOOST_REQUIRE(file);
  BOOST_TEST(disk.rename("from", "to").ok());
  BOOST_TEST(disk.write(file->get(), 0, view("abc")).ok());
  BOOST_TEST(get_file(disk, "to") == "abc");
}

void rename_never_replaces(Disk& disk) {
  put_file(disk, "from", "new");
  put_file(disk, "to", "old");
  for (const char* const target : {"to", "from"}) {  // not even itself
    const Status renamed = disk.rename("from", target);
    BOOST_REQUIRE(!renamed);
    BOOST_TEST(is(renamed.error(), Errc::io, EEXIST));
  }
  BOOST_TEST(get_file(disk, "from") == "new");
  BOOST_TEST(get_file(disk, "to") == "old");
}

void unlink_frees_the_name(Disk& disk) {
  put_file(disk, "f", "old");
  BOOST_TEST(disk.unlink("f").ok());
  BOOST_TEST(names_in(disk) == "");
  put_file(disk, "f", "new");
  BOOST_TEST(get_file(disk, "f") == "new");
}

void unlinked_file_lives_while_open(Disk& disk) {
  put_file(disk, "f", "abc");
  const auto file = OpenFile::open(disk, "f", Access::read);
  BOOST_REQUIRE(file);
  BOOST_TEST(disk.unlink("f").ok());
  put_file(disk, "f", "another");
  const auto bytes = read_all(disk, file->get());
  BOOST_REQUIRE(bytes);
  BOOST_TEST(*bytes == "abc");
}

void long_and_odd_names_are_names(Disk& disk) {
  for (const std::string& name : {std::string(255, 'n'), "line\nbreak"s, "\xFF\x01"s, "..."s}) {
    put_file(disk, name, "x");
    BOOST_TEST(get_file(disk, name) == "x");
    BOOST_TEST(names_in(disk) == name);
    BOOST_TEST(disk.unlink(name).ok());
  }
}

void what_is_no_name_breaks_the_contract(Disk& disk) {
  put_file(disk, "f", "x");
  const std::array<std::string, 7> bad{"", ".", "..", "a/b", "/f", "f\0"s, std::string(256, 'n')};
  for (const std::string& name : bad) {
    const Ending ending = run_in_child([&] { (void)disk.open(name, Access::read); });
    BOOST_TEST(ending.broke_contract("is_plain_name(name)"), name << ": " << ending.text());
  }
  const Ending good = run_in_child([&] { (void)disk.open("f", Access::read); });
  BOOST_TEST(good.exit_status == 0, good.text());
}

void every_call_with_a_name_checks_it(Disk& disk) {
  put_file(disk, "f", "x");
  const std::array<std::function<void()>, 5> calls{
      [&] { (void)disk.unlink("../f"); },
      [&] { (void)disk.rename("f", "../f"); },
      [&] { (void)disk.rename("../f", "g"); },
      [&] { (void)disk.lock("../f", LockKind::exclusive); },
      [&] { (void)disk.direct_block("../f"); },
  };
  for (const auto& call : calls) {
    const Ending ending = run_in_child(call);
    BOOST_TEST(ending.broke_contract("is_plain_name("), ending.text());
  }
}

constexpr std::array kCases{
    ContractCase{"new_folder_lists_nothing", &new_folder_lists_nothing},
    ContractCase{"list_is_sorted_and_tells_sizes", &list_is_sorted_and_tells_sizes},
    ContractCase{"missing_names_are_not_found", &missing_names_are_not_found},
    ContractCase{"create_needs_a_free_name", &create_needs_a_free_name},
    ContractCase{"rename_moves_the_file", &rename_moves_the_file},
    ContractCase{"rename_keeps_open_files_open", &rename_keeps_open_files_open},
    ContractCase{"rename_never_replaces", &rename_never_replaces},
    ContractCase{"unlink_frees_the_name", &unlink_frees_the_name},
    ContractCase{"unlinked_file_lives_while_open", &unlinked_file_lives_while_open},
    ContractCase{"long_and_odd_names_are_names", &long_and_odd_names_are_names},
    ContractCase{"what_is_no_name_breaks_the_contract", &what_is_no_name_breaks_the_contract},
    ContractCase{"every_call_with_a_name_checks_it", &every_call_with_a_name_checks_it},
};

}  // namespace

std::span<const ContractCase> contract_of_names() { return kCases; }

}  // namespace plumb::test
