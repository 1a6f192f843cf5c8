// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb-trace, run as `plumb trace`: holds a recorded trace against the specification.
// Exit status:   0 accepted; 1 refused, or a property is broken; 2 malformed, or wrong usage; 3 the
//                environment failed; 4 not decided.
// Spec:          EV-3, EV-5; README.md; impl/cli/README.md (command-line contract).
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "trace/judge.hpp"
#include "trace/report.hpp"
#include "trace/words.hpp"

namespace plumb::spec::trace {
namespace {

constexpr int kMalformed = 2;
constexpr int kEnvironment = 3;
constexpr int kNotDecided = 4;
constexpr std::uint64_t kMost = 1'000'000'000'000;

struct Request {
  std::string file;
  Limits limits;
  bool json = false;
  bool quiet = false;
  bool stats = false;
};

/// Says on standard error where the error lies; returns the status.
int fail(const Request& request, int status, std::string_view code, std::uint64_t line,
         const std::string& reason) {
  using Json = nlohmann::ordered_json;
  std::string place = request.file.empty() ? std::string{} : printable(request.file) + ":";
  if (line > 0) place += fmt::format("{}:", line);
  const std::string message = place.empty() ? reason : fmt::format("{} {}", place, reason);
  std::string text = fmt::format("plumb trace: {}\n", message);
  if (request.json) {
    const Json inside{{"code", code},
                      {"file", request.file.empty() ? Json() : Json(request.file)},
                      {"line", line > 0 ? Json(line) : Json()},
                      {"reason", reason},
                      {"message", message}};
    text = Json{{"error", inside}}.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  }
  static_cast<void>(std::fputs(text.c_str(), stderr));  // there is nobody else to tell
  return status;
}

int print(const Request& request, const std::string& text, int status) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return status;
  }
  return fail(request, kEnvironment, "io", 0, "standard output cannot be written");
}

/// A line on standard error for what takes more than a second.
class Progress {
 public:
  explicit Progress(bool silent) : silent_(silent), terminal_(isatty(STDERR_FILENO) == 1) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  Progress(Progress&&) = delete;
  Progress& operator=(Progress&&) = delete;
  ~Progress() {
    if (shown_ && terminal_) static_cast<void>(std::fputs("\r\033[K", stderr));
  }
  void show(std::uint64_t events, std::uint64_t possible) {
    const auto now = Clock::now();
    if (silent_ || now - last_ < std::chrono::seconds(1)) return;
    last_ = now;
    if (shown_ && !terminal_) return;
    shown_ = true;
    fmt::print(stderr, "{}plumb trace: {} events, {} states possible{}", terminal_ ? "\r" : "",
               events, possible, terminal_ ? "\033[K" : "\n");
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_ = Clock::now();
  bool silent_;
  bool terminal_;
  bool shown_ = false;
};

int judge_file(const Request& request) {
  std::optional<Lines> lines;
  const auto line = [&] { return lines ? lines->number() : 0; };
  try {
    lines = lines_of_file(request.file);
    Progress progress(request.quiet || request.json);
    const Result result = judge(
        *lines, request.limits,
        [&](std::uint64_t events, std::uint64_t possible) { progress.show(events, possible); });
    return print(request,
                 request.json ? json_report(result, request.file)
                              : text_report(result, request.file, request.stats),
                 result.exit_status());
  } catch (const Malformed& malformed) {
    return fail(request, kMalformed, "malformed", std::max<std::uint64_t>(line(), 1),
                malformed.what());
  } catch (const NewerVersion& newer) {
    return fail(request, kNotDecided, "newer_version", line(), newer.what());
  } catch (const ReadFailure& failure) {
    return fail(request, kEnvironment, "io", 0, failure.what());
  } catch (const std::exception& error) {  // out of memory, above all
    return fail(request, kEnvironment, "io", line(), error.what());
  }
}

/// Known before parsing, since wrong usage is told in the same form.
bool asks_for_json(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    if (std::string_view(argv[i]) == "--json") return true;
  }
  return false;
}

int run(int argc, char** argv) {
  Request request;
  request.json = asks_for_json(argc, argv);
  CLI::App app(
      "Holds a recorded trace against the specification: names the first step that is none of the\n"
      "variant's, and why. The format: spec/trace/README.md.",
      "plumb trace");
  app.add_option("FILE", request.file, "The trace, JSON Lines; - is standard input")->required();
  app.add_flag("--json", request.json, "JSON on standard output and standard error");
  app.add_flag("--quiet", request.quiet, "No progress on standard error");
  app.add_flag("--stats", request.stats, "Also events, largest set of states, steps tried");
  const CLI::Range many(std::uint64_t{1}, kMost);
  app.add_option("--max-states", request.limits.states, "Give up with more possible states")
      ->check(many)
      ->capture_default_str();
  app.add_option("--max-steps", request.limits.steps, "Give up after so many steps tried")
      ->check(many)
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print(request, app.help(), 0);
  } catch (const CLI::Error& error) {
    request.file.clear();
    return fail(request, kMalformed, "usage", 0, error.what());
  }
  return judge_file(request);
}

}  // namespace
}  // namespace plumb::spec::trace

int main(int argc, char** argv) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // a closed pipe is an error of the write
  try {
    return plumb::spec::trace::run(argc, argv);
  } catch (const std::exception& error) {
    static_cast<void>(std::fprintf(stderr, "plumb trace: %s\n", error.what()));
    return plumb::spec::trace::kEnvironment;
  }
}
