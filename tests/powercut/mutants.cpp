// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Known-bad stores: preloaded into the program plumb, these calls make it break one promise, named
// by PLUMBLINE_MUTANT. A campaign that does not see its mutant fail proves nothing.
//   lose-record         SyncWal does nothing: records are written without O_DSYNC, and the
//                       fdatasync behind one is left out; all else of the log is synced
//   lose-record-cached  the same, through the page cache: no O_DIRECT either
//   lose-temp           SyncTemp does nothing: fsync of a file
//   lose-folder         SyncDir does nothing: fsync of a folder
//   swallow             a write, sync or rename that failed reports success
//   one-device          every file seems to lie on the same filesystem
// Thread-safety: for a program that writes from one thread.
// Spec:          EV-6; spec/ASSUMPTIONS.md.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

bool is(std::string_view mutant) {
  static const char* const chosen = std::getenv("PLUMBLINE_MUTANT");
  return chosen != nullptr && mutant == chosen;
}

/// A record of the log has its magic behind the digest (spec/FORMAT.md, section 3).
bool is_record(const void* bytes, size_t size) {
  constexpr std::string_view kMagic = "PLUMBREC";
  constexpr size_t kAt = 32;
  const std::string_view all(static_cast<const char*>(bytes), size);
  return all.size() >= kAt + kMagic.size() && all.substr(kAt, kMagic.size()) == kMagic;
}

bool wrote_record = false;  // by the last pwrite

bool loses_records() { return is("lose-record") || is("lose-record-cached"); }

/// The next definition of the call: the system library's.
template <class Call>
Call* real(const char* name) {
  return reinterpret_cast<Call*>(dlsym(RTLD_NEXT, name));
}

/// Success instead of a failure, where that is the fault.
template <class Number>
Number told(Number answer, Number success) {
  return answer < 0 && is("swallow") ? success : answer;
}

int real_fstatat(int folder, const char* path, struct stat* about, int flags) {
  static auto* const call = real<int(int, const char*, struct stat*, int)>("fstatat");
  return call(folder, path, about, flags);
}

int real_fdatasync(int fd) {
  static auto* const call = real<int(int)>("fdatasync");
  return call(fd);
}

bool is_folder(int fd) {
  struct stat about{};
  return real_fstatat(fd, "", &about, AT_EMPTY_PATH) == 0 && S_ISDIR(about.st_mode);
}

}  // namespace

extern "C" {

int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (loses_records()) flags &= ~(O_DSYNC | O_SYNC);
  if (is("lose-record-cached")) flags &= ~O_DIRECT;
  static auto* const call = real<int(int, const char*, int, ...)>("openat");
  return call(folder, path, flags, mode);
}

int fdatasync(int fd) { return loses_records() && wrote_record ? 0 : told(real_fdatasync(fd), 0); }

int fsync(int fd) {
  static auto* const call = real<int(int)>("fsync");
  if (is(is_folder(fd) ? "lose-folder" : "lose-temp")) return 0;
  return told(call(fd), 0);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static auto* const call = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  const ssize_t answer = call(fd, bytes, size, offset);
  wrote_record = is_record(bytes, size);
  // What O_DSYNC would have done for all but records.
  if (answer >= 0 && loses_records() && !wrote_record && real_fdatasync(fd) != 0) return -1;
  return told(answer, static_cast<ssize_t>(size));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  static auto* const call = real<int(int, const char*, int, const char*, unsigned)>("renameat2");
  return told(call(from_folder, from, to_folder, to, flags), 0);
}

int fstatat(int folder, const char* path, struct stat* about, int flags) noexcept {
  const int answer = real_fstatat(folder, path, about, flags);
  if (answer == 0 && is("one-device")) about->st_dev = 1;
  return answer;
}

int fstat(int fd, struct stat* about) noexcept { return fstatat(fd, "", about, AT_EMPTY_PATH); }

}  // extern "C"
