// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What happened in the histories that were played, by name. A campaign in which something never
// happened has not shown that it does no harm.
// Thread-safety: none.
// Spec:          EV-3.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumb::property {

class Cover {
 public:
  void saw(std::string_view what, std::uint64_t times = 1) {
    if (times == 0) return;
    counts_[std::string(what)] += times;
  }
  [[nodiscard]] std::uint64_t count(std::string_view what) const {
    const auto found = counts_.find(what);
    return found == counts_.end() ? 0 : found->second;
  }
  /// "commit 4711", one a line.
  [[nodiscard]] std::string text() const;
  /// What should happen in a campaign, and has not.
  [[nodiscard]] std::vector<std::string_view> missing() const;

 private:
  std::map<std::string, std::uint64_t, std::less<>> counts_;
};

/// A valid record behind the log's end: no sight of a right store, see property_test.cpp.
inline constexpr std::string_view kDiscarded = "discarded record";

/// Everything that a campaign must show.
[[nodiscard]] std::span<const std::string_view> expected_sights();

}  // namespace plumb::property
