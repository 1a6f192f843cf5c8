// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The seam on Linux: one folder of a real filesystem, by the calls that are durable there.
// Invariants:    the folder is held open by descriptor, and every name is opened relative to it
//                with O_NOFOLLOW and O_CLOEXEC; nothing outside it is reached.
// Thread-safety: as disk.hpp says.
// Spec:          AC-13, AC-20. Relies on.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "disk/disk.hpp"

namespace plumb {

class PosixDisk final : public Disk {
 public:
  /// Opens an existing folder. Errors: not_found, io (ENOTDIR where the path is a file, EACCES).
  [[nodiscard]] static Result<std::unique_ptr<PosixDisk>> open(const std::string& folder);
  /// Opens the folder and creates what is missing of its path (mode 0777 less the umask); every
  /// level that it creates has its parent synced before it returns.
  [[nodiscard]] static Result<std::unique_ptr<PosixDisk>> create(const std::string& folder);
  ~PosixDisk() override;
  PosixDisk(const PosixDisk&) = delete;
  PosixDisk& operator=(const PosixDisk&) = delete;

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
    int fd = -1;
    std::string name;  // at opening, for messages
    bool writable = false;
    std::uint32_t write_block = 1;  // what offset, size and address of a write are multiples of
    std::uint32_t read_block = 0;   // direct: what reads are rounded to; 0: any read will do
  };
  PosixDisk(std::string folder, int folder_fd, std::uint64_t device);
  [[nodiscard]] static Result<std::unique_ptr<PosixDisk>> adopt(const std::string& folder, int fd);
  [[nodiscard]] Handle add(File file);
  [[nodiscard]] const File& find(Handle file);
  [[nodiscard]] Status sync(const char* call, int (*sync_call)(int), Handle file);

  const std::string folder_;  // the path it was opened by, for messages
  const int folder_fd_;
  const std::uint64_t device_;  // st_dev of the folder: all files must lie on it
  std::mutex mutex_;            // guards the two below; never held during a call to the system
  std::unordered_map<Handle, File> files_;
  std::uint64_t last_handle_ = 0;  // handles only grow, so none is ever reused
};

}  // namespace plumb
