// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Manifest and folders; see manifest.hpp.
#include "vectors/manifest.hpp"

#include <filesystem>
#include <stdexcept>

#include "support/temp_folder.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& name) { return vectors_folder() + "/stores/" + name; }

Json checkpoint_json(const std::optional<CheckpointName>& name) {
  if (!name) return nullptr;
  return Json{{"number", name->number}, {"seq", name->seq}};
}

Json family(const char* name, const char* base, const char* what) {
  return Json{{"family", name}, {"base", base}, {"what", what}};
}

/// What the catalogue says, in the fields that it knows; the judgement must agree with each.
Json said_by(const Vector& vector) {
  Json json;
  if (vector.refused) {
    json["verdict"] = "refused";
    json["code"] = name_of(vector.refused->code);
    json["file"] = vector.refused->file.empty() ? Json(nullptr) : Json(vector.refused->file);
    return json;
  }
  const Accepted& says = vector.accepted.value();
  json["verdict"] = "accepted";
  if (says.verify_refuses) json["verify"] = "refused";
  json["seq"] = says.seq;
  json["count"] = says.content.size();
  json["durable"] = says.durable ? Json(true) : Json("unknown");
  json["checkpoint"] = checkpoint_json(says.checkpoint);
  json["records"] = says.records;
  json["tail"] = says.torn ? "torn" : "clean";
  json["discarded"] = says.discarded;
  json["content"] = json_of_content(says.content);
  return json;
}

}  // namespace

std::string vectors_folder() { return std::string(PLUMBLINE_SOURCE_DIR) + "/tests/vectors"; }

Json json_of_bytes(std::string_view bytes) {
  if (is_utf8(bytes)) return Json(bytes);
  return Json{{"hex", to_hex(view(bytes))}};
}

Bytes bytes_of_json(const Json& json) {
  if (json.is_string()) return json.get<Bytes>();
  return from_hex(json.at("hex").get<std::string>()).value();
}

Json json_of_content(const Content& content) {
  Json list = Json::array();
  for (const auto& [key, value] : content) {
    list.push_back(Json::array({json_of_bytes(key), json_of_bytes(value)}));
  }
  return list;
}

Json json_of(const Reading& reading) {
  const Report& report = reading.report;
  Json json;
  json["verdict"] = "accepted";
  json["seq"] = report.seq;
  json["count"] = report.count;
  json["root"] = to_hex(report.root);
  json["chain"] = to_hex(report.chain);
  json["durable"] = report.durable ? Json(true) : Json("unknown");
  json["checkpoint"] =
      report.unfinished_init
          ? Json(nullptr)
          : checkpoint_json(CheckpointName{report.checkpoint_number, report.checkpoint_seq});
  json["records"] = report.records;
  json["tail"] = report.tail == Tail::torn ? "torn" : "clean";
  json["discarded"] = report.discarded;
  json["content"] = json_of_content(content_of(reading.state));
  return json;
}

Json json_of(const Error& error) {
  Json json;
  json["verdict"] = "refused";
  json["code"] = name_of(error.code);
  json["file"] = error.file.empty() ? Json(nullptr) : Json(error.file);
  json["offset"] = error.offset ? Json(*error.offset) : Json(nullptr);
  return json;
}

Json judge_files(const Files& files) {
  MemoryDisk disk(files);
  const Result<Reading> read = read_store(disk);
  const Result<Reading> verified = verify_store(disk, {});
  Json json = read ? json_of(*read) : json_of(read.error());
  const Json strict = verified ? json_of(*verified) : json_of(verified.error());
  if (read && !verified) {
    json["verify"] = "refused";
  } else if (json != strict) {
    throw std::runtime_error("reader and verifier differ: " + json.dump() + " " + strict.dump());
  }
  return json;
}

Json manifest_entry(const Vector& vector) {
  const Json judged = judge_files(vector.files);
  const Json said = said_by(vector);
  for (const auto& [field, value] : said.items()) {
    if (judged.contains(field) && judged[field] == value) continue;
    throw std::runtime_error(vector.name + ": " + field + " should be " + value.dump() + ": " +
                             judged.dump());
  }
  if (judged.contains("verify") != said.contains("verify")) {
    throw std::runtime_error(vector.name + ": reader and verifier differ");
  }
  Json entry{{"name", vector.name}, {"what", vector.what}};
  entry.update(judged);
  return entry;
}

Json make_manifest(const Vectors& vectors) {
  Json manifest;
  manifest["format"] = 1;
  manifest["block_bytes"] = kBlock;
  manifest["segment_bytes"] = kSegmentBytes;
  manifest["vectors"] = Json::array();
  for (const Vector& vector : vectors) manifest["vectors"].push_back(manifest_entry(vector));
  manifest["families"] = Json::array();
  Json& families = manifest["families"];
  for (const char* base : {"long-last-record", "long-last-record-over-old"}) {
    families.push_back(
        family("torn-last-record", base,
               "The last record from byte n on is what was there before: n from 0 to "
               "its length. Accepted without it, or with it where nothing differs."));
    families.push_back(family("torn-last-blocks", base,
                              "Any subset of the last record's blocks is what was there before."));
  }
  for (const char* base : {"empty-closed", "one-record-closed", "just-closed", "just-opened",
                           "one-record", "log-behind-checkpoint", "recycled-segment",
                           "opening-unfinished", "blocks-of-1024", "leftovers"}) {
    families.push_back(family("every-bit", base,
                              "One bit of one file flipped, for every bit: refused, or the same "
                              "contents where section 9 of the format says so."));
  }
  return manifest;
}

std::string text_of(const Json& manifest) { return manifest.dump(1) + '\n'; }

Json read_manifest() { return Json::parse(read_file(vectors_folder() + "/manifest.json")); }

Files read_vector(const std::string& name) {
  return fs::exists(folder_of(name)) ? read_folder(folder_of(name)) : Files{};
}

Files read_folder(const std::string& folder) {
  Files files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = read_file(entry.path().string());
  }
  return files;
}

void write_folder(const std::string& folder, const Files& files) {
  fs::create_directories(folder);
  for (const auto& [name, bytes] : files) write_file(folder + '/' + name, bytes);
}

}  // namespace plumb::test
