// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Faults that no other test shows on the program itself: a clock that jumps, and descriptors that
// run out.
// Spec:          EV-6; AC-9; faults 22 and 23.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "support/process.hpp"
#include "support/temp_folder.hpp"

namespace plumb::crash {
namespace {

using test::Finished;

/// Stores of their own in one folder; the same transactions in each.
struct Stores {
  test::TempFolder folder;

  Finished plumb(std::vector<std::string> words, const test::ProcessOptions& options = {}) const {
    words.insert(words.begin(), PLUMBLINE_PLUMB);
    return test::run_process(words, {}, options);
  }
  /// Makes a store, commits, recovers, verifies; the dump that comes of it.
  std::string life_of(const std::string& name, const test::ProcessOptions& options) const {
    const std::string store = folder.file(name);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"init", store},
                                               {"commit", store, "k=1", "--id", "t1"},
                                               {"commit", store, "k=2", "l=3", "--id", "t2"},
                                               {"recover", store},
                                               {"verify", store},
                                               {"audit-log", store, "--verify"}}) {
      const Finished done = plumb(words, options);
      BOOST_TEST(done.status == 0, words.front() << ": " << done.text());
    }
    return plumb({"dump", store, "--json"}, options).out;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(faults_for_real, Stores)

BOOST_AUTO_TEST_CASE(the_clock_jumps) {
  const std::string log = folder.file("readings");
  test::ProcessOptions jumping;
  jumping.set_env = {"LD_PRELOAD=" PLUMBLINE_CLOCK, "PLUMBLINE_CLOCK_LOG=" + log,
                     "ASAN_OPTIONS=verify_asan_link_order=0"};
  const Finished year = test::run_process({"date", "+%Y"}, {}, jumping);
  const Finished now = test::run_process({"date", "+%Y"});
  BOOST_TEST(now.status == 0, now.text());
  BOOST_TEST(year.out != now.out, "the clock does not jump: " << year.text());
  BOOST_TEST(test::read_file(log).find("read") != std::string::npos);
  test::write_file(log, "");
  const std::string dump = life_of("jumping", jumping);
  BOOST_TEST(dump == life_of("in-peace", {}));
  BOOST_TEST(dump.find("\"l\"") != std::string::npos);
  // OpenSSL's generator reads it, for its own seeding; no byte of the dump depends on it.
  BOOST_TEST(test::read_file(log).find("read") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(descriptors_run_out) {
  const std::string store = folder.file("store");
  BOOST_TEST(plumb({"init", store}).status == 0);
  int out_of_them = 0;
  int enough = 0;
  for (int limit = 4; limit <= 32 && enough < 2; ++limit) {
    const std::string words = "ulimit -n " + std::to_string(limit) + " && exec \"$0\" \"$@\"";
    const Finished done = test::run_process({"sh", "-c", words, PLUMBLINE_PLUMB, "commit", store,
                                             "k=" + std::to_string(limit), "--json"});
    if (done.status == 127) continue;  // not even enough to load the program
    const bool committed = done.status == 0;
    BOOST_TEST((committed || done.status == 3), done.text());
    if (committed) {
      ++enough;
    } else {
      ++out_of_them;
      BOOST_TEST(nlohmann::json::parse(done.err)["error"]["errno"] == EMFILE, done.text());
    }
    const Finished seen = plumb({"verify", store, "--json"});
    BOOST_TEST(seen.status == 0, seen.text());
    BOOST_TEST(nlohmann::json::parse(seen.out)["seq"] == enough, seen.text());
  }
  BOOST_TEST(out_of_them > 0);
  BOOST_TEST(enough > 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::crash
