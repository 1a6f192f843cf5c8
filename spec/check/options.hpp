// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a user decides about a run, and what the run tells while it goes on.
// Thread-safety: plain values; callbacks are called by the thread that called check().
// Spec:          EV-2; P-9.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace plumb::spec {

/// Options that make no sense, together or with this model or checkpoint file; with the reason.
struct Refused : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

enum class Storage {
  fingerprints,  ///< 64 bits a state; two states share them with a probability that is reported
  keys           ///< exact: whole keys are kept and compared; what graphs and Termination need
};

/// Numbers of states have 31 bits, less some room for the batch that reaches the bound.
inline constexpr std::uint64_t kMostStates = 2'000'000'000;
inline constexpr std::uint64_t kNoBound = std::numeric_limits<std::uint64_t>::max();
inline constexpr unsigned kMostThreads = 256;

struct Progress {
  double seconds = 0;
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;
  std::uint64_t queue = 0;         ///< found and not yet expanded
  std::uint32_t depth = 0;         ///< level that is being expanded; initial states are level 1
  double distinct_per_second = 0;  ///< since the last call
  std::uint64_t bytes = 0;
  double collision_probability = 0;
};

[[nodiscard]] inline double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Options {
  unsigned threads = 1;  ///< the results are the same for any number
  Storage storage = Storage::fingerprints;
  bool symmetry = false;       ///< search one state of each class; needs a SymmetricModel
  bool stop_at_first = false;  ///< end with the level in which the first violation is found
  bool deadlock = true;        ///< a state without successors must be terminal()
  bool distrust = false;       ///< test the model's own promises on the way: codec and order
  std::vector<std::string> properties{};  ///< by name; empty: all

  // Bounds. The run ends as not decided at the first batch of states that reaches one.
  std::uint64_t max_states = kMostStates;
  std::uint64_t max_bytes = kNoBound;  ///< table, keys and ancestry; working buffers come on top
  std::uint64_t max_depth = kNoBound;  ///< levels
  double max_seconds = std::numeric_limits<double>::infinity();

  // A checkpoint is written now and then, and when a bound ends the run.
  std::string checkpoint_file{};    ///< empty: none
  double checkpoint_seconds = 600;  ///< between two of them
  bool resume = false;              ///< begin with the checkpoint file
  std::string model_id{};           ///< rows, bounds and their hash: what a resumed run must share

  std::function<void(const Progress&)> progress{};  ///< empty: silent
  double progress_seconds = 1;                      ///< between two calls, at least
  std::function<double()> clock = steady_seconds;
};

/// Throws Refused for what no model could be checked with.
inline void refuse_nonsense(const Options& options) {
  const auto refuse_unless = [](bool fine, const char* why) {
    if (!fine) throw Refused(why);
  };
  refuse_unless(options.threads >= 1 && options.threads <= kMostThreads,
                "threads: 1 to 256 are possible");
  refuse_unless(options.max_states >= 1 && options.max_states <= kMostStates,
                "bound on states: 1 to 2000000000 are possible");
  refuse_unless(options.max_bytes >= 1, "bound on memory: must not be 0");
  refuse_unless(options.max_depth >= 1, "bound on depth: must not be 0");
  refuse_unless(options.max_seconds > 0, "bound on time: must be more than 0 s");
  refuse_unless(options.checkpoint_seconds >= 0, "time between checkpoints: must not be negative");
  refuse_unless(options.progress_seconds >= 0, "time between progress calls: must not be negative");
  refuse_unless(!options.resume || !options.checkpoint_file.empty(),
                "resume: needs a checkpoint file");
  refuse_unless(static_cast<bool>(options.clock), "clock: is missing");
}

}  // namespace plumb::spec
