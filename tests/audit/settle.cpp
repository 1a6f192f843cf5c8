// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What is judged when an opening finishes, and the canaries; see campaign.hpp.
#include <fmt/format.h>

#include <algorithm>

#include "audit/campaign.hpp"
#include "audit/setup.hpp"
#include "support/temp_folder.hpp"

namespace plumb::audit {
namespace {

constexpr const char* kTemp = "/checkpoint.tmp";
constexpr const char* kHalfMade = "/log-99";  // a segment whose making was cut short

/// True where judging throws a Violation of that row.
template <class Judge>
bool flags(const std::string& row, const Judge& judge) {
  try {
    judge();
  } catch (const Violation& violation) {
    return violation.row == row;
  }
  return false;
}

std::string hex(const Bytes& bytes) { return to_hex(view(bytes)); }

}  // namespace

/// An opening runs to its end, and everything that must hold then is judged.
void Campaign::settle(Random& random) {
  if (counts_.refused_records == 0 || random.one_in(2)) {
    damage_records({plumb_, scratch_, counts_}, store_, model_, random);
  }
  const bool plant = counts_.planted_leftovers == 0 || random.one_in(3);
  if (plant) {
    test::write_file(store_ + kTemp, "planted");
    test::write_file(store_ + kHalfMade, "planted");
  }
  const std::string folder = judged_folder(random);

  const test::Finished done = plumb_.run({"recover", folder, "--json"});
  require(done.status == 0, "AC-5", "no recovery without help: " + done.text());
  const Json report = parse_line(done.out);
  sabotage_after_opening(folder, random);
  const std::vector<AuditLine> trail = chained_lines(read_folder(folder)["audit.log"]);
  judge_audit(seen_.audit, trail);
  judge_finished_opening(seen_.audit, trail);
  judge_trail(folder, trail.size());

  Observation after = observe(plumb_, folder);
  if (request_.sabotage == Sabotage::wrong_root) after.state["root"] = to_hex(Digest{});
  judge_content(after, model_, promised_);
  judge_report(report, seen_, after);
  judge_leftovers(after.files, kSegmentBytes);
  const std::uint64_t records = number_at(report, "records");
  counts_.redone += records;
  counts_.openings_with_redo += records > 0 ? 1 : 0;
  counts_.planted_leftovers += plant ? 2 : 0;
  ++counts_.openings;
  ++counts_.states;
  ++counts_.roots;
  ++counts_.reports;
  ++counts_.folders;

  reopen(after);
  refuse_conflict(random);
  prove_keys(after, random);
  if (random.one_in(3)) damage_closed({plumb_, scratch_, counts_}, store_, random);
  look(promised_);
  count_segments(seen_);
}

/// The store itself, or the copy that a sabotage may damage.
std::string Campaign::judged_folder(Random& random) {
  const bool none = request_.sabotage == Sabotage::none;
  if (none || request_.sabotage == Sabotage::dead_canary) return store_;
  std::string copy = scratch_.copy(store_, "judged");
  if (request_.sabotage != Sabotage::lose_last) return copy;
  return tear_last_record(plumb_, copy, random) ? copy : store_;
}

void Campaign::sabotage_after_opening(const std::string& folder, Random& random) const {
  if (request_.sabotage == Sabotage::leftover_temp) test::write_file(folder + kTemp, "left over");
  if (request_.sabotage == Sabotage::broken_chain) flip_bit(folder + "/audit.log", random);
}

/// AC-5: opening twice gives the same content.
void Campaign::reopen(const Observation& after) {
  const test::Finished again = plumb_.run({"recover", store_, "--json"});
  require(again.status == 0, "AC-5", "a second recovery refuses: " + again.text());
  const Observation second = observe(plumb_, store_);
  require(second.contents == after.contents && second.seq == after.seq, "AC-5",
          "opening twice gives two contents");
  ++counts_.openings;
  ++counts_.reopened;
}

/// AC-11: the program's own verdict on the chain, on as many lines as were read here.
void Campaign::judge_trail(const std::string& folder, std::size_t lines) {
  const test::Finished done = plumb_.run({"audit-log", folder, "--verify", "--json"});
  const Json verdict = parse_line(done.out);
  require(done.status == 0 && number_at(verdict, "lines") == lines, "AC-11",
          fmt::format("plumb audit-log --verify does not accept {} lines: {}", lines, done.text()));
  counts_.audit_lines += lines;
  ++counts_.audit_prefixes;
}

/// AC-14: a remembered id with other changes is refused, and nothing is committed.
void Campaign::refuse_conflict(Random& random) {
  Transaction conflict = model_.transaction(1 + random.below(model_.settled()));
  if (conflict.id.empty()) return;
  conflict.changes.insert(conflict.changes.begin(), {"conflict", Bytes("new")});
  const test::Finished done =
      plumb_.run({"commit", store_, "--from", "-", "--json"}, to_json_line(conflict));
  const Json error = parse_line(done.err).value("error", Json::object());
  require(done.status == 2 && string_at(error, "code") == "id_conflict" && done.out.empty(),
          "AC-14", "an id with other changes is not refused: " + done.text());
  ++counts_.conflicts;
}

/// AC-18, for a key that is there and one that is not.
void Campaign::prove_keys(const Observation& seen, Random& random) {
  const std::string root = string_at(seen.state, "root");
  if (!seen.contents.empty()) {
    auto entry = seen.contents.begin();
    std::advance(entry, static_cast<std::ptrdiff_t>(random.below(seen.contents.size())));
    prove_key(entry->first, entry->second, root);
    ++counts_.proofs_present;
  }
  const auto absent = std::find_if(keys().begin(), keys().end(),
                                   [&](const Bytes& key) { return !seen.contents.contains(key); });
  prove_key(absent == keys().end() ? Bytes("never put") : *absent, std::nullopt, root);
  ++counts_.proofs_absent;
}

void Campaign::prove_key(const Bytes& key, const std::optional<Bytes>& value,
                         const std::string& root) {
  const test::Finished proof = plumb_.run({"prove-key", store_, hex(key), "--hex", "--json"});
  require(proof.status == 0, "AC-18", "no proof: " + proof.text());
  const auto verdict = [&](const std::optional<Bytes>& claimed) {
    std::vector<std::string> words{"verify-key", root, hex(key)};
    if (claimed) words.push_back(hex(*claimed));
    words.insert(words.end(), {"--hex", "--proof", "-", "--json"});
    return plumb_.run(words, proof.out);
  };
  const test::Finished right = verdict(value);
  require(right.status == 0, "AC-18", "a true proof is refused: " + right.text());
  const test::Finished wrong = verdict(value.value_or("") + "x");
  require(wrong.status == 1, "AC-18", "a proof of a wrong value is accepted: " + wrong.text());
  const test::Finished other = verdict(value ? std::optional<Bytes>() : Bytes());
  require(other.status == 1, "AC-18", "absent and present have one proof: " + other.text());
  counts_.proofs_refused += 2;
}

/// AC-16: numbers only grow, one for each checkpoint and segment.
void Campaign::count_segments(const Observation& seen) {
  std::uint64_t slots = 0;
  for (const auto& [name, bytes] : seen.files) {
    if (!name.starts_with("log-")) continue;
    ++slots;
    counts_.segments_begun = std::max(counts_.segments_begun, segment_number(bytes));
  }
  counts_.slots = std::max(counts_.slots, slots);
  const Json checkpoint = seen.verdict.value("checkpoint", Json::object());
  const std::uint64_t number = number_at(checkpoint, "number");
  require(number > counts_.checkpoints, "AC-16", "the newest checkpoint has no higher number");
  counts_.checkpoints = number;
}

/// A store rolled back behind its receipts and a model with a wrong value must be flagged.
void Campaign::try_canaries() {
  const std::string pin = fmt::format("{}:{}", promised_, to_hex(model_.root(promised_)));
  const test::Finished now = plumb_.run({"verify", store_, "--at-least", pin, "--json"});
  require(now.status == 0, "AC-4", "the store does not reach its own receipts: " + now.text());

  const std::string& folder = request_.sabotage == Sabotage::dead_canary ? store_ : rollback_;
  const Observation old = observe(plumb_, folder);
  const bool flagged = flags("AC-2", [&] { judge_content(old, model_, promised_); });
  canaries_.push_back({"a store rolled back behind its receipts, by the oracle", flagged});
  const test::Finished pinned = plumb_.run({"verify", folder, "--at-least", pin, "--json"});
  canaries_.push_back({"the same, by plumb verify --at-least", pinned.status == 1});

  Contents wrong = model_.contents(promised_);
  wrong["key-00"] += "x";
  const bool noticed = flags("AC-1", [&] {
    judge_state(seen_, {wrong, to_hex(model_.root(promised_))});
  });
  canaries_.push_back({"a wrong value in the model", noticed});
}

}  // namespace plumb::audit
