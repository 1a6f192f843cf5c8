// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// One process; see life.hpp.
#include "crash/life.hpp"

#include <fmt/format.h>

#include <utility>

namespace plumb::crash {
namespace {

/// 1, 2, 3, ... behind the number of the life.
Entropy entropy_of(unsigned epoch) {
  return [epoch, next = std::uint8_t{0}](ByteSpan into) mutable -> Status {
    for (std::byte& byte : into) byte = std::byte{++next};
    if (!into.empty()) into.front() = static_cast<std::byte>(epoch);
    return {};
  };
}

}  // namespace

History program_of(unsigned epoch, const History& history) {
  if (epoch == 0) return history;
  return {{Act::commit, 1}, {Act::commit, 2}};
}

Result<std::unique_ptr<Store>> open_store(Disk& disk, const Promise& promise, unsigned epoch) {
  OpenRequest request;
  request.entropy = entropy_of(epoch);
  if (promise.opened) return Store::open(disk, request);
  request.create = smallest_options();
  Result<std::unique_ptr<Store>> store = Store::open(disk, request);
  const bool is_one_already = !store && store.error().code == Errc::invalid;
  if (!is_one_already) return store;  // else it was finished, and nobody had been told
  request.create.reset();
  return Store::open(disk, request);
}

bool Life::open() {
  Result<std::unique_ptr<Store>> opened = open_store(disk_, promise_, epoch_);
  if (!opened) {
    error_ = opened.error();
    return false;
  }
  store_ = std::move(opened).value();
  Promise after;
  violation_ = judge_opened(*store_, disk_, promise_, hasher_, after);
  if (!violation_) promise_ = std::move(after);
  return true;
}

void Life::work(const History& program) {
  for (const Operation& operation : program) {
    if (violation_ || store_->poisoned()) return;
    if (operation.act == Act::checkpoint) {
      if (Status s = store_->checkpoint(); !s) error_ = s.error();
    } else if (!commit(operation.number)) {
      return;
    }
  }
}

/// False where the life ends.
bool Life::commit(std::uint32_t number) {
  const Transaction transaction = transaction_of(epoch_, number);
  const Lineage before = promise_.lineage;
  promise_.lineage = before.with(transaction, hasher_);
  const Result<Receipt> receipt = store_->commit(transaction);
  if (!receipt) {
    error_ = receipt.error();
    const bool may_be_there = error_->code == Errc::unknown_outcome;
    if (!may_be_there) promise_.lineage = before;  // AC-9: never visible later
    return !may_be_there;
  }
  const std::uint64_t seq = promise_.lineage.issued();
  if (receipt->seq != seq || receipt->root != promise_.lineage.root(seq)) {
    violation_ = Violation{"AC-4", fmt::format("the receipt of transaction {} names {} or another "
                                               "root",
                                               seq, receipt->seq)};
    return false;
  }
  promise_.acked = seq;
  return true;
}

}  // namespace plumb::crash
