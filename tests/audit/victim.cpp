// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Killing a process at a drawn moment; see victim.hpp.
#include "audit/victim.hpp"

#include <fmt/format.h>
#include <signal.h>  // SIGKILL is POSIX

#include <optional>
#include <thread>

namespace plumb::audit {

using Clock = std::chrono::steady_clock;

Ended run_and_kill(const Plumb& plumb, const Plan& plan) {
  test::Process process(plumb.command(plan.words));
  // False where the process has closed its input already; its end tells why.
  static_cast<void>(process.send(plan.input));
  if (plan.end_of_input) process.close_input();

  Ended ended;
  while (ended.lines.size() < plan.await) {
    std::optional<std::string> line = process.read_line();
    if (!line) break;
    ended.lines.push_back(std::move(*line));
  }
  if (plan.meanwhile && ended.lines.size() == plan.await) plan.meanwhile();
  std::this_thread::sleep_for(plan.delay);
  process.kill(SIGKILL);

  const test::Finished done = process.finish();
  for (std::string& line : lines_of(done.out)) ended.lines.push_back(std::move(line));
  ended.killed = done.signal == SIGKILL;
  ended.status = done.status;
  ended.errors = done.err;
  if (done.status == 127 || (done.signal != 0 && !ended.killed)) {
    throw EnvironmentFailure(fmt::format("plumb {}: {}", plan.words.front(), done.text()));
  }
  return ended;
}

Pace measure(const Plumb& plumb, const std::vector<std::string>& words, const std::string& input) {
  const Clock::time_point start = Clock::now();
  test::Process process(plumb.command(words));
  static_cast<void>(process.send(input));
  process.close_input();
  Pace pace;
  const std::optional<std::string> first = process.read_line();
  pace.first_line = std::chrono::duration_cast<Microseconds>(Clock::now() - start);
  const test::Finished done = process.finish();
  pace.end = std::chrono::duration_cast<Microseconds>(Clock::now() - start);
  if (!first || done.status != 0) {
    throw EnvironmentFailure(fmt::format("plumb {}: {}", words.front(), done.text()));
  }
  return pace;
}

}  // namespace plumb::audit
