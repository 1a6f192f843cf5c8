// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// From the header of a trace to its model, and from a row and its bounds to a header.
// Thread-safety: pure functions.
// Spec:          EV-1, EV-3; README.md (variants, bounds).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "commit.hpp"
#include "meter.hpp"
#include "trace/event.hpp"
#include "trace/fields.hpp"

namespace plumb::spec::trace {

struct CommitVariant {
  commit::Row row;
  commit::Bounds bounds;
};
struct MeterVariant {
  meter::Row row;
  meter::Bounds bounds;
};
using Variant = std::variant<CommitVariant, MeterVariant>;

/// The row or mutant that the header names, within its bounds. Throws Malformed.
[[nodiscard]] Variant find_variant(const Header& header);

/// Throws Malformed for an action that is hidden and must not be.
void refuse_hidden(const Variant& variant, const std::vector<std::string>& hidden);

/// The header of a trace of this model, with every bound.
[[nodiscard]] Header header_of(const commit::Row& row, const commit::Bounds& bounds);
[[nodiscard]] Header header_of(const meter::Row& row, const meter::Bounds& bounds);

/// f(model, fields) with the model of the variant.
template <class F>
decltype(auto) with_model(const Variant& variant, F&& f) {
  if (const auto* meters = std::get_if<MeterVariant>(&variant)) {
    return f(meter::Meter(meters->row, meters->bounds), meter_fields());
  }
  const auto& [row, bounds] = std::get<CommitVariant>(variant);
  const Fields fields = row.family == commit::Family::golden ? golden_fields() : classic_fields();
  return commit::with_model(row, bounds, [&](const auto& model) { return f(model, fields); });
}

}  // namespace plumb::spec::trace
