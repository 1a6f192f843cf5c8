// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reports of a trace; see report.hpp.
#include "trace/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "trace/words.hpp"

namespace plumb::spec::trace {
namespace {

using Json = nlohmann::ordered_json;

/// What text shows of a long list; JSON shows all.
constexpr std::size_t kMostShown = 5;

std::string counted(std::uint64_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}
std::string shown(const std::optional<std::string>& words) {
  return words ? fmt::format("\"{}\"", printable(*words)) : "no such field";
}

std::string difference_words(const Difference& one) {
  return fmt::format("{}{}: expected {}, seen {}", one.field, one.durable ? " (durable)" : "",
                     shown(one.expected), shown(one.seen));
}

/// Why no possible state has the event's action among its steps.
std::string guard_words(const Refusal& refusal) {
  if (!refusal.never.empty()) return "never in this model: " + refusal.never;
  std::string words = refusal.stands_there ? "a program stands there, and its guard is false"
                                           : "its guard is false, no program stands there";
  for (std::size_t i = 0; i < std::min(kMostShown, refusal.places.size()); ++i) {
    words += fmt::format("{}{}", i == 0 ? ": " : " | ", refusal.places[i]);
  }
  if (refusal.places.size() > kMostShown) {
    words += fmt::format(" | {} more", refusal.places.size() - kMostShown);
  }
  return words;
}

std::string candidate_words(const Refusal& refusal, const Candidate& candidate) {
  if (candidate.steps == 0) return guard_words(refusal);
  if (candidate.differences.empty()) return "possible, and nothing that was seen contradicts it";
  std::string words;
  for (const Difference& one : candidate.differences) {
    words.append(words.empty() ? "" : "; ").append(difference_words(one));
  }
  return words;
}

std::string refusal_text(const Result& result, std::string_view file) {
  const Refusal& refusal = result.refusal;
  std::string text = fmt::format(
      "{}:{}: refused: event {}, {}, is no step of {}; {} possible\n", file, result.line,
      result.events + 1, printable(result.event.action), printable(result.variant),
      counted(refusal.possible, "state") + (refusal.possible == 1 ? " was" : " were"));
  // The nearest ones, and the event's own action in any case.
  std::size_t shown_others = 0;
  for (const Candidate& candidate : refusal.candidates) {
    if (!candidate.own && ++shown_others >= kMostShown) continue;
    text += fmt::format("  {}{}: {}\n", &candidate == refusal.candidates.data() ? "nearest: " : "",
                        candidate.action, candidate_words(refusal, candidate));
  }
  if (!refusal.complete) {
    text += fmt::format("  (of the first {} steps)\n", kMostExamined);
  }
  return text;
}

std::string broken_text(const Finding& finding, const Result& result) {
  const std::string_view promise = finding.property.words;
  const std::string name =
      fmt::format("{} ({})", finding.property.name, finding.property.requirement);
  if (!finding.in_every) {
    return fmt::format("  {} may be broken, by a history of {} of {}\n", name, finding.states,
                       counted(result.possible, "possible state"));
  }
  return fmt::format("  {} is broken in every history, from event {} on (line {}): {}\n", name,
                     finding.event, finding.event + 1, promise);
}

Json differences_json(const std::vector<Difference>& differences) {
  const auto words = [](const std::optional<std::string>& text) {
    return text ? Json(*text) : Json();
  };
  Json all = Json::array();
  for (const Difference& one : differences) {
    all.push_back({{"field", one.field},
                   {"durable", one.durable},
                   {"expected", words(one.expected)},
                   {"seen", words(one.seen)}});
  }
  return all;
}

Json refusal_json(const Result& result) {
  if (result.outcome != Outcome::refused) return {};
  const Refusal& refusal = result.refusal;
  Json candidates = Json::array();
  for (const Candidate& candidate : refusal.candidates) {
    candidates.push_back({{"action", candidate.action},
                          {"steps", candidate.steps},
                          {"differences", differences_json(candidate.differences)}});
  }
  return {{"line", result.line},
          {"seq", result.events + 1},
          {"action", result.event.action},
          {"possible", refusal.possible},
          {"never", refusal.never.empty() ? Json() : Json(refusal.never)},
          {"places", refusal.places},
          {"complete", refusal.complete},
          {"candidates", candidates}};
}

Json broken_json(const std::vector<Finding>& broken) {
  Json all = Json::array();
  for (const Finding& finding : broken) {
    const bool every = finding.in_every;
    all.push_back({{"property", finding.property.name},
                   {"requirement", finding.property.requirement},
                   {"histories", every ? "every" : "some"},
                   {"event", every ? Json(finding.event) : Json()},
                   {"line", every ? Json(finding.event + 1) : Json()},
                   {"states", finding.states}});
  }
  return all;
}

std::string_view verdict_word(const Result& result) {
  switch (result.outcome) {
    case Outcome::refused:
      return "refused";
    case Outcome::not_decided:
      return "not decided";
    default:
      return result.violated ? "violated" : "accepted";
  }
}

}  // namespace

std::string text_report(const Result& result, std::string_view file, bool stats) {
  const std::string name = printable(file);
  std::string text;
  if (result.outcome == Outcome::refused) {
    text = refusal_text(result, name);
  } else if (result.outcome == Outcome::not_decided) {
    text = fmt::format("{}:{}: not decided: {}\n", name, result.line, result.reason);
  } else {
    const std::string place = result.violated ? fmt::format("{}:{}", name, result.line) : name;
    text = fmt::format("{}: {}: {} of {}, {} possible\n", place, verdict_word(result),
                       counted(result.events, "event"), printable(result.variant),
                       counted(result.possible, "state"));
  }
  for (const Finding& finding : result.broken) text += broken_text(finding, result);
  const bool one_in_every =
      std::ranges::any_of(result.broken, [](const Finding& f) { return f.in_every; });
  if (result.violated && !one_in_every) {
    text += "  every history breaks one of these, though not all the same\n";
  }
  if (stats) {
    text += fmt::format("  {}, {} possible at once, {} tried\n", counted(result.events, "event"),
                        counted(result.largest, "state"), counted(result.steps, "step"));
  }
  return text;
}

std::string json_report(const Result& result, std::string_view file) {
  const bool undecided = result.outcome == Outcome::not_decided;
  const Json json{{"file", file},
                  {"variant", result.variant},
                  {"verdict", verdict_word(result)},
                  {"events", result.events},
                  {"possible", result.possible},
                  {"violated", result.violated},
                  {"broken", broken_json(result.broken)},
                  {"refusal", refusal_json(result)},
                  {"reason", undecided ? Json(result.reason) : Json()},
                  {"line", result.line},
                  {"stats", {{"largest", result.largest}, {"steps", result.steps}}}};
  // A file name may be no UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace plumb::spec::trace
