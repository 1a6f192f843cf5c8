// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The TLA+ text of the commit protocols beside the executable one: same names, same models. Each
// configuration in spec/tla/AtomicCommit and spec/tla/AtomicCommitClassic names its row, the row's
// programs and constants, and the counts and verdicts that TLC must find: those of the manifest.
// Spec:          EV-1.
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
#include <unordered_set>
#include <vector>

#include "commit_support.hpp"
#include "tool/manifest.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;
namespace golden = commit::golden;
namespace tool = spec::tool;
using Names = std::set<std::string>;
using Constants = std::map<std::string, std::string>;

const fs::path kTla = fs::path(PLUMBLINE_SOURCE_DIR) / "spec" / "tla";

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  BOOST_TEST_REQUIRE(file.good(), "cannot read " << path);
  return {std::istreambuf_iterator<char>(file), {}};
}
std::string read_modules(std::initializer_list<const char*> names) {
  std::string text;
  for (const char* name : names) text += read_text(kTla / (std::string(name) + ".tla"));
  return text;
}
const std::string& module_of(commit::Family family) {
  static const std::string kClassic = read_modules({"Ledger", "AtomicCommitClassic"});
  static const std::string kGolden = read_modules(
      {"Ledger", "AtomicCommitDisk", "AtomicCommitOpening", "AtomicCommitSteps", "AtomicCommit"});
  return family == commit::Family::classic ? kClassic : kGolden;
}
std::vector<std::string> words_in(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

/// "Durability 13 NoPanic 8": names and lengths of traces.
Constants fails_in(const std::string& text) {
  Constants fails;
  const auto words = words_in(text);
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) fails[words[i]] = words[i + 1];
  return fails;
}

/// What a .cfg says.
struct Config {
  std::string row;
  std::string expected;  ///< "N distinct states, depth D"
  Constants fails;
  Constants fails_atomic;  ///< where a rename is one step
  Constants constants;
  Names checked;  ///< INVARIANTS and PROPERTIES, without TypeOK
};

Config parse(const std::string& text) {
  Config config;
  std::smatch match;
  const auto find = [&](const char* pattern) {
    return std::regex_search(text, match, std::regex(pattern)) ? match[1].str() : std::string();
  };
  config.row = find("row \"([^\"]*)\"");
  config.expected = find("Expected: ([^\\n]*)\\.\\n");
  config.fails = fails_in(find("that many states:\\n[^ ]* *([^\\n]*)\\.\\n"));
  config.fails_atomic = fails_in(find("SplitRename = FALSE:\\n[^ ]* *([^\\n]*)\\.\\n"));
  const std::regex constant("\\n    (\\w+) (?:=|<-) \"?([^\"\\n]*)\"?");
  for (std::sregex_iterator i(text.begin(), text.end(), constant), end; i != end; ++i) {
    config.constants[(*i)[1].str()] = (*i)[2].str();
  }
  const std::regex name("\\n    (\\w+)(?=\\n)");
  for (std::sregex_iterator i(text.begin(), text.end(), name), end; i != end; ++i) {
    if ((*i)[1].str() != "TypeOK") config.checked.insert((*i)[1].str());
  }
  return config;
}
std::vector<Config> configs_in(const char* folder) {
  std::vector<Config> configs;
  for (const auto& entry : fs::directory_iterator(kTla / folder)) {
    BOOST_TEST(entry.path().extension() == ".cfg", entry.path());
    configs.push_back(parse(read_text(entry.path())));
  }
  return configs;
}

/// The name that a module gives to a program.
std::string name_of(const commit::Program& program, commit::Family family) {
  const std::string& module = module_of(family);
  std::string ops;
  for (std::size_t i = 0; i < program.size; ++i) add_word(ops, commit::name(program.at(i)));
  const std::regex definition("\\n(\\w+) ==\\n  <<([^>]*)>>");
  for (std::sregex_iterator i(module.begin(), module.end(), definition), end; i != end; ++i) {
    std::string defined;
    for (auto& word : words_in(std::regex_replace((*i)[2].str(), std::regex("[\",]"), " "))) {
      add_word(defined, word);
    }
    if (defined == ops) return (*i)[1].str();
  }
  return "no name for: " + ops;
}
std::string yes(bool is) { return is ? "TRUE" : "FALSE"; }

