// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Crash images: a store is made, used, killed, recovered and closed on a filesystem whose loop
// device stands on a FUSE file that puts every write and flush on a tape (tape_disk.cpp). Then
// images are built as tape.hpp says, mounted, and judged.
// Thread-safety: none; one thread.
// Spec:          EV-6; A-2; faults 2 to 4, 15 to 17.
#include "powercut/images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include "powercut/campaign.hpp"
#include "powercut/tape.hpp"
#include "powercut/verdict.hpp"

namespace plumb::powercut {
namespace {

namespace fs = std::filesystem;

/// The FUSE process and its mount.
class Recorder {
 public:
  Recorder(const Bench& bench, const std::string& image)
      : folder_(bench.folder("fuse")),
        process_({PLUMBLINE_TAPE, folder_, image, bench.at("tape")}) {
    for (int attempt = 0; attempt < 1000 && !fs::exists(disk()); ++attempt) {
      if (process_.read_line(std::chrono::milliseconds(5)) || process_.output_ended()) break;
    }
    if (fs::exists(disk())) return;
    if (!fs::exists(PLUMBLINE_TAPE)) throw Skip("libfuse3 was not there when this was built");
    process_.kill(SIGKILL);
    throw Skip("FUSE does not work here: " + process_.finish().err);
  }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  Recorder(Recorder&&) = delete;
  Recorder& operator=(Recorder&&) = delete;
  ~Recorder() {
    unmount(folder_);
    static_cast<void>(process_.finish());
  }
  [[nodiscard]] std::string disk() const { return folder_ + "/disk"; }

 private:
  std::string folder_;
  test::Process process_;
};

/// From this position of the tape on, so many transactions are promised.
struct Mark {
  std::uint64_t position = 0;
  std::uint64_t promised = 0;
};

struct Recording {
  std::vector<Epoch> tape;
  std::vector<Mark> marks;  // the first is the end of init
  audit::Files last;        // the files at the end
  std::vector<RecordedCall> calls;
};

class Campaign {
 public:
  explicit Campaign(const Scene& scene)
      : scene_(scene),
        filesystem_(filesystem(scene.request.filesystem)),
        script_(scene.request.seed) {}

  void run() {
    const std::string disk = scene_.bench.image("disk", filesystem_);
    base_ = scene_.bench.copy(disk, "base");
    record(disk);
    fs::remove(disk);
    scene_.tally["epochs"] += recording_.tape.size();
    for (const Epoch& epoch : recording_.tape) {
      scene_.tally["writes on the tape"] += epoch.writes.size();
    }
    audit::Random random(scene_.request.seed + 1);
    for (std::uint64_t round = 0; round < scene_.request.rounds; ++round) one_image(random, round);
    if (scene_.request.membership && scene_.tally["of them other than what was seen last"] == 0) {
      throw Void("no image differed from what was seen last");
    }
    if (scene_.tally["images that differ from the end"] == 0) {
      throw Void("no image differed from the final one");
    }
    scene_.tally["distinct images"] += distinct_.size();
  }

 private:
  void record(const std::string& disk) {
    const Recorder recorder(scene_.bench, disk);
    std::uint64_t length = 0;
    {
      const Mounted mounted(recorder.disk(), scene_.bench.folder("mounted"), filesystem_);
      const test::Finished done = test::run_process(
          scene_.plumb.command(init_words(mounted.folder() + "/store")), {}, options());
      if (done.status != 0) throw std::runtime_error("plumb init: " + done.text());
      mark(0);
      use(mounted.folder() + "/store", false);
      use(mounted.folder() + "/store", true);
      use(mounted.folder() + "/store", false);
      recording_.last = files_of(mounted.folder());
      length = fs::file_size(scene_.bench.at("tape"));
    }
    recording_.tape = read_tape(scene_.bench.at("tape"), length);
    recording_.calls = read_calls(scene_.bench.at("calls"));
    scene_.tally["calls on record"] += recording_.calls.size();
    fs::remove(scene_.bench.at("tape"));
  }

  /// A writer that closes, or is killed behind a receipt.
  void use(const std::string& store, bool kill) {
    Writer writer(scene_.plumb, store, script_, options());
    const std::uint64_t count = 6 + script_.random.below(8);
    for (std::uint64_t i = 0; i < count && writer.commit(1); ++i) mark(script_.model.sent());
    if (kill) writer.process().kill(SIGKILL);
    const Ended ended = writer.end();
    if (ended.receipts != count) throw std::runtime_error("plumb commit: " + ended.done.text());
    scene_.tally["receipts"] += count;
  }

  [[nodiscard]] test::ProcessOptions options() const {
    return recorded(scene_.request.mutant, scene_.bench.at("mounted/store"),
                    scene_.bench.at("calls"), scene_.bench.at("tape"));
  }

  /// A call whose end the tape has passed is certain; one that had begun before is possible.
  void ask_membership(std::size_t epoch, const audit::Files& files) const {
    const std::uint64_t end = recording_.tape[epoch].end;
    const Cut cut{
        [end](const RecordedCall& call) { return call.done && call.done->position <= end; },
        [end](const RecordedCall& call) { return call.head.position <= end; }};
    require_membership(scene_, std::nullopt, recording_.calls, cut, files);
  }

