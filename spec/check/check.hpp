// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The way in: check(model, options) searches a model and judges all of its properties.
// Thread-safety: pure function of model and options, but for the checkpoint file.
// Spec:          EV-2.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "check/graph.hpp"
#include "check/judge.hpp"
#include "check/model.hpp"
#include "check/options.hpp"
#include "check/report.hpp"
#include "check/search.hpp"
#include "check/termination.hpp"

namespace plumb::spec {

/// Throws Refused for options that do not make sense with this model.
template <Model M>
void refuse_unsound(const M& model, const Options& options) {
  refuse_nonsense(options);
  const Judge<M> judge(model, options);
  if (!options.symmetry) return;
  if (!SymmetricModel<M>) throw Refused("symmetry: the model names no canonical states");
  const auto refuse = [&](PropertyKind kind, const char* what) {
    if (!judge.selected(kind)) return;
    throw Refused(std::string("symmetry: cannot be had together with ") + what +
                  ", which follows a run through states that symmetry takes for one");
  };
  refuse(PropertyKind::action, "an action property");
  refuse(PropertyKind::termination, "termination");
}

/// The report of a finished exact search, with the verdict on termination.
template <Model M>
[[nodiscard]] Report<typename M::State> judged(const Search<M, Storage::keys>& search) {
  Report<typename M::State> report = search.report();
  if (!search.complete()) return report;
  const Graph<M> graph(search);
  std::optional<std::optional<Trace<typename M::State>>> lasso;  // searched for once
  for (Judgement<typename M::State>& judgement : report.properties) {
    if (judgement.property.kind != PropertyKind::termination) continue;
    if (!lasso) lasso = FairRuns<M>(graph).find();
    if (!*lasso) continue;
    judgement.verdict = Verdict::violated;
    judgement.reason = judgement.property.words;
    judgement.trace = *lasso;
  }
  return report;
}

/// Everything. Throws Refused for options, FileFailure and FileDamaged for the checkpoint file, and
/// what the model throws, except CapacityExceeded.
template <Model M>
[[nodiscard]] Report<typename M::State> check(const M& model, const Options& options = {}) {
  refuse_unsound(model, options);
  const bool exact = options.storage == Storage::keys ||
                     Judge<M>(model, options).selected(PropertyKind::termination);
  if (exact) {
    Search<M, Storage::keys> search(model, options);
    search.run();
    return judged(search);
  }
  Search<M, Storage::fingerprints> search(model, options);
  search.run();
  return search.report();
}

}  // namespace plumb::spec