Constants constants_of(const commit::Row& row) {
  return {{"Commit", name_of(row.commit, row.family)},
          {"Opening", name_of(row.recovery, row.family)},
          {"LogFile", row.log == commit::Log::growing ? "growing" : "preallocated"},
          {"Reader", row.reader == commit::Reader::skips ? "skips" : "stops"},
          {"Lsn", yes(row.lsn)},
          {"KeepsOpen", yes(row.keeps_open)},
          {"Background", yes(row.background)},
          {"Batch", std::to_string(row.batch)},
          {"Group", std::to_string(row.group)},
          {"Transactions", row.group > 1 ? "4" : "3"},
          {"Crashes", "2"},
          {"Kill", "TRUE"},
          {"SplitRename", "TRUE"}};
}
Constants constants_of(const commit::Row& row, const commit::Bounds& bounds) {
  constexpr std::array kModes = {"sync", "group", "batch", "async", "relaxed"};
  return {{"Mode", kModes[static_cast<std::size_t>(row.mode)]},
          {"Commit", name_of(row.commit, row.family)},
          {"Syncing", name_of(row.sync, row.family)},
          {"Checkpointing", name_of(row.checkpoint, row.family)},
          {"Opening", name_of(row.recovery, row.family)},
          {"Group", std::to_string(row.group)},
          {"InFlight", std::to_string(row.in_flight)},
          {"Window", std::to_string(row.window)},
          {"Transactions", std::to_string(bounds.transactions)},
          {"Crashes", std::to_string(bounds.crashes)},
          {"Kill", "TRUE"},
          {"IoErrors", std::to_string(bounds.io_errors)},
          {"FullDisks", std::to_string(bounds.disk_full)},
          {"Rots", std::to_string(bounds.rots)},
          {"Segments", std::to_string(commit::Bounds{}.segments)},
          {"SegmentRecords", std::to_string(commit::Bounds{}.segment_records)}};
}

/// Names of the properties of a row's model that TLC can check.
Names claims_of(const commit::Row& row) {
  return commit::with_model(row, {}, [](const auto& model) {
    Names names;
    for (const auto& property : model.properties()) {
      if (property.kind != spec::PropertyKind::sometimes) names.emplace(property.name);
    }
    return names;
  });
}
std::string counts(const tool::Pinned& pinned) {
  return std::to_string(pinned.distinct) + " distinct states, depth " +
         std::to_string(pinned.depth);
}
/// What is checked and what must fail are all claims, none of them both.
void check_claims(const Config& config, const commit::Row& row) {
  Names all = config.checked;
  for (const auto& [name, length] : config.fails) BOOST_TEST(all.insert(name).second, name);
  BOOST_TEST((all == claims_of(row)));
}

/// The pinned models of a row in the default set.
std::vector<tool::PinnedModel> pinned_models(std::string_view row) {
  std::vector<tool::PinnedModel> models;
  for (const tool::PinnedModel& model : tool::read_manifest(tool::manifest_text())) {
    if (model.subject.name == row && model.set == "default") models.push_back(model);
  }
  return models;
}
const commit::Bounds& bounds_of(const tool::PinnedModel& model) {
  return std::get<tool::CommitSubject>(model.subject.what).bounds;
}
/// Names, and lengths in states.
Constants fails_of(const tool::PinnedModel& model) {
  Constants fails;
  for (const auto& [name, steps] : model.pinned->violated) fails[name] = std::to_string(steps + 1);
  return fails;
}

/// States that a search tells apart, and those that are left once each is tidy.
std::pair<std::size_t, std::size_t> told_apart(const commit::Golden& model) {
  using State = commit::Golden::State;
  const auto key = [](const State& s) {
    std::string bytes(sizeof(State), '\0');
    bytes.resize(commit::encode_state(s, reinterpret_cast<std::byte*>(bytes.data())));
    return bytes;
  };
  std::vector<State> found;
  std::unordered_set<std::string> seen, tidy;
  const auto add = [&](const State& s) {
    if (!seen.insert(key(s)).second) return;
    found.push_back(s);
    State canonical = s;
    golden::tidy(canonical);
    tidy.insert(key(canonical));
  };
  model.initial(add);
  for (std::size_t i = 0; i < found.size(); ++i) {  // NOLINT(modernize-loop-convert): it grows
    const State from = found[i];
    model.next(from, [&](spec::ActionId, spec::Choice, const State& to) { add(to); });
  }
  return {seen.size(), tidy.size()};
}

