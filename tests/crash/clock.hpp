// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A clock that jumps: this program has the system library's clock calls itself, and while an object
// of this class lives readings are counted, and those of the wall clock are off by years, by
// another number each time. A clock that is monotonic does not jump. Thread-safety: one object at a
// time; readings from any thread. Spec:          fault 23.
#pragma once
#include <cstdint>

namespace plumb::crash {

class JumpingClock {
 public:
  JumpingClock();
  JumpingClock(const JumpingClock&) = delete;
  JumpingClock& operator=(const JumpingClock&) = delete;
  JumpingClock(JumpingClock&&) = delete;
  JumpingClock& operator=(JumpingClock&&) = delete;
  ~JumpingClock();
  /// How often a clock was read since it was made: clock_gettime, gettimeofday, time.
  [[nodiscard]] std::uint64_t readings() const;
  /// Of them, of the wall clock.
  [[nodiscard]] std::uint64_t jumps() const;
};

}  // namespace plumb::crash
