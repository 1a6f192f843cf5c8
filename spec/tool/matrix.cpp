// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The guarantee matrix; see matrix.hpp.
#include "tool/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tool/report.hpp"

namespace plumb::spec::tool {
namespace {

constexpr std::size_t kLetters = 4;  // of a property's name: enough to tell them apart

std::string family_of(const std::string& variant) {
  if (variant.starts_with("golden")) return "golden";
  return variant.starts_with("meter: ") ? "meter" : "classic";
}

/// The claims of a family in the order of their first appearance.
std::vector<std::string> columns(const std::vector<Cell>& cells, const std::string& family) {
  std::vector<std::string> names;
  for (const Cell& cell : cells) {
    if (family_of(cell.outcome.variant) != family) continue;
    for (const Judged& judged : cell.outcome.findings) {
      if (!is_claim(judged)) continue;
      if (std::find(names.begin(), names.end(), judged.property) == names.end()) {
        names.push_back(judged.property);
      }
    }
  }
  return names;
}

std::string short_words(const Judged* judged) {
  if (judged == nullptr) return "-";
  if (judged->verdict == Verdict::holds) return "ok";
  if (judged->verdict == Verdict::not_decided) return "?";
  return judged->story ? std::to_string(judged->story->length()) : "!";
}

/// The first bounds, and those that are not what the variant has by itself.
std::string short_bounds(const Outcome& outcome) {
  const Named own = bounds_of(find_subject(outcome.variant));
  std::string text;
  for (std::size_t i = 0; i < outcome.bounds.size(); ++i) {
    const auto& [name, value] = outcome.bounds[i];
    if (i < 2 || value != own[i].second) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
    }
  }
  return text;
}

}  // namespace

void Matrix::add(Cell cell) { cells_.push_back(std::move(cell)); }

bool Matrix::as_pinned() const {
  return !cells_.empty() && std::all_of(cells_.begin(), cells_.end(),
                                        [](const Cell& cell) { return cell.differs.empty(); });
}

std::vector<PinnedModel> Matrix::found() const {
  std::vector<PinnedModel> models;
  for (const Cell& cell : cells_) {
    models.push_back(cell.model);
    if (cell.outcome.complete) models.back().pinned = pinned_of(cell.outcome);
  }
  return models;
}

std::string Matrix::to_text() const {
  std::string text =
      "Each cell: ok, the property holds in every state within the bounds; a number, it fails in "
      "so many steps;\n-, it says nothing of this variant; ?, not decided. Columns are the first "
      "letters of the properties.\n";
  std::map<std::string, double> seconds;
  for (const std::string family : {"golden", "classic", "meter"}) {
    const std::vector<std::string> names = columns(cells_, family);
    if (names.empty()) continue;
    std::string head;
    for (const std::string& name : names) head += fmt::format("{:>5}", name.substr(0, kLetters));
    text += fmt::format("\n{:<61} {:>9} {:>5} {}\n", family, "states", "depth", head);
    std::string last;
    for (const Cell& cell : cells_) {
      const Outcome& outcome = cell.outcome;
      if (family_of(outcome.variant) != family) continue;
      seconds[family] += outcome.seconds;
      if (outcome.variant != last) text += outcome.variant + '\n';
      last = outcome.variant;
      text += fmt::format("  {:<59} {:>9} {:>5} ", short_bounds(outcome), outcome.distinct,
                          outcome.depth);
      for (const std::string& name : names) {
        text += fmt::format("{:>5}", short_words(outcome.find(name)));
      }
      text += cell.differs.empty() ? "\n" : "  NOT AS PINNED\n";
    }
  }
  text += '\n';
  for (const auto& [family, time] : seconds) {
    text += fmt::format("{} models searched in {:.1f} s\n", family, time);
  }
  for (const Cell& cell : cells_) {
    if (cell.differs.empty()) continue;
    text += fmt::format("\n{} ({})\n{}", cell.outcome.variant, words_for(cell.outcome.bounds),
                        cell.differs);
  }
  return text + (as_pinned() ? fmt::format("all {} models are as pinned\n", cells_.size())
                             : std::string("\nNOT ALL MODELS ARE AS PINNED\n"));
}

std::string Matrix::to_json() const {
  std::string text;
  for (const Cell& cell : cells_) {
    const Outcome& outcome = cell.outcome;
    Json json = {{"variant", outcome.variant}};
    for (const auto& [name, value] : outcome.bounds) json["bounds"][name] = value;
    json["distinct"] = outcome.distinct;
    json["depth"] = outcome.depth;
    json["digest"] = outcome.digest;
    json["complete"] = outcome.complete;
    json["properties"] = Json::object();
    std::size_t reached = 0;
    for (const Judged& judged : outcome.findings) {
      if (is_claim(judged)) {
        json["properties"][judged.property] = words_for(judged);
      } else if (judged.verdict == Verdict::holds) {
        ++reached;
      }
    }
    json["witnesses"] = reached;
    json["as_pinned"] = cell.differs.empty();
    if (!cell.differs.empty()) json["differs"] = cell.differs;
    text += json.dump() + '\n';
  }
  return text;
}

}  // namespace plumb::spec::tool
