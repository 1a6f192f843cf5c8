// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The guarantee matrix: every pinned model by every property, compared with what was pinned.
// Thread-safety: a value with one user.
// Spec:          EV-2; impl/cli/README.md (command-line contract).
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tool/manifest.hpp"

namespace plumb::spec::tool {

/// One model of the matrix: what was pinned and what was found.
struct Cell {
  PinnedModel model;
  Outcome outcome;
  std::string differs;  ///< empty: as pinned
};

class Matrix {
 public:
  void add(Cell cell);
  /// A line a model, in families; then seconds by family, and every difference.
  [[nodiscard]] std::string to_text() const;
  /// JSON Lines: a model a line.
  [[nodiscard]] std::string to_json() const;
  [[nodiscard]] bool as_pinned() const;
  [[nodiscard]] std::vector<PinnedModel> found() const;

 private:
  std::vector<Cell> cells_;
};

}  // namespace plumb::spec::tool
