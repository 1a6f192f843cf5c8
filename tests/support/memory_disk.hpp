// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A disk in memory: the contract of disk.hpp for a running system, as fast as a copy. It has no
// crash semantics, every sync succeeds and does nothing. Stores are made on it byte for byte the
// same on every machine, and judged on it by the thousand.
// Invariants:    names are plain; an open file lives on when its name goes.
// Thread-safety: as disk.hpp says, by one mutex. contents() and bytes() by one thread, while no
//                other one uses the disk.
// Spec:          AC-8, AC-13; disk.hpp.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "disk/disk.hpp"

namespace plumb::test {

/// The files of one folder by name: a store as a value.
using Files = std::map<std::string, Bytes, std::less<>>;

class MemoryDisk final : public Disk {
 public:
  MemoryDisk() = default;
  explicit MemoryDisk(const Files& files);

  /// From now on direct writes are refused, as on filesystems that have none.
  void refuse_direct() noexcept { direct_block_ = 0; }
  /// From now on direct writes take blocks of that many bytes, a power of two.
  void set_direct_block(std::uint32_t bytes) noexcept { direct_block_ = bytes; }
  /// A copy of every file that has a name.
  [[nodiscard]] Files contents() const;
  /// The bytes of a file, to be changed in place. Throws std::out_of_range where there is none.
  [[nodiscard]] Bytes& bytes(std::string_view name);

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
  /// 512, the smallest there is, unless told otherwise above.
  [[nodiscard]] Result<std::uint32_t> direct_block(std::string_view name) override;

 private:
  struct File {
    Bytes bytes;
    unsigned shared_locks = 0;
    bool exclusive_lock = false;
  };
  struct Open {
    std::shared_ptr<File> file;
    bool writable = false;
    bool direct = false;
    bool locks = false;
    LockKind kind = LockKind::shared;
  };
  [[nodiscard]] Handle add(Open open);
  [[nodiscard]] Open& find(Handle file);

  mutable std::mutex mutex_;  // guards all below
  std::map<std::string, std::shared_ptr<File>, std::less<>> names_;
  std::map<Handle, Open> open_;
  std::uint32_t direct_block_ = 512;
  std::uint64_t last_handle_ = 0;  // handles only grow, so none is ever reused
};

}  // namespace plumb::test
