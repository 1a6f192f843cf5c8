// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The worked example in section 10 of spec/FORMAT.md shows the bytes of the vector one-record: each
// row that is printed there, and no byte beside them but zeros.
// Spec:          EV-7; spec/FORMAT.md section 10.
#include <boost/test/unit_test.hpp>
#include <regex>
#include <sstream>

#include "support/temp_folder.hpp"
#include "vectors/manifest.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

constexpr std::size_t kRows = 50;  // at least

std::string section_10() {
  const std::string page = read_file(std::string(PLUMBLINE_SOURCE_DIR) + "/spec/FORMAT.md");
  const std::size_t start = page.find("\n## 10. ");
  BOOST_REQUIRE(start != std::string::npos);
  return page.substr(start);
}

/// What the page shows of the files: rows as bytes at their offsets, audit lines as text.
struct Shown {
  Files files;
  std::vector<std::string> audit;
  std::size_t rows = 0;
};

Shown read_page() {
  const std::regex begins_file("`(checkpoint-1-0|log-0|audit\\.log)` .*");
  const std::regex row(" *([0-9]+)  ([0-9a-f]+)  .+");
  Shown shown;
  Bytes* file = nullptr;
  std::istringstream page(section_10());
  std::smatch found;
  for (std::string line; std::getline(page, line);) {
    if (std::regex_match(line, found, begins_file)) file = &shown.files[found[1]];
    if (line.starts_with("{")) shown.audit.push_back(line);
    if (!std::regex_match(line, found, row)) continue;
    BOOST_REQUIRE(file != nullptr);
    const std::size_t at = std::stoul(found[1]);
    const Bytes bytes = from_hex(std::string(found[2])).value();
    BOOST_TEST(at >= file->size(), line << ": an offset out of order");
    file->resize(at, '\0');
    *file += bytes;
    ++shown.rows;
  }
  return shown;
}

}  // namespace

BOOST_AUTO_TEST_CASE(format_example_shows_the_vector) {
  const Files files = read_vector("one-record");
  Shown shown = read_page();
  BOOST_TEST(shown.rows >= kRows);
  for (const char* name : {"checkpoint-1-0", "log-0"}) {
    Bytes& bytes = shown.files[name];
    BOOST_REQUIRE_LE(bytes.size(), files.at(name).size());
    bytes.resize(files.at(name).size(), '\0');
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      BOOST_TEST(bytes[at] == files.at(name)[at], name << " differs at byte " << at);
    }
  }
  const std::vector<Bytes> lines = audit_lines(files.at("audit.log"));
  BOOST_REQUIRE_EQUAL(shown.audit.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    BOOST_TEST(shown.audit[i] == lines[i].substr(0, lines[i].find_last_not_of(" \n") + 1));
  }
  BOOST_TEST(files.at("LOCK") == "");
}

}  // namespace plumb::test
