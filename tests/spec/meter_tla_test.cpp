// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The TLA+ text of the meter beside the executable one: same names, same models. Each configuration
// in spec/tla/CpuMeter names its row, the row's constants, and the counts and verdicts that TLC
// must find, which are those of the checker. Spec:          EV-1.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "meter_pins.hpp"
#include "meter_support.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;
namespace meter = spec::meter;

const fs::path kTla = fs::path(PLUMBLINE_SOURCE_DIR) / "spec" / "tla";

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  BOOST_TEST_REQUIRE(file.good(), "cannot read " << path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> words_in(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

/// What a .cfg says.
struct Config {
  std::string row;
  std::string expected;  ///< "N distinct states, depth D"
  std::set<std::string> must_fail;
  std::map<std::string, std::string> constants;
  std::set<std::string> checked;  ///< INVARIANTS and PROPERTIES, without TypeOK
};

Config parse(const std::string& text) {
  Config config;
  std::smatch match;
  const auto find = [&](const char* pattern) {
    return std::regex_search(text, match, std::regex(pattern)) ? match[1].str() : std::string();
  };
  config.row = find("row \"([^\"]*)\"");
  config.expected = find("Expected: ([^\\n]*)\\.\\n");
  for (const auto& name : words_in(find("run of its own: ([^\\n]*)\\.\\n"))) {
    config.must_fail.insert(name);
  }
  const std::regex constant("\\n    (\\w+) = \"?([^\"\\n]*)\"?");
  for (std::sregex_iterator i(text.begin(), text.end(), constant), end; i != end; ++i) {
    config.constants[(*i)[1].str()] = (*i)[2].str();
  }
  const std::regex name("\\n    (\\w+)(?=\\n)");
  for (std::sregex_iterator i(text.begin(), text.end(), name), end; i != end; ++i) {
    if ((*i)[1].str() != "TypeOK") config.checked.insert((*i)[1].str());
  }
  return config;
}

/// The constants of CpuMeter.tla for a row that it covers.
std::map<std::string, std::string> constants_of(const meter::Row& row, bool offered) {
  constexpr std::array kClocks = {"exact", "user", "coarse", "none"};
  const meter::Bounds& b = row.bounds;
  const auto yes = [](bool is) { return std::string(is ? "TRUE" : "FALSE"); };
  return {{"Layout", b.nested        ? "nested"
                     : b.meters == 2 ? "threads"
                                     : "one"},
          {"B1", std::to_string(b.budget[0])},
          {"B2", std::to_string(b.budget[1])},
          {"Ops", std::to_string(b.ops)},
          {"Cpu", std::to_string(b.cpu)},
          {"Waits", std::to_string(b.waits)},
          {"Faults", std::to_string(b.faults)},
          {"Losses", std::to_string(b.losses)},
          {"Clock", kClocks[static_cast<std::size_t>(row.rules.clock)]},
          {"Granularity", std::to_string(row.rules.granularity)},
          {"Filter", yes(row.rules.filter != meter::Filter::off)},
          {"InFlight", yes(row.in_flight())},
          {"Quarantines", yes(row.rules.quarantines)},
          {"Flaw", offered ? "none" : std::string(row.name)}};
}

std::set<std::string> as_set(std::string_view words) {
  const auto list = words_in(std::string(words));
  return {list.begin(), list.end()};
}

/// Names of the properties of a row's model that TLC can check.
std::set<std::string> claims_of(const meter::Row& row) {
  std::set<std::string> names;
  const meter::Meter model(row, row.bounds);
  for (const auto& property : model.properties()) {
    if (property.kind != spec::PropertyKind::sometimes) names.emplace(property.name);
  }
  return names;
}

void check_config(const Config& config) {
  const meter::Row* row = meter::find_row(config.row);
  BOOST_TEST_REQUIRE(row != nullptr, "no row has the name '" << config.row << "'");
  const auto at = static_cast<std::size_t>(row - meter::kRows.data());
  const MeterPin& pin = kMeterPins[at];
  const auto expected = constants_of(*row, at < meter::kOfferedRows);
  BOOST_TEST((config.constants == expected));
  BOOST_TEST(config.expected ==
             std::to_string(pin.distinct) + " distinct states, depth " + std::to_string(pin.depth));
  auto fails = as_set(pin.violated);
  BOOST_TEST((config.must_fail == fails));
  auto all = config.checked;
  all.insert(fails.begin(), fails.end());
  BOOST_TEST((all == claims_of(*row)));
  BOOST_TEST(std::none_of(fails.begin(), fails.end(),
                          [&](const std::string& name) { return config.checked.contains(name); }));
}

BOOST_AUTO_TEST_SUITE(meter_tla)

BOOST_AUTO_TEST_CASE(every_configuration_is_a_row_with_its_pins) {
  std::set<std::string> rows;
  for (const auto& entry : fs::directory_iterator(kTla / "CpuMeter")) {
    BOOST_TEST_CONTEXT(entry.path()) {
      BOOST_TEST(entry.path().extension() == ".cfg");
      const Config config = parse(read_text(entry.path()));
      check_config(config);
      BOOST_TEST(rows.insert(config.row).second);
    }
  }
  for (std::size_t i = 0; i < meter::kOfferedRows; ++i) {
    BOOST_TEST(rows.contains(std::string(meter::kRows[i].name)), meter::kRows[i].name);
  }
  BOOST_TEST(rows.size() > meter::kOfferedRows);  // some must fail
}

BOOST_AUTO_TEST_CASE(the_module_has_the_names_of_actions_and_properties) {
  const std::string module = read_text(kTla / "CpuMeter.tla");
  const auto defines = [&](std::string_view name) {
    return std::regex_search(module, std::regex("\\n" + std::string(name) + "(\\(t\\))? +=="));
  };
  for (const auto name : meter::kActionNames) BOOST_TEST(defines(name), name);
  for (const meter::Entry& entry : meter::kEntries) {
    if (entry.info.kind == spec::PropertyKind::sometimes) continue;
    BOOST_TEST(defines(entry.info.name), entry.info.name);
  }
  BOOST_TEST(!defines("NoSuchName"));
}

// The steps within an action have one name each, too.
BOOST_AUTO_TEST_CASE(the_module_has_the_names_of_steps) {
  const std::string module = read_text(kTla / "CpuMeter.tla");
  for (std::size_t op = 1; op < meter::kOpNames.size(); ++op) {
    const std::string head = "\n" + std::string(meter::kOpNames[op]) + "(m) ==";
    BOOST_TEST(module.find(head) != std::string::npos, meter::kOpNames[op]);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
