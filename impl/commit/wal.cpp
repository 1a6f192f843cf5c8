// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The write-ahead log while it is written; see wal.hpp.
#include "commit/wal.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/contract.hpp"
#include "commit/aligned_buffer.hpp"

namespace plumb {

Status FolderGate::sync(Disk& disk) {
  Status s = disk.sync_folder();
  if (!s) ++failures_;
  return s;
}

Wal::Wal(Disk& disk, FolderGate& gate, Hasher& hasher, Entropy entropy, const Geometry& geometry,
         std::uint32_t direct_block, const std::vector<Slot>& slots, std::uint64_t next_number)
    : disk_(disk),
      gate_(gate),
      hasher_(hasher),
      entropy_(std::move(entropy)),
      geometry_(geometry),
      direct_(direct_block != 0 && direct_block <= geometry.block_bytes),
      next_number_(next_number) {
  Expects(geometry.valid());
  for (const Slot& slot : slots) {
    taken_.insert(slot.slot);
    const bool spare = slot.size == geometry.segment_bytes;
    if (spare) spare_.push_back({slot.name, true, slot.readable});
  }
}

Status Wal::add_segment() {
  if (next_number_ >= kReachableLimit)
    return make_error(Errc::invalid, "segment numbers are used up");
  SegmentHeader header{geometry_, next_number_, {}};
  if (Status s = entropy_(header.salt.bytes); !s) return s;
  const Bytes bytes = encode(header, hasher_);
  std::optional<Spare> spare;
  {
    const std::scoped_lock lock(slots_mutex_);
    if (!spare_.empty()) spare = spare_.back();
  }
  const std::string name = spare ? spare->name : free_name();
  if (Status s = spare ? recycle_into(*spare, bytes) : create_into(name, bytes); !s) return s;
  const std::scoped_lock lock(slots_mutex_);
  std::erase_if(spare_, [&](const Spare& one) { return one.name == name; });
  used_.push_back({name, header.number});
  header_ = header;
  offset_ = geometry_.block_bytes;
  ++next_number_;
  Ensures(valid());
  return {};
}

/// A new header over a spare segment: of two slots with one number, the one with records counts, so
/// a header that failed here may stay behind.
Status Wal::recycle_into(const Spare& spare, const Bytes& header) {
  Result<OpenFile> file = open_for_records(spare.name, false);
  if (!file) return file.error();
  if (!spare.whole) {
    if (Status s = fill(*file); !s) return s;
  }
  if (Status s = write_header(*file, header); !s) return s;
  if (!spare.named) {
    const auto entered = gate_.enter();
    if (Status s = gate_.sync(disk_); !s) return s;
  }
  active_ = std::move(file).value();
  return {};
}

/// Zeros first, and synced, then the header: a readable header proves that the size is right. So a
/// file that has got one is kept, as a spare one, where this fails: unlinked, it could come back
/// with a shorter size.
Status Wal::create_into(const std::string& name, const Bytes& header) {
  const auto entered = gate_.enter();
  Result<OpenFile> file = open_for_records(name, true);
  if (!file) return file.error();
  if (Status s = fill(*file); !s) {
    file->reset();
    const Status unlinked = disk_.unlink(name);
    const std::scoped_lock lock(slots_mutex_);
    if (unlinked) taken_.erase(*slot_of(name));
    return s;
  }
  Status s = write_header(*file, header);
  if (s) s = gate_.sync(disk_);
  if (s) {
    active_ = std::move(file).value();
  } else {
    const std::scoped_lock lock(slots_mutex_);
    spare_.push_back({name, false});
  }
  return s;
}

Status Wal::fill(OpenFile& file) {
  if (Status s = disk_.preallocate(file.get(), geometry_.segment_bytes); !s) return s;
  return disk_.sync_all(file.get());
}

Status Wal::write_header(OpenFile& file, const Bytes& header) {
  AlignedBuffer block(geometry_.block_bytes);
  std::ranges::copy(view(header), block.span().begin());
  if (Status s = disk_.write(file.get(), 0, block.span()); !s) return s;
  return direct_ ? Status{} : disk_.sync_data(file.get());
}

Result<OpenFile> Wal::open_for_records(const std::string& name, bool create) {
  if (direct_) {
    return OpenFile::open(disk_, name, create ? Access::create_direct : Access::direct);
  }
  return OpenFile::open(disk_, name, create ? Access::create : Access::write);
}

/// The lowest slot whose name is not in use, now in use.
std::string Wal::free_name() {
  const std::scoped_lock lock(slots_mutex_);
  std::uint32_t slot = 0;
  while (taken_.contains(slot)) ++slot;
  taken_.insert(slot);
  return slot_name(slot);
}

bool Wal::has_room(std::uint64_t bytes) const noexcept {
  return header_.number != 0 && bytes <= geometry_.segment_bytes - offset_;
}

Place Wal::next_place() const {
  Expects(header_.number != 0);
  return {geometry_.store, header_.number, header_.salt, offset_};
}

Status Wal::append(ByteView record) {
  Expects(has_room(record.size()));
  Expects(record.size() % geometry_.block_bytes == 0);
  unsynced_ = true;
  if (Status s = disk_.write(active_.get(), offset_, record); !s) return s;
  offset_ += record.size();
  return {};
}

Status Wal::sync() {
  Expects(unsynced_);
  if (!direct_) {
    if (Status s = disk_.sync_data(active_.get()); !s) return s;
  }
  unsynced_ = false;
  return {};
}

void Wal::recycle(std::uint64_t covered) {
  const std::scoped_lock lock(slots_mutex_);
  Expects(!used_.empty() && covered <= used_.back().number);
  std::erase_if(used_, [&](const Used& segment) {
    if (segment.number >= covered) return false;
    spare_.push_back({segment.name});
    return true;
  });
}

bool Wal::valid() const noexcept {
  const bool inside = offset_ >= geometry_.block_bytes && offset_ <= geometry_.segment_bytes;
  return header_.number == 0 || (inside && header_.number < next_number_);
}

}  // namespace plumb
