// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The names of fields that a trace may speak of, by family of models: what describe() of each model
// can show. A test holds them against the models, both ways.
// Thread-safety: pure functions.
// Spec:          README.md (fields).
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "commit/golden_state.hpp"
#include "meter/row.hpp"

namespace plumb::spec::trace {

struct Fields {
  std::vector<std::string> names;
  /// Fields that say where a program stands: what a refused event is explained by.
  std::vector<std::string> places;
};

namespace detail {

inline constexpr unsigned kMostCheckpointNumber = 31;  // five bits in the model

inline void add(std::vector<std::string>& to, const std::string& before,
                std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) to.push_back(before + std::string(name));
}

}  // namespace detail

[[nodiscard]] inline Fields golden_fields() {
  Fields all;
  all.places = {"phase", "next", "committer", "syncer", "checkpointer"};
  all.names = all.places;
  for (unsigned f = 1; f <= commit::golden::kSegments; ++f) {
    const std::string slot = "log-" + std::to_string(f);
    all.names.push_back(slot + " header");
    for (unsigned i = 0; i < commit::golden::kSlots; ++i) {
      all.names.push_back(slot + " block " + std::to_string(i));
    }
  }
  for (unsigned n = 1; n <= detail::kMostCheckpointNumber; ++n) {
    all.names.push_back("checkpoint-" + std::to_string(n));
  }
  detail::add(all.names, "",
              {"temp file", "audit log", "content", "written", "known durable", "sync covers",
               "active", "segment number", "spares", "verdict", "audit lines confirmed", "started",
               "promised", "acknowledged", "lost", "crashes left"});
  return all;
}

[[nodiscard]] inline Fields classic_fields() {
  Fields all;
  all.places = {"phase", "next"};
  all.names = all.places;
  detail::add(all.names, "",
              {"log", "state file", "temp file", "memory", "in progress", "buffer", "read",
               "rolled back", "started", "promised", "lost", "crashes left"});
  return all;
}

[[nodiscard]] inline Fields meter_fields() {
  Fields all;
  for (int i = 0; i < meter::kMaxMeters; ++i) {
    const std::string of = "meter " + std::to_string(i) + " ";
    detail::add(all.places, of, {"after", "watcher after"});
    detail::add(all.names, of,
                {"after", "seq", "stamp", "start_lo", "start_hi", "verdict", "raised",
                 "quarantined", "crossed", "violations", "unmeasurable", "failed", "armed",
                 "parked", "pending", "watcher after", "w_seq", "w_verdict"});
    detail::add(all.names, "thread " + std::to_string(i) + " ", {"cpu", "waited"});
  }
  detail::add(all.names, "", {"crisis level", "escalations owed", "evidence"});
  return all;
}

}  // namespace plumb::spec::trace
