// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The classic protocol as a model for the checker: which steps a state has.
// Thread-safety: constant after construction.
// Spec:          AC-1 to AC-6, AC-12; the variants are rows of table.hpp.
#pragma once
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "commit/classic_describe.hpp"
#include "commit/classic_properties.hpp"
#include "commit/key.hpp"

namespace plumb::spec::commit {

class Classic {
 public:
  using State = classic::State;
  static constexpr std::size_t max_key_bytes = sizeof(State);

  Classic(const Row& row, const Bounds& bounds) : row_(row), bounds_(bounds) {
    if (bounds.transactions > classic::kMaxTransactions || bounds.crashes > 7) {
      throw CapacityExceeded("classic: at most 6 transactions and 7 crashes");
    }
    aliases_ = !row.recovery.has(Op::CleanTemp);
    list_actions();
    list_properties();
  }

  [[nodiscard]] const Row& row() const { return row_; }
  [[nodiscard]] const Bounds& bounds() const { return bounds_; }

  /// An empty store whose state file is durable.
  template <class Emit>
  void initial(Emit&& emit) const {
    State s{};
    s.crashes = bounds_.crashes & 7U;
    s.state_synced = 1;
    s.temp_may_be_none = 1;
    s.state.set({0, 0}, row_.lsn);
    s.memory = s.state;
    emit(s);
  }

  template <class Emit>
  void next(const State& s, Emit&& emit) const {
    if (s.at() == classic::Phase::refused) return;
    step(s, emit);
    if (row_.batch > 0) flush(s, emit);
    if (row_.background && !classic::log_is_quiet(s)) write_back(s, emit);
    if (s.crashes > 0) crash(s, emit);
  }

  /// Done, everybody answered; or refused.
  [[nodiscard]] bool terminal(const State& s) const {
    return s.at() == classic::Phase::refused ||
           (s.at() == classic::Phase::running && s.pc == 0 && !may_start(s) &&
            Concrete::within(s.live(), s.promised));
  }

  [[nodiscard]] std::span<const ActionInfo> actions() const { return actions_; }
  [[nodiscard]] std::span<const PropertyInfo> properties() const { return infos_; }
  [[nodiscard]] bool holds(std::size_t property, const State& s) const {
    const Property p = properties_[property];
    return static_cast<std::size_t>(p) < kClaims && classic::holds(row_, p, s);
  }
  [[nodiscard]] bool holds(std::size_t property, const State& from, ActionId action, Choice,
                           const State& to) const {
    const Property p = properties_[property];
    const Op op = static_cast<Op>(action);
    return static_cast<std::size_t>(p) < kClaims ? classic::holds(row_, p, op, from, to)
                                                 : classic::witness(row_, p, op, from, to);
  }

  std::size_t encode(const State& s, std::byte* out) const { return encode_state(s, out); }
  [[nodiscard]] State decode(std::span<const std::byte> key) const {
    return decode_state<State>(key);
  }

  [[nodiscard]] std::string describe_choice(ActionId action, Choice choice,
                                            const State& from) const {
    std::string words;
    next(from, [&](ActionId a, Choice c, const State& to) {
      if (a == action && c == choice) words = classic::words_of(static_cast<Op>(a), from, to);
    });
    return words;
  }
  template <class Field>
  void describe(const State& s, Field&& field) const {
    classic::describe(row_, s, field);
  }

 private:
  static constexpr ActionId id(Op op) { return static_cast<ActionId>(op); }
  [[nodiscard]] bool may_start(const State& s) const {
    return s.started + row_.group <= bounds_.transactions;
  }

  template <class Emit>
  void step(const State& s, Emit& emit) const {
    const Program& program = classic::program(row_, s);
    if (s.pc >= program.size) return;
    State to = s;
    if (s.at() == classic::Phase::running && s.pc == 0) {
      if (!may_start(s)) return;
      const Ids all = (1U << (s.started + row_.group)) - 1U;
      to.flying = classic::low8(all & ~((1U << s.started) - 1U));
      to.started = (s.started + row_.group) & 7U;
    }
    run(program.at(s.pc), to, emit);
  }

