// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The disk in memory, put through the contract of disk.hpp.
#include <boost/test/unit_test.hpp>

#include "disk/contract.hpp"
#include "support/memory_disk.hpp"

namespace plumb::test {
namespace {

class OnMemory final : public DiskUnderTest {
 public:
  [[nodiscard]] Disk& disk() override { return disk_; }

 private:
  MemoryDisk disk_;
};

[[maybe_unused]] const bool memory_added =
    add_disk_contract("memory_contract", [] { return std::make_unique<OnMemory>(); });

}  // namespace
}  // namespace plumb::test
