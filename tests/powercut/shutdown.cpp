// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Power cuts by FS_IOC_SHUTDOWN: from that call on nothing of the filesystem reaches its device,
// dirty pages and the journal in memory included. One store lives through all the rounds:
//   mount - writer opens it (which is the recovery from the round before) and commits - cut -
//   unmount - mount - judge
// The moment of the cut is exact behind a receipt and drawn elsewhere.
// Thread-safety: none; one thread.
// Spec:          EV-6; faults 2, 4, 15, 16.
#include <fmt/format.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "audit/victim.hpp"
#include "powercut/campaign.hpp"
#include "powercut/images.hpp"
#include "powercut/verdict.hpp"
#include "powercut/writer.hpp"

namespace plumb::powercut {
namespace {

namespace fs = std::filesystem;

using audit::Observation;
using Delay = std::chrono::microseconds;

enum class Moment : std::uint8_t { receipt, commit, opening, close, kill };
constexpr std::array<const char*, 5> kMoments{"cut after a receipt", "cut in a commit",
                                              "cut in an opening", "cut in a close",
                                              "killed, recovered, cut"};

class Campaign {
 public:
  explicit Campaign(const Scene& scene)
      : scene_(scene),
        filesystem_(filesystem(scene.request.filesystem)),
        image_(scene.bench.image("image", filesystem_)),
        script_(scene.request.seed) {}

  void run() {
    mount();
    const test::Finished done =
        test::run_process(scene_.plumb.command(init_words(store())), {}, options());
    audit::require(done.status == 0, "AC-5", "plumb init: " + done.text());
    for (std::uint64_t round = 0; round < scene_.request.rounds; ++round) {
      const bool canary = !scene_.request.mutant.empty();
      const std::uint64_t drawn = round < kMoments.size() ? round : script_.random.below(5);
      one_round(canary ? Moment::receipt : Moment{static_cast<std::uint8_t>(drawn)});
    }
    judge_further_commit(scene_.plumb, seen_, script_.draw());
    if (scene_.request.membership && scene_.tally["of them other than what was seen last"] == 0) {
      throw Void("no image differed from what was seen last");
    }
    if (scene_.tally["rounds that lost something"] == 0) {
      throw Void("after no cut did the files differ from what they were before it");
    }
  }

 private:
  [[nodiscard]] std::string store() const { return scene_.bench.at("mounted/store"); }

  [[nodiscard]] test::ProcessOptions options() const {
    return recorded(scene_.request.mutant, store(), scene_.bench.at("calls"), {});
  }

  /// What was there then is durable: the next record begins with it.
  void ask_membership() {
    const audit::Files files = files_of(scene_.bench.at("mounted"));
    if (scene_.request.membership) {
      const Cut cut{[this](const RecordedCall& call) { return call.done && call.end <= recorded_; },
                    [](const RecordedCall&) { return true; }};
      require_membership(scene_, start_, read_calls(scene_.bench.at("calls")), cut, files);
    }
    start_ = files;
    fs::remove(scene_.bench.at("calls"));
  }

  void mount() {
    mounted_ = std::make_unique<Mounted>(image_, scene_.bench.folder("mounted"), filesystem_);
  }

  void one_round(Moment moment) {
    ++scene_.tally[kMoments[static_cast<std::size_t>(moment)]];
    Writer writer(scene_.plumb, store(), script_, options());
    std::uint64_t promised = moment == Moment::opening ? cut_in_opening(writer)
                             : moment == Moment::kill  ? kill_and_recover(writer)
                                                       : cut_in_run(writer, moment);
    promised = std::max(promised, script_.model.settled());
    remount();
    ask_membership();
    seen_ = judge_left(scene_.plumb, store(), {script_.model, promised, seen_.audit});
    ++scene_.tally["images judged"];
    if (audit::is_unfinished(seen_.audit)) ++scene_.tally["openings left unfinished"];
    if (!before_.empty() && before_ != seen_.files) ++scene_.tally["rounds that lost something"];
    scene_.tally["commits not promised, kept"] += seen_.seq - promised;
    scene_.tally["commits not promised, lost"] += script_.model.sent() - seen_.seq;
    script_.model.settle(seen_.seq);
    before_.clear();
  }

