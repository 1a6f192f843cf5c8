// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Preloaded into a program: its clock jumps from the first reading on. At the end a program that
// has read it appends a line to the file PLUMBLINE_CLOCK_LOG. Thread-safety: as clock.hpp says.
// Spec:          fault 23.
#include <cstdio>
#include <cstdlib>

#include "crash/clock.hpp"

namespace {

class Witness {
 public:
  Witness() = default;
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  Witness(Witness&&) = delete;
  Witness& operator=(Witness&&) = delete;
  ~Witness() {
    const char* const path = std::getenv("PLUMBLINE_CLOCK_LOG");
    const auto readings = clock_.jumps();
    std::FILE* const file = readings == 0 || path == nullptr ? nullptr : std::fopen(path, "a");
    if (file == nullptr) return;
    std::fprintf(file, "read %llu times\n", static_cast<unsigned long long>(readings));
    std::fclose(file);
  }

 private:
  plumb::crash::JumpingClock clock_;
};

const Witness witness;

}  // namespace
