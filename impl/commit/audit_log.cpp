// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Lines of the audit log, their chain and their way to the disk; see audit_log.hpp.
#include "commit/audit_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/contract.hpp"
#include "commit/options.hpp"
#include "commit/segment.hpp"

namespace plumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLineUnit = 512;  // a sector (R-3): a line never shares one
constexpr std::size_t kMaxLineBytes = 65536;
constexpr int kMaxDepth = 32;  // of the JSON in a line
constexpr std::array<std::string_view, 3> kEvents{"init", "open", "end"};

std::string hex_or_zero(const Digest* digest) { return to_hex(digest ? *digest : Digest{}); }

/// The JSON of a line without throwing: nothing where it is not one object, or nested too deep. The
/// parser takes a NUL for the end of the text, so none gets to it.
std::optional<Json> parse_object(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  bool too_deep = false;
  const auto watch_depth = [&too_deep](int depth, Json::parse_event_t event, const Json&) {
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    too_deep = too_deep || depth + (opens ? 1 : 0) > kMaxDepth;
    return true;
  };
  Json json = Json::parse(text, watch_depth, false);
  if (too_deep || !json.is_object()) return std::nullopt;
  return json;
}

/// The decimal number at the start of `rest`, which is moved behind it.
std::optional<std::uint64_t> take_number(std::string_view& rest) {
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const auto number = canonical_number(rest.substr(0, digits), kReachableLimit);
  rest.remove_prefix(digits);
  return number;
}

/// Moves `rest` behind `expected`, if it begins so.
bool take(std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

std::string_view without_padding(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" \n");
  return last == std::string_view::npos ? std::string_view{} : line.substr(0, last + 1);
}

/// The fixed beginning of a line, up to its event; what an event's name and number follow.
std::string beginning(std::size_t index, const Digest* previous) {
  return fmt::format(R"({{"version":{},"line":{},"prev":"{}","event":")", kFormatVersion, index,
                     hex_or_zero(previous));
}

/// Event and number behind the fixed beginning; nothing where they are not in their form.
std::optional<AuditLine> read_beginning(std::string_view text, const std::string& beginning) {
  if (!take(text, beginning)) return std::nullopt;
  for (std::size_t i = 0; i < kEvents.size(); ++i) {
    std::string_view rest = text;
    if (!take(rest, kEvents.at(i)) || !take(rest, R"(","number":)")) continue;
    const std::optional<std::uint64_t> number = take_number(rest);
    const bool ends = rest.starts_with(',') || rest.starts_with('}');
    if (!number || *number == 0 || !ends) return std::nullopt;
    AuditLine line;
    line.event = static_cast<AuditEvent>(i);
    line.number = *number;
    return line;
  }
  return std::nullopt;
}

/// The line at the start of `rest`, if it chains behind `previous` as line number `index`.
std::optional<AuditLine> chaining_line(std::string_view rest, std::size_t index,
                                       const Digest* previous, Hasher& hasher) {
  const std::size_t feed = rest.substr(0, kMaxLineBytes).find('\n');
  if (feed == std::string_view::npos || (feed + 1) % kLineUnit != 0) return std::nullopt;
  const std::string_view whole = rest.substr(0, feed + 1);
  const std::string_view text = without_padding(whole);
  std::optional<AuditLine> line = read_beginning(text, beginning(index, previous));
  if (!line || !text.ends_with('}') || !parse_object(text)) return std::nullopt;
  line->bytes = whole.size();
  line->digest = hasher.hash(view(whole));
  return line;
}

Json found_json(const Report& report) {
  Json found;
  found["checkpoint"] = report.unfinished_init ? Json(nullptr)
                                               : Json{{"number", report.checkpoint_number},
                                                      {"seq", report.checkpoint_seq}};
  found["records"] = report.records;
  found["transactions"] = report.transactions;
  found["tail"] = report.tail == Tail::torn ? "torn" : "clean";
  found["end"] = {{"file", report.end_file}, {"offset", report.end_offset}};
  found["discarded"] = report.discarded;
  found["invalid_checkpoints"] = Json::array();
  for (const InvalidCheckpoint& bad : report.invalid_checkpoints) {
    found["invalid_checkpoints"].push_back(
        {{"file", bad.file}, {"reason", bad.reason}, {"digest", to_hex(bad.digest)}});
  }
  found["audit_left_out"] = nullptr;
  if (report.audit_left_out) {
    found["audit_left_out"] = {{"bytes", report.audit_left_out->bytes},
                               {"digest", to_hex(report.audit_left_out->digest)}};
  }
  return found;
}

/// The fields by which two entries of unfinished openings are the same verdict.
Json verdict_json(const AuditEntry& entry) {
  Json json;
  json["store"] = entry.store;
  json["segment"] = entry.segment;
  json["seq"] = entry.report.seq;
  json["root"] = to_hex(entry.report.root);
  json["count"] = entry.report.count;
  json["decision"] = entry.decision;
  json["why"] = entry.why;
  json["found"] = found_json(entry.report);
  return json;
}

/// A list that grows with damage must not outgrow a line: the first ones, and how many there are.
void limit_lists(Report& report) {
  constexpr std::size_t kMost = 64;
  if (report.discarded.size() > kMost) report.discarded.resize(kMost);
  if (report.invalid_checkpoints.size() > kMost) report.invalid_checkpoints.resize(kMost);
}

}  // namespace

bool Anchor::valid() const noexcept {
  return length % kLineUnit == 0 && length < kNumberLimit && (length != 0 || digest.is_zero());
}

