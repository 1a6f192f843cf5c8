// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The verdict on a long log; see open_bench.hpp. Each sample is the work of a process of its own,
// as an opening is: in one process the allocator keeps memory from sample to sample, and whoever
// asks for it in the handier pieces pays for no fresh pages.
#include "open_bench.hpp"

#include <fmt/format.h>

#include <cmath>

#include "child.hpp"
#include "commit/judge.hpp"
#include "disk/posix_disk.hpp"
#include "replay.hpp"
#include "workload.hpp"

namespace plumb::bench {
namespace {

constexpr std::size_t kValueBytes = 100;

/// A store with so many records behind its checkpoint, left as a crash would leave it.
double build(const std::string& folder, std::uint64_t records) {
  const std::unique_ptr<PosixDisk> disk = take(PosixDisk::create(folder), "creating the folder");
  Workload workload(kValueBytes);
  const std::unique_ptr<Store> store = workload.preloaded_store(*disk);
  for (std::uint64_t i = 0; i < records; ++i) {
    const Transaction transaction = workload.next();
    static_cast<void>(take(store->commit(transaction), "committing"));
  }
  return static_cast<double>(store->counts().records);
}

/// Milliseconds of a bare replay.
double sample_replay(const std::string& folder) {
  Replayed bare;
  const double us = time_us([&] {
    const std::unique_ptr<Hasher> hasher = take(make_sha256(), "SHA-256");
    bare = replay(folder, *hasher);
  });
  return us / 1000;
}

Verdict verdict_on(const std::string& folder) {
  const std::unique_ptr<PosixDisk> disk = take(PosixDisk::open(folder), "opening the folder");
  const std::unique_ptr<Hasher> hasher = take(make_sha256(), "SHA-256");
  return take(judge(*disk, *hasher), "judging");
}

/// Milliseconds of an opening up to its verdict.
double sample_verdict(const std::string& folder) {
  Verdict verdict;
  return time_us([&] { verdict = verdict_on(folder); }) / 1000;
}

/// Both see the whole log and the same values. The number of keys that the log changed.
double compare(const std::string& folder, std::uint64_t records) {
  const std::unique_ptr<Hasher> hasher = take(make_sha256(), "SHA-256");
  const Replayed bare = replay(folder, *hasher);
  const Verdict verdict = verdict_on(folder);
  const bool ends = bare.records == records && verdict.report.records == records &&
                    bare.seq == verdict.report.seq && bare.chain == verdict.report.chain;
  if (!ends) throw EnvironmentFailure("replay and verdict end in two places");
  for (const auto& [key, value] : bare.changed) {
    const bool same = verdict.state->version.map.get(key, *hasher) == value;
    if (!same) throw EnvironmentFailure("replay and verdict differ");
  }
  return static_cast<double>(bare.changed.size());
}

double rounded(double value) { return std::round(value * 1000) / 1000; }

}  // namespace

Json bench_open(const OpenBenchRequest& request) {
  const WorkFolder work(request.folder);
  const std::string folder = work.path() + "/store";
  static_cast<void>(in_child([&] { return build(folder, request.records); }));
  static_cast<void>(in_child([&] { return compare(folder, request.records); }));

  std::vector<double> bare_ms;
  std::vector<double> verdict_ms;
  std::vector<double> ratios;
  for (std::uint64_t round = 0; round < request.rounds; ++round) {
    const bool bare_first = round % 2 == 0;
    if (bare_first) bare_ms.push_back(in_child([&] { return sample_replay(folder); }).value);
    verdict_ms.push_back(in_child([&] { return sample_verdict(folder); }).value);
    if (!bare_first) bare_ms.push_back(in_child([&] { return sample_replay(folder); }).value);
    bare_ms.back() = rounded(bare_ms.back());
    verdict_ms.back() = rounded(verdict_ms.back());
    ratios.push_back(rounded(verdict_ms.back() / bare_ms.back()));
  }

  Json json;
  json["bench"] = "open";
  json["records"] = request.records;
  json["rounds"] = request.rounds;
  json["replay_ms"] = median(bare_ms);
  json["verdict_ms"] = median(verdict_ms);
  json["verdict_of_replay"] = median(ratios);
  json["round_replay_ms"] = bare_ms;
  json["round_verdict_ms"] = verdict_ms;
  json["round_ratios"] = ratios;
  json["repeat"] =
      fmt::format("plumb bench open DIR --records {} --rounds {}", request.records, request.rounds);
  return json;
}

std::string open_text(const Json& figures) {
  return fmt::format(
      "{} records behind the checkpoint, {} rounds, page cache warm, a process for each sample\n"
      "  bare replay (digests, chain, hash map)   {:9.1f} ms\n"
      "  opening up to its verdict                {:9.1f} ms\n"
      "  the second is {:.3f}x of the first, median over rounds\n"
      "repeat: {}\n",
      figures["records"].get<std::uint64_t>(), figures["rounds"].get<std::uint64_t>(),
      figures["replay_ms"].get<double>(), figures["verdict_ms"].get<double>(),
      figures["verdict_of_replay"].get<double>(), figures["repeat"].get<std::string>());
}

}  // namespace plumb::bench
