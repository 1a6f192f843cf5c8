// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Encoded states by their numbers: the frontier of the search, and in exact mode all of them.
// What one batch finds makes a block, whose size is known before the first key is copied: so
// several threads fill it at once.
// Invariants:    numbers are consecutive from first() to end(); each block but the last holds
// kBlock
//                states or more; a block takes no more memory than its keys and their ends.
// Thread-safety: one writer and no reader beside it, but that several cursors of one extend() may
//                be used at once, each for its own keys; readers among themselves.
// Spec:          P-9 (bytes a state).
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "check/contract.hpp"
#include "check/file.hpp"

namespace plumb::spec {

class Keys {
 public:
  static constexpr std::uint32_t kBlock = 256;

  /// Where the next key goes.
  class Cursor {
   public:
    void add(std::span<const std::byte> key) {
      std::copy(key.begin(), key.end(), bytes_ + end_);
      end_ += static_cast<std::uint32_t>(key.size());
      *ends_++ = end_;
    }
    /// Leaves `count` keys with so many bytes to another cursor.
    void skip(std::uint32_t count, std::uint64_t bytes) {
      ends_ += count;
      end_ += static_cast<std::uint32_t>(bytes);
    }

   private:
    friend class Keys;
    std::byte* bytes_ = nullptr;  // of the block
    std::uint32_t* ends_ = nullptr;
    std::uint32_t end_ = 0;  // of the keys before
  };

  /// Room for `count` more keys of so many bytes, all of which are to be added. Throws
  /// std::bad_alloc, also for 4 GiB and more.
  Cursor extend(std::uint32_t count, std::uint64_t bytes) {
    if (count == 0) return {};
    const bool joins = !blocks_.empty() && blocks_.back().count < kBlock;
    const Block none;
    const Block& old = joins ? blocks_.back() : none;
    if (bytes > std::numeric_limits<std::uint32_t>::max() - old.size()) throw std::bad_alloc();
    Block block(joins ? old.first : count_, old.count + count, old.size() + bytes);
    std::copy_n(old.bytes.get(), old.size(), block.bytes.get());
    std::copy_n(old.ends.get(), old.count, block.ends.get());
    Cursor cursor;
    cursor.bytes_ = block.bytes.get();
    cursor.ends_ = block.ends.get() + old.count;
    cursor.end_ = old.size();
    if (joins) {
      blocks_.back() = std::move(block);
    } else {
      blocks_.push_back(std::move(block));
      bytes_ += sizeof(Block);
    }
    bytes_ += bytes + count * sizeof(std::uint32_t);
    count_ += count;
    return cursor;
  }
  /// visit(number, key) for the states first to last - 1. Expects first() <= first <= last <=
  /// end().
  template <class Visit>
  void for_each(std::uint32_t first, std::uint32_t last, const Visit& visit) const {
    if (first == last) return;
    for (auto block = block_of(first); first < last; ++block) {
      for (; first < std::min(last, block->end()); ++first) visit(first, block->key(first));
    }
  }
  /// Expects first() <= number < end().
  [[nodiscard]] std::span<const std::byte> key(std::uint32_t number) const {
    return block_of(number)->key(number);
  }
  /// Forgets whole blocks below `number`. Expects number <= end().
  void drop_below(std::uint32_t number) {
    expects(number <= count_, "only what was added is dropped");
    while (blocks_.size() > 1 && blocks_.front().end() <= number) {
      const Block& block = blocks_.front();
      bytes_ -= block.size() + block.count * sizeof(std::uint32_t) + sizeof(Block);
      blocks_.pop_front();
    }
  }
  [[nodiscard]] std::uint32_t first() const noexcept {
    return blocks_.empty() ? count_ : blocks_.front().first;
  }
  [[nodiscard]] std::uint32_t end() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  void save(FileWriter& file) const {
    file.number(first());
    file.number(blocks_.size());
    for (const Block& block : blocks_) {
      file.array(std::span<const std::uint32_t>(block.ends.get(), block.count));
      file.array(std::span<const std::byte>(block.bytes.get(), block.size()));
    }
  }
  /// Expects to be empty.
  void load(FileReader& file) {
    count_ = static_cast<std::uint32_t>(file.number());
    for (std::uint64_t blocks = file.number(); blocks > 0; --blocks) {
      const auto ends = file.array<std::uint32_t>();
      const auto bytes = file.array<std::byte>();
      const bool sound =
          !ends.empty() && std::is_sorted(ends.begin(), ends.end()) && ends.back() == bytes.size();
      if (!sound) file.damaged("contradicts itself: the keys");
      Cursor cursor = extend(static_cast<std::uint32_t>(ends.size()), bytes.size());
      std::uint32_t begin = 0;
      for (const std::uint32_t end : ends) {
        cursor.add(std::span(bytes).subspan(begin, end - begin));
        begin = end;
      }
    }
  }

 private:
  struct Block {
    // NOLINTBEGIN(*-avoid-c-arrays): what a smart pointer owns has no other name
    std::unique_ptr<std::byte[]> bytes;
    std::unique_ptr<std::uint32_t[]> ends;  // of each key
    std::uint32_t first = 0, count = 0;

    Block() = default;
    Block(std::uint32_t first_number, std::uint32_t states, std::size_t size)
        : bytes(std::make_unique_for_overwrite<std::byte[]>(size)),
          ends(std::make_unique_for_overwrite<std::uint32_t[]>(states)),
          first(first_number),
          count(states) {}
    // NOLINTEND(*-avoid-c-arrays)
    [[nodiscard]] std::uint32_t end() const noexcept { return first + count; }
    [[nodiscard]] std::uint32_t size() const noexcept { return count == 0 ? 0 : ends[count - 1]; }
    [[nodiscard]] std::span<const std::byte> key(std::uint32_t number) const {
      const std::uint32_t i = number - first;
      const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
      return {bytes.get() + begin, ends[i] - begin};
    }
  };

  [[nodiscard]] std::deque<Block>::const_iterator block_of(std::uint32_t number) const {
    const auto after = std::upper_bound(
        blocks_.begin(), blocks_.end(), number,
        [](std::uint32_t wanted, const Block& block) { return wanted < block.first; });
    expects(after != blocks_.begin(), "the state's key was kept");
    return after - 1;
  }

  std::deque<Block> blocks_;
  std::uint32_t count_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace plumb::spec
