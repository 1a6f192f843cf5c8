// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Running plumb_reader.py; see reader.hpp.
#include "vectors/reader.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <system_error>

#include "support/process.hpp"
#include "support/skip.hpp"

namespace plumb::test {
namespace {

/// python3 on a script of this folder. It leaves no compiled module behind in the source tree.
Finished run_python(const std::string& script, const std::vector<std::string>& words,
                    std::string_view input) {
  std::vector<std::string> argv{"python3", vectors_folder() + '/' + script};
  argv.insert(argv.end(), words.begin(), words.end());
  ProcessOptions options;
  options.set_env = {"PYTHONDONTWRITEBYTECODE=1"};
  return run_process(argv, input, options);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  BOOST_REQUIRE_MESSAGE(from == text.size(), "the last line is not ended: " << text.substr(from));
  return lines;
}

}  // namespace

Json ReaderSays::content() const {
  Json list = Json::array();
  for (const std::string& line : lines_of(dump)) {
    const Json entry = Json::parse(line);
    if (entry.contains("key")) list.push_back(Json::array({entry["key"], entry["value"]}));
  }
  return list;
}

bool has_python(const std::string& test) {
  try {
    if (run_process({"python3", "-c", "pass"}).status == 0) return true;
  } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch): no such program
  }
  say_skipped(test, "there is no python3 to run plumb_reader.py");
  return false;
}

std::vector<ReaderSays> ask_reader(const std::vector<std::string>& folders) {
  constexpr std::size_t kAtOnce = 40;  // well within the time that a process has
  std::vector<ReaderSays> answers;
  for (std::size_t from = 0; from < folders.size(); from += kAtOnce) {
    const std::size_t to = std::min(from + kAtOnce, folders.size());
    std::string input;
    for (std::size_t i = from; i < to; ++i) input += folders[i] + '\n';
    const Finished done = run_python("batch.py", {}, input);
    BOOST_REQUIRE_MESSAGE(done.status == 0 && done.err.empty(), done.text());
    const std::vector<std::string> lines = lines_of(done.out);
    BOOST_REQUIRE_EQUAL(lines.size(), to - from);
    for (std::size_t i = from; i < to; ++i) {
      const Json line = Json::parse(lines[i - from]);
      BOOST_REQUIRE_EQUAL(line["folder"], folders[i]);
      answers.push_back(
          {folders[i], line["verify"][0], line["verify"][1], line["dump"][0], line["dump"][1]});
    }
  }
  return answers;
}

std::string run_reader(const std::string& command, const std::string& folder) {
  const Finished done = run_python("plumb_reader.py", {command, folder}, {});
  BOOST_REQUIRE_MESSAGE(done.status >= 0 && done.err.empty(), done.text());
  return done.out;
}

std::string difference(const Json& json, const ReaderSays& says) {
  const auto differ = [&](std::string_view what, const Json& mine, const Json& its) {
    return fmt::format("{}: the library says {}, the reader {}\n  {}\n  {}", what, mine.dump(),
                       its.dump(), json.dump(), says.verify);
  };
  const Json verdict = says.verdict();
  const bool verify_accepts = json["verdict"] == "accepted" && !json.contains("verify");
  if ((verdict["verdict"] == "accepted") != verify_accepts) {
    return differ("verify", verify_accepts, verdict["verdict"]);
  }
  if ((says.dump_status == 0) != (json["verdict"] == "accepted")) {
    return differ("dump", json["verdict"], says.dump_status);
  }
  if (json["verdict"] != "accepted") return "";
  if (says.content() != json["content"]) return differ("content", json["content"], says.content());
  if (!verify_accepts) return "";
  for (const char* field :
       {"seq", "count", "root", "chain", "durable", "checkpoint", "records", "tail", "discarded"}) {
    if (verdict[field] != json[field]) return differ(field, json[field], verdict[field]);
  }
  return "";
}

}  // namespace plumb::test
