// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Store and model in lockstep: disks, crashes, openings. What is committed: world_commits.cpp.
#include "property/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/contract.hpp"
#include "commit/reading.hpp"
#include "sim/crash_sample.hpp"

namespace plumb::property {
namespace {

/// 1, 2, 3, ... behind the number of the opening.
Entropy entropy_of(unsigned opening) {
  return [opening, next = std::uint8_t{0}](ByteSpan into) mutable -> Status {
    for (std::byte& byte : into) byte = std::byte{++next};
    if (into.size() < 2) return {};
    into[0] = static_cast<std::byte>(opening);
    into[1] = static_cast<std::byte>(opening >> 8U);
    return {};
  };
}

/// Opens the store as its owner would, who knows no more than the books say.
Result<std::unique_ptr<Store>> open_store(Disk& disk, bool opened_before, const Options& options,
                                          unsigned opening) {
  OpenRequest request;
  request.entropy = entropy_of(opening);
  if (opened_before) return Store::open(disk, request);
  request.create = options;
  Result<std::unique_ptr<Store>> store = Store::open(disk, request);
  const bool is_one_already = !store && store.error().code == Errc::invalid;
  if (!is_one_already) return store;  // else it was finished, and nobody had been told
  request.create.reset();
  return Store::open(disk, request);
}

bool changes_or_syncs(const sim::Call& call, sim::Moment moment) {
  return moment == sim::Moment::issued && call.kind != sim::CallKind::close;
}

}  // namespace

World::World(const Scene& scene, const crash::Mutant* mutant, Cover& cover)
    : scene_(scene), mutant_(mutant), cover_(cover) {
  Result<std::unique_ptr<Hasher>> made = make_sha256();
  Ensures(made.has_value());
  hasher_ = std::move(made).value();
  cover_.saw(profile_of(scene).name);
  cover_.saw(scene.buffered ? "buffered" : "direct");
  auto disk = std::make_unique<sim::SimDisk>(profile_of(scene));
  disk->folder_is_new();
  make_disk(std::move(disk));
}

World::~World() = default;

void World::make_disk(std::unique_ptr<sim::SimDisk> disk) {
  store_.reset();
  seam_.reset();
  disk_ = std::move(disk);
  disk_->watch([this](const sim::SimDisk&, const sim::Call& call, sim::Moment moment) {
    watch(call, moment);
  });
  seam_ = std::make_unique<crash::Seam>(*disk_, !scene_.buffered, mutant_);
  headers_.clear();
  poisoned_ = false;
}

void World::watch(const sim::Call& call, sim::Moment moment) {
  if (!changes_or_syncs(call, moment)) return;
  note_call(call);
  watch_audit(call);
  if (!calls_left_ || crashed_) return;
  if (*calls_left_ > 0) {
    --*calls_left_;
    return;
  }
  const bool kill = blow_.trouble == Trouble::kill;
  cover_.saw(fmt::format("{} in {}", kill ? "kill" : "power cut", where_));
  crashed_ = Crashed{kill ? disk_->after_kill() : cut(*disk_, blow_.seed), books_};
  was_killed_ = kill;
}

void World::note_call(const sim::Call& call) {
  const bool write = call.kind == sim::CallKind::write || call.kind == sim::CallKind::write_direct;
  if (!call.name.starts_with("log-")) return;
  if (call.kind == sim::CallKind::open_create) cover_.saw("new segment");
  if (call.kind == sim::CallKind::open_create) headers_.insert(call.name + " new");
  if (!write || call.offset != 0) return;
  const bool first_of_new = headers_.erase(call.name + " new") != 0;
  cover_.saw(first_of_new ? "header of a new segment" : "recycled segment");
}

/// AC-11: before an opening writes anything else its entry is durable, and no end line is behind
/// it.
void World::watch_audit(const sim::Call& call) {
  const bool other = !call.name.empty() && call.name != "LOCK" && call.name != "audit.log";
  if (!nothing_written_ || !other || crashed()) return;
  nothing_written_ = false;
  sim::State state = disk_->state();
  state.folder_pending = false;  // a folder that is lost as a whole holds nothing else either
  const sim::Image durable = state.image(true);
  const auto audit = durable.files.find("audit.log");
  std::size_t chained = 0;
  if (audit != durable.files.end()) {
    static_cast<void>(crash::audit_fault(*audit->second, 0, *hasher_, chained));
  }
  if (chained == 0) return violated("AC-11", "an opening writes before its entry is durable");
  const std::string_view lines = std::string_view(*audit->second).substr(0, chained - 1);
  const std::string_view last = lines.substr(lines.rfind('\n') + 1);  // of all, if there is one
  if (last.find(R"("event":"end")") != std::string_view::npos) {
    violated("AC-11", "an opening writes before its entry is durable, behind an end line");
  }
}

std::unique_ptr<sim::SimDisk> World::cut(const sim::SimDisk& disk, std::uint64_t seed) {
  const sim::Drops drops = sim::sample_crash(disk, seed);
  const sim::Image image = sim::apply(disk, drops);
  if (drops.folder_lost) cover_.saw("the folder is lost");
  if (image != disk.visible()) cover_.saw("the state differs from what was seen");
  if (was_killed_) cover_.saw("power cut after a kill");
  auto left = std::make_unique<sim::SimDisk>(disk.profile(), image);
  if (drops.folder_lost) left->folder_is_new();
  return left;
}

void World::arm(const char* where) {
  where_ = where;
  fired_before_ = disk_->faults_fired();
  if (blows_.empty()) return;
  blow_ = blows_.front();
  blows_ = blows_.subspan(1);
  if (blow_.trouble == Trouble::cut || blow_.trouble == Trouble::kill) {
    calls_left_ = blow_.at;
  } else {
    disk_->fail(faults_of(blow_, *disk_));
  }
}

/// What was planned and did not come will not come any more.
void World::calm() {
  calls_left_.reset();
  if (!met()) return disk_->fail({});
  const bool sync = blow_.trouble == Trouble::failed_sync;
  if (blow_.trouble == Trouble::disk_full) cover_.saw("disk full");
  if (sync || blow_.trouble == Trouble::io_error) {
    cover_.saw(fmt::format("{} fails", sim::name_of(sync ? sync_kind(blow_) : call_kind(blow_))));
  }
  if (sync) {
    const auto content = faults_of(blow_, *disk_).failures.front().content;
    cover_.saw(content == sim::FailContent::reverts ? "content goes back" : "content stays");
  }
  disk_->fail({});
}

void World::go_on_after_crash() {
  Crashed left = *std::exchange(crashed_, std::nullopt);
  books_ = std::move(left.books);
  make_disk(std::move(left.disk));
}

void World::judge(Found found) {
  if (found && !violation_) violation_ = std::move(found);
}

void World::violated(const char* rule, std::string what) {
  judge(Violation{rule, std::move(what)});
}

/// Opens until an opening has finished: crashes and failures of this step may interrupt some.
void World::open() {
  crashed_openings_ = 0;
  while (!violation_) {
    std::optional<Snapshot> reading;
    if (Result<Reading> read_only = read_store(*seam_)) reading = read_only->state;
    found_ = disk_->visible();
    nothing_written_ = true;
    arm("an opening");
    Result<std::unique_ptr<Store>> opened =
        open_store(*seam_, books_.promise.opened, options_of(scene_), ++openings_);
    const bool fault = met();
    calm();
    if (crashed()) {
      if (++crashed_openings_ > 1) cover_.saw("crash in an opening after a crash in an opening");
      if (opened) store_ = std::move(opened).value();
      go_on_after_crash();
      continue;
    }
    if (!opened) {
      const Errc code = opened.error().code;
      const bool may_fail = fault && (code == Errc::io || code == Errc::no_space);
      if (!may_fail) return violated("AC-5", "not opened: " + opened.error().message());
      cover_.saw("opening failed");
      continue;
    }
    store_ = std::move(opened).value();
    judge(judge_open(reading));
    return;
  }
}

Found World::judge_open(const std::optional<Snapshot>& reading) {
  const Snapshot shown = store_->snapshot();
  note_cleaned();
  note_report(store_->report());
  if (reading && (reading->seq != shown.seq || reading->map.root() != shown.map.root())) {
    return Violation{"AC-12", fmt::format("a reader was shown transaction {}, the opening {}",
                                          reading->seq, shown.seq)};
  }
  crash::Promise after;
  if (Found f = crash::judge_opened(*store_, *disk_, books_.promise, *hasher_, after)) return f;
  if (!books_.promise.opened) cover_.saw("store made anew");
  books_.opened(std::move(after), cover_);
  if (store_->options() != options_of(scene_)) {
    return Violation{"AC-15", "the options are not those that the store was made with"};
  }
  if (store_->poisoned()) return Violation{"AC-9", "a store that has just opened is poisoned"};
  return judge_shown(*store_, books_, *hasher_);
}

void World::note_report(const Report& report) {
  if (report.tail == Tail::torn) cover_.saw("torn tail");
  cover_.saw(kDiscarded, report.discarded.size());
  cover_.saw("redo", report.transactions);
  if (report.taken_up) cover_.saw("opening taken up");
  if (report.closes) cover_.saw("opening closes an earlier one");
  if (report.audit_left_out) cover_.saw("audit line left out");
}

/// What the opening has found and has removed.
void World::note_cleaned() {
  const sim::Image now = disk_->visible();
  for (const auto& [name, bytes] : found_.files) {
    if (name == "checkpoint.tmp") cover_.saw("temp file cleaned");
    const bool half_made = name.starts_with("log-") && bytes->size() != kMinSegmentBytes;
    if (half_made && !now.files.contains(name)) cover_.saw("half-made segment cleaned");
  }
}

void World::die(const Step& step) {
  if (step.deed == Deed::kill) {
    cover_.saw("kill at rest");
    was_killed_ = true;
    return make_disk(disk_->after_kill());
  }
  cover_.saw("power cut at rest");
  auto left = cut(*disk_, step.seed);
  was_killed_ = false;
  make_disk(std::move(left));
}

void World::close(bool with_checkpoint) {
  cover_.saw(with_checkpoint ? "close" : "leave");
  arm("a closing");
  const Status closed = store_->close(with_checkpoint);
  const bool fault = met();
  calm();
  if (crashed()) return go_on_after_crash();
  if (!closed && !fault) violated("AC-16", "close failed: " + closed.error().message());
  store_.reset();
  make_disk(disk_->after_kill());
}

void World::step(const Step& step) {
  blows_ = step.blows;
  switch (step.deed) {
    case Deed::commit:
      commit(step);
      break;
    case Deed::repeat:
    case Deed::conflict:
      repeat(step, step.deed == Deed::repeat);
      break;
    case Deed::checkpoint:
      checkpoint();
      break;
    case Deed::close:
    case Deed::leave:
      close(step.deed == Deed::close);
      break;
    case Deed::kill:
    case Deed::power_cut:
      die(step);
      break;
  }
  if (!store_) open();
}

Found World::play(const std::vector<Step>& steps) {
  blows_ = scene_.blows;
  open();
  for (const Step& one : steps) {
    if (violation_) break;
    step(one);
    const bool lockstep = !violation_ && store_ != nullptr;
    if (lockstep) judge(judge_shown(*store_, books_, *hasher_));
    if (lockstep && store_->poisoned() != poisoned_) {
      violated("AC-9", poisoned_ ? "the store is not poisoned" : "the store is poisoned");
    }
  }
  return violation_;
}

}  // namespace plumb::property