  void mark(std::uint64_t promised) {
    recording_.marks.push_back({fs::file_size(scene_.bench.at("tape")), promised});
  }

  /// What was promised before the epoch ended; nothing where init had not ended.
  [[nodiscard]] std::optional<std::uint64_t> promised_in(std::size_t epoch) const {
    std::optional<std::uint64_t> promised;
    for (const Mark& mark : recording_.marks) {
      if (mark.position <= recording_.tape[epoch].end) promised = mark.promised;
    }
    return promised;
  }

  /// Where the power is cut. A mutant is looked at where it is weakest: a promise is in the epoch,
  /// and nothing else of it survives.
  [[nodiscard]] std::size_t draw_epoch(audit::Random& random) const {
    while (true) {
      const std::size_t epoch = random.below(recording_.tape.size());
      const Epoch& drawn = recording_.tape[epoch];
      const auto is_inside = [&](const Mark& mark) {
        return mark.promised > 0 && mark.position >= drawn.begin && mark.position <= drawn.end;
      };
      const bool promises = std::ranges::any_of(recording_.marks, is_inside);
      if (scene_.request.mutant.empty() ? !drawn.writes.empty() : promises) return epoch;
    }
  }

  void one_image(audit::Random& random, std::uint64_t round) {
    const std::size_t epoch = draw_epoch(random);
    const std::uint64_t number = scene_.request.mutant.empty() ? round % kChoices : 0;
    const Choice choice{static_cast<std::uint8_t>(number)};
    const Survivors kept = draw_survivors(recording_.tape, epoch, choice, random);
    const std::string image = scene_.bench.copy(base_, "image");
    play(recording_.tape, kept, image);
    try {
      judge(image, epoch);
    } catch (const audit::Violation& violation) {
      throw audit::Violation(violation.row,
                             fmt::format("image {} ({}): {}", round, kept.words, violation.what()));
    } catch (const MountFailure& failure) {
      throw audit::Violation("A-15",
                             fmt::format("image {} ({}): {}", round, kept.words, failure.what()));
    }
  }

  void judge(const std::string& image, std::size_t epoch) {
    const std::optional<std::uint64_t> promised = promised_in(epoch);
    const Mounted mounted(image, scene_.bench.folder("mounted"), filesystem_);
    const std::string store = mounted.folder() + "/store";
    ++scene_.tally["images judged"];
    const audit::Files files = files_of(mounted.folder());
    if (files != recording_.last) ++scene_.tally["images that differ from the end"];
    distinct_.insert(files);
    if (scene_.request.membership) ask_membership(epoch, files);
    if (!promised) {
      ++scene_.tally["images of an unfinished init"];
      judge_first_start(scene_.plumb, store);
      return;
    }
    const audit::Observation left = judge_left(scene_.plumb, store, {script_.model, *promised});
    scene_.tally["commits not promised, kept"] += left.seq - *promised;
    judge_further_commit(scene_.plumb, left, further_);
  }

  const Scene& scene_;
  const Filesystem& filesystem_;
  Script script_;
  Transaction further_{"further", {{"further", Bytes("commit")}}};
  std::string base_;
  Recording recording_;
  std::set<audit::Files> distinct_;
};

/// A byte in the middle of each file; and no audit log, whose name was synced before any checkpoint
/// had one.
std::vector<audit::Files> altered_images(const audit::Files& image) {
  std::vector<audit::Files> all;
  for (const auto& [name, bytes] : image) {
    if (bytes.empty()) continue;
    audit::Files changed = image;
    char& byte = changed[name][bytes.size() / 2];
    byte = static_cast<char>(byte ^ 0x20);
    all.push_back(std::move(changed));
    if (!name.starts_with("checkpoint-")) continue;
    all.push_back(image);
    all.back().erase("audit.log");
  }
  return all;
}

}  // namespace

audit::Files files_of(const std::string& mounted) {
  const std::string store = mounted + "/store";
  return fs::is_directory(store) ? audit::read_folder(store) : audit::Files{};
}

void require_membership(const Scene& scene, const std::optional<audit::Files>& start,
                        const std::vector<RecordedCall>& calls, const Cut& cut,
                        const audit::Files& image) {
  const sim::Profile* const profile =
      sim::find_profile(filesystem(scene.request.filesystem).profile);
  const Membership found = ask(*profile, start, calls, cut, image);
  if (found.why_not) {
    throw audit::Violation(
        "EV-6", fmt::format("{} does not allow it: {} ({} of {} calls certain)", profile->name,
                            *found.why_not, found.calls, calls.size()));
  }
  ++scene.tally["images that the simulated disk allows"];
  if (found.differs) ++scene.tally["of them other than what was seen last"];
  for (const audit::Files& altered : altered_images(image)) {
    if (!ask(*profile, start, calls, cut, altered).why_not) {
      throw Void("an image altered by hand is allowed");
    }
    ++scene.tally["altered images refused"];
  }
}

void run_images(const Scene& scene) { Campaign(scene).run(); }

}  // namespace plumb::powercut
