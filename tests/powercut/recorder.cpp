// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Preloaded into plumb: puts the calls by which it changes or syncs the store PLUMBLINE_STORE, its
// folder and that one's parent, on the record PLUMBLINE_CALLS, as calls.hpp says: once when it
// begins, once when it has ended, each with the length of the file PLUMBLINE_TAPE_FILE if there is
// one. Calls of several threads take turns.
// Thread-safety: by one mutex, which is held during the call.
// Spec:          EV-6.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

#include "powercut/calls.hpp"

namespace {

using plumb::powercut::CallHead;
using plumb::powercut::CallKind;

/// The next definition of the call: a mutant's, or the system library's.
template <class Call>
Call* real(const char* name) {
  return reinterpret_cast<Call*>(dlsym(RTLD_NEXT, name));
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

const std::string& store() {
  static const std::string kStore = variable("PLUMBLINE_STORE");
  return kStore;
}

std::string path_of(int fd) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = readlink(link.c_str(), path.data(), path.size());
  return size < 0 ? std::string() : std::string(path.data(), static_cast<std::size_t>(size));
}

bool is_in_store(int folder) { return path_of(folder) == store(); }
bool is_file_of_store(int fd) { return path_of(fd).starts_with(store() + '/'); }

std::uint64_t position() {
  static const std::string kTape = variable("PLUMBLINE_TAPE_FILE");
  struct stat about{};
  if (kTape.empty() || syscall(SYS_newfstatat, AT_FDCWD, kTape.c_str(), &about, 0) != 0) return 0;
  return static_cast<std::uint64_t>(about.st_size);
}

/// All of it at once, or the record is worth nothing.
void append(CallHead head, std::string_view name, std::string_view to, std::string_view bytes) {
  static const int kFile =
      static_cast<int>(syscall(SYS_openat, AT_FDCWD, variable("PLUMBLINE_CALLS").c_str(),
                               O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  head.pid = getpid();
  head.position = position();
  head.name = static_cast<std::uint32_t>(name.size());
  head.to = static_cast<std::uint32_t>(to.size());
  head.bytes = static_cast<std::uint32_t>(bytes.size());
  std::string entry(reinterpret_cast<const char*>(&head), sizeof head);
  entry.append(name).append(to).append(bytes);
  if (syscall(SYS_write, kFile, entry.data(), entry.size()) != static_cast<ssize_t>(entry.size())) {
    abort();
  }
}

/// A call that is on the record, or not, while it runs.
class Entry {
 public:
  Entry(bool recorded, CallHead head, std::string_view name = {}, std::string_view to = {},
        std::string_view bytes = {})
      : recorded_(recorded) {
    if (!recorded_) return;
    turn().lock();
    append(head, name, to, bytes);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  Entry(Entry&&) = delete;
  Entry& operator=(Entry&&) = delete;
  ~Entry() = default;
  template <class Answer>
  Answer end(Answer answer) {
    if (!recorded_) return answer;
    const int error = errno;
    CallHead head;
    head.kind = CallKind::done;
    head.answer = answer < 0 ? -error : static_cast<std::int64_t>(answer);
    append(head, {}, {}, {});
    turn().unlock();
    errno = error;
    return answer;
  }

 private:
  static std::mutex& turn() {
    static std::mutex mutex;
    return mutex;
  }
  bool recorded_;
};

CallHead head_of(CallKind kind, int fd = -1, int flags = 0, std::uint64_t offset = 0) {
  CallHead head;
  head.kind = kind;
  head.fd = fd;
  head.flags = flags;
  head.offset = offset;
  return head;
}

int sync_with(const char* name, int fd, CallKind kind) {
  auto* const call = real<int(int)>(name);
  const std::string path = path_of(fd);
  const bool parent = path == store().substr(0, store().rfind('/'));
  if (path == store()) kind = CallKind::sync_folder;
  if (parent) kind = CallKind::sync_parent;
  Entry entry(parent || path == store() || is_file_of_store(fd), head_of(kind, fd));
  return entry.end(call(fd));
}

}  // namespace

extern "C" {

int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  static auto* const call = real<int(int, const char*, int, ...)>("openat");
  const bool recorded = (flags & O_DIRECTORY) == 0 && is_in_store(folder);
  Entry entry(recorded, head_of(CallKind::open, -1, flags), path);
  return entry.end(call(folder, path, flags, mode));
}

int close(int fd) {
  static auto* const call = real<int(int)>("close");
  Entry entry(is_file_of_store(fd), head_of(CallKind::close, fd));
  return entry.end(call(fd));
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static auto* const call = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  Entry entry(is_file_of_store(fd),
              head_of(CallKind::write, fd, 0, static_cast<std::uint64_t>(offset)), {}, {},
              {static_cast<const char*>(bytes), size});
  return entry.end(call(fd, bytes, size, offset));
}

int fdatasync(int fd) { return sync_with("fdatasync", fd, CallKind::sync_data); }

int fsync(int fd) { return sync_with("fsync", fd, CallKind::sync_all); }

int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  static auto* const call = real<int(int, const char*, mode_t)>("mkdirat");
  Entry entry(path_of(folder) + '/' + path == store(), head_of(CallKind::made_folder));
  return entry.end(call(folder, path, mode));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  static auto* const call = real<int(int, const char*, int, const char*, unsigned)>("renameat2");
  Entry entry(is_in_store(from_folder), head_of(CallKind::rename), from, to);
  return entry.end(call(from_folder, from, to_folder, to, flags));
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  static auto* const call = real<int(int, const char*, int)>("unlinkat");
  Entry entry(is_in_store(folder), head_of(CallKind::unlink), path);
  return entry.end(call(folder, path, flags));
}

}  // extern "C"
