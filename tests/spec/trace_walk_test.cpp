// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Random walks of the models, written as traces: each is accepted. With two neighbours swapped or
// an event dropped, each gets the answer of a plain recursion over all choices: how far it is a
// behaviour, and what is broken by some and by every history.
// Spec:          EV-2, EV-3.
#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "trace_support.hpp"

namespace plumb::test {
namespace {

struct Walks {
  trace::Header header;
  std::size_t length;
};

std::vector<Walks> all_walks() {
  const auto bounds = [](const char* variant,
                         std::vector<std::pair<std::string, std::uint64_t>> numbers,
                         std::vector<std::string> hidden = {}) {
    trace::Header header{.variant = variant};
    for (auto& [name, value] : numbers) {
      header.bounds.push_back({name, {value}, name == "kill" || name == "split_rename"});
    }
    header.hidden = std::move(hidden);
    return header;
  };
  return {
      {bounds("golden, sync", {{"transactions", 3}, {"crashes", 2}}), 90},
      {bounds("golden, sync", {{"transactions", 2}, {"crashes", 1}, {"io_errors", 1}}), 60},
      {bounds("golden, sync", {{"crashes", 1}, {"rots", 1}, {"disk_full", 1}}, {"BitRot"}), 70},
      {bounds("golden, sync, checkpoint after each", {{"segment_records", 1}}), 90},
      {bounds("golden, group", {{"transactions", 4}, {"crashes", 1}}), 60},
      {bounds("golden, async", {{"crashes", 1}}, {"KillProcess"}), 60},
      {bounds("golden, relaxed(2)", {{"crashes", 2}}), 90},
      {bounds("golden, sync; rule: window", {{"crashes", 1}}), 60},
      {bounds("golden, sync; checkpoint: without SyncDir", {{"crashes", 1}}), 60},
      {bounds("classic, full", {{"crashes", 2}}), 70},
      {bounds("classic, no directory sync, no replay, preallocated", {{"split_rename", 0}}), 50},
      {bounds("background fsync, WAL only", {{"crashes", 2}}, {"BackgroundWrite"}), 40},
      {bounds("batched WAL, replay", {{"transactions", 2}, {"kill", 0}}), 50},
      {bounds("background fsync of both records", {{"crashes", 1}}, {"BackgroundWrite"}), 30},
      {bounds("classic, no directory sync, replay", {{"transactions", 1}, {"crashes", 2}}), 50},
      {bounds("temp file not synced", {{"transactions", 2}, {"crashes", 1}}), 30},
      {bounds("golden", {{"ops", 1}, {"faults", 1}}, {"Run", "Cross", "Preempt"}), 30},
      {bounds("golden, two threads", {}), 40},
      {bounds("stop check", {}, {"Run", "Cross"}), 40},
      {bounds("zero on error", {}), 40},
  };
}

constexpr std::array kTellings{Telling::names, Telling::apart, Telling::everything,
                               Telling::something};

BOOST_AUTO_TEST_SUITE(trace_walk)

BOOST_AUTO_TEST_CASE(a_walk_of_the_model_is_accepted) {
  std::size_t accepted = 0;
  for (const Walks& walks : all_walks()) {
    const trace::Variant variant = trace::find_variant(walks.header);
    trace::with_model(variant, [&](const auto& model, const trace::Fields&) {
      for (unsigned seed = 0; seed < 24; ++seed) {
        spec::Dice dice(7, seed);
        const Telling telling = kTellings[seed % kTellings.size()];
        const auto events = walk(model, dice, walks.length, telling, walks.header.hidden);
        if (events.empty()) continue;
        const std::string text = text_of(walks.header, events);
        const trace::Result result = judge_text(text);
        BOOST_TEST((result.outcome == trace::Outcome::accepted),
                   walks.header.variant << ", seed " << seed << ": line " << result.line << '\n'
                                        << text);
        BOOST_TEST(result.events == events.size());
        ++accepted;
      }
    });
  }
  BOOST_TEST(accepted > 400U);
}

/// Compares the oracle with the recursion; counts what was found.
struct Compared {
  unsigned accepted = 0, refused = 0, violated = 0, maybe = 0, undecided = 0;

  template <class M>
  void add(const M& model, const std::vector<trace::Event>& events,
           const std::vector<std::string>& hidden) {
    const Answer truth = Recursion(model, events, hidden, 60'000).answer();
    if (!truth.decided) {
      ++undecided;
      return;
    }
    const Answer answer = ask_oracle(model, events, hidden);
    BOOST_TEST(answer.decided);
    BOOST_TEST(answer.taken == truth.taken);
    const bool accepts = truth.taken == events.size();
    ++(accepts ? accepted : refused);
    if (!accepts) return;
    BOOST_TEST(answer.in_some == truth.in_some, boost::test_tools::per_element());
    BOOST_TEST(answer.in_every == truth.in_every, boost::test_tools::per_element());
    BOOST_TEST(answer.violated == truth.violated);
    violated += truth.violated ? 1U : 0U;
    maybe += !truth.in_some.empty() && !truth.violated ? 1U : 0U;
  }
};

BOOST_AUTO_TEST_CASE(a_changed_walk_gets_the_answer_of_a_plain_recursion) {
  Compared compared;
  for (const Walks& walks : all_walks()) {
    BOOST_TEST_CONTEXT(walks.header.variant) {
      const trace::Variant variant = trace::find_variant(walks.header);
      trace::with_model(variant, [&](const auto& model, const trace::Fields&) {
        for (unsigned seed = 0; seed < 24; ++seed) {
          spec::Dice dice(11, seed);
          const Telling telling = kTellings[seed % kTellings.size()];
          auto events = walk(model, dice, walks.length * 2 / 3, telling, walks.header.hidden);
          compared.add(model, events, walks.header.hidden);
          if (events.size() < 2) continue;
          const std::size_t at = dice.below(events.size() - 1);
          std::swap(events[at], events[at + 1]);
          compared.add(model, events, walks.header.hidden);
          std::swap(events[at], events[at + 1]);
          events.erase(events.begin() + static_cast<long>(dice.below(events.size())));
          compared.add(model, events, walks.header.hidden);
        }
      });
    }
  }
  BOOST_TEST_MESSAGE("accepted " << compared.accepted << ", refused " << compared.refused
                                 << ", violated " << compared.violated << ", maybe "
                                 << compared.maybe << ", undecided " << compared.undecided);
  BOOST_TEST(compared.accepted > 500U);
  BOOST_TEST(compared.refused > 500U);
  BOOST_TEST(compared.violated > 50U);
  BOOST_TEST(compared.maybe > 10U);
  BOOST_TEST(compared.undecided < 100U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
