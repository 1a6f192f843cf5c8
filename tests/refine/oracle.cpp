// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Traces, judged and written; see oracle.hpp.
#include "refine/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "trace/fields.hpp"
#include "trace/variant.hpp"
#include "trace/write.hpp"

namespace plumb::refine {
namespace {

using spec::trace::Event;
using spec::trace::Seen;

std::string words_of(const spec::trace::Refusal& refusal) {
  std::string words = fmt::format("{} states were possible", refusal.possible);
  for (const std::string& place : refusal.places) words += "; " + place;
  if (!refusal.never.empty()) words += "; never: " + refusal.never;
  for (const spec::trace::Candidate& candidate : refusal.candidates) {
    if (!candidate.own) continue;
    if (candidate.steps == 0) words += "; its guard was false";
    for (const spec::trace::Difference& d : candidate.differences) {
      words += fmt::format("; {}: expected {}, seen {}", d.field, d.expected.value_or("none"),
                           d.seen.value_or("none"));
    }
  }
  return words;
}

template <class M>
Verdict judge_with(const M& model, const std::vector<Event>& events) {
  spec::trace::Oracle<M> oracle(model, {}, {});
  Verdict verdict;
  for (const Event& event : events) {
    const spec::trace::Taken taken = oracle.take(event);
    if (taken == spec::trace::Taken::yes) continue;
    verdict.event = oracle.events() + 1;
    verdict.action = event.action;
    verdict.why = oracle.reason();
    if (taken == spec::trace::Taken::refused) {
      const std::vector<std::string> places = spec::trace::golden_fields().places;
      verdict.why =
          words_of(spec::trace::refuse(model, oracle.possible(), event, [&](std::string_view name) {
            return std::ranges::find(places, name) != places.end();
          }));
    }
    return verdict;
  }
  verdict.accepted = !events.empty();
  verdict.largest = oracle.largest();
  for (const spec::trace::Finding& finding : oracle.findings()) {
    if (finding.in_every) verdict.broken.emplace_back(finding.property.name);
  }
  if (oracle.violated() && verdict.broken.empty()) verdict.broken.emplace_back("one or another");
  return verdict;
}

/// Without the fields of single segments.
std::vector<Event> without_slots(std::vector<Event> events) {
  for (Event& event : events) {
    std::erase_if(event.seen, [](const Seen& seen) { return seen.field.starts_with("log-"); });
  }
  return events;
}

}  // namespace

Verdict judge(const Trace& trace) {
  return judge_with(AnySpare(trace.row, trace.bounds), trace.events);
}

Verdict judge_as_it_stands(const Trace& trace) {
  return judge_with(spec::commit::Golden(trace.row, trace.bounds), without_slots(trace.events));
}

std::string text_of(const Trace& trace, std::string_view comment) {
  const spec::trace::Header header = spec::trace::header_of(trace.row, trace.bounds);
  std::string text = spec::trace::header_line(header, comment);
  std::uint64_t events = 0;
  for (const Event& event : without_slots(trace.events)) {
    text += spec::trace::event_line(++events, event);
  }
  return text + spec::trace::end_line(events);
}

}  // namespace plumb::refine
