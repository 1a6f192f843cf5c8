// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// One instantiation of the checker for each family of models, each compiled alone.
// Thread-safety: pure functions, but for checkpoint files.
// Spec:          EV-2.
#pragma once
#include <functional>
#include <string_view>

#include "tool/subject.hpp"

namespace plumb::spec::tool {

using Line = std::function<void(std::string_view)>;

[[nodiscard]] Outcome examine_classic(const CommitSubject& subject, const Options& options);
[[nodiscard]] Outcome examine_golden(const CommitSubject& subject, const Options& options);
[[nodiscard]] Outcome examine_meter(const MeterSubject& subject, const Options& options);

[[nodiscard]] Outcome walk_classic(const CommitSubject& subject, const SimulationOptions& options);
[[nodiscard]] Outcome walk_golden(const CommitSubject& subject, const SimulationOptions& options);
[[nodiscard]] Outcome walk_meter(const MeterSubject& subject, const SimulationOptions& options);

void list_classic(const CommitSubject& subject, const Options& options, const Line& line);
void list_golden(const CommitSubject& subject, const Options& options, const Line& line);
void list_meter(const MeterSubject& subject, const Options& options, const Line& line);

[[nodiscard]] std::vector<std::string> claims_classic(const CommitSubject& subject);
[[nodiscard]] std::vector<std::string> claims_golden(const CommitSubject& subject);
[[nodiscard]] std::vector<std::string> claims_meter(const MeterSubject& subject);

/// The names of a model's claims that need no whole graph.
template <class M>
[[nodiscard]] std::vector<std::string> claims(const M& model) {
  std::vector<std::string> names;
  for (const PropertyInfo& property : model.properties()) {
    if (property.kind == PropertyKind::sometimes) continue;
    if (property.kind == PropertyKind::termination) continue;
    names.emplace_back(property.name);
  }
  return names;
}
/// For models whose disk, if they have one, no script is written of.
struct NoDisk {
  template <class State>
  std::string operator()(ActionId, const State&, const State&) const {
    return {};
  }
};
/// A model has no room for a bound: the user's mistake.
template <class F>
decltype(auto) with_room(F&& f) {
  try {
    return f();
  } catch (const CapacityExceeded& exceeded) {
    throw Refused(exceeded.what());
  }
}

}  // namespace plumb::spec::tool
