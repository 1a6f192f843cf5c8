// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A disk whose power can be cut: the contract of disk.hpp for a running system, and beside it what
// of every file and of the folder is durable, by the rules of a profile. crash_states.hpp
// enumerates what a power cut leaves.
// Faults are planned by fail(): calls that fail, a full disk, and, below the calls, bit rot, lost
// and misdirected writes and syncs that lie. Each that happened is counted.
// Invariants:    names are plain; an open file lives on when its name goes.
// Thread-safety: the calls of Disk as disk.hpp says, by one mutex, which the watcher is called
//                under: it must not call Disk's calls of this disk. All others by one thread, while
//                no other one uses the disk.
// Spec:          AC-8, AC-9, AC-13; spec/ASSUMPTIONS.md; tests/sim/README.md.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "disk/disk.hpp"
#include "sim/image.hpp"
#include "sim/profile.hpp"
#include "sim/state.hpp"

namespace plumb::sim {

enum class CallKind : std::uint8_t {
  open,
  open_create,
  close,
  read,
  write,
  write_direct,
  preallocate,
  sync_data,
  sync_all,
  size,
  rename,
  unlink,
  list,
  sync_folder,
  sync_parent,
  lock,  ///< creates the file where it is exclusive and there is none
  direct_block,
};

[[nodiscard]] const char* name_of(CallKind kind) noexcept;

struct Call {
  CallKind kind = CallKind::open;
  std::string name;  ///< of the file when the call began
  std::string to;    ///< rename
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  ByteView bytes;      ///< write
  unsigned index = 0;  ///< how many calls this disk had before, of every kind
};

enum class Moment : std::uint8_t {
  issued,    ///< its changes are pending, it has not returned (a sync has synced nothing yet)
  returned,  ///< it has returned success: what it makes durable is durable
};

enum class FailContent : std::uint8_t { stays, reverts };
enum class FailReport : std::uint8_t { now, next };

/// One call that fails: the one numbered `at`, of every kind, or of `kind` where that is given,
/// counted from 0 from the disk's beginning. Content and report are for syncs of files.
struct Failure {
  unsigned at = 0;
  std::optional<CallKind> kind = std::nullopt;
  int errnum = 5;                            ///< EIO
  std::uint64_t stored = 0;                  ///< write: that many bytes are stored first (R-7)
  FailContent content = FailContent::stays;  ///< Expects that the profile allows it
  FailReport report = FailReport::now;       ///< likewise
  /// sync_folder: what it should have written is never written by a later one either. Beyond A-10,
  /// by which a later sync of the folder covers all that is visible.
  bool names_stay_lost = false;
};

/// A bit of a file that reads as its opposite.
struct BitRot {
  std::string name;
  std::uint64_t offset = 0;
  unsigned bit = 0;
};

struct Faults {
  std::vector<Failure> failures = {};
  std::optional<std::uint64_t> capacity =
      std::nullopt;                        ///< bytes of all files with a name; beyond: ENOSPC
  std::vector<BitRot> rot = {};            ///< read flips the bit; what is stored is as it was
  std::vector<unsigned> lost_writes = {};  ///< numbers among write and write_direct, from 0
  std::vector<unsigned> misdirected_writes = {};  ///< likewise; where there is no other place: lost
  bool lying_syncs = false;  ///< a sync, or a direct write, makes nothing durable
  std::uint64_t seed = 1;    ///< where misdirected writes land
};

class SimDisk final : public Disk {
 public:
  /// A folder with those files, all of it durable. The profile must outlive the disk.
  explicit SimDisk(const Profile& profile, const Image& start = {});

