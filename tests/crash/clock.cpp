// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The clock calls; see clock.hpp. They come before the system library's for every library of the
// program, std::chrono included.
#include "crash/clock.hpp"

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <ctime>

namespace plumb::crash {
namespace {

constexpr std::int64_t kYear = 365LL * 24 * 3600;
std::atomic<bool> counts{false};
std::atomic<std::uint64_t> all_readings{0};
std::atomic<std::uint64_t> wall_readings{0};

/// There and back again, further each time.
std::int64_t next_jump() {
  const auto number = static_cast<std::int64_t>(++wall_readings);
  return (number % 2 == 0 ? 1 : -1) * (1 + number % 20) * kYear;
}

int read_clock(clockid_t which, timespec& now) {
  const auto answer = static_cast<int>(syscall(SYS_clock_gettime, which, &now));
  if (!counts) return answer;
  ++all_readings;
  const bool wall = which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE || which == CLOCK_TAI;
  if (wall) now.tv_sec += next_jump();
  return answer;
}

}  // namespace

JumpingClock::JumpingClock() {
  all_readings = 0;
  wall_readings = 0;
  counts = true;
}
JumpingClock::~JumpingClock() { counts = false; }
std::uint64_t JumpingClock::readings() const { return all_readings; }
std::uint64_t JumpingClock::jumps() const { return wall_readings; }

}  // namespace plumb::crash

extern "C" {

int clock_gettime(clockid_t which, timespec* into) noexcept {
  return plumb::crash::read_clock(which, *into);
}

int gettimeofday(timeval* into, void*) noexcept {
  timespec now{};
  const int answer = plumb::crash::read_clock(CLOCK_REALTIME, now);
  *into = {now.tv_sec, now.tv_nsec / 1000};
  return answer;
}

time_t time(time_t* into) noexcept {
  timespec now{};
  static_cast<void>(plumb::crash::read_clock(CLOCK_REALTIME, now));
  if (into != nullptr) *into = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"
