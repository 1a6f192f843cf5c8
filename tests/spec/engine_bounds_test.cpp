// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Where a run ends before its model: bounds, capacities, models that throw or contradict
// themselves, options that make no sense; and what it tells on the way.
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine_support.hpp"

namespace plumb::test {
namespace {

const Lottery& large() {
  static const Lottery model(11, {.states = 60000, .most_arcs = 5, .bad_in = 100000, .end_in = 2});
  return model;
}

Options safety() {
  Options options;
  options.properties = {"NotBad", "NoBadStep"};
  options.deadlock = false;
  return options;
}

void check_not_decided(const Report<std::uint32_t>& report, const std::string& why) {
  BOOST_TEST(!report.complete);
  BOOST_TEST(report.stopped.find(why) == 0, report.stopped);
  const std::string where =
      " at " + std::to_string(report.distinct) + " states, depth " + std::to_string(report.depth);
  BOOST_TEST(report.stopped.find(where) != std::string::npos, report.stopped);
  BOOST_TEST((report.verdict() == Verdict::not_decided));
  for (const auto& judgement : report.properties) {
    BOOST_TEST((judgement.verdict == Verdict::not_decided));
    BOOST_TEST(judgement.reason == report.stopped);
  }
}

/// A model that goes wrong in one state.
struct Faulty : Lottery {
  using Lottery::Lottery;
  std::function<void(std::uint32_t)> fault = [](std::uint32_t) {};
  void next(const State& s, auto&& emit) const {
    fault(s);
    Lottery::next(s, emit);
  }
};

BOOST_AUTO_TEST_SUITE(engine_bounds)

BOOST_AUTO_TEST_CASE(a_bound_on_states_ends_the_run_undecided) {
  Options options = safety();
  options.max_states = 5000;
  const auto report = check(large(), options);
  check_not_decided(report, "bound on states, 5000, reached");
  BOOST_TEST(report.distinct >= 5000U);
  BOOST_TEST(report.expanded < report.distinct);
  options.threads = 4;
  check_same(report, check(large(), options));
}

BOOST_AUTO_TEST_CASE(a_bound_on_memory_ends_the_run_undecided) {
  Options options = safety();
  options.max_bytes = 300000;
  const auto report = check(large(), options);
  check_not_decided(report, "bound on memory, 300000 bytes, reached");
  BOOST_TEST(report.peak_bytes > 300000U);
  BOOST_TEST(report.distinct > 1000U);
  options.threads = 3;
  check_same(report, check(large(), options));
  options.max_bytes = spec::kNoBound;
  const std::uint64_t peak = check(large(), options).peak_bytes;
  options.storage = Storage::keys;  // takes more memory for a state
  BOOST_TEST(check(large(), options).peak_bytes > peak + 160'000U);
}

BOOST_AUTO_TEST_CASE(a_bound_on_depth_ends_the_run_undecided) {
  Options options = safety();
  options.max_depth = 6;
  const auto report = check(large(), options);
  check_not_decided(report, "bound on depth, 6, reached");
  BOOST_TEST(report.depth == 6U);
  BOOST_TEST(report.expanded == report.distinct);  // all levels that it has are judged
  options.storage = Storage::keys;
  check_same(report, check(large(), options));
}

// A bound that is not in the way changes nothing: the last level has no successors below it.
BOOST_AUTO_TEST_CASE(a_bound_just_large_enough_is_no_bound) {
  Options options = safety();
  const auto whole = check(large(), options);
  BOOST_TEST(whole.complete);
  options.max_depth = whole.depth;
  check_same(whole, check(large(), options));
  options.max_depth = whole.depth - 1;
  check_not_decided(check(large(), options), "bound on depth");
  options.max_depth = spec::kNoBound;
  options.max_states = whole.distinct + 1;
  check_same(whole, check(large(), options));
}

BOOST_AUTO_TEST_CASE(a_bound_on_time_ends_the_run_undecided) {
  Options options = safety();
  double now = 100;
  options.clock = [&] { return now += 1; };
  options.max_seconds = 3;
  check_not_decided(check(large(), options), "bound on time, 3 s, reached");
}

BOOST_AUTO_TEST_CASE(progress_is_called_once_a_second_at_most) {
  Options options = safety();
  double now = 0;
  options.clock = [&] { return now += 0.3; };
  std::vector<spec::Progress> seen;
  options.progress = [&](const spec::Progress& progress) { seen.push_back(progress); };
  const auto report = check(large(), options);
  BOOST_TEST_REQUIRE(seen.size() > 2U);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    BOOST_TEST(seen[i].seconds - seen[i - 1].seconds >= 0.99);
    BOOST_TEST(seen[i].distinct >= seen[i - 1].distinct);
    const auto rate = static_cast<double>(seen[i].distinct - seen[i - 1].distinct) /
                      (seen[i].seconds - seen[i - 1].seconds);
    BOOST_TEST(seen[i].distinct_per_second == rate, boost::test_tools::tolerance(0.001));
    BOOST_TEST(seen[i].queue < seen[i].distinct);
    BOOST_TEST(seen[i].depth <= report.depth);
    BOOST_TEST(seen[i].bytes > 0U);
    BOOST_TEST(seen[i].collision_probability > 0);
  }
}

BOOST_AUTO_TEST_CASE(a_model_without_room_ends_the_run_undecided) {
  for (const unsigned threads : {1U, 4U}) {
    Faulty model(11, {.states = 60000, .most_arcs = 5, .bad_in = 100000, .end_in = 2});
    const std::uint32_t root = model.roots.front();
    const std::uint32_t first = model.arcs[root].front().to;
    model.fault = [&](std::uint32_t s) {
      if (s == first) throw spec::CapacityExceeded("the log has no room for record 9");
    };
    Options options = safety();
    options.threads = threads;
    const auto report = check(model, options);
    check_not_decided(report, "capacity exceeded (the log has no room for record 9)");
    BOOST_TEST(report.expanded == model.roots.size());  // the batch that failed does not count
  }
}

// What was found before stays found.
BOOST_AUTO_TEST_CASE(a_violation_outlives_a_bound) {
  const Lottery model(7, {.states = 60000, .most_arcs = 5, .bad_in = 300, .end_in = 2});
  Options options = safety();
  options.max_states = 20000;
  const auto report = check(model, options);
  BOOST_TEST(!report.complete);
  BOOST_TEST((report.find("NotBad")->verdict == Verdict::violated));
  BOOST_TEST((report.verdict() == Verdict::violated));
}

BOOST_AUTO_TEST_CASE(what_else_a_model_throws_comes_out) {
  for (const unsigned threads : {1U, 4U}) {
    Faulty model(11, {.states = 60000, .most_arcs = 5});
    model.fault = [](std::uint32_t s) {
      if (s % 1000 == 7) throw std::out_of_range("state " + std::to_string(s));
    };
    Options options;
    options.threads = threads;
    BOOST_CHECK_THROW(run_check(model, options), std::out_of_range);
  }
}

BOOST_AUTO_TEST_CASE(a_model_that_contradicts_itself_is_noticed) {
  Faulty model(11, {.states = 100, .most_arcs = 3});
  model.roots.clear();
  BOOST_CHECK_THROW(run_check(model), spec::ModelContradicted);  // nothing to check is no success
  Faulty moody(11, {.states = 100, .most_arcs = 3});
  unsigned calls = 0;
  moody.fault = [&](std::uint32_t s) { moody.arcs[s].push_back({0, 0, ++calls % 100}); };
  Options options;
  options.distrust = true;
  BOOST_CHECK_THROW(run_check(moody, options), spec::ModelContradicted);
}

struct Forgetful : Lottery {
  using Lottery::Lottery;
  static std::uint32_t decode(std::span<const std::byte> key) {
    return Lottery::decode(key) & ~std::uint32_t{64};
  }
};

BOOST_AUTO_TEST_CASE(a_codec_that_forgets_is_noticed) {
  const Forgetful model(11, {.states = 100, .most_arcs = 3});
  Options options;
  options.distrust = true;
  BOOST_CHECK_THROW(run_check(model, options), spec::ModelContradicted);
}

BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
  const auto refused = [](auto change) {
    Options options;
    change(options);
    BOOST_CHECK_THROW(run_check(Peterson{}, options), spec::Refused);
  };
  refused([](Options& o) { o.threads = 0; });
  refused([](Options& o) { o.threads = spec::kMostThreads + 1; });
  refused([](Options& o) { o.max_states = 0; });
  refused([](Options& o) { o.max_states = spec::kMostStates + 1; });
  refused([](Options& o) { o.max_bytes = 0; });
  refused([](Options& o) { o.max_depth = 0; });
  refused([](Options& o) { o.max_seconds = 0; });
  refused([](Options& o) { o.max_seconds = -1; });
  refused([](Options& o) { o.max_seconds = std::numeric_limits<double>::quiet_NaN(); });
  refused([](Options& o) { o.progress_seconds = -1; });
  refused([](Options& o) { o.resume = true; });
  refused([](Options& o) { o.clock = nullptr; });
  refused([](Options& o) { o.properties = {"Exclusion", "Exklusion"}; });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
