// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The pinned models: which variants are searched within which bounds, and what was found of each.
// spec/manifest.json is compiled in; plumb-check --variant all compares, and --pin writes another.
// Invariants:    every row of every table has at least one model.
// Errors:        Refused for a file that is none, with the place and the reason.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/subject.hpp"

namespace plumb::spec::tool {

/// What must come out of a model; "fails in k steps" by property, nothing for what holds.
struct Pinned {
  std::uint64_t distinct = 0;
  std::uint32_t depth = 0;
  std::string digest;
  std::vector<std::pair<std::string, std::uint64_t>> violated;  ///< claim, steps
  std::vector<std::string> unreached;                           ///< witnesses
  std::vector<std::string> never_fires;                         ///< actions

  friend bool operator==(const Pinned&, const Pinned&) = default;
};

struct PinnedModel {
  Subject subject;
  std::string set;  ///< "default" or "nightly"
  std::optional<Pinned> pinned;
};

/// The text that was compiled in.
[[nodiscard]] std::string_view manifest_text();
[[nodiscard]] std::vector<PinnedModel> read_manifest(std::string_view text);
/// What a table has and the manifest has not, or the other way round; empty: they fit.
[[nodiscard]] std::string refuse_manifest(std::string_view text);
[[nodiscard]] std::string write_manifest(const std::vector<PinnedModel>& models);

[[nodiscard]] Pinned pinned_of(const Outcome& outcome);
/// In words, each on a line: what differs.
[[nodiscard]] std::string differences(const Pinned& expected, const Pinned& found);

}  // namespace plumb::spec::tool
