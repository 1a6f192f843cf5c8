// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The classic commit protocol a second time, in the most obvious way: every file and every name is
// what a running program reads and the set of all that a power cut may leave of it. Written from
// the words of the specification, to be compared with spec/commit/classic.hpp; shared are the rows
// (programs and switches), nothing else.
// Taken from the model, since no words say it: which action changes which counter, that a group's
// transactions start together, that a bare opening looks into the log for its report, that a cut of
// the log is there as a whole or not at all, and what `lost` leaves out.
// Thread-safety: plain values; const functions.
// Spec:          EV-2; AC-1 to AC-6, AC-12.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "commit/classic_state.hpp"
#include "commit/rows.hpp"

namespace plumb::test::naive {

namespace classic {

using Ids = std::set<unsigned>;

/// Key 1, 2, 3 ... is put by that transaction alone, key 0 by every transaction.
using Content = std::map<unsigned, unsigned>;

struct Image {
  Content content;
  unsigned lsn = 0;
  auto operator<=>(const Image&) const = default;
};
/// What can be read of a file; nothing: it is unreadable.
using Bytes = std::optional<Image>;

struct File {
  Bytes cached;
  std::set<Bytes> survive;
  auto operator<=>(const File&) const = default;
};
/// A file by its number; nothing: the name is not there.
using Inode = std::optional<unsigned>;

struct Name {
  Inode cached;
  std::set<Inode> survive;
  auto operator<=>(const Name&) const = default;
};

enum class Kind : std::uint8_t { nothing, torn, glued, prepare, commit };
struct Record {
  Kind kind = Kind::nothing;
  unsigned id = 0;
  auto operator<=>(const Record&) const = default;
  [[nodiscard]] bool readable() const { return kind == Kind::prepare || kind == Kind::commit; }
};
using Records = std::vector<Record>;

enum class Phase : std::uint8_t { running, opening, refused };

struct State {
  // On disk.
  Records log;                ///< what a program reads; of a preallocated file, every block
  std::set<Records> survive;  ///< growing file: all that a power cut may leave
  std::vector<std::set<Record>> blocks;  ///< preallocated file: the same for each block
  std::map<unsigned, File> files;
  Name state, temp;

  // In memory.
  Phase phase = Phase::running;
  unsigned pc = 0;
  unsigned append_at = 0;  ///< preallocated file: where the next record goes
  Records buffer;
  bool flush_owes_sync = false;
  std::optional<Content> visible;  ///< what readers see; in an opening, what they will see
  unsigned lsn = 0;                ///< opening: of the image that was loaded
  Ids flying, prepared, committed, rolled_back;

  // What the properties remember.
  unsigned crashes = 0, started = 0;
  Ids promised, lost;
  std::optional<Ids> expected;  ///< what an undisturbed opening would show

  auto operator<=>(const State&) const = default;
};

}  // namespace classic

class Classic {
 public:
  using State = classic::State;
  using Op = spec::commit::Op;
  using Seen = spec::commit::classic::State;
  struct Step {
    Op op;
    State to;
  };
  /// One rule bent, which a comparison must notice.
  enum class Twist : std::uint8_t {
    none,
    power_cut_keeps_all,
    kill_loses_the_cache,
    torn_tails_dropped,
    sync_wal_forgets,
    sync_dir_forgets,
    rename_is_atomic,
    replay_ignores_lsn,
  };

  Classic(const spec::commit::Row& row, const spec::commit::Bounds& bounds,
          Twist twist = Twist::none)
      : row_(row), bounds_(bounds), twist_(twist) {}

  [[nodiscard]] State initial() const;
  [[nodiscard]] std::vector<Step> steps(const State& s) const;
  /// The state of the model that this one is, as it is observed.
  [[nodiscard]] Seen seen(const State& s) const;
  /// A state of the model without what nobody can observe.
  [[nodiscard]] static Seen observed(const spec::commit::Row& row, Seen s);

 private:
  using Steps = std::vector<Step>;
  using Ids = classic::Ids;
  using Record = classic::Record;
  using Records = classic::Records;

  void program_step(const State& s, Steps& steps) const;
  void flush(State s, Steps& steps) const;
  void committing(Op op, State s, Steps& steps) const;
  void opening(Op op, State s, Steps& steps) const;
  [[nodiscard]] bool file_action(Op op, State& s) const;
  [[nodiscard]] unsigned next_to_prepare(const State& s) const;
  [[nodiscard]] classic::Content with_flying(const State& s) const;
  void load_checkpoint(State& s) const;
  void scan_wal(State& s) const;
  void cut_tail(const State& s, Steps& steps) const;
  static void open(State& s);
  [[nodiscard]] static bool nothing_pending(const State& s);
  [[nodiscard]] Ids undisturbed(State s) const;

  void append(State& s, Record record) const;
  void sync_log(State& s) const;
  void write_over(State& to, const Records& written, const State& from) const;
  void write_temp(State& s, const classic::Content& content) const;
  [[nodiscard]] std::vector<Records> logs(const State& s) const;
  void background_write(const State& s, Steps& steps) const;
  void power_cut(const State& s, Steps& steps) const;
  void kill(const State& s, Steps& steps) const;

  spec::commit::Row row_;
  spec::commit::Bounds bounds_;
  Twist twist_;
};

}  // namespace plumb::test::naive
