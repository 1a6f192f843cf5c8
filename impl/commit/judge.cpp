// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The verdict on a store, rule by rule; see judge.hpp.
#include "commit/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/contract.hpp"
#include "commit/redo.hpp"

namespace plumb {
namespace {

struct Names {
  std::vector<FolderEntry> folder;
  std::vector<CheckpointName> checkpoints;  // highest first
  std::vector<std::string> foreign;
  bool any_of_ours = false;
  bool temp_present = false;
};

/// Rule 1, the names.
Result<Names> read_names(Disk& disk) {
  Result<std::vector<FolderEntry>> folder = disk.list();
  if (!folder) return folder.error();
  Names names;
  for (const FolderEntry& entry : *folder) {
    const auto checkpoint = checkpoint_name_of(entry.name);
    const bool ours = checkpoint || slot_of(entry.name) || entry.name == kLockName ||
                      entry.name == kTempName || entry.name == kAuditName;
    if (!ours) {
      names.foreign.push_back(entry.name);
      continue;
    }
    names.any_of_ours = true;
    names.temp_present = names.temp_present || entry.name == kTempName;
    if (checkpoint) names.checkpoints.push_back(*checkpoint);
    if (!entry.regular) {
      return make_error(Errc::corrupt, "is no regular file of the folder's filesystem", entry.name);
    }
  }
  std::ranges::sort(names.checkpoints, std::ranges::greater{});
  names.folder = std::move(folder).value();
  return names;
}

Result<Bytes> read_file(Disk& disk, std::string_view name) {
  Result<OpenFile> file = OpenFile::open(disk, name, Access::read);
  if (!file) return file.error();
  return read_all(disk, file->get());
}

Result<AuditLog> read_audit(Disk& disk, const Anchor& anchor, Hasher& hasher) {
  Result<Bytes> bytes = read_file(disk, kAuditName);
  if (!bytes && bytes.error().code != Errc::not_found) return bytes.error();
  return AuditLog::judge(bytes ? std::move(bytes).value() : Bytes{}, anchor, hasher);
}

/// Rules 1 and 3: an opening that has finished left its checkpoint, or a higher one, behind. (One
/// that has not may have read a name that a power cut took.)
Status check_finished(const AuditLog& audit, std::uint64_t highest_name) {
  for (const AuditLine& line : audit.lines()) {
    if (line.event != AuditEvent::end || line.number <= highest_name) continue;
    return make_error(Errc::corrupt,
                      fmt::format("the opening that wrote checkpoint {} has finished, and the "
                                  "checkpoint is missing",
                                  line.number),
                      std::string(kAuditName), line.offset);
  }
  return {};
}

/// Rule 4, its last part.
Status check_reachable(const Names& names, const Checkpoint& loaded,
                       const std::vector<Slot>& slots) {
  constexpr const char* kReason = "a number that no writer reaches";
  const CheckpointName& highest = names.checkpoints.front();
  if (highest.number >= kReachableLimit) {
    return make_error(Errc::corrupt, kReason, name_of(highest));
  }
  if (loaded.version.position.segment >= kReachableLimit) {
    return make_error(Errc::corrupt, kReason, name_of({loaded.number, loaded.version.seq}),
                      kPositionOffset);
  }
  for (const Slot& slot : slots) {
    const bool unreachable = slot.readable && slot.header.number >= kReachableLimit;
    if (unreachable) return make_error(Errc::corrupt, kReason, slot.name, kSegmentNumberOffset);
  }
  return {};
}

/// Rule 1, a folder without a checkpoint.
Result<Verdict> judge_unfinished_init(Disk& disk, const Names& names, Hasher& hasher) {
  if (!names.any_of_ours && !names.foreign.empty()) {
    return make_error(Errc::not_a_store, "the folder holds other files and no store");
  }
  Result<std::vector<Slot>> slots = read_slots(disk, names.folder, nullptr, hasher);
  if (!slots) return slots.error();
  Verdict verdict;
  for (const Slot& slot : *slots) {
    const auto record = find_loose_record(disk, slot, nullptr, 0, hasher);
    if (!record) return record.error();
    if (*record) {
      return make_error(Errc::corrupt, "a record of a store whose checkpoint is missing", slot.name,
                        *record);
    }
    if (!slot.readable) continue;
    const Geometry& geometry = slot.header.geometry;
    const bool same = !verdict.unfinished_geometry || *verdict.unfinished_geometry == geometry;
    if (slot.header.number > 1 || !same) {
      return make_error(Errc::corrupt, "a segment of a store whose checkpoint is missing",
                        slot.name, 0);
    }
    verdict.unfinished_geometry = geometry;
    verdict.highest_segment = slot.header.number;
  }
  Result<AuditLog> audit = read_audit(disk, Anchor{}, hasher);
  if (!audit) return audit.error();
  if (Status s = check_finished(*audit, 0); !s) return s.error();
  verdict.audit = std::move(audit).value();
  verdict.slots = std::move(slots).value();
  verdict.report.unfinished_init = true;
  return verdict;
}

/// Rule 2: LoadCheckpoint. The highest valid one; what was passed over stands in the report.
Result<Checkpoint> load_checkpoint(Disk& disk, const Names& names, Report& report, Hasher& hasher) {
  std::optional<Error> newest;
  for (const CheckpointName& name : names.checkpoints) {
    const std::string file = name_of(name);
    Result<Bytes> bytes = read_file(disk, file);
    if (!bytes) return bytes.error();
    Result<Checkpoint> checkpoint = decode_checkpoint(file, *bytes, hasher);
    if (checkpoint) return checkpoint;
    if (checkpoint.error().code != Errc::corrupt) return checkpoint.error();
    report.invalid_checkpoints.push_back(
        {file, checkpoint.error().reason, hasher.hash(view(*bytes))});
    if (!newest) newest = checkpoint.error();
  }
  Ensures(newest.has_value());
  return *newest;
}

/// Rule 7, its last part: an older checkpoint may stand in for a damaged one only where the log
/// reaches all that was in it.
Status check_fallback(const Names& names, std::size_t invalid, const Scan& scan) {
  for (std::size_t i = 0; i < invalid; ++i) {
    const CheckpointName& lost = names.checkpoints[i];
    if (scan.next_seq - 1 < lost.seq) {
      return make_error(Errc::corrupt,
                        fmt::format("the checkpoint is damaged, and the log reaches transaction {} "
                                    "alone",
                                    scan.next_seq - 1),
                        name_of(lost), 0);
    }
    if (scan.highest_behind > scan.end.segment) {
      return make_error(Errc::corrupt,
                        "the checkpoint is damaged, and there are records behind the "
                        "log that an older one begins",
                        name_of(lost), 0);
    }
  }
  return {};
}

void describe(const Scan& scan, const Checkpoint& loaded, bool finished, Report& report) {
  report.checkpoint_number = loaded.number;
  report.checkpoint_seq = loaded.version.seq;
  report.records = scan.records;
  report.transactions = scan.next_seq - 1 - loaded.version.seq;
  report.seq = scan.next_seq - 1;
  report.chain = scan.chain;
  report.tail = scan.tail;
  report.end_file = scan.end_file;
  report.end_offset = scan.end.offset;
  report.discarded = scan.discarded;
  const std::uint64_t confirmed = std::max(finished ? loaded.version.seq : 0, scan.confirmed);
  report.durable = report.seq <= confirmed && (finished || scan.records != 0);
}

/// The root after `seq`, as far as the checkpoint shows it.
std::optional<Digest> root_after(std::uint64_t seq, const Checkpoint& loaded) {
  if (seq == loaded.version.seq) return loaded.version.map.root();
  for (const RememberedId& id : loaded.version.ids.entries()) {
    if (id.seq == seq) return id.root;
  }
  return std::nullopt;
}

/// What the request wants to know of a record.
void answer(const JudgeRequest& request, const ScannedRecord& record, Verdict& verdict) {
  const RecordHeader& header = record.view.header;
  const bool pinned = request.pin_seq && *request.pin_seq >= header.first_seq &&
                      *request.pin_seq < header.first_seq + header.transactions;
  if (pinned) verdict.pin_root = header.root;
  if (request.keep_log) verdict.log.push_back(copy_entry(record));
}

/// The final root is wrong: the first record whose root is, if a second look finds it.
Error locate(Disk& disk, const std::vector<Slot>& slots, const ScanStart& start,
             const Version& from, const Error& found, Hasher& hasher) {
  Redo redo(from, true, hasher);
  const auto add = [&](const ScannedRecord& record) { return redo.add(record); };
  Result<Scan> scan = scan_log(disk, slots, start, add, hasher);
  return scan ? found : scan.error();
}

std::uint64_t highest_number(const std::vector<Slot>& slots, std::uint64_t at_least) {
  std::uint64_t highest = at_least;
  for (const Slot& slot : slots) {
    if (slot.readable) highest = std::max(highest, slot.header.number);
  }
  return highest;
}

}  // namespace

Result<Verdict> judge(Disk& disk, Hasher& hasher, const JudgeRequest& request) {
  Result<Names> names = read_names(disk);
  if (!names) return names.error();
  Verdict verdict;
  if (names->checkpoints.empty()) {
    Result<Verdict> init = judge_unfinished_init(disk, *names, hasher);
    if (!init) return init;
    verdict = std::move(init).value();
  } else {
    Result<Checkpoint> loaded =
        load_checkpoint(disk, *names, verdict.report, hasher);  // LoadCheckpoint
    if (!loaded) return loaded.error();
    Result<AuditLog> audit = read_audit(disk, loaded->anchor, hasher);
    if (!audit) return audit.error();
    if (Status s = check_finished(*audit, names->checkpoints.front().number); !s) return s.error();
    Result<std::vector<Slot>> slots = read_slots(disk, names->folder, &loaded->geometry, hasher);
    if (!slots) return slots.error();
    if (Status s = check_reachable(*names, *loaded, *slots); !s) return s.error();
    const bool finished = !audit->unfinished(loaded->number);
    const ScanStart start{loaded->geometry,         name_of({loaded->number, loaded->version.seq}),
                          loaded->version.position, loaded->version.seq + 1,
                          loaded->version.chain,    !finished};
    if (request.pin_seq) verdict.pin_root = root_after(*request.pin_seq, *loaded);
    Redo redo(loaded->version, request.every_root, hasher);
    const auto add = [&](const ScannedRecord& record) {
      answer(request, record, verdict);
      return redo.add(record);
    };
    Result<Scan> scan = scan_log(disk, *slots, start, add, hasher);  // ScanWal
    if (!scan) return scan.error();
    if (Status s = check_fallback(*names, verdict.report.invalid_checkpoints.size(), *scan); !s) {
      return s.error();
    }
    describe(*scan, *loaded, finished, verdict.report);
    verdict.highest_segment = highest_number(*slots, loaded->version.position.segment);
    Result<Version> redone = redo.finish();  // RedoWal
    if (!redone) return locate(disk, *slots, start, loaded->version, redone.error(), hasher);
    loaded->version = std::move(redone).value();
    verdict.report.count = loaded->version.map.count();
    verdict.report.root = loaded->version.map.root();
    verdict.state = std::move(loaded).value();
    verdict.audit = std::move(audit).value();
    verdict.slots = std::move(slots).value();
  }
  verdict.checkpoints = names->checkpoints;
  verdict.temp_present = names->temp_present;
  verdict.report.foreign = names->foreign;
  verdict.report.audit_lines = verdict.audit.lines().size();
  verdict.report.audit_left_out = verdict.audit.left_out();
  return verdict;
}

}  // namespace plumb
