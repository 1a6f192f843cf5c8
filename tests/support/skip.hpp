// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A test that cannot run here says so, in one plain line, and returns.
// Thread-safety: as standard output.
#pragma once
#include <cstdio>
#include <string>

namespace plumb::test {

inline void say_skipped(const std::string& test, const std::string& reason) {
  std::printf("SKIPPED %s: %s\n", test.c_str(), reason.c_str());
}

}  // namespace plumb::test
