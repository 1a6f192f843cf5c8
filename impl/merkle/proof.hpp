// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Proofs that a key has a value, or is absent, under a root that the verifier brings itself.
//   depth u16 BE | map ceil(depth/8) | siblings 32 each | kind u8 | (kind 2) other path, value hash
// Thread-safety: pure functions; the Hasher belongs to the caller.
// Spec:          AC-18; spec/FORMAT.md section 7.
#pragma once
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "merkle/map.hpp"

namespace plumb::merkle {

/// Sizes of a proof in bytes (spec/FORMAT.md section 7).
inline constexpr std::size_t kMinProofBytes = 3;
inline constexpr std::size_t kMaxProofBytes = 8291;

/// The encoded proof for the key: of inclusion where it is present, of absence otherwise.
[[nodiscard]] Bytes prove(const Map& map, std::string_view key, Hasher& hasher);

/// Ok: under `root`, the key has exactly `value`, or is absent where no value is given. Error
/// corrupt: the proof does not show that; the reason names the first rule of proof.cpp that it
/// breaks. The proof contributes nothing but siblings and the terminal: root, key and value are
/// the caller's.
[[nodiscard]] Status verify(const Digest& root, std::string_view key,
                            std::optional<std::string_view> value, std::string_view proof,
                            Hasher& hasher);

}  // namespace plumb::merkle
