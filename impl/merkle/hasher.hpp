// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4) behind a narrow interface; OpenSSL does the work, its context is kept.
// Thread-safety: none; each thread has its own Hasher.
// Spec:          spec/FORMAT.md section 7; P-7. Relies on A-8.
#pragma once
#include <initializer_list>
#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace plumb {

class Hasher {
 public:
  Hasher() = default;
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher(Hasher&&) = delete;
  Hasher& operator=(Hasher&&) = delete;
  virtual ~Hasher() = default;
  /// SHA-256 of the parts, one after another.
  [[nodiscard]] virtual Digest hash(std::initializer_list<ByteView> parts) = 0;
  [[nodiscard]] Digest hash(ByteView whole) { return hash({whole}); }
};

/// OpenSSL's SHA-256, algorithm fetched once and context reused. Error io: OpenSSL offers no
/// SHA-256 (a provider configuration without it).
[[nodiscard]] Result<std::unique_ptr<Hasher>> make_sha256();

}  // namespace plumb
