// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// An Outcome for people; see report.hpp.
#include <fmt/format.h>

#include <algorithm>

#include "tool/report.hpp"

namespace plumb::spec::tool {
namespace {

/// How many columns a text takes: characters, not bytes.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}
std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t taken = width(text);
  return std::string(text) + std::string(columns > taken ? columns - taken : 0, ' ');
}

const Field* field_of(const Step& step, std::string_view name) {
  for (const Field& field : step.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

/// One line of the disk, or of memory: name, what is read, what may come back.
struct Row {
  std::string name, cached, durable;
};

std::string change(const std::string& before, const std::string& after) {
  return before == after || before.empty() ? after : before + " -> " + after;
}
std::vector<Row> changes(const Step& before, const Step& after) {
  std::vector<Row> rows;
  for (const Field& field : after.fields) {
    const Field* old = field_of(before, field.name);
    if (old != nullptr && *old == field) continue;
    rows.push_back({field.name, change(old != nullptr ? old->cached : "-", field.cached),
                    field.durable.empty() && (old == nullptr || old->durable.empty())
                        ? ""
                        : change(old != nullptr ? old->durable : "-", field.durable)});
  }
  for (const Field& field : before.fields) {
    if (field_of(after, field.name) == nullptr) rows.push_back({field.name, "gone", ""});
  }
  return rows;
}
std::vector<Row> whole(const Step& step) {
  std::vector<Row> rows;
  for (const Field& field : step.fields) rows.push_back({field.name, field.cached, field.durable});
  return rows;
}

/// The rows as a table under the columns "cached" and "durable".
std::string table(const std::vector<Row>& rows) {
  std::size_t names = 0;
  std::size_t values = 6;
  for (const Row& row : rows) {
    names = std::max(names, width(row.name));
    if (!row.durable.empty())
      values = std::max(values, std::min<std::size_t>(width(row.cached), 60));
  }
  std::string text;
  for (const Row& row : rows) {
    text += "       " + padded(row.name, names) + "  ";
    text += row.durable.empty() ? row.cached : padded(row.cached, values) + "  | " + row.durable;
    text += '\n';
  }
  return text;
}

std::string_view mark(const Judged& judged) {
  switch (judged.verdict) {
    case Verdict::holds:
      return "  ";
    case Verdict::violated:
      return "! ";
    default:
      return "? ";
  }
}

std::string coverage(const Outcome& outcome) {
  std::string text = "  actions: found first / steps\n";
  for (const Fired& fired : outcome.actions) {
    const std::string_view why = fired.never_reason;
    const std::string_view note = fired.total != 0 ? "" : why.empty() ? "NEVER FIRES" : why;
    text += fmt::format("    {:<16} {:>12} / {:<12} {}\n", fired.action, fired.distinct,
                        fired.total, note);
  }
  return text;
}

std::string counts(const Outcome& outcome) {
  if (outcome.walks > 0) {
    return fmt::format("  {} walks of seed {}, {} steps, {} distinct states, longest {}\n",
                       outcome.walks, outcome.seed, outcome.generated, outcome.distinct,
                       outcome.depth);
  }
  std::string text =
      fmt::format("  {} distinct states, {} steps, depth {}, digest {}\n", outcome.distinct,
                  outcome.generated, outcome.depth, outcome.digest);
  text += outcome.exact ? "  exact: whole keys were compared\n"
                        : fmt::format("  chance that a state was overlooked: below {:.1e}\n",
                                      outcome.collision_probability);
  if (!outcome.complete) text += "  NOT COMPLETE: " + outcome.stopped + '\n';
  return text;
}

}  // namespace

std::string words_for(const Named& bounds) {
  std::string text;
  for (const auto& [name, value] : bounds) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  }
  return text;
}

std::string words_for(const Judged& judged) {
  const std::size_t steps = judged.story ? judged.story->length() : 0;
  if (judged.verdict == Verdict::not_decided) return "not decided";
  if (!is_claim(judged)) {
    return judged.verdict == Verdict::holds ? fmt::format("reached in {} steps", steps)
                                            : std::string("no witness");
  }
  if (judged.verdict == Verdict::holds) return "holds";
  return judged.story && judged.story->loop ? fmt::format("fails: a lasso of {} steps", steps)
                                            : fmt::format("fails in {} steps", steps);
}

std::string to_text(const Outcome& outcome, bool with_coverage) {
  std::string text = fmt::format("{}\n  {}\n", outcome.variant, words_for(outcome.bounds));
  std::size_t witnesses = 0;
  std::size_t reached = 0;
  for (const Judged& judged : outcome.findings) {
    if (!is_claim(judged)) {
      ++witnesses;
      if (judged.verdict == Verdict::holds) ++reached;
      if (judged.verdict == Verdict::holds && !with_coverage) continue;
    }
    text += fmt::format("{}{:<28} {:<7} {}", mark(judged), judged.property, judged.requirement,
                        words_for(judged));
    if (judged.verdict == Verdict::not_decided && !judged.reason.empty()) {
      text += ": " + judged.reason;
    }
    text += '\n';
  }
  if (witnesses > 0) {
    text +=
        fmt::format("  {} of {} things that must happen were seen to happen\n", reached, witnesses);
  }
  for (const Fired& fired : outcome.actions) {
    if (fired.verdict == Verdict::violated && !with_coverage) {
      text += fmt::format("! {} never fires\n", fired.action);
    }
  }
  if (with_coverage) text += coverage(outcome);
  text += counts(outcome);
  return text + fmt::format("  {}\n", plumb::spec::words_for(outcome.verdict));
}

std::string to_text(const Outcome& outcome, const Judged& judged) {
  if (!judged.story) return {};
  const Story& story = *judged.story;
  std::string text =
      fmt::format("{}: {} {}{}{}\n", outcome.variant, judged.property, words_for(judged),
                  judged.requirement.empty() ? "" : ", ", judged.requirement);
  text += fmt::format("  {}: {}\n", is_claim(judged) ? "broken" : "seen", judged.words);
  if (!judged.replay.empty()) text += "  replay: " + judged.replay + '\n';
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    const Step& step = story.steps[i];
    if (i == 0) {
      text += "   0  the beginning; variables: as read | as it may come back after a power cut\n";
      text += table(whole(step));
      continue;
    }
    text += fmt::format("{:>4}  {}{}{}\n", i, step.action, step.decided.empty() ? "" : "; ",
                        step.decided);
    text += table(changes(story.steps[i - 1], step));
    if (story.loop && *story.loop == i) text += "      here the loop begins\n";
  }
  if (story.loop) {
    text += *story.loop + 1 == story.steps.size()
                ? "      here it may stand still for ever\n"
                : fmt::format("      and on as behind step {}, for ever\n", *story.loop);
  }
  text += "      the end:\n" + table(whole(story.steps.back()));
  return text;
}

}  // namespace plumb::spec::tool
