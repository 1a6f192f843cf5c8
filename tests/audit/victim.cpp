// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Killing a process at a drawn moment; see victim.hpp.
#include "audit/victim.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <optional>
#include <thread>

namespace plumb::audit {

using Clock = std::chrono::steady_clock;

namespace {

/// Waits until the file is no longer as it was, or the process says something.
void await_change(test::Process& process, const std::string& file, const Trace& before,
                  std::vector<std::string>& lines) {
  const Clock::time_point limit = Clock::now() + std::chrono::seconds(1);
  while (trace_of(file) == before && Clock::now() < limit) {
    std::optional<std::string> line = process.read_line(std::chrono::milliseconds(0));
    if (!line) continue;
    lines.push_back(std::move(*line));
    return;
  }
}

}  // namespace

Trace trace_of(const std::string& file) {
  struct stat about{};
  if (stat(file.c_str(), &about) != 0) return {};
  return {about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
}

Ended run_and_kill(const Plumb& plumb, const Plan& plan) {
  const Trace before = trace_of(plan.watch);
  test::Process process(plumb.command(plan.words));
  // False where the process has closed its input already; its end tells why.
  static_cast<void>(process.send(plan.input));
  if (plan.end_of_input) process.close_input();

  Ended ended;
  if (!plan.watch.empty()) await_change(process, plan.watch, before, ended.lines);
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
  if (!ended.killed) require_orderly_end(plan.words.front(), done);
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
  require_orderly_end(words.front(), done);
  if (!first || done.status != 0) {
    throw EnvironmentFailure(fmt::format("plumb {}: {}", words.front(), done.text()));
  }
  return pace;
}

}  // namespace plumb::audit
