// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A process that is started to be killed: fed, watched for receipts, and ended by SIGKILL at a
// moment drawn before. It may also end by itself first, which is counted and no kill.
// Thread-safety: none; one thread.
// Spec:          AC-1, AC-2, AC-5, AC-13; actions KillProcess.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "audit/observe.hpp"

namespace plumb::audit {

using Microseconds = std::chrono::microseconds;

struct Plan {
  std::vector<std::string> words;   ///< plumb's arguments
  std::string input;                ///< less than a pipe holds
  bool end_of_input = false;        ///< close its input, so that it goes on to its end
  std::string watch;                ///< a file whose change to wait for
  std::size_t await = 0;            ///< lines of output to wait for
  Microseconds delay{0};            ///< from there to the kill
  std::function<void()> meanwhile;  ///< called once they are there, before the delay
};

/// What tells that a file was written: all zero where there is none.
struct Trace {
  std::int64_t size = 0;
  std::int64_t seconds = 0;  ///< of its last change
  std::int64_t nanoseconds = 0;
  friend bool operator==(const Trace&, const Trace&) = default;
};
[[nodiscard]] Trace trace_of(const std::string& file);

struct Ended {
  bool killed = false;
  int status = -1;                 ///< where it ended by itself
  std::vector<std::string> lines;  ///< of its output, whole ones
  std::string errors;
};

/// Starts it, kills it and collects what it said.
[[nodiscard]] Ended run_and_kill(const Plumb& plumb, const Plan& plan);

/// How long the program takes to its first line and to its end, undisturbed.
struct Pace {
  Microseconds first_line{0};
  Microseconds end{0};
};
[[nodiscard]] Pace measure(const Plumb& plumb, const std::vector<std::string>& words,
                           const std::string& input);

}  // namespace plumb::audit