  void cut() {
    // What is on the record by now was over before the cut.
    const std::string calls = scene_.bench.at("calls");
    recorded_ = fs::exists(calls) ? fs::file_size(calls) : 0;
    mounted_->cut_power();
    ++scene_.tally["cuts"];
  }

  void pause(std::uint64_t longest_us) {
    std::this_thread::sleep_for(Delay(script_.random.below(longest_us)));
  }
  /// Short ones are drawn as often as long ones.
  void pause_in_run() { pause(std::uint64_t{1} << script_.random.below(12)); }

  std::uint64_t end(Writer& writer) {
    const Ended ended = writer.end();
    scene_.tally["receipts"] += ended.receipts;
    audit::require_orderly_end("commit", ended.done);
    return ended.promised;
  }

  /// Half of the cuts fall behind the first write of the opening, its line in the audit log.
  std::uint64_t cut_in_opening(Writer& writer) {
    const std::string log = store() + "/audit.log";
    const audit::Trace before = audit::trace_of(log);
    const bool wait = script_.random.one_in(2);
    for (int i = 0; wait && i < 100'000 && audit::trace_of(log) == before; ++i) {
    }
    if (wait) {
      pause_in_run();
    } else {
      pause(8000);
    }
    cut();
    return end(writer);
  }

  std::uint64_t cut_in_run(Writer& writer, Moment moment) {
    if (!writer.commit(1 + script_.random.below(16))) {
      throw std::runtime_error("plumb commit: " + writer.end().done.text());
    }
    if (moment == Moment::receipt) before_ = audit::read_folder(store());
    if (moment == Moment::commit) writer.send();
    if (moment == Moment::close) writer.process().close_input();
    if (moment != Moment::receipt) pause_in_run();
    cut();
    return end(writer);
  }

  /// What the recovery after a kill has read, it must have made durable before it answers.
  std::uint64_t kill_and_recover(Writer& writer) {
    static_cast<void>(writer.commit(1 + script_.random.below(4)));
    writer.send();
    pause_in_run();
    writer.process().kill(SIGKILL);
    const Ended ended = writer.end();
    scene_.tally["receipts"] += ended.receipts;
    const std::uint64_t promised = std::max(ended.promised, script_.model.settled());
    const Observation left = judge_left(scene_.plumb, store(), {script_.model, promised});
    script_.model.settle(left.seq);
    const test::Finished recovered =
        test::run_process(scene_.plumb.command({"recover", store(), "--json"}), {}, options());
    audit::require(recovered.status == 0, "AC-5", "plumb recover: " + recovered.text());
    before_ = audit::read_folder(store());
    cut();
    return left.seq;
  }

  /// Without a journal the unmount would still write what only the cache had: then the device as it
  /// is at the cut is copied first, and repaired.
  void remount() {
    const bool journal = filesystem_.journal;
    const std::string cut = journal ? image_ : scene_.bench.copy(image_, "cut");
    mounted_.reset();
    try {
      if (!journal) {
        fs::rename(cut, image_);
        repair_ext4(image_);
      }
      mount();
    } catch (const MountFailure& failure) {
      throw audit::Violation("A-15", failure.what());
    }
  }

  const Scene& scene_;
  const Filesystem& filesystem_;
  std::string image_;
  Script script_;
  std::unique_ptr<Mounted> mounted_;
  Observation seen_;
  std::uint64_t recorded_ = 0;         // bytes of the record when the power went
  std::optional<audit::Files> start_;  // what was durable when the record began
  audit::Files before_;  // the files as they were seen before the cut, where nothing ran then
};

}  // namespace

void run_shutdown(const Scene& scene) { Campaign(scene).run(); }

}  // namespace plumb::powercut