BOOST_AUTO_TEST_SUITE(commit_tla)

BOOST_AUTO_TEST_CASE(every_classic_row_has_a_configuration_with_its_pins) {
  Names rows;
  for (const Config& config : configs_in("AtomicCommitClassic")) {
    BOOST_TEST_CONTEXT(config.row) {
      const commit::Row* row = commit::find_row(config.row);
      const auto models = pinned_models(config.row);
      BOOST_TEST_REQUIRE((row != nullptr && models.size() == 2));
      const std::size_t split = bounds_of(models[0]).split_rename ? 0 : 1;
      BOOST_TEST(rows.insert(config.row).second);
      BOOST_TEST((config.constants == constants_of(*row)));
      BOOST_TEST(config.expected == counts(*models[split].pinned));
      BOOST_TEST((config.fails == fails_of(models[split])));
      BOOST_TEST((config.fails_atomic == fails_of(models[1 - split])));
      check_claims(config, *row);
    }
  }
  BOOST_TEST(rows.size() == commit::kClassicTable.size());
}

BOOST_AUTO_TEST_CASE(every_golden_row_has_a_configuration_for_each_of_its_pins) {
  std::set<std::pair<std::string, std::size_t>> models;
  for (const Config& config : configs_in("AtomicCommit")) {
    BOOST_TEST_CONTEXT(config.row << ", " << config.expected) {
      const commit::Row* row = commit::find_row(config.row);
      BOOST_TEST_REQUIRE(row != nullptr);
      const auto of_row = pinned_models(config.row);
      const auto model = std::find_if(of_row.begin(), of_row.end(), [&](const auto& m) {
        return constants_of(*row, bounds_of(m)) == config.constants;
      });
      BOOST_TEST_REQUIRE((model != of_row.end()));
      BOOST_TEST(
          models.insert({config.row, static_cast<std::size_t>(model - of_row.begin())}).second);
      BOOST_TEST(config.expected == counts(*model->pinned));
      BOOST_TEST(config.fails.empty());
      check_claims(config, *row);
    }
  }
  std::size_t pinned = 0;
  for (const commit::Row& row : commit::kGoldenTable) {
    pinned += pinned_models(row.name.view()).size();
  }
  BOOST_TEST(models.size() == pinned);
}

BOOST_AUTO_TEST_CASE(the_modules_have_the_names_of_actions_and_properties) {
  const auto defines = [](commit::Family family, std::string_view name) {
    return std::regex_search(module_of(family), std::regex("\\n" + std::string(name) + " +=="));
  };
  Names actions;
  for (const commit::Row& row : commit::kTable) {
    for (const auto* program : {&row.commit, &row.sync, &row.checkpoint, &row.recovery}) {
      for (std::size_t i = 0; i < program->size; ++i) {
        const auto name = commit::name(program->at(i));
        BOOST_TEST(defines(row.family, name), row.name.view() << ": " << name);
        actions.emplace(name);
      }
    }
    for (const auto& name : claims_of(row)) {
      BOOST_TEST(defines(row.family, name), row.name.view() << ": " << name);
    }
  }
  for (const auto* name : {"Refuse", "PowerCut", "KillProcess", "FlushBuffer", "BackgroundWrite"}) {
    BOOST_TEST(defines(commit::Family::classic, name), name);
    actions.emplace(name);
  }
  for (const auto* name : {"Refuse", "PowerCut", "KillProcess", "IoError", "DiskFull", "BitRot"}) {
    BOOST_TEST(defines(commit::Family::golden, name), name);
    actions.emplace(name);
  }
  BOOST_TEST(actions.size() == commit::kOps);
  BOOST_TEST(!defines(commit::Family::golden, "NoSuchName"));
}

// In TLA+ a record is a value; here it stands in a table. No step may leave one there that no block
// holds any more, or one state would be counted as two.
BOOST_AUTO_TEST_CASE(no_state_is_counted_twice) {
  for (const commit::Row& row : commit::kGoldenTable) {
    const commit::Golden model(
        row, {.transactions = 3, .crashes = 1, .segments = 2, .segment_records = 1});
    const auto [distinct, tidy] = told_apart(model);
    BOOST_TEST(distinct == tidy, row.name.view());
    if (row.name.view() == "golden, sync") BOOST_TEST(tidy == 5135U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
