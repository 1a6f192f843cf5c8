// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Keys, values and folders; see workload.hpp.
#include "workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "figures.hpp"

namespace plumb::bench {
namespace {

constexpr std::uint64_t kPreloadBatch = 200;  // keys in a transaction

Bytes key(std::uint64_t number) { return fmt::format("key-{:08}", number); }

}  // namespace

WorkFolder::WorkFolder(const std::string& parent) {
  std::string name = parent + "/plumb-bench-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    throw EnvironmentFailure(fmt::format("{}: no folder can be made: {}", parent,
                                         std::strerror(errno)));  // NOLINT: one thread
  }
  path_ = name;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;  // what cannot be removed is a folder too many, and no wrong figure
  std::filesystem::remove_all(path_, ignored);
}

Bytes Workload::value() {
  Bytes bytes(value_bytes_, '\0');
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t some = random_();
    std::memcpy(bytes.data() + at, &some, std::min(sizeof some, bytes.size() - at));
  }
  return bytes;
}

Transaction Workload::next() {
  const std::uint64_t first = random_() % kKeys;
  const std::uint64_t second = (first + 1 + random_() % (kKeys - 1)) % kKeys;
  return {{}, {{key(first), value()}, {key(second), value()}}};
}

std::unique_ptr<Store> Workload::preloaded_store(Disk& disk) {
  OpenRequest request;
  request.create = Options{.checkpoint_every = 0, .checkpoint_bytes = 0};
  std::unique_ptr<Store> store = take(Store::open(disk, request), "creating a store");
  for (std::uint64_t from = 0; from < kKeys; from += kPreloadBatch) {
    Transaction batch;
    for (std::uint64_t i = from; i < from + kPreloadBatch; ++i) {
      batch.changes.push_back({key(i), value()});
    }
    static_cast<void>(take(store->commit(batch), "preloading"));
  }
  take(store->checkpoint(), "the checkpoint behind the preload");
  return store;
}

}  // namespace plumb::bench