  /// One action at its place in the program; an action that cannot run there emits nothing.
  template <class Emit>
  void run(Op op, State& s, Emit& emit) const {
    const auto done = [&] {
      classic::advance(row_, s);
      emit(id(op), Choice{0}, s);
    };
    switch (op) {
      case Op::AppendPrepare:
      case Op::AppendCommit:
        classic::append(row_, s, classic::logged_record(row_, s));
        return done();
      case Op::BufferPrepare:
      case Op::BufferCommit:
        if (s.buffered >= row_.batch) return;  // FlushBuffer first
        classic::push_buffer(s, classic::logged_record(row_, s));
        return done();
      case Op::SyncWal:
      case Op::SyncCut:
        classic::sync_log(row_, s);
        return done();
      case Op::WriteTemp:
        classic::write_temp(s, classic::with_flying(row_, s));
        return done();
      case Op::SyncTemp:
        if (s.temp_cached == 0) return;
        if (s.temp_is_state != 0) {
          s.state_synced = 1;
        } else {
          s.temp_synced = 1;
        }
        return done();
      case Op::Rename:
        if (s.temp_cached == 0) return;
        classic::rename_temp(s, bounds_.split_rename);
        return done();
      case Op::SyncDir:
        classic::sync_dir(s);
        return done();
      case Op::Ack:
        s.memory = classic::with_flying(row_, s);
        s.promised = classic::low8(s.promised | s.flying);
        return done();
      case Op::CleanTemp:
        classic::clean_temp(s);
        return done();
      case Op::ScanWal:
        classic::scan_wal(row_, s);
        return done();
      case Op::RedoWal:
        classic::redo_wal(row_, s);
        return done();
      case Op::LoadCheckpoint:
        return load(s, emit);
      case Op::CutTail:
        return cut(s, emit);
      case Op::Open:
        classic::open(s);
        return emit(id(op), Choice{0}, s);
      default:
        return;
    }
  }

  template <class Emit>
  void load(State& s, Emit& emit) const {
    if (s.state.readable == 0 || !s.state.root_holds()) {
      s.go(classic::Phase::refused);
      s.pc = 0;
      return emit(id(Op::Refuse), Choice{0}, s);
    }
    if (s.expected_set == 0 && classic::is_quiet(s)) {
      s.expected = classic::low8(classic::undisturbed(row_, s));
      s.expected_set = 1;
    }
    classic::load_checkpoint(s);
    if (classic::scans_on_load(row_)) classic::scan_wal(row_, s);
    classic::advance(row_, s);
    emit(id(Op::LoadCheckpoint), Choice{0}, s);
  }

  template <class Emit>
  void cut(const State& s, Emit& emit) const {
    Choice choice = 0;
    classic::cut_tail(row_, s, [&](State to) {
      classic::advance(row_, to);
      emit(id(Op::CutTail), choice++, to);
    });
  }

  /// FlushBuffer: a timer, a caller or a full buffer; its sync is one more step.
  template <class Emit>
  void flush(const State& s, Emit& emit) const {
    State to = s;
    if (s.at() == classic::Phase::running && s.buffered > 0 && s.flushed == 0) {
      classic::flush_buffer(row_, to);
      emit(id(Op::FlushBuffer), Choice{0}, to);
    }
    if (s.flushed != 0) {
      to = s;
      classic::sync_log(row_, to);
      to.flushed = 0;
      emit(id(Op::SyncWal), Choice{1}, to);
    }
  }

  template <class Emit>
  void write_back(const State& s, Emit& emit) const {
    Choice choice = 0;
    classic::log_survivors(row_, s, [&](const State& written) {
      State to = s;
      for (unsigned i = 0; i < classic::kSlots; ++i) to.log[i].durable = written.log[i].durable;
      to.durable_length = written.durable_length;
      for (unsigned i = 0; i < classic::kSlots; ++i) {
        const bool tears = to.log[i].durable == classic::kTorn;
        const bool torn = s.log[i].cached == classic::kTorn || s.log[i].durable == classic::kTorn;
        if (tears && !torn) return;  // whole records alone are written back
      }
      if (!(to == s)) emit(id(Op::BackgroundWrite), choice++, to);
    });
  }

  template <class Emit>
  void crash(const State& s, Emit& emit) const {
    State stopped = s;
    classic::stop_process(row_, stopped);
    Choice choice = 0;
    classic::name_survivors(stopped, aliases_, [&](const State& names) {
      classic::log_survivors(row_, names,
                             [&](const State& to) { emit(id(Op::PowerCut), choice++, to); });
    });
    if (bounds_.kill) emit(id(Op::KillProcess), Choice{0}, stopped);
  }

  void list_actions();
  void list_properties();
  [[nodiscard]] bool reaches(Property p) const;

  Row row_;
  Bounds bounds_;
  bool aliases_ = false;
  std::vector<ActionInfo> actions_;
  std::vector<Property> properties_;
  std::vector<PropertyInfo> infos_;

  using Ids = classic::Ids;
};

}  // namespace plumb::spec::commit

#include "commit/classic_lists.hpp"
