// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Short words for what the tests do to a simulated disk, and for what a power cut may leave of it.
// Thread-safety: none.
#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "sim/crash_states.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::sim {

/// Everything that the profile allows; the tests' scenes are small enough.
inline constexpr Ladder kAll{Level::subsets, 200'000, 0, 1};

inline const Profile& profile(std::string_view name) {
  const Profile* const found = find_profile(name);
  BOOST_REQUIRE_MESSAGE(found != nullptr, "profile " << name);
  return *found;
}

inline Bytes sectors(std::string_view letters) {
  Bytes bytes;
  for (const char letter : letters) bytes.append(kSectorBytes, letter);
  return bytes;
}

inline Status on_file(Disk& disk, std::string_view name, Access access,
                      const std::function<Status(Handle)>& act) {
  const Result<Handle> file = disk.open(name, access);
  if (!file) return file.error();
  Status done = act(*file);
  if (Status closed = disk.close(*file); done && !closed) return closed;
  return done;
}

inline Status create(Disk& disk, std::string_view name) {
  return on_file(disk, name, Access::create, [](Handle) { return Status{}; });
}
inline Status write(Disk& disk, std::string_view name, std::uint64_t offset,
                    std::string_view bytes) {
  return on_file(disk, name, Access::write,
                 [&](Handle file) { return disk.write(file, offset, view(bytes)); });
}
inline Status sync_all(Disk& disk, std::string_view name) {
  return on_file(disk, name, Access::write, [&](Handle file) { return disk.sync_all(file); });
}
inline Status sync_data(Disk& disk, std::string_view name) {
  return on_file(disk, name, Access::write, [&](Handle file) { return disk.sync_data(file); });
}

using States = std::set<test::Files>;

inline States states_of(const SimDisk& disk, const Ladder& ladder = kAll) {
  States states;
  const Covered covered =
      for_each_crash_state(disk, ladder, [&](const Image& image, const Drops& drops) {
        BOOST_REQUIRE(apply(disk, drops) == image);
        BOOST_REQUIRE_MESSAGE(states.insert(files_of(image)).second, "a state came twice");
      });
  BOOST_REQUIRE(covered.unique == states.size());
  if (ladder.level == Level::subsets) BOOST_REQUIRE(covered.exhaustive);
  return states;
}

/// "sometimes" and "always", over all states that a power cut may leave.
inline bool can(const SimDisk& disk, const std::function<bool(const test::Files&)>& holds) {
  return std::ranges::any_of(states_of(disk), holds);
}
inline bool never(const SimDisk& disk, const std::function<bool(const test::Files&)>& holds) {
  return !can(disk, holds);
}
inline std::function<bool(const test::Files&)> holds(std::string name, Bytes bytes) {
  return [name = std::move(name), bytes = std::move(bytes)](const test::Files& files) {
    const auto found = files.find(name);
    return found != files.end() && found->second == bytes;
  };
}
inline std::function<bool(const test::Files&)> has(std::string name) {
  return [name = std::move(name)](const test::Files& files) { return files.contains(name); };
}
inline std::function<bool(const test::Files&)> lacks(std::string name) {
  return [name = std::move(name)](const test::Files& files) { return !files.contains(name); };
}

}  // namespace plumb::sim
