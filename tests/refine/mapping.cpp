// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The table of calls; see mapping.hpp.
#include "refine/mapping.hpp"

#include <algorithm>
#include <array>

namespace plumb::refine {
namespace {

using enum sim::CallKind;
using enum Part;
constexpr auto kIssued = sim::Moment::issued;
constexpr auto kReturned = sim::Moment::returned;

// A change happens when it is issued: from then on a crash may leave it. A sync happens when it
// returns: before that it has made nothing durable.
const Mapping kMapping{
    {open_create, Target::lock, kIssued, lock_made},
    {sync_parent, Target::folder, kReturned, parent_synced},
    {open_create, Target::audit, kIssued, audit_made},
    {write, Target::audit, kIssued, audit_written},
    {sync_all, Target::audit, kReturned, audit_synced},
    {unlink, Target::temp, kIssued, temp_gone},
    {open_create, Target::temp, kIssued, temp_made},
    {write, Target::temp, kIssued, temp_written},
    {sync_all, Target::temp, kReturned, temp_synced},
    {rename, Target::temp, kIssued, renamed},
    {sync_folder, Target::folder, kReturned, folder_synced},
    {unlink, Target::checkpoint, kIssued, dropped},
    {open_create, Target::segment, kIssued, slot_made},
    {preallocate, Target::segment, kIssued, slot_filled},
    {sync_all, Target::segment, kReturned, slot_synced},
    {sync_data, Target::segment, kReturned, slot_synced},
    {unlink, Target::segment, kIssued, slot_gone},
    {write, Target::segment_header, kIssued, header_written},
    {write_direct, Target::segment_header, kIssued, header_written},
    {write_direct, Target::segment_header, kReturned, header_synced},
    {write, Target::segment, kIssued, record_written},
    {write_direct, Target::segment, kIssued, record_written},
    {write_direct, Target::segment, kReturned, record_synced},
};

constexpr std::array kReads{open, close, read, size, list, lock, direct_block};

constexpr std::array<std::string_view, 20> kParts{
    "lock_made",     "parent_synced",  "audit_made",    "audit_written",  "audit_synced",
    "temp_gone",     "temp_made",      "temp_written",  "temp_synced",    "renamed",
    "folder_synced", "dropped",        "slot_made",     "slot_filled",    "slot_synced",
    "slot_gone",     "header_written", "header_synced", "record_written", "record_synced"};

}  // namespace

const Mapping& mapping() { return kMapping; }
std::span<const sim::CallKind> reads() { return kReads; }
std::string_view name_of(Part part) { return kParts.at(static_cast<std::size_t>(part)); }

Target target_of(const sim::Call& call) {
  if (call.kind == sync_folder || call.kind == sync_parent) return Target::folder;
  if (call.name == "LOCK") return Target::lock;
  if (call.name == "audit.log") return Target::audit;
  if (call.name == "checkpoint.tmp") {
    return call.kind != rename || call.to.starts_with("checkpoint-") ? Target::temp : Target::other;
  }
  if (call.name.starts_with("checkpoint-")) return Target::checkpoint;
  if (!call.name.starts_with("log-")) return Target::other;
  const bool writes = call.kind == write || call.kind == write_direct;
  return writes && call.offset == 0 ? Target::segment_header : Target::segment;
}

std::optional<Part> part_of(const Mapping& mapping, const sim::Call& call, sim::Moment moment) {
  const Target target = target_of(call);
  const auto found = std::ranges::find_if(mapping, [&](const Rule& rule) {
    return rule.call == call.kind && rule.target == target && rule.moment == moment;
  });
  return found == mapping.end() ? std::nullopt : std::optional(found->part);
}

bool is_known(const Mapping& mapping, const sim::Call& call) {
  return part_of(mapping, call, kIssued) || part_of(mapping, call, kReturned);
}

}  // namespace plumb::refine
