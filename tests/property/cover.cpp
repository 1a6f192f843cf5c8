// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What should happen in a campaign; see cover.hpp.
#include "property/cover.hpp"

#include <fmt/format.h>

#include <array>

namespace plumb::property {
namespace {

constexpr std::array<std::string_view, 73> kExpected{
    // what is done
    "commit", "commit of nothing", "commit without an id", "empty value", "erased key",
    "repeated key", "too large", "repeat", "conflict", "repeat of a lost transaction", "checkpoint",
    "checkpoint by itself", "close", "leave", "direct", "buffered", "posix-min", "dir-ordered",
    "writeback", "journal", "btrfs-like",
    // crashes
    "power cut at rest", "power cut in a commit", "power cut in a checkpoint",
    "power cut in a closing", "power cut in an opening", "kill at rest", "kill in a commit",
    "kill in a checkpoint", "kill in a closing", "kill in an opening", "power cut after a kill",
    "crash in an opening after a crash in an opening", "the state differs from what was seen",
    "the folder is lost",
    // faults
    "sync-data fails", "sync-all fails", "sync-folder fails", "sync-parent fails",
    "content goes back", "content stays", "write-direct fails", "write fails", "read fails",
    "rename fails", "unlink fails", "create fails", "open fails", "preallocate fails", "size fails",
    "list fails", "lock fails", "direct-block fails", "disk full",
    // what they lead to
    "unknown outcome", "the unknown was there", "the unknown was not there", "not committed",
    "poisoned commit refused", "poisoned checkpoint refused", "checkpoint abandoned",
    "commits again after a full disk", "opening failed", "opening taken up",
    "opening closes an earlier one", "audit line left out", "store made anew",
    // what an opening finds
    "torn tail", "redo", "recycled segment", "new segment", "temp file cleaned",
    "half-made segment cleaned"};

}  // namespace

std::span<const std::string_view> expected_sights() { return kExpected; }

std::string Cover::text() const {
  std::string text;
  for (const auto& [what, times] : counts_) text += fmt::format("  {:<48} {:>8}\n", what, times);
  return text;
}

std::vector<std::string_view> Cover::missing() const {
  std::vector<std::string_view> missing;
  for (const std::string_view what : kExpected) {
    if (count(what) == 0) missing.push_back(what);
  }
  return missing;
}

}  // namespace plumb::property
