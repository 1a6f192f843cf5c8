// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Lines of a trace as JSON; see write.hpp.
#include "trace/write.hpp"

#include <nlohmann/json.hpp>

namespace plumb::spec::trace {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Bound& bound) {
  if (bound.flag) return Json(bound.values.front() != 0);
  return bound.values.size() == 1 ? Json(bound.values.front()) : Json(bound.values);
}

std::string line_of(const Json& json) { return json.dump() + '\n'; }

}  // namespace

std::string header_line(const Header& header, std::string_view comment) {
  Json json{{"plumb-trace", kVersion}, {"variant", header.variant}};
  for (const Bound& bound : header.bounds) json["bounds"][bound.name] = json_of(bound);
  if (!header.hidden.empty()) json["hidden"] = header.hidden;
  if (!comment.empty()) json["comment"] = comment;
  return line_of(json);
}

std::string event_line(std::uint64_t seq, const Event& event) {
  Json json{{"seq", seq}, {"action", event.action}};
  if (event.choice) json["choice"] = *event.choice;
  for (const Seen& seen : event.seen) {
    json[seen.durable ? "durable" : "observed"][seen.field] =
        seen.words ? Json(*seen.words) : Json();
  }
  return line_of(json);
}

std::string end_line(std::uint64_t events) { return line_of({{"end", events}}); }

}  // namespace plumb::spec::trace
