// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden commit protocol a second time, in the most obvious way: every header, block, name,
// file and audit line is what programs read and the list of all that a power cut may leave of it.
// Written from the words of the specification, to be compared with spec/commit/golden.hpp; shared
// are the rows (programs and switches), nothing else.
// Taken from the model, since no words say it: which action changes which counter, which actions
// have two halves, which steps of a program are passed over, where a fault may hit, that a pending
// item which is written over is first settled, which audit lines are forgotten, and what `lost`
// leaves out.
// Thread-safety: plain values; const functions.
// Spec:          EV-2; AC-1 to AC-16; FORMAT.md, section 6.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "commit/golden_state.hpp"
#include "commit/rows.hpp"

namespace plumb::test::naive {

namespace golden {

using Ids = std::set<unsigned>;

/// Something on disk that is written as a whole, or torn.
template <class T>
struct Item {
  T cached{};                ///< what programs read
  T before{};                ///< what surely was on disk when it was written last
  std::set<T> survive{T{}};  ///< all that a power cut may leave
  bool dirty = false;        ///< a sync would write it
  auto operator<=>(const Item&) const = default;
};

enum class Bytes : std::uint8_t { nothing, unreadable, whole };

struct Header {
  Bytes bytes = Bytes::nothing;
  unsigned number = 0, salt = 0;
  auto operator<=>(const Header&) const = default;
};
struct Block {
  Bytes bytes = Bytes::nothing;
  Ids ids;       ///< transactions of the record
  Ids previous;  ///< an ideal digest of the record before it: the history up to it
  unsigned durable_seq = 0, number = 0, salt = 0;
  auto operator<=>(const Block&) const = default;
};
enum class Event : std::uint8_t { nothing, torn, init, open, end };
struct Line {
  Event event = Event::nothing;
  Ids found;
  auto operator<=>(const Line&) const = default;
};

struct Segment {
  Item<Header> header;
  std::vector<Item<Block>> blocks;
  auto operator<=>(const Segment&) const = default;
};
struct Place {
  unsigned number = 0, slot = 0;
  auto operator<=>(const Place&) const = default;
};
/// The file of a checkpoint: what was written to it, and whether that can be read.
struct Image {
  unsigned number = 0;
  Ids content;
  Place position;
  unsigned anchor = 0;
  auto operator<=>(const Image&) const = default;
};
struct File {
  Image image;
  Item<bool> intact;
  auto operator<=>(const File&) const = default;
};
/// A file by its number; nothing: the name is not there.
using Inode = std::optional<unsigned>;
using Name = Item<Inode>;

enum class Phase : std::uint8_t { running, opening, poisoned, refused };

struct State {
  // On disk.
  std::vector<Segment> segments;
  std::map<unsigned, Name> checkpoints;  ///< by the number in the name; the seq is the image's
  Name temp;
  std::map<unsigned, File> files;
  std::vector<Item<Line>> audit;

  // In memory.
  Phase phase = Phase::opening;
  unsigned pc = 0, sync_pc = 0, checkpoint_pc = 0;
  bool half = false;  ///< AddSegment, LogAudit: written, not yet synced
  bool refuses = false, first_start = false;
  Ids visible;                         ///< what readers see; in an opening, what they will see
  Ids written, durable;                ///< the log; in an opening, what ScanWal read
  std::optional<Ids> syncing;          ///< what a running sync of the syncing thread covers
  Ids checkpointed;                    ///< the newest confirmed checkpoint
  Inode active;                        ///< segment
  unsigned next_slot = 0, number = 0;  ///< where the log goes on, the newest segment's number
  std::set<unsigned> spares;           ///< segments
  unsigned checkpoint_number = 0;      ///< the last one used
  unsigned loaded = 0, anchor = 0, need_seq = 0;  ///< opening
  unsigned confirmed = 0;                         ///< audit lines whose sync returned 0

  // What the properties remember.
  unsigned crashes = 0, io_errors = 0, disk_full = 0, rots = 0, started = 0;
  bool rotted = false;
  Ids promised, lost, acked, rotten;
  std::optional<Ids> expected;
  unsigned audited = 0;

  auto operator<=>(const State&) const = default;
};

}  // namespace golden

class Golden {
 public:
  using State = golden::State;
  using Op = spec::commit::Op;
  using Seen = spec::commit::golden::State;
  struct Step {
    Op op;
    State to;
  };

  /// One rule bent, which a comparison must notice.
  enum class Twist : std::uint8_t {
    none,
    power_cut_keeps_all,
    torn_blocks_dropped,
    sync_wal_forgets,
    sync_dir_forgets,
    failed_sync_is_retried,
  };

  Golden(const spec::commit::Row& row, const spec::commit::Bounds& bounds,
         Twist twist = Twist::none)
      : row_(row), bounds_(bounds), twist_(twist) {}

  [[nodiscard]] State initial() const;
  [[nodiscard]] std::vector<Step> steps(const State& s) const;
  /// The state of the model that this one is, as it is observed.
  [[nodiscard]] Seen seen(const State& s) const;
  /// A state of the model without what nobody can observe.
  [[nodiscard]] static Seen observed(const spec::commit::Row& row, Seen s);

 private:
  enum class Thread : std::uint8_t { committer, syncer, checkpointer, opening };
  using Steps = std::vector<Step>;
  using States = std::vector<State>;

  // ---- threads
  [[nodiscard]] const spec::commit::Program& program(Thread t) const;
  static unsigned& pc(State& s, Thread t);
  [[nodiscard]] bool nothing_to_do(Thread t, Op op, unsigned at, const State& s) const;
  [[nodiscard]] bool has_room(const State& s) const;
  void run(Thread t, State s, Steps& steps) const;
  void act(Thread t, Op op, const State& s, Steps& steps) const;
  void go_on(Thread t, State s, Op op, Steps& steps) const;

  // ---- actions
  void add_segment(Thread t, const State& s, Steps& steps) const;
  void append_wal(Thread t, const State& s, Steps& steps) const;
  void sync_wal(Thread t, const State& s, Steps& steps) const;
  [[nodiscard]] static golden::Ids next_ack(const State& s);
  [[nodiscard]] bool may_ack(const State& s) const;
  void write_temp(Thread t, const State& s, Steps& steps) const;
  [[nodiscard]] static golden::Place behind(const State& s, const golden::Ids& version);
  static void rename(State& s);
  static void drop_old(State& s);
  void recycle(State& s) const;
  static void remove_temp(State& s);

  // ---- opening
  void opening(Op op, const State& s, Steps& steps) const;
  void load_checkpoint(State& s) const;
  void scan_wal(State& s) const;
  [[nodiscard]] bool is_unfinished_init(const State& s) const;
  void log_audit(const State& s, Steps& steps) const;
  void open(State& s) const;
  [[nodiscard]] std::optional<golden::Ids> undisturbed(State s) const;

  // ---- environment
  void failed_write(State s, const std::optional<golden::Block>& stored, Steps& steps) const;
  void failed_sync(Thread t, const State& s, Steps& steps) const;
  void disk_full(Thread t, const State& s, Steps& steps) const;
  void bit_rot(const State& s, Steps& steps) const;
  void power_cut(const State& s, Steps& steps) const;
  static void stop(State& s);
  static void poison(State& s);

  spec::commit::Row row_;
  spec::commit::Bounds bounds_;
  Twist twist_;
};

}  // namespace plumb::test::naive
