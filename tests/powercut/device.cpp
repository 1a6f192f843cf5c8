// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Loop devices and mounts by system calls; see device.hpp.
#include "powercut/device.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include "base/contract.hpp"
#include "disk/posix_calls.hpp"
#include "support/process.hpp"

namespace plumb::powercut {
namespace {

namespace fs = std::filesystem;
using posix::Fd;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
// linux/fs.h does not have them in all versions.
constexpr unsigned long kShutdown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t kNoLogFlush = 2;
constexpr int kCommandNotFound = 127;

std::string reason(int errnum) { return std::system_category().message(errnum); }

const std::vector<Filesystem>& filesystems() {
  // commit=: the journal's own timer would save what nobody synced.
  static const std::vector<std::string> ext4{
      "mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0"};
  static const auto with = [](std::vector<std::string> words, const char* option,
                              const char* value) {
    words.insert(words.end(), {option, value});
    return words;
  };
  static const std::vector<Filesystem> all{
      {"ext4", "ext4", ext4, "commit=300", 24 * kMiB, true, "journal"},
      {"ext4-nojournal", "ext4", with(ext4, "-O", "^has_journal"), "", 24 * kMiB, false,
       "posix-min"},
      {"ext4-writeback", "ext4", ext4, "commit=300,data=writeback", 24 * kMiB, true, "writeback"},
      {"xfs", "xfs", {"mkfs.xfs", "-q", "--unsupported"}, "", 32 * kMiB, true, "journal"},
      {"btrfs",
       "btrfs",
       {"mkfs.btrfs", "-q"},
       "commit=300,nodiscard",
       112 * kMiB,
       true,
       "btrfs-like"}};
  return all;
}

/// Takes this process into a mount namespace of its own, once.
bool own_namespace() {
  static const bool done =
      unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return done;
}

/// A free loop device on the image. It lets go when its last user does.
std::string attach(const std::string& image, Fd& device) {
  const Fd control(open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control) throw Skip("no loop devices here: " + reason(errno));
  const Fd file(open(image.c_str(), O_RDWR | O_CLOEXEC));
  if (!file) throw std::runtime_error("cannot open " + image + ": " + reason(errno));
  for (int attempt = 0; attempt < 50; ++attempt) {
    const int number = ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) throw Skip("no free loop device: " + reason(errno));
    const std::string path = fmt::format("/dev/loop{}", number);
    device = Fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
    loop_config config{};
    config.fd = static_cast<__u32>(file.get());
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (device && ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return path;
    if (errno != EBUSY) throw Skip("loop devices cannot be set up: " + reason(errno));
  }
  throw Skip("others take every loop device");
}

}  // namespace

const Filesystem& filesystem(const std::string& name) {
  const auto found = std::ranges::find(filesystems(), name, &Filesystem::name);
  Expects(found != filesystems().end());
  return *found;
}

std::vector<std::string> filesystem_names() {
  std::vector<std::string> names;
  for (const Filesystem& each : filesystems()) names.push_back(each.name);
  return names;
}

Bench::Bench() {
  if (geteuid() != 0) throw Skip("needs root");
  if (!own_namespace() || mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=1g") != 0) {
    throw Skip("mounting is not possible here: " + reason(errno));
  }
}

Bench::~Bench() { unmount(folder_.path()); }

std::string Bench::folder(const std::string& name) const {
  fs::create_directories(at(name));
  return at(name);
}

std::string Bench::image(const std::string& name, const Filesystem& made) const {
  return image(name, made, made.bytes);
}

std::string Bench::image(const std::string& name, const Filesystem& made,
                         std::uint64_t bytes) const {
  fs::remove(at(name));
  test::write_file(at(name), {});
  fs::resize_file(at(name), bytes);
  std::vector<std::string> words = made.make;
  words.push_back(at(name));
  const test::Finished done = test::run_process(words);
  if (done.status == kCommandNotFound) throw Skip(words.front() + " is not installed");
  if (done.status != 0) throw std::runtime_error(words.front() + ": " + done.text());
  return at(name);
}

std::string Bench::copy(const std::string& image, const std::string& name) const {
  const test::Finished done = test::run_process({"cp", "--sparse=auto", image, at(name)});
  if (done.status != 0) throw std::runtime_error("cp: " + done.text());
  return at(name);
}

Mounted::Mounted(const std::string& image, std::string folder, const Filesystem& mounted)
    : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  Fd device;
  const std::string path = attach(image, device);
  if (mount(path.c_str(), folder_.c_str(), mounted.type.c_str(), 0, mounted.options.c_str()) == 0) {
    return;
  }
  if (errno == ENODEV) throw Skip("this kernel does not know " + mounted.type);
  throw MountFailure(fmt::format("{} cannot be mounted: {}", mounted.name, reason(errno)));
}

Mounted::~Mounted() { unmount(folder_); }

void Mounted::cut_power() const {
  const Fd folder(open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::uint32_t how = kNoLogFlush;
  if (!folder || ioctl(folder.get(), kShutdown, &how) != 0) {
    throw Skip("this filesystem cannot be shut down: " + reason(errno));
  }
}

void unmount(const std::string& folder) noexcept {
  for (int attempt = 0; attempt < 200; ++attempt) {
    if (umount2(folder.c_str(), 0) == 0 || errno != EBUSY) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  umount2(folder.c_str(), MNT_DETACH);
}

void bind(const std::string& from, const std::string& over) {
  if (mount(from.c_str(), over.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    throw std::runtime_error("cannot bind " + over + ": " + reason(errno));
  }
}

void repair_ext4(const std::string& image) {
  const test::Finished done = test::run_process({"e2fsck", "-fy", image});
  if (done.status == kCommandNotFound) throw Skip("e2fsck is not installed");
  if (done.status < 0 || done.status > 3) throw MountFailure("e2fsck: " + done.text());
}

}  // namespace plumb::powercut
