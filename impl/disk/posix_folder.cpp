// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The POSIX disk as a folder: opening and creating it, its names, and making them durable.
// Invariants:    a failed sync is reported once and never repeated.
// Thread-safety: as disk.hpp says; nothing here touches the handle table but the constructor.
// Spec:          AC-9, AC-20; spec/ASSUMPTIONS.md, fault 24.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/contract.hpp"
#include "disk/posix_calls.hpp"
#include "disk/posix_disk.hpp"

namespace plumb {
namespace {

using posix::call_failed;
using posix::Fd;

constexpr mode_t kFolderMode = 0777;  // less the umask
constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr int kStepFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;  // to pass through, not to read

// An earlier create() that was killed between mkdir and sync may have left the deepest existing
// level unsynced (never a higher one: each is synced before the next is made). Where we may not
// write to its parent, no earlier call of ours made it.
Status sync_deepest_existing(int folder_fd, const std::string& path) {
  if (::faccessat(folder_fd, "..", W_OK, AT_EACCESS) != 0) return {};
  return posix::sync_parent_of(folder_fd, path);
}

// Makes the missing folder `name` in `parent` and makes it durable there.
Result<Fd> make_level(const Fd& parent, const std::string& name, const std::string& path) {
  // EEXIST: somebody else has made it just now, and may not have synced it yet.
  if (::mkdirat(parent.get(), name.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    return call_failed("mkdirat", errno, path);
  }
  Fd made(::openat(parent.get(), name.c_str(), kStepFlags));
  if (!made) return call_failed("openat", errno, path);
  if (const Status s = posix::sync_parent_of(made.get(), path); !s) return s.error();
  return made;
}

// Walks down the path and makes what is missing, each level durable before the next is made. The
// answer is the last level, opened with kStepFlags.
Result<Fd> make_path(const std::string& path) {
  if (path.empty()) return call_failed("open", ENOENT, path);
  Fd level(::open(path.front() == '/' ? "/" : ".", kStepFlags));
  if (!level) return call_failed("open", errno, path);
  bool creating = false;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    const std::string so_far = path.substr(0, end);
    begin = end + 1;
    if (name.empty()) continue;  // the root, "a//b" or "a/"
    Fd next(::openat(level.get(), name.c_str(), kStepFlags));
    if (!next && errno != ENOENT) return call_failed("openat", errno, so_far);
    if (!next) {
      if (!creating) {
        if (const Status s = sync_deepest_existing(level.get(), so_far); !s) return s.error();
      }
      creating = true;
      Result<Fd> made = make_level(level, name, so_far);
      if (!made) return made.error();
      next = std::move(*made);
    }
    level = std::move(next);
  }
  if (!creating) {
    if (const Status s = sync_deepest_existing(level.get(), path); !s) return s.error();
  }
  return level;
}

// renameat2 knows RENAME_NOREPLACE on all common filesystems. Where it does not (EINVAL, ENOSYS),
// looking first and renaming then is as good here: the only other process that could take the name
// in between is another writer of the same store, and the store's exclusive lock keeps it out.
int rename_to_free_name(int folder_fd, const char* from, const char* to) {
  if (::renameat2(folder_fd, from, folder_fd, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  struct stat info{};
  if (::fstatat(folder_fd, to, &info, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = ::fstatat(folder_fd, from, &info, AT_SYMLINK_NOFOLLOW) == 0 ? EEXIST : ENOENT;
    return -1;
  }
  if (errno != ENOENT) return -1;
  return ::renameat(folder_fd, from, folder_fd, to);
}

}  // namespace

PosixDisk::PosixDisk(std::string folder, int folder_fd, std::uint64_t device)
    : folder_(std::move(folder)), folder_fd_(folder_fd), device_(device) {}

Result<std::unique_ptr<PosixDisk>> PosixDisk::adopt(const std::string& folder, int fd) {
  Fd owned(fd);
  struct stat info{};
  if (::fstat(owned.get(), &info) != 0) return call_failed("fstat", errno, folder);
  return std::unique_ptr<PosixDisk>(new PosixDisk(folder, owned.release(), info.st_dev));
}

Result<std::unique_ptr<PosixDisk>> PosixDisk::open(const std::string& folder) {
  Fd fd(::open(folder.c_str(), kFolderFlags));
  if (!fd) return call_failed("open", errno, folder);
  return adopt(folder, fd.release());
}

Result<std::unique_ptr<PosixDisk>> PosixDisk::create(const std::string& folder) {
  const Result<Fd> last = make_path(folder);
  if (!last) return last.error();
  Fd fd(::openat(last->get(), ".", kFolderFlags));
  if (!fd) return call_failed("openat", errno, folder);
  return adopt(folder, fd.release());
}

Status PosixDisk::rename(std::string_view from, std::string_view to) {
  Expects(is_plain_name(from));
  Expects(is_plain_name(to));
  if (rename_to_free_name(folder_fd_, std::string(from).c_str(), std::string(to).c_str()) != 0) {
    return call_failed("renameat2", errno, from, std::nullopt, "to " + std::string(to));
  }
  return {};
}

Status PosixDisk::unlink(std::string_view name) {
  Expects(is_plain_name(name));
  if (::unlinkat(folder_fd_, std::string(name).c_str(), 0) != 0) {
    return posix::name_failed("unlinkat", errno, folder_fd_, name);
  }
  return {};
}

Result<std::vector<FolderEntry>> PosixDisk::list() {
  Fd fd(::openat(folder_fd_, ".", kFolderFlags));  // its own reading position
  if (!fd) return call_failed("openat", errno, folder_);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()), &::closedir);
  if (!stream) return call_failed("fdopendir", errno, folder_);
  (void)fd.release();  // closedir closes it
  std::vector<FolderEntry> entries;
  for (;;) {
    errno = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this call's own
    const dirent* const found = ::readdir(stream.get());
    if (found == nullptr && errno != 0) return call_failed("readdir", errno, folder_);
    if (found == nullptr) break;
    const std::string name(found->d_name);
    if (name == "." || name == "..") continue;
    struct stat info{};
    if (::fstatat(folder_fd_, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;  // removed since
      return call_failed("fstatat", errno, name);
    }
    const bool regular = S_ISREG(info.st_mode) && info.st_dev == device_;
    const std::uint64_t size = regular ? static_cast<std::uint64_t>(info.st_size) : 0;
    entries.push_back(FolderEntry{name, size, regular});
  }
  std::ranges::sort(entries, {}, &FolderEntry::name);
  return entries;
}

Status PosixDisk::sync_folder() {
  if (::fsync(folder_fd_) != 0) return call_failed("fsync", errno, folder_);
  return {};
}

Status PosixDisk::sync_parent() { return posix::sync_parent_of(folder_fd_, folder_); }

}  // namespace plumb
