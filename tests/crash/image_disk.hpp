// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A disk over one crash state, for a recovery that no further crash interrupts: no pending writes,
// no lock between threads, bytes copied when they are first written. As fast as can be, since most
// states end here.
// Invariants:    names are plain; an open file lives on when its name goes.
// Thread-safety: none.
// Spec:          disk.hpp; EV-6.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crash/reads.hpp"
#include "disk/disk.hpp"
#include "sim/image.hpp"

namespace plumb::crash {

class ImageDisk final : public Disk {
 public:
  /// `direct_block`: 0 refuses direct writes.
  ImageDisk(const sim::Image& image, std::uint32_t direct_block);
  /// What lies there now.
  [[nodiscard]] sim::Image image() const;
  /// The ranges of the first image that were read so far, each once, in the order of the reads.
  [[nodiscard]] const std::vector<Range>& reads() const { return reads_; }

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
  struct File {
    std::string name;  // empty: it has none any more
    sim::FileBytes shared;
    std::shared_ptr<Bytes> own;  // set once it was written
    std::string origin;          // its name in the first image; empty: it is new
    [[nodiscard]] const Bytes& bytes() const { return own ? *own : *shared; }
  };
  [[nodiscard]] File* find(std::string_view name);
  [[nodiscard]] File& file_of(Handle file) { return files_.at(static_cast<std::size_t>(file) - 1); }
  [[nodiscard]] Bytes& writable(Handle file);
  std::size_t add(std::string_view name);

  std::vector<File> files_;  // a handle is an index into it, plus one
  std::uint32_t direct_block_;
  std::vector<Range> reads_;
};

}  // namespace plumb::crash
