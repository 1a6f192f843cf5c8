// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Threads that do one job together, again and again: run() gives it to each of them and to the
// caller, and returns when all are done. Who waits looks again for a fifth of a millisecond before
// it goes to sleep, since jobs of one search follow each other faster than threads are woken. It
// does not yield meanwhile, as std::atomic::wait() may: on a busy machine that can last a
// millisecond.
// Invariants:    between two calls of run() the threads touch nothing.
// Thread-safety: run() is called by the thread that made the team.
// Spec:          P-9 (threads).
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "check/contract.hpp"

namespace plumb::spec {

class Team {
 public:
  /// Expects 1 or more; the caller is one of them. Throws std::system_error where the machine has
  /// no more threads.
  explicit Team(unsigned size) : looks_(size <= std::thread::hardware_concurrency() ? kLooks : 0) {
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
    await(all_done_, [&] { return busy_.load(std::memory_order_acquire) == 0; });
  }

 private:
  static constexpr unsigned kLooks = 10'000;  // some 20 ns each
  static constexpr std::size_t kLine = 64;    // of a cache: who looks at one word reads no other

  template <class Ready>
  void await(std::condition_variable& condition, const Ready& ready) {
    for (unsigned i = 0; i < looks_; ++i) {
      if (ready()) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
    std::unique_lock lock(mutex_);
    condition.wait(lock, ready);
  }
  /// Wakes who sleeps; who is about to has seen the change, or waits for the mutex no longer.
  void wake(std::condition_variable& condition) {
    {
      const std::lock_guard lock(mutex_);
    }
    condition.notify_all();
  }
  void dismiss() {
    job_ = nullptr;
    start_round();
    for (std::thread& thread : threads_) thread.join();
  }
  void start_round() {
    round_.fetch_add(1, std::memory_order_release);
    wake(next_round_);
  }
  void work(unsigned member) {
    for (unsigned seen = 0;; ++seen) {
      await(next_round_, [&] { return round_.load(std::memory_order_acquire) != seen; });
      if (job_ == nullptr) return;
      (*job_)(member);
      if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) wake(all_done_);
    }
  }

  unsigned looks_;  // none where another member may need the processor
  std::vector<std::thread> threads_;
  const std::function<void(unsigned)>* job_ = nullptr;  // published by round_
  std::mutex mutex_;
  std::condition_variable next_round_, all_done_;
  alignas(kLine) std::atomic<unsigned> round_ = 0;
  alignas(kLine) std::atomic<unsigned> busy_ = 0;
};

}  // namespace plumb::spec
