// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Section 9 as code; see meaning.hpp.
#include "vectors/meaning.hpp"

#include <algorithm>

#include "commit/checkpoint.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {

Meanings::Meanings(const Files& files) : files_(files) {
  MemoryDisk disk(files);
  log_ = read_log(disk).value();
  std::optional<CheckpointName> highest;
  for (const auto& [name, bytes] : files) highest = std::max(highest, checkpoint_name_of(name));
  checkpoint_ = name_of(highest.value());
  const Bytes& checkpoint = files.at(checkpoint_);
  segment_ = end_segment_ = get_u64(checkpoint, ckp::segment);
  offset_ = end_offset_ = get_u64(checkpoint, ckp::offset);
  if (!log_.empty()) {
    end_segment_ = log_.back().segment;
    end_offset_ = log_.back().offset + log_.back().bytes;
  }
  anchored_ = get_u64(checkpoint, ckp::anchor_length);
  const std::string end = R"("event":"end","number":)" + std::to_string(highest->number) + "}";
  const bool begun =
      files.at("audit.log").find(R"("number":)" + std::to_string(highest->number) + ",") !=
      Bytes::npos;
  const bool unfinished = begun && files.at("audit.log").find(end) == Bytes::npos;
  position_may_be_missing_ = unfinished || offset_ == get_u64(checkpoint, ckp::segment_bytes);
}

Meaning Meanings::of(const std::string& file, std::size_t byte) const {
  if (file == checkpoint_) return Meaning::held;
  if (file == "audit.log") return of_audit(byte);
  if (slot_of(file)) return of_segment(file, byte);
  return Meaning::none;  // LOCK, checkpoint.tmp, lower checkpoints, foreign names
}

bool Meanings::holds_record(const std::string& file) const {
  return std::ranges::find(log_, file, &LogEntry::file) != log_.end();
}

Meaning Meanings::of_audit(std::size_t byte) const {
  if (byte < anchored_) return Meaning::held;
  const Bytes& log = files_.at("audit.log");
  const std::string_view field = R"("event":"end","number":)";
  for (std::size_t at = log.find(field, anchored_); at != Bytes::npos;
       at = log.find(field, at + 1)) {
    const std::size_t number = at + field.size();
    if (byte >= number && byte < log.find_first_not_of("0123456789", number)) return Meaning::more;
  }
  return Meaning::none;
}

Meaning Meanings::of_segment(const std::string& file, std::size_t byte) const {
  const std::uint64_t number = get_u64(files_.at(file), seg::number);
  if (number < segment_) return Meaning::none;
  if (byte < 512) {
    const bool may_go = position_may_be_missing_ || number > end_segment_;
    return may_go && !holds_record(file) ? Meaning::none : Meaning::held;
  }
  for (const LogEntry& record : log_) {
    if (record.file != file || byte < record.offset || byte >= record.offset + record.bytes)
      continue;
    return &record == &log_.back() ? Meaning::last : Meaning::held;
  }
  return Meaning::none;  // before the position, or behind the end
}

}  // namespace plumb::test
