// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// From a typed report to an Outcome: every trace is told once, in the model's own words.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <string>
#include <utility>

#include "check/check.hpp"
#include "check/simulate.hpp"
#include "tool/outcome.hpp"

namespace plumb::spec::tool {

template <Model M>
[[nodiscard]] std::vector<Field> fields_of(const M& model, const typename M::State& state) {
  std::vector<Field> fields;
  model.describe(state,
                 [&](std::string_view name, std::string_view cached, std::string_view durable) {
                   fields.push_back({std::string(name), std::string(cached), std::string(durable)});
                 });
  return fields;
}

/// `disk(op, from, to)` says what a step did to the disk, as JSON; empty: nothing.
template <Model M, class Disk>
[[nodiscard]] Story told(const M& model, const Trace<typename M::State>& trace, const Disk& disk) {
  Story story;
  story.loop = trace.loop;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const auto& step = trace.steps[i];
    Step words{.fields = fields_of(model, step.state)};
    if (step.action != kNoAction) {
      const auto& from = trace.steps[i - 1].state;
      words.action = model.actions()[step.action].name;
      words.choice = step.choice;
      words.decided = model.describe_choice(step.action, step.choice, from);
      words.disk = disk(step.action, from, step.state);
    }
    story.steps.push_back(std::move(words));
  }
  return story;
}

template <Model M, class Disk>
[[nodiscard]] Judged judged_of(const M& model, const Judgement<typename M::State>& judgement,
                               const Disk& disk) {
  Judged judged{.property = std::string(judgement.property.name),
                .kind = judgement.property.kind,
                .requirement = std::string(judgement.property.requirement),
                .words = std::string(judgement.property.words),
                .verdict = judgement.verdict,
                .reason = judgement.reason};
  if (judgement.trace) judged.story = told(model, *judgement.trace, disk);
  return judged;
}

[[nodiscard]] inline Fired fired_of(const ActionCoverage& coverage) {
  return {std::string(coverage.action.name), coverage.distinct, coverage.total, coverage.verdict,
          std::string(coverage.action.never_reason)};
}

template <Model M, class Disk>
[[nodiscard]] Outcome examined(const M& model, const Options& options, const Disk& disk) {
  const Report<typename M::State> report = check(model, options);
  Outcome outcome;
  for (const auto& judgement : report.properties) {
    outcome.findings.push_back(judged_of(model, judgement, disk));
  }
  if (report.deadlock) outcome.findings.push_back(judged_of(model, *report.deadlock, disk));
  for (const ActionCoverage& coverage : report.actions) {
    outcome.actions.push_back(fired_of(coverage));
  }
  outcome.distinct = report.distinct;
  outcome.generated = report.generated;
  outcome.expanded = report.expanded;
  outcome.depth = report.depth;
  outcome.digest = report.digest.hex();
  outcome.complete = report.complete;
  outcome.stopped = report.stopped;
  outcome.exact = report.exact;
  outcome.collision_probability = report.collision_probability;
  outcome.peak_bytes = report.peak_bytes;
  outcome.seconds = report.seconds;
  outcome.verdict = report.verdict();
  return outcome;
}

template <Model M, class Disk>
[[nodiscard]] Outcome walked(const M& model, const SimulationOptions& options, const Disk& disk) {
  const Simulation<typename M::State> walks = simulate(model, options);
  Outcome outcome;
  const auto add = [&](const Judgement<typename M::State>& judgement) {
    outcome.findings.push_back(judged_of(model, judgement, disk));
    outcome.findings.back().replay = walks.replay[outcome.findings.size() - 1];
    if (judgement.verdict == Verdict::violated) outcome.verdict = Verdict::violated;
  };
  for (const auto& judgement : walks.properties) add(judgement);
  if (walks.deadlock) add(*walks.deadlock);
  for (const ActionCoverage& coverage : walks.actions)
    outcome.actions.push_back(fired_of(coverage));
  outcome.distinct = walks.distinct;
  outcome.generated = walks.steps;
  outcome.depth = static_cast<std::uint32_t>(walks.longest);
  outcome.stopped = walks.stopped.empty() ? "random walks are no search" : walks.stopped;
  outcome.walks = walks.walks;
  outcome.seed = options.seed;
  return outcome;
}

/// Lines "state <number> <key>" in the order of discovery, then "step <from> <action> <choice>
/// <to>", in hexadecimal the key and in decimal all else: equal graphs are equal texts.
template <Model M, class Line>
void listed(const M& model, Options options, const Line& line) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  options.storage = Storage::keys;
  refuse_unsound(model, options);
  Search<M, Storage::keys> search(model, options);
  search.run();
  const Graph<M> graph(search);
  for (std::uint32_t number = 0; number < graph.size(); ++number) {
    std::string text = "state " + std::to_string(number) + ' ';
    for (const std::byte byte : graph.key(number)) {
      text += kDigits[std::to_integer<unsigned>(byte) >> 4U];
      text += kDigits[std::to_integer<unsigned>(byte) & 15U];
    }
    line(text);
  }
  graph.for_each_edge([&](const Edge& edge) {
    std::string text = "step " + std::to_string(edge.from) + ' ';
    text += model.actions()[edge.action].name;
    text += ' ' + std::to_string(edge.choice) + ' ' + std::to_string(edge.to);
    line(text);
  });
}

}  // namespace plumb::spec::tool
