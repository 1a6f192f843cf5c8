// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Turns what one chain of lives does on its disk into events of the specification. A life's calls
// come from the simulated disk, which tells them; the store is never asked what it does. What it is
// asked is what its clients may ask: the state that readers see.
// Actions without a call are told between their neighbours: LoadCheckpoint, ScanWal and RedoWal
// before the first write of an opening, RecycleWal behind DropOld, Ack when readers see the
// transaction. Each event shows the fields that the folder then has (fields.hpp).
// Invariants:    once fault() is set nothing more is recorded.
// Thread-safety: none; a Recorder is a value, and a copy goes on from the same past.
// Spec:          EV-3; spec/commit/rows.hpp (Op).
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "refine/fields.hpp"
#include "refine/mapping.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::refine {

using spec::trace::Event;

/// Where a store's program has its checkpoint's DropOld, which may have no call: behind SyncDir, as
/// the protocol says, or as a wrong store has it whose row is another one.
enum class Order : std::uint8_t {
  as_specified,
  without_sync_dir,  ///< Rename DropOld RecycleWal
  drop_first,        ///< Rename DropOld SyncDir RecycleWal
};

class Recorder {
 public:
  /// The mapping must outlive the recorder and its copies.
  Recorder(Shape shape, Hasher& hasher, const Mapping& rules = mapping(),
           Order order = Order::as_specified)
      : book_(shape, hasher), rules_(&rules), order_(order) {}

  /// What readers see of the store, its root; nothing while it is closed or opening.
  using Readers = std::function<std::optional<Digest>()>;

  /// A process begins on the disk.
  void begin(const sim::SimDisk& disk);
  void call(const sim::SimDisk& disk, const sim::Call& call, sim::Moment moment,
            const Readers& readers);
  /// The opening has finished, and readers see that root; or it has failed; or it was refused.
  void opened(const sim::SimDisk& disk, const Digest& root);
  void failed(const sim::SimDisk& disk);
  void refused(const sim::SimDisk& disk);
  /// An operation has returned, and readers see that root.
  void returned(const sim::SimDisk& disk, const Digest& root);
  /// The process is gone: everything that is pending stays so.
  void kill(const sim::SimDisk& disk);
  /// The power is gone, and left that.
  void power_cut(const sim::Image& left);

  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  /// What is no action, or no part of one at its place.
  [[nodiscard]] const std::optional<std::string>& fault() const { return fault_; }
  [[nodiscard]] unsigned started() const { return book_.started(); }
  /// Whether the model's process is there: not after an opening that failed.
  [[nodiscard]] bool alive() const { return life_.alive; }
  [[nodiscard]] unsigned count(std::string_view action) const;

 private:
  struct SlotFile {
    bool named = true;    // its name is synced
    bool whole = true;    // its zeros are
    bool filled = false;  // zeros are written
    bool header_synced = false;
    bool record_last = false;  // what was written last
  };
  struct Life {
    bool running = false;
    bool alive = true;
    bool judged = false;  // LoadCheckpoint ScanWal RedoWal are told
    bool cleaned = false;
    bool audit_new = false;       // its name is not synced
    bool audit_waits = false;     // written and synced, its name is not
    bool renamed = false;         // and the folder not synced
    bool drop_due = false;        // SyncDir is told, DropOld is not
    bool drop_begun = false;      // but an old checkpoint is unlinked
    bool removed = false;         // something of CleanTemp, or an abandoned file
    std::string adding;           // the slot between the halves of AddSegment
    unsigned temp = 0;            // number of the checkpoint being written
    std::optional<Part> syncing;  // a sync that was issued and has not returned
    std::map<std::string, SlotFile, std::less<>> slots;
    std::optional<Digest> shown;
  };

  void tell(std::string_view action, std::vector<Seen> seen = {});
  void tell_with(std::string_view action, const sim::SimDisk& disk, std::vector<Seen> more = {});
  void fail(std::string what);
  void take(Part part, const sim::SimDisk& disk, const sim::Call& call);
  void before(Part part, const sim::SimDisk& disk);
  void finish_drop();
  void sync_failed(const sim::SimDisk& disk);
  void cut_short();
  void temp_written(const sim::SimDisk& disk, const sim::Call& call);
  void renamed(const sim::SimDisk& disk, const sim::Call& call);
  void folder_synced(const sim::SimDisk& disk);
  void header_written(const sim::SimDisk& disk, const sim::Call& call);
  void header_synced(const sim::SimDisk& disk, const std::string& name);
  void slot_synced(const sim::SimDisk& disk, const std::string& name);
  void readers_see(const Digest& root);

  Book book_;
  const Mapping* rules_;
  Order order_;
  Life life_;
  std::vector<Event> events_;
  std::vector<Seen> drop_seen_;  // the disk's fields behind the last unlink of a DropOld
  std::optional<std::string> fault_;
};

}  // namespace plumb::refine
