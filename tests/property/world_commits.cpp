// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Store and model in lockstep: what a commit and a checkpoint must answer; see world.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "property/world.hpp"

namespace plumb::property {
namespace {

/// A record of the smallest segments has 7 blocks, most of them payload. What lies between the two
/// may fit or not.
constexpr std::size_t kSurelyFits = 2900;
constexpr std::size_t kSurelyTooLarge = 3584;

std::size_t bytes_of(const Transaction& transaction) {
  std::size_t bytes = transaction.id.size();
  for (const Change& change : transaction.changes) {
    bytes += change.key.size() + (change.value ? change.value->size() : 0);
  }
  return bytes;
}

void note_changes(const Transaction& transaction, Cover& cover) {
  if (transaction.changes.empty()) cover.saw("commit of nothing");
  if (transaction.id.empty()) cover.saw("commit without an id");
  std::set<std::string_view> keys;
  for (const Change& change : transaction.changes) {
    if (!change.value) cover.saw("erased key");
    if (change.value && change.value->empty()) cover.saw("empty value");
    if (!keys.insert(change.key).second) cover.saw("repeated key");
  }
}

}  // namespace

void World::commit(const Step& step) {
  ++number_;
  const bool again = step.deed == Deed::repeat && !books_.lost.empty();
  Transaction transaction;
  if (again) {  // one that an opening has discarded: its client tries again
    transaction = books_.lost[step.earlier % books_.lost.size()];
    if (const std::uint64_t seq = books_.remembered(transaction.id)) {
      return expect_repeat(transaction, seq);
    }
    cover_.saw("repeat of a lost transaction");
  } else {
    transaction = {step.anonymous ? Bytes() : fmt::format("t{}", number_),
                   changes_of(step.edits, number_)};
  }
  cover_.saw("commit");
  note_changes(transaction, cover_);
  books_.issue(transaction, *hasher_);
  const std::uint64_t checkpoints = store_->counts().checkpoints;
  arm("a commit");
  const Result<Receipt> receipt = store_->commit(transaction);
  const bool fault = met();
  calm();
  if (crashed()) return go_on_after_crash();
  if (store_->counts().checkpoints > checkpoints) cover_.saw("checkpoint by itself");
  if (!receipt) return refused(receipt.error(), bytes_of(transaction), fault);
  if (bytes_of(transaction) > kSurelyTooLarge) {
    return violated("AC-14", "a transaction that no record holds is acknowledged");
  }
  if (poisoned_) return violated("AC-9", "a poisoned store has committed");
  if (was_full_) cover_.saw("commits again after a full disk");
  was_full_ = false;
  const std::uint64_t seq = books_.promise.lineage.issued();
  judge(judge_receipt(*receipt, books_, seq));
  books_.promise.acked = seq;
}

void World::refused(const Error& error, std::size_t bytes, bool fault) {
  if (error.code == Errc::unknown_outcome) {
    if (!fault || poisoned_) return violated("AC-9", "unknown for no reason: " + error.message());
    cover_.saw("unknown outcome");
    poisoned_ = true;
    return;
  }
  books_.take_back();
  if (error.code == Errc::poisoned) {
    if (!poisoned_) return violated("AC-9", "poisoned for no reason: " + error.message());
    cover_.saw("poisoned commit refused");
  } else if (error.code == Errc::too_large) {
    if (bytes < kSurelyFits) return violated("AC-14", "too large: " + error.message());
    cover_.saw("too large");
  } else {
    const bool known = error.code == Errc::io || error.code == Errc::no_space;
    if (!fault || !known) return violated("AC-9", "not committed: " + error.message());
    cover_.saw("not committed");
    was_full_ = was_full_ || error.code == Errc::no_space;
  }
}

/// AC-14, with an id of an acknowledged transaction. Where there is none: a new commit.
void World::repeat(const Step& step, bool same_changes) {
  std::vector<std::uint64_t> known;
  for (std::uint64_t seq = 1; seq <= books_.promise.acked; ++seq) {
    if (!books_.transactions[seq - 1].id.empty()) known.push_back(seq);
  }
  const bool lost_one = same_changes && step.earlier % 2 == 1 && !books_.lost.empty();
  if (known.empty() || lost_one) return commit(step);
  const std::uint64_t seq = known[step.earlier % known.size()];
  Transaction transaction = books_.transactions[seq - 1];
  if (same_changes) return expect_repeat(transaction, seq);
  transaction.changes = changes_of(step.edits, ++number_);
  if (transaction.changes == books_.transactions[seq - 1].changes) return;  // both of nothing
  cover_.saw("conflict");
  const Result<Receipt> receipt = store_->commit(transaction);
  const Errc expected = poisoned_ ? Errc::poisoned : Errc::id_conflict;
  if (receipt || receipt.error().code != expected) {
    violated("AC-14", "an id was taken twice, for other changes");
  }
}

void World::expect_repeat(const Transaction& transaction, std::uint64_t seq) {
  cover_.saw("repeat");
  const Result<Receipt> receipt = store_->commit(transaction);
  if (receipt) return judge(judge_receipt(*receipt, books_, seq));
  if (!poisoned_ || receipt.error().code != Errc::poisoned) {
    violated("AC-14", "a repeat is refused: " + receipt.error().message());
  }
}

void World::checkpoint() {
  cover_.saw("checkpoint");
  arm("a checkpoint");
  const Status done = store_->checkpoint();
  const bool fault = met();
  calm();
  if (crashed()) return go_on_after_crash();
  if (done) {
    if (poisoned_) violated("AC-9", "a poisoned store has made a checkpoint");
    return;
  }
  const Errc code = done.error().code;
  if (poisoned_ && code == Errc::poisoned) return cover_.saw("poisoned checkpoint refused");
  const bool may_fail = fault && (code == Errc::io || code == Errc::no_space);
  if (!may_fail) return violated("AC-16", "no checkpoint: " + done.error().message());
  cover_.saw("checkpoint abandoned");
}

}  // namespace plumb::property
