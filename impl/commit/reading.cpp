// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reading without writing; see reading.hpp.
#include "commit/reading.hpp"

#include <fmt/format.h>

#include <utility>

#include "commit/judge.hpp"

namespace plumb {
namespace {

/// Judges under the shared lock. A store without a LOCK file has never been open for writing in
/// this form, or has lost it in a crash; there is nothing to lock then, and whoever opens it
/// meanwhile creates the file, which is seen afterwards.
Result<Verdict> judge_shared(Disk& disk, const JudgeRequest& request) {
  Result<std::unique_ptr<Hasher>> hasher = make_sha256();
  if (!hasher) return hasher.error();
  Result<Handle> lock = disk.lock(kLockName, LockKind::shared);
  if (!lock && lock.error().code != Errc::not_found) return lock.error();
  const OpenFile held = lock ? OpenFile(disk, *lock) : OpenFile{};
  Result<Verdict> verdict = judge(disk, **hasher, request);
  if (held || !verdict) return verdict;
  const Result<OpenFile> appeared = OpenFile::open(disk, kLockName, Access::read);
  if (!appeared) return verdict;
  return make_error(Errc::locked, "a writer opened the store while it was read",
                    std::string(kLockName));
}

Reading reading_of(Verdict verdict) {
  Reading reading;
  reading.report = std::move(verdict.report);
  if (verdict.state) {
    reading.state = {std::move(verdict.state->version.map), verdict.state->version.seq};
    reading.options = verdict.state->options;
  }
  return reading;
}

Status check_pin(const Pin& pin, const Verdict& verdict) {
  const std::uint64_t seq = verdict.report.seq;
  if (seq < pin.seq) {
    return make_error(Errc::corrupt, fmt::format("the store ends at transaction {}, before the "
                                                 "pinned {}: it has been rolled back",
                                                 seq, pin.seq));
  }
  const bool empty = pin.seq == 0;  // the state before the first transaction, of any store
  const std::optional<Digest> shown = empty ? std::optional(Digest{}) : verdict.pin_root;
  if (!shown) {
    return make_error(Errc::undecided, fmt::format("the store no longer shows the root after "
                                                   "transaction {}",
                                                   pin.seq));
  }
  if (*shown == pin.root) return {};
  return make_error(Errc::corrupt, fmt::format("transaction {} led to another root than the pinned "
                                               "one: {}",
                                               pin.seq, to_hex(*shown)));
}

}  // namespace

Result<Reading> read_store(Disk& disk) {
  Result<Verdict> verdict = judge_shared(disk, {});
  if (!verdict) return verdict.error();
  return reading_of(std::move(verdict).value());
}

Result<std::vector<LogEntry>> read_log(Disk& disk) {
  Result<Verdict> verdict =
      judge_shared(disk, {.every_root = false, .keep_log = true, .pin_seq = {}});
  if (!verdict) return verdict.error();
  return std::move(verdict->log);
}

Result<AuditTrail> read_audit_log(Disk& disk) {
  const Result<Verdict> verdict = judge_shared(disk, {});
  if (!verdict) return verdict.error();
  AuditTrail trail;
  for (const AuditLine& line : verdict->audit.lines()) {
    trail.lines.emplace_back(verdict->audit.text_of(line));
  }
  trail.left_out = verdict->audit.left_out();
  return trail;
}

Result<Reading> verify_store(Disk& disk, const std::optional<Pin>& pin) {
  JudgeRequest request{.every_root = true, .keep_log = false, .pin_seq = {}};
  if (pin) request.pin_seq = pin->seq;
  Result<Verdict> verdict = judge_shared(disk, request);
  if (!verdict) return verdict.error();
  if (pin) {
    if (Status s = check_pin(*pin, *verdict); !s) return s.error();
  }
  return reading_of(std::move(verdict).value());
}

}  // namespace plumb
