// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The campaign's folder; see scratch.hpp.
#include "audit/scratch.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "audit/observe.hpp"

namespace plumb::audit {

namespace fs = std::filesystem;

Scratch::Scratch(const std::string& parent) {
  std::string name = parent + "/plumb-audit-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    throw EnvironmentFailure(fmt::format("{}: no folder can be made: {}", parent,
                                         std::strerror(errno)));  // NOLINT: one thread
  }
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;  // what cannot be removed is a folder too many, and no wrong result
  if (!keep_) fs::remove_all(path_, ignored);
}

std::string Scratch::copy(const std::string& store, const std::string& name) const {
  const std::string to = at(name);
  fs::remove_all(to);
  fs::copy(store, to);
  return to;
}

std::string filesystem_of(const std::string& path) {
  struct stat about{};
  if (stat(path.c_str(), &about) != 0) return "unknown";
  const std::string device = fmt::format("{}:{}", major(about.st_dev), minor(about.st_dev));
  std::ifstream mounts("/proc/self/mountinfo");
  // proc_pid_mountinfo(5): "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw"
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string id;
    std::string parent;
    std::string number;
    words >> id >> parent >> number;
    const std::size_t dash = line.find(" - ");
    if (number != device || dash == std::string::npos) continue;
    const std::size_t from = dash + 3;
    return line.substr(from, line.find(' ', from) - from);
  }
  return "unknown";
}

}  // namespace plumb::audit
