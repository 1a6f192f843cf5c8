// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Calls as events; see recorder.hpp.
#include "refine/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crash/words.hpp"

namespace plumb::refine {
namespace {

bool is_sync(const sim::Call& call) {
  return crash::is_sync(call) || call.kind == sim::CallKind::sync_parent;
}

Seen temp_of(const sim::SimDisk& disk) {
  const bool there = disk.visible().files.contains("checkpoint.tmp");
  return {"temp file", there ? "left" : "none", false};
}

Seen content(const std::optional<Ids>& ids) {
  return {"content", ids ? words_of(*ids) : "?", false};
}

}  // namespace

unsigned Recorder::count(std::string_view action) const {
  return static_cast<unsigned>(std::ranges::count(events_, action, &Event::action));
}

void Recorder::tell(std::string_view action, std::vector<Seen> seen) {
  if (!fault_) events_.push_back({std::string(action), std::nullopt, std::move(seen)});
}

void Recorder::tell_with(std::string_view action, const sim::SimDisk& disk,
                         std::vector<Seen> more) {
  if (fault_) return;
  std::vector<Seen> seen = book_.fields(disk.visible());
  seen.insert(seen.end(), more.begin(), more.end());
  tell(action, std::move(seen));
}

void Recorder::fail(std::string what) {
  if (!fault_) fault_ = std::move(what);
}

void Recorder::begin(const sim::SimDisk& disk) {
  life_ = {};
  const sim::Image folder = disk.visible();
  // A first start syncs the name of its audit log, whoever made it, before the checkpoint has one.
  book_.begin(folder);
  life_.audit_new = checkpoint_numbers(folder).empty();
  for (const auto& [name, bytes] : folder.files) {
    if (!name.starts_with("log-")) continue;
    life_.slots[name].whole = Book(book_).note_header(*bytes);
  }
}

void Recorder::call(const sim::SimDisk& disk, const sim::Call& call, sim::Moment moment,
                    const Readers& readers) {
  if (fault_) return;
  const bool begins = moment == sim::Moment::issued;
  if (begins && life_.syncing) sync_failed(disk);
  if (!is_known(*rules_, call)) {
    fail("no part of any action: " + crash::words_of(call));
    return;
  }
  if (begins && life_.running) {
    if (const std::optional<Digest> root = readers()) readers_see(*root);
  }
  if (is_sync(call)) {
    life_.syncing = begins ? part_of(*rules_, call, sim::Moment::returned) : std::nullopt;
  }
  const std::optional<Part> part = part_of(*rules_, call, moment);
  if (!part) return;
  before(*part, disk);
  take(*part, disk, call);
}

/// Actions without a call that stand before this part.
void Recorder::before(Part part, const sim::SimDisk& disk) {
  if (part == Part::lock_made || part == Part::audit_made) return;
  if (!life_.running && !life_.judged) {
    life_.judged = true;
    tell("LoadCheckpoint");
    tell("ScanWal", {{"verdict", "-", false}});
    if (part == Part::audit_written) {
      tell("RedoWal", {content(book_.found(disk.visible()))});
    } else {
      tell("RedoWal");
    }
    return;
  }
  if (life_.drop_due && part != Part::dropped) finish_drop();
  const bool ends = part == Part::audit_written && !life_.running;
  if (ends && !std::exchange(life_.cleaned, true)) tell("CleanTemp", {temp_of(disk)});
}

void Recorder::finish_drop() {
  life_.drop_due = life_.drop_begun = false;
  tell("DropOld", std::exchange(drop_seen_, {}));
  if (order_ != Order::drop_first) tell("RecycleWal");
}

void Recorder::take(Part part, const sim::SimDisk& disk, const sim::Call& call) {
  switch (part) {
    case Part::lock_made:
    case Part::parent_synced:
    case Part::temp_made:
      return;
    case Part::audit_made:
      life_.audit_new = true;
      return;
    case Part::audit_written:
      book_.audit_written();
      tell_with("LogAudit", disk);
      return;
    case Part::audit_synced:
      life_.audit_waits = life_.audit_new;
      if (!life_.audit_new) tell_with("LogAudit", disk);
      return;
    case Part::temp_gone:
      life_.removed = true;
      return;
    case Part::temp_written:
      temp_written(disk, call);
      return;
    case Part::temp_synced:
      tell_with("SyncTemp", disk);
      return;
    case Part::renamed:
      renamed(disk, call);
      return;
    case Part::folder_synced:
      folder_synced(disk);
      return;
    case Part::dropped:
      book_.unlinked(checkpoint_number(call.name).value_or(0));
      if (!life_.drop_due) {
        tell_with("DropOld", disk);
        return;
      }
      life_.drop_begun = true;
      drop_seen_ = book_.fields(disk.visible());
      return;
    case Part::slot_made:
      life_.slots[call.name] = {.named = false, .whole = false};
      return;
    case Part::slot_filled:
      life_.slots[call.name].filled = true;
      return;
    case Part::slot_synced:
      slot_synced(disk, call.name);
      return;
    case Part::slot_gone:
      life_.slots.erase(call.name);
      life_.removed = true;
      return;
    case Part::header_written:
      header_written(disk, call);
      return;
    case Part::header_synced:
      header_synced(disk, call.name);
      return;
    case Part::record_written:
      if (!book_.note_record(text(call.bytes))) {
        fail("no record: " + crash::words_of(call));
        return;
      }
      life_.slots[call.name].record_last = true;
      tell_with("AppendWal", disk, {{"started", std::to_string(book_.started()), false}});
      return;
    case Part::record_synced:
      tell_with("SyncWal", disk);
      return;
  }
}

void Recorder::temp_written(const sim::SimDisk& disk, const sim::Call& call) {
  const std::optional<unsigned> number = book_.note_checkpoint(text(call.bytes), disk.visible());
  if (!number) {
    fail("no checkpoint: " + crash::words_of(call));
    return;
  }
  life_.temp = *number;
  tell_with("WriteTemp", disk, book_.temp(*number));
}

void Recorder::renamed(const sim::SimDisk& disk, const sim::Call& call) {
  const std::optional<unsigned> number = checkpoint_number(call.to);
  if (!number || *number != life_.temp) {
    fail("another name than that of the checkpoint: " + crash::words_of(call));
    return;
  }
  book_.renamed(*number);
  life_.renamed = order_ != Order::without_sync_dir;
  tell_with("Rename", disk, {temp_of(disk)});
  if (order_ == Order::as_specified) return;
  life_.drop_due = true;
  drop_seen_ = book_.fields(disk.visible());
}

/// Whose sync it is, is told by what was done to the folder before it.
void Recorder::folder_synced(const sim::SimDisk& disk) {
  if (std::exchange(life_.audit_new, false)) {
    if (std::exchange(life_.audit_waits, false)) tell_with("LogAudit", disk);
    return;
  }
  if (std::exchange(life_.renamed, false)) {
    book_.names_synced(disk.visible());
    if (order_ == Order::drop_first) {
      tell_with("SyncDir", disk);
      tell("RecycleWal");
      return;
    }
    life_.drop_due = true;
    drop_seen_ = book_.fields(disk.visible());
    tell("SyncDir", drop_seen_);
    return;
  }
  bool named = false;
  for (auto& [name, slot] : life_.slots) named |= !std::exchange(slot.named, true);
  if (named) {
    const auto slot = life_.slots.find(life_.adding);
    const bool done = slot != life_.slots.end() && slot->second.header_synced;
    if (done) header_synced(disk, std::string(life_.adding));
    return;
  }
  if (!std::exchange(life_.removed, false)) fail("a sync of the folder without a cause");
}

void Recorder::header_written(const sim::SimDisk& disk, const sim::Call& call) {
  SlotFile& slot = life_.slots[call.name];
  if (!slot.whole) {
    fail("a header over zeros that are not synced: " + call.name);
    return;
  }
  if (!book_.note_header(text(call.bytes))) {
    fail("no header: " + crash::words_of(call));
    return;
  }
  slot.header_synced = slot.record_last = false;
  life_.adding = call.name;
  tell_with("AddSegment", disk);
}

void Recorder::header_synced(const sim::SimDisk& disk, const std::string& name) {
  SlotFile& slot = life_.slots[name];
  slot.header_synced = true;
  if (life_.adding != name) {
    fail("a sync of a segment without a cause: " + name);
    return;
  }
  if (!slot.named) return;
  life_.adding.clear();
  tell_with("AddSegment", disk);
}

void Recorder::slot_synced(const sim::SimDisk& disk, const std::string& name) {
  SlotFile& slot = life_.slots[name];
  if (slot.record_last) {
    tell_with("SyncWal", disk);
    return;
  }
  if (slot.whole) {
    header_synced(disk, name);
    return;
  }
  if (!slot.filled) {
    fail("a sync of a segment that holds no zeros: " + name);
    return;
  }
  slot.whole = true;
}

/// The sync that was issued last has not returned, and the store has gone on: it failed.
void Recorder::sync_failed(const sim::SimDisk& disk) {
  const Part part = *std::exchange(life_.syncing, std::nullopt);
  bool filling = false;
  bool told = part == Part::audit_synced || part == Part::temp_synced;
  if (part == Part::audit_synced) book_.audit_unknown(disk.visible());
  if (part == Part::slot_synced) {
    filling = std::ranges::any_of(
        life_.slots, [](const auto& slot) { return slot.second.filled && !slot.second.whole; });
    told = !filling;
  }
  if (part == Part::folder_synced) {
    const bool adding =
        std::ranges::any_of(life_.slots, [](const auto& s) { return !s.second.named; });
    told = life_.audit_new || life_.renamed || (adding && !life_.adding.empty());
    if (!life_.audit_new && std::exchange(life_.renamed, false)) book_.names_unknown();
  }
  if (filling) {  // no segment can be had, and nothing usable is left: to the model a full disk
    if (life_.running) book_.note_refused();
    tell("DiskFull");
  }
  if (told) tell_with("IoError", disk);
  if ((told || filling) && !life_.running) life_.alive = false;
}

void Recorder::readers_see(const Digest& root) {
  if (life_.shown == root) return;
  life_.shown = root;
  tell("Ack", {content(book_.of_root(root))});
}

void Recorder::opened(const sim::SimDisk& disk, const Digest& root) {
  if (life_.drop_due) finish_drop();
  life_.running = true;
  life_.shown = root;
  tell_with("Open", disk,
            {content(book_.of_root(root)), temp_of(disk), {"phase", "running", false}});
}

void Recorder::failed(const sim::SimDisk& disk) {
  if (life_.syncing) sync_failed(disk);
  if (life_.alive) kill(disk);
}

void Recorder::refused(const sim::SimDisk& disk) {
  if (!life_.judged) {
    tell("LoadCheckpoint");
    tell("ScanWal");
  }
  tell_with("Refuse", disk);
}

void Recorder::returned(const sim::SimDisk& disk, const Digest& root) {
  if (life_.syncing) sync_failed(disk);
  if (life_.drop_due) finish_drop();
  readers_see(root);
}

/// What of a DropOld that a crash cut short is told: all of it, and nothing is shown of it.
void Recorder::cut_short() {
  life_.syncing.reset();
  if (!life_.drop_begun) return;
  drop_seen_.clear();
  finish_drop();
}

void Recorder::kill(const sim::SimDisk& disk) {
  const bool half = life_.drop_begun;
  cut_short();
  const sim::Image visible = disk.visible();
  if (half) book_.half_dropped(visible);
  book_.killed(visible);
  tell("KillProcess", book_.fields(visible));
  life_ = {};
}

void Recorder::power_cut(const sim::Image& left) {
  cut_short();
  book_.cut(left);
  tell("PowerCut", book_.fields(left));
  life_ = {};
}

}  // namespace plumb::refine
