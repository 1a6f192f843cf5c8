// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Failed writes below the library, and a disk that fills, on a store of the real filesystem.
// Thread-safety: none; one thread.
// Spec:          AC-9; spec/ASSUMPTIONS.md, faults 11 and 13. Action IoError, DiskFull.
#pragma once
#include <cstdint>
#include <string>

#include "audit/table.hpp"

namespace plumb::audit {

/// A record's write fails before, in the middle of and after its effect, and the disk is full when
/// a segment is needed; each on a store of its own inside `folder`, which exists.
void inject_failed_writes(const std::string& folder, Counts& counts);

}  // namespace plumb::audit
