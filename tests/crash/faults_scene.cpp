// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Stores for the fault table, and their judge; see faults_scene.hpp.
#include "crash/faults_scene.hpp"

#include "base/contract.hpp"
#include "crash/life.hpp"

namespace plumb::crash {
namespace {

constexpr unsigned kLarge = 0;  // the life whose transactions take half of a segment each
constexpr unsigned kSmall = 1;
constexpr unsigned kNext = 2;  // the life that finds what the fault has left

std::string what_failed(const Life& life) {
  if (life.violation()) return life.violation()->rule + ": " + life.violation()->what;
  return life.error() ? "refused: " + life.error()->message() : "";
}

}  // namespace

const sim::Profile& gate() {
  const sim::Profile* const found = sim::find_profile("posix-min");
  Ensures(found != nullptr);
  return *found;
}

Hasher& hasher() {
  static const std::unique_ptr<Hasher> kHasher = [] {
    Result<std::unique_ptr<Hasher>> made = make_sha256();
    Ensures(made.has_value());
    return std::move(made).value();
  }();
  return *kHasher;
}

Operation commit_of(std::uint32_t number) { return {Act::commit, number}; }

Victim make_victim(std::uint32_t commits, bool small) {
  sim::SimDisk disk(gate());
  Life life(disk, Promise{}, small ? kSmall : kLarge, hasher());
  const bool opened = life.open();
  Ensures(opened);
  History history;
  for (std::uint32_t i = 1; i <= commits; ++i) history.push_back(commit_of(i));
  life.work(history);
  life.end();
  Ensures(!life.violation() && !life.error());
  return {disk.visible(), life.promise()};
}

Opening open_once(sim::SimDisk& disk, const Promise& promise) {
  Opening opening;
  const sim::Image before = disk.visible();
  const auto store = open_store(disk, promise, kNext);
  disk.fail({});
  if (!store) {
    opening.refused = store.error();
    const bool may_be_tried_again = store.error().code == Errc::io;
    if (!may_be_tried_again && disk.visible() != before) {
      opening.violation = Violation{"AC-8", "refused, and bytes have changed"};
    }
    return opening;
  }
  Promise after;
  opening.violation = judge_opened(**store, disk, promise, hasher(), after);
  opening.seq = (*store)->snapshot().seq;
  opening.torn = (*store)->report().tail == Tail::torn;
  opening.audit_left_out = (*store)->report().audit_left_out.has_value();
  return opening;
}

bool judge_left(Seen& seen, sim::SimDisk& disk, const Promise& promise, const std::string& where) {
  Life life(disk, promise, kNext, hasher());
  const bool opened = life.open();
  const bool torn = life.report() != nullptr && life.report()->tail == Tail::torn;
  if (opened && !life.violation()) life.work({commit_of(1), commit_of(2)});
  life.end();
  if (const std::string wrong = what_failed(life); !wrong.empty()) {
    seen.violated(where + ": " + wrong);
    return torn;
  }
  Life again(disk, life.promise(), kNext + 1, hasher());
  static_cast<void>(again.open());
  const std::string wrong = what_failed(again);
  seen.require(wrong.empty(), where + ", opened again: " + wrong);
  return torn;
}

}  // namespace plumb::crash
