// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Counting, recording and failing calls of a disk; see counting_disk.hpp.
#include "support/counting_disk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/contract.hpp"

namespace plumb::test {
namespace {

struct Word {
  const char* text;  // as recorded, and as the call of an injected error
  bool changes;      // belongs to changes()
};

// In the order of the enumeration.
constexpr std::array<Word, kCallKinds> kWords{{{"open", false},
                                               {"create", true},
                                               {"close", false},
                                               {"read", false},
                                               {"write", true},
                                               {"write-direct", true},
                                               {"preallocate", true},
                                               {"sync-data", true},
                                               {"sync-all", true},
                                               {"size", false},
                                               {"rename", true},
                                               {"unlink", true},
                                               {"list", false},
                                               {"sync-folder", true},
                                               {"sync-parent", true},
                                               {"lock", false},
                                               {"direct-block", false}}};
static_assert(static_cast<std::size_t>(Call::direct_block) + 1 == kCallKinds);

const Word& word_of(Call call) { return kWords[static_cast<std::size_t>(call)]; }

Error injected(const Fault& fault, std::string_view file, std::optional<std::uint64_t> offset) {
  return Error{fault.code,   word_of(fault.call).text, std::string(file), offset,
               fault.errnum, "injected by the test"};
}

bool is_direct(Access access) {
  return access == Access::direct || access == Access::create_direct;
}

}  // namespace

void CountingDisk::fail(const Fault& fault) {
  Expects(fault.at > 0);
  Expects(fault.times > 0);
  const std::lock_guard guard(mutex_);
  faults_.push_back(fault);
}

std::uint64_t CountingDisk::failures() const {
  const std::lock_guard guard(mutex_);
  return failures_;
}

std::uint64_t CountingDisk::count(Call call) const {
  const std::lock_guard guard(mutex_);
  return counts_[static_cast<std::size_t>(call)];
}

std::uint64_t CountingDisk::written_bytes() const {
  const std::lock_guard guard(mutex_);
  return written_bytes_;
}

std::vector<std::string> CountingDisk::calls() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> all;
  for (const Entry& entry : record_) all.push_back(entry.words);
  return all;
}

std::vector<std::string> CountingDisk::changes() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> some;
  for (const Entry& entry : record_) {
    if (word_of(entry.call).changes) some.push_back(entry.words);
  }
  return some;
}

void CountingDisk::clear() {
  const std::lock_guard guard(mutex_);
  counts_.fill(0);
  record_.clear();
  faults_.clear();
  failures_ = 0;
  written_bytes_ = 0;
}

CountingDisk::Known CountingDisk::known(Handle file) const {
  const std::lock_guard guard(mutex_);
  const auto found = known_.find(file);
  const bool handle_is_open = found != known_.end();
  Expects(handle_is_open);
  return found->second;
}

void CountingDisk::remember(Handle file, std::string_view name, bool direct) {
  const std::lock_guard guard(mutex_);
  known_[file] = Known{std::string(name), direct};
}

// Counts and records one call and says whether it is to fail.
std::optional<Fault> CountingDisk::begin(Call call, std::string words) {
  const std::lock_guard guard(mutex_);
  const std::uint64_t number = ++counts_[static_cast<std::size_t>(call)];
  record_.push_back(Entry{call, std::move(words)});
  const auto fault = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& f) {
    return f.call == call && number >= f.at && number - f.at < f.times;
  });
  if (fault == faults_.end()) return std::nullopt;
  ++failures_;
  return *fault;
}

void CountingDisk::add_written(std::uint64_t bytes) {
  const std::lock_guard guard(mutex_);
  written_bytes_ += bytes;
}

// A call without partial effects: performed, or failed before or after it was.
template <class Answer, class Do>
Answer CountingDisk::run(Call call, std::string words, std::string_view file, Do perform) {
  const std::optional<Fault> fault = begin(call, std::move(words));
  if (!fault) return perform();
  if (fault->effect == Effect::done) {
    const Answer hidden = perform();
    if (!hidden) return hidden.error();  // it failed by itself: the true error is the better one
  }
  return injected(*fault, file, std::nullopt);
}

Result<Handle> CountingDisk::open(std::string_view name, Access access) {
  const bool creates = access == Access::create || access == Access::create_direct;
  const Call call = creates ? Call::create : Call::open;
  const std::optional<Fault> fault = begin(call, fmt::format("{} {}", word_of(call).text, name));
  if (fault && fault->effect != Effect::done) return injected(*fault, name, std::nullopt);
  Result<Handle> handle = inner_.open(name, access);
  if (!handle) return handle;
  if (fault) {
    (void)inner_.close(*handle);  // the name is there, the caller has no handle
    return injected(*fault, name, std::nullopt);
  }
  remember(*handle, name, is_direct(access));
  return handle;
}

