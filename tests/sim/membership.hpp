// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Whether a power cut may leave a given folder, asked without building all that it may leave: for
// each set of names that the profile allows, each file by itself, each of its sectors by itself.
// Exact: with one set of names the sizes of files do not depend on each other, nor do the sectors
// of a file of one size. (Of growths over 16 sectors it knows the sizes that the enumeration
// knows.) Thread-safety: none; the disk must not change meanwhile. Spec:          EV-6; R-3 to
//
#pragma once
#include <optional>
#include <string>

#include "sim/image.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::sim {

/// Nothing where a power cut at this moment may leave the image; else why not, of the set of names
/// that comes nearest. Throws std::length_error where more than 16 changes of names are pending and
/// any subset of them may survive.
[[nodiscard]] std::optional<std::string> why_not_left(const SimDisk& disk, const Image& image);

}  // namespace plumb::sim
