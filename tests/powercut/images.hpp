// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The place where real crash images meet the simulated disk: what a filesystem left after a cut, as
// names and bytes. Whether the simulated disk allows it is to be asked of these files.
// Thread-safety: reads files.
// Spec:          EV-6; A-29.
#pragma once
#include <string>

#include "audit/observe.hpp"

namespace plumb::powercut {

/// The files of the store on a mounted image, name to bytes (a std::map); none where its folder is
/// not there.
[[nodiscard]] audit::Files files_of(const std::string& mounted);

}  // namespace plumb::powercut
