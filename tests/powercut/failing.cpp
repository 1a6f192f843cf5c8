// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Failing calls at real files: a filesystem that fills up, short writes by RLIMIT_FSIZE, errors
// injected by strace. One store lives through the rounds; what it had acknowledged must be there
// after each, and the next writer must get on.
// Thread-safety: none; one thread.
// Spec:          EV-6; AC-9; faults 11 to 13.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include "disk/posix_calls.hpp"
#include "powercut/campaign.hpp"
#include "powercut/verdict.hpp"
#include "powercut/writer.hpp"

namespace plumb::powercut {
namespace {

namespace fs = std::filesystem;

constexpr int kEnvironment = 3;  // exit status of plumb

/// A store, its writers, and what they promised.
class Subject {
 public:
  Subject(const Scene& scene, std::string folder)
      : scene_(scene), folder_(std::move(folder)), script_(scene.request.seed) {}

  [[nodiscard]] Script& script() noexcept { return script_; }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] Writer writer(const std::vector<std::string>& wrapper = {}) {
    return Writer(scene_.plumb, folder_, script_, as_mutant(scene_.request.mutant), wrapper);
  }
  void init() {
    const test::Finished done = scene_.plumb.run(init_words(folder_));
    audit::require(done.status == 0, "AC-9", "plumb init: " + done.text());
  }
  /// Ends a writer: well, or with an error of the environment. The error's JSON.
  audit::Json end(Writer& writer) {
    const Ended ended = writer.end();
    scene_.tally["receipts"] += ended.receipts;
    promised_ = std::max({promised_, ended.promised, script_.model.settled()});
    audit::require_orderly_end("commit", ended.done);
    if (ended.done.status == 0) return audit::Json::object();
    audit::require(ended.done.status == kEnvironment, "AC-9",
                   "a failing call is no failure of the environment: " + ended.done.text());
    const std::vector<std::string> lines = audit::lines_of(ended.done.err);
    const audit::Json error = audit::parse_line(lines.empty() ? std::string() : lines.back());
    ++scene_.tally["ended by " +
                   audit::string_at(error.value("error", audit::Json::object()), "code")];
    return error.value("error", audit::Json::object());
  }
  void judge() {
    const audit::Observation seen = judge_left(scene_.plumb, folder_, {script_.model, promised_});
    ++scene_.tally["states judged"];
    script_.model.settle(seen.seq);
    promised_ = seen.seq;
  }
  /// Nothing fails any more: a writer gets on.
  void recover() {
    Writer writer = Writer(scene_.plumb, folder_, script_, test::ProcessOptions{});
    static_cast<void>(writer.commit(1));
    const Ended ended = writer.end();
    audit::require(ended.done.status == 0 && ended.receipts == 1, "AC-9",
                   "no commit when the fault is gone: " + ended.done.text());
    promised_ = ended.promised;
    judge();
  }

