// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The contract suite as test cases of Boost.Test, and what its cases share; see contract.hpp.
#include <boost/test/unit_test.hpp>

#include "disk/contract.hpp"

namespace plumb::test {

bool add_disk_contract(const char* name, const DiskFactory& factory) {
  namespace ut = boost::unit_test;
  auto* const suite = new ut::test_suite(name, __FILE__, __LINE__);  // the framework owns it
  for (const auto& cases : {contract_of_files(), contract_of_names(), contract_of_handles()}) {
    for (const ContractCase& one : cases) {
      const auto body = [factory, run = one.run] {
        const std::unique_ptr<DiskUnderTest> under_test = factory();
        run(under_test->disk());
      };
      suite->add(ut::make_test_case(body, one.name, __FILE__, __LINE__));
    }
  }
  ut::framework::master_test_suite().add(suite);
  return true;
}

void put_file(Disk& disk, std::string_view name, std::string_view content) {
  const Result<OpenFile> file = OpenFile::open(disk, name, Access::create);
  BOOST_REQUIRE_MESSAGE(file, "create " << name);
  BOOST_REQUIRE_MESSAGE(disk.write(file->get(), 0, view(content)), "write " << name);
}

std::string get_file(Disk& disk, std::string_view name) {
  const Result<OpenFile> file = OpenFile::open(disk, name, Access::read);
  BOOST_REQUIRE_MESSAGE(file, "open " << name);
  const Result<Bytes> bytes = read_all(disk, file->get());
  BOOST_REQUIRE_MESSAGE(bytes, "read " << name);
  return *bytes;
}

std::string names_in(Disk& disk) {
  const Result<std::vector<FolderEntry>> entries = disk.list();
  BOOST_REQUIRE(entries);
  std::string names;
  for (const FolderEntry& entry : *entries) names += (names.empty() ? "" : " ") + entry.name;
  return names;
}

}  // namespace plumb::test
