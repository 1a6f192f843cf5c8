// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// An Outcome for programs; see report.hpp.
#include <fmt/format.h>

#include "commit.hpp"
#include "tool/report.hpp"

namespace plumb::spec::tool {
namespace {

std::string_view name_of(PropertyKind kind) {
  switch (kind) {
    case PropertyKind::invariant:
      return "invariant";
    case PropertyKind::action:
      return "action";
    case PropertyKind::sometimes:
      return "sometimes";
    default:
      return "termination";
  }
}

Json json_of(const Named& named) {
  Json json = Json::object();
  for (const auto& [name, value] : named) json[name] = value;
  return json;
}

}  // namespace

Json to_json(const Story& story) {
  Json json = Json::object();
  json["steps"] = Json::array();
  for (const Step& step : story.steps) {
    Json one = Json::object();
    if (!step.action.empty()) {
      one["action"] = step.action;
      one["choice"] = step.choice;
    }
    if (!step.decided.empty()) one["decided"] = step.decided;
    Json& state = one["state"] = Json::object();
    for (const Field& field : step.fields) {
      if (field.durable.empty()) {
        state[field.name] = field.cached;
      } else {
        state[field.name] = {{"cached", field.cached}, {"durable", field.durable}};
      }
    }
    json["steps"].push_back(std::move(one));
  }
  if (story.loop) json["loop"] = *story.loop;
  return json;
}

Json to_json(const Outcome& outcome) {
  Json json = Json::object();
  json["variant"] = outcome.variant;
  json["bounds"] = json_of(outcome.bounds);
  json["verdict"] = plumb::spec::words_for(outcome.verdict);
  json["complete"] = outcome.complete;
  if (!outcome.complete) json["stopped"] = outcome.stopped;
  json["distinct"] = outcome.distinct;
  json["generated"] = outcome.generated;
  json["depth"] = outcome.depth;
  if (outcome.walks > 0) {
    json["walks"] = outcome.walks;
    json["seed"] = outcome.seed;
  } else {
    json["digest"] = outcome.digest;
    json["exact"] = outcome.exact;
    if (!outcome.exact) json["collision_probability"] = outcome.collision_probability;
    json["peak_bytes"] = outcome.peak_bytes;
  }
  json["table"] = fmt::format("{:016x}", commit::table_hash());
  json["properties"] = Json::array();
  for (const Judged& judged : outcome.findings) {
    Json one = {{"property", judged.property},
                {"kind", name_of(judged.kind)},
                {"verdict", plumb::spec::words_for(judged.verdict)}};
    if (!judged.requirement.empty()) one["requirement"] = judged.requirement;
    one["says"] = judged.words;
    if (!judged.reason.empty()) one["reason"] = judged.reason;
    if (!judged.replay.empty()) one["replay"] = judged.replay;
    if (judged.story) {
      one["length"] = judged.story->length();
      if (is_claim(judged)) one["trace"] = to_json(*judged.story);
    }
    json["properties"].push_back(std::move(one));
  }
  json["actions"] = Json::array();
  for (const Fired& fired : outcome.actions) {
    Json one = {{"action", fired.action},
                {"distinct", fired.distinct},
                {"total", fired.total},
                {"verdict", plumb::spec::words_for(fired.verdict)}};
    if (!fired.never_reason.empty()) one["never_reason"] = fired.never_reason;
    json["actions"].push_back(std::move(one));
  }
  return json;
}

}  // namespace plumb::spec::tool
