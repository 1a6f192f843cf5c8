// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// mount(2) in a namespace of our own; see mount.hpp.
#include "support/mount.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "support/skip.hpp"

namespace plumb::test {
namespace {

/// Takes this process into a mount namespace of its own, once.
bool own_namespace() {
  static const bool done =
      unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return done;
}

}  // namespace

Mount::Mount(std::string folder, bool done) : folder_(std::move(folder)), done_(done) {
  if (!done_) {
    say_skipped("this test",
                "mounting is not possible here: " + std::system_category().message(errno));
  }
}

Mount::~Mount() {
  if (done_) umount2(folder_.c_str(), MNT_DETACH);
}

Mount Mount::tmpfs(const std::string& folder, unsigned bytes) {
  const std::string size = fmt::format("size={}", bytes);
  return {folder, own_namespace() && mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) == 0};
}

Mount Mount::read_only(const std::string& folder) {
  const char* const path = folder.c_str();
  return {folder, own_namespace() && mount(path, path, nullptr, MS_BIND, nullptr) == 0 &&
                      mount("none", path, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0};
}

bool Mount::resize(unsigned bytes) {
  const std::string size = fmt::format("size={}", bytes);
  return mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT, size.c_str()) == 0;
}

}  // namespace plumb::test
