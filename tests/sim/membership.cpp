// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Membership of a folder among the crash states; see membership.hpp.
#include "sim/membership.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/crash_space.hpp"

namespace plumb::sim {
namespace {

constexpr std::size_t kMostChanges = 16;

using Kept = CrashSpace::Kept;

std::string_view sector_of(const Bytes& bytes, std::uint64_t sector) {
  const std::uint64_t at = sector * kSectorBytes;
  if (at >= bytes.size()) return {};
  return std::string_view(bytes).substr(at, kSectorBytes);
}

/// The first sector that no outcome of its own explains.
std::optional<std::uint64_t> odd_sector(CrashSpace& space, const FileSpace& file,
                                        const SizeChoice& size, const Bytes& bytes) {
  std::size_t most = 1;
  for (const auto& outcomes : size.sectors) most = std::max(most, outcomes.size());
  std::vector<std::uint8_t> explained((bytes.size() + kSectorBytes - 1) / kSectorBytes, 0);
  for (std::size_t i = 0; i < most; ++i) {  // the i-th outcome of every sector at once
    Drops::File drops{file.node, size.size, {}};
    for (const auto& outcomes : size.sectors) {
      drops.sectors.push_back(outcomes[std::min(i, outcomes.size() - 1)]);
    }
    const FileBytes content = space.content(drops);
    for (std::uint64_t sector = 0; sector < explained.size(); ++sector) {
      if (sector_of(*content, sector) == sector_of(bytes, sector)) explained[sector] = 1;
    }
  }
  const auto odd = std::ranges::find(explained, 0);
  if (odd == explained.end()) return std::nullopt;
  return static_cast<std::uint64_t>(odd - explained.begin());
}

class Question {
 public:
  Question(const SimDisk& disk, const Image& image) : space_(disk), image_(image) {}

  std::optional<std::string> answer(bool may_be_lost) {
    if (may_be_lost && image_.files.empty()) return std::nullopt;
    const std::size_t open = space_.open_changes();
    if (space_.ordered()) {
      for (std::size_t count = open + 1; count-- > 0;) {
        if (explains(space_.keep_prefix(count))) return std::nullopt;
      }
      return reason_;
    }
    if (open > kMostChanges) throw std::length_error("too many names are pending");
    for (std::uint64_t mask = std::uint64_t{1} << open; mask-- > 0;) {
      if (explains(space_.keep_mask(mask))) return std::nullopt;
    }
    return reason_;
  }

 private:
  bool explains(const Kept& kept) {
    const NameTable table = space_.table(kept);
    if (const std::string odd = odd_name(table); !odd.empty()) return nearest(0, odd);
    std::size_t right = 1;
    for (const auto& [name, node] : table.entries) {
      const std::string odd = odd_file(node, *image_.files.at(name), kept);
      if (!odd.empty()) return nearest(right, fmt::format("{}: {}", name, odd));
      ++right;
    }
    return true;
  }

  [[nodiscard]] std::string odd_name(const NameTable& table) const {
    for (const auto& [name, bytes] : image_.files) {
      if (table.find(name) == kNoNode) return name + " is there";
    }
    for (const auto& [name, node] : table.entries) {
      if (!image_.files.contains(name)) return name + " is not there";
    }
    return {};
  }

  std::string odd_file(NodeId node, const Bytes& bytes, const Kept& kept) {
    FileSpace* const file = space_.space_of(node);
    if (file == nullptr) {
      return bytes == *space_.state().nodes[node].durable ? "" : "it is not what was synced";
    }
    std::string odd = fmt::format("{} bytes are no size of it", bytes.size());
    for (const SizeChoice& size : file->sizes) {
      if (size.size != bytes.size() || !space_.allowed(size, kept)) continue;
      const auto sector = odd_sector(space_, *file, size, bytes);
      if (!sector) return {};
      odd = fmt::format("no write explains its sector {}", *sector);
    }
    return odd;
  }

  bool nearest(std::size_t right, const std::string& odd) {
    if (reason_.empty() || right > right_) {
      reason_ = odd;
      right_ = right;
    }
    return false;
  }

  CrashSpace space_;
  const Image& image_;
  std::string reason_;
  std::size_t right_ = 0;
};

}  // namespace

std::optional<std::string> why_not_left(const SimDisk& disk, const Image& image) {
  return Question(disk, image).answer(disk.state().folder_pending);
}

}  // namespace plumb::sim
