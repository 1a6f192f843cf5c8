// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Looking at a store from outside; see observe.hpp.
#include "audit/observe.hpp"

#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>

#include "support/temp_folder.hpp"

namespace plumb::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLineUnit = 512;
constexpr std::size_t kSegmentNumberAt = 64;

std::string hex(const std::string& bytes) { return to_hex(view(bytes)); }

/// What a verb that reads has answered. A refusal is no legal answer to a store that was only
/// killed.
std::vector<std::string> answer(const Plumb& plumb, const std::string& verb,
                                const std::string& folder) {
  const test::Finished done = plumb.run({verb, folder, "--json"});
  if (done.status == 3) throw EnvironmentFailure(fmt::format("plumb {}: {}", verb, done.text()));
  require(done.status == 0, "AC-5", fmt::format("plumb {} refuses: {}", verb, done.text()));
  return lines_of(done.out);
}

}  // namespace

void require(bool holds, const std::string& row, const std::string& what) {
  if (!holds) throw Violation(row, what);
}

Plumb::Plumb() {
  std::error_code error;
  path_ = (fs::read_symlink("/proc/self/exe", error).parent_path() / "plumb").string();
  if (error || !fs::exists(path_, error)) {
    throw EnvironmentFailure("the program plumb must lie beside plumb-audit");
  }
}

std::vector<std::string> Plumb::command(const std::vector<std::string>& words) const {
  std::vector<std::string> all{path_};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

test::Finished Plumb::run(const std::vector<std::string>& words, const std::string& input) const {
  test::Finished done = test::run_process(command(words), input);
  require_orderly_end(words.front(), done);
  return done;
}

void require_orderly_end(const std::string& verb, const test::Finished& done) {
  if (done.signal == SIGKILL || done.status == 127) {  // it hangs, or is not there
    throw EnvironmentFailure(fmt::format("plumb {}: {}", verb, done.text()));
  }
  require(done.signal == 0, "AC-5", fmt::format("plumb {} breaks down: {}", verb, done.text()));
}

Json parse_line(const std::string& line) {
  Json json = Json::parse(line, nullptr, false);
  return json.is_object() ? json : Json::object();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t feed = text.find('\n'); feed != std::string::npos;
       feed = text.find('\n', from)) {
    lines.push_back(text.substr(from, feed - from));
    from = feed + 1;
  }
  return lines;
}

Bytes bytes_of(const Json& text) {
  if (text.is_string()) return text.get<std::string>();
  return from_hex(string_at(text, "hex")).value_or("(no text)");
}

std::string string_at(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t number_at(const Json& object, const char* member) {
  const auto found = object.find(member);
  const bool number = found != object.end() && found->is_number_unsigned();
  return number ? found->get<std::uint64_t>() : ~std::uint64_t{0};  // never a number of a store
}

Files read_folder(const std::string& folder) {
  Files files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = test::read_file(entry.path().string());
  }
  return files;
}

std::vector<AuditLine> chained_lines(const std::string& audit_log) {
  std::vector<AuditLine> lines;
  std::string previous(64, '0');
  std::size_t from = 0;
  for (std::size_t feed = audit_log.find('\n'); feed != std::string::npos;
       feed = audit_log.find('\n', from)) {
    AuditLine line{audit_log.substr(from, feed + 1 - from), {}, 0};
    const Json json = parse_line(line.bytes);
    const bool chains = line.bytes.size() % kLineUnit == 0 && string_at(json, "prev") == previous &&
                        number_at(json, "line") == lines.size();
    if (!chains) break;
    line.event = string_at(json, "event");
    line.number = number_at(json, "number");
    previous = hex(test::oracle::sha256(line.bytes));
    lines.push_back(std::move(line));
    from = feed + 1;
  }
  return lines;
}

bool is_unfinished(const std::vector<AuditLine>& lines) {
  return !lines.empty() && lines.back().event != "end";
}

std::uint64_t segment_number(const std::string& segment) {
  Reader in(segment);
  static_cast<void>(in.raw(kSegmentNumberAt));
  return in.u64();
}

Observation observe(const Plumb& plumb, const std::string& folder) {
  Observation seen;
  seen.folder = folder;
  const std::vector<std::string> verdict = answer(plumb, "verify", folder);
  seen.verdict = parse_line(verdict.empty() ? std::string() : verdict.front());
  std::vector<std::string> dump = answer(plumb, "dump", folder);
  require(!dump.empty(), "AC-5", "plumb dump prints no state");
  seen.state = parse_line(dump.back());
  dump.pop_back();
  for (const std::string& line : dump) {
    const Json entry = parse_line(line);
    seen.contents[bytes_of(entry.value("key", Json()))] = bytes_of(entry.value("value", Json()));
  }
  seen.files = read_folder(folder);
  seen.audit = chained_lines(seen.files["audit.log"]);
  seen.seq = number_at(seen.state, "seq");
  return seen;
}

}  // namespace plumb::audit
