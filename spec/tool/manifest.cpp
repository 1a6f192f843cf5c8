// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reading, writing and comparing pinned models; see manifest.hpp.
#include "tool/manifest.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "commit.hpp"

namespace plumb::spec::tool {
namespace {

using Json = nlohmann::ordered_json;

std::string table_hash_text() { return fmt::format("{:016x}", commit::table_hash()); }

template <class Map>
std::string text_of(const Map& violated) {
  std::string text;
  for (const auto& [name, steps] : violated) {
    text += fmt::format("{}{} in {} steps", text.empty() ? "" : ", ", name, steps);
  }
  return text.empty() ? "nothing" : text;
}
std::string text_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "nothing" : text;
}

PinnedModel model_from(const Json& json) {
  PinnedModel model{find_subject(json.at("variant").get<std::string>()),
                    json.at("set").get<std::string>(), std::nullopt};
  for (const auto& [name, value] : json.at("bounds").items()) {
    set_bound(model.subject, name, value.get<std::uint64_t>());
  }
  if (!json.contains("distinct")) return model;
  Pinned pinned;
  pinned.distinct = json.at("distinct").get<std::uint64_t>();
  pinned.depth = json.at("depth").get<std::uint32_t>();
  pinned.digest = json.at("digest").get<std::string>();
  for (const auto& [name, steps] : json.at("violated").items()) {
    pinned.violated.emplace_back(name, steps.get<std::uint64_t>());
  }
  pinned.unreached = json.at("unreached").get<std::vector<std::string>>();
  pinned.never_fires = json.at("never_fires").get<std::vector<std::string>>();
  model.pinned = std::move(pinned);
  return model;
}

Json json_of(const PinnedModel& model) {
  Json json = {{"variant", model.subject.name}, {"set", model.set}};
  json["bounds"] = Json::object();
  for (const auto& [name, value] : bounds_of(model.subject)) json["bounds"][name] = value;
  if (!model.pinned) return json;
  json["distinct"] = model.pinned->distinct;
  json["depth"] = model.pinned->depth;
  json["digest"] = model.pinned->digest;
  json["violated"] = Json::object();
  for (const auto& [name, steps] : model.pinned->violated) json["violated"][name] = steps;
  json["unreached"] = model.pinned->unreached;
  json["never_fires"] = model.pinned->never_fires;
  return json;
}

Json parsed(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw Refused(std::string("manifest: ") + error.what());
  }
}

}  // namespace

std::vector<PinnedModel> read_manifest(std::string_view text) {
  const Json json = parsed(text);
  std::vector<PinnedModel> models;
  try {
    for (const Json& model : json.at("models")) models.push_back(model_from(model));
  } catch (const nlohmann::json::exception& error) {
    throw Refused(fmt::format("manifest, model {}: {}", models.size() + 1, error.what()));
  }
  if (models.empty()) throw Refused("manifest: it names no model");
  return models;
}

std::string refuse_manifest(std::string_view text) {
  const Json json = parsed(text);
  std::string why;
  const std::string hash = json.value("table", "");
  if (hash != table_hash_text()) {
    why +=
        fmt::format("the table of rows has the hash {}, pinned is {}\n", table_hash_text(), hash);
  }
  std::set<std::string> named;
  for (const PinnedModel& model : read_manifest(text)) named.insert(model.subject.name);
  for (const std::string& name : variant_names()) {
    if (!named.contains(name)) why += fmt::format("\"{}\" has no pinned model\n", name);
  }
  return why;
}

std::string write_manifest(const std::vector<PinnedModel>& models) {
  // A model a line: a change of one number is a change of one line.
  std::string text = fmt::format("{{\"table\": \"{}\",\n \"models\": [\n", table_hash_text());
  for (std::size_t i = 0; i < models.size(); ++i) {
    text += "  " + json_of(models[i]).dump() + (i + 1 < models.size() ? ",\n" : "\n");
  }
  return text + "]}\n";
}

Pinned pinned_of(const Outcome& outcome) {
  Pinned pinned{outcome.distinct, outcome.depth, outcome.digest, {}, {}, {}};
  for (const Judged& judged : outcome.findings) {
    if (judged.verdict != Verdict::violated) continue;
    if (is_claim(judged)) {
      pinned.violated.emplace_back(judged.property, judged.story ? judged.story->length() : 0);
    } else {
      pinned.unreached.push_back(judged.property);
    }
  }
  for (const Fired& fired : outcome.actions) {
    if (fired.verdict == Verdict::violated) pinned.never_fires.push_back(fired.action);
  }
  return pinned;
}

std::string differences(const Pinned& expected, const Pinned& found) {
  std::string text;
  const auto compare = [&](std::string_view what, const auto& pinned, const auto& seen) {
    if (pinned != seen) text += fmt::format("{}: pinned {}, found {}\n", what, pinned, seen);
  };
  compare("distinct states", expected.distinct, found.distinct);
  compare("depth", expected.depth, found.depth);
  compare("digest of the states", expected.digest, found.digest);
  compare("violated", text_of(expected.violated), text_of(found.violated));
  compare("things not seen to happen", text_of(expected.unreached), text_of(found.unreached));
  compare("actions that never fire", text_of(expected.never_fires), text_of(found.never_fires));
  return text;
}

}  // namespace plumb::spec::tool
