// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The 19 histories of FuelLabs/fuel-specs (test_vectors/sparse_merkle_tree), driven into the core.
// The adapter: their keys are paths already, their data carries no tag, and an update with empty
// data is an erase. That rule lives here and nowhere else: in the map an empty value is a value, as
// the companion test says.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "hashers.hpp"
#include "merkle/map.hpp"
#include "oracle.hpp"
#include "support/skip.hpp"

namespace plumb::test {
namespace {

const std::filesystem::path kFuelFolder =
    std::filesystem::path(PLUMBLINE_VECTORS_DIR) / "sparse-merkle-tree";

struct Step {
  std::string action;
  std::string data;
  std::string key_hex;
};

struct History {
  std::string name;
  std::string root_hex;
  std::vector<Step> steps;
};

/// Reads exactly the shape that these files have: "value:" belongs to the last line that opened
/// "expected_root:", "data:" or "key:"; all else but known words is an error.
History read_history(const std::filesystem::path& file) {
  std::ifstream in(file);
  History history;
  std::string* open = nullptr;
  for (std::string line; std::getline(in, line);) {
    const std::size_t start = line.find_first_not_of(" -");
    const std::size_t colon = line.find(':');
    if (start == std::string::npos) continue;
    BOOST_REQUIRE(colon != std::string::npos);
    const std::string word = line.substr(start, colon - start);
    std::string value = line.substr(std::min(line.size(), colon + 2));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (word == "name") {
      history.name = value;
    } else if (word == "expected_root") {
      open = &history.root_hex;
    } else if (word == "action") {
      history.steps.push_back({value, {}, {}});
    } else if (word == "data") {
      open = &history.steps.back().data;
    } else if (word == "key") {
      open = &history.steps.back().key_hex;
    } else if (word == "value") {
      BOOST_REQUIRE(open != nullptr);
      *std::exchange(open, nullptr) = value;
    } else {
      BOOST_REQUIRE_MESSAGE(word == "encoding" || word == "steps", word + " in " + file.string());
    }
  }
  return history;
}

/// The adapter: one step as a change of the core.
merkle::TreeChange change_of(const Step& step) {
  BOOST_REQUIRE(step.action == "update" || step.action == "delete");
  merkle::TreeChange change{digest_from_hex(step.key_hex).value(), nullptr};
  if (step.action == "update" && !step.data.empty()) {
    change.item = std::make_shared<const merkle::Item>(merkle::Item{{}, step.data});
  }
  return change;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fuel)

BOOST_AUTO_TEST_CASE(all_19_histories_end_in_the_expected_root) {
  if (!std::filesystem::exists(kFuelFolder)) {
    say_skipped("fuel", "the external vectors are not at " + kFuelFolder.string());
    return;
  }
  const auto hasher = sha256();
  std::size_t files = 0;
  std::size_t updates = 0;
  std::size_t deletes = 0;
  std::size_t empty_updates = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFuelFolder)) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    const History history = read_history(entry.path());
    merkle::Tree tree;
    oracle::Entries entries;
    for (const Step& step : history.steps) {
      const merkle::TreeChange change = change_of(step);
      tree = tree.apply({&change, 1}, *hasher);
      const std::string path = bytes_of(change.path);
      if (change.item) {
        entries[path] = change.item->payload;
      } else {
        entries.erase(path);
      }
      (step.action == "delete" ? deletes : updates) += 1;
      if (step.action == "update" && step.data.empty()) ++empty_updates;
    }
    BOOST_TEST(to_hex(tree.root()) == history.root_hex, history.name);
    BOOST_TEST(to_hex(view(oracle::root(entries))) == history.root_hex, history.name);
    BOOST_TEST(tree.valid(*hasher), history.name);
  }
  BOOST_TEST(files == 19U);
  BOOST_TEST(updates == 206U);
  BOOST_TEST(deletes == 43U);
  BOOST_TEST(empty_updates == 2U);
}

BOOST_AUTO_TEST_CASE(in_the_map_an_empty_value_is_not_a_delete) {
  const auto hasher = sha256();
  const std::vector<merkle::MapChange> put{{"lead", ""}};
  const merkle::Map map = merkle::Map().apply(put, *hasher).value();
  BOOST_TEST(!map.root().is_zero());
  BOOST_TEST(map.count() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
