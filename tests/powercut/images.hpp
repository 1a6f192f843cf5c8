// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The place where real crash images meet the simulated disk: what a filesystem left after a cut, as
// names and bytes, must be among what the profile of that filesystem may leave.
// Thread-safety: reads files.
// Spec:          EV-6; A-29.
#pragma once
#include <string>

#include "audit/observe.hpp"
#include "powercut/calls.hpp"
#include "powercut/campaign.hpp"

namespace plumb::powercut {

/// The files of the store on a mounted image, name to bytes (a std::map); none where its folder is
/// not there.
[[nodiscard]] audit::Files files_of(const std::string& mounted);

/// Throws the Violation EV-6 where the image is not among what the simulated disk may leave. Then
/// asks about the same image with a byte changed and with a name that had been synced gone, and
/// throws Void where one of them is accepted.
void require_membership(const Scene& scene, const std::optional<audit::Files>& start,
                        const std::vector<RecordedCall>& calls, const Cut& cut,
                        const audit::Files& image);

}  // namespace plumb::powercut
