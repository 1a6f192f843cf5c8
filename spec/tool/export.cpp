// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Traces for other programs; see export.hpp.
#include "tool/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "check/contract.hpp"
#include "tool/report.hpp"

namespace plumb::spec::tool {
namespace {

/// A variable's name as an identifier: "log-1 block 0" is log_1_block_0.
std::string identifier(std::string_view name) {
  std::string text;
  for (const char c : name) {
    text += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return text;
}

/// Every variable of a story: some states lack some, a checkpoint that is gone for instance.
std::vector<std::string> variables(const Story& story) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const Step& step : story.steps) {
    for (const Field& field : step.fields) {
      if (seen.insert(field.name).second) names.push_back(field.name);
    }
  }
  return names;
}

const Field* find(const Step& step, const std::string& name) {
  for (const Field& field : step.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

Json head(const Outcome& outcome, const Judged& judged) {
  Json json = Json::object();
  json["variant"] = outcome.variant;
  for (const auto& [name, value] : outcome.bounds) json["bounds"][name] = value;
  json["property"] = judged.property;
  json["verdict"] = words_for(judged);
  return json;
}

/// A string of TLA+, which knows the same escapes for these.
std::string tla_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// The text of a DOT label, left-aligned lines.
std::string label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string difference(const Step& before, const Step& after) {
  std::string text;
  for (const Field& field : after.fields) {
    const Field* old = find(before, field.name);
    if (old != nullptr && *old == field) continue;
    text += label(field.name) + ": " + label(field.cached);
    if (!field.durable.empty()) text += "  [durable: " + label(field.durable) + "]";
    text += "\\l";
  }
  return text;
}

}  // namespace

std::string to_itf(const Outcome& outcome, const Judged& judged) {
  expects(judged.story && !judged.story->steps.empty(), "there is a trace to write");
  const Story& story = *judged.story;
  const std::vector<std::string> names = variables(story);
  Json json = Json::object();
  json["#meta"] = head(outcome, judged);
  json["#meta"]["format"] = "ITF";
  json["vars"] = Json::array({"action"});
  for (const std::string& name : names) json["vars"].push_back(identifier(name));
  json["states"] = Json::array();
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    const Step& step = story.steps[i];
    Json state = Json::object();
    state["#meta"] = {{"index", i}};
    state["action"] = step.action.empty() ? "Init" : step.action;
    for (const std::string& name : names) {
      const Field* field = find(step, name);
      state[identifier(name)] = {{"cached", field != nullptr ? field->cached : "-"},
                                 {"durable", field != nullptr ? field->durable : ""}};
    }
    json["states"].push_back(std::move(state));
  }
  if (story.loop) json["loop"] = *story.loop;
  return json.dump(1) + '\n';
}

std::string to_tla(const Outcome& outcome, const Judged& judged, const std::string& module) {
  expects(judged.story && !judged.story->steps.empty(), "there is a trace to write");
  const Story& story = *judged.story;
  const std::vector<std::string> names = variables(story);
  std::string text =
      fmt::format("---- MODULE {} ----\n\\* {}: {} {}\n\\* {}\n", module, outcome.variant,
                  judged.property, words_for(judged), words_for(outcome.bounds));
  text += "EXTENDS Naturals, Sequences\n\nTrace == <<\n";
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    const Step& step = story.steps[i];
    text += fmt::format("  [action |-> {}", tla_string(step.action.empty() ? "Init" : step.action));
    for (const std::string& name : names) {
      const Field* field = find(step, name);
      text += fmt::format(",\n   {} |-> [cached |-> {}, durable |-> {}]", identifier(name),
                          tla_string(field != nullptr ? field->cached : "-"),
                          tla_string(field != nullptr ? field->durable : ""));
    }
    text += i + 1 < story.steps.size() ? "],\n" : "]>>\n";
  }
  text += fmt::format("\nVARIABLE at\nInit == at = 1\n");
  const std::string loop =
      story.loop ? fmt::format(" \\/ (at = Len(Trace) /\\ at' = {})", *story.loop + 1) : "";
  text += fmt::format("Next == (at < Len(Trace) /\\ at' = at + 1){}\n", loop);
  return text + "Spec == Init /\\ [][Next]_at\nHere == Trace[at]\n====\n";
}

std::string to_dot(const Outcome& outcome, const Judged& judged) {
  expects(judged.story && !judged.story->steps.empty(), "there is a trace to write");
  const Story& story = *judged.story;
  std::string text = fmt::format(
      "digraph trace {{\n  label=\"{}\\n{} {}: {}\";\n  labelloc=t;\n"
      "  node [shape=box, fontname=\"monospace\", fontsize=10];\n"
      "  edge [fontname=\"sans-serif\", fontsize=11];\n",
      label(outcome.variant), label(judged.property), label(words_for(judged)),
      label(judged.words));
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    const std::string what =
        i == 0 ? std::string("the beginning") : difference(story.steps[i - 1], story.steps[i]);
    const bool last = i + 1 == story.steps.size();
    text += fmt::format("  s{} [label=\"{}\"{}];\n", i, what.empty() ? "no change" : what,
                        last && is_claim(judged) ? ", color=red, penwidth=2" : "");
  }
  for (std::size_t i = 1; i < story.steps.size(); ++i) {
    const Step& step = story.steps[i];
    text += fmt::format("  s{} -> s{} [label=\"{}. {}\"];\n", i - 1, i, i, label(step.action));
  }
  if (story.loop) {
    text += fmt::format("  s{} -> s{} [style=dashed, label=\"for ever\"];\n",
                        story.steps.size() - 1, *story.loop);
  }
  return text + "}\n";
}

std::string to_script(const Outcome& outcome, const Judged& judged) {
  expects(judged.story && !judged.story->steps.empty(), "there is a trace to write");
  const Story& story = *judged.story;
  Json first = head(outcome, judged);
  first["plumb-script"] = 1;
  std::string text = first.dump() + '\n';
  for (std::size_t i = 1; i < story.steps.size(); ++i) {
    const Step& step = story.steps[i];
    Json line = {{"step", i}, {"action", step.action}};
    if (!step.disk.empty()) line["survives"] = Json::parse(step.disk);
    if (!step.decided.empty()) line["decided"] = step.decided;
    text += line.dump() + '\n';
  }
  return text + Json({{"end", story.length()}}).dump() + '\n';
}

}  // namespace plumb::spec::tool
