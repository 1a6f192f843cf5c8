// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The calls of a simulated disk; see sim_disk.hpp.
#include "sim/sim_disk.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/contract.hpp"

namespace plumb::sim {
namespace {

constexpr std::array kNames{
    "open",        "create",      "close",       "read", "write",       "write-direct",
    "preallocate", "sync-data",   "sync-all",    "size", "rename",      "unlink",
    "list",        "sync-folder", "sync-parent", "lock", "direct-block"};

Errc code_of(int errnum) {
  if (errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG) return Errc::no_space;
  return errnum == ENOENT ? Errc::not_found : Errc::io;
}

Error error_of(const Call& call, int errnum) {
  return Error{code_of(errnum), name_of(call.kind), call.name, std::nullopt, errnum, {}};
}

}  // namespace

const char* name_of(CallKind kind) noexcept { return kNames.at(static_cast<std::size_t>(kind)); }

SimDisk::SimDisk(const Profile& profile, const Image& start) : state_(profile, start) {}

void SimDisk::fail(Faults faults) {
  for (const Failure& failure : faults.failures) {
    Expects(failure.content == FailContent::stays ? profile().fail_stays : profile().fail_reverts);
    Expects(failure.report == FailReport::now || profile().fail_late);
  }
  faults_ = std::move(faults);
  random_ = faults_.seed;
}

std::unique_ptr<SimDisk> SimDisk::after_kill() const {
  auto disk = std::make_unique<SimDisk>(profile());
  disk->state_ = state_;
  for (Node& node : disk->state_.nodes) {
    node.shared_locks = 0;
    node.exclusive_lock = false;
  }
  disk->faults_ = faults_;
  disk->faults_.failures.clear();
  disk->random_ = random_;
  disk->direct_block_ = direct_block_;
  return disk;
}

Handle SimDisk::add(const Open& open) {
  open_.push_back(open);
  return Handle{open_.size()};
}

SimDisk::Open& SimDisk::find(Handle file) {
  const std::size_t at = static_cast<std::size_t>(file) - 1;
  const bool handle_is_open = at < open_.size() && open_[at].node != kNoNode;
  Expects(handle_is_open);
  return open_[at];
}

std::string SimDisk::name_of_node(NodeId id) const {
  const auto& entries = state_.names.entries;
  const auto found = std::ranges::find(entries, id, &std::pair<std::string, NodeId>::second);
  return found == entries.end() ? std::string() : found->first;
}

Call SimDisk::begin(CallKind kind, std::string_view name) {
  kind_ = kind;
  ++calls_of_kind_.at(static_cast<std::size_t>(kind));
  return Call{kind, std::string(name), {}, 0, 0, {}, calls_++};
}

/// The planned failure of the call that runs.
const Failure* SimDisk::failure() const {
  const auto found = std::ranges::find_if(faults_.failures, [&](const Failure& failure) {
    if (!failure.kind) return failure.at + 1 == calls_;
    return *failure.kind == kind_ &&
           failure.at + 1 == calls_of_kind_.at(static_cast<std::size_t>(kind_));
  });
  return found == faults_.failures.end() ? nullptr : &*found;
}

Error SimDisk::failed(const Failure& failure, const Call& call) {
  ++faults_fired_;
  return error_of(call, failure.errnum);
}

void SimDisk::tell(const Call& call, Moment moment) const {
  if (watcher_) watcher_(*this, call, moment);
}

Result<Handle> SimDisk::open(std::string_view name, Access access) {
  Expects(is_plain_name(name));
  const std::scoped_lock guard(mutex_);
  const bool creates = access == Access::create || access == Access::create_direct;
  const bool direct = access == Access::direct || access == Access::create_direct;
  const Call call = begin(creates ? CallKind::open_create : CallKind::open, name);
  if (const Failure* planned = failure()) return failed(*planned, call);
  NodeId id = state_.names.find(name);
  if (direct && direct_block_ == 0) return error_of(call, EINVAL);
  if (creates && id != kNoNode) return error_of(call, EEXIST);
  if (!creates && id == kNoNode) return error_of(call, ENOENT);
  if (creates) {
    id = state_.create(name, call.index);
    tell(call, Moment::issued);
    tell(call, Moment::returned);
  }
  return add({id, access != Access::read, direct, false, LockKind::shared});
}

// The handle is gone whatever the answer is.
Status SimDisk::close(Handle file) {
  const std::scoped_lock guard(mutex_);
  Open& open = find(file);
  const Call call = begin(CallKind::close, {});
  Node& node = state_.nodes[open.node];
  if (open.locks && open.kind == LockKind::exclusive) node.exclusive_lock = false;
  if (open.locks && open.kind == LockKind::shared) --node.shared_locks;
  open.node = kNoNode;
  if (const Failure* planned = failure()) return failed(*planned, call);
  return {};
}

Result<std::size_t> SimDisk::read(Handle file, std::uint64_t offset, ByteSpan into) {
  const std::scoped_lock guard(mutex_);
  const Open& open = find(file);
  const Call call = begin(CallKind::read, {});
  if (const Failure* planned = failure()) return failed(*planned, call);
  const Bytes& bytes = *state_.nodes[open.node].cached;
  if (offset >= bytes.size() || into.empty()) return std::size_t{0};
  const std::size_t count = std::min<std::size_t>(into.size(), bytes.size() - offset);
  std::memcpy(into.data(), bytes.data() + offset, count);
  for (const BitRot& rot : faults_.rot) {
    if (rot.offset < offset || rot.offset - offset >= count) continue;
    if (state_.names.find(rot.name) != open.node) continue;
    into[rot.offset - offset] ^= std::byte{1} << rot.bit;
    ++faults_fired_;
  }
  return count;
}

Landing SimDisk::landing_of(unsigned number) const {
  if (std::ranges::count(faults_.lost_writes, number) > 0) return Landing::lost;
  const bool wrong = std::ranges::count(faults_.misdirected_writes, number) > 0;
  return wrong ? Landing::misdirected : Landing::right;
}

// What a full disk or a planned failure lets through is pending like any other write.
Status SimDisk::store(const Open& open, Call& call, ByteView bytes) {
  const Failure* planned = failure();
  std::uint64_t stored =
      planned != nullptr ? std::min<std::uint64_t>(planned->stored, bytes.size()) : bytes.size();
  bool full = false;
  if (faults_.capacity) {
    const std::uint64_t size = state_.nodes[open.node].cached->size();
    const std::uint64_t used = state_.used_bytes();
    const std::uint64_t end = size + (*faults_.capacity > used ? *faults_.capacity - used : 0);
    const std::uint64_t fits = end > call.offset ? end - call.offset : 0;
    full = fits < stored;
    stored = std::min(stored, fits);
  }
  const bool is_write = call.kind != CallKind::preallocate;
  const Landing landing = is_write ? landing_of(writes_++) : Landing::right;
  if (stored > 0) {
    if (landing != Landing::right) ++faults_fired_;
    state_.store(open.node, call.offset, bytes.first(stored), call.index, landing, !open.direct,
                 next_random(random_));
  }
  if (planned == nullptr && !full) return {};
  Error error = full ? error_of(call, ENOSPC) : failed(*planned, call);
  if (full) ++faults_fired_;
  error.offset = call.offset;
  return error;
}

Status SimDisk::write(Handle file, std::uint64_t offset, ByteView bytes) {
  const std::scoped_lock guard(mutex_);
  const Open open = find(file);
  Expects(open.writable);
  if (open.direct) {
    Expects(offset % direct_block_ == 0);
    Expects(bytes.size() % direct_block_ == 0);
    Expects(std::bit_cast<std::uintptr_t>(bytes.data()) % direct_block_ == 0);
  }
  Call call =
      begin(open.direct ? CallKind::write_direct : CallKind::write, name_of_node(open.node));
  call.offset = offset;
  call.size = bytes.size();
  call.bytes = bytes;
  if (Status s = store(open, call, bytes); !s) return s;
  if (bytes.empty()) return {};
  tell(call, Moment::issued);
  if (open.direct && profile().sync_is_durable) {
    if (faults_.lying_syncs) {
      ++faults_fired_;
    } else {
      state_.sync_call(open.node, call.index);
    }
  }
  tell(call, Moment::returned);
  return {};
}

Status SimDisk::preallocate(Handle file, std::uint64_t size) {
  const std::scoped_lock guard(mutex_);
  const Open open = find(file);
  Expects(open.writable);
  Call call = begin(CallKind::preallocate, name_of_node(open.node));
  call.size = size;
  const Bytes zeros(static_cast<std::size_t>(size), '\0');
  if (Status s = store({open.node, true, false}, call, view(zeros)); !s) return s;
  if (size == 0) return {};
  tell(call, Moment::issued);
  tell(call, Moment::returned);
  return {};
}

// any part of what it covers is on disk, and no later sync writes the rest.
Status SimDisk::fail_sync(const Failure& planned, const Call& call, NodeId id) {
  Node& node = state_.nodes[id];
  state_.mark_clean(id);
  if (planned.content == FailContent::reverts) state_.revert(id);
  if (planned.report == FailReport::now) return failed(planned, call);
  ++faults_fired_;
  node.late_error = true;
  return {};
}

Status SimDisk::sync_file(Handle file, CallKind kind) {
  const std::scoped_lock guard(mutex_);
  const NodeId id = find(file).node;
  const Call call = begin(kind, name_of_node(id));
  tell(call, Moment::issued);
  Node& node = state_.nodes[id];
  if (std::exchange(node.late_error, false)) return error_of(call, EIO);
  if (const Failure* planned = failure()) return fail_sync(*planned, call, id);
  if (faults_.lying_syncs) {
    ++faults_fired_;
  } else if (profile().sync_is_durable) {
    const bool grows = !node.sizes.empty() && !node.sizes.back().failed;
    const Seq size_seq = grows ? node.sizes.back().seq : 0;
    state_.sync_bytes(id);
    if (kind == CallKind::sync_all) state_.sync_names(id, profile().sync_all_names, node.meta_seq);
    if (kind == CallKind::sync_data && grows) {
      state_.sync_names(id, profile().sync_data_names, size_seq);
    }
  }
  tell(call, Moment::returned);
  return {};
}

Status SimDisk::sync_data(Handle file) { return sync_file(file, CallKind::sync_data); }

Status SimDisk::sync_all(Handle file) { return sync_file(file, CallKind::sync_all); }

Result<std::uint64_t> SimDisk::size(Handle file) {
  const std::scoped_lock guard(mutex_);
  const NodeId id = find(file).node;
  const Call call = begin(CallKind::size, {});
  if (const Failure* planned = failure()) return failed(*planned, call);
  return std::uint64_t{state_.nodes[id].cached->size()};
}

Status SimDisk::rename(std::string_view from, std::string_view to) {
  Expects(is_plain_name(from));
  Expects(is_plain_name(to));
  const std::scoped_lock guard(mutex_);
  Call call = begin(CallKind::rename, from);
  call.to = to;
  if (const Failure* planned = failure()) return failed(*planned, call);
  if (state_.names.find(from) == kNoNode) return error_of(call, ENOENT);
  if (state_.names.find(to) != kNoNode) return error_of(call, EEXIST);
  state_.rename(from, to, call.index);
  tell(call, Moment::issued);
  tell(call, Moment::returned);
  return {};
}

Status SimDisk::unlink(std::string_view name) {
  Expects(is_plain_name(name));
  const std::scoped_lock guard(mutex_);
  const Call call = begin(CallKind::unlink, name);
  if (const Failure* planned = failure()) return failed(*planned, call);
  if (state_.names.find(name) == kNoNode) return error_of(call, ENOENT);
  state_.unlink(name, call.index);
  tell(call, Moment::issued);
  tell(call, Moment::returned);
  return {};
}

Result<std::vector<FolderEntry>> SimDisk::list() {
  const std::scoped_lock guard(mutex_);
  const Call call = begin(CallKind::list, {});
  if (const Failure* planned = failure()) return failed(*planned, call);
  std::vector<FolderEntry> entries;
  entries.reserve(state_.names.entries.size());
  for (const auto& [name, id] : state_.names.entries) {
    entries.push_back({name, state_.nodes[id].cached->size(), true});
  }
  return entries;
}

Status SimDisk::sync_folder() {
  const std::scoped_lock guard(mutex_);
  const Call call = begin(CallKind::sync_folder, {});
  tell(call, Moment::issued);
  if (const Failure* planned = failure()) {
    for (NameChange& change : state_.changes) {
      change.failed = change.failed || planned->names_stay_lost;
    }
    return failed(*planned, call);
  }
  const bool durable = profile().sync_is_durable && profile().folder_sync != FolderSync::none;
  if (faults_.lying_syncs) {
    ++faults_fired_;
  } else if (durable) {
    state_.sync_entries();
    if (profile().folder_sync == FolderSync::ancestors) state_.folder_pending = false;
  }
  tell(call, Moment::returned);
  return {};
}

Status SimDisk::sync_parent() {
  const std::scoped_lock guard(mutex_);
  const Call call = begin(CallKind::sync_parent, {});
  tell(call, Moment::issued);
  if (const Failure* planned = failure()) return failed(*planned, call);
  const bool durable = profile().sync_is_durable && profile().folder_sync != FolderSync::none;
  if (faults_.lying_syncs) {
    ++faults_fired_;
  } else if (durable) {
    state_.folder_pending = false;
  }
  tell(call, Moment::returned);
  return {};
}

Result<Handle> SimDisk::lock(std::string_view name, LockKind kind) {
  Expects(is_plain_name(name));
  const std::scoped_lock guard(mutex_);
  const Call call = begin(CallKind::lock, name);
  if (const Failure* planned = failure()) return failed(*planned, call);
  const bool exclusive = kind == LockKind::exclusive;
  NodeId id = state_.names.find(name);
  if (id == kNoNode && !exclusive) return error_of(call, ENOENT);
  if (id == kNoNode) {
    id = state_.create(name, call.index);
    Call created = call;
    created.kind = CallKind::open_create;
    tell(created, Moment::issued);
    tell(created, Moment::returned);
  }
  Node& node = state_.nodes[id];
  if (node.exclusive_lock || (exclusive && node.shared_locks > 0)) {
    Error error = error_of(call, EWOULDBLOCK);
    error.code = Errc::locked;
    error.reason = "somebody else holds the lock";
    return error;
  }
  if (exclusive) {
    node.exclusive_lock = true;
  } else {
    ++node.shared_locks;
  }
  return add({id, false, false, true, kind});
}

Result<std::uint32_t> SimDisk::direct_block(std::string_view name) {
  Expects(is_plain_name(name));
  const std::scoped_lock guard(mutex_);
  const Call call = begin(CallKind::direct_block, name);
  if (const Failure* planned = failure()) return failed(*planned, call);
  if (state_.names.find(name) == kNoNode) return error_of(call, ENOENT);
  return direct_block_;
}

}  // namespace plumb::sim
