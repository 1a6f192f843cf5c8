// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The definition of spec/FORMAT.md section 7, read aloud: no trees, no caches, no code of impl/.
// Slow on purpose; the oracle for everything that the implementation does quickly.
#pragma once
#include <map>
#include <optional>
#include <string>

namespace plumb::test::oracle {

/// 32-byte path to payload: what the core holds.
using Entries = std::map<std::string, std::string>;
/// Key to value: what the map holds.
using Contents = std::map<std::string, std::string>;

/// SHA-256 by OpenSSL's one-shot function.
[[nodiscard]] std::string sha256(const std::string& message);
/// root(S, d).
[[nodiscard]] std::string root(const Entries& s, unsigned d = 0);
/// The entries of a map: path(key) and 0x01 || value.
[[nodiscard]] Entries entries_of(const Contents& contents);
/// The proof for `path` in the encoding of section 7, built from the definition alone.
[[nodiscard]] std::string proof(const Entries& s, const std::string& path);

}  // namespace plumb::test::oracle
