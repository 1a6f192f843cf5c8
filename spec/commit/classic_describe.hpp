// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A state of the classic protocol in words, for traces and their differences.
// Thread-safety: pure functions.
// Spec:          EV-2.
#pragma once
#include <string>

#include "commit/classic_steps.hpp"

namespace plumb::spec::commit::classic {

/// "{1,2}"
inline std::string words_of(Ids ids) {
  std::string text = "{";
  for (; ids != 0; ids &= ids - 1) {
    if (text.size() > 1) text += ',';
    text += std::to_string(Concrete::first(ids));
  }
  return text + '}';
}
inline std::string words_of(Image image) {
  if (image.readable == 0) return "none";
  std::string text = words_of(Ids{image.own});
  if (image.last != Concrete::last(image.own)) text += " last " + std::to_string(image.last);
  if (!image.root_holds()) text += " with a wrong root";
  return text;
}
inline std::string words_of(Record r) {
  if (r == kEmpty) return "-";
  if (r == kTorn) return "torn";
  if (r == kGlued) return "glued";
  return (is_prepare(r) ? "P" : "C") + std::to_string(id_of(r));
}
inline std::string log_words(const State& s, bool durable) {
  std::string text;
  unsigned end = 0;
  for (unsigned i = 0; i < kSlots; ++i) {
    if ((durable ? s.log[i].durable : s.log[i].cached) != kEmpty) end = i + 1;
  }
  for (unsigned i = 0; i < end; ++i) {
    text += (i > 0 ? " " : "") + words_of(Record{durable ? s.log[i].durable : s.log[i].cached});
  }
  return text.empty() ? "empty" : text;
}
inline std::string state_survivors(const State& s) {
  std::string text = words_of(s.state);
  if (s.state_synced == 0) text += " | unreadable";
  for (unsigned i = 0; i < s.old_count; ++i) text += " | " + words_of(s.old[i]);
  if (s.state_may_be_none != 0) text += " | none";
  return text;
}
inline std::string temp_words(const State& s) {
  if (s.temp_cached == 0) return "none";
  return s.temp_is_state != 0   ? "the state file"
         : s.temp.readable != 0 ? words_of(s.temp)
                                : "there";
}

/// What a power cut left, or what the kernel had written.
inline std::string words_of(Op op, const State& from, const State& to) {
  if (op == Op::CutTail || op == Op::BackgroundWrite) {
    return "on disk before: log " + log_words(to, true);
  }
  if (op != Op::PowerCut) return {};
  std::string text = "kept: log " + log_words(to, false) + ", state " + words_of(to.state);
  if (from.temp_may_be != 0) text += ", temp " + temp_words(to);
  return text;
}

inline std::string_view phase_words(const State& s) {
  return s.at() == Phase::running ? "running" : s.at() == Phase::recovering ? "opening" : "refused";
}

template <class Field>
void describe(const Row& row, const State& s, Field& field) {
  const Program& p = program(row, s);
  const std::string next_op =
      s.at() == Phase::refused || s.pc >= p.size ? "-" : std::string(name(p.at(s.pc)));
  field("phase", std::string(phase_words(s)), "");
  field("next", next_op, "");
  field("log", log_words(s, false), log_words(s, true));
  field("state file", words_of(s.state), state_survivors(s));
  field("temp file", temp_words(s),
        std::string(s.temp_may_be != 0 ? "there" : "") +
            (s.temp_may_be != 0 && s.temp_may_be_none != 0 ? " | " : "") +
            (s.temp_may_be_none != 0 ? "none" : ""));
  field("memory", words_of(s.memory), "");
  field("in progress", words_of(Ids{s.flying}), "");
  field("buffer", std::to_string(s.buffered) + " records", "");
  field("read", "P" + words_of(Ids{s.prepared}) + " C" + words_of(Ids{s.committed}), "");
  field("rolled back", words_of(Ids{s.rolled_back}), "");
  field("started", std::to_string(s.started), "");
  field("promised", words_of(Ids{s.promised}), "");
  field("lost", words_of(Ids{s.lost}), "");
  field("crashes left", std::to_string(s.crashes), "");
}

}  // namespace plumb::spec::commit::classic
