// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The choices that a power cut has at one moment, and the folder that each of them leaves. Names
// first: which files have one decides whose choices matter. Then a size for each file, then for
// each of its sectors with pending writes what that holds: equal outcomes are merged here, so that
// a product of choices has few repeats.
// Thread-safety: none; the disk must not change meanwhile.
// Spec:          spec/ASSUMPTIONS.md.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/crash_states.hpp"

namespace plumb::sim {

/// Pending writes [first, last) of one sector.
struct SectorGroup {
  std::uint64_t sector = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

/// A content with its hash, made when it is first asked for.
struct Built {
  FileBytes bytes;
  std::uint64_t hash = 0;
};

struct SizeChoice {
  std::uint64_t size = 0;
  Seq seq = 0;                                      // the change of size that it needs; 0: none
  bool whole = false;                               // all of that change
  std::vector<std::vector<Drops::Sector>> sectors;  // the outcomes of each group
  std::uint64_t count = 1;                          // the product of their numbers
  std::vector<Built> built;
};

/// A file with pending changes.
struct FileSpace {
  NodeId node = kNoNode;
  std::vector<SectorGroup> groups;
  std::vector<SizeChoice> sizes;
};

class CrashSpace {
 public:
  explicit CrashSpace(const SimDisk& disk);

  using Kept = std::vector<std::uint8_t>;  // of the folder's changes, in order
  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] bool ordered() const { return state_.profile->name_order != NameOrder::none; }
  /// Changes of the folder that may be lost.
  [[nodiscard]] std::size_t open_changes() const { return open_.size(); }
  [[nodiscard]] Kept keep_prefix(std::size_t count) const;
  [[nodiscard]] Kept keep_mask(std::uint64_t mask) const;
  [[nodiscard]] NameTable table(const Kept& kept) const;
  /// nullptr where nothing of that file is pending.
  [[nodiscard]] FileSpace* space_of(NodeId node);
  /// Whether that size may be chosen with those names.
  [[nodiscard]] bool allowed(const SizeChoice& choice, const Kept& kept) const;
  /// True where sizes were left out of the choice, since there were too many.
  [[nodiscard]] bool reduced() const { return reduced_; }

  [[nodiscard]] const Built& built(FileSpace& file, SizeChoice& size, std::uint64_t index);
  [[nodiscard]] Drops::File drops_of(const FileSpace& file, const SizeChoice& size,
                                     std::uint64_t index) const;
  [[nodiscard]] FileBytes content(const Drops::File& drops);
  /// The folder that is left; its digest is put into `drops`.
  [[nodiscard]] Image assemble(Drops& drops);
  [[nodiscard]] std::uint64_t durable_hash(NodeId node);

  /// What is kept, by number of change; how new space without data is filled, by call; a size that
  /// is wished for one file.
  struct Wish {
    std::function<bool(Seq)> keep;
    std::function<Fill(unsigned)> fill = [](unsigned) { return Fill::zeros; };
    std::optional<std::pair<NodeId, std::uint64_t>> size = std::nullopt;
  };
  /// The nearest choice that the profile allows.
  [[nodiscard]] Drops nearest(const Wish& wish);

 private:
  void add_file(NodeId node);
  void add_sizes(FileSpace& file);
  void add_size(FileSpace& file, std::uint64_t size, Seq seq, bool whole);
  void add_borders(FileSpace& file, std::uint64_t from, std::uint64_t to, Seq seq);
  [[nodiscard]] std::vector<Drops::Sector> outcomes(const Node& node, const SectorGroup& group,
                                                    std::uint64_t size) const;
  [[nodiscard]] int least_write(const Node& node, const SectorGroup& group,
                                std::uint64_t size) const;
  [[nodiscard]] bool may_fill(Fill fill) const;
  void put(Bytes& content, const Node& node, const SectorGroup& group,
           const Drops::Sector& outcome) const;
  [[nodiscard]] Drops::File nearest_file(const FileSpace& file, const Kept& kept,
                                         const Wish& wish) const;

  const SimDisk& disk_;
  const State& state_;
  std::vector<std::size_t> open_;              // indices of changes that may be lost
  std::vector<FileSpace> files_;               // ordered by node
  std::vector<std::uint64_t> durable_hashes_;  // 0: not computed yet
  std::map<Drops::File, Built> built_;         // of what was assembled
  bool reduced_ = false;
};

}  // namespace plumb::sim
