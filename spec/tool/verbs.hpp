// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What plumb-check does: one function for each thing that can be asked of it.
// Errors:        as check() and walk() throw; FileFailure for files and standard output.
// Thread-safety: one at a time: standard output and error are the process's own.
// Spec:          EV-1, EV-2, EV-4; impl/cli/README.md (command-line contract).
#pragma once
#include "tool/request.hpp"

namespace plumb::spec::tool {

/// The exit status.
[[nodiscard]] int perform(const Request& request);

}  // namespace plumb::spec::tool
