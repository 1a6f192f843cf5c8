// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The least that an opening could do with a log: read the segments, check each record's digest and
// chain, and put the changes into a hash map. No root, no proof of an honest end, no report.
// Written from spec/FORMAT.md sections 2 to 4 alone, and without the library's readers.
// Thread-safety: pure function.
// Spec:          P-6 (open after commits without a checkpoint).
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/bytes.hpp"
#include "merkle/hasher.hpp"

namespace plumb::bench {

struct Replayed {
  std::unordered_map<std::string, std::string> changed;  ///< keys that the log puts
  std::uint64_t records = 0;
  std::uint64_t seq = 0;
  Digest chain;
};

/// The store's log behind its newest checkpoint. Throws EnvironmentFailure where a record is not
/// what it should be.
[[nodiscard]] Replayed replay(const std::string& folder, Hasher& hasher);

}  // namespace plumb::bench
