// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A state of the golden protocol in words, for traces and their differences.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <string>

#include "commit/classic_describe.hpp"
#include "commit/golden_steps.hpp"

namespace plumb::spec::commit::golden {

using classic::words_of;  // of a set of ids

inline std::string header_words(Header h) {
  if (h == kNoHeader) return "none";
  if (h == kBadHeader) return "unreadable";
  return '#' + std::to_string(number_of(h)) +
         (salt_of(h) > 0 ? "/salt " + std::to_string(salt_of(h)) : "");
}
inline std::string block_words(const State& s, unsigned block) {
  if (block == kEmpty) return "-";
  if (block == kTorn) return "torn";
  const Record& r = s.records[block - 1];
  return words_of(ids_of(s, block)) + " after " + words_of(Ids{r.previous}) + " in #" +
         std::to_string(r.number) + (r.salt > 0 ? "/" + std::to_string(r.salt) : "") + " durable " +
         std::to_string(r.durable_seq);
}
/// "a | b": what is durable; a dirty item may also be lost half way.
inline std::string survivors_words(const std::string& cached, const std::string& durable,
                                   bool dirty, bool tears) {
  if (!dirty) return durable;
  return durable + " | " + cached + (tears ? " | unreadable" : "");
}
inline std::string checkpoint_words(const Checkpoint& c) {
  return (c.bad != 0 ? "unreadable, " : "") + words_of(Ids{c.own}) + " log at #" +
         std::to_string(c.position_number) + ":" + std::to_string(c.position_slot) + " anchor " +
         std::to_string(c.anchor);
}
inline std::string name_survivors(const Checkpoint& c) {
  std::string text = c.may_be != 0 ? "there" : "";
  if (c.may_be_none != 0) text += text.empty() ? "none" : " | none";
  if (c.may_be != 0 && (c.unsynced != 0 || c.bad_durable != c.bad)) {
    text += c.unsynced != 0 ? ", bytes may be lost" : ", bytes are lost";
  }
  return text;
}
inline std::string line_words(Line l) {
  switch (kind_of(l)) {
    case LineKind::none:
      return "-";
    case LineKind::init:
      return "init";
    case LineKind::entry:
      return "entry " + words_of(found_of(l));
    case LineKind::end:
      return "end " + words_of(found_of(l));
    default:
      return "torn";
  }
}
inline std::string audit_words(const std::array<Line, kLines>& lines) {
  std::string text;
  unsigned end = kLines;
  while (end > 0 && lines[end - 1] == 0) --end;
  for (unsigned i = 0; i < end; ++i) text += (i > 0 ? ", " : "") + line_words(lines[i]);
  return text.empty() ? "empty" : text;
}

template <class Field>
void describe_disk(const State& s, Field& field) {
  for (unsigned f = 0; f < kSegments; ++f) {
    const Segment& segment = s.disk.segments[f];
    const std::string slot_name = "log-" + std::to_string(f + 1);
    const std::string now = header_words(segment.cached);
    field(slot_name + " header", now,
          survivors_words(now, header_words(segment.durable), segment.dirty != 0, true));
    for (unsigned i = 0; i < kSlots; ++i) {
      const Slot slot = segment.slots[i];
      const std::string is = block_words(s, slot.cached);
      field(slot_name + " block " + std::to_string(i), is,
            survivors_words(is, block_words(s, slot.durable), slot.dirty != 0, true));
    }
  }
  for (const Checkpoint& c : s.disk.checkpoints) {
    if (c.cached == 0 && c.may_be == 0) continue;
    field("checkpoint-" + std::to_string(c.number),
          (c.cached != 0 ? "" : "unlinked, ") + checkpoint_words(c), name_survivors(c));
  }
  field("temp file", s.disk.temp.cached == 0 ? "none" : checkpoint_words(s.disk.temp),
        name_survivors(s.disk.temp));
  field("audit log", audit_words(s.disk.lines), audit_words(s.disk.lines_durable));
}

/// Names of phases, in the order of Phase.
inline std::string_view phase_words(const State& s) {
  constexpr std::array<std::string_view, 4> kWords{"running", "opening", "poisoned", "refused"};
  return kWords[static_cast<std::size_t>(s.at())];
}

template <class Field>
void describe(const Row& row, const State& s, Field& field) {
  const Process& p = s.process;
  const auto next_op = [&](const Program& program, unsigned at) -> std::string {
    return at < program.size ? std::string(name(program.at(at))) : "-";
  };
  const bool opening = s.at() == Phase::opening;
  field("phase", std::string(phase_words(s)), "");
  field(opening ? "next" : "committer", next_op(opening ? row.recovery : row.commit, p.pc), "");
  if (row.sync.size > 0) field("syncer", next_op(row.sync, p.sync_pc), "");
  if (row.checkpoint.size > 0) field("checkpointer", next_op(row.checkpoint, p.checkpoint_pc), "");
  describe_disk(s, field);
  field("content", words_of(Ids{p.own}), "");
  field("written", words_of(Ids{p.chain}), "");
  field("known durable", words_of(Ids{p.durable}), "");
  field("sync covers", words_of(Ids{p.target}), "");
  field("active",
        p.active == 0 ? "none"
                      : "log-" + std::to_string(p.active) + " block " + std::to_string(p.next_slot),
        "");
  field("segment number", std::to_string(p.number), "");
  field("spares", words_of(Ids{p.spares}), "");
  field("verdict", p.refuses != 0 ? "refuse" : "-", "");
  field("audit lines confirmed", std::to_string(p.confirmed), "");
  field("started", std::to_string(s.ghost.started), "");
  field("promised", words_of(Ids{s.ghost.promised}), "");
  field("acknowledged", words_of(Ids{s.ghost.acked}), "");
  field("lost", words_of(Ids{s.ghost.lost}), "");
  field("crashes left", std::to_string(s.ghost.crashes), "");
}

/// The differences that the environment chose, in words.
inline std::string words_of(Op op, const State& from, const State& to) {
  const bool environment = op == Op::PowerCut || op == Op::IoError || op == Op::DiskFull ||
                           op == Op::BitRot || op == Op::AddSegment || op == Op::AppendWal;
  if (!environment) return {};
  std::string text;
  std::array<std::string, 32> before;
  unsigned n = 0;
  const auto list = [&](const State& s, auto&& field) {
    n = 0;
    describe_disk(s, field);
  };
  auto remember = [&](const std::string& field, const std::string&, const std::string& durable) {
    if (n < before.size()) before[n++] = field + ": " + durable;
  };
  list(from, remember);
  const unsigned had = n;
  auto compare = [&](const std::string& field, const std::string&, const std::string& durable) {
    bool same = false;
    for (unsigned i = 0; i < had; ++i) same = same || before[i] == field + ": " + durable;
    if (!same) text += (text.empty() ? "kept: " : "; ") + field + " " + durable;
    ++n;
  };
  list(to, compare);
  return text;
}

}  // namespace plumb::spec::commit::golden
