// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What is done to a store, and what must be in it afterwards: a plain std::map for each number of
// transactions. It knows transactions and nothing of how a store keeps them.
// Thread-safety: values.
// Spec:          AC-1 (S(p)), AC-2; the oracle of EV-6.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commit/options.hpp"
#include "commit/transaction.hpp"
#include "merkle/hasher.hpp"

namespace plumb::crash {

enum class Act : std::uint8_t { commit, checkpoint };
struct Operation {
  Act act = Act::commit;
  std::uint32_t number = 0;  ///< commit: which transaction, from 1
  friend bool operator==(const Operation&, const Operation&) = default;
};
using History = std::vector<Operation>;

/// `commits` transactions and a checkpoint in front of the last one (behind it, if it is the only
/// one). Each takes more than half of a segment of 4096 bytes: every one needs another segment, and
/// the last takes one that the checkpoint has set free.
[[nodiscard]] History standard_history(std::uint32_t commits);
/// "commit 1, commit 2, checkpoint, commit 3"; the same text makes the same history again. An empty
/// one is "nothing". Throws std::invalid_argument where the text is none.
[[nodiscard]] std::string text_of(const History& history);
[[nodiscard]] History history_of(std::string_view text);

/// The smallest segments, no checkpoint but those that the history asks for.
[[nodiscard]] Options smallest_options();

/// Transaction `number` of the `epoch`-th life of a store: another one for each pair.
[[nodiscard]] Transaction transaction_of(std::uint32_t epoch, std::uint32_t number);

using Content = std::map<std::string, std::string, std::less<>>;

/// S(0) to S(n) for the transactions that were issued, each with its Merkle root.
class Lineage {
 public:
  /// S(0) alone.
  Lineage();
  [[nodiscard]] std::uint32_t issued() const {
    return static_cast<std::uint32_t>(states_.size()) - 1;
  }
  [[nodiscard]] const Content& content(std::uint64_t seq) const { return states_.at(seq)->content; }
  [[nodiscard]] const Digest& root(std::uint64_t seq) const { return states_.at(seq)->root; }
  /// The first `seq` transactions alone.
  [[nodiscard]] Lineage first(std::uint64_t seq) const;
  [[nodiscard]] Lineage with(const Transaction& transaction, Hasher& hasher) const;
  /// Equal for equal transactions in equal order.
  [[nodiscard]] std::uint64_t key() const { return states_.back()->key; }

 private:
  struct State {
    Content content;
    Digest root;
    std::uint64_t key = 0;
  };
  std::vector<std::shared_ptr<const State>> states_;
};

/// One 64-bit number from two, well mixed.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t h = (a ^ (b + 0x9E3779B97F4A7C15U + (a << 6U) + (a >> 2U))) * 0xBF58476D1CE4E5B9U;
  h ^= h >> 29U;
  h *= 0x94D049BB133111EBU;
  return h ^ (h >> 32U);
}

}  // namespace plumb::crash
