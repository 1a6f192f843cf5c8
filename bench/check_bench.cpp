// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The checker on two models; see check_bench.hpp. Each sample is a process of its own, so that its
// peak of resident memory is that of one search; what a process takes that does nothing is
// subtracted. All properties are judged and traces can be told.
#include "check_bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <span>

#include "check/search.hpp"
#include "child.hpp"
#include "commit.hpp"

namespace plumb::bench {
namespace {

/// A grid of `axes` counters below `side`: side^axes states, and about as many steps for each of
/// them as there are axes.
class Grid {
 public:
  struct State {
    std::array<std::uint8_t, 32> at{};
    friend bool operator==(const State&, const State&) = default;
  };
  static constexpr std::size_t max_key_bytes = sizeof(State);

  Grid(unsigned side, unsigned axes) : side_(side), axes_(axes) {}
  void initial(auto&& emit) const { emit(State{}); }
  void next(const State& s, auto&& emit) const {
    for (std::uint32_t axis = 0; axis < axes_; ++axis) {
      if (s.at[axis] + 1U >= side_) continue;
      State to = s;
      ++to.at[axis];
      emit(spec::ActionId{0}, axis, to);
    }
  }
  static std::span<const spec::ActionInfo> actions() { return kActions; }
  static std::span<const spec::PropertyInfo> properties() { return kProperties; }
  [[nodiscard]] bool holds(std::size_t, const State& s) const { return s.at[0] < side_; }
  static bool holds(std::size_t, const State& from, spec::ActionId, spec::Choice axis,
                    const State& to) {
    return to.at[axis] == from.at[axis] + 1;
  }
  [[nodiscard]] bool terminal(const State& s) const {
    for (unsigned axis = 0; axis < axes_; ++axis) {
      if (s.at[axis] + 1U < side_) return false;
    }
    return true;
  }
  static std::size_t encode(const State& s, std::byte* out) {
    std::memcpy(out, s.at.data(), s.at.size());
    return s.at.size();
  }
  static State decode(std::span<const std::byte> key) {
    State s;
    std::memcpy(s.at.data(), key.data(), s.at.size());
    return s;
  }
  static std::string describe_choice(spec::ActionId, spec::Choice axis, const State&) {
    return fmt::format("axis {}", axis);
  }
  static void describe(const State&, auto&& field) { field("at", "", ""); }

