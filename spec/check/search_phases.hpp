// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The three phases of a batch (search.hpp): expand, insert, commit.
// Thread-safety: as search.hpp.
// Spec:          EV-2; P-9.
#pragma once
#include "check/search.hpp"

namespace plumb::spec {

/// job(member) for each of them, one a thread; an exception of the first that threw one comes out.
template <Model M, Storage kStorage>
void Search<M, kStorage>::each_member(unsigned members, const std::function<void(unsigned)>& job) {
  if (members == 1) return job(0);
  errors_.assign(members, nullptr);
  team_.run([&](unsigned member) {
    try {
      job(member);
    } catch (...) {
      errors_[member] = std::current_exception();
    }
  });
  for (const std::exception_ptr& error : errors_) {
    if (error) std::rethrow_exception(error);
  }
}

/// job(member, i) for each i below count. A member begins with its own share of them, whose memory
/// is still in its cache from the last batch, and then takes from the others'.
template <Model M, Storage kStorage>
template <class Job>
void Search<M, kStorage>::each(std::size_t count, unsigned members, const Job& job) {
  const auto begin = [&](std::size_t member) { return member * count / members; };
  std::vector<Ticket> tickets(members);
  for (unsigned m = 0; m < members; ++m) tickets[m].next = begin(m);
  each_member(members, [&](unsigned member) {
    for (unsigned turn = 0; turn < members; ++turn) {
      const unsigned owner = (member + turn) % members;
      std::atomic<std::size_t>& next = tickets[owner].next;
      for (std::size_t i = next++; i < begin(owner + 1); i = next++) job(member, i);
    }
  });
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::expand(std::uint32_t last, unsigned members) {
  const std::size_t parts = members == 1 ? 1 : kParts;
  for (Worker& worker : workers_) worker.clear(parts);
  const std::size_t ranges = (last - next_ + kRange - 1) / kRange;
  each(ranges, members, [&](unsigned member, std::size_t i) {
    const auto range = static_cast<std::uint32_t>(i);
    const std::uint32_t first = next_ + range * kRange;
    expander_.expand(keys_, range, first, std::min(last, first + kRange), depth_, workers_[member]);
  });
  gather(ranges);
}

/// Puts the workers' ranges into their order.
template <Model M, Storage kStorage>
void Search<M, kStorage>::gather(std::size_t ranges) {
  batch_.resize(ranges);
  for (unsigned member = 0; member < workers_.size(); ++member) {
    for (Range& range : workers_[member].ranges) batch_[range.index] = {member, &range};
  }
}

/// Adds up what the workers found. Throws what the model threw first, but for CapacityExceeded.
template <Model M, Storage kStorage>
bool Search<M, kStorage>::failed() {
  const Failure* first = nullptr;
  for (const Worker& worker : workers_) {
    found_.offer(worker.found);
    generated_ += worker.candidates.size();
    for (std::size_t a = 0; a < totals_.size(); ++a) totals_[a] += worker.tallies[a].steps;
    if (worker.failure && (first == nullptr || worker.failure->range < first->range))
      first = &*worker.failure;
  }
  if (first == nullptr) return false;
  if (first->error) std::rethrow_exception(first->error);
  stop("capacity exceeded (" + *first->capacity + ")");
  return true;
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::insert(unsigned members) {
  parts_.resize(workers_.front().logs.size());
  each(parts_.size(), members, [&](unsigned, std::size_t part) { insert_part(part); });
  if (probing()) return;
  for (const Part& part : parts_) digest_.add(part.digest);
}

/// Of the candidates for a part of the table, those that are not in it are put there.
template <Model M, Storage kStorage>
void Search<M, kStorage>::insert_part(std::size_t part) {
  constexpr std::size_t kAhead = 16;  // about as many memory accesses as a core keeps open
  Digest digest;
  parts_[part].fresh.resize(batch_.size());
  for (std::size_t r = 0; r < batch_.size(); ++r) {
    Log& log = workers_[batch_[r].member].logs[part];
    const std::vector<Listed>& listed = log.listed;
    const auto [begin, end] = log.of(*batch_[r].range);
    if (begin == 0) {
      for (std::size_t i = 0; i < std::min(kAhead, listed.size()); ++i) {
        table_.prefetch(listed[i].fingerprint);
      }
    }
    Fresh fresh;
    for (std::size_t i = begin; i < end; ++i) {
      if (i + kAhead < listed.size()) table_.prefetch(listed[i + kAhead].fingerprint);
      if (!is_new(listed[i])) continue;
      log.fresh.push_back(static_cast<std::uint32_t>(i));
      ++fresh.states;
      fresh.bytes += listed[i].key_bytes;
      digest.add(listed[i].fingerprint);
    }
    parts_[part].fresh[r] = fresh;
  }
  parts_[part].digest = digest;
}

/// Whether the candidate's state was not in the table; puts it there.
template <Model M, Storage kStorage>
bool Search<M, kStorage>::is_new(const Listed& listed) {
  const auto same_key = [&](std::uint32_t number) { return same(number, listed); };
  if (probing()) return !table_.find(listed.fingerprint, same_key);
  return table_.insert(listed.fingerprint, provisional(listed), same_key);
}

template <Model M, Storage kStorage>
std::uint32_t Search<M, kStorage>::provisional(const Listed& listed) const {
  const std::size_t i = listed.candidate - batch_[listed.range].range->begin;
  return kProvisional | (listed.range * Worker::kMostCandidates + static_cast<std::uint32_t>(i));
}

template <Model M, Storage kStorage>
std::span<const std::byte> Search<M, kStorage>::key(std::uint32_t number) const {
  if ((number & kProvisional) == 0) return keys_.key(number);
  const auto& [member, range] = batch_[(number & ~kProvisional) / Worker::kMostCandidates];
  const Worker& worker = workers_[member];
  return worker.key(worker.candidates[range->begin + number % Worker::kMostCandidates]);
}

template <Model M, Storage kStorage>
bool Search<M, kStorage>::same(std::uint32_t number, const Listed& listed) const {
  if constexpr (!kKeep) return true;
  const Worker& worker = workers_[batch_[listed.range].member];
  return equal(key(number), worker.key(worker.candidates[listed.candidate]));
}

/// Numbers the new states in the order of parent and edge; keeps their keys and origins.
template <Model M, Storage kStorage>
void Search<M, kStorage>::commit(std::uint32_t last, unsigned members) {
  const Fresh all = fresh();
  std::uint32_t number = count();
  Keys::Cursor cursor = keys_.extend(static_cast<std::uint32_t>(all.states), all.bytes);
  ancestry_.extend(static_cast<std::uint32_t>(all.states), last);
  for (std::size_t r = 0; r < batch_.size(); ++r) {
    batch_[r].range->number = number;
    batch_[r].range->keys = cursor;
    for (const Part& part : parts_) {
      number += static_cast<std::uint32_t>(part.fresh[r].states);
      cursor.skip(static_cast<std::uint32_t>(part.fresh[r].states), part.fresh[r].bytes);
    }
  }
  each_member(members, [&](unsigned member) { commit(workers_[member]); });
  std::vector<Ancestry::LongEdge> long_edges;
  for (const Worker& worker : workers_) {
    for (std::size_t a = 0; a < distinct_.size(); ++a) distinct_[a] += worker.tallies[a].distinct;
    long_edges.insert(long_edges.end(), worker.long_edges.begin(), worker.long_edges.end());
  }
  ancestry_.list(long_edges);
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::commit(Worker& worker) {
  Ancestry::Cursor ancestry(ancestry_);
  worker.for_each_fresh([&](Range& range, Candidate& candidate) {
    const std::uint32_t number = candidate.number = range.number++;
    range.keys.add(worker.key(candidate));
    ++worker.tallies[candidate.action].distinct;
    if (ancestry.set(number, candidate.parent, candidate.edge)) return;
    worker.long_edges.push_back({.state = number, .edge = candidate.edge});
  });
  ancestry.flush();
}

/// New states of the batch, and the bytes of their keys.
template <Model M, Storage kStorage>
typename Search<M, kStorage>::Fresh Search<M, kStorage>::fresh() const {
  Fresh all;
  for (const Part& part : parts_) {
    for (const Fresh& fresh : part.fresh) {
      all.states += fresh.states;
      all.bytes += fresh.bytes;
    }
  }
  if (all.states > kProvisional - count()) throw std::bad_alloc();
  return all;
}

/// In exact mode the table learns the numbers of the new states.
template <Model M, Storage kStorage>
void Search<M, kStorage>::renumber(unsigned members) {
  if constexpr (kKeep) {
    each(parts_.size(), members, [&](unsigned, std::size_t part) {
      for (const Worker& worker : workers_) {
        const Log& log = worker.logs[part];
        for (const std::uint32_t i : log.fresh) {
          const Listed& listed = log.listed[i];
          table_.renumber(listed.fingerprint, provisional(listed),
                          worker.candidates[listed.candidate].number);
        }
      }
    });
  }
}

}  // namespace plumb::spec