Result<AuditLog> AuditLog::judge(Bytes bytes, const Anchor& anchor, Hasher& hasher) {
  Expects(anchor.valid());
  AuditLog log;
  log.bytes_ = std::move(bytes);
  std::uint64_t at = 0;
  bool anchored = anchor.length == 0;
  while (at < log.bytes_.size()) {
    const Digest* previous = log.lines_.empty() ? nullptr : &log.lines_.back().digest;
    std::optional<AuditLine> line =
        chaining_line(std::string_view(log.bytes_).substr(at), log.lines_.size(), previous, hasher);
    if (!line) break;
    line->offset = at;
    at += line->bytes;
    log.lines_.push_back(*line);
    if (at == anchor.length) anchored = line->digest == anchor.digest;
  }
  if (!anchored || at < anchor.length) {
    return make_error(Errc::corrupt,
                      "the audit log is damaged before the length that the checkpoint vouches for",
                      std::string(kAuditName), std::min(at, anchor.length));
  }
  if (at < log.bytes_.size()) {
    const std::string_view rest = std::string_view(log.bytes_).substr(at);
    log.left_out_ = LeftOut{rest.size(), hasher.hash(view(rest))};
    log.bytes_.resize(at);
  }
  return log;
}

std::string_view AuditLog::text_of(const AuditLine& line) const {
  Expects(line.offset + line.bytes <= bytes_.size());
  return without_padding(std::string_view(bytes_).substr(line.offset, line.bytes));
}

Anchor AuditLog::head() const {
  return lines_.empty() ? Anchor{} : Anchor{bytes_.size(), lines_.back().digest};
}

bool AuditLog::unfinished(std::uint64_t number) const {
  bool begun = false;
  for (const AuditLine& line : lines_) {
    if (line.number != number) continue;
    if (line.event == AuditEvent::end) return false;
    begun = true;
  }
  return begun;
}

std::optional<AuditLine> AuditLog::last_unfinished() const {
  if (lines_.empty() || lines_.back().event == AuditEvent::end) return std::nullopt;
  return lines_.back();
}

std::uint64_t AuditLog::next_number() const {
  std::uint64_t highest = 0;
  for (const AuditLine& line : lines_) highest = std::max(highest, line.number);
  const std::optional<AuditLine> last = last_unfinished();
  return last && last->number == highest ? highest : highest + 1;
}

bool AuditLog::add(const AuditEntry& entry, Hasher& hasher) {
  Expects(entry.event != AuditEvent::end);
  AuditEntry limited = entry;
  limit_lists(limited.report);
  const Json verdict = verdict_json(limited);
  Json closes = nullptr;
  Json differs = nullptr;
  if (const std::optional<AuditLine> last = last_unfinished()) {
    const std::optional<Json> earlier = parse_object(text_of(*last));
    Ensures(earlier.has_value());
    if (last->number < entry.number) {
      closes = last->number;
    } else {
      Json fields = Json::array();
      for (const auto& [field, value] : verdict.items()) {
        if (!earlier->contains(field) || (*earlier)[field] != value) fields.push_back(field);
      }
      if (fields.empty() && last->event == entry.event) return true;
      differs = {{"line", lines_.size() - 1}, {"fields", fields}};
    }
  }
  Json json;
  json["version"] = kFormatVersion;
  json["line"] = lines_.size();
  json["prev"] = hex_or_zero(lines_.empty() ? nullptr : &lines_.back().digest);
  json["event"] = kEvents.at(static_cast<std::size_t>(entry.event));
  json["number"] = entry.number;
  json.update(verdict);
  json["closes"] = closes;
  json["differs"] = differs;
  append(json.dump(-1, ' ', false, Json::error_handler_t::replace), entry.event, entry.number,
         hasher);
  return false;
}

void AuditLog::add_end(std::uint64_t number, Hasher& hasher) {
  Expects(unfinished(number));
  Json json;
  json["version"] = kFormatVersion;
  json["line"] = lines_.size();
  json["prev"] = to_hex(lines_.back().digest);
  json["event"] = kEvents.at(static_cast<std::size_t>(AuditEvent::end));
  json["number"] = number;
  append(json.dump(), AuditEvent::end, number, hasher);
}

void AuditLog::append(std::string json, AuditEvent event, std::uint64_t number, Hasher& hasher) {
  json.resize((json.size() + kLineUnit) / kLineUnit * kLineUnit, ' ');
  json.back() = '\n';
  Ensures(json.size() <= kMaxLineBytes);
  lines_.push_back({event, number, bytes_.size(), json.size(), hasher.hash(view(json))});
  bytes_ += json;
}

Status AuditLog::write(Disk& disk, std::uint64_t anchored) const {
  Expects(anchored <= bytes_.size());
  Result<OpenFile> file = OpenFile::open(disk, kAuditName, Access::write);
  if (!file && file.error().code == Errc::not_found && anchored == 0) {
    file = OpenFile::open(disk, kAuditName, Access::create);
  }
  if (!file) return file.error();
  const std::string_view rest = std::string_view(bytes_).substr(anchored);
  if (Status s = disk.write(file->get(), anchored, view(rest)); !s) return s;
  return disk.sync_all(file->get());
}

bool AuditLog::valid(Hasher& hasher) const {
  const Result<AuditLog> again = judge(bytes_, head(), hasher);
  return again && again->lines_.size() == lines_.size() && !again->left_out_;
}

}  // namespace plumb
