// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The contract of disk.hpp as a test suite that any disk can be put through: what callers may rely
// on while the system runs. (What survives a power cut is the matter of tests/sim.)
// To put a disk through it, compile contract_*.cpp into the test program and say at namespace
// scope:  const bool added = add_disk_contract("my_contract", [] { return ...; });
// Thread-safety: none needed.
// Spec:          AC-8, AC-9, AC-13; disk.hpp.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "disk/disk.hpp"

namespace plumb::test {

/// One disk with an empty folder, and whatever it needs to live.
class DiskUnderTest {
 public:
  DiskUnderTest() = default;
  DiskUnderTest(const DiskUnderTest&) = delete;
  DiskUnderTest& operator=(const DiskUnderTest&) = delete;
  DiskUnderTest(DiskUnderTest&&) = delete;
  DiskUnderTest& operator=(DiskUnderTest&&) = delete;
  virtual ~DiskUnderTest() = default;
  [[nodiscard]] virtual Disk& disk() = 0;
};

using DiskFactory = std::function<std::unique_ptr<DiskUnderTest>()>;

/// A fact that holds for every disk; `run` gets a disk of its own.
struct ContractCase {
  const char* name;
  void (*run)(Disk& disk);
};

/// The facts, by subject: one span for each contract_*.cpp.
[[nodiscard]] std::span<const ContractCase> contract_of_files();
[[nodiscard]] std::span<const ContractCase> contract_of_names();
[[nodiscard]] std::span<const ContractCase> contract_of_handles();

/// Adds the suite `name` with all facts to the test program; true, for use in a definition.
bool add_disk_contract(const char* name, const DiskFactory& factory);

/// A new file with this content, closed again; a failed check where that fails.
void put_file(Disk& disk, std::string_view name, std::string_view content);
/// The content of a file by read_all; a failed check and "" where that fails.
[[nodiscard]] std::string get_file(Disk& disk, std::string_view name);
/// The names in the folder, joined by spaces.
[[nodiscard]] std::string names_in(Disk& disk);

}  // namespace plumb::test
