// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Bytes and files that are not what was written: damage, rot, writes that went astray, files that
// are missing, cut, old or of another kind, and a whole folder put back.
// Thread-safety: none.
// Spec:          EV-6; AC-7, AC-8; R-31; faults 8 to 10, 18, 19.
#include <fmt/format.h>

#include <array>

#include "commit/reading.hpp"
#include "crash/faults_scene.hpp"
#include "crash/life.hpp"

namespace plumb::crash {
namespace {

constexpr std::uint32_t kCommits = 4;

sim::Image changed(const sim::Image& image, const std::string& name, Bytes bytes) {
  sim::Image other = image;
  other.files[name] = std::make_shared<const Bytes>(std::move(bytes));
  return other;
}

/// Half a dozen patterns would do as well: one bit of each byte, and which one depends on where.
Bytes with_flip(const Bytes& bytes, std::uint64_t at) {
  Bytes other = bytes;
  other[at] = static_cast<char>(static_cast<unsigned char>(other[at]) ^ (1U << (at % 8)));
  return other;
}

std::string verdict(Seen& seen, const sim::Image& image, const Promise& promise) {
  sim::SimDisk disk(gate(), image);
  const Opening found = open_once(disk, promise);
  if (found.refused && !found.violation) {
    return fmt::format("refused: {}", name_of(found.refused->code));
  }
  if (found.violation) seen.happened("openings judged as wrong");
  if (found.violation) return found.violation->rule + ": " + found.violation->what;
  return fmt::format("S({}){}", found.seq, found.torn ? ", torn tail" : "");
}

/// Weaker than what was promised: the last record may be gone.
Promise but_the_last(const Promise& promise) {
  Promise weaker = promise;
  --weaker.acked;
  return weaker;
}

}  // namespace

Seen fault_damaged_log(const Mutant*) {
  Seen seen{"bytes damaged", "refused", "told as a torn tail", "told as never written"};
  const Victim victim = make_victim(kCommits, true);
  sim::SimDisk disk(gate(), victim.image);
  const auto log = read_log(disk);
  seen.require(log && log->size() == kCommits, "the log cannot be read");
  if (!log) return seen;
  for (const LogEntry& entry : *log) {
    const bool last = entry.first_seq == kCommits;
    const Bytes& bytes = *victim.image.files.at(entry.file);
    for (std::uint64_t at = entry.offset; at < entry.offset + entry.bytes; ++at) {
      seen.happened("bytes damaged");
      const sim::Image damaged = changed(victim.image, entry.file, with_flip(bytes, at));
      const std::string found = verdict(seen, damaged, but_the_last(victim.promise));
      const bool as_unwritten = last && found == "S(3)";  // it is no record of this segment
      const std::string expected = last ? "S(3), torn tail" : "refused: corrupt";
      seen.happened(as_unwritten ? "told as never written"
                    : last       ? "told as a torn tail"
                                 : "refused");
      seen.require(found == expected || as_unwritten,
                   fmt::format("{}, offset {}: {}", entry.file, at, found));
    }
  }
  return seen;
}

Seen fault_bit_rot(const Mutant*) {
  Seen seen{"bytes that read wrongly", "refused", "opened with the right content",
            "of the last record, gone", "of the last audit line, told as left out"};
  const Victim victim = make_victim(kCommits, true);
  for (const auto& [name, bytes] : victim.image.files) {
    for (std::uint64_t at = 0; at < bytes->size(); ++at) {
      sim::SimDisk disk(gate(), victim.image);
      sim::Faults rot;
      rot.rot.push_back({name, at, static_cast<unsigned>(at % 8)});
      disk.fail(rot);
      const bool audit = name == "audit.log";
      Promise promise = but_the_last(victim.promise);
      if (audit) promise.audit.clear();
      const Opening found = open_once(disk, promise);
      if (disk.faults_fired() == 0) continue;  // never read
      seen.happened("bytes that read wrongly");
      if (found.refused && !found.violation) {
        seen.happened("refused");
        continue;
      }
      const bool last_is_gone = found.seq + 1 == kCommits && name.starts_with("log-");
      const bool right = found.seq == kCommits || last_is_gone;
      seen.require(!found.violation && right && (!audit || found.audit_left_out),
                   fmt::format("{}, offset {}: S({}) {}", name, at, found.seq,
                               found.violation ? found.violation->what : ""));
      seen.happened(last_is_gone ? "of the last record, gone"
                    : audit      ? "of the last audit line, told as left out"
                                 : "opened with the right content");
    }
  }
  return seen;
}

Seen fault_lost_write(const Mutant*) {
  Seen seen{"lost writes", "misdirected writes", "refused", "opened with the right content"};
  const Victim victim = make_victim(1, true);
  for (const bool lost : {true, false}) {
    for (const bool direct : {true, false}) {
      for (unsigned number = 0;; ++number) {
        sim::SimDisk disk(gate(), victim.image);
        sim::Faults astray;
        (lost ? astray.lost_writes : astray.misdirected_writes).push_back(number);
        disk.fail(astray);
        Seam seam(disk, direct, nullptr);
        Life life(seam, victim.promise, kGoesOn, hasher());
        if (life.open()) {
          life.work({commit_of(1), commit_of(2), {Act::checkpoint, 0}, commit_of(3)});
        }
        life.end();
        if (disk.faults_fired() == 0) break;
        seen.happened(lost ? "lost writes" : "misdirected writes");
        // A record that no later one confirms may be gone: the last, or the last before the
        // checkpoint that has not read it.
        Promise promise = life.promise();
        promise.acked = promise.acked == 0 ? 0 : promise.acked - 1;
        promise.audit = {};
        sim::SimDisk left(gate(), disk.durable());
        const Opening found = open_once(left, promise);
        const std::string where = fmt::format("{} write {}, {}", lost ? "lost" : "misdirected",
                                              number, direct ? "direct" : "buffered");
        if (found.violation) {
          seen.violated(where + ": " + found.violation->rule + ": " + found.violation->what);
        } else if (found.refused) {
          seen.happened("refused");
        } else if (found.seq < life.promise().acked) {
          seen.happened("the last record is gone");
        } else {
          seen.happened("opened with the right content");
        }
      }
    }
  }
  return seen;
}

namespace {

/// What a file of a store is replaced by.
enum class Way : std::uint8_t { missing, empty, half, zeros, text, old };
constexpr std::array kWays{Way::missing, Way::empty, Way::half, Way::zeros, Way::text, Way::old};
constexpr std::array<std::string_view, 6> kWayNames{"missing", "empty", "half",
                                                    "zeros",   "text",  "old"};

struct Cell {
  std::string_view file;
  std::array<std::string_view, 6> verdicts;  // in the order of kWays
};

constexpr std::array<std::string_view, 6> all(std::string_view verdict) {
  return {verdict, verdict, verdict, verdict, verdict, verdict};
}
/// The content of a lock and of a temporary file means nothing; all else is vouched for.
constexpr std::array<Cell, 5> kMatrix{{{"checkpoint", all("refused: corrupt")},
                                       {"log", all("refused: corrupt")},
                                       {"audit.log", all("refused: corrupt")},
                                       {"LOCK", all("S(3)")},
                                       {"checkpoint.tmp", all("S(3)")}}};

std::string full_name(const sim::Image& image, std::string_view file) {
  for (const auto& [name, bytes] : image.files) {
    if (file == "log" && name.starts_with("log-")) return name;
    if (file == "checkpoint" && name.starts_with("checkpoint-")) return name;
  }
  return std::string(file);
}

/// `older`: the same store a commit and an opening earlier.
sim::Image replaced(const sim::Image& image, const sim::Image& older, std::string_view file,
                    Way way) {
  const std::string name = full_name(image, file);
  const auto at = image.files.find(name);
  const Bytes bytes = at == image.files.end() ? Bytes(3000, 't') : *at->second;
  sim::Image other = image;
  switch (way) {
    case Way::missing:
      other.files.erase(name);
      return other;
    case Way::empty:
      return changed(image, name, {});
    case Way::half:
      return changed(image, name, bytes.substr(0, bytes.size() / 2));
    case Way::zeros:
      return changed(image, name, Bytes(bytes.size(), '\0'));
    case Way::text:
      return changed(image, name, Bytes("{\"a\": []}\n"));
    case Way::old: {
      const auto old = older.files.find(full_name(older, file));
      return changed(image, name, old == older.files.end() ? Bytes() : *old->second);
    }
  }
  return other;
}

}  // namespace

Seen fault_missing_files(const Mutant*) {
  Seen seen{"cells", "refused", "opened"};
  const Victim older = make_victim(1, true);
  sim::SimDisk disk(gate(), older.image);
  Life life(disk, older.promise, kGoesOn, hasher());
  const bool opened = life.open();
  life.work({commit_of(1), commit_of(2)});
  life.end();
  seen.require(opened && !life.violation() && !life.error(), "no store to break");
  for (const Cell& row : kMatrix) {
    for (std::size_t i = 0; i < kWays.size(); ++i) {
      const sim::Image image = replaced(disk.visible(), older.image, row.file, kWays[i]);
      const std::string found = verdict(seen, image, but_the_last(life.promise()));
      seen.happened("cells");
      seen.happened(found.starts_with("refused") ? "refused" : "opened");
      seen.require(found == row.verdicts[i],
                   fmt::format("{}, {}: {}", row.file, kWayNames[i], found));
    }
  }
  return seen;
}

Seen fault_rollback(const Mutant*) {
  Seen seen{"old folders", "accepted without a pin", "refused with a pin",
            "accepted with the pin of their own time"};
  const Victim newest = make_victim(kCommits, true);
  const auto pin = [](const Victim& victim) {
    return Pin{victim.promise.acked, victim.promise.lineage.root(victim.promise.acked)};
  };
  for (std::uint32_t commits = 1; commits < kCommits; ++commits) {
    const Victim old = make_victim(commits, true);
    seen.happened("old folders");
    sim::SimDisk disk(gate(), old.image);
    const auto unpinned = verify_store(disk, std::nullopt);
    seen.require(unpinned && unpinned->state.seq == commits, "an old folder is refused");
    seen.happened("accepted without a pin", unpinned ? 1 : 0);
    const auto pinned = verify_store(disk, pin(newest));
    const bool refused = !pinned && pinned.error().code == Errc::corrupt;
    seen.require(refused, "an old folder is accepted against a newer pin");
    seen.happened("refused with a pin", refused ? 1 : 0);
    const auto own = verify_store(disk, pin(old));
    seen.require(own.has_value(), "a folder is refused against its own pin");
    seen.happened("accepted with the pin of their own time", own ? 1 : 0);
  }
  return seen;
}

}  // namespace plumb::crash
