// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Disk scripts on code; see replay.hpp.
#include "refine/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/contract.hpp"
#include "tool/export.hpp"
#include "tool/subject.hpp"
#include "trace/variant.hpp"

namespace plumb::refine {
namespace {

namespace tool = spec::tool;
using Json = nlohmann::ordered_json;

constexpr std::string_view kRow = "golden, sync";

constexpr std::array kCounterparts{
    Counterpart{"commit: without SyncWal", "", "no-sync-record"},
    Counterpart{"opening: without SyncTemp", "checkpoint: without SyncTemp", "no-sync-temp"},
    Counterpart{"checkpoint: without SyncTemp", "opening: without SyncTemp", "no-sync-temp"},
    Counterpart{"opening: without SyncDir", "checkpoint: without SyncDir",
                "no-sync-checkpoint-name"},
    Counterpart{"checkpoint: without SyncDir", "opening: without SyncDir",
                "no-sync-checkpoint-name"},
    Counterpart{"opening: SyncTemp after Rename", "checkpoint: SyncTemp after Rename",
                "rename-before-sync"},
    Counterpart{"opening: SyncDir after DropOld", "checkpoint: SyncDir after DropOld",
                "unlink-before-folder-sync"},
    Counterpart{"checkpoint: SyncDir after DropOld", "opening: SyncDir after DropOld",
                "unlink-before-folder-sync"},
};

constexpr std::string_view kHalf = "no mutant of the specification takes a half of an action away";
constexpr std::array kAlone{
    Alone{"no-sync-audit-entry", kHalf},
    Alone{"no-sync-audit-end", kHalf},
    Alone{"no-sync-segment-zeros", "zeros are not in the model"},
    Alone{"no-sync-segment-header", kHalf},
    Alone{"no-sync-segment-name", "names of segments are not in the model"},
    Alone{"no-sync-leftovers", "CleanTemp syncs nothing in the model"},
    Alone{"no-sync-parent", "the folder's name is not in the model"},
    Alone{"unlink-before-rename", "mutants of the specification swap neighbours alone"},
    Alone{"no-preallocation", "zeros are not in the model"},
    Alone{"no-drop", "without DropOld is harmless in the specification"},
};

/// Actions that change something, by which a script and the code are kept in step.
bool changes(std::string_view action) {
  constexpr std::array kChanges{"WriteTemp", "Rename",    "DropOld", "AddSegment",
                                "LogAudit",  "AppendWal", "Open"};
  return std::ranges::find(kChanges, action) != kChanges.end();
}
bool is_crash(std::string_view action) { return action == "PowerCut" || action == "KillProcess"; }

/// The actions of the last life that change something; `crashed`: the one before the last event.
std::vector<std::string> changes_of(const std::vector<Event>& events, bool crashed) {
  std::vector<std::string> all;
  for (std::size_t i = events.size() - (crashed ? 1 : 0); i > 0; --i) {
    const std::string& action = events[i - 1].action;
    if (is_crash(action)) break;
    if (changes(action)) all.insert(all.begin(), action);
  }
  return all;
}

std::string_view file_in(const sim::Image& image, const std::string& name) {
  const auto found = image.files.find(name);
  return found == image.files.end() ? std::string_view{} : std::string_view(*found->second);
}

std::string name_with(const sim::Image& image, std::string_view prefix) {
  for (const auto& [name, bytes] : image.files) {
    if (name.starts_with(prefix)) return name;
  }
  return {};
}

/// Whether an item of the script is left in the image as it says, of a disk at the power cut.
class Left {
 public:
  using Items = std::map<std::string, std::string>;
  Left(const sim::SimDisk& disk, const sim::Image& image, Shape shape, const Items& items)
      : visible_(disk.visible()),
        durable_(disk.durable()),
        image_(image),
        shape_(shape),
        items_(items) {}
  [[nodiscard]] bool all() const {
    return std::ranges::all_of(items_,
                               [&](const auto& item) { return is(item.first, item.second); });
  }

 private:
  [[nodiscard]] bool is(const std::string& item, const std::string& survivor) const {
    if (item.ends_with(" name")) {
      const std::string stem = item.substr(0, item.size() - 5);
      const std::string name = name_with(image_, stem == "temp" ? "checkpoint.tmp" : stem + '-');
      if (name.empty() || survivor == "absent") return name.empty() == (survivor == "absent");
      const std::string_view bytes = file_in(image_, name);  // whole, unless an item says else
      const bool whole =
          !bytes.empty() && (bytes == file_in(visible_, name) || bytes == file_in(durable_, name));
      return whole || stem == "temp" || items_.contains(stem + " bytes");
    }
    if (item == "temp bytes") return true;  // nobody reads them
    if (item.ends_with(" bytes")) {
      const std::string name = name_with(image_, item.substr(0, item.size() - 6) + '-');
      const bool whole = !name.empty() && file_in(image_, name) == file_in(visible_, name);
      return name.empty() || whole == (survivor == "whole");
    }
    if (item.starts_with("audit line "))
      return compare("audit.log", 0, std::string::npos, survivor);
    const std::size_t space = item.find(' ');
    unsigned slot = 0;
    std::from_chars(item.data() + 4, item.data() + space, slot);
    const std::string name = fmt::format("log-{}", slot - 1);  // the model counts from 1
    constexpr std::size_t kHeader = 512;
    if (item.ends_with(" header")) return compare(name, 0, kHeader, survivor);
    const auto block = static_cast<std::size_t>(item.back() - '0');
    return compare(name, kHeader + block * shape_.record_bytes(), shape_.record_bytes(), survivor);
  }

