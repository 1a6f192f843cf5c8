// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// One process: it opens the store, is judged, and works through its operations, keeping the books
// of what it promises at each moment.
// Thread-safety: none.
// Spec:          AC-1, AC-2, AC-5, AC-8, AC-9; actions Ack, Open, Refuse.
#pragma once
#include <memory>
#include <optional>

#include "commit/store.hpp"
#include "crash/history.hpp"
#include "crash/judge.hpp"
#include "disk/disk.hpp"

namespace plumb::crash {

/// The operations of a life: the history in the first, two small transactions in all others.
[[nodiscard]] History program_of(unsigned epoch, const History& history);

/// Opens the store, as its owner would who knows no more than `promise`. Salts and ids differ from
/// epoch to epoch and are always the same in one.
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(Disk& disk, const Promise& promise,
                                                        unsigned epoch);

class Life {
 public:
  Life(Disk& disk, Promise promise, unsigned epoch, Hasher& hasher)
      : disk_(disk), promise_(std::move(promise)), epoch_(epoch), hasher_(hasher) {}

  /// Opens and is judged. False where the opening failed: error() says how.
  [[nodiscard]] bool open();
  /// Does the operations in their order. A failure that poisons the store ends them.
  void work(const History& program);
  void end() { store_.reset(); }

  /// What is promised at this moment.
  [[nodiscard]] const Promise& promise() const { return promise_; }
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  /// What the opening found, if it finished.
  [[nodiscard]] const Report* report() const { return store_ ? &store_->report() : nullptr; }

 private:
  [[nodiscard]] bool commit(std::uint32_t number);

  Disk& disk_;
  Promise promise_;
  unsigned epoch_;
  Hasher& hasher_;
  std::unique_ptr<Store> store_;
  std::optional<Violation> violation_;
  std::optional<Error> error_;
};

}  // namespace plumb::crash
