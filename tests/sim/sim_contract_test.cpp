// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The simulated disk, put through the contract of disk.hpp, with every profile.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "disk/contract.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::sim {
namespace {

class OnSim final : public test::DiskUnderTest {
 public:
  explicit OnSim(const Profile& profile) : disk_(profile) {}
  [[nodiscard]] Disk& disk() override { return disk_; }

 private:
  SimDisk disk_;
};

bool add_all() {
  for (const Profile& profile : profiles()) {
    std::string name = "contract_" + std::string(profile.name);
    std::ranges::replace(name, '-', '_');
    test::add_disk_contract(name.c_str(), [&profile] { return std::make_unique<OnSim>(profile); });
  }
  return true;
}

[[maybe_unused]] const bool sim_added = add_all();

}  // namespace
}  // namespace plumb::sim