  [[nodiscard]] bool compare(const std::string& name, std::size_t at, std::size_t size,
                             const std::string& survivor) const {
    const auto part = [&](const sim::Image& image) {
      const std::string_view bytes = file_in(image, name);
      return at < bytes.size() ? bytes.substr(at, size) : std::string_view{};
    };
    const bool is_new = part(image_) == part(visible_);
    const bool is_old = part(image_) == part(durable_);
    return survivor == "new" ? is_new : survivor == "old" ? is_old : !is_new && !is_old;
  }

  sim::Image visible_, durable_;
  const sim::Image& image_;
  Shape shape_;
  const Items& items_;
};

const tool::SubjectMutant& mutant_named(const std::vector<tool::SubjectMutant>& all,
                                        std::string_view name) {
  const auto found = std::ranges::find(all, name, &tool::SubjectMutant::name);
  if (found == all.end()) throw std::invalid_argument("no mutant " + std::string(name));
  return *found;
}

/// The row with both faults.
spec::commit::Row row_with(const Counterpart& counterpart) {
  const auto row = [](std::string_view mutant) {
    const std::string name = fmt::format("{}; {}", kRow, mutant);
    return std::get<spec::trace::CommitVariant>(spec::trace::find_variant({.variant = name})).row;
  };
  spec::commit::Row both = row(counterpart.mutant);
  if (counterpart.other.empty()) return both;
  const spec::commit::Row other = row(counterpart.other);
  if (counterpart.other.starts_with("opening")) both.recovery = other.recovery;
  if (counterpart.other.starts_with("checkpoint")) both.checkpoint = other.checkpoint;
  return both;
}

class Replay {
 public:
  Replay(const Script& script, const Counterpart* counterpart, bool direct)
      : script_(script), counterpart_(counterpart), rules_(mapping()) {
    // A store that renames first syncs under the new name.
    rules_.push_back(
        {sim::CallKind::sync_all, Target::checkpoint, sim::Moment::returned, Part::temp_synced});
    setup_.profile = sim::find_profile("posix-min");
    setup_.direct = direct;
    setup_.records = 2;
    setup_.rules = &rules_;
    if (counterpart == nullptr) return;
    setup_.mutant = crash::find_mutant(counterpart->store);
    if (counterpart->mutant.ends_with("without SyncDir")) setup_.order = Order::without_sync_dir;
    if (counterpart->mutant.ends_with("after DropOld")) setup_.order = Order::drop_first;
  }

  Replayed run() {
    Lives lives(setup_);
    sim::SimDisk disk(*setup_.profile);
    follow(0, disk, lives.recorder());
    return replayed_;
  }

 private:
  static constexpr unsigned kMostWays = 16;

  /// Life number `n` of the script on the disk; wherever it can crash as the script says, the next.
  void follow(std::size_t n, sim::SimDisk& disk, Recorder recorder) {
    const Script::Life& life = script_.lives[n];
    crash::History operations = life.operations;
    if (counterpart_ == nullptr) {  // where the first is confirmed, the second is no step
      const auto again = std::ranges::unique(operations, [](const auto& a, const auto& b) {
        return a.act == crash::Act::checkpoint && b.act == crash::Act::checkpoint;
      });
      operations.erase(again.begin(), again.end());
    }
    Lives lives(setup_);
    if (life.crash.empty()) {
      lives.live(disk, recorder, operations, {});
      judge_trace(lives.trace_of(recorder), recorder);
      return;
    }
    lives.live(disk, recorder, operations,
               [&](const sim::SimDisk& now, const sim::Call*, const Recorder& so_far) {
                 if (life.crash == "KillProcess") {
                   kill(n, now, so_far);
                   return;
                 }
                 cut(n, now, so_far);
               });
  }
  void kill(std::size_t n, const sim::SimDisk& now, Recorder recorder) {
    recorder.kill(now);
    if (!in_step(n, recorder)) return;
    follow(n + 1, *now.after_kill(), std::move(recorder));
  }
  void cut(std::size_t n, const sim::SimDisk& now, const Recorder& so_far) {
    Recorder probe = so_far;
    probe.power_cut(now.visible());
    if (!in_step(n, probe)) return;
    const Shape shape{setup_.records, setup_.direct};
    sim::for_each_crash_state(now, {}, [&](const sim::Image& image, const sim::Drops&) {
      if (replayed_.ways >= kMostWays) return;
      if (!Left(now, image, shape, script_.lives[n].survives).all()) return;
      Recorder recorder = so_far;
      recorder.power_cut(image);
      sim::SimDisk next(*setup_.profile, image);
      follow(n + 1, next, std::move(recorder));
    });
  }
  [[nodiscard]] bool in_step(std::size_t n, const Recorder& recorder) const {
    return replayed_.ways < kMostWays &&
           changes_of(recorder.events(), true) == script_.lives[n].actions;
  }

