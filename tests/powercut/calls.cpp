// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reading a record and making its calls again; see calls.hpp.
#include "powercut/calls.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "commit/aligned_buffer.hpp"
#include "powercut/writer.hpp"
#include "sim/membership.hpp"
#include "support/temp_folder.hpp"

namespace plumb::powercut {
namespace {

using sim::SimDisk;

/// The recorded calls, made on a simulated disk.
class Replay {
 public:
  explicit Replay(SimDisk& disk) : disk_(disk) {}

  /// One without an answer, or whose answer is a failure, may fail here as well.
  void make(const RecordedCall& call) {
    if (call.head.pid != pid_) let_go_of_all();
    pid_ = call.head.pid;
    const Status done = make_call(call);
    if (!done && call.succeeded()) {
      throw std::runtime_error(fmt::format("the record cannot be made again: call {} on {}: {}",
                                           static_cast<unsigned>(call.head.kind), call.name,
                                           done.error().message()));
    }
  }

 private:
  Status make_call(const RecordedCall& call) {
    switch (call.head.kind) {
      case CallKind::open:
        return open(call);
      case CallKind::close:
        return close(call.head.fd);
      case CallKind::write:
        return write(call);
      case CallKind::sync_data:
        return disk_.sync_data(handle(call.head.fd));
      case CallKind::sync_all:
        return disk_.sync_all(handle(call.head.fd));
      case CallKind::sync_folder:
        return disk_.sync_folder();
      case CallKind::sync_parent:
        return disk_.sync_parent();
      case CallKind::rename:
        return disk_.rename(call.name, call.to);
      case CallKind::unlink:
        return disk_.unlink(call.name);
      case CallKind::made_folder:
      case CallKind::done:
        return {};
    }
    return {};
  }

  /// A call without an answer creates its file, and nobody has it open.
  Status open(const RecordedCall& call) {
    const int flags = call.head.flags;
    const bool there = disk_.visible().files.contains(call.name);
    const bool creates = (flags & O_CREAT) != 0 && !there;
    if (!creates && !call.succeeded()) return {};
    const bool direct = (flags & O_DIRECT) != 0 && (flags & O_DSYNC) != 0;
    const Access access = creates  ? direct ? Access::create_direct : Access::create
                          : direct ? Access::direct
                          : (flags & O_ACCMODE) == O_RDONLY ? Access::read
                                                            : Access::write;
    const Result<Handle> opened = disk_.open(call.name, access);
    if (!opened) return opened.error();
    if (!call.succeeded()) return disk_.close(*opened);
    open_[static_cast<int>(call.done->answer)] = *opened;
    return {};
  }

  Status close(int fd) {
    const auto found = open_.find(fd);
    if (found == open_.end()) return {};
    const Handle file = found->second;
    open_.erase(found);
    return disk_.close(file);
  }

  Status write(const RecordedCall& call) {
    std::size_t size = call.bytes.size();
    if (call.succeeded()) size = std::min(size, static_cast<std::size_t>(call.done->answer));
    AlignedBuffer buffer(size);
    const ByteSpan bytes = buffer.span();
    std::memcpy(bytes.data(), call.bytes.data(), size);
    return disk_.write(handle(call.head.fd), call.head.offset, bytes);
  }

  Handle handle(int fd) const {
    const auto found = open_.find(fd);
    if (found == open_.end()) throw std::runtime_error("the record lacks the opening of a file");
    return found->second;
  }

  void let_go_of_all() {
    for (const auto& [fd, file] : open_) static_cast<void>(disk_.close(file));
    open_.clear();
  }

  SimDisk& disk_;
  std::int32_t pid_ = 0;
  std::map<int, Handle> open_;
};

bool changes(const RecordedCall& call) {
  return call.head.kind != CallKind::close &&
         (call.head.kind != CallKind::open || (call.head.flags & O_CREAT) != 0);
}

/// A process was killed in this call: another one comes behind it.
bool is_cut_by_a_kill(const std::vector<RecordedCall>& calls, std::size_t i) {
  return !calls[i].done && i + 1 < calls.size() && calls[i + 1].head.pid != calls[i].head.pid;
}

/// One question: with the calls that a kill has cut made, or not.
class Asking {
 public:
  Asking(const sim::Profile& profile, const std::optional<audit::Files>& start,
         const sim::Image& image)
      : disk_(profile, start ? sim::image_of({start->begin(), start->end()}) : sim::Image{}),
        replay_(disk_),
        image_(image) {
    if (!start) disk_.folder_is_new();
  }

