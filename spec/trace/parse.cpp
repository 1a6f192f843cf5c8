// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Lines of a trace from JSON; see parse.hpp. The parser of nlohmann-json forgets what would be told
// twice and takes any depth: a Guard at its side sees both.
#include "trace/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "trace/words.hpp"

namespace plumb::spec::trace {
namespace {

using Json = nlohmann::json;

/// The deepest value: {"observed":{"field":{"#set":[1]}}}.
constexpr int kMostDepth = 4;

class Guard {
 public:
  /// Called by the parser; false leaves a value out.
  bool see(int depth, Json::parse_event_t event, const Json& value) {
    if (!reason_.empty()) return false;
    if (std::exchange(first_is_next_, false) && event == Json::parse_event_t::value) {
      first_value_ = value;
    }
    if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) {
      if (depth >= kMostDepth) reason_ = "nested too deeply";
      names_.emplace_back();
    } else if (event == Json::parse_event_t::key) {
      const auto& name = value.get_ref<const std::string&>();
      if (!any_) first_ = name;
      first_is_next_ = !std::exchange(any_, true);
      if (!names_.back().insert(name).second) {
        reason_ = fmt::format("member \"{}\" twice", printable(name));
      }
    } else if (event != Json::parse_event_t::value) {
      names_.pop_back();
    }
    return reason_.empty();
  }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  /// The first member of all, which is seen even where what follows is refused.
  [[nodiscard]] const std::string& first() const { return first_; }
  [[nodiscard]] const Json& first_value() const { return first_value_; }

 private:
  std::vector<std::set<std::string>> names_;  // of the objects that are open
  bool any_ = false;                          // member so far
  bool first_is_next_ = false;                // the first one's value
  std::string first_;
  Json first_value_;
  std::string reason_;
};

Json parse_json(std::string_view line, Guard& guard) {
  const auto refuse_at = [](std::size_t byte) {
    return Malformed(fmt::format("not JSON at byte {}", byte));
  };
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
    throw Malformed("the line is empty");
  }
  // The parser takes a NUL for the end of its input, and a byte order mark for nothing.
  if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos) {
    throw refuse_at(nul + 1);
  }
  if (static_cast<unsigned char>(line.front()) == 0xEF) throw refuse_at(1);
  try {
    return Json::parse(line, [&guard](int depth, Json::parse_event_t event, Json& value) {
      return guard.see(depth, event, value);
    });
  } catch (const Json::parse_error& error) {
    throw refuse_at(error.byte);
  } catch (const Json::exception&) {  // above all a number that is no number
    throw Malformed("a number is too large");
  }
}

