// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The verdict on a long log; see open_bench.hpp.
#include "open_bench.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "commit/judge.hpp"
#include "disk/posix_disk.hpp"
#include "replay.hpp"
#include "workload.hpp"

namespace plumb::bench {
namespace {

constexpr std::size_t kValueBytes = 100;

/// A store with so many records behind its checkpoint, left as a crash would leave it.
void build(const std::string& folder, std::uint64_t records) {
  const std::unique_ptr<PosixDisk> disk = take(PosixDisk::create(folder), "creating the folder");
  Workload workload(kValueBytes);
  const std::unique_ptr<Store> store = workload.preloaded_store(*disk);
  for (std::uint64_t i = 0; i < records; ++i) {
    const Transaction transaction = workload.next();
    static_cast<void>(take(store->commit(transaction), "committing"));
  }
}

/// Both have seen the same log to its end.
void require_same(const Replayed& bare, const Verdict& verdict, std::uint64_t records,
                  Hasher& hasher) {
  const bool ends = bare.records == records && verdict.report.records == records &&
                    bare.seq == verdict.report.seq && bare.chain == verdict.report.chain;
  if (!ends) throw EnvironmentFailure("replay and verdict end in two places");
  const merkle::Map& map = verdict.state->version.map;
  for (const auto& [key, value] : bare.changed) {
    if (map.get(key, hasher) != value) throw EnvironmentFailure("replay and verdict differ");
  }
}

double ms(double us) { return std::round(us) / 1000; }

}  // namespace

Json bench_open(const OpenBenchRequest& request) {
  const WorkFolder work(request.folder);
  const std::string folder = work.path() + "/store";
  build(folder, request.records);
  const std::unique_ptr<PosixDisk> disk = take(PosixDisk::open(folder), "opening the folder");
  const std::unique_ptr<Hasher> hasher = take(make_sha256(), "SHA-256");

  std::vector<double> bare_ms;
  std::vector<double> verdict_ms;
  std::vector<double> ratios;
  for (std::uint64_t round = 0; round <= request.rounds; ++round) {
    std::optional<Replayed> bare;
    std::optional<Result<Verdict>> verdict;
    double bare_us = 0;
    double verdict_us = 0;
    const auto run_bare = [&] {
      bare_us = time_us([&] { bare = replay(folder, *hasher); });
    };
    if (round % 2 == 0) run_bare();
    verdict_us = time_us([&] { verdict = judge(*disk, *hasher); });
    if (round % 2 != 0) run_bare();
    if (!*verdict) throw EnvironmentFailure("refused: " + verdict->error().message());
    require_same(*bare, **verdict, request.records, *hasher);
    if (round == 0) continue;  // it fills caches
    bare_ms.push_back(ms(bare_us));
    verdict_ms.push_back(ms(verdict_us));
    ratios.push_back(std::round(1000 * verdict_us / bare_us) / 1000);
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
  json["repeat"] = fmt::format("plumb bench open DIR --records {} --rounds {}", request.records,
                               request.rounds);
  return json;
}

std::string open_text(const Json& figures) {
  return fmt::format(
      "{} records behind the checkpoint, {} rounds, page cache warm\n"
      "  bare replay (digests, chain, hash map)   {:9.1f} ms\n"
      "  opening up to its verdict                {:9.1f} ms\n"
      "  the second is {:.3f}x of the first, median over rounds\n"
      "repeat: {}\n",
      figures["records"].get<std::uint64_t>(), figures["rounds"].get<std::uint64_t>(),
      figures["replay_ms"].get<double>(), figures["verdict_ms"].get<double>(),
      figures["verdict_of_replay"].get<double>(), figures["repeat"].get<std::string>());
}

}  // namespace plumb::bench
