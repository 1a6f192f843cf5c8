// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Checkpoint and resume: the end is that of an uninterrupted run, and every wrong file is refused.
#include <cstddef>
#include <filesystem>
#include <string>

#include "engine_support.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

const Lottery& model() {
  static const Lottery lottery(7, {.states = 60000, .most_arcs = 5, .bad_in = 9000, .end_in = 50});
  return lottery;
}

Options options_for(const TempFolder& folder, Storage storage) {
  Options options;
  options.properties = {"NotBad", "NoBadStep", "Rare", "RareStep"};
  options.checkpoint_file = folder.file("search.check");
  options.model_id = "lottery 7";
  options.storage = storage;
  return options;
}

/// Writes a checkpoint in the middle of the run.
void interrupt(Options options) {
  options.max_states = 20000;
  const auto report = check(model(), options);
  BOOST_TEST_REQUIRE(!report.complete);
}

BOOST_AUTO_TEST_SUITE(engine_checkpoint)

BOOST_AUTO_TEST_CASE(a_resumed_run_ends_as_an_uninterrupted_one) {
  for (const Storage storage : {Storage::fingerprints, Storage::keys}) {
    const TempFolder folder;
    Options options = options_for(folder, storage);
    options.checkpoint_file.clear();
    const auto whole = check(model(), options);
    options = options_for(folder, storage);
    options.max_states = 9000;
    BOOST_TEST(!check(model(), options).complete);
    options.resume = true;
    for (const std::uint64_t states : {15000U, 15001U, 40000U}) {
      options.max_states = states;
      options.threads = options.threads % 4 + 1;  // may be others
      const auto part = check(model(), options);
      BOOST_TEST(!part.complete);
      BOOST_TEST(part.distinct >= states);
    }
    options.max_states = spec::kMostStates;
    check_same(whole, check(model(), options));
  }
}

BOOST_AUTO_TEST_CASE(bounds_on_depth_can_be_raised) {
  const TempFolder folder;
  Options options = options_for(folder, Storage::fingerprints);
  options.checkpoint_file.clear();
  const auto whole = check(model(), options);
  options = options_for(folder, Storage::fingerprints);
  options.max_depth = 7;
  BOOST_TEST(check(model(), options).depth == 7U);
  options.resume = true;
  options.max_depth = 9;
  BOOST_TEST(check(model(), options).depth == 9U);
  options.max_depth = spec::kNoBound;
  check_same(whole, check(model(), options));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_is_written_now_and_then) {
  const TempFolder folder;
  Options options = options_for(folder, Storage::fingerprints);
  double now = 0;
  options.clock = [&] { return now += 1; };
  options.checkpoint_seconds = 5;
  const auto whole = check(model(), options);
  BOOST_TEST(whole.complete);
  BOOST_TEST_REQUIRE(std::filesystem::exists(options.checkpoint_file));
  BOOST_TEST(!std::filesystem::exists(options.checkpoint_file + ".part"));
  options.resume = true;
  const auto again = check(model(), options);
  check_same(whole, again);
  BOOST_TEST(again.seconds > 0);
}

BOOST_AUTO_TEST_CASE(other_options_or_models_are_refused) {
  const TempFolder folder;
  interrupt(options_for(folder, Storage::fingerprints));
  const auto refused = [&](auto change) {
    Options options = options_for(folder, Storage::fingerprints);
    options.resume = true;
    change(options);
    BOOST_CHECK_EXCEPTION(
        run_check(model(), options), spec::Refused, [](const spec::Refused& error) {
          return std::string(error.what()).find("was made with other options") != std::string::npos;
        });
  };
  refused([](Options& o) { o.model_id = "lottery 8"; });
  refused([](Options& o) { o.storage = Storage::keys; });
  refused([](Options& o) { o.stop_at_first = true; });
  refused([](Options& o) { o.deadlock = false; });
  refused([](Options& o) { o.properties = {"NotBad"}; });
  Options options = options_for(folder, Storage::fingerprints);
  options.properties.clear();
  options.resume = true;
  BOOST_CHECK_THROW(run_check(Peterson{}, options), spec::Refused);
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_refused_wherever_the_damage_is) {
  const TempFolder folder;
  Options options = options_for(folder, Storage::fingerprints);
  interrupt(options);
  options.resume = true;
  const std::string good = read_file(options.checkpoint_file);
  const auto damaged = [&](const std::string& content) {
    write_file(options.checkpoint_file, content);
    BOOST_CHECK_THROW(run_check(model(), options), spec::FileDamaged);
  };
  for (std::size_t i = 0; i < 64; ++i) {
    std::string bad = good;
    char& byte = bad.at(i * (good.size() - 1) / 63);
    byte = static_cast<char>(byte ^ (1 << (i % 8)));
    damaged(bad);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{8}, std::size_t{100},
                                 std::size_t{65536}, good.size() - 1}) {
    damaged(good.substr(0, size));
  }
  damaged(good + '\0');
  write_file(options.checkpoint_file, good);
  BOOST_TEST(check(model(), options).complete);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_or_cannot_be_made_is_a_failure) {
  const TempFolder folder;
  Options options = options_for(folder, Storage::fingerprints);
  options.resume = true;
  BOOST_CHECK_THROW(run_check(model(), options), spec::FileFailure);
  options.resume = false;
  options.checkpoint_file = folder.file("no/such/folder");
  options.max_states = 10;
  BOOST_CHECK_THROW(run_check(model(), options), spec::FileFailure);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
