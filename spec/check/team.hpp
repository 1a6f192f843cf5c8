// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Threads that do one job together, again and again: run() gives it to each of them and to the
// caller, and returns when all are done.
// Invariants:    between two calls of run() the threads touch nothing.
// Thread-safety: run() is called by the thread that made the team.
// Spec:          P-9 (threads).
#pragma once
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "check/contract.hpp"

namespace plumb::spec {

class Team {
 public:
  /// Expects 1 or more; the caller is one of them. Throws std::system_error where the machine has
  /// no more threads.
  explicit Team(unsigned size) {
    expects(size >= 1, "a team has a member");
    threads_.reserve(size - 1);
    try {
      for (unsigned member = 1; member < size; ++member) {
        threads_.emplace_back([this, member] { work(member); });
      }
    } catch (...) {
      dismiss();
      throw;
    }
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  Team(Team&&) = delete;
  Team& operator=(Team&&) = delete;
  ~Team() { dismiss(); }

  [[nodiscard]] unsigned size() const noexcept {
    return static_cast<unsigned>(threads_.size()) + 1;
  }
  /// job(member) for each member, 0 being the caller. The job throws nothing.
  void run(const std::function<void(unsigned)>& job) {
    job_ = &job;
    busy_.store(size() - 1, std::memory_order_relaxed);
    start_round();
    job(0);
    for (unsigned busy = busy_.load(std::memory_order_acquire); busy != 0;
         busy = busy_.load(std::memory_order_acquire)) {
      busy_.wait(busy, std::memory_order_acquire);
    }
  }

 private:
  void dismiss() {
    job_ = nullptr;
    start_round();
    for (std::thread& thread : threads_) thread.join();
  }
  void start_round() {
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }
  void work(unsigned member) {
    for (unsigned seen = 0;; ++seen) {
      round_.wait(seen, std::memory_order_acquire);
      if (job_ == nullptr) return;
      (*job_)(member);
      if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_one();
    }
  }

  std::vector<std::thread> threads_;
  const std::function<void(unsigned)>* job_ = nullptr;  // published by round_
  std::atomic<unsigned> round_ = 0;
  std::atomic<unsigned> busy_ = 0;
};

}  // namespace plumb::spec
