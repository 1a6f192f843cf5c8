// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Figures of a run: percentiles and ratios, and what every benchmark prints with them.
// Times are taken with the steady clock around each sample and not by Google Benchmark: that
// library runs one benchmark after the other, and here two must take turns within milliseconds, so
// that a disk or machine that drifts hits both alike.
// Thread-safety: pure functions.
// Spec:          AC-19, EV-9; bench/README.md.
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace plumb::bench {

using Json = nlohmann::ordered_json;

/// The benchmark could not be run. Exit status 3.
struct EnvironmentFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The value, or an EnvironmentFailure.
template <class T>
T take(Result<T> result, const std::string& what) {
  if (!result) throw EnvironmentFailure(what + ": " + result.error().message());
  return std::move(result).value();
}
inline void take(const Status& status, const std::string& what) {
  if (!status) throw EnvironmentFailure(what + ": " + status.error().message());
}

/// Microseconds that `work` takes.
template <class Work>
double time_us(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

/// The sample below which `share` of the others lie, 0 to 1. Expects samples.
[[nodiscard]] inline double percentile(std::vector<double> samples, double share) {
  std::sort(samples.begin(), samples.end());
  const auto last = static_cast<double>(samples.size() - 1);
  return samples.at(static_cast<std::size_t>(std::lround(last * share)));
}
[[nodiscard]] inline double median(const std::vector<double>& samples) {
  return percentile(samples, 0.5);
}
[[nodiscard]] inline double sum(const std::vector<double>& samples) {
  double all = 0;
  for (const double sample : samples) all += sample;
  return all;
}

}  // namespace plumb::bench
