// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// JSON and text of results; see json.hpp.
#include "cli/json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace plumb::cli {
namespace {

/// Null for an empty text, for members that may be unknown.
Json text_or_null(std::string_view bytes) { return bytes.empty() ? Json() : bytes_json(bytes); }

const char* tail_name(Tail tail) { return tail == Tail::torn ? "torn" : "clean"; }

/// C0 controls, DEL, and C1 controls (U+0080 to U+009F: bytes C2 80 to C2 9F).
bool has_controls(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && static_cast<unsigned char>(utf8[i + 1]) < 0xA0) return true;
  }
  return false;
}

}  // namespace

std::string to_line(const Json& json) {
  // Strings that are not UTF-8 never get here as bytes_json() sees to it, save messages of the
  // system in another encoding: those are repaired and not refused.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json bytes_json(std::string_view bytes) {
  if (is_utf8(bytes)) return Json(bytes);
  return Json{{"hex", to_hex(view(bytes))}};
}

std::string printable(std::string_view bytes) {
  if (is_utf8(bytes) && !has_controls(bytes)) return std::string(bytes);
  return "hex:" + to_hex(view(bytes));
}

Json error_json(const Error& error) {
  Json inside;
  inside["code"] = name_of(error.code);
  inside["file"] = text_or_null(error.file);
  inside["offset"] = error.offset ? Json(*error.offset) : Json();
  inside["call"] = text_or_null(error.call);
  inside["errno"] = error.errnum != 0 ? Json(error.errnum) : Json();
  inside["reason"] = text_or_null(error.reason);
  inside["message"] = error.message();
  Json json;
  json["error"] = std::move(inside);
  return json;
}

Json receipt_json(const Receipt& receipt) {
  Json json;
  json["seq"] = receipt.seq;
  json["id"] = bytes_json(receipt.id);
  json["root"] = to_hex(receipt.root);
  json["durable"] = true;
  return json;
}

Json durable_json(bool durable) { return durable ? Json(true) : Json("unknown"); }

Json checkpoint_json(const Report& report) {
  if (report.unfinished_init) return {};
  Json json;
  json["number"] = report.checkpoint_number;
  json["seq"] = report.checkpoint_seq;
  return json;
}

Json end_json(const Report& report) {
  if (report.end_file.empty()) return {};
  Json json;
  json["file"] = bytes_json(report.end_file);
  json["offset"] = report.end_offset;
  return json;
}

Json invalid_checkpoints_json(const Report& report) {
  Json list = Json::array();
  for (const InvalidCheckpoint& passed_over : report.invalid_checkpoints) {
    Json one;
    one["file"] = bytes_json(passed_over.file);
    one["reason"] = passed_over.reason;
    one["digest"] = to_hex(passed_over.digest);
    list.push_back(std::move(one));
  }
  return list;
}

Json left_out_json(const std::optional<LeftOut>& left_out) {
  if (!left_out) return {};
  Json json;
  json["bytes"] = left_out->bytes;
  json["digest"] = to_hex(left_out->digest);
  return json;
}

void add_findings(const Report& report, Json& into) {
  into["seq"] = report.seq;
  into["count"] = report.count;
  into["root"] = to_hex(report.root);
  into["chain"] = to_hex(report.chain);
  into["durable"] = durable_json(report.durable);
  into["checkpoint"] = checkpoint_json(report);
  into["records"] = report.records;
  into["transactions"] = report.transactions;
  into["tail"] = tail_name(report.tail);
  into["discarded"] = report.discarded;
  into["end"] = end_json(report);
  Json foreign = Json::array();
  for (const std::string& name : report.foreign) foreign.push_back(bytes_json(name));
  into["foreign"] = std::move(foreign);
  into["invalid_checkpoints"] = invalid_checkpoints_json(report);
  into["audit_left_out"] = left_out_json(report.audit_left_out);
}

Json opening_json(const Report& report) {
  Json json;
  add_findings(report, json);
  json["audit_lines"] = report.audit_lines;
  json["unfinished_init"] = report.unfinished_init;
  json["new_checkpoint"] = report.new_checkpoint;
  json["new_segment"] = report.new_segment;
  json["taken_up"] = report.taken_up;
  json["closes"] = report.closes ? Json(*report.closes) : Json();
  return json;
}

std::string findings_text(const Report& report) {
  std::string text =
      fmt::format("seq {}, {} keys, root {}, durable: {}\n", report.seq, report.count,
                  to_hex(report.root), report.durable ? "yes" : "unknown");
  if (report.unfinished_init) {
    text += "no checkpoint: an init that was cut short, a legal empty store\n";
  } else {
    text += fmt::format("checkpoint {} at seq {}, then {} records with {} transactions\n",
                        report.checkpoint_number, report.checkpoint_seq, report.records,
                        report.transactions);
  }
  if (!report.end_file.empty()) {
    text += fmt::format("the log ends in {} at {}, {}\n", printable(report.end_file),
                        report.end_offset, tail_name(report.tail));
  }
  if (!report.discarded.empty()) {
    text += fmt::format("discarded: records of seq {}\n", fmt::join(report.discarded, ", "));
  }
  for (const InvalidCheckpoint& one : report.invalid_checkpoints) {
    text += fmt::format("passed over: {}: {}\n", printable(one.file), printable(one.reason));
  }
  if (report.audit_left_out) {
    text += fmt::format("audit log: {} bytes behind the last line that chains are left out\n",
                        report.audit_left_out->bytes);
  }
  for (const std::string& name : report.foreign) {
    text += fmt::format("foreign, left alone: {}\n", printable(name));
  }
  return text;
}

}  // namespace plumb::cli
