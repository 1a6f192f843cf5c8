// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The options of the campaign's stores: small, so that segments are added and reused and
// checkpoints made all the time.
// Thread-safety: constants.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace plumb::audit {

/// The longest transaction that draw_transaction makes fits, and few of them.
inline constexpr std::uint64_t kSegmentBytes = 16384;
inline constexpr std::uint64_t kCheckpointEvery = 9;  // transactions

[[nodiscard]] inline std::vector<std::string> init_words(const std::string& folder) {
  return {"init",
          folder,
          "--segment-bytes",
          std::to_string(kSegmentBytes),
          "--checkpoint-every",
          std::to_string(kCheckpointEvery),
          "--json"};
}

}  // namespace plumb::audit
