// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Bounds of the options, and the system's source of random bytes; see options.hpp.
#include "commit/options.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>

namespace plumb {

Status Options::check(std::uint32_t block_bytes) const {
  if (mode != Mode::sync) return make_error(Errc::invalid, "mode: this version knows sync alone");
  if (backend != Backend::native) {
    return make_error(Errc::invalid, "backend: this version knows native alone");
  }
  const std::uint64_t least =
      std::max<std::uint64_t>(kMinSegmentBytes, kMinSegmentBlocks * block_bytes);
  if (segment_bytes < least || segment_bytes > kMaxSegmentBytes) {
    return make_error(Errc::invalid, fmt::format("segment-bytes is {}: from {} to {} are possible",
                                                 segment_bytes, least, kMaxSegmentBytes));
  }
  if (segment_bytes % block_bytes != 0) {
    return make_error(Errc::invalid, fmt::format("segment-bytes is {}: not a multiple of {}",
                                                 segment_bytes, block_bytes));
  }
  if (checkpoint_every >= kNumberLimit || checkpoint_bytes >= kNumberLimit) {
    return make_error(Errc::invalid, "checkpoint-every and checkpoint-bytes are below 2^63");
  }
  return {};
}

bool Options::valid(std::uint32_t block_bytes) const { return check(block_bytes).ok(); }

Entropy system_entropy() {
  return [](ByteSpan into) -> Status {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(into.data()),  // NOLINT: bytes as bytes
                   static_cast<int>(into.size())) != 1) {
      return make_error(Errc::io, "the system has no random bytes to give");
    }
    return {};
  };
}

}  // namespace plumb
