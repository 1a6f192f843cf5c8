// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The seam: every call by which a store touches its disk, and nothing else. The POSIX disk stands
// behind it in production, simulated and counting disks in tests; all of them obey the contract
// written here, and the contract suite in tests/disk runs on each.
//
// One Disk is one folder. Names are plain file names inside it: 1 to 255 bytes, no '/', no NUL,
// neither "." nor ".."; anything else is a programmer error. Nothing follows a link, and only
// regular files on the folder's own filesystem are opened (spec/ASSUMPTIONS.md, fault 24).
//
// What each call makes durable: write, preallocate, rename, unlink, create: nothing.
// sync_data: the file's bytes and the size needed to read them back. sync_all: all of the
// file. sync_folder: the folder's entries. A write to a file opened as
// Access::direct is durable when it returns. A failed sync is reported and never retried
// here, and must not be by the caller (R-25, AC-9).
//
// Every Error carries call, file, offset and errno. ENOSPC, EDQUOT and EFBIG are Errc::no_space,
// ENOENT is Errc::not_found, a name that is no regular file is Errc::corrupt, all others Errc::io.
// Thread-safety: all calls may be made from several threads; calls on one handle from one at a
// time, except read.
// Spec:          AC-8, AC-9, AC-13, AC-20; spec/ASSUMPTIONS.md.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace plumb {

/// How a file is opened.
enum class Access : std::uint8_t {
  read,    ///< an existing file, for reading
  write,   ///< an existing file, for reading and buffered writing
  direct,  ///< an existing file; each write goes past the cache and is durable (O_DIRECT|O_DSYNC)
  create,  ///< a new file (the name must be free), for reading and buffered writing
  create_direct,  ///< a new file, as `direct`
};

/// An open file of one Disk; 0 is none.
enum class Handle : std::uint64_t { none = 0 };

/// A name in the folder. `regular` is false for folders, links, devices, and for files of another
/// filesystem (fault 24); their size is 0.
struct FolderEntry {
  std::string name;
  std::uint64_t size = 0;  ///< bytes
  bool regular = true;
};

enum class LockKind : std::uint8_t { shared, exclusive };

class Disk {
 public:
  Disk() = default;
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  Disk(Disk&&) = delete;
  Disk& operator=(Disk&&) = delete;
  virtual ~Disk() = default;

  /// Opens a file. Error not_found: no such name (read, write, direct); io with EEXIST: the name is
  /// taken (create, create_direct); io with EINVAL: direct access is refused by this filesystem.
  [[nodiscard]] virtual Result<Handle> open(std::string_view name, Access access) = 0;
  /// Closes the handle whatever it answers. Makes nothing durable.
  virtual Status close(Handle file) = 0;
  /// Reads up to into.size() bytes at `offset`; the count is short only at the end of the file.
  [[nodiscard]] virtual Result<std::size_t> read(Handle file, std::uint64_t offset,
                                                 ByteSpan into) = 0;
  /// Writes all of `bytes` at `offset`, extending the file where needed, or fails; after a failure
  /// any part may have been written. On a direct handle expects offset, size and address to be
  /// multiples of direct_block(); returns once the bytes are durable.
  [[nodiscard]] virtual Status write(Handle file, std::uint64_t offset, ByteView bytes) = 0;
  /// Fills the file with zeros from 0 to `size` bytes by writing them (never by leaving a hole).
  [[nodiscard]] virtual Status preallocate(Handle file, std::uint64_t size) = 0;
  /// fdatasync: bytes and size are durable when it returns success.
  [[nodiscard]] virtual Status sync_data(Handle file) = 0;
  /// fsync.
  [[nodiscard]] virtual Status sync_all(Handle file) = 0;
  /// The file's size in bytes.
  [[nodiscard]] virtual Result<std::uint64_t> size(Handle file) = 0;
  /// Renames onto a free name, atomically for a running system; io with EEXIST where it is taken.
  [[nodiscard]] virtual Status rename(std::string_view from, std::string_view to) = 0;
  [[nodiscard]] virtual Status unlink(std::string_view name) = 0;
  /// All names in the folder but "." and "..", sorted by name.
  [[nodiscard]] virtual Result<std::vector<FolderEntry>> list() = 0;
  /// fsync of the folder.
  [[nodiscard]] virtual Status sync_folder() = 0;
  /// Makes the folder's own name durable in its parent: fsync of the parent.
  [[nodiscard]] virtual Status sync_parent() = 0;
  /// Takes an advisory lock on the file `name` and keeps it until the handle is closed; does not
  /// wait. An exclusive lock creates the file if need be; a shared one does not (not_found).
  /// Error locked: somebody else, in this process or another, holds a lock that excludes it.
  [[nodiscard]] virtual Result<Handle> lock(std::string_view name, LockKind kind) = 0;
  /// The smallest block in bytes (a power of two) that direct access to the named file takes;
  /// 0 where the filesystem does not say, or refuses direct access.
  [[nodiscard]] virtual Result<std::uint32_t> direct_block(std::string_view name) = 0;
};

/// What every name must be: 1 to 255 bytes, no '/', no NUL, neither "." nor "..".
[[nodiscard]] bool is_plain_name(std::string_view name) noexcept;

/// Reads the whole file through an open handle.
[[nodiscard]] Result<Bytes> read_all(Disk& disk, Handle file);

/// A handle that closes itself. Move-only; the disk must outlive it.
class OpenFile {
 public:
  OpenFile() = default;
  OpenFile(Disk& disk, Handle handle) : disk_(&disk), handle_(handle) {}
  OpenFile(OpenFile&& other) noexcept
      : disk_(std::exchange(other.disk_, nullptr)),
        handle_(std::exchange(other.handle_, Handle::none)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    if (this != &other) {
      reset();
      disk_ = std::exchange(other.disk_, nullptr);
      handle_ = std::exchange(other.handle_, Handle::none);
    }
    return *this;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { reset(); }

  /// Opens `name`; see Disk::open for the errors.
  [[nodiscard]] static Result<OpenFile> open(Disk& disk, std::string_view name, Access access);
  [[nodiscard]] Handle get() const noexcept { return handle_; }
  explicit operator bool() const noexcept { return handle_ != Handle::none; }
  /// Closes now; nothing where nothing is open. Closing makes nothing durable, so its error is
  /// dropped: whoever needed the bytes has synced them before.
  void reset() noexcept;

 private:
  Disk* disk_ = nullptr;
  Handle handle_ = Handle::none;
};

}  // namespace plumb
