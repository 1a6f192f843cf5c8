// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A store made on a disk in memory, and beside it a plain model of its contents: what the vectors
// are cut from. Random bytes come from a counter, so that the same scene gives the same bytes.
// Invariants:    at(n) is the contents after transaction n, by the model alone.
// Thread-safety: none.
// Spec:          spec/FORMAT.md; EV-7.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commit/store.hpp"
#include "support/memory_disk.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {

using Content = std::map<Bytes, Bytes>;

/// SHA-256 of the label and a counter, once for each 32 bytes.
[[nodiscard]] Entropy counted_entropy(std::string_view label);

/// Applies the changes in their order, by std::map alone.
void apply(const Transaction& transaction, Content& content);
[[nodiscard]] Content content_of(const Snapshot& snapshot);
/// The segment and block size of all golden vectors, no checkpoints of its own.
[[nodiscard]] Options vector_options();

class Scene {
 public:
  /// An empty folder. Stores of different labels have different ids.
  explicit Scene(std::string_view label, const Options& options = vector_options(),
                 std::uint32_t block_bytes = kBlock);

  /// Opens the store, creates it the first time. Throws std::runtime_error where that, or anything
  /// below, fails.
  Scene& open();
  Scene& commit(const Transaction& transaction);
  /// A transaction of one put, without an id.
  Scene& put(std::string_view key, std::string_view value);
  /// put() of k<n> = v<n>, `count` times, n going on from the last transaction.
  Scene& puts(int count);
  Scene& checkpoint();
  /// close() with its checkpoint.
  Scene& close();
  /// What a crash of the process leaves.
  Scene& drop();

  [[nodiscard]] Files files() const { return disk_.contents(); }
  [[nodiscard]] std::uint64_t seq() const noexcept { return states_.size() - 1; }
  [[nodiscard]] const Content& at(std::uint64_t seq) const { return states_.at(seq); }

 private:
  MemoryDisk disk_;
  Options options_;
  Entropy entropy_;
  std::unique_ptr<Store> store_;
  std::vector<Content> states_{Content{}};
};

}  // namespace plumb::test
