// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Words, and a sync that fails; see words.hpp.
#include "crash/words.hpp"

#include <fmt/format.h>

namespace plumb::crash {

bool is_sync(const sim::Call& call) {
  return call.kind == sim::CallKind::sync_data || call.kind == sim::CallKind::sync_all ||
         call.kind == sim::CallKind::sync_folder;
}

std::string words_of(const sim::Call& call) {
  std::string words = sim::name_of(call.kind);
  for (const std::string& name : {call.name, call.to}) {
    if (!name.empty()) words += ' ' + name;
  }
  const bool writes = call.kind == sim::CallKind::write || call.kind == sim::CallKind::write_direct;
  if (writes) words += fmt::format(" {}", call.offset);
  if (call.size != 0) words += fmt::format(" {}", call.size);
  return words;
}

std::vector<std::string> words_of(const sim::Drops& drops) { return drops.what(); }

bool plan_failed_sync(sim::SimDisk& disk, unsigned call, bool reverts) {
  const sim::Profile& profile = disk.profile();
  if (reverts ? !profile.fail_reverts : !profile.fail_stays) return false;
  sim::Failure failure;
  failure.at = call;
  failure.content = reverts ? sim::FailContent::reverts : sim::FailContent::stays;
  sim::Faults faults;
  faults.failures.push_back(failure);
  disk.fail(std::move(faults));
  return true;
}

bool has_failed(const sim::SimDisk& disk) { return disk.faults_fired() > 0; }

}  // namespace plumb::crash
