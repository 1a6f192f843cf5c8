// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The three phases of a batch (search.hpp): expand, insert, commit.
// Thread-safety: as search.hpp.
// Spec:          EV-2; P-9.
#pragma once
#include "check/search.hpp"

namespace plumb::spec {

/// job(owner) for each of them, one a thread; an exception of the first that threw one comes out.
template <Model M, Storage kStorage>
void Search<M, kStorage>::each_owner(unsigned owners, const std::function<void(unsigned)>& job) {
  if (owners == 1) return job(0);
  errors_.assign(owners, nullptr);
  team_.run([&](unsigned owner) {
    try {
      job(owner);
    } catch (...) {
      errors_[owner] = std::current_exception();
    }
  });
  for (const std::exception_ptr& error : errors_) {
    if (error) std::rethrow_exception(error);
  }
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::expand(std::uint32_t last, std::uint32_t units, unsigned owners) {
  std::atomic<std::uint32_t> ticket = 0;
  each_owner(owners, [&](unsigned) {
    for (std::uint32_t u = ticket++; u < units; u = ticket++) {
      const std::uint32_t begin = (next_ / kRange + u) * kRange;
      units_[u].clear(owners);
      expander_.expand(keys_, std::max(next_, begin), std::min(last, begin + kRange), depth_,
                       units_[u]);
    }
  });
}

/// Gathers what the units found, in their order and up to the first in which the model threw.
template <Model M, Storage kStorage>
bool Search<M, kStorage>::failed(std::uint32_t units) {
  for (std::uint32_t u = 0; u < units; ++u) {
    const Unit& unit = units_[u];
    found_.offer(unit.found);
    for (std::size_t a = 0; a < totals_.size(); ++a) totals_[a] += unit.totals[a];
    generated_ += unit.candidates.size();
    if (unit.capacity) stop("capacity exceeded (" + *unit.capacity + ")");
    if (unit.capacity) return true;
    if (unit.error) std::rethrow_exception(unit.error);
  }
  return false;
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::insert(std::uint32_t units, unsigned owners) {
  digests_.assign(owners, {});
  each_owner(owners, [&](unsigned owner) { insert_owned(units, owners, owner); });
  for (const Digest& digest : digests_) digest_.add(digest);
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::insert_owned(std::uint32_t units, unsigned owners, unsigned owner) {
  constexpr std::size_t kAhead = 16;  // about as many memory accesses as a core keeps open
  Digest digest;
  for (std::uint32_t u = 0; u < units; ++u) {
    Unit& unit = units_[u];
    const bool all = owners == 1;
    const std::size_t size = all ? unit.candidates.size() : unit.owned[owner].size();
    const auto index = [&](std::size_t i) {
      return all ? static_cast<std::uint32_t>(i) : unit.owned[owner][i];
    };
    for (std::size_t i = 0; i < std::min(kAhead, size); ++i) {
      table_.prefetch(unit.candidates[index(i)].fingerprint);
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (i + kAhead < size) table_.prefetch(unit.candidates[index(i + kAhead)].fingerprint);
      if (!is_new(u, index(i))) continue;
      unit.fresh[owner].push_back(index(i));
      digest.add(unit.candidates[index(i)].fingerprint);
    }
  }
  if (!probing()) digests_[owner] = digest;
}

/// Whether the candidate's state was not in the table; puts it there.
template <Model M, Storage kStorage>
bool Search<M, kStorage>::is_new(std::uint32_t unit, std::uint32_t index) {
  const Candidate& candidate = units_[unit].candidates[index];
  if constexpr (kKeep) {
    expects(index < (1U << kUnitShift), "a unit's candidates are below 2^24");
    const auto same_key = [&](std::uint32_t number) {
      return same(number, units_[unit].key(candidate));
    };
    if (probing()) return !table_.find(candidate.fingerprint, same_key);
    return table_.insert(candidate.fingerprint, kProvisional | (unit << kUnitShift) | index,
                         same_key);
  } else {
    if (probing()) return !table_.contains(candidate.fingerprint);
    return table_.insert(candidate.fingerprint, 0, [](std::uint32_t) { return true; });
  }
}

template <Model M, Storage kStorage>
bool Search<M, kStorage>::same(std::uint32_t number, std::span<const std::byte> key) const {
  if ((number & kProvisional) == 0) return equal(keys_.key(number), key);
  const Unit& unit = units_[(number & ~kProvisional) >> kUnitShift];
  return equal(unit.key(unit.candidates[number & ((1U << kUnitShift) - 1)]), key);
}

/// Numbers the new states in the order of parent and edge.
template <Model M, Storage kStorage>
void Search<M, kStorage>::commit(std::uint32_t units) {
  std::vector<std::uint64_t> marks;
  for (std::uint32_t u = 0; u < units; ++u) {
    Unit& unit = units_[u];
    if (unit.fresh.size() == 1) {
      for (const std::uint32_t index : unit.fresh.front()) commit(unit, index);
      continue;
    }
    marks.assign(unit.candidates.size() / 64 + 1, 0);  // the owners' lists, merged
    for (const std::vector<std::uint32_t>& fresh : unit.fresh) {
      for (const std::uint32_t i : fresh) marks[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    for (std::uint32_t word = 0; word < marks.size(); ++word) {
      for (std::uint64_t left = marks[word]; left != 0; left &= left - 1) {
        commit(unit, 64 * word + static_cast<std::uint32_t>(std::countr_zero(left)));
      }
    }
  }
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::commit(Unit& unit, std::uint32_t index) {
  if (probing()) {
    ++beyond_;
    return;
  }
  Candidate& candidate = unit.candidates[index];
  candidate.number = count();
  keys_.add(unit.key(candidate));
  if (depth_ == 0) {
    ancestry_.add_root(candidate.edge);
    return;
  }
  ancestry_.add(candidate.parent, candidate.edge);
  ++distinct_[candidate.action];
}

/// In exact mode the table learns the numbers of the new states.
template <Model M, Storage kStorage>
void Search<M, kStorage>::renumber(std::uint32_t units, unsigned owners) {
  if constexpr (kKeep) {
    each_owner(owners, [&](unsigned owner) {
      for (std::uint32_t u = 0; u < units; ++u) {
        for (const std::uint32_t index : units_[u].fresh[owner]) {
          const Candidate& candidate = units_[u].candidates[index];
          table_.renumber(candidate.fingerprint, kProvisional | (u << kUnitShift) | index,
                          candidate.number);
        }
      }
    });
  }
}

}  // namespace plumb::spec
