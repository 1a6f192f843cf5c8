// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Running plumb and reading what it says; see plumb_cli.hpp.
#include "cli/plumb_cli.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>

namespace plumb::test {

std::string plumb_path() { return PLUMBLINE_PLUMB; }

Words plumb_words(const Words& words) {
  Words all{plumb_path()};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

Finished plumb(const Words& words, std::string_view input, const ProcessOptions& options) {
  return run_process(plumb_words(words), input, options);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  BOOST_REQUIRE_EQUAL(from, text.size());
  return lines;
}

Json result_of(const Finished& done) {
  BOOST_REQUIRE_MESSAGE(done.status == 0, done.text());
  BOOST_TEST(done.err.empty(), done.text());
  const std::vector<std::string> lines = lines_of(done.out);
  BOOST_REQUIRE_EQUAL(lines.size(), 1U);
  return Json::parse(lines.front());
}

std::string shape_of(const Json& object) {
  std::string shape;
  for (const auto& member : object.items()) {
    shape += (shape.empty() ? "" : ",") + member.key();
  }
  return shape;
}

Json require_error(const Finished& done, int status, std::string_view code) {
  BOOST_REQUIRE_MESSAGE(done.status == status, done.text());
  BOOST_TEST(done.out.empty(), done.text());
  const std::vector<std::string> lines = lines_of(done.err);
  BOOST_REQUIRE_EQUAL(lines.size(), 1U);
  const Json json = Json::parse(lines.front());
  BOOST_REQUIRE_EQUAL(shape_of(json), "error");
  Json inside = json["error"];
  BOOST_TEST(shape_of(inside) == "code,file,offset,call,errno,reason,message");
  BOOST_TEST(inside["code"] == code, done.text());
  BOOST_TEST(!inside["message"].get<std::string>().empty());
  return inside;
}

std::map<std::string, std::string> bytes_of(const std::string& folder) {
  std::map<std::string, std::string> bytes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    bytes[entry.path().string()] = entry.is_regular_file() ? read_file(entry.path()) : "";
  }
  return bytes;
}

TestStore::TestStore(const Words& init_options) : dir_(folder_.file("store")) {
  Words words{"init", dir_, "--json"};
  words.insert(words.end(), init_options.begin(), init_options.end());
  const Finished done = plumb(words);
  BOOST_REQUIRE_MESSAGE(done.status == 0, done.text());
}

Finished TestStore::run(const std::string& verb, const Words& words, std::string_view input) const {
  Words all{verb, dir_, "--json"};
  all.insert(all.end(), words.begin(), words.end());
  return plumb(all, input);
}

Json TestStore::commit(const Words& words) const { return result_of(run("commit", words)); }

Json TestStore::value(const std::string& key) const {
  return result_of(run("get", {"--", key}))["value"];
}

std::string TestStore::dump() const {
  const Finished done = run("dump");
  BOOST_REQUIRE_MESSAGE(done.status == 0, done.text());
  return done.out;
}

void commit_and_kill(const TestStore& store, const std::vector<std::string>& lines) {
  Process process(plumb_words({"commit", store.dir(), "--from", "-", "--json"}));
  for (const std::string& line : lines) {
    BOOST_REQUIRE(process.send(line + '\n'));
    BOOST_REQUIRE(process.read_line().has_value());
  }
  process.kill(SIGKILL);
  BOOST_REQUIRE_EQUAL(process.finish().signal, SIGKILL);
}

}  // namespace plumb::test
