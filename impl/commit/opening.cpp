// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Opening a store for writing. It judges what is there, writes down what it found, and makes a
// checkpoint of it, always: what was read may lie in a cache alone, so everything that the opening
// relied on is written anew and synced. A first start is the opening of an empty folder.
// Thread-safety: one thread, before anybody else sees the store.
// Spec:          actions LoadCheckpoint ScanWal RedoWal LogAudit WriteTemp SyncTemp Rename SyncDir
//                DropOld RecycleWal AddSegment CleanTemp Open Refuse; AC-5 to AC-8, AC-10 to AC-13.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/contract.hpp"
#include "commit/store_impl.hpp"

namespace plumb {
namespace {

std::string decision_of(const Report& report) {
  if (report.unfinished_init) return "create";
  return report.records != 0 ? "redo" : "keep";
}

std::string reason_for(const Report& report) {
  if (report.unfinished_init) {
    return report.audit_lines == 0 && !report.audit_left_out
               ? "the folder holds no store yet"
               : "the folder holds an init that did not finish";
  }
  std::string why = fmt::format("checkpoint {} holds transaction {}; ", report.checkpoint_number,
                                report.checkpoint_seq);
  why += report.records == 0 ? "the log holds nothing behind it"
                             : fmt::format("the log holds {} more", report.transactions);
  if (report.tail == Tail::torn) why += "; its tail is torn and no later record confirms it";
  if (!report.invalid_checkpoints.empty()) {
    why += "; a newer checkpoint is damaged, and the log reaches all that it held";
  }
  return why;
}

/// An init that came as far as its checkpoint and not to its end: no opening has ended, so nobody
/// has ever had this store open.
bool never_opened(const Verdict& verdict) {
  return verdict.state && std::ranges::find(verdict.audit.lines(), AuditEvent::end,
                                            &AuditLine::event) == verdict.audit.lines().end();
}

/// The opening of a folder that is a store already, or an init of another one, by someone who wants
/// to create one.
Status refuse_create(const Verdict& verdict, const OpenRequest& request) {
  if (!request.create) return {};
  if (!verdict.report.unfinished_init && !never_opened(verdict)) {
    return make_error(Errc::invalid, "the folder is a store already");
  }
  if (verdict.state) {
    if (*request.create == verdict.state->options) return {};
    return make_error(Errc::invalid, "an unfinished init had other options; ask for the same");
  }
  const std::optional<Geometry>& left = verdict.unfinished_geometry;
  if (!left || request.create->segment_bytes == left->segment_bytes) return {};
  return make_error(Errc::invalid,
                    fmt::format("an unfinished init had segments of {} bytes; ask for the same",
                                left->segment_bytes));
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(Disk& disk, const OpenRequest& request) {
  Expects(request.entropy != nullptr);
  auto impl = std::make_unique<Impl>(disk);
  if (Status s = impl->open(request); !s) return s.error();
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Status Store::Impl::open(const OpenRequest& request) {
  if (Status s = make_hashers(); !s) return s;
  const Result<Verdict> verdict = judge_under_lock(request);  // LoadCheckpoint ScanWal RedoWal
  if (!verdict) return verdict.error();                       // Refuse
  if (Status s = adopt(*verdict, request); !s) return s;
  Result<AuditLog> log = log_audit(*verdict);  // LogAudit
  if (!log) return log.error();
  if (Status s = write_checkpoint(opening_checkpoint()); !s) {  // WriteTemp SyncTemp Rename SyncDir
    return s;                                                   // DropOld RecycleWal
  }
  if (report.unfinished_init || never_opened(*verdict)) {  // the folder may be as new as the store
    if (Status s = disk.sync_parent(); !s) return s;
  }
  if (Status s = open_log(*verdict, request); !s) return s;  // AddSegment
  if (Status s = clean_temp(*verdict); !s) return s;         // CleanTemp
  return log_audit_end(*log);                                // LogAudit, Open
}

Status Store::Impl::make_hashers() {
  for (std::unique_ptr<Hasher>* mine : {&hasher, &checkpoint_hasher}) {
    Result<std::unique_ptr<Hasher>> made = make_sha256();
    if (!made) return made.error();
    *mine = std::move(made).value();
  }
  return {};
}

/// Takes the lock and judges. Taking it may create its file, so a folder without one is judged
/// first: a refused store stays as it was, byte for byte.
Result<Verdict> Store::Impl::judge_under_lock(const OpenRequest& request) {
  Result<std::vector<FolderEntry>> folder = disk.list();
  if (!folder) return folder.error();
  if (std::ranges::find(*folder, kLockName, &FolderEntry::name) == folder->end()) {
    Result<Verdict> before = judge(disk, *hasher);
    if (!before) return before;
    if (Status s = refuse_create(*before, request); !s) return s.error();
  }
  Result<Handle> locked = disk.lock(kLockName, LockKind::exclusive);
  if (!locked) return locked.error();
  lock_file = OpenFile(disk, *locked);
  Result<Verdict> verdict = judge(disk, *hasher);
  if (!verdict) return verdict;
  if (Status s = refuse_create(*verdict, request); !s) return s.error();
  return verdict;
}

/// Takes over the state that the verdict found; chooses the next checkpoint's number and the next
/// segment's, above all that was seen.
Status Store::Impl::adopt(const Verdict& verdict, const OpenRequest& request) {
  report = verdict.report;
  names_in_use = verdict.checkpoints;
  const std::uint64_t highest_name = names_in_use.empty() ? 0 : names_in_use.front().number;
  next_checkpoint_number = std::max(highest_name + 1, verdict.audit.next_number());
  if (verdict.state) {
    geometry = verdict.state->geometry;
    options = verdict.state->options;
    visible = verdict.state->version;
  } else if (Status s = adopt_init(verdict, request); !s) {
    return s;
  }
  visible.position = {verdict.highest_segment + 1, geometry.block_bytes};
  if (visible.position.segment >= kReachableLimit) {
    return make_error(Errc::invalid, fmt::format("segment numbers are used up: one is {}",
                                                 verdict.highest_segment));
  }
  if (next_checkpoint_number >= kReachableLimit) {
    return make_error(Errc::invalid, "checkpoint numbers are used up",
                      names_in_use.empty() ? std::string() : name_of(names_in_use.front()));
  }
  report.new_checkpoint = next_checkpoint_number;
  report.new_segment = visible.position.segment;
  Ensures(valid());
  return {};
}

/// A new store, or one whose init did not finish: its geometry is that of the segment left behind,
/// if there is one.
Status Store::Impl::adopt_init(const Verdict& verdict, const OpenRequest& request) {
  options = request.create.value_or(Options{});
  if (const std::optional<Geometry>& left = verdict.unfinished_geometry) {
    geometry = *left;
    options.segment_bytes = left->segment_bytes;
  } else {
    const Result<std::uint32_t> block = disk.direct_block(kLockName);
    if (!block) return block.error();
    const bool usable = *block <= kMaxBlockBytes;
    geometry.block_bytes = usable ? std::max(*block, kMinBlockBytes) : kMinBlockBytes;
    geometry.segment_bytes = options.segment_bytes;
    if (Status s = request.entropy(geometry.store.bytes); !s) return s;
  }
  return options.check(geometry.block_bytes);
}

/// LogAudit, before anything else is written: what was found and decided.
Result<AuditLog> Store::Impl::log_audit(const Verdict& verdict) {
  AuditLog log = verdict.audit;
  AuditEntry entry;
  entry.event = report.unfinished_init ? AuditEvent::init : AuditEvent::open;
  entry.number = report.new_checkpoint;
  entry.segment = report.new_segment;
  entry.store = to_hex(ByteView(geometry.store.bytes));
  entry.report = report;
  entry.decision = decision_of(report);
  entry.why = reason_for(report);
  if (const auto earlier = log.last_unfinished(); earlier && earlier->number < entry.number) {
    report.closes = earlier->number;
  }
  report.taken_up = log.add(entry, *hasher);
  const std::uint64_t anchored = verdict.state ? verdict.state->anchor.length : 0;
  if (Status s = log.write(disk, anchored); !s) return s.error();
  if (report.unfinished_init) {  // the file is new: a checkpoint's name must not outlive its name
    const auto entered = gate.enter();
    if (Status s = gate.sync(disk); !s) return s.error();
  }
  anchor = log.head();
  return log;
}

Checkpoint Store::Impl::opening_checkpoint() const {
  return {geometry, options, report.new_checkpoint, anchor, visible};
}

/// AddSegment, into the segment that the opening's checkpoint names. Every slot is spare by now.
Status Store::Impl::open_log(const Verdict& verdict, const OpenRequest& request) {
  const Result<std::uint32_t> direct = disk.direct_block(kLockName);
  if (!direct) return direct.error();
  wal = std::make_unique<Wal>(disk, gate, *hasher, request.entropy, geometry, *direct,
                              verdict.slots, report.new_segment);
  if (Status s = add_segment(); !s) return s;
  Ensures(wal->position() == visible.position);
  return {};
}

/// CleanTemp: the temp file, and slots that an AddSegment has left unfinished.
Status Store::Impl::clean_temp(const Verdict& verdict) {
  std::vector<std::string> leftovers{std::string(kTempName)};
  for (const Slot& slot : verdict.slots) {
    if (!slot.readable && slot.size != geometry.segment_bytes) leftovers.push_back(slot.name);
  }
  const auto entered = gate.enter();
  bool removed = verdict.temp_present;
  for (const std::string& name : leftovers) {
    Status s = disk.unlink(name);
    if (!s && s.error().code != Errc::not_found) return s;
    removed = removed || s;
  }
  return removed ? gate.sync(disk) : Status{};
}

/// LogAudit, the end line: from here on this opening's checkpoint confirms what it holds.
Status Store::Impl::log_audit_end(AuditLog& log) {
  log.add_end(report.new_checkpoint, *hasher);
  if (Status s = log.write(disk, anchor.length); !s) return s;
  anchor = log.head();
  report.durable = true;
  return {};
}

}  // namespace plumb
