// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden protocol as a model for the checker: which steps a state has. A running store has up
// to three threads (committer, syncing thread, checkpointer), each with its program; an opening has
// one. Faults are steps as well, where their budget lasts.
// Thread-safety: constant after construction.
// Spec:          AC-1 to AC-16; the variants are rows of table.hpp.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "commit/golden_describe.hpp"
#include "commit/golden_properties.hpp"
#include "commit/key.hpp"

namespace plumb::spec::commit {

class Golden {
 public:
  using State = golden::State;
  static constexpr std::size_t max_key_bytes = sizeof(State);

  Golden(const Row& row, const Bounds& bounds) : row_(row), bounds_(bounds) {
    if (bounds.transactions > golden::kMaxTransactions || bounds.crashes > 7 ||
        bounds.io_errors > 3 || bounds.disk_full > 1 || bounds.rots > 1 ||
        bounds.segments > golden::kSegments || bounds.segment_records > golden::kSlots) {
      throw CapacityExceeded(
          "golden: at most 5 transactions, 7 crashes, 3 I/O errors, 1 full disk, 1 rot, "
          "3 segments of 3 records");
    }
    list_actions();
    list_properties();
  }

  [[nodiscard]] const Row& row() const { return row_; }
  [[nodiscard]] const Bounds& bounds() const { return bounds_; }

  /// An empty folder: the first opening makes the store.
  template <class Emit>
  void initial(Emit&& emit) const {
    State s{};
    s.go(golden::Phase::opening);
    s.disk.temp.may_be_none = 1;
    s.ghost.crashes = bounds_.crashes & 7U;
    s.ghost.io_errors = bounds_.io_errors & 3U;
    s.ghost.disk_full = bounds_.disk_full & 1U;
    s.ghost.rots = bounds_.rots & 1U;
    emit(s);
  }

  template <class Emit>
  void next(const State& s, Emit&& emit) const {
    switch (s.at()) {
      case golden::Phase::refused:
        return;
      case golden::Phase::poisoned:
        break;
      case golden::Phase::opening:
        if (s.process.pc < row_.recovery.size) run(Thread::opening, s, emit);
        rot(s, emit);
        break;
      case golden::Phase::running:
        run(Thread::committer, s, emit);
        if (row_.sync.size > 0) run(Thread::syncer, s, emit);
        if (row_.checkpoint.size > 0) run(Thread::checkpointer, s, emit);
        break;
    }
    if (s.ghost.crashes > 0) crash(s, emit);
  }

  [[nodiscard]] bool terminal(const State& s) const {
    if (s.at() == golden::Phase::refused || s.at() == golden::Phase::poisoned) return true;
    return s.at() == golden::Phase::running && s.ghost.started >= bounds_.transactions &&
           s.process.own == s.process.chain && s.process.durable == s.process.chain;
  }

  [[nodiscard]] std::span<const ActionInfo> actions() const { return actions_; }
  [[nodiscard]] std::span<const PropertyInfo> properties() const { return infos_; }
  [[nodiscard]] bool holds(std::size_t property, const State& s) const {
    const Property p = properties_[property];
    return static_cast<std::size_t>(p) < kClaims && golden::holds(row_, p, s);
  }
  [[nodiscard]] bool holds(std::size_t property, const State& from, ActionId action, Choice,
                           const State& to) const {
    const Property p = properties_[property];
    const Op op = static_cast<Op>(action);
    return static_cast<std::size_t>(p) < kClaims ? golden::holds(row_, bounds_, p, op, from, to)
                                                 : golden::witness(row_, p, op, from, to);
  }

  std::size_t encode(const State& s, std::byte* out) const { return encode_state(s, out); }
  [[nodiscard]] State decode(std::span<const std::byte> key) const {
    return decode_state<State>(key);
  }

  [[nodiscard]] std::string describe_choice(ActionId action, Choice choice,
                                            const State& from) const {
    std::string words;
    next(from, [&](ActionId a, Choice c, const State& to) {
      if (a == action && c == choice) words = golden::words_of(static_cast<Op>(a), from, to);
    });
    return words;
  }
  template <class Field>
  void describe(const State& s, Field&& field) const {
    golden::describe(row_, s, field);
  }

 private:
  enum class Thread : std::uint8_t { committer, syncer, checkpointer, opening };
  using Items = golden::Items;

  static constexpr ActionId id(Op op) { return static_cast<ActionId>(op); }
  [[nodiscard]] const Program& program(Thread t) const {
    return t == Thread::committer ? row_.commit
           : t == Thread::syncer  ? row_.sync
           : t == Thread::opening ? row_.recovery
                                  : row_.checkpoint;
  }
  static unsigned pc(const State& s, Thread t) {
    return t == Thread::syncer         ? s.process.sync_pc
           : t == Thread::checkpointer ? s.process.checkpoint_pc
                                       : s.process.pc;
  }
  void stand(State& s, Thread t, unsigned at) const {
    if (t != Thread::opening && at >= program(t).size) at = 0;
    if (t == Thread::syncer) {
      s.process.sync_pc = at & 7U;
    } else if (t == Thread::checkpointer) {
      s.process.checkpoint_pc = at & 15U;
    } else {
      s.process.pc = at & 31U;
    }
  }
  [[nodiscard]] unsigned left_to_start(const State& s) const {
    return unsigned{bounds_.transactions} - s.ghost.started;
  }