/// The members of an object, each taken once; what nobody has taken is unknown.
class Members {
 public:
  Members(const Json& object, std::string what) : object_(object), what_(std::move(what)) {
    if (!object.is_object()) throw Malformed(what_ + " is no object");
  }
  [[nodiscard]] const Json* find(const std::string& name) {
    known_.push_back(name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  [[nodiscard]] const Json& get(const std::string& name) {
    const Json* const found = find(name);
    if (found == nullptr) throw Malformed(fmt::format("{} has no member \"{}\"", what_, name));
    return *found;
  }
  void refuse_unknown() const {
    for (const auto& [name, value] : object_.items()) {
      if (std::ranges::find(known_, name) != known_.end()) continue;
      throw Malformed(fmt::format("{} has an unknown member \"{}\"{}", what_, printable(name),
                                  near_names(name, known_)));
    }
  }

 private:
  const Json& object_;
  std::string what_;
  std::vector<std::string> known_;
};

std::uint64_t number_of(const Json& value, const std::string& name) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  throw Malformed(fmt::format("\"{}\" is no whole number from 0 to 2^64 - 1", printable(name)));
}
std::string text_of(const Json& value, const std::string& name) {
  if (value.is_string()) return value.get<std::string>();
  throw Malformed(fmt::format("\"{}\" is no text", printable(name)));
}
void take_comment(Members& members) {
  if (const Json* comment = members.find("comment")) {
    static_cast<void>(text_of(*comment, "comment"));
  }
}

Bound bound_of(const std::string& name, const Json& value) {
  Bound bound{.name = name, .values = {}};
  if (value.is_boolean()) {
    bound.values.push_back(value.get<bool>() ? 1 : 0);
    bound.flag = true;
  } else if (value.is_array()) {
    for (const Json& one : value) bound.values.push_back(number_of(one, name));
  } else {
    bound.values.push_back(number_of(value, name));
  }
  return bound;
}

/// {"#bigint":"7"} is "7".
std::string bigint_of(const Json& value) {
  const std::string digits = value.is_string() ? value.get<std::string>() : std::string{};
  const bool plain = !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
  if (!plain || (digits.size() > 1 && digits.front() == '0')) {
    throw Malformed("\"#bigint\" is no text of digits");
  }
  return digits;
}
/// {"#set":[2,1]} is "{1,2}".
std::string set_of(const Json& value) {
  if (!value.is_array()) throw Malformed("\"#set\" is no list");
  std::set<std::uint64_t> members;
  for (const Json& one : value) {
    if (!members.insert(number_of(one, "#set")).second) {
      throw Malformed("a member of \"#set\" stands in it twice");
    }
  }
  std::string words;
  for (const std::uint64_t one : members) words += (words.empty() ? "" : ",") + std::to_string(one);
  return "{" + words + "}";
}

/// The model's words for a value; none for null.
std::optional<std::string> words_of(const std::string& field, const Json& value) {
  if (value.is_null()) return std::nullopt;
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
  if (value.is_object() && value.size() == 1) {
    const auto tagged = value.begin();
    if (tagged.key() == "#bigint") return bigint_of(*tagged);
    if (tagged.key() == "#set") return set_of(*tagged);
  }
  if (value.is_structured()) {
    throw Malformed(
        fmt::format("\"{}\" is neither plain nor {{\"#bigint\":...}} nor "
                    "{{\"#set\":...}}: no field has such a value",
                    printable(field)));
  }
  return std::to_string(number_of(value, field));
}

void add_seen(Members& members, const char* member, bool durable, std::vector<Seen>& to) {
  const Json* const fields = members.find(member);
  if (fields == nullptr) return;
  if (!fields->is_object()) throw Malformed(fmt::format("\"{}\" is no object", member));
  for (const auto& [field, value] : fields->items()) {
    to.push_back({field, words_of(field, value), durable});
  }
}

Numbered parse_event(Members& members) {
  Numbered line;
  line.seq = number_of(members.get("seq"), "seq");
  line.event.action = text_of(members.get("action"), "action");
  if (const Json* choice = members.find("choice")) line.event.choice = text_of(*choice, "choice");
  add_seen(members, "observed", false, line.event.seen);
  add_seen(members, "durable", true, line.event.seen);
  take_comment(members);
  members.refuse_unknown();
  return line;
}

}  // namespace

Header parse_header(std::string_view line) {
  Guard guard;
  const Json json = parse_json(line, guard);
  const char* const what = "the first line is no header";
  if (guard.first() != "plumb-trace") {
    throw Malformed(fmt::format("{}: its first member is not \"plumb-trace\"", what));
  }
  // Of a newer version nothing else is understood.
  const Json& version = guard.first_value();
  if (version.is_number_unsigned() && version > kVersion) {
    throw NewerVersion(fmt::format("version {} of the format; this program knows version {}",
                                   version.get<std::uint64_t>(), kVersion));
  }
  if (!guard.reason().empty()) throw Malformed(guard.reason());
  Members members(json, "the header");
  if (members.get("plumb-trace") != kVersion) {
    throw Malformed(fmt::format("{}: \"plumb-trace\" is not {}", what, kVersion));
  }
  Header header;
  header.variant = text_of(members.get("variant"), "variant");
  if (const Json* bounds = members.find("bounds")) {
    if (!bounds->is_object()) throw Malformed("\"bounds\" is no object");
    for (const auto& [name, value] : bounds->items()) {
      header.bounds.push_back(bound_of(name, value));
    }
  }
  if (const Json* hidden = members.find("hidden")) {
    if (!hidden->is_array()) throw Malformed("\"hidden\" is no list");
    for (const Json& action : *hidden) header.hidden.push_back(text_of(action, "hidden"));
  }
  take_comment(members);
  members.refuse_unknown();
  return header;
}

std::variant<Numbered, End> parse_line(std::string_view line) {
  Guard guard;
  const Json json = parse_json(line, guard);
  if (!guard.reason().empty()) throw Malformed(guard.reason());
  if (!json.is_object() || !json.contains("end")) {
    Members members(json, "the line");
    return parse_event(members);
  }
  Members members(json, "the last line");
  const End end{number_of(members.get("end"), "end")};
  members.refuse_unknown();
  return end;
}

}  // namespace plumb::spec::trace
