// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Rounds of kills; see campaign.hpp. What happens when the store is settled is settle.cpp.
#include "audit/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "audit/faults.hpp"
#include "audit/setup.hpp"

namespace plumb::audit {
namespace {

constexpr std::uint64_t kMostTransactions = 24;  // of a round; their lines fit a pipe
constexpr std::uint64_t kInitKillsOf = 8;        // one kill of so many goes to an init

Microseconds draw(Microseconds limit, Random& random) {
  const auto most = static_cast<std::uint64_t>(std::max<Microseconds::rep>(limit.count(), 1));
  return Microseconds(random.below(most));
}

}  // namespace

Campaign::Campaign(const Plumb& plumb, Scratch& scratch, const Request& request)
    : plumb_(plumb), scratch_(scratch), request_(request), store_(scratch.at("store")) {}

void Campaign::run() {
  kill_inits();
  create();
  const std::uint64_t most_rounds = 4 * request_.kills + 20;
  for (std::uint64_t number = 0; counts_.kills < request_.kills && number < most_rounds; ++number) {
    round(number);
    report_progress(number);
  }
  Random random(request_.seed + 3);
  settle(random);
  damage_closed({plumb_, scratch_, counts_}, store_, random);
  const std::string folder = scratch_.at("faults");
  std::filesystem::create_directory(folder);
  inject_failed_writes(folder, counts_);
  try_canaries();
}

/// A first start cut short anywhere is a legal empty store, and a second start finishes it.
void Campaign::kill_inits() {
  Random random(request_.seed + 1);
  const std::vector<std::string> words = init_words(scratch_.at("first"));
  const Microseconds whole = measure(plumb_, words, {}).end;
  const std::uint64_t wanted = std::max<std::uint64_t>(2, request_.kills / kInitKillsOf);
  for (std::uint64_t i = 0; counts_.kills < wanted && i < 8 * wanted; ++i) {
    std::filesystem::remove_all(scratch_.at("first"));
    Plan plan;
    plan.words = words;
    plan.delay = draw(whole + whole / 4, random);
    const Ended ended = run_and_kill(plumb_, plan);
    const bool begun = std::filesystem::exists(scratch_.at("first") + "/LOCK");
    if (!ended.killed || !begun) {
      ++counts_.too_late;
      continue;
    }
    ++counts_.kills;
    ++counts_.kills_in_init;
    const Observation empty = observe(plumb_, scratch_.at("first"));
    judge_state(empty, {Contents{}, to_hex(Digest{})});
    const test::Finished again = plumb_.run(words);
    const bool done = again.status == 0 || again.status == 2;  // 2: the first one had finished
    require(done, "AC-5", "an init that was cut short cannot be finished: " + again.text());
    const Observation after = observe(plumb_, scratch_.at("first"));
    judge_state(after, {Contents{}, to_hex(Digest{})});
    judge_audit(empty.audit, after.audit);
  }
}

/// The store of the campaign, and how long things take on this machine.
void Campaign::create() {
  const test::Finished done = plumb_.run(init_words(store_));
  if (done.status != 0) throw EnvironmentFailure("plumb init: " + done.text());
  Random random(request_.seed + 2);
  std::string input;
  for (int i = 0; i < 8; ++i) {
    model_.send(draw_transaction(random, ++unique_));
    input += to_json_line(model_.transaction(model_.sent()));
  }
  writer_pace_ = measure(plumb_, {"commit", store_, "--from", "-", "--json"}, input);
  recovery_pace_ = measure(plumb_, {"recover", store_, "--json"}, {});
  counts_.sent += model_.sent();
  look(model_.sent());
  rollback_ = scratch_.copy(store_, "rollback");
}

/// One kill, or a process that was faster, and the verdict on what it left.
void Campaign::round(std::uint64_t number) {
  Random random(request_.seed * 1000003 + number);
  constexpr std::array<Stage, 10> kStages{
      Stage::writer_opening, Stage::writer_opening, Stage::writer_opening, Stage::recovery,
      Stage::recovery,       Stage::commits,        Stage::commits,        Stage::commits,
      Stage::commits,        Stage::close};
  const Stage stage = kStages.at(random.below(kStages.size()));
  sent_.clear();
  std::uint64_t promised = promised_;
  Plan plan;
  if (stage == Stage::recovery) {
    plan.words = {"recover", store_, "--json"};
    plan.delay = draw(recovery_pace_.end, random);
  } else {
    plan = plan_writer(stage, random);
  }
  const Ended ended = run_and_kill(plumb_, plan);
  if (stage != Stage::recovery) promised = std::max(promised, judge_writer(ended));
  require(ended.killed || ended.status == 0, "AC-5",
          fmt::format("plumb {} fails on a store that was killed: status {}, {}",
                      plan.words.front(), ended.status, ended.errors));
  const std::vector<AuditLine> audit = chained_lines(read_folder(store_)["audit.log"]);
  judge_audit(seen_.audit, audit);
  if (!ended.lines.empty()) {
    judge_finished_opening(seen_.audit, audit);
    ++counts_.openings;
  }
  count_kill(stage, ended, audit);
  look(promised);
  if (random.one_in(2)) settle(random);
}

/// Lines for a writer: now and then a repeat first, then transactions that are new.
Plan Campaign::plan_writer(Stage stage, Random& random) {
  Plan plan;
  plan.words = {"commit", store_, "--from", "-", "--json"};
  if (const std::uint64_t old = 1 + random.below(model_.settled());
      !model_.transaction(old).id.empty()) {
    plan.input = to_json_line(model_.transaction(old));
    sent_.push_back({old, true});
  }
  const std::uint64_t fresh = 1 + random.below(kMostTransactions);
  for (std::uint64_t i = 0; i < fresh; ++i) {
    model_.send(draw_transaction(random, ++unique_));
    plan.input += to_json_line(model_.transaction(model_.sent()));
    sent_.push_back({model_.sent(), false});
  }
  counts_.sent += fresh;
  switch (stage) {
    case Stage::commits:
      plan.await = 1 + random.below(sent_.size());
      plan.delay = draw((writer_pace_.end - writer_pace_.first_line) / 4, random);
      if (random.one_in(2)) plan.meanwhile = [this] { intrude(); };
      break;
    case Stage::close:
      plan.await = sent_.size();
      plan.end_of_input = true;
      plan.delay = draw(writer_pace_.end - writer_pace_.first_line, random);
      break;
    default: plan.delay = draw(writer_pace_.first_line + writer_pace_.first_line / 4, random);
  }
  return plan;
}

/// AC-13, beside a writer that has the store open.
void Campaign::intrude() {
  for (const char* verb : {"recover", "root"}) {
    const test::Finished done = plumb_.run({verb, store_, "--json"});
    const Json error = parse_line(done.err).value("error", Json::object());
    require(done.status == 3 && string_at(error, "code") == "locked" && done.out.empty(), "AC-13",
            fmt::format("plumb {} is not refused beside a writer: {}", verb, done.text()));
  }
  ++counts_.refused_writers;
  ++counts_.refused_readers;
}

/// The highest transaction that the writer acknowledged.
std::uint64_t Campaign::judge_writer(const Ended& ended) {
  const Acknowledged acknowledged = judge_receipts(ended.lines, sent_, model_);
  counts_.receipts += acknowledged.fresh;
  counts_.repeats += acknowledged.repeats;
  return acknowledged.highest;
}

void Campaign::count_kill(Stage stage, const Ended& ended, const std::vector<AuditLine>& after) {
  if (!ended.killed) {
    ++counts_.too_late;
    return;
  }
  ++counts_.kills;
  const bool grown = after.size() > seen_.audit.size();
  if (ended.lines.empty() && !grown) {
    ++counts_.kills_before_opening;  // or inside one that took up an unfinished line
  } else if (ended.lines.empty() && is_unfinished(after)) {
    ++counts_.kills_in_opening;
  } else if (stage == Stage::recovery || ended.lines.size() == sent_.size()) {
    ++counts_.kills_in_close;
  } else {
    ++counts_.kills_in_commits;
  }
}

/// A reader looks at the store, and the oracle at what it sees. What was seen counts as promised.
void Campaign::look(std::uint64_t promised) {
  Observation seen = observe(plumb_, store_);
  judge_content(seen, model_, promised);
  judge_audit(seen_.audit, seen.audit);
  ++counts_.states;
  ++counts_.roots;
  counts_.unacknowledged_kept += seen.seq - promised;
  counts_.unacknowledged_lost += model_.sent() - seen.seq;
  model_.settle(seen.seq);
  promised_ = seen.seq;
  seen_ = std::move(seen);
}

void Campaign::report_progress(std::uint64_t number) const {
  if (!request_.progress || number % 8 != 7) return;
  std::fputs(fmt::format("round {}: {} of {} kills\n", number + 1, counts_.kills, request_.kills)
                 .c_str(),
             stderr);
}

}  // namespace plumb::audit