  Membership run(const std::vector<RecordedCall>& calls, const Cut& cut, bool with_killed) {
    std::size_t i = 0;
    const auto is_behind = [&] { return is_cut_by_a_kill(calls, i) && cut.possible(calls[i + 1]); };
    for (; i < calls.size() && (cut.certain(calls[i]) || is_behind()); ++i) {
      const bool made = calls[i].done ? calls[i].succeeded() : with_killed;
      if (made) replay_.make(calls[i]);
    }
    answer_.calls = i;
    answer_.differs = image_ != disk_.visible();
    look();
    disk_.watch([this](const SimDisk&, const sim::Call&, sim::Moment moment) {
      if (moment == sim::Moment::issued) look();
    });
    for (; i < calls.size() && answer_.why_not && cut.possible(calls[i]); ++i) {
      const bool in_flight = !calls[i].done || calls[i].done->answer == -EIO;
      if (!calls[i].succeeded() && !(in_flight && changes(calls[i]))) continue;
      replay_.make(calls[i]);
      look();                // all of its effect, though it had not returned
      if (in_flight) break;  // the power went
    }
    return answer_;
  }

 private:
  void look() {
    if (looked_ && !answer_.why_not) return;
    answer_.why_not = sim::why_not_left(disk_, image_);
    looked_ = true;
  }

  SimDisk disk_;
  Replay replay_;
  const sim::Image& image_;
  Membership answer_;
  bool looked_ = false;
};

}  // namespace

std::vector<RecordedCall> read_calls(const std::string& file) {
  std::vector<RecordedCall> calls;
  if (!std::filesystem::exists(file)) return calls;  // nothing was called
  const std::string record = test::read_file(file);
  for (std::size_t at = 0; record.size() - at >= sizeof(CallHead);) {
    CallHead head;
    std::memcpy(&head, record.data() + at, sizeof head);
    const std::size_t begin = at;
    at += sizeof head;
    if (record.size() - at < std::size_t{head.name} + head.to + head.bytes) {
      throw std::runtime_error("the record of calls ends in an entry");
    }
    if (head.kind == CallKind::done) {
      calls.back().done = head;
      calls.back().end = at;
      continue;
    }
    RecordedCall call{head, record.substr(at, head.name), {}, {}, begin, {}, 0};
    at += head.name;
    call.to = record.substr(at, head.to);
    at += head.to;
    call.bytes = record.substr(at, head.bytes);
    at += head.bytes;
    calls.push_back(std::move(call));
  }
  return calls;
}

test::ProcessOptions recorded(const std::string& mutant, const std::string& store,
                              const std::string& file, const std::string& tape) {
  test::ProcessOptions options = as_mutant(mutant);
  std::erase_if(options.set_env, [](const std::string& v) { return v.starts_with("LD_PRELOAD="); });
  options.set_env.push_back(std::string("LD_PRELOAD=" PLUMBLINE_RECORDER) +
                            (mutant.empty() ? "" : ":" PLUMBLINE_MUTANTS));
  options.set_env.push_back("PLUMBLINE_STORE=" + store);
  options.set_env.push_back("PLUMBLINE_CALLS=" + file);
  options.set_env.push_back("PLUMBLINE_TAPE_FILE=" + tape);
  return options;
}

Membership ask(const sim::Profile& profile, const std::optional<audit::Files>& start,
               const std::vector<RecordedCall>& calls, const Cut& cut, const audit::Files& image) {
  const sim::Image wanted = sim::image_of({image.begin(), image.end()});
  Membership answer = Asking(profile, start, wanted).run(calls, cut, true);
  if (!answer.why_not) return answer;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (!is_cut_by_a_kill(calls, i)) continue;
    return Asking(profile, start, wanted).run(calls, cut, false);
  }
  return answer;
}

}  // namespace plumb::powercut
