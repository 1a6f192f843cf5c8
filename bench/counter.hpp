// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A disk in front of another one that counts the calls which change it, and nothing else: light
// enough to stay in place while times are taken.
// Thread-safety: as the disk behind it, as long as one thread makes the changes.
// Spec:          P-2; bench/README.md (counts are gated, times are not).
#pragma once
#include <cstdint>
#include <string_view>

#include "disk/disk.hpp"

namespace plumb::bench {

struct CallCounts {
  std::uint64_t writes = 0;  ///< calls
  std::uint64_t bytes = 0;   ///< written by them
  std::uint64_t syncs = 0;   ///< sync_data, sync_all, sync_folder, sync_parent
  std::uint64_t creates = 0;
  std::uint64_t preallocations = 0;
  std::uint64_t renames = 0;
  std::uint64_t unlinks = 0;
};

class CallCounter final : public Disk {
 public:
  /// `inner` must outlive this object.
  explicit CallCounter(Disk& inner) : inner_(inner) {}
  [[nodiscard]] const CallCounts& counts() const noexcept { return counts_; }
  void clear() noexcept { counts_ = {}; }

  [[nodiscard]] Result<Handle> open(std::string_view name, Access access) override {
    if (access == Access::create || access == Access::create_direct) ++counts_.creates;
    return inner_.open(name, access);
  }
  Status close(Handle file) override { return inner_.close(file); }
  [[nodiscard]] Result<std::size_t> read(Handle file, std::uint64_t offset,
                                         ByteSpan into) override {
    return inner_.read(file, offset, into);
  }
  [[nodiscard]] Status write(Handle file, std::uint64_t offset, ByteView bytes) override {
    ++counts_.writes;
    counts_.bytes += bytes.size();
    return inner_.write(file, offset, bytes);
  }
  [[nodiscard]] Status preallocate(Handle file, std::uint64_t size) override {
    ++counts_.preallocations;
    return inner_.preallocate(file, size);
  }
  [[nodiscard]] Status sync_data(Handle file) override {
    ++counts_.syncs;
    return inner_.sync_data(file);
  }
  [[nodiscard]] Status sync_all(Handle file) override {
    ++counts_.syncs;
    return inner_.sync_all(file);
  }
  [[nodiscard]] Result<std::uint64_t> size(Handle file) override { return inner_.size(file); }
  [[nodiscard]] Status rename(std::string_view from, std::string_view to) override {
    ++counts_.renames;
    return inner_.rename(from, to);
  }
  [[nodiscard]] Status unlink(std::string_view name) override {
    ++counts_.unlinks;
    return inner_.unlink(name);
  }
  [[nodiscard]] Result<std::vector<FolderEntry>> list() override { return inner_.list(); }
  [[nodiscard]] Status sync_folder() override {
    ++counts_.syncs;
    return inner_.sync_folder();
  }
  [[nodiscard]] Status sync_parent() override {
    ++counts_.syncs;
    return inner_.sync_parent();
  }
  [[nodiscard]] Result<Handle> lock(std::string_view name, LockKind kind) override {
    return inner_.lock(name, kind);
  }
  [[nodiscard]] Result<std::uint32_t> direct_block(std::string_view name) override {
    return inner_.direct_block(name);
  }

 private:
  Disk& inner_;
  CallCounts counts_;
};

}  // namespace plumb::bench
