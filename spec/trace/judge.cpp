// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A trace against its model; see judge.hpp.
#include "trace/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "trace/parse.hpp"
#include "trace/variant.hpp"
#include "trace/words.hpp"

namespace plumb::spec::trace {
namespace {

/// The next event; none behind the last one, when the file has ended as it should.
std::optional<Event> next_event(Lines& lines, std::uint64_t taken) {
  const std::optional<std::string> text = lines.next();
  if (!text) throw Malformed("the trace is cut: no line {\"end\":N} ends it");
  auto line = parse_line(*text);
  if (auto* numbered = std::get_if<Numbered>(&line)) {
    if (numbered->seq == taken + 1) return std::move(numbered->event);
    throw Malformed(fmt::format("seq is {} where {} is due: lines are lost, or not in their order",
                                numbered->seq, taken + 1));
  }
  const std::uint64_t end = std::get<End>(line).events;
  if (end != taken) {
    throw Malformed(fmt::format("\"end\" counts {} events, and there are {}", end, taken));
  }
  if (taken == 0) throw Malformed("a trace without events shows nothing");
  if (lines.next()) throw Malformed("there is a line behind the last one");
  return std::nullopt;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <class M>
void refuse_unknown(const M& model, const Fields& fields, const Event& event) {
  if (!action_named(model, event.action)) {
    std::vector<std::string> known;
    known.reserve(model.actions().size());
    for (const ActionInfo& action : model.actions()) known.emplace_back(action.name);
    throw Malformed(fmt::format("unknown action \"{}\"{}", printable(event.action),
                                near_names(event.action, known)));
  }
  for (const Seen& seen : event.seen) {
    if (has(fields.names, seen.field)) continue;
    throw Malformed(fmt::format("unknown field \"{}\"{}", printable(seen.field),
                                near_names(seen.field, fields.names)));
  }
}

template <class M>
Result judge_with(const M& model, const Fields& fields, const Header& header, Lines& lines,
                  const Limits& limits, const OnEvent& on_event) {
  Result result;
  result.variant = header.variant;
  Oracle oracle(model, header.hidden, limits);
  while (std::optional<Event> event = next_event(lines, oracle.events())) {
    refuse_unknown(model, fields, *event);
    const Taken taken = oracle.take(*event);
    if (taken == Taken::yes) {
      if (on_event) on_event(oracle.events(), oracle.possible().size());
      continue;
    }
    result.outcome = taken == Taken::refused ? Outcome::refused : Outcome::not_decided;
    if (taken == Taken::refused) {
      result.refusal = refuse(model, oracle.possible(), *event,
                              [&](std::string_view name) { return has(fields.places, name); });
    }
    result.event = std::move(*event);
    break;
  }
  result.reason = oracle.reason();
  result.events = oracle.events();
  result.possible = oracle.possible().size();
  result.line = lines.number();
  result.broken = oracle.findings();
  result.violated = oracle.violated();
  if (result.outcome == Outcome::accepted && result.violated) {
    result.line = oracle.violated_since() + 1;
  }
  result.largest = oracle.largest();
  result.steps = oracle.steps();
  return result;
}

}  // namespace

Result judge(Lines& lines, const Limits& limits, const OnEvent& on_event) {
  const std::optional<std::string> first = lines.next();
  if (!first) throw Malformed("the trace is empty");
  const Header header = parse_header(*first);
  const Variant variant = find_variant(header);
  refuse_hidden(variant, header.hidden);
  return with_model(variant, [&](const auto& model, const Fields& fields) {
    return judge_with(model, fields, header, lines, limits, on_event);
  });
}

}  // namespace plumb::spec::trace
