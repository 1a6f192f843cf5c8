// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The traces of tests/traces: each gets its verdict, at its line, in its words. Then the same files
// with bytes, lines and ends changed at random: whatever comes of it, it is a verdict or an error
// with a reason, and nothing worse.
// Spec:          EV-3, EV-5.
#include <array>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "support/temp_folder.hpp"
#include "trace/report.hpp"
#include "trace_support.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;

std::string corpus(std::string_view folder) {
  return std::string(PLUMBLINE_SOURCE_DIR) + "/tests/traces/" + std::string(folder);
}

/// The files of a folder by name, without its ending.
std::map<std::string, std::string> files(const std::string& folder, std::string_view ending) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ending) {
      all[entry.path().stem().string()] = read_file(entry.path().string());
    }
  }
  return all;
}

/// What a judgement of a file comes to, errors included, as the program tells it.
struct Verdict {
  int exit = 0;
  std::uint64_t line = 0;
  std::string says;
};

Verdict verdict_of(std::string_view text, const trace::Limits& limits = {}) {
  trace::Lines lines = trace::lines_of_text(text);
  try {
    const trace::Result result = trace::judge(lines, limits);
    BOOST_TEST(!trace::json_report(result, "f").empty());
    return {result.exit_status(), result.line, trace::text_report(result, "f", false)};
  } catch (const trace::Malformed& malformed) {
    return {2, std::max<std::uint64_t>(lines.number(), 1), malformed.what()};
  } catch (const trace::NewerVersion& newer) {
    return {4, lines.number(), newer.what()};
  }
}

BOOST_AUTO_TEST_SUITE(trace_corpus)

BOOST_AUTO_TEST_CASE(behaviours_are_accepted) {
  const auto traces = files(corpus("accept"), ".jsonl");
  BOOST_TEST(traces.size() >= 20U);
  for (const auto& [name, text] : traces) {
    BOOST_TEST_CONTEXT(name) {
      const Verdict verdict = verdict_of(text);
      BOOST_TEST(verdict.exit == 0, verdict.says);
      BOOST_TEST(verdict.says.find("f: accepted: ") == 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_none_is_refused_at_its_line_for_its_reason) {
  const auto traces = files(corpus("reject"), ".jsonl");
  const auto expected = files(corpus("reject"), ".expected");
  BOOST_TEST(traces.size() >= 60U);
  BOOST_TEST(traces.size() == expected.size());
  for (const auto& [name, text] : traces) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST_REQUIRE(expected.contains(name));
      const Verdict verdict = verdict_of(text);
      std::istringstream facts(expected.at(name));
      unsigned says = 0, others = 0;
      for (std::string fact; std::getline(facts, fact);) {
        const std::string what = fact.substr(0, fact.find(' '));
        const std::string is = fact.substr(fact.find(' ') + 1);
        if (what == "exit") BOOST_TEST(std::to_string(verdict.exit) == is, verdict.says);
        if (what == "line") BOOST_TEST(std::to_string(verdict.line) == is, verdict.says);
        if (what == "says") {
          BOOST_TEST(verdict.says.find(is) != std::string::npos, is << " in " << verdict.says);
        }
        ++(what == "says" ? says : others);
        BOOST_TEST((what == "says" || what == "exit" || what == "line"), fact);
      }
      BOOST_TEST(others == 2U);
      BOOST_TEST(says > 0U);
      BOOST_TEST(verdict.exit != 0);
    }
  }
}

/// Lines of the text swapped, dropped or doubled, with the numbers made right again.
std::string reordered(const std::string& text, spec::Dice& dice) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  if (lines.size() < 4) return text;
  const std::size_t at = 1 + dice.below(lines.size() - 2);
  const auto here = lines.begin() + static_cast<long>(at);
  switch (dice.below(3)) {
    case 0:
      std::swap(lines[at], lines[1 + dice.below(lines.size() - 2)]);
      break;
    case 1:
      lines.erase(here);
      break;
    default:
      lines.insert(here, std::string(*here));
  }
  const std::regex seq("\"seq\":[0-9]+"), end("\"end\":[0-9]+");
  std::string all;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string line = std::regex_replace(lines[i], seq, "\"seq\":" + std::to_string(i));
    all += std::regex_replace(line, end, "\"end\":" + std::to_string(i - 1)) + "\n";
  }
  return all;
}

/// A text that was changed in one to three places.
std::string changed(std::string text, spec::Dice& dice) {
  constexpr std::array<std::string_view, 12> kPieces{"{",     "}",        "[",       "]",
                                                     "\"",    "\n",       "\\u0000", "{\"#set\":[",
                                                     "1e400", "\"seq\":", "null",    "\xC3"};
  for (std::size_t n = 1 + dice.below(3); n > 0 && !text.empty(); --n) {
    const std::size_t at = dice.below(text.size());
    switch (dice.below(8)) {
      case 6:
        text = reordered(text, dice);
        break;
      case 7:  // another digit
        if (const auto digit = text.find_first_of("0123456789", at); digit != std::string::npos) {
          text[digit] = static_cast<char>('0' + dice.below(10));
        }
        break;
      case 0:
        text[at] = static_cast<char>(dice.below(256));
        break;
      case 1:
        text[at] = static_cast<char>(text[at] ^ (1 << dice.below(8)));
        break;
      case 2:
        text.erase(at, 1 + dice.below(40));
        break;
      case 3:
        text.insert(at, kPieces[dice.below(kPieces.size())]);
        break;
      case 4:  // a part once more
        text.insert(dice.below(text.size()), text.substr(at, 1 + dice.below(300)));
        break;
      default:
        if (dice.below(4) == 0) text.resize(at);
    }
  }
  return text;
}

// PLUMBLINE_TRACE_MUTANTS in the environment: another number of them for each file.
BOOST_AUTO_TEST_CASE(changed_bytes_end_in_a_verdict_or_an_error) {
  const char* const asked = std::getenv("PLUMBLINE_TRACE_MUTANTS");
  const unsigned long mutants = asked == nullptr ? 60 : std::stoul(asked);
  std::map<int, unsigned> exits;
  unsigned silent = 0;
  for (const char* const folder : {"accept", "reject"}) {
    for (const auto& [name, text] : files(corpus(folder), ".jsonl")) {
      for (unsigned long seed = 0; seed < mutants; ++seed) {
        BOOST_TEST_CONTEXT(name << ", seed " << seed) {
          spec::Dice dice(17, seed);
          const Verdict verdict = verdict_of(changed(text, dice), {.states = 300, .steps = 20'000});
          ++exits[verdict.exit];
          silent += verdict.says.empty() ? 1U : 0U;
        }
      }
    }
  }
  for (const auto& [exit, times] : exits) {
    BOOST_TEST_MESSAGE("exit status " << exit << ": " << times);
  }
  BOOST_TEST(silent == 0U);
  BOOST_TEST(exits[0] > 0U);
  BOOST_TEST(exits[1] > 100U);
  BOOST_TEST(exits[2] > 1000U);
  BOOST_TEST(exits[4] > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
