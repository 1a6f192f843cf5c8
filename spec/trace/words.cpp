// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Words in messages; see words.hpp.
#include "trace/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace plumb::spec::trace {
namespace {

constexpr std::size_t kMostBytes = 200;
constexpr std::size_t kMostNear = 3;
constexpr std::size_t kMostWord = 128;  // a longer one is near to nothing

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

/// Bytes of the character at `i`, 0 where none begins there or it is a control character.
std::size_t character_at(std::string_view text, std::size_t i) {
  const unsigned first = byte_at(text, i);
  if (first < 0x80) return first < 0x20 || first == 0x7F ? 0 : 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t k = 1; k < size; ++k) {
    if ((byte_at(text, i + k) & 0xC0U) != 0x80) return 0;
  }
  const unsigned second = byte_at(text, i + 1);
  if (first == 0xC2 && second < 0xA0) return 0;  // C1 controls
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return size;
}

/// How many characters have to be changed, added or taken away.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t k = 0; k <= b.size(); ++k) row[k] = k;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const std::size_t changed = diagonal + (a[i - 1] == b[k - 1] ? 0 : 1);
      diagonal = row[k];
      row[k] = std::min({changed, row[k] + 1, row[k - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size();) {
    if (shown.size() >= kMostBytes) return shown + "...";
    const std::size_t size = character_at(text, i);
    if (size == 0) {
      shown += fmt::format("\\x{:02x}", byte_at(text, i));
      ++i;
    } else {
      shown += text.substr(i, size);
      i += size;
    }
  }
  return shown;
}

std::string near_names(std::string_view word, const std::vector<std::string>& names) {
  if (word.empty() || word.size() > kMostWord) return {};
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : names) {
    const bool part = word.size() > 2 && name.find(word) != std::string::npos;
    const std::size_t far = part ? 1 : distance(word, name);
    if (far <= std::max<std::size_t>(2, word.size() / 3)) near.emplace_back(far, name);
  }
  std::ranges::sort(near);
  if (near.size() > kMostNear) near.resize(kMostNear);
  std::string shown;
  for (const auto& [far, name] : near)
    shown.append(shown.empty() ? "; near: " : " | ").append(name);
  return shown;
}

}  // namespace plumb::spec::trace
