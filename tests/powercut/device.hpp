// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Filesystems to break: images in memory, loop devices on them, mounts. All of it belongs to this
// process alone: mounts live in its own mount namespace and loop devices let go with their last
// user, so nothing is left behind, not by a failed campaign or a killed one either.
// Thread-safety: none; one thread.
// Spec:          EV-6; spec/ASSUMPTIONS.md.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/temp_folder.hpp"

namespace plumb::powercut {

/// This campaign cannot run here, and why, in plain words.
struct Skip : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A filesystem and how it is made and mounted.
struct Filesystem {
  std::string name;
  std::string type;
  std::vector<std::string> make;  ///< command; the image's path is its last word
  std::string options;            ///< of the mount
  std::uint64_t bytes = 0;        ///< size of the image
  bool journal = true;
  std::string profile;  ///< of the simulated disk, that claims what a power cut leaves of it
};
/// By name. Expects a known one.
[[nodiscard]] const Filesystem& filesystem(const std::string& name);
[[nodiscard]] std::vector<std::string> filesystem_names();

/// A folder in memory for one campaign. Throws Skip where mounting is not allowed.
class Bench {
 public:
  Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  Bench(Bench&&) = delete;
  Bench& operator=(Bench&&) = delete;
  ~Bench();
  [[nodiscard]] std::string at(const std::string& name) const { return folder_.file(name); }
  /// The same, as a folder that is there.
  [[nodiscard]] std::string folder(const std::string& name) const;
  /// A new image with an empty filesystem. Throws Skip where its tools are missing.
  [[nodiscard]] std::string image(const std::string& name, const Filesystem& filesystem) const;
  [[nodiscard]] std::string image(const std::string& name, const Filesystem& filesystem,
                                  std::uint64_t bytes) const;
  /// A copy of an image, sparse as it is.
  [[nodiscard]] std::string copy(const std::string& image, const std::string& name) const;

 private:
  test::TempFolder folder_;
};

/// A filesystem that cannot be mounted again.
struct MountFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An image, mounted through a loop device of its own.
class Mounted {
 public:
  /// Throws MountFailure; Skip where there are no loop devices or the kernel does not know the
  /// type.
  Mounted(const std::string& image, std::string folder, const Filesystem& filesystem);
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  Mounted(Mounted&&) = delete;
  Mounted& operator=(Mounted&&) = delete;
  ~Mounted();
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  /// FS_IOC_SHUTDOWN without a flush of the journal: from here on nothing reaches the device.
  void cut_power() const;

 private:
  std::string folder_;
};

/// Unmounts; waits a little for whoever still has it open, then detaches it.
void unmount(const std::string& folder) noexcept;
/// Binds a file or folder over another.
void bind(const std::string& from, const std::string& over);
/// e2fsck -fy: what a filesystem without a journal needs after a cut. Throws MountFailure.
void repair_ext4(const std::string& image);

}  // namespace plumb::powercut
