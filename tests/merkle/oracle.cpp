// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// See oracle.hpp.
#include "oracle.hpp"

#include <openssl/sha.h>

#include <utility>
#include <vector>

namespace plumb::test::oracle {
namespace {

const std::string kEmpty(32, '\0');

bool bit(const std::string& path, unsigned d) {
  return ((static_cast<unsigned>(static_cast<unsigned char>(path[d / 8])) << (d % 8)) & 0x80U) != 0;
}

/// The entries of s whose path has bit d = b.
Entries half(const Entries& s, unsigned d, bool b) {
  Entries result;
  for (const auto& [path, payload] : s) {
    if (bit(path, d) == b) result[path] = payload;
  }
  return result;
}

}  // namespace

std::string sha256(const std::string& message) {
  std::string digest(32, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(message.data()), message.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string root(const Entries& s, unsigned d) {
  if (s.empty()) return kEmpty;
  if (s.size() == 1) {
    const auto& [path, payload] = *s.begin();
    return sha256(std::string(1, '\x00') + path + sha256(payload));
  }
  return sha256(std::string(1, '\x01') + root(half(s, d, false), d + 1) +
                root(half(s, d, true), d + 1));
}

Entries entries_of(const Contents& contents) {
  Entries entries;
  for (const auto& [key, value] : contents) entries[sha256(key)] = '\x01' + value;
  return entries;
}

std::string proof(const Entries& s, const std::string& path) {
  std::vector<std::string> siblings;
  Entries here = s;
  while (here.size() > 1) {
    const auto d = static_cast<unsigned>(siblings.size());
    siblings.push_back(root(half(here, d, !bit(path, d)), d + 1));
    here = half(here, d, bit(path, d));
  }
  const std::size_t depth = siblings.size();
  std::string map((depth + 7) / 8, '\0');
  std::string given;
  for (std::size_t i = 0; i < depth; ++i) {
    if (siblings[i] == kEmpty) continue;
    map[i / 8] = static_cast<char>(static_cast<unsigned char>(map[i / 8]) | (0x80U >> (i % 8)));
    given += siblings[i];
  }
  std::string result{static_cast<char>(depth >> 8U), static_cast<char>(depth & 0xFFU)};
  result += map + given;
  if (here.empty()) return result + '\x01';
  const auto& [leaf, payload] = *here.begin();
  if (leaf == path) return result + '\x00';
  return result + '\x02' + leaf + sha256(payload);
}

}  // namespace plumb::test::oracle
