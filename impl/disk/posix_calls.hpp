// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// System calls on descriptors as values and Errors: loops over short answers, errno as Error, a
// descriptor that closes itself. Private to the POSIX disk.
// Invariants:    no call that makes something durable is ever repeated here (R-25, AC-9).
// Thread-safety: none of these has a state of its own.
// Spec:          AC-9; spec/ASSUMPTIONS.md, fault 24.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace plumb::posix {

/// 1 MiB of zeros, aligned for every direct access.
struct alignas(4096) Chunk {
  std::array<std::byte, std::size_t{1} << 20U> bytes{};
};

/// A descriptor that closes itself. Move-only.
class Fd {
 public:
  explicit Fd(int fd = -1) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd();
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

/// The Error of a failed call; errno is mapped to a code as disk.hpp says.
[[nodiscard]] Error call_failed(const char* call, int errnum, std::string_view file,
                                std::optional<std::uint64_t> offset = std::nullopt,
                                std::string reason = {});

/// Opens a name of the folder, which must be a regular file on `device`, with `flags` and
/// O_NOFOLLOW, O_CLOEXEC and O_NONBLOCK (a FIFO must not hang; regular files do not know it). Files
/// are created with mode 0666 less the umask.
[[nodiscard]] Result<Fd> open_regular(int folder_fd, std::uint64_t device, std::string_view name,
                                      int flags);
/// The Error of a call that failed for a name: corrupt, with the reason, where the name is there
/// but no regular file; call_failed otherwise.
[[nodiscard]] Error name_failed(const char* call, int errnum, int folder_fd, std::string_view name);

/// Reads until `into` is full or the file ends.
[[nodiscard]] Result<std::size_t> read_at(int fd, std::string_view file, std::uint64_t offset,
                                          ByteSpan into);
/// The same through a descriptor that takes only reads of whole blocks at aligned addresses:
/// reads the blocks around what is asked for. Expects a power of two, at most 4096.
[[nodiscard]] Result<std::size_t> read_blocks_at(int fd, std::string_view file,
                                                 std::uint64_t offset, ByteSpan into,
                                                 std::uint32_t block);
/// Writes all bytes, or fails.
[[nodiscard]] Status write_at(int fd, std::string_view file, std::uint64_t offset, ByteView bytes);

/// What statx says about the smallest direct access to the name; 0 where it does not say or the
/// file takes none.
[[nodiscard]] Result<std::uint32_t> direct_block(int folder_fd, std::string_view name);

/// fsync of the parent of the folder, once. Where the parent may not be read, syncfs,
/// which makes the whole filesystem durable. `path` is for messages.
[[nodiscard]] Status sync_parent_of(int folder_fd, std::string_view path);

}  // namespace plumb::posix
