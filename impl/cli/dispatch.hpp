// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The programs beside plumb: any verb X that plumb does not have itself is the program plumb-X,
// found in plumb's own folder, else in PATH, as git does.
// Thread-safety: none; called before any thread runs.
// Spec:          impl/cli/README.md (command-line contract).
#pragma once
#include <string>

#include "cli/args.hpp"

namespace plumb::cli {

/// Becomes plumb-<verb> with the words as arguments, so that its exit status is plumb's. Returns
/// only where there is no such program: 3 for a verb of the contract, 2 for any other word.
[[nodiscard]] int run_other(const std::string& verb, const Words& words);

}  // namespace plumb::cli
