// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Death tests: code that ends its process, or may, runs in a forked child, and the test looks at
// how the child ended and at what it said. Also a child that holds something until it is killed.
// The child has default signal actions and the contract handler installed, writes no core file, and
// is ended by SIGALRM after 30 seconds, so that a test cannot hang.
// Thread-safety: fork copies the calling thread alone; call while no other thread holds a lock.
#pragma once
#include <sys/types.h>

#include <functional>
#include <string>

namespace plumb::test {

/// How a child ended.
struct Ending {
  int exit_status = -1;  ///< 0 to 255; -1 where a signal ended it
  int signal = 0;        ///< the signal that ended it, 0 where none
  std::string errors;    ///< what it wrote to standard error

  /// A broken contract whose condition contains `condition`: aborted with the handler's line.
  [[nodiscard]] bool broke_contract(const std::string& condition) const;
  /// For failure messages: "exit status 1; standard error: ...".
  [[nodiscard]] std::string text() const;
};

/// Runs `body` in a child; the child exits 0 when it returns. An exception out of it terminates.
[[nodiscard]] Ending run_in_child(const std::function<void()>& body);

/// In a child: ends it with exit status 1 and `what` on standard error unless `condition` holds.
/// (Boost.Test's checks do not reach the parent.)
void require_in_child(bool condition, const char* what);

/// A child that has run `setup` and then sleeps. The constructor returns when `setup` has returned;
/// the destructor kills the child if kill() did not.
class HoldingChild {
 public:
  /// Throws std::runtime_error where the child ended before `setup` had returned.
  explicit HoldingChild(const std::function<void()>& setup);
  ~HoldingChild();
  HoldingChild(const HoldingChild&) = delete;
  HoldingChild& operator=(const HoldingChild&) = delete;
  HoldingChild(HoldingChild&&) = delete;
  HoldingChild& operator=(HoldingChild&&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// kill -9; returns when the child is gone.
  void kill();

 private:
  pid_t pid_ = -1;
};

}  // namespace plumb::test