  using Watcher = std::function<void(const SimDisk&, const Call&, Moment)>;
  /// Called for every call that changes or syncs something and does not fail; at `issued` failing
  /// syncs too, whose outcome is still open.
  void watch(Watcher watcher) { watcher_ = std::move(watcher); }
  /// Replaces the plan.
  void fail(Faults faults);
  [[nodiscard]] std::uint64_t faults_fired() const noexcept { return faults_fired_; }
  /// Calls so far, of every kind or of one: what Failure::at counts.
  [[nodiscard]] unsigned calls() const noexcept { return calls_; }
  [[nodiscard]] unsigned calls(CallKind kind) const {
    return calls_of_kind_.at(static_cast<std::size_t>(kind));
  }
  /// The folder itself is new: a power cut may lose it, with all that is in it, until sync_parent
  /// or what else the profile says.
  void folder_is_new() noexcept { state_.folder_pending = true; }
  /// From now on direct access is refused, or takes blocks of that many bytes.
  void refuse_direct() noexcept { direct_block_ = 0; }
  void set_direct_block(std::uint32_t bytes) noexcept { direct_block_ = bytes; }

  /// What a running process reads: what a kill leaves.
  [[nodiscard]] Image visible() const { return state_.image(false); }
  /// What a power cut leaves if nothing pending survives and new space holds zeros.
  [[nodiscard]] Image durable() const { return state_.image(true); }
  /// How many changes a power cut may drop.
  [[nodiscard]] std::size_t pending() const { return state_.pending(); }
  [[nodiscard]] const Profile& profile() const noexcept { return *state_.profile; }
  [[nodiscard]] const State& state() const noexcept { return state_; }
  /// A new process on the same running system: the same cached and pending state, no handles, no
  /// locks, no planned failures (the other faults stay).
  [[nodiscard]] std::unique_ptr<SimDisk> after_kill() const;

  [[nodiscard]] Result<Handle> open(std::string_view name, Access access) override;
  Status close(Handle file) override;
  [[nodiscard]] Result<std::size_t> read(Handle file, std::uint64_t offset, ByteSpan into) override;
  [[nodiscard]] Status write(Handle file, std::uint64_t offset, ByteView bytes) override;
  [[nodiscard]] Status preallocate(Handle file, std::uint64_t size) override;
  [[nodiscard]] Status sync_data(Handle file) override;
  [[nodiscard]] Status sync_all(Handle file) override;
  [[nodiscard]] Result<std::uint64_t> size(Handle file) override;
  [[nodiscard]] Status rename(std::string_view from, std::string_view to) override;
  [[nodiscard]] Status unlink(std::string_view name) override;
  [[nodiscard]] Result<std::vector<FolderEntry>> list() override;
  [[nodiscard]] Status sync_folder() override;
  [[nodiscard]] Status sync_parent() override;
  [[nodiscard]] Result<Handle> lock(std::string_view name, LockKind kind) override;
  [[nodiscard]] Result<std::uint32_t> direct_block(std::string_view name) override;

 private:
  struct Open {
    NodeId node = kNoNode;  // kNoNode: closed
    bool writable = false;
    bool direct = false;
    bool locks = false;
    LockKind kind = LockKind::shared;
  };
  static constexpr std::size_t kCallKinds = 17;

  [[nodiscard]] Handle add(const Open& open);
  [[nodiscard]] Open& find(Handle file);
  [[nodiscard]] std::string name_of_node(NodeId id) const;
  [[nodiscard]] Call begin(CallKind kind, std::string_view name);
  [[nodiscard]] const Failure* failure() const;
  [[nodiscard]] Error failed(const Failure& failure, const Call& call);
  void tell(const Call& call, Moment moment) const;
  [[nodiscard]] Status store(const Open& open, Call& call, ByteView bytes);
  [[nodiscard]] Status sync_file(Handle file, CallKind kind);
  [[nodiscard]] Status fail_sync(const Failure& failure, const Call& call, NodeId id);
  [[nodiscard]] Landing landing_of(unsigned number) const;

  mutable std::mutex mutex_;  // guards all below in the calls of Disk
  State state_;
  std::vector<Open> open_;  // a handle is an index into it plus one: none is ever reused
  Faults faults_;
  Watcher watcher_;
  std::uint64_t faults_fired_ = 0;
  std::uint64_t random_ = 1;
  std::uint32_t direct_block_ = kSectorBytes;
  unsigned calls_ = 0;
  unsigned writes_ = 0;
  CallKind kind_ = CallKind::open;  // of the call that runs
  std::array<unsigned, kCallKinds> calls_of_kind_{};
};

}  // namespace plumb::sim
