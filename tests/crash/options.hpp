// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The command line of plumb-crash.
// Thread-safety: none.
// Spec:          EV-6; impl/cli/README.md (command-line contract).
#pragma once
#include <optional>
#include <string>

#include "crash/campaign.hpp"

namespace plumb::crash {

struct CommandLine {
  Request request;
  std::string mutant;   ///< a name, or all
  std::string replay;   ///< a file
  std::string out;      ///< a file
  bool faults = false;  ///< the fault table
  bool json = false;
  bool quiet = false;
};

/// An exit status where the program is over already.
[[nodiscard]] std::optional<int> parse(int argc, const char* const* argv, CommandLine& line);

/// Does what was asked; prints it; the exit status. Throws std::invalid_argument (wrong usage) and
/// std::runtime_error (the environment).
[[nodiscard]] int perform(const CommandLine& line);

}  // namespace plumb::crash
