// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The rows, and how they are told; see faults.hpp.
#include "crash/faults.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "crash/campaign.hpp"

namespace plumb::crash {
namespace {

using Json = nlohmann::ordered_json;

const std::array<Fault, 24>& table() {
  static const std::array<Fault, 24> kTable{{
      {1,
       "process kill at any call",
       "the cached side as it is at each call, and each prefix of the write in flight",
       {"audit.campaign", "powercut.shutdown_ext4"},
       "what was acknowledged, or one more",
       fault_kill},
      {2,
       "power cut, all that is not synced is lost",
       "the durable side at each call",
       {"powercut.shutdown_ext4", "powercut.shutdown_ext4-writeback",
        "powercut.shutdown_ext4-nojournal", "powercut.shutdown_xfs", "powercut.images_btrfs"},
       "nothing acknowledged is lost",
       fault_cut_loses_all},
      {3,
       "power cut, any subset survives",
       "the crash states of posix-min at each call",
       {"powercut.images_ext4", "powercut.images_xfs", "powercut.images_btrfs"},
       "as 2",
       fault_cut_loses_any},
      {4,
       "a new, renamed or removed name is lost",
       "crash states of posix-min without a change of the folder",
       {"powercut.shutdown_ext4", "powercut.images_ext4", "powercut.images_btrfs"},
       "as 2",
       fault_names_lost},
      {5,
       "a rename torn: both names are gone",
       "crash states of posix-min that lack source and destination (no Linux filesystem tears it)",
       {},
       "the older checkpoint and the log, or a refusal; never an empty state",
       fault_rename_split},
      {6,
       "torn write of the log",
       "crash states in which a write to the log is there in part: sectors, size, filling",
       {"powercut.images_ext4", "powercut.short_tmpfs",
        "vectors/families_test.cpp: torn_at_every_byte"},
       "the tail ends the log, nothing is appended behind it",
       fault_torn_log},
      {7,
       "torn temporary file",
       "crash states in which checkpoint.tmp is there in part",
       {"powercut.images_ext4", "powercut.shutdown_ext4"},
       "not read; removed after the verdict",
       fault_torn_temp},
      {8,
       "damage in the middle of the log",
       "each byte of each record changed",
       {"cli/bad_folder_test.cpp: damaged_record_that_a_later_one_confirms_is_refused",
        "vectors/every_bit_test.cpp: of_log_behind_checkpoint"},
       "refused; damage to the last record alone is a torn tail",
       fault_damaged_log},
      {9,
       "bit rot",
       "each byte of each file reads as another",
       {"cli/bad_folder_test.cpp: damaged_checkpoint_is_refused",
        "cli/bad_folder_test.cpp: broken_audit_log"},
       "refused, or the right content; never a wrong one",
       fault_bit_rot},
      {10,
       "lost or misdirected write",
       "each write is acknowledged and lost, or lands elsewhere; then the power goes",
       {"vectors/golden_test.cpp: refused_stores_are_not_opened_and_not_changed"},
       "refused, or the right content; of the last record: a torn tail",
       fault_lost_write},
      {11,
       "no space at any write, creation or rename",
       "ENOSPC from each changing call, and disks of each size",
       {"powercut.full_ext4", "disk/posix_mount_test.cpp: full_disk_is_no_space_and_stays_usable"},
       "before the record: not committed, the store goes on; at the record: as 13",
       fault_no_space},
      {12,
       "short write",
       "each write stores a part and fails",
       {"powercut.short_tmpfs",
        "disk/posix_calls_test.cpp: short_and_interrupted_writes_are_completed"},
       "it fails; no record is glued to the part",
       fault_short_write},
      {13,
       "a call fails with EIO",
       "each call; syncs with content kept or gone, told now or at the next one, in two lives",
       {"powercut.inject_ext4",
        "disk/posix_calls_test.cpp: failed_syncs_are_reported_once_and_never_retried"},
       "no acknowledgement, no retry; a new opening decides",
       fault_io_error},
      {14,
       "syncs lie",
       "every sync and direct write answers success and makes nothing durable; power cuts",
       {"powercut.images_ext4"},
       "content is S(p) for some p or refused: durability cannot be had, integrity holds",
       fault_lying_sync},
      {15,
       "crash in the recovery, again and again",
       "chains of two crashes",
       {"powercut.shutdown_ext4", "audit.campaign"},
       "the same content as of one opening",
       fault_crash_in_recovery},
      {16,
       "crash in a checkpoint",
       "crash states of posix-min at each call of one",
       {"powercut.shutdown_xfs", "powercut.images_xfs"},
       "nothing acknowledged is lost",
       fault_crash_in_checkpoint},
      {17,
       "first start in an empty or half-made folder",
       "crash states of posix-min at each call of a first opening; the folder itself lost",
       {"powercut.images_ext4", "powercut.full_ext4"},
       "an empty store, no refusal",
       fault_first_start},
      {18,
       "files missing, empty, cut, old, or of another kind",
       "each file of a store, each way: a pinned verdict for each cell",
       {"vectors/golden_test.cpp: library_gives_the_verdict_and_changes_nothing",
        "cli/bad_folder_test.cpp: foreign_file_is_reported_and_left_alone"},
       "the verdict of the cell",
       fault_missing_files},
      {19,
       "an old copy of the whole folder is put back",
       "the files of an earlier state, read without and with a pin",
       {"cli/verbs_test.cpp: verify_against_a_pin"},
       "accepted without a pin (nothing inside can tell); refused with one",
       fault_rollback},
      {20,
       "two writers",
       "a second opening, and a reader, beside a writer at each step of its work",
       {"cli/bad_folder_test.cpp: live_store_is_locked",
        "disk/posix_disk_test.cpp: lock_excludes_another_process"},
       "refused by the lock before any call that changes something",
       fault_two_writers},
      {21,
       "repeated, hostile or over-long transaction ids",
       "ids of every byte, paths, and lengths up to and over the limit",
       {"cli/bad_input_test.cpp: hostile_bytes_are_data",
        "cli/bad_input_test.cpp: id_at_and_over_its_limit",
        "cli/verbs_test.cpp: repeated_id_returns_the_old_receipt_or_is_refused"},
       "data, or refused before any write; a repeat gets the old receipt",
       fault_hostile_ids},
      {22,
       "read-only filesystem, no rights, no descriptors",
       "EROFS, EACCES and EMFILE from one call on",
       {"cli/bad_folder_test.cpp: read_only_store_can_be_read",
        "disk/posix_mount_test.cpp: folder_without_rights_is_a_clean_error",
        "crash/faults_real_test.cpp: descriptors_run_out"},
       "a clean failure, the content unchanged, usable later",
       fault_no_rights},
      {23,
       "the clock jumps",
       "this program's clock jumps by years at each reading while a store works",
       {"crash/faults_real_test.cpp: the_clock_jumps"},
       "the same bytes: no clock is read",
       fault_clock},
      {24,
       "log and state on different filesystems",
       "each file in turn answers as one of another filesystem does",
       {"powercut.two_ext4", "disk/posix_mount_test.cpp: file_of_another_filesystem_is_refused"},
       "refused, not a byte changed",
       fault_two_filesystems},
  }};
  return kTable;
}

const char* verdict_of(int status) {
  return status == kHolds ? "as expected" : status == kViolated ? "VIOLATED" : "VOID";
}

}  // namespace

Seen::Seen(std::initializer_list<const char*> must) {
  for (const char* const what : must) counts_[what] = 0;
}

void Seen::require(bool holds, const std::string& what) {
  if (!holds) violated(what);
}

void Seen::violated(const std::string& what) {
  if (violations_++ == 0) first_ = what;
}

std::string Seen::why_void() const {
  const auto never = std::ranges::find_if(counts_, [](const auto& c) { return c.second == 0; });
  if (never != counts_.end()) return "never: " + never->first;
  return counts_.empty() ? "nothing was counted" : "";
}

int Seen::status() const {
  if (violations_ != 0) return kViolated;
  return why_void().empty() ? kHolds : kNotDecided;
}

std::string Seen::text() const {
  std::string text;
  for (const auto& [what, times] : counts_) text += fmt::format("{} {}, ", times, what);
  text += fmt::format("{} violations", violations_);
  if (violations_ != 0) return text + "; the first: " + first_;
  const std::string empty = why_void();
  return empty.empty() ? text : text + "; void, " + empty;
}

std::span<const Fault> faults() { return table(); }

int status_of(const std::vector<FaultRow>& rows) {
  const auto is = [](int status) {
    return [status](const FaultRow& row) { return row.seen.status() == status; };
  };
  if (std::ranges::any_of(rows, is(kViolated))) return kViolated;
  return rows.empty() || std::ranges::any_of(rows, is(kNotDecided)) ? kNotDecided : kHolds;
}

std::string to_text(const std::vector<FaultRow>& rows) {
  std::string text;
  for (const auto& [fault, seen] : rows) {
    text += fmt::format("{:>2} {}: {}\n   simulated: {}\n   seen:      {}\n", fault->number,
                        fault->words, verdict_of(seen.status()), fault->simulated, seen.text());
    text += fmt::format(
        "   expected:  {}\n   real:      {}\n", fault->expected,
        fault->real.empty() ? "simulation alone" : fmt::format("{}", fmt::join(fault->real, "; ")));
  }
  return text + fmt::format("{} faults: {}\n", rows.size(), verdict_of(status_of(rows)));
}

std::string to_json(const std::vector<FaultRow>& rows) {
  Json all = Json::array();
  for (const auto& [fault, seen] : rows) {
    all.push_back({{"fault", fault->number},
                   {"words", fault->words},
                   {"simulated", fault->simulated},
                   {"real", fault->real},
                   {"expected", fault->expected},
                   {"verdict", verdict_of(seen.status())},
                   {"seen", seen.counts()},
                   {"violations", seen.violations()},
                   {"first_violation", seen.first()}});
  }
  const int status = status_of(rows);
  return Json{{"verdict", verdict_of(status)}, {"status", status}, {"faults", all}}.dump(
             -1, ' ', false, Json::error_handler_t::replace) +
         '\n';
}

}  // namespace plumb::crash