  void judge_trace(Trace trace, const Recorder& recorder) {
    if (counterpart_ != nullptr) trace.row = row_with(*counterpart_);
    ++replayed_.ways;
    const Verdict verdict = judge(trace);
    const bool broken = std::ranges::find(verdict.broken, script_.property) != verdict.broken.end();
    replayed_.held = replayed_.held && verdict.holds() && !recorder.fault();
    if (!verdict.accepted && replayed_.why.empty()) {
      replayed_.why = fmt::format("event {}, {}: {}", verdict.event, verdict.action, verdict.why);
    }
    for (const std::string& property : verdict.broken) {
      const auto known = std::ranges::find(replayed_.properties, property);
      if (known == replayed_.properties.end()) replayed_.properties.push_back(property);
    }
    replayed_.broken = replayed_.broken || broken;
    if (!verdict.broken.empty() && replayed_.seen_as.empty())
      replayed_.seen_as = seen_by_clients(trace.events);
  }

  static std::string seen_by_clients(const std::vector<Event>& events) {
    std::string shown = "{}";
    for (const Event& event : events) {
      if (event.action == "Refuse") return "AC-5 not opened";
      for (const Seen& seen : event.seen) {
        if (seen.field != "content" || event.action == "RedoWal") continue;
        const std::string now = seen.words.value_or("");
        if (now.size() < shown.size()) return "AC-2 lost";
        shown = now;
      }
    }
    return {};
  }

  const Script& script_;
  const Counterpart* counterpart_;
  Mapping rules_;
  Setup setup_;
  Replayed replayed_;
};

void take_step(const Json& line, bool& opened, Script::Life& life) {
  const std::string action = line.at("action");
  if (action == "Open") opened = true;
  if (action == "AppendWal") life.operations.push_back({crash::Act::commit, 1});
  if (action == "WriteTemp" && opened) life.operations.push_back({crash::Act::checkpoint, 0});
  if (changes(action)) life.actions.push_back(action);
}

}  // namespace

std::span<const Counterpart> counterparts() { return kCounterparts; }
std::span<const Alone> stores_alone() { return kAlone; }

Script script_of(std::string_view text) {
  Script script;
  bool opened = false;
  std::size_t steps = 0;
  bool ended = false;
  while (!text.empty()) {
    const std::size_t feed = text.find('\n');
    const Json line = Json::parse(text.substr(0, feed), nullptr, false);
    text.remove_prefix(feed == std::string_view::npos ? text.size() : feed + 1);
    if (!line.is_object() || ended) throw std::invalid_argument("no disk script");
    if (line.contains("plumb-script")) {
      script.variant = line.at("variant");
      script.property = line.at("property");
      script.lives.emplace_back();
    } else if (line.contains("end")) {
      ended = line.at("end") == steps && !script.lives.empty();
    } else if (script.lives.empty() || !line.contains("action")) {
      throw std::invalid_argument("no disk script");
    } else {
      ++steps;
      Script::Life& life = script.lives.back();
      take_step(line, opened, life);
      if (!is_crash(std::string(line.at("action")))) continue;
      life.crash = line.at("action");
      if (line.contains("survives")) {
        for (const auto& [item, survivor] : line.at("survives").items()) {
          life.survives[item] = survivor;
        }
      }
      opened = false;
      script.lives.emplace_back();
    }
  }
  if (!ended || steps == 0) throw std::invalid_argument("a disk script that was cut");
  return script;
}

std::vector<std::string> scripts_of(std::string_view mutant) {
  const std::vector<tool::SubjectMutant> all = tool::mutants_of(tool::find_subject(kRow));
  std::vector<std::string> scripts;
  for (const tool::Subject& subject : mutant_named(all, mutant).tries) {
    const tool::Outcome outcome = tool::examine(subject, {});
    for (const tool::Judged& judged : outcome.findings) {
      const bool safety =
          judged.kind == spec::PropertyKind::invariant || judged.kind == spec::PropertyKind::action;
      const bool violated = judged.verdict == spec::Verdict::violated && judged.story.has_value();
      if (safety && violated && judged.property != "Deadlock" && judged.story->length() > 0) {
        scripts.push_back(tool::to_script(outcome, judged));
      }
    }
    if (!scripts.empty()) return scripts;
  }
  return scripts;
}

Replayed replay(const Script& script, const Counterpart* counterpart, bool direct) {
  Expects(!script.lives.empty());
  return Replay(script, counterpart, direct).run();
}

}  // namespace plumb::refine
