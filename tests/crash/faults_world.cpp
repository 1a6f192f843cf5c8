// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What comes from outside a store: other writers, hostile words, a clock that jumps, files of
// another filesystem.
// Thread-safety: none.
// Spec:          EV-6; AC-13, AC-14; A-11; faults 20, 21, 23, 24.
#include <fmt/format.h>

#include <chrono>

#include "commit/reading.hpp"
#include "crash/clock.hpp"
#include "crash/faults_scene.hpp"
#include "crash/life.hpp"

namespace plumb::crash {
namespace {

constexpr std::uint32_t kCommits = 3;

/// A disk on which one file answers as one of another filesystem does (disk.hpp).
class Elsewhere final : public Disk {
 public:
  Elsewhere(Disk& inner, std::string name) : inner_(inner), name_(std::move(name)) {}
  [[nodiscard]] std::uint64_t asked() const { return asked_; }

  [[nodiscard]] Result<Handle> open(std::string_view name, Access access) override {
    if (name == name_) return refuse();
    return inner_.open(name, access);
  }
  Status close(Handle file) override { return inner_.close(file); }
  [[nodiscard]] Result<std::size_t> read(Handle file, std::uint64_t offset,
                                         ByteSpan into) override {
    return inner_.read(file, offset, into);
  }
  [[nodiscard]] Status write(Handle file, std::uint64_t offset, ByteView bytes) override {
    return inner_.write(file, offset, bytes);
  }
  [[nodiscard]] Status preallocate(Handle file, std::uint64_t size) override {
    return inner_.preallocate(file, size);
  }
  [[nodiscard]] Status sync_data(Handle file) override { return inner_.sync_data(file); }
  [[nodiscard]] Status sync_all(Handle file) override { return inner_.sync_all(file); }
  [[nodiscard]] Result<std::uint64_t> size(Handle file) override { return inner_.size(file); }
  [[nodiscard]] Status rename(std::string_view from, std::string_view to) override {
    return inner_.rename(from, to);
  }
  [[nodiscard]] Status unlink(std::string_view name) override { return inner_.unlink(name); }
  [[nodiscard]] Result<std::vector<FolderEntry>> list() override {
    auto entries = inner_.list();
    if (!entries) return entries;
    for (FolderEntry& entry : *entries) {
      if (entry.name != name_) continue;
      ++asked_;
      entry.regular = false;
      entry.size = 0;
    }
    return entries;
  }
  [[nodiscard]] Status sync_folder() override { return inner_.sync_folder(); }
  [[nodiscard]] Status sync_parent() override { return inner_.sync_parent(); }
  [[nodiscard]] Result<Handle> lock(std::string_view name, LockKind kind) override {
    if (name == name_) return refuse();
    return inner_.lock(name, kind);
  }
  [[nodiscard]] Result<std::uint32_t> direct_block(std::string_view name) override {
    return inner_.direct_block(name);
  }

