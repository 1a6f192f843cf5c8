// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A change as tests generate and print it: a path or key, and its payload or value, or an erase.
#pragma once
#include <rapidcheck.h>

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "merkle/map.hpp"

namespace plumb::test {

struct Change {
  std::string key;
  std::optional<std::string> value;
};

inline std::ostream& operator<<(std::ostream& out, const Change& change) {
  out << to_hex(view(change.key));
  return change.value ? out << "=" << to_hex(view(*change.value)) : out << " erased";
}

/// Any number of changes; a value is there in three of four.
inline rc::Gen<std::vector<Change>> any_changes_of(const rc::Gen<std::string>& keys,
                                                   const rc::Gen<std::string>& values) {
  return rc::gen::container<std::vector<Change>>(
      rc::gen::map(rc::gen::tuple(keys, values, rc::gen::inRange(0, 4)),
                   [](std::tuple<std::string, std::string, int> drawn) {
                     auto& [key, value, choice] = drawn;
                     return choice == 0 ? Change{key, std::nullopt} : Change{key, value};
                   }));
}

/// The views that Map::apply takes; `changes` must outlive them.
inline std::vector<merkle::MapChange> views_of(const std::vector<Change>& changes) {
  std::vector<merkle::MapChange> views;
  for (const Change& c : changes) {
    views.push_back({c.key, c.value ? std::optional<std::string_view>(*c.value) : std::nullopt});
  }
  return views;
}

/// The map after the changes; terminates on a collision.
inline merkle::Map after(const merkle::Map& map, const std::vector<Change>& changes,
                         Hasher& hasher) {
  return map.apply(views_of(changes), hasher).value();
}

}  // namespace plumb::test
