// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The end of a run in which the program contradicts itself: prints place and reason, terminates.
// For programmer errors alone; what a user can get wrong is Refused (options.hpp), and what a
// model cannot hold is CapacityExceeded (model.hpp).
// Thread-safety: any thread.
#pragma once
#include <cstdio>
#include <exception>
#include <source_location>

namespace plumb::spec {

/// Ends the program where `fact` is false.
inline void expects(bool fact, const char* words,
                    std::source_location where = std::source_location::current()) noexcept {
  if (fact) [[likely]]
    return;
  (void)std::fprintf(stderr, "%s:%u: Expects: %s\n", where.file_name(),
                     static_cast<unsigned>(where.line()), words);
  std::terminate();
}

}  // namespace plumb::spec
