// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What a simulated disk knows: of every file and of the folder the cached side, the durable side,
// and the changes between them that a power cut may drop, numbered in one sequence.
// A pending write is kept by sector, as the whole sector would be written: with all that the cache
// then held there. So a sector has as many outcomes as it has pending writes, and its old content.
// Invariants:    sectors are ordered by (sector, seq); sizes and names by seq;
//                with nothing pending cached and durable are equal (but for injected faults).
// Thread-safety: none.
// Spec:          spec/ASSUMPTIONS.md.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "sim/image.hpp"
#include "sim/profile.hpp"

namespace plumb::sim {

using Seq = std::uint64_t;
using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = ~NodeId{0};

/// A pending write of one sector.
struct SectorWrite {
  std::uint64_t sector = 0;
  Seq seq = 0;
  unsigned call = 0;
  FileBytes buffer;  // the sector's content is buffer[at, at + size)
  std::uint32_t at = 0;
  std::uint32_t size = 0;      // less than a sector at the file's end
  std::uint64_t old_size = 0;  // of the file when it was written: from there on it is new space
  bool failed = false;         // a sync of it has failed: no later one will write it

  [[nodiscard]] std::string_view bytes() const {
    return std::string_view(*buffer).substr(at, size);
  }
  /// The first byte of the file that this write made part of it; past its end where there is none.
  [[nodiscard]] std::uint64_t fresh_from() const {
    return old_size > sector * kSectorBytes ? old_size : sector * kSectorBytes;
  }
  [[nodiscard]] bool extends() const { return fresh_from() < sector * kSectorBytes + size; }
  /// In a page that was in the cache, and on disk, before the file grew.
  [[nodiscard]] bool is_cached_tail() const {
    return old_size % kPageBytes != 0 &&
           sector * kSectorBytes / kPageBytes == old_size / kPageBytes;
  }
};

/// A pending growth.
struct SizeChange {
  Seq seq = 0;
  unsigned call = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  bool failed = false;
};

struct Node {
  FileBytes cached;
  FileBytes durable;
  bool mine = false;  // `cached` was made here, and may change while nobody else has it
  std::vector<SectorWrite> sectors;
  std::vector<SizeChange> sizes;
  Seq meta_seq = 0;         // its last create, rename or growth
  bool freed = false;       // it has no name any more
  bool diverged = false;    // a write was lost or misdirected: the cache is not what was written
  bool late_error = false;  // the next sync reports a failure
  unsigned shared_locks = 0;
  bool exclusive_lock = false;

  [[nodiscard]] bool is_pending() const { return !sectors.empty() || !sizes.empty(); }
};

/// A pending change of the folder: `removed` goes, `added` names `node`; either may be empty.
struct NameChange {
  Seq seq = 0;
  unsigned call = 0;
  std::string removed;
  std::string added;
  NodeId node = kNoNode;  // whose names change
  bool durable = false;   // kept, though an earlier one may be lost
  bool failed = false;    // no later sync will write it
};

/// A folder's table, ordered by name.
struct NameTable {
  std::vector<std::pair<std::string, NodeId>> entries;
  [[nodiscard]] NodeId find(std::string_view name) const;
  void set(std::string_view name, NodeId node);
  void remove(std::string_view name);
  void apply(const NameChange& change);
};

enum class Landing : std::uint8_t { right, lost, misdirected };

struct State {
  const Profile* profile = nullptr;
  std::vector<Node> nodes;
  NameTable names;
  NameTable durable_names;
  std::vector<NameChange> changes;
  bool folder_pending = false;  // the folder's own name
  FileBytes stale;              // what the last removed file held
  Seq last_seq = 0;

  State(const Profile& profile, const Image& start);

  NodeId create(std::string_view name, unsigned call);
  void rename(std::string_view from, std::string_view to, unsigned call);
  void unlink(std::string_view name, unsigned call);
  /// `random` says where a misdirected write goes; false: it had nowhere else to go, and is lost.
  bool store(NodeId id, std::uint64_t offset, ByteView bytes, unsigned call, Landing landing,
             bool cached, std::uint64_t random);

  /// Bytes and size of a file are durable, but for what a failed sync has marked clean.
  void sync_bytes(NodeId id);
  /// What one direct write has stored is durable, and the size needed to read it.
  void sync_call(NodeId id, unsigned call);
  /// The names that a sync of this file brings along. `size_changed` before sync_bytes.
  void sync_names(NodeId id, NameSync how, Seq horizon);
  void sync_entries();
  /// All that is pending there counts as written.
  void mark_clean(NodeId id);
  void revert(NodeId id);

  [[nodiscard]] Image image(bool durable) const;
  [[nodiscard]] std::size_t pending() const;
  [[nodiscard]] std::uint64_t used_bytes() const;

 private:
  Bytes& own(Node& node);
  void note_sectors(Node& node, std::uint64_t first, const FileBytes& buffer,
                    std::uint64_t old_size, unsigned call);
  void merge_durable_names();
};

}  // namespace plumb::sim
