// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Commits and bare writes in turns; see commit_bench.hpp.
#include "commit_bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "counter.hpp"
#include "disk/posix_disk.hpp"
#include "floor.hpp"
#include "workload.hpp"

namespace plumb::bench {
namespace {

constexpr std::uint64_t kTurn = 10;    // samples of one side before the other has its turn
constexpr std::uint64_t kWarmUp = 20;  // commits before the first sample

double rounded(double value) { return std::round(value * 1000) / 1000; }

/// One side's samples, in microseconds.
struct Side {
  std::vector<double> all;
  std::vector<double> round;
  std::vector<double> round_p50;
  std::vector<double> round_per_second;

  void add(double us) { round.push_back(us); }
  void end_round() {
    round_p50.push_back(rounded(median(round)));
    round_per_second.push_back(rounded(1e6 * static_cast<double>(round.size()) / sum(round)));
    all.insert(all.end(), round.begin(), round.end());
    round.clear();
  }
  [[nodiscard]] Json json() const {
    Json figures;
    figures["count"] = all.size();
    figures["p50_us"] = rounded(median(all));
    figures["p90_us"] = rounded(percentile(all, 0.90));
    figures["p99_us"] = rounded(percentile(all, 0.99));
    figures["per_second"] = rounded(median(round_per_second));
    figures["round_p50_us"] = round_p50;
    figures["round_per_second"] = round_per_second;
    return figures;
  }
};

/// The median over rounds of a / b.
double ratio(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
  return rounded(median(ratios));
}

Json counts_json(const CallCounts& counts, std::uint64_t commits) {
  Json json;
  json["commits"] = commits;
  json["writes"] = counts.writes;
  json["bytes"] = counts.bytes;
  json["syncs"] = counts.syncs;
  json["creates"] = counts.creates;
  json["preallocations"] = counts.preallocations;
  json["renames"] = counts.renames;
  json["unlinks"] = counts.unlinks;
  return json;
}

const char* mode(bool direct) { return direct ? "O_DIRECT|O_DSYNC" : "pwrite + fdatasync"; }

/// Both sides for one value size.
class Duel {
 public:
  Duel(const std::string& folder, std::size_t value_bytes)
      : value_bytes_(value_bytes),
        real_(take(PosixDisk::create(folder + "/store"), "creating the folder")),
        disk_(*real_),
        workload_(value_bytes),
        store_(workload_.preloaded_store(disk_)) {
    disk_.clear();
    for (std::uint64_t i = 0; i < kWarmUp; ++i) {
      const Transaction transaction = workload_.next();
      static_cast<void>(take(store_->commit(transaction), "committing"));
    }
    record_bytes_ = disk_.counts().bytes / disk_.counts().writes;
    direct_ = disk_.counts().syncs == 0;
    floor_ = std::make_unique<Floor>(folder + "/floor", record_bytes_);
    disk_.clear();
  }

  void round(std::uint64_t number, std::uint64_t samples) {
    for (std::uint64_t turn = 0; turn * kTurn < samples; ++turn) {
      const std::uint64_t count = std::min(kTurn, samples - turn * kTurn);
      const bool floor_first = (turn + number) % 2 == 0;
      if (floor_first) write_floor(count);
      commit(count);
      if (!floor_first) write_floor(count);
    }
    floor_side_.end_round();
    store_side_.end_round();
  }

  [[nodiscard]] Json json() const {
    Json json;
    json["value_bytes"] = value_bytes_;
    json["record_bytes"] = record_bytes_;
    json["floor_mode"] = mode(floor_->direct());
    json["store_mode"] = mode(direct_);
    json["floor"] = floor_side_.json();
    json["store"] = store_side_.json();
    json["p50_of_floor"] = ratio(store_side_.round_p50, floor_side_.round_p50);
    json["throughput_of_floor_by_p50"] = ratio(floor_side_.round_p50, store_side_.round_p50);
    json["throughput_of_floor"] = ratio(store_side_.round_per_second, floor_side_.round_per_second);
    json["counts"] = counts_json(disk_.counts(), store_side_.all.size());
    return json;
  }

 private:
  void write_floor(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      floor_->prepare();
      floor_side_.add(time_us([this] { floor_->write(); }));
    }
  }
  void commit(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const Transaction transaction = workload_.next();
      bool done = false;
      store_side_.add(time_us([&] { done = store_->commit(transaction).has_value(); }));
      if (!done) throw EnvironmentFailure("a commit failed");
    }
  }

  std::size_t value_bytes_;
  std::unique_ptr<PosixDisk> real_;
  CallCounter disk_;
  Workload workload_;
  std::unique_ptr<Store> store_;
  std::uint64_t record_bytes_ = 0;
  bool direct_ = false;  // how the store writes its records
  std::unique_ptr<Floor> floor_;
  Side floor_side_;
  Side store_side_;
};

std::string side_text(const char* name, const Json& side) {
  return fmt::format("  {:<6} p50 {:9.1f}  p90 {:9.1f}  p99 {:9.1f} us  {:8.0f}/s\n", name,
                     side["p50_us"].get<double>(), side["p90_us"].get<double>(),
                     side["p99_us"].get<double>(), side["per_second"].get<double>());
}

}  // namespace

Json bench_commit(const CommitRequest& request) {
  Json sizes = Json::array();
  for (const std::size_t value_bytes : {std::size_t{100}, std::size_t{1024}}) {
    const WorkFolder folder(request.folder);
    Duel duel(folder.path(), value_bytes);
    for (std::uint64_t round = 0; round < request.rounds; ++round) {
      duel.round(round, request.samples);
    }
    sizes.push_back(duel.json());
  }
  Json json;
  json["bench"] = "commit";
  json["rounds"] = request.rounds;
  json["samples"] = request.samples;
  json["sizes"] = std::move(sizes);
  json["repeat"] = fmt::format("plumb bench commit DIR --rounds {} --samples {}", request.rounds,
                               request.samples);
  return json;
}

std::string commit_text(const Json& figures) {
  std::string text = fmt::format("one writer, {} rounds of {} samples, in turns of {}\n",
                                 figures["rounds"].get<std::uint64_t>(),
                                 figures["samples"].get<std::uint64_t>(), kTurn);
  for (const Json& size : figures["sizes"]) {
    const Json& counts = size["counts"];
    const auto commits = counts["commits"].get<double>();
    const auto each = [&](const char* name) { return counts[name].get<double>() / commits; };
    text += fmt::format(
        "two values of {} bytes, record of {} bytes; floor {}, store {}\n",
        size["value_bytes"].get<std::uint64_t>(), size["record_bytes"].get<std::uint64_t>(),
        size["floor_mode"].get<std::string>(), size["store_mode"].get<std::string>());
    text += side_text("floor", size["floor"]) + side_text("store", size["store"]);
    text += fmt::format(
        "  store's p50 {:.3f}x of the floor; throughput {:.3f}x (by p50 {:.3f}x); medians over "
        "rounds\n",
        size["p50_of_floor"].get<double>(), size["throughput_of_floor"].get<double>(),
        size["throughput_of_floor_by_p50"].get<double>());
    text += fmt::format(
        "  a commit: {:.2f} writes, {:.2f} syncs, {:.0f} bytes, {:.2f} creates, {:.2f} renames, "
        "{:.2f} unlinks\n",
        each("writes"), each("syncs"), each("bytes"), each("creates"), each("renames"),
        each("unlinks"));
  }
  return text + "repeat: " + figures["repeat"].get<std::string>() + '\n';
}

}  // namespace plumb::bench
