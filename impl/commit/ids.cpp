// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The memory of transaction ids; see ids.hpp.
#include "commit/ids.hpp"

#include <algorithm>

#include "base/contract.hpp"
#include "commit/options.hpp"

namespace plumb {

std::optional<RememberedId> IdMemory::find(const Digest& id) const {
  const auto known = seq_of_.find(id);
  if (known == seq_of_.end()) return std::nullopt;
  const auto entry = std::ranges::lower_bound(entries_, known->second, {}, &RememberedId::seq);
  Ensures(entry != entries_.end() && entry->id == id);
  return *entry;
}

void IdMemory::add(const RememberedId& entry) {
  Expects(entries_.empty() || entries_.back().seq < entry.seq);
  if (const auto known = seq_of_.find(entry.id); known != seq_of_.end()) {
    entries_.erase(std::ranges::lower_bound(entries_, known->second, {}, &RememberedId::seq));
  }
  entries_.push_back(entry);
  seq_of_[entry.id] = entry.seq;
  if (entries_.size() > kRememberedIds) {
    seq_of_.erase(entries_.front().id);
    entries_.pop_front();
  }
  Ensures(entries_.size() == seq_of_.size());
}

bool IdMemory::valid() const {
  const bool ascending =
      std::ranges::adjacent_find(entries_, [](const RememberedId& a, const RememberedId& b) {
        return a.seq >= b.seq;
      }) == entries_.end();
  return ascending && entries_.size() == seq_of_.size() && entries_.size() <= kRememberedIds;
}

}  // namespace plumb
