// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Making a store step by step; see scene.hpp.
#include "vectors/scene.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace plumb::test {
namespace {

template <class Answer>
void require(const Answer& answer, const char* what) {
  if (!answer) throw std::runtime_error(std::string(what) + ": " + answer.error().message());
}

}  // namespace

Entropy counted_entropy(std::string_view label) {
  return [seed = Bytes(label), count = 0U](ByteSpan into) mutable -> Status {
    for (std::size_t at = 0; at < into.size(); at += sizeof(Digest)) {
      const Digest random = sha256(seed + '#' + std::to_string(count++));
      const std::size_t part = std::min(sizeof(Digest), into.size() - at);
      std::copy_n(random.bytes.begin(), part, into.subspan(at).begin());
    }
    return {};
  };
}

void apply(const Transaction& transaction, Content& content) {
  for (const Change& change : transaction.changes) {
    if (change.value) {
      content[change.key] = *change.value;
    } else {
      content.erase(change.key);
    }
  }
}

Content content_of(const Snapshot& snapshot) {
  Content content;
  snapshot.map.for_each_sorted(
      [&content](std::string_view key, std::string_view value) { content.emplace(key, value); });
  return content;
}

Options vector_options() {
  Options options;
  options.segment_bytes = kSegmentBytes;
  options.checkpoint_bytes = 0;
  return options;
}

Scene::Scene(std::string_view label, const Options& options, std::uint32_t block_bytes)
    : options_(options), entropy_(counted_entropy(label)) {
  disk_.set_direct_block(block_bytes);
}

Scene& Scene::open() {
  OpenRequest request;
  if (disk_.contents().empty()) request.create = options_;
  // The counter goes on over openings: a copy of the function would begin anew.
  request.entropy = [this](ByteSpan into) { return entropy_(into); };
  Result<std::unique_ptr<Store>> store = Store::open(disk_, std::move(request));
  require(store, "open");
  store_ = std::move(store).value();
  return *this;
}

Scene& Scene::commit(const Transaction& transaction) {
  require(store_->commit(transaction), "commit");
  Content next = states_.back();
  apply(transaction, next);
  states_.push_back(std::move(next));
  return *this;
}

Scene& Scene::put(std::string_view key, std::string_view value) {
  return commit({{}, {{Bytes(key), Bytes(value)}}});
}

Scene& Scene::puts(int count) {
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(seq() + 1);
    put("k" + n, "v" + n);
  }
  return *this;
}

Scene& Scene::checkpoint() {
  require(store_->checkpoint(), "checkpoint");
  return *this;
}

Scene& Scene::close() {
  require(store_->close(), "close");
  store_.reset();
  return *this;
}

Scene& Scene::drop() {
  store_.reset();
  return *this;
}

}  // namespace plumb::test
