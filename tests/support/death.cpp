// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Forked children with captured standard error; see death.hpp.
#include "support/death.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <system_error>

#include "base/contract.hpp"

namespace plumb::test {
namespace {

constexpr unsigned kChildLimitSeconds = 30;

[[noreturn]] void throw_errno(const char* call) {
  throw std::system_error(errno, std::system_category(), call);
}

struct Pipe {
  Pipe() {
    if (pipe(ends.data()) != 0) throw_errno("pipe");
  }
  std::array<int, 2> ends{-1, -1};  // [0] to read, [1] to write
};

pid_t fork_or_throw() {
  std::fflush(nullptr);  // or both processes would print what is buffered now
  const pid_t pid = fork();
  if (pid < 0) throw_errno("fork");
  return pid;
}

// The test framework's handlers would catch the child's abort; the child is a program of its own.
void become_a_program() {
  for (const int number : {SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTERM}) {
    std::signal(number, SIG_DFL);
  }
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  install_contract_handler();
  alarm(kChildLimitSeconds);
}

void call_and_terminate_on_throw(const std::function<void()>& body) noexcept { body(); }

std::string read_to_end(int fd) {
  std::string all;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t n = read(fd, part.data(), part.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return all;
    all.append(part.data(), static_cast<std::size_t>(n));
  }
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) throw_errno("waitpid");
  }
  return status;
}

}  // namespace

bool Ending::broke_contract(const std::string& condition) const {
  const std::size_t at = errors.find("Expects(");
  return signal == SIGABRT && at != std::string::npos &&
         errors.find(condition, at) != std::string::npos &&
         errors.find("is broken", at) != std::string::npos;
}

std::string Ending::text() const {
  const std::string how = signal != 0 ? "signal " + std::to_string(signal)
                                      : "exit status " + std::to_string(exit_status);
  return how + "; standard error: " + errors;
}

Ending run_in_child(const std::function<void()>& body) {
  Pipe errors;
  const pid_t pid = fork_or_throw();
  if (pid == 0) {
    become_a_program();
    dup2(errors.ends[1], STDERR_FILENO);
    close(errors.ends[0]);
    close(errors.ends[1]);
    call_and_terminate_on_throw(body);
    std::fflush(nullptr);
    _exit(0);
  }
  close(errors.ends[1]);
  Ending ending;
  ending.errors = read_to_end(errors.ends[0]);
  close(errors.ends[0]);
  const int status = wait_for(pid);
  if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
  if (WIFEXITED(status)) ending.exit_status = WEXITSTATUS(status);
  return ending;
}

void require_in_child(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "not so: %s\n", what);
  _exit(1);
}

HoldingChild::HoldingChild(const std::function<void()>& setup) {
  Pipe ready;
  pid_ = fork_or_throw();  // NOLINT(*-prefer-member-initializer): the pipe comes first
  if (pid_ == 0) {
    become_a_program();
    close(ready.ends[0]);
    call_and_terminate_on_throw(setup);
    const char word = 'r';
    if (write(ready.ends[1], &word, 1) != 1) _exit(1);
    close(ready.ends[1]);
    for (;;) pause();  // until killed, or ended by the alarm
  }
  close(ready.ends[1]);
  const std::string said = read_to_end(ready.ends[0]);
  close(ready.ends[0]);
  if (said.empty()) {
    wait_for(pid_);
    pid_ = -1;
    throw std::runtime_error("the child ended during its setup");
  }
}

HoldingChild::~HoldingChild() { kill(); }

void HoldingChild::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

}  // namespace plumb::test
