// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The calls of the programs that used a store, as they saw them: recorded by recorder.cpp, which is
// preloaded into plumb (in front of a mutant), and made again on the simulated disk. An image that
// a power cut has left must be one that the simulated disk may leave at a moment of the cut.
// Invariants:    calls of one process do not overlap; those of the next come behind them.
// Thread-safety: values; reads a file.
// Spec:          EV-6; A-29.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/observe.hpp"
#include "sim/sim_disk.hpp"
#include "support/process.hpp"

namespace plumb::powercut {

enum class CallKind : std::uint32_t {
  made_folder = 1,
  open,
  close,
  write,
  sync_data,
  sync_all,
  sync_folder,
  sync_parent,
  rename,
  unlink,
  done,  ///< the end of the call before it
};

/// Before each entry of a record; name, second name and bytes follow.
struct CallHead {
  CallKind kind = CallKind::done;
  std::int32_t pid = 0;
  std::int32_t fd = -1;
  std::int32_t flags = 0;      ///< open
  std::int64_t answer = 0;     ///< done
  std::uint64_t offset = 0;    ///< write
  std::uint64_t position = 0;  ///< length of the disk's tape at this moment; 0: there is none
  std::uint32_t name = 0;      ///< bytes that follow
  std::uint32_t to = 0;
  std::uint32_t bytes = 0;
};

struct RecordedCall {
  CallHead head;
  std::string name;
  std::string to;
  std::string bytes;
  std::uint64_t begin = 0;       ///< of the record, in bytes
  std::optional<CallHead> done;  ///< nothing: the process was gone before it ended
  std::uint64_t end = 0;
  [[nodiscard]] bool succeeded() const { return done && done->answer >= 0; }
};
[[nodiscard]] std::vector<RecordedCall> read_calls(const std::string& file);

/// What turns plumb into the mutant (empty: none), its calls on the store recorded in `file`;
/// `tape`: of the disk below, or empty.
[[nodiscard]] test::ProcessOptions recorded(const std::string& mutant, const std::string& store,
                                            const std::string& file, const std::string& tape);

/// When the power went, in terms of the record.
struct Cut {
  /// Calls that had certainly ended before the cut, and calls that may have begun before it.
  std::function<bool(const RecordedCall&)> certain;
  std::function<bool(const RecordedCall&)> possible;
};

struct Membership {
  std::optional<std::string> why_not;  ///< nothing: the simulated disk may leave it
  bool differs = false;                ///< from what the process had seen last
  std::size_t calls = 0;               ///< made again
};
/// `start`: what was durable before the first call; nothing where the folder was not there.
[[nodiscard]] Membership ask(const sim::Profile& profile, const std::optional<audit::Files>& start,
                             const std::vector<RecordedCall>& calls, const Cut& cut,
                             const audit::Files& image);

}  // namespace plumb::powercut