// The handle is gone whatever the answer is, so an injected failure closes it all the same.
Status CountingDisk::close(Handle file) {
  const std::string name = known(file).name;
  const std::optional<Fault> fault = begin(Call::close, "close " + name);
  {
    const std::lock_guard guard(mutex_);
    known_.erase(file);
  }
  Status closed = inner_.close(file);
  if (fault && closed) return injected(*fault, name, std::nullopt);
  return closed;
}

Result<std::size_t> CountingDisk::read(Handle file, std::uint64_t offset, ByteSpan into) {
  const std::string name = known(file).name;
  return run<Result<std::size_t>>(Call::read,
                                  fmt::format("read {} {} {}", name, offset, into.size()), name,
                                  [&] { return inner_.read(file, offset, into); });
}

Status CountingDisk::write(Handle file, std::uint64_t offset, ByteView bytes) {
  const Known target = known(file);
  const Call call = target.direct ? Call::write_direct : Call::write;
  const std::optional<Fault> fault = begin(
      call, fmt::format("{} {} {} {}", word_of(call).text, target.name, offset, bytes.size()));
  if (!fault) {
    Status written = inner_.write(file, offset, bytes);
    if (written) add_written(bytes.size());
    return written;
  }
  std::size_t stored = 0;
  if (fault->effect == Effect::done) stored = bytes.size();
  if (fault->effect == Effect::prefix) {
    stored = static_cast<std::size_t>(std::min<std::uint64_t>(fault->prefix_bytes, bytes.size()));
  }
  if (stored > 0) {
    if (Status s = inner_.write(file, offset, bytes.first(stored)); !s) return s;
  }
  return injected(*fault, target.name, offset);
}

Status CountingDisk::preallocate(Handle file, std::uint64_t size) {
  const std::string name = known(file).name;
  return run<Status>(Call::preallocate, fmt::format("preallocate {} {}", name, size), name,
                     [&] { return inner_.preallocate(file, size); });
}

Status CountingDisk::sync_data(Handle file) {
  const std::string name = known(file).name;
  return run<Status>(Call::sync_data, "sync-data " + name, name,
                     [&] { return inner_.sync_data(file); });
}

Status CountingDisk::sync_all(Handle file) {
  const std::string name = known(file).name;
  return run<Status>(Call::sync_all, "sync-all " + name, name,
                     [&] { return inner_.sync_all(file); });
}

Result<std::uint64_t> CountingDisk::size(Handle file) {
  const std::string name = known(file).name;
  return run<Result<std::uint64_t>>(Call::size, "size " + name, name,
                                    [&] { return inner_.size(file); });
}

Status CountingDisk::rename(std::string_view from, std::string_view to) {
  return run<Status>(Call::rename, fmt::format("rename {} {}", from, to), from, [&] {
    Status renamed = inner_.rename(from, to);
    if (renamed) {
      const std::lock_guard guard(mutex_);
      for (auto& [handle, file] : known_) {
        if (file.name == from) file.name = to;
      }
    }
    return renamed;
  });
}

Status CountingDisk::unlink(std::string_view name) {
  return run<Status>(Call::unlink, fmt::format("unlink {}", name), name,
                     [&] { return inner_.unlink(name); });
}

Result<std::vector<FolderEntry>> CountingDisk::list() {
  return run<Result<std::vector<FolderEntry>>>(Call::list, "list", {},
                                               [&] { return inner_.list(); });
}

Status CountingDisk::sync_folder() {
  return run<Status>(Call::sync_folder, "sync-folder", {}, [&] { return inner_.sync_folder(); });
}

Status CountingDisk::sync_parent() {
  return run<Status>(Call::sync_parent, "sync-parent", {}, [&] { return inner_.sync_parent(); });
}

Result<Handle> CountingDisk::lock(std::string_view name, LockKind kind) {
  const char* const how = kind == LockKind::shared ? "shared" : "exclusive";
  const std::optional<Fault> fault = begin(Call::lock, fmt::format("lock {} {}", name, how));
  if (fault) return injected(*fault, name, std::nullopt);
  Result<Handle> handle = inner_.lock(name, kind);
  if (handle) remember(*handle, name, false);
  return handle;
}

Result<std::uint32_t> CountingDisk::direct_block(std::string_view name) {
  return run<Result<std::uint32_t>>(Call::direct_block, fmt::format("direct-block {}", name), name,
                                    [&] { return inner_.direct_block(name); });
}

}  // namespace plumb::test
