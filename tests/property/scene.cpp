// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Histories on the simulated disk; see scene.hpp.
#include "property/scene.hpp"

#include <array>

#include "crash/campaign.hpp"
#include "crash/history.hpp"

namespace plumb::property {
namespace {

using sim::CallKind;

constexpr std::array kSyncs{CallKind::sync_data, CallKind::sync_all, CallKind::sync_folder};
// Closing is left out: the store does not depend on its answer.
constexpr std::array kCalls{CallKind::write_direct, CallKind::write,       CallKind::read,
                            CallKind::rename,       CallKind::unlink,      CallKind::open_create,
                            CallKind::open,         CallKind::preallocate, CallKind::size,
                            CallKind::list,         CallKind::lock,        CallKind::direct_block,
                            CallKind::sync_parent};

constexpr std::uint64_t kStoredStep = 100;  // bytes of a failed write that are stored all the same

sim::Failure failure_of(const Blow& blow, CallKind kind, const sim::SimDisk& disk) {
  sim::Failure failure;
  failure.kind = kind;
  failure.at = disk.calls(kind) + blow.at % kNearCalls;
  return failure;
}

}  // namespace

const std::vector<const sim::Profile*>& claimed_profiles() {
  static const std::vector<const sim::Profile*> kClaimed = [] {
    std::vector<const sim::Profile*> claimed;
    for (const sim::Profile& profile : sim::profiles()) {
      if (crash::is_claimed(profile)) claimed.push_back(&profile);
    }
    return claimed;
  }();
  return kClaimed;
}

const sim::Profile& profile_of(const Scene& scene) { return *claimed_profiles().at(scene.profile); }

Options options_of(const Scene& scene) {
  Options options = crash::smallest_options();
  options.checkpoint_every = scene.checkpoint_every;
  return options;
}

sim::CallKind sync_kind(const Blow& blow) { return kSyncs.at(blow.kind % kSyncs.size()); }
sim::CallKind call_kind(const Blow& blow) { return kCalls.at(blow.kind % kCalls.size()); }

sim::Faults faults_of(const Blow& blow, const sim::SimDisk& disk) {
  sim::Faults faults;
  if (blow.trouble == Trouble::disk_full) {
    faults.capacity = disk.state().used_bytes() + std::uint64_t{blow.at} * kFullStep;
  } else if (blow.trouble == Trouble::failed_sync) {
    sim::Failure failure = failure_of(blow, sync_kind(blow), disk);
    const sim::Profile& profile = disk.profile();
    const bool reverts = profile.fail_reverts && (blow.seed % 2 == 0 || !profile.fail_stays);
    failure.content = reverts ? sim::FailContent::reverts : sim::FailContent::stays;
    faults.failures.push_back(failure);
  } else if (blow.trouble == Trouble::io_error) {
    sim::Failure failure = failure_of(blow, call_kind(blow), disk);
    const sim::Profile& profile = disk.profile();
    failure.content = profile.fail_stays ? sim::FailContent::stays : sim::FailContent::reverts;
    failure.stored = blow.seed % 8 * kStoredStep;
    faults.failures.push_back(failure);
  }
  return faults;
}

}  // namespace plumb::property