 private:
  const Scene& scene_;
  std::string folder_;
  Script script_;
  std::uint64_t promised_ = 0;
};

/// Takes all the room there is but `left` blocks.
class Ballast {
 public:
  Ballast(std::string file, std::uint64_t left) : file_(std::move(file)) {
    const posix::Fd fd(open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const std::string block(kBlock, 'b');
    std::uint64_t blocks = 0;
    while (write(fd.get(), block.data(), block.size()) == static_cast<ssize_t>(kBlock)) ++blocks;
    blocks -= std::min(blocks, left);
    if (ftruncate(fd.get(), static_cast<off_t>(blocks * kBlock)) != 0 || fsync(fd.get()) != 0) {
      throw std::runtime_error("cannot fill the filesystem");
    }
  }
  Ballast(const Ballast&) = delete;
  Ballast& operator=(const Ballast&) = delete;
  Ballast(Ballast&&) = delete;
  Ballast& operator=(Ballast&&) = delete;
  ~Ballast() { unlink(file_.c_str()); }

 private:
  static constexpr std::uint64_t kBlock = 4096;
  std::string file_;
};

constexpr std::uint64_t kSmallBytes = std::uint64_t{8} << 20U;

/// A new store on the full filesystem: made, or not and then made when there is room.
void init_when_full(const Scene& scene, const std::string& folder, const std::string& ballast,
                    std::uint64_t left) {
  {
    const Ballast full(ballast, left);
    const test::Finished done = test::run_process(scene.plumb.command(init_words(folder)), {},
                                                  as_mutant(scene.request.mutant));
    audit::require_orderly_end("init", done);
    if (done.status == 0) return;
    audit::require(done.status == kEnvironment, "AC-9", "plumb init: " + done.text());
    ++scene.tally["inits without room"];
  }
  judge_first_start(scene.plumb, folder);
}

/// The sizes that leave a record short: inside a segment, at no sector's border.
std::uint64_t draw_limit(audit::Random& random) { return 600 + random.below(kSegmentBytes - 600); }

void limit_files(pid_t process, rlim_t bytes) {
  const rlimit limit{bytes, RLIM_INFINITY};
  if (prlimit(process, RLIMIT_FSIZE, &limit, nullptr) != 0) {
    throw Skip("file sizes cannot be limited");
  }
}

struct Injection {
  const char* call;
  const char* error;
};
constexpr std::array<Injection, 6> kInjections{{{"pwrite64", "EIO"},
                                                {"fsync", "EIO"},
                                                {"pwrite64", "ENOSPC"},
                                                {"renameat2", "EIO"},
                                                {"fsync", "ENOSPC"},
                                                {"unlinkat", "EIO"}}};

std::vector<std::string> strace_words(const Injection& injection, std::uint64_t when,
                                      const std::string& log, const std::string& mutant) {
  std::vector<std::string> words{"strace", "-f", "-qq", "-o", log};
  for (const std::string& variable : as_mutant(mutant).set_env) {
    words.insert(words.end(), {"-E", variable});
  }
  words.insert(words.end(),
               {"-e", fmt::format("trace={}", injection.call), "-e",
                fmt::format("inject={}:error={}:when={}", injection.call, injection.error, when)});
  return words;
}

void require_strace(const Bench& bench) {
  const test::Finished done = test::run_process({"strace", "-f", "-o", bench.at("trial"), "true"});
  if (done.status == 127) throw Skip("strace is not installed");
  if (done.status != 0) throw Skip("strace may not trace here: " + done.err);
}

}  // namespace

void run_full(const Scene& scene) {
  const Filesystem& made = filesystem(scene.request.filesystem);
  const std::string image = scene.bench.image("image", made, kSmallBytes);
  const Mounted mounted(image, scene.bench.folder("mounted"), made);
  const std::string ballast = mounted.folder() + "/ballast";
  Subject subject(scene, mounted.folder() + "/store");
  subject.init();
  std::uint64_t hits = 0;
  for (std::uint64_t round = 0; round < scene.request.rounds; ++round) {
    ++scene.tally["rounds"];
    const std::uint64_t left = round * 5 % 12;  // blocks
    init_when_full(scene, fmt::format("{}/store-{}", mounted.folder(), round), ballast, left);
    {
      const Ballast full(ballast, left);
      Writer writer = subject.writer();
      static_cast<void>(writer.commit(8));
      const audit::Json error = subject.end(writer);
      if (audit::string_at(error, "code") == "no_space") ++hits;
      subject.judge();
    }
    subject.recover();
  }
  if (hits == 0) throw Void("the filesystem was never full");
}

void run_short_writes(const Scene& scene) {
  Subject subject(scene, scene.bench.at("store"));
  subject.init();
  for (std::uint64_t round = 0; round < scene.request.rounds; ++round) {
    ++scene.tally["rounds"];
    const std::uint64_t limit = draw_limit(subject.script().random);
    {
      Writer writer = subject.writer();
      static_cast<void>(writer.commit(1 + subject.script().random.below(3)));
      limit_files(writer.process().pid(), limit);
      static_cast<void>(writer.commit(6));
      const audit::Json error = subject.end(writer);
      // The failed write begins where the limit is: the part before it was stored.
      if (audit::number_at(error, "offset") == limit) ++scene.tally["short writes"];
    }
    subject.judge();
    subject.recover();
  }
  if (scene.tally["short writes"] == 0) throw Void("no write was cut short");
}

void run_injection(const Scene& scene) {
  require_strace(scene.bench);
  const Filesystem& made = filesystem(scene.request.filesystem);
  const std::string image = scene.bench.image("image", made);
  auto mounted = std::make_unique<Mounted>(image, scene.bench.folder("mounted"), made);
  Subject subject(scene, mounted->folder() + "/store");
  subject.init();
  const std::string log = scene.bench.at("strace");
  for (std::uint64_t round = 0; round < scene.request.rounds; ++round) {
    ++scene.tally["rounds"];
    const Injection& injection = kInjections[round % kInjections.size()];
    const std::uint64_t when = 1 + subject.script().random.below(9);
    {
      Writer writer = subject.writer(strace_words(injection, when, log, scene.request.mutant));
      static_cast<void>(writer.commit(5));
      mounted->cut_power();  // what was not synced is gone
      static_cast<void>(subject.end(writer));
    }
    const bool hit = test::read_file(log).find("(INJECTED)") != std::string::npos;
    scene.tally[fmt::format("{} {}", injection.call, injection.error)] += hit ? 1 : 0;
    scene.tally["injected"] += hit ? 1 : 0;
    mounted.reset();
    mounted = std::make_unique<Mounted>(image, scene.bench.folder("mounted"), made);
    subject.judge();
    subject.recover();
  }
  if (scene.tally["injected"] == 0) throw Void("no error was injected");
}

}  // namespace plumb::powercut