  /// Steps over what has nothing to do: a segment with room, a record without a transaction, an
  /// Ack of nothing.
  [[nodiscard]] unsigned effective(const State& s, Thread t, unsigned at) const {
    const Program& p = program(t);
    if (t == Thread::opening || (t == Thread::committer && s.process.half != 0)) return at;
    for (; at < p.size; ++at) {
      const Op op = p.at(at);
      const bool idle =
          (op == Op::AddSegment && golden::has_room(bounds_, s)) ||
          ((op == Op::AddSegment || op == Op::AppendWal) && at > 0 && left_to_start(s) == 0) ||
          (op == Op::Ack &&
           (t == Thread::syncer ? !golden::may_ack_next(row_, s) : golden::next_to_ack(s) == 0));
      if (op == Op::WriteTemp && t == Thread::committer &&
          golden::checkpoint_version(row_, s) == s.process.checkpoint_own) {
        return p.size;  // nothing new: no checkpoint in this round
      }
      if (!idle) break;
    }
    return at;
  }

  template <class Emit>
  void run(Thread t, const State& from, Emit& emit) const {
    State s = from;
    const unsigned at = effective(s, t, pc(s, t));
    if (at >= program(t).size) {  // nothing but idle steps was left
      if (pc(s, t) == 0) return;
      stand(s, t, 0);
      return run(t, s, emit);
    }
    stand(s, t, at);
    step(t, program(t).at(at), s, emit);
  }

  /// One action at its place in a program; an action that cannot run there emits nothing.
  template <class Emit>
  void step(Thread t, Op op, State& s, Emit& emit) const {
    const bool opening = t == Thread::opening;
    const auto done = [&](State& to) {
      stand(to, t, pc(to, t) + 1);
      golden::tidy(to);
      emit(id(op), Choice{0}, to);
    };
    switch (op) {
      case Op::AddSegment:
        return add_segment(t, s, emit);
      case Op::AppendWal:
        return append(t, s, emit);
      case Op::SyncWal:
        return sync_wal(t, s, emit);
      case Op::Ack:
        if (!golden::may_ack_next(row_, s)) return;
        golden::ack(row_, s);
        if (t != Thread::syncer) return done(s);
        return emit(id(op), Choice{0}, s);  // resolves tickets as long as there are any
      case Op::WriteTemp:
        return write_temp(t, s, emit);
      case Op::SyncTemp:
        if (s.disk.temp.cached == 0) return;
        fail(t, s, golden::item(golden::kTempBytes), emit);
        golden::sync_temp(s);
        return done(s);
      case Op::Rename:
        if (s.disk.temp.cached == 0) return;
        golden::rename_temp(s);
        return done(s);
      case Op::SyncDir:
        fail(t, s, golden::kNames, emit);
        golden::sync_items(s, golden::kNames);
        if (!opening) confirm_checkpoint(s);
        return done(s);
      case Op::DropOld:
        golden::drop_old(s);
        return done(s);
      case Op::RecycleWal:
        s.process.spares = (s.process.spares | golden::covered_segments(row_, bounds_, s)) & 7U;
        return done(s);
      case Op::CleanTemp:
        golden::clean_temp(s);
        return done(s);
      case Op::LogAudit:
        return log_audit(s, emit);
      case Op::LoadCheckpoint:
        expect(s);
        golden::load_checkpoint(s);
        return done(s);
      case Op::ScanWal:
        if (s.process.refuses == 0) golden::scan_wal(row_, bounds_, s);
        s.process.need_seq = 0;
        return done(s);
      case Op::RedoWal:
        if (s.process.refuses != 0 || !golden::redo_wal(s)) {
          golden::refuse(row_, s);
          return emit(id(Op::Refuse), Choice{0}, s);
        }
        return done(s);
      case Op::Open:
        golden::open(s);
        golden::tidy(s);
        return emit(id(op), Choice{0}, s);
      default:
        return;
    }
  }

  void expect(State& s) const;
  void confirm_checkpoint(State& s) const;
  template <class Emit>
  void add_segment(Thread t, State& s, Emit& emit) const;
  template <class Emit>
  void append(Thread t, State& s, Emit& emit) const;
  template <class Emit>
  void sync_wal(Thread t, State& s, Emit& emit) const;
  template <class Emit>
  void write_temp(Thread t, State& s, Emit& emit) const;
  golden::Place go_on_behind(State& s) const;
  template <class Emit>
  bool skip_checkpoint(State& s, Emit& emit) const;
  template <class Emit>
  void log_audit(State& s, Emit& emit) const;
  template <class Emit>
  void fail_write(const State& before, const State& after, Emit& emit, Choice choice) const;
  template <class Emit>
  void fail(Thread t, const State& s, Items items, Emit& emit) const;
  void react(Thread t, Op op, State& s) const;
  template <class Emit>
  void full(Thread t, const State& from, Emit& emit) const;
  template <class Emit>
  void rot(const State& s, Emit& emit) const;
  template <class Emit>
  void crash(const State& s, Emit& emit) const;

  void list_actions();
  void list_properties();
  [[nodiscard]] bool reaches(Property p) const;

  Row row_;
  Bounds bounds_;
  std::vector<ActionInfo> actions_;
  std::vector<Property> properties_;
  std::vector<PropertyInfo> infos_;

  using Ids = golden::Ids;
};

}  // namespace plumb::spec::commit

#include "commit/golden_actions.hpp"
#include "commit/golden_faults.hpp"
#include "commit/golden_lists.hpp"
