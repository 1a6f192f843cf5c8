// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// AC-9 through the library and a disk that fails on demand; see faults.hpp.
#include "audit/faults.hpp"

#include <fmt/format.h>

#include <memory>

#include "audit/observe.hpp"
#include "commit/store.hpp"
#include "disk/posix_disk.hpp"
#include "support/counting_disk.hpp"

namespace plumb::audit {
namespace {

using test::Call;
using test::CountingDisk;
using test::Effect;

constexpr std::uint64_t kBefore = 2;  // transactions before the failure; a third fits the segment
constexpr std::uint64_t kSmall = 4096;

template <class T>
T take(Result<T> result, const std::string& what) {
  if (!result) throw EnvironmentFailure(fmt::format("{}: {}", what, result.error().message()));
  return std::move(result).value();
}

/// Of two blocks and more, so that a part of it can be written.
Transaction large(std::uint64_t number) {
  return {fmt::format("w{}", number), {{fmt::format("key-{}", number), Bytes(700, 'v')}}};
}

std::unique_ptr<Store> create_store(Disk& disk) {
  OpenRequest request;
  request.create = Options{.segment_bytes = kSmall, .checkpoint_bytes = 0};
  std::unique_ptr<Store> store = take(Store::open(disk, std::move(request)), "creating a store");
  for (std::uint64_t i = 1; i <= kBefore; ++i) {
    static_cast<void>(take(store->commit(large(i)), "committing"));
  }
  return store;
}

/// What the next opening decides.
std::uint64_t reopen_seq(Disk& disk) {
  Result<std::unique_ptr<Store>> store = Store::open(disk, OpenRequest{});
  require(store.has_value(), "AC-9", "no opening after a failed write");
  const std::uint64_t seq = (*store)->snapshot().seq;
  const Result<Receipt> next = (*store)->commit(large(100));
  require(next && next->seq == seq + 1, "AC-9", "no commit after the opening that decided");
  return seq;
}

void fail_record_write(const std::string& folder, Effect effect, std::uint64_t kept) {
  const std::unique_ptr<PosixDisk> real = take(PosixDisk::create(folder), "creating a folder");
  CountingDisk disk(*real);
  {
    const std::unique_ptr<Store> store = create_store(disk);
    const bool direct = disk.count(Call::write_direct) > 0;
    disk.clear();
    const Call write = direct ? Call::write_direct : Call::write;
    disk.fail({.call = write, .at = 1, .effect = effect, .prefix_bytes = kMinBlockBytes});
    const Result<Receipt> failed = store->commit(large(kBefore + 1));
    require(!failed && failed.error().code == Errc::unknown_outcome, "AC-9",
            "a failed write of a record is not answered as unknown");
    const std::uint64_t changes = disk.changes().size();
    require(changes == 1 && disk.failures() == 1, "AC-9",
            "something was written after the failure");
    const Result<Receipt> later = store->commit(large(kBefore + 2));
    require(!later && later.error().code == Errc::poisoned, "AC-9", "a poisoned store commits");
    require(!store->checkpoint(), "AC-9", "a poisoned store makes a checkpoint");
    require(store->snapshot().seq == kBefore, "AC-9", "what is not durable is visible");
    require(disk.changes().size() == changes, "AC-9", "a poisoned store writes");
  }
  const std::uint64_t seq = reopen_seq(disk);
  const std::uint64_t expected = kBefore + kept;
  require(seq == expected, "AC-9",
          fmt::format("after a failed write the store is at {}, not {}", seq, expected));
}

void fill_disk(const std::string& folder) {
  const std::unique_ptr<PosixDisk> real = take(PosixDisk::create(folder), "creating a folder");
  CountingDisk disk(*real);
  const std::unique_ptr<Store> store = create_store(disk);
  disk.clear();
  disk.fail({.call = Call::preallocate, .at = 1, .code = Errc::no_space, .errnum = 28});  // ENOSPC
  std::uint64_t seq = kBefore;
  Result<Receipt> receipt = store->commit(large(seq + 1));
  while (receipt) {
    require(++seq < kSmall / kMinBlockBytes, "AC-9", "no segment was ever needed");
    receipt = store->commit(large(seq + 1));
  }
  require(disk.failures() == 1 && receipt.error().code == Errc::no_space, "AC-9",
          "a full disk is not answered as such");
  require(store->snapshot().seq == seq, "AC-9", "a full disk makes the store unreadable");
  const Result<Receipt> again = store->commit(large(seq + 1));
  require(again && again->seq == seq + 1, "AC-9", "no commit once there is space again");
}

}  // namespace

void inject_failed_writes(const std::string& folder, Counts& counts) {
  fail_record_write(folder + "/none", Effect::none, 0);
  fail_record_write(folder + "/prefix", Effect::prefix, 0);
  fail_record_write(folder + "/done", Effect::done, 1);
  counts.failed_writes += 3;
  fill_disk(folder + "/full");
  ++counts.full_disks;
}

}  // namespace plumb::audit