 private:
  static constexpr std::array<spec::ActionInfo, 1> kActions{{{"Step"}}};
  static constexpr std::array<spec::PropertyInfo, 2> kProperties{
      {{"Inside", spec::PropertyKind::invariant, "P-9", "no counter leaves the grid"},
       {"Forward", spec::PropertyKind::action, "P-9", "a step is one"}}};
  unsigned side_, axes_;
};

struct Sample {
  std::uint64_t distinct = 0, generated = 0, depth = 0;
  std::uint64_t digest = 0;
  std::uint64_t counted_bytes = 0;  ///< the checker's own account, at its peak
  double seconds = 0;
};

template <spec::Model M>
Sample search(const M& model, unsigned threads) {
  spec::Options options;
  options.threads = threads;
  spec::Search<M, spec::Storage::fingerprints> search(model, options);
  Sample sample;
  sample.seconds = time_us([&] { search.run(); }) / 1e6;
  spec::Report<typename M::State> report = search.report();
  sample.distinct = report.distinct;
  sample.generated = report.generated;
  sample.depth = report.depth;
  sample.digest = report.digest.halves()[0];
  sample.counted_bytes = report.peak_bytes;
  return sample;
}

double rounded(double value) { return std::round(value * 1000) / 1000; }

/// One model: rounds of one thread and several, in turns.
Json measure(const std::string& name, const CheckBenchRequest& request,
             const std::function<Sample(unsigned)>& run) {
  const std::uint64_t idle_kib = in_child([] { return Sample{}; }).peak_kib;
  const std::array<unsigned, 2> threads{1, static_cast<unsigned>(request.threads)};
  std::array<std::vector<double>, 2> rates;
  std::vector<double> ratios;
  double bytes = 0;
  Sample first;
  for (std::uint64_t round = 0; round < request.rounds; ++round) {
    for (std::size_t turn = 0; turn < 2; ++turn) {
      const std::size_t i = (round + turn) % 2;
      const auto [sample, peak_kib] = in_child([&] { return run(threads.at(i)); });
      if (first.distinct == 0) first = sample;
      const bool same = sample.distinct == first.distinct && sample.depth == first.depth &&
                        sample.generated == first.generated && sample.digest == first.digest;
      if (!same) throw EnvironmentFailure(name + ": two searches differ");
      const auto distinct = static_cast<double>(sample.distinct);
      rates.at(i).push_back(rounded(distinct / sample.seconds / 1e6));
      const auto peak = static_cast<double>(peak_kib - std::min(peak_kib, idle_kib));
      bytes = std::max(bytes, peak * 1024 / distinct);
    }
    ratios.push_back(rounded(rates[1].back() / rates[0].back()));
  }
  Json json;
  json["model"] = name;
  json["distinct"] = first.distinct;
  json["generated"] = first.generated;
  json["depth"] = first.depth;
  json["million_states_per_s"] = median(rates[0]);
  json["million_states_per_s_threads"] = median(rates[1]);
  json["scaling"] = median(ratios);
  json["bytes_per_state"] =
      rounded(static_cast<double>(first.counted_bytes) / static_cast<double>(first.distinct));
  json["resident_bytes_per_state"] = rounded(bytes);
  json["round_rates"] = rates[0];
  json["round_rates_threads"] = rates[1];
  return json;
}

}  // namespace

Json bench_check(const CheckBenchRequest& request) {
  const unsigned side = request.small ? 4 : 11;
  const unsigned axes = 6;
  const std::uint8_t histories = request.small ? 2 : 6;
  const spec::commit::Row* const row = spec::commit::find_row("classic, full");
  if (row == nullptr) throw EnvironmentFailure("the row \"classic, full\" is gone");
  Json json;
  json["bench"] = "check";
  json["rounds"] = request.rounds;
  json["threads"] = request.threads;
  json["models"] = Json::array();
  json["models"].push_back(
      measure(fmt::format("grid {}^{}", side, axes), request,
              [&](unsigned threads) { return search(Grid(side, axes), threads); }));
  const spec::commit::Bounds bounds{.transactions = histories, .crashes = histories};
  json["models"].push_back(measure(
      fmt::format("classic, full; {} transactions, {} crashes", histories, histories), request,
      [&](unsigned threads) { return search(spec::commit::Classic(*row, bounds), threads); }));
  json["repeat"] = fmt::format("plumb bench check --rounds {} --threads {}{}", request.rounds,
                               request.threads, request.small ? " --small" : "");
  return json;
}

std::string check_text(const Json& figures) {
  std::string text = fmt::format(
      "{} rounds, a process for each search; every property is judged, traces are kept\n"
      "                                                 distinct   M states/s, threads 1    {}   "
      "scaling   bytes/state   resident\n",
      figures["rounds"].get<std::uint64_t>(), figures["threads"].get<std::uint64_t>());
  for (const Json& model : figures["models"]) {
    text += fmt::format("  {:<45} {:>10} {:>24.2f} {:>4.2f} {:>8.2f}x {:>13.1f} {:>10.1f}\n",
                        model["model"].get<std::string>(), model["distinct"].get<std::uint64_t>(),
                        model["million_states_per_s"].get<double>(),
                        model["million_states_per_s_threads"].get<double>(),
                        model["scaling"].get<double>(), model["bytes_per_state"].get<double>(),
                        model["resident_bytes_per_state"].get<double>());
  }
  return text + fmt::format("repeat: {}\n", figures["repeat"].get<std::string>());
}

}  // namespace plumb::bench
