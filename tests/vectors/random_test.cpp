// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random stores, judged by the library and by the second reader: the same verdict, and where it is
// "accepted" the same content, root, chain, confirmation and tail. A store without damage is
// accepted with what was committed.
// PLUMBLINE_RANDOM_STORES=FIRST:COUNT chooses the seeds; each failure prints the line that replays
// it. Spec:          EV-7; AC-4 to AC-8.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "support/temp_folder.hpp"
#include "vectors/damage.hpp"
#include "vectors/manifest.hpp"
#include "vectors/random_store.hpp"
#include "vectors/reader.hpp"

namespace plumb::test {
namespace {

constexpr std::uint64_t kFirst = 1;
constexpr std::uint64_t kCount = 160;

struct Seeds {
  std::uint64_t first = kFirst;
  std::uint64_t count = kCount;
};

Seeds seeds() {
  const char* const chosen = std::getenv("PLUMBLINE_RANDOM_STORES");
  if (chosen == nullptr) return {};
  char* rest = nullptr;
  Seeds seeds;
  seeds.first = std::strtoull(chosen, &rest, 10);
  BOOST_REQUIRE_MESSAGE(*rest == ':', "PLUMBLINE_RANDOM_STORES is FIRST:COUNT, not " << chosen);
  seeds.count = std::strtoull(rest + 1, &rest, 10);
  BOOST_REQUIRE_MESSAGE(*rest == '\0', "PLUMBLINE_RANDOM_STORES is FIRST:COUNT, not " << chosen);
  return seeds;
}

std::string story(std::uint64_t seed, const RandomStore& store) {
  std::string damage;
  for (const std::string& kind : store.damage) damage += ' ' + kind;
  return fmt::format("store {}, damage:{}\nreplay: PLUMBLINE_RANDOM_STORES={}:1 {} --run_test={}",
                     seed, damage.empty() ? " none" : damage, seed,
                     boost::unit_test::framework::master_test_suite().argv[0],
                     boost::unit_test::framework::current_test_case().full_name());
}

void check_undamaged(const RandomStore& store, const Json& judged) {
  BOOST_TEST(judged["verdict"] == "accepted");
  BOOST_TEST(judged["seq"] == store.seq);
  BOOST_TEST(judged["content"] == json_of_content(store.content));
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_stores) {
  const bool python = has_python("random_stores/second reader");
  const Seeds chosen = seeds();
  const TempFolder folder;
  std::vector<std::string> folders;
  std::vector<std::string> stories;
  std::vector<Json> judged;
  std::set<std::string> kinds;
  std::size_t accepted = 0;
  std::size_t undamaged = 0;
  for (std::uint64_t seed = chosen.first; seed < chosen.first + chosen.count; ++seed) {
    const RandomStore store = make_random_store(seed);
    stories.push_back(story(seed, store));
    judged.push_back(judge_files(store.files));
    BOOST_TEST_CONTEXT(stories.back()) {
      if (store.damage.empty()) check_undamaged(store, judged.back());
    }
    undamaged += store.damage.empty() ? 1U : 0U;
    kinds.insert(store.damage.begin(), store.damage.end());
    accepted += judged.back()["verdict"] == "accepted" ? 1U : 0U;
    folders.push_back(folder.file(std::to_string(seed)));
    write_folder(folders.back(), store.files);
  }
  const std::vector<ReaderSays> answers = python ? ask_reader(folders) : std::vector<ReaderSays>{};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    BOOST_TEST(difference(judged[i], answers[i]) == "", stories[i]);
  }
  std::printf("random stores: %zu accepted, %zu of them undamaged, of %zu\n", accepted, undamaged,
              judged.size());
  if (chosen.count < kCount) return;
  BOOST_TEST(kinds.size() == damage_kinds().size());
  BOOST_TEST(undamaged >= chosen.count / 8);
  BOOST_TEST(accepted >= undamaged + chosen.count / 8);
  BOOST_TEST(accepted <= chosen.count * 3 / 4);
}

}  // namespace plumb::test
