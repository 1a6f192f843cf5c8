// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Histories and the plain maps that they lead to; see history.hpp.
#include "crash/history.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "base/contract.hpp"
#include "merkle/map.hpp"

namespace plumb::crash {
namespace {

/// In the first life a record takes four blocks of the seven that a segment has; later ones are as
/// small as they can be.
constexpr std::size_t kLongValue = 1500;

Digest root_of(const Content& content, Hasher& hasher) {
  std::vector<merkle::MapChange> changes;
  for (const auto& [key, value] : content) changes.push_back({key, value});
  const Result<merkle::Map> map = merkle::Map().apply(changes, hasher);
  Ensures(map.has_value());
  return map->root();
}

}  // namespace

History standard_history(std::uint32_t commits) {
  History history;
  for (std::uint32_t i = 1; i <= commits; ++i) {
    if (i == commits && i > 1) history.push_back({Act::checkpoint, 0});
    history.push_back({Act::commit, i});
  }
  if (commits == 1) history.push_back({Act::checkpoint, 0});
  return history;
}

std::string text_of(const History& history) {
  std::string text;
  for (const Operation& operation : history) {
    if (!text.empty()) text += ", ";
    text += operation.act == Act::checkpoint ? "checkpoint"
                                             : fmt::format("commit {}", operation.number);
  }
  return text.empty() ? "nothing" : text;
}

History history_of(std::string_view text) {
  History history;
  if (text == "nothing") return history;
  constexpr std::string_view kCommit = "commit ";
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(", "));
    text.remove_prefix(std::min(text.size(), word.size() + 2));
    Operation operation{Act::checkpoint, 0};
    if (word.starts_with(kCommit)) {
      operation.act = Act::commit;
      const std::string_view digits = word.substr(kCommit.size());
      const char* const end = digits.data() + digits.size();
      const auto [stop, error] = std::from_chars(digits.data(), end, operation.number);
      if (error != std::errc() || stop != end || operation.number == 0) {
        throw std::invalid_argument(fmt::format("no operation: {}", word));
      }
    } else if (word != "checkpoint") {
      throw std::invalid_argument(fmt::format("no operation: {}", word));
    }
    history.push_back(operation);
  }
  return history;
}

Options smallest_options() {
  Options options;
  options.segment_bytes = kMinSegmentBytes;
  options.checkpoint_every = 0;
  options.checkpoint_bytes = 0;
  return options;
}

Transaction transaction_of(std::uint32_t epoch, std::uint32_t number) {
  const std::string name = fmt::format("e{}t{}", epoch, number);
  Transaction transaction{name, {}};
  transaction.changes.push_back({name, "here"});  // each leaves its name, so that none can hide
  std::string last = name;
  if (epoch == 0) last.resize(kLongValue, static_cast<char>('a' + number % 26));
  transaction.changes.push_back({"last", std::move(last)});
  if (number % 3 == 0)
    transaction.changes.push_back({fmt::format("e{}t{}", epoch, number - 1), {}});
  return transaction;
}

Lineage::Lineage() : states_{std::make_shared<const State>()} {}

Lineage Lineage::first(std::uint64_t seq) const {
  Expects(seq <= issued());
  Lineage shorter = *this;
  shorter.states_.resize(seq + 1);
  return shorter;
}

Lineage Lineage::with(const Transaction& transaction, Hasher& hasher) const {
  State next = *states_.back();
  for (const Change& change : transaction.changes) {
    if (change.value) {
      next.content.insert_or_assign(change.key, *change.value);
    } else {
      next.content.erase(change.key);
    }
  }
  next.root = root_of(next.content, hasher);
  next.key = mix(next.key, std::hash<std::string_view>()(transaction.id));
  Lineage longer = *this;
  longer.states_.push_back(std::make_shared<const State>(std::move(next)));
  return longer;
}

}  // namespace plumb::crash
