// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A sample that is the work of a process of its own.
// Thread-safety: none; forks, so one thread.
// Spec:          EV-9; bench/README.md (why a process).
#pragma once
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <type_traits>

#include "figures.hpp"

namespace plumb::bench {

template <class T>
struct ChildResult {
  T value{};
  std::uint64_t peak_kib = 0;  ///< resident memory of the process
};

/// Runs the work in a child and returns what it returned. EnvironmentFailure where it fails.
template <class Work, class T = std::invoke_result_t<Work>>
ChildResult<T> in_child(const Work& work) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw EnvironmentFailure("no pipe can be made");
  const pid_t child = ::fork();
  if (child < 0) throw EnvironmentFailure("no process can be made");
  if (child == 0) {
    int status = 1;
    try {
      const T value = work();
      status = ::write(ends[1], &value, sizeof value) == sizeof value ? 0 : 1;
    } catch (const std::exception& error) {
      (void)std::fputs(fmt::format("plumb bench: {}\n", error.what()).c_str(), stderr);
    }
    ::_exit(status);
  }
  ::close(ends[1]);
  ChildResult<T> result;
  const bool told = ::read(ends[0], &result.value, sizeof(T)) == sizeof(T);
  ::close(ends[0]);
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  if (!told || status != 0) throw EnvironmentFailure("a sample failed");
  result.peak_kib = static_cast<std::uint64_t>(usage.ru_maxrss);  // NOLINT(*-union-access): glibc's
  return result;
}

}  // namespace plumb::bench
