// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A campaign: one kind of real fault, tried so many times, judged each time. Its canaries are the
// mutants that it must catch.
// Thread-safety: none; one thread.
// Spec:          EV-6; spec/ASSUMPTIONS.md faults 1 to 7, 11 to 13, 15, 16, 24.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "audit/observe.hpp"
#include "powercut/device.hpp"

namespace plumb::powercut {

struct Request {
  std::string filesystem;
  std::uint64_t rounds = 0;
  std::uint64_t seed = 1;
  std::string mutant;      ///< empty: the store as it is
  bool membership = true;  ///< ask whether the simulated disk may leave what a cut has left
};

/// What was counted, by name.
using Tally = std::map<std::string, std::uint64_t>;

/// The campaign could not show anything.
struct Void : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// All that a campaign works with.
struct Scene {
  const audit::Plumb& plumb;
  const Bench& bench;
  const Request& request;
  Tally& tally;
};

// Each throws audit::Violation where a requirement does not hold, Void where nothing was shown,
// Skip where it cannot run.

/// FS_IOC_SHUTDOWN under a running writer, opening or close, again and again on one store.
void run_shutdown(const Scene& scene);
/// Crash images from a tape of the disk: any subset of the writes since the last flush.
void run_images(const Scene& scene);
/// A filesystem that fills up at every point of a run.
void run_full(const Scene& scene);
/// RLIMIT_FSIZE inside a record: short writes, then EFBIG.
void run_short_writes(const Scene& scene);
/// EIO and ENOSPC from chosen calls, by strace.
void run_injection(const Scene& scene);
/// A store whose log, checkpoint or audit log lies on another filesystem.
void run_two_filesystems(const Scene& scene);

}  // namespace plumb::powercut
