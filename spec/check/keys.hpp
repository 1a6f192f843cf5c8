// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Encoded states by their numbers: the frontier of the search, and in exact mode all of them.
// Invariants:    numbers are consecutive from first() to end(); a block holds kBlock states, the
//                last one fewer; a full block takes no more memory than its bytes.
// Thread-safety: one writer, no reader beside it; readers among themselves.
// Spec:          P-9 (bytes a state).
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "check/contract.hpp"
#include "check/file.hpp"

namespace plumb::spec {

class Keys {
 public:
  static constexpr std::uint32_t kBlock = 256;

  void add(std::span<const std::byte> key) {
    if (count_ % kBlock == 0) open_block();
    Block& block = blocks_.back();
    block.bytes.insert(block.bytes.end(), key.begin(), key.end());
    block.ends.push_back(static_cast<std::uint32_t>(block.bytes.size()));
    bytes_ += key.size() + sizeof(std::uint32_t);
    ++count_;
  }
  /// Expects first() <= number < end().
  [[nodiscard]] std::span<const std::byte> key(std::uint32_t number) const {
    const Block& block = blocks_[number / kBlock - first_block_];
    const std::uint32_t i = number % kBlock;
    const std::size_t begin = i == 0 ? 0 : block.ends[i - 1];
    return {block.bytes.data() + begin, block.ends[i] - begin};
  }
  /// Forgets whole blocks below `number`. Expects number <= end().
  void drop_below(std::uint32_t number) {
    expects(number <= count_, "only what was added is dropped");
    while (!blocks_.empty() && (first_block_ + 1) * kBlock <= number) {
      bytes_ -= blocks_.front().bytes.size() + blocks_.front().ends.size() * sizeof(std::uint32_t);
      blocks_.pop_front();
      ++first_block_;
    }
  }
  [[nodiscard]] std::uint32_t first() const noexcept { return first_block_ * kBlock; }
  [[nodiscard]] std::uint32_t end() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return bytes_ + blocks_.size() * sizeof(Block);
  }

  void save(FileWriter& file) const {
    file.number(first_block_);
    file.number(count_);
    for (const Block& block : blocks_) {
      file.array(block.ends);
      file.array(block.bytes);
    }
  }
  void load(FileReader& file) {
    first_block_ = static_cast<std::uint32_t>(file.number());
    count_ = static_cast<std::uint32_t>(file.number());
    const std::uint32_t blocks = (count_ + kBlock - 1) / kBlock;
    if (blocks < first_block_) file.damaged("contradicts itself: the keys");
    blocks_.resize(blocks - first_block_);
    bytes_ = 0;
    for (Block& block : blocks_) {
      block.ends = file.array<std::uint32_t>();
      block.bytes = file.array<std::byte>();
      bytes_ += block.bytes.size() + block.ends.size() * sizeof(std::uint32_t);
    }
  }

 private:
  struct Block {
    std::vector<std::byte> bytes;
    std::vector<std::uint32_t> ends;
  };

  void open_block() {
    std::size_t guess = 0;
    if (!blocks_.empty()) {
      Block& full = blocks_.back();
      full.bytes.shrink_to_fit();
      guess = full.bytes.size() + full.bytes.size() / 4;
    }
    if (blocks_.empty()) first_block_ = count_ / kBlock;
    blocks_.emplace_back();
    blocks_.back().bytes.reserve(guess);
    blocks_.back().ends.reserve(kBlock);
  }

  std::uint32_t first_block_ = 0;
  std::uint32_t count_ = 0;
  std::uint64_t bytes_ = 0;
  std::deque<Block> blocks_;
};

}  // namespace plumb::spec
