// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A disk in front of another one: counts and records every call, and fails the ones it was told to,
// before, after or in the middle of their effect.
// Recorded words: "create NAME", "open NAME", "close NAME", "read NAME OFFSET SIZE",
// "write NAME OFFSET SIZE", "write-direct NAME OFFSET SIZE", "preallocate NAME SIZE",
// "sync-data NAME", "sync-all NAME", "size NAME", "rename FROM TO", "unlink NAME", "list",
// "sync-folder", "sync-parent", "lock NAME shared", "lock NAME exclusive", "direct-block NAME".
// A call is recorded before it runs, failed ones too; an open file keeps the name it has now.
// Thread-safety: as disk.hpp says; the record has one order, that in which the calls began.
// Spec:          AC-9 (failed writes and syncs); spec/ASSUMPTIONS.md, faults 11 to 13.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "disk/disk.hpp"

namespace plumb::test {

enum class Call : std::uint8_t {
  open,    ///< Access::read, write, direct
  create,  ///< Access::create, create_direct
  close,
  read,
  write,         ///< to a buffered handle
  write_direct,  ///< to a direct handle
  preallocate,
  sync_data,
  sync_all,
  size,
  rename,
  unlink,
  list,
  sync_folder,
  sync_parent,
  lock,
  direct_block,
};
inline constexpr std::size_t kCallKinds = 17;

/// What a failing call has done before it reports failure.
enum class Effect : std::uint8_t {
  none,    ///< nothing
  done,    ///< all of it: the failure comes after the effect (lock: as none)
  prefix,  ///< write, write_direct: the first `prefix_bytes` are stored; others: as none
};

/// The calls number `at` to `at + times - 1` of that kind, counted from 1 when the disk was made or
/// from the last clear(), fail.
struct Fault {
  Call call = Call::write;
  std::uint64_t at = 1;
  Errc code = Errc::io;
  int errnum = 5;  ///< EIO
  Effect effect = Effect::none;
  std::uint64_t prefix_bytes = 0;  ///< on a direct handle a multiple of its block
  std::uint64_t times = 1;
};

class CountingDisk final : public Disk {
 public:
  /// `inner` must outlive this object.
  explicit CountingDisk(Disk& inner) : inner_(inner) {}

  void fail(const Fault& fault);
  /// How many planned failures have happened: a test that plans one checks that it came.
  [[nodiscard]] std::uint64_t failures() const;
  [[nodiscard]] std::uint64_t count(Call call) const;
  /// The sizes of all calls of write and write_direct that succeeded, preallocation not counted.
  [[nodiscard]] std::uint64_t written_bytes() const;
  /// All calls in order.
  [[nodiscard]] std::vector<std::string> calls() const;
  /// The calls that change the disk or make a change durable: create, write, write-direct,
  /// preallocate, sync-*, rename, unlink.
  [[nodiscard]] std::vector<std::string> changes() const;
  /// Forgets counts, record and faults; open files stay known.
  void clear();

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
  struct Known {
    std::string name;
    bool direct = false;
  };
  struct Entry {
    Call call;
    std::string words;
  };
  Known known(Handle file) const;
  void remember(Handle file, std::string_view name, bool direct);
  std::optional<Fault> begin(Call call, std::string words);
  void add_written(std::uint64_t bytes);
  template <class Answer, class Do>
  Answer run(Call call, std::string words, std::string_view file, Do perform);

  Disk& inner_;
  mutable std::mutex mutex_;  // guards all below
  std::map<Handle, Known> known_;
  std::array<std::uint64_t, kCallKinds> counts_{};
  std::vector<Entry> record_;
  std::vector<Fault> faults_;
  std::uint64_t failures_ = 0;
  std::uint64_t written_bytes_ = 0;
};

}  // namespace plumb::test
