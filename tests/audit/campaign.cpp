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
  // Kills fall where the machine lets them: rounds go on until what must be hit has been hit.
  const auto unfinished = [this] {
    return counts_.kills < request_.kills || counts_.kills_in_opening == 0 || counts_.redone == 0;
  };
  for (std::uint64_t number = 0; unfinished() && number < most_rounds; ++number) {
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
    if (i % 2 == 0) plan.watch = scratch_.at("first") + "/audit.log";
    plan.delay = draw(i % 2 == 0 ? whole / 2 : whole, random);
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
      Stage::writer_opening, Stage::commits,  Stage::recovery, Stage::commits,
      Stage::close,          Stage::recovery, Stage::commits,  Stage::writer_opening,
      Stage::recovery,       Stage::commits};
  const Stage stage = kStages.at(number % kStages.size());
  sent_.clear();
  const Plan plan = stage == Stage::recovery ? plan_recovery(random) : plan_writer(stage, random);
  const std::string log = store_ + "/audit.log";
  const Trace before = trace_of(log);
  const Ended ended = run_and_kill(plumb_, plan);
  const bool written = trace_of(log) != before;
  const std::uint64_t promised =
      stage == Stage::recovery ? promised_ : std::max(promised_, judge_writer(ended));
  require(ended.killed || ended.status == 0, "AC-5",
          fmt::format("plumb {} fails on a store that was killed: status {}, {}",
                      plan.words.front(), ended.status, ended.errors));
  const std::vector<AuditLine> audit = chained_lines(read_folder(store_)["audit.log"]);
  judge_audit(seen_.audit, audit);
  if (!ended.lines.empty()) {
    judge_finished_opening(seen_.audit, audit);
    ++counts_.openings;
  }
  count_kill(stage, ended, written, is_unfinished(audit));
  look(promised);
  if (random.one_in(3)) settle(random);
}

/// Half of these kills are drawn over the whole life of the process, half from its first write on.
void Campaign::aim_at_opening(Plan& plan, Microseconds opening, Random& random) const {
  if (random.one_in(2)) {
    plan.delay = draw(opening, random);
  } else {
    plan.watch = store_ + "/audit.log";
    plan.delay = draw(opening / 4, random);
  }
}

Plan Campaign::plan_recovery(Random& random) const {
  Plan plan;
  plan.words = {"recover", store_, "--json"};
  aim_at_opening(plan, recovery_pace_.first_line, random);
  return plan;
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
      plan.delay = draw((writer_pace_.end - writer_pace_.first_line) / 16, random);
      if (counts_.refused_writers == 0 || random.one_in(2)) plan.meanwhile = [this] { intrude(); };
      break;
    case Stage::close:
      plan.await = sent_.size();
      plan.end_of_input = true;
      plan.delay = draw(writer_pace_.end - writer_pace_.first_line, random);
      break;
    default:
      aim_at_opening(plan, writer_pace_.first_line, random);
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

/// `written`: the audit log has changed; `unfinished`: its last opening has no end line.
void Campaign::count_kill(Stage stage, const Ended& ended, bool written, bool unfinished) {
  if (!ended.killed) {
    ++counts_.too_late;
    return;
  }
  ++counts_.kills;
  if (!ended.lines.empty()) {
    const bool all = stage == Stage::recovery || ended.lines.size() == sent_.size();
    ++(all ? counts_.kills_in_close : counts_.kills_in_commits);
  } else if (!written) {
    ++counts_.kills_before_opening;
  } else {
    ++(unfinished ? counts_.kills_in_opening : counts_.kills_in_commits);
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
  std::fputs(
      fmt::format("round {}: {} of {} kills\n", number + 1, counts_.kills, request_.kills).c_str(),
      stderr);
}

}  // namespace plumb::audit