 private:
  [[nodiscard]] Error refuse() {
    ++asked_;
    return make_error(Errc::corrupt, "it is on another filesystem", name_);
  }
  Disk& inner_;
  std::string name_;
  std::uint64_t asked_ = 0;
};

std::vector<Bytes> hostile_ids() {
  std::vector<Bytes> ids{".",
                         "..",
                         "../../etc/passwd",
                         "a/b",
                         "checkpoint.tmp",
                         "LOCK",
                         "PLUMBREC",
                         "\n",
                         "\"",
                         "{\"id\":1}",
                         "%s%n",
                         " ",
                         "-rf"};
  for (unsigned byte = 0; byte < 256; ++byte) ids.emplace_back(1, static_cast<char>(byte));
  for (const std::size_t length : {std::size_t{255}, kMaxIdBytes}) ids.emplace_back(length, 'i');
  return ids;
}

}  // namespace

Seen fault_two_writers(const Mutant*) {
  Seen seen{"second writers refused", "readers refused", "let in when the first had gone"};
  const Victim victim = make_victim(1, true);
  sim::SimDisk disk(gate(), victim.image);
  const auto others = [&] {
    std::uint64_t calls = 0;
    disk.watch([&calls](const auto&, const auto&, auto) { ++calls; });
    const sim::Image before = disk.visible();
    const auto second = open_store(disk, victim.promise, 3);
    const bool refused = !second && second.error().code == Errc::locked;
    seen.require(refused, "a second writer is let in");
    seen.happened("second writers refused", refused ? 1 : 0);
    const auto reader = read_store(disk);
    const bool kept_out = !reader && reader.error().code == Errc::locked;
    seen.require(kept_out, "a reader is let in beside a writer");
    seen.happened("readers refused", kept_out ? 1 : 0);
    seen.require(calls == 0 && disk.visible() == before, "a refused one has changed something");
    disk.watch({});
  };
  Life life(disk, victim.promise, kGoesOn, hasher());
  seen.require(life.open(), "the store does not open");
  others();
  for (std::uint32_t i = 1; i <= 3; ++i) {
    life.work({commit_of(i)});
    others();
  }
  life.work({{Act::checkpoint, 0}});
  others();
  life.end();
  const auto next = open_store(disk, life.promise(), 3);
  seen.require(next.has_value(), "nobody is let in when the first has gone");
  seen.happened("let in when the first had gone", next ? 1 : 0);
  return seen;
}

Seen fault_hostile_ids(const Mutant*) {
  Seen seen{"hostile ids committed", "repeats answered with the old receipt",
            "repeats with other changes refused", "over-long ids refused"};
  const Victim victim = make_victim(0, true);
  sim::SimDisk disk(gate(), victim.image);
  std::map<Bytes, std::uint64_t> seqs;
  for (int life = 0; life < 2; ++life) {  // the second one finds every id again
    const auto store = open_store(disk, victim.promise, 3);
    seen.require(store.has_value(), "the store does not open");
    if (!store) return seen;
    for (const Bytes& id : hostile_ids()) {
      const auto receipt = (*store)->commit({id, {{"key " + id, id}}});
      seen.require(receipt.has_value(), "an id is refused");
      if (!receipt) continue;
      const auto [known, fresh] = seqs.emplace(id, receipt->seq);
      seen.require(known->second == receipt->seq, "a repeat has got another receipt");
      seen.happened(fresh ? "hostile ids committed" : "repeats answered with the old receipt");
    }
    const sim::Image before = disk.visible();
    for (const Bytes& id : hostile_ids()) {
      const auto other = (*store)->commit({id, {{"key", "other"}}});
      const bool refused = !other && other.error().code == Errc::id_conflict;
      seen.require(refused, "an id with other changes is taken");
      seen.happened("repeats with other changes refused", refused ? 1 : 0);
    }
    for (const std::size_t length : {kMaxIdBytes + 1, std::size_t{1} << 20U}) {
      const auto longer = (*store)->commit({Bytes(length, 'i'), {{"key", "value"}}});
      const bool refused = !longer && longer.error().code == Errc::too_large;
      seen.require(refused, "an over-long id is taken");
      seen.happened("over-long ids refused", refused ? 1 : 0);
    }
    seen.require(disk.visible() == before, "what was refused has changed something");
    seen.require((*store)->snapshot().seq == seqs.size(), "a repeat was committed");
  }
  for (const auto& [name, bytes] : disk.visible().files) {
    const bool own = name == "LOCK" || name == "audit.log" || name.starts_with("log-") ||
                     name.starts_with("checkpoint-");
    seen.require(own, "an id has become the file " + name);
  }
  return seen;
}

Seen fault_clock(const Mutant*) {
  Seen seen{"jumps seen by others", "lives under the clock"};
  const Victim in_peace = make_victim(kCommits, true);
  const std::uint64_t readings = [&] {
    const JumpingClock clock;
    const Victim under_it = make_victim(kCommits, true);
    seen.require(under_it.image == in_peace.image, "the bytes depend on the clock");
    sim::SimDisk disk(gate(), under_it.image);
    judge_left(seen, disk, under_it.promise, "under a jumping clock");
    seen.happened("lives under the clock", 3);
    return clock.readings();
  }();
  seen.require(readings == 0, fmt::format("the store has read a clock {} times", readings));
  const JumpingClock clock;
  const auto first = std::chrono::system_clock::now();
  const auto second = std::chrono::system_clock::now();
  const auto jump = second > first ? second - first : first - second;
  const bool jumped = jump > std::chrono::hours(24 * 365) && clock.jumps() >= 2;
  seen.happened("jumps seen by others", jumped ? 1 : 0);
  return seen;
}

Seen fault_two_filesystems(const Mutant*) {
  Seen seen{"files elsewhere", "refused", "readers refused"};
  const Victim victim = make_victim(2, true);
  for (const auto& [name, bytes] : victim.image.files) {
    sim::SimDisk disk(gate(), victim.image);
    Elsewhere elsewhere(disk, name);
    const auto store = open_store(elsewhere, victim.promise, 2);
    seen.happened("files elsewhere", elsewhere.asked() > 0 ? 1 : 0);
    seen.require(!store, name + " may lie elsewhere");
    seen.happened("refused", store ? 0 : 1);
    const auto reading = read_store(elsewhere);
    seen.require(!reading, name + " may lie elsewhere for a reader");
    seen.happened("readers refused", reading ? 0 : 1);
    seen.require(disk.visible() == victim.image, name + ": a refused store was changed");
  }
  return seen;
}

}  // namespace plumb::crash
