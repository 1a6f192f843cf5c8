// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the tests of the store share: entropy that repeats, short transactions, and the content of a
// store as a plain map.
// Thread-safety: none.
// Spec:          AC-1, AC-2; tests only.
#pragma once
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "commit/reading.hpp"
#include "commit/store.hpp"
#include "support/counting_disk.hpp"
#include "support/memory_disk.hpp"

namespace plumb::test {

using Content = std::map<std::string, std::string>;

/// Bytes 1, 2, 3, ...: every store and salt differs, every run is the same.
inline Entropy counting_entropy() {
  return [next = std::uint8_t{0}](ByteSpan into) mutable -> Status {
    std::ranges::generate(into, [&next] { return std::byte{++next}; });
    return {};
  };
}

inline OpenRequest creating(std::uint64_t segment_bytes = 4096, std::uint64_t every = 0) {
  OpenRequest request;
  request.create = Options{};
  request.create->segment_bytes = segment_bytes;
  request.create->checkpoint_every = every;
  request.create->checkpoint_bytes = 0;
  request.entropy = counting_entropy();
  return request;
}

inline OpenRequest opening() {
  OpenRequest request;
  request.entropy = counting_entropy();
  return request;
}

inline Transaction put(std::string key, std::string value, std::string id = {}) {
  return {std::move(id), {{std::move(key), std::move(value)}}};
}

inline Content content_of(const merkle::Map& map) {
  Content content;
  map.for_each_sorted([&content](std::string_view key, std::string_view value) {
    content.emplace(key, value);
  });
  return content;
}

/// The store on the disk as a reader sees it; the test fails where it is refused.
inline Reading read_or_fail(Disk& disk) {
  Result<Reading> reading = read_store(disk);
  if (!reading) throw std::runtime_error("refused: " + reading.error().message());
  return std::move(reading).value();
}

inline std::unique_ptr<Store> open_or_fail(Disk& disk, OpenRequest request) {
  Result<std::unique_ptr<Store>> store = Store::open(disk, std::move(request));
  if (!store) throw std::runtime_error("not opened: " + store.error().message());
  return std::move(store).value();
}

inline Receipt commit_or_fail(Store& store, const Transaction& transaction) {
  Result<Receipt> receipt = store.commit(transaction);
  if (!receipt) throw std::runtime_error("not committed: " + receipt.error().message());
  return std::move(receipt).value();
}

}  // namespace plumb::test

namespace plumb {
inline std::ostream& operator<<(std::ostream& out, Errc code) { return out << name_of(code); }
inline std::ostream& operator<<(std::ostream& out, const Digest& d) { return out << to_hex(d); }
}  // namespace plumb
