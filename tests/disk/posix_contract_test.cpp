// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The POSIX disk, alone and behind the counting disk, put through the contract of disk.hpp.
#include <boost/test/unit_test.hpp>

#include "disk/contract.hpp"
#include "disk/posix_support.hpp"
#include "support/counting_disk.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

class OnPosix final : public DiskUnderTest {
 public:
  [[nodiscard]] Disk& disk() override { return *disk_; }

 private:
  TempFolder folder_;
  std::unique_ptr<PosixDisk> disk_ = posix_disk(folder_.path());
};

class OnCounting final : public DiskUnderTest {
 public:
  [[nodiscard]] Disk& disk() override { return counting_; }

 private:
  OnPosix inner_;
  CountingDisk counting_{inner_.disk()};
};

[[maybe_unused]] const bool posix_added =
    add_disk_contract("posix_contract", [] { return std::make_unique<OnPosix>(); });
[[maybe_unused]] const bool counting_added =
    add_disk_contract("counting_contract", [] { return std::make_unique<OnCounting>(); });

}  // namespace
}  // namespace plumb::test
