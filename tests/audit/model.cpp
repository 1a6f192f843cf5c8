// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Drawing transactions, and what they lead to; see model.hpp.
#include "audit/model.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/contract.hpp"

namespace plumb::audit {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPlainKeys = 30;

/// Bytes that would do harm if any part of the store took them for more than data.
std::vector<Bytes> hostile_texts() {
  return {Bytes(),
          "../escape",
          "/checkpoint.tmp",
          "log-0",
          Bytes("nul\0inside", 10),
          Bytes("\xFF\xFE\x80", 3),
          "line\nfeed\r\"quoted\\",
          "PLUMBREC",
          Bytes(40, '\0') + "PLUMBREC" + Bytes(600, '\0'),
          Bytes(300, 'k')};
}

Bytes draw_value(Random& random) {
  if (random.one_in(6)) return {};
  if (random.one_in(12)) return hostile_texts()[random.below(hostile_texts().size())];
  const std::uint64_t size = random.one_in(10) ? 1 + random.below(2000) : 1 + random.below(120);
  Bytes value;
  for (std::uint64_t i = 0; i < size; ++i) value.push_back(static_cast<char>(random.below(256)));
  return value;
}

/// Unlike all others by its number; some with bytes that are no text.
Bytes draw_id(Random& random, std::uint64_t unique) {
  if (random.one_in(3)) return {};
  const Bytes number = fmt::format("t{}", unique);
  return random.one_in(4)
             ? hostile_texts()[random.below(hostile_texts().size())].substr(0, 100) + number
             : number;
}

Json text_json(const Bytes& bytes) {
  if (is_utf8(bytes)) return Json(bytes);
  return Json{{"hex", to_hex(view(bytes))}};
}

std::unique_ptr<Hasher> hasher_or_throw() {
  Result<std::unique_ptr<Hasher>> hasher = make_sha256();
  if (!hasher) throw std::runtime_error(hasher.error().message());
  return std::move(hasher).value();
}

}  // namespace

// SplitMix64: every seed is a good one.
std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

std::uint64_t Random::below(std::uint64_t limit) {
  Expects(limit > 0);
  return next() % limit;
}

const std::vector<Bytes>& keys() {
  static const std::vector<Bytes> all = [] {
    std::vector<Bytes> some = hostile_texts();
    for (std::size_t i = 0; i < kPlainKeys; ++i) some.push_back(fmt::format("key-{:02}", i));
    return some;
  }();
  return all;
}

Transaction draw_transaction(Random& random, std::uint64_t unique) {
  Transaction transaction;
  transaction.id = draw_id(random, unique);
  std::vector<Change> erases;
  std::set<Bytes> named;
  const std::uint64_t changes = 1 + random.below(4);
  for (std::uint64_t i = 0; i < changes; ++i) {
    const Bytes& key = keys()[random.below(keys().size())];
    if (!named.insert(key).second) continue;
    if (random.one_in(4)) {
      erases.push_back({key, std::nullopt});
    } else {
      transaction.changes.push_back({key, draw_value(random)});
    }
  }
  for (Change& erase : erases) transaction.changes.push_back(std::move(erase));
  return transaction;
}

std::string to_json_line(const Transaction& transaction) {
  Json set = Json::array();
  Json deletes = Json::array();
  for (const Change& change : transaction.changes) {
    if (change.value) {
      set.push_back(Json::array({text_json(change.key), text_json(*change.value)}));
    } else {
      deletes.push_back(text_json(change.key));
    }
  }
  Json line = Json::object();
  if (!transaction.id.empty()) line["id"] = text_json(transaction.id);
  line["set"] = std::move(set);
  line["delete"] = std::move(deletes);
  return line.dump() + '\n';
}

Model::Model() : hasher_(hasher_or_throw()), roots_(1), contents_(1), maps_(1) {}

void Model::send(Transaction transaction) {
  Contents contents = contents_.back();
  std::vector<merkle::MapChange> changes;
  for (const Change& change : transaction.changes) {
    if (change.value) {
      contents[change.key] = *change.value;
    } else {
      contents.erase(change.key);
    }
    changes.push_back({change.key, change.value});
  }
  Result<merkle::Map> map = maps_.back().apply(changes, *hasher_);
  if (!map) throw std::runtime_error(map.error().message());
  roots_.push_back(map->root());
  contents_.push_back(std::move(contents));
  maps_.push_back(std::move(map).value());
  transactions_.push_back(std::move(transaction));
}

void Model::settle(std::uint64_t seq) {
  Expects(seq >= settled_);
  Expects(seq <= sent());
  const auto keep = static_cast<std::ptrdiff_t>(seq - settled_);
  contents_.assign({contents_[static_cast<std::size_t>(keep)]});
  maps_.assign({maps_[static_cast<std::size_t>(keep)]});
  transactions_.resize(seq);
  roots_.resize(seq + 1);
  settled_ = seq;
}

const Contents& Model::contents(std::uint64_t seq) const {
  Expects(seq >= settled_);
  Expects(seq <= sent());
  return contents_[seq - settled_];
}

Digest Model::root(std::uint64_t seq) const {
  Expects(seq <= sent());
  return roots_[seq];
}

const Transaction& Model::transaction(std::uint64_t seq) const {
  Expects(seq >= 1);
  Expects(seq <= sent());
  return transactions_[seq - 1];
}

}  // namespace plumb::audit
