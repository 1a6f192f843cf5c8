// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Hashers that tests put in the place of SHA-256, and small conversions.
#pragma once
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "merkle/hasher.hpp"

namespace plumb::test {

[[nodiscard]] inline std::unique_ptr<Hasher> sha256() { return std::move(make_sha256()).value(); }

[[nodiscard]] inline Digest digest_of(const std::string& bytes32) {
  Digest d;
  std::memcpy(d.bytes.data(), bytes32.data(), d.bytes.size());
  return d;
}

[[nodiscard]] inline std::string bytes_of(const Digest& d) { return std::string(text(view(d))); }

/// The text of hexadecimal digits in the source of a test.
[[nodiscard]] inline std::string unhex(const std::string& hex) { return from_hex(hex).value(); }

/// Counts the calls (P-8).
class CountingHasher final : public Hasher {
 public:
  Digest hash(std::initializer_list<ByteView> parts) override {
    ++calls;
    return inner_->hash(parts);
  }
  std::size_t calls = 0;

 private:
  std::unique_ptr<Hasher> inner_ = sha256();
};

/// SHA-256, except for messages whose digest the test chooses: puts keys where they are wanted,
/// makes two of them collide.
class ChosenHasher final : public Hasher {
 public:
  void choose(const std::string& message, const Digest& digest) { chosen_[message] = digest; }
  Digest hash(std::initializer_list<ByteView> parts) override {
    std::string message;
    for (const ByteView part : parts) message += text(part);
    const auto found = chosen_.find(message);
    return found != chosen_.end() ? found->second : inner_->hash(parts);
  }

 private:
  std::map<std::string, Digest> chosen_;
  std::unique_ptr<Hasher> inner_ = sha256();
};

}  // namespace plumb::test
