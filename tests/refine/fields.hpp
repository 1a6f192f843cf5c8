// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The bytes of a folder as fields of the specification's state: `log-1 header`, `checkpoint-2`,
// `audit log` and so on, in the model's words. Decoded here from spec/FORMAT.md, not by the store;
// of the code nothing is used but the digest and the readers of big-endian numbers.
// A Book is what one chain of lives has written so far: it knows transactions by the digests and
// roots of the records that hold them. Where it cannot know a word, the field is not observed.
// Thread-safety: none; a Book is a value.
// Spec:          EV-3; spec/trace/README.md (fields); spec/FORMAT.md sections 2 to 5.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "merkle/hasher.hpp"
#include "sim/image.hpp"
#include "trace/event.hpp"

namespace plumb::refine {

using spec::trace::Seen;

/// Transactions of the model as bits: 1 is bit 0.
using Ids = unsigned;
[[nodiscard]] std::string words_of(Ids ids);

/// The smallest segments, of which each holds `records` records.
struct Shape {
  unsigned records = 1;  ///< 1 to 3
  bool direct = true;    ///< a write of a record or a header syncs itself, and no other block
  [[nodiscard]] std::uint64_t record_bytes() const;
};

class Book {
 public:
  /// The hasher must outlive the book and its copies.
  Book(Shape shape, Hasher& hasher);

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] unsigned started() const { return started_; }

  /// AppendWal of the next transaction. False where the bytes are no record of this chain.
  [[nodiscard]] bool note_record(std::string_view bytes);
  /// AddSegment. False where the bytes are no header.
  [[nodiscard]] bool note_header(std::string_view bytes);
  /// WriteTemp: the checkpoint that the bytes are; its number, or nothing where they are none.
  [[nodiscard]] std::optional<unsigned> note_checkpoint(std::string_view bytes,
                                                        const sim::Image& folder);
  /// A transaction that was refused for want of space: the model counts it as started.
  void note_refused() { ++started_; }
  /// What the last entry of an audit log says that its opening found.
  [[nodiscard]] std::optional<Ids> found(const sim::Image& folder) const;
  [[nodiscard]] std::optional<Ids> of_root(const Digest& root) const;

  /// A process begins: its first checkpoint has the number behind the highest that it sees. The
  /// code may leave out numbers, by what its audit log says; the model does not.
  void begin(const sim::Image& folder);
  /// It was killed: what it had written is pending still.
  void killed(const sim::Image& folder);

  // Which names of checkpoints may survive, as the model counts them.
  void renamed(unsigned number) { may_be_.insert(number); }
  void unlinked(unsigned number) { unlinked_.insert(number); }
  void names_synced(const sim::Image& folder);
  /// A failed sync of the folder: which names are durable is not known until the next power cut.
  void names_unknown() { names_unknown_ = true; }
  /// What a power cut left.
  void cut(const sim::Image& folder);
  /// Behind the audit log's last line lies something: torn, or nothing, as the model tells them
  /// apart, until the log is written again.
  void audit_unknown(const sim::Image& folder);
  void audit_written() { audit_unknown_ = false; }
  /// The process died between two unlinks of one DropOld.
  void half_dropped(const sim::Image& folder);

  /// Fields of the disk as programs read them: log, checkpoints, audit log; not the temp file.
  [[nodiscard]] std::vector<Seen> fields(const sim::Image& folder) const;
  /// `temp file` as WriteTemp leaves it; nothing where a word of it is not known.
  [[nodiscard]] std::vector<Seen> temp(unsigned number) const;

 private:
  struct Checkpoint {
    Ids own = 0;
    unsigned segment = 0;
    unsigned slot = 0;
    unsigned lines = 0;  ///< audit lines that it vouches for, in all
    unsigned seq = 0;
    unsigned number = 0;  ///< in the model
  };
  struct Lines {
    std::vector<std::string> words;  ///< one entry for openings that found the same
    bool rest = false;               ///< something lies behind the last line that chains
  };
  [[nodiscard]] Lines audit_lines(const sim::Image& folder, std::uint64_t most) const;
  [[nodiscard]] unsigned forgotten() const;
  [[nodiscard]] bool is_whole(const sim::Image& folder, unsigned number) const;
  [[nodiscard]] std::string words_of(const Checkpoint& checkpoint) const;
  [[nodiscard]] std::string block_words(std::string_view bytes) const;
  void add_segment(unsigned slot, const sim::Image& folder, std::vector<Seen>& to) const;
  void add_checkpoints(const sim::Image& folder, std::vector<Seen>& to) const;

  Shape shape_;
  Hasher* hasher_;
  unsigned started_ = 0;
  std::map<Digest, Ids> chains_;  // digest of a record: the history up to it
  std::map<Digest, Ids> roots_;
  std::map<std::uint64_t, std::set<std::string>> salts_;  // segment number: salts it was given
  std::map<unsigned, Checkpoint> checkpoints_;
  std::set<unsigned> may_be_;
  std::set<unsigned> unlinked_;
  std::set<unsigned> half_dropped_;
  std::set<unsigned> stale_;  // slots that may hold pending blocks of an earlier process
  unsigned last_number_ = 0;  // of the model's newest checkpoint
  bool names_unknown_ = false;
  bool audit_unknown_ = false;
};

/// The number of a name "checkpoint-<number>-<seq>"; nothing for any other.
[[nodiscard]] std::optional<unsigned> checkpoint_number(std::string_view name);
/// The numbers of the checkpoints in a folder.
[[nodiscard]] std::set<unsigned> checkpoint_numbers(const sim::Image& folder);

}  // namespace plumb::refine
