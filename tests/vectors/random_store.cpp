// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The life of a random store; see random_store.hpp. Its damage is in damage.cpp.
#include "vectors/random_store.hpp"

#include <array>
#include <stdexcept>

#include "support/counting_disk.hpp"
#include "vectors/damage.hpp"
#include "vectors/dice.hpp"

namespace plumb::test {
namespace {

class Life {
 public:
  explicit Life(std::uint64_t seed)
      : dice_(seed), entropy_(counted_entropy(std::to_string(seed))) {}

  RandomStore run() {
    const std::uint64_t sessions = 1 + dice_.below(4);
    for (std::uint64_t i = 0; i < sessions; ++i) {
      if (dice_.one_in(3)) fail_to_open();
      session();
      past_.push_back(disk_.contents());
    }
    if (dice_.one_in(4)) fail_to_open();
    RandomStore store{disk_.contents(), content_, seq_, {}};
    if (!dice_.one_in(4)) store.damage = damage(store.files, past_, dice_);
    return store;
  }

 private:
  OpenRequest request() {
    OpenRequest request;
    request.entropy = [this](ByteSpan into) { return entropy_(into); };
    if (!disk_.contents().empty()) return request;
    Options options = vector_options();
    const std::array<std::uint64_t, 4> sizes{4096, 4608, 8192, 20480};
    const std::array<std::uint64_t, 4> every{0, 0, 3, 7};
    options.segment_bytes = dice_.pick(sizes);
    options.checkpoint_every = dice_.pick(every);
    request.create = options;
    return request;
  }

  /// An opening that ends at one of its calls, as if the process had died there. A first one leaves
  /// an init that did not finish, which the next one completes with the default options.
  void fail_to_open() {
    if (disk_.contents().empty()) return;
    CountingDisk failing(disk_);
    const std::array<Call, 5> calls{Call::write, Call::write_direct, Call::sync_all, Call::rename,
                                    Call::sync_folder};
    failing.fail({.call = dice_.pick(calls), .at = 1 + dice_.below(2)});
    static_cast<void>(Store::open(failing, request()));
  }

  void session() {
    Result<std::unique_ptr<Store>> opened = Store::open(disk_, request());
    if (!opened) throw std::runtime_error("open: " + opened.error().message());
    Store& store = **opened;
    for (std::uint64_t n = dice_.below(14); n > 0; --n) {
      if (dice_.one_in(9)) static_cast<void>(store.checkpoint());
      const Transaction transaction = draw();
      const Result<Receipt> receipt = store.commit(transaction);
      if (receipt && receipt->seq > seq_) {
        apply(transaction, content_);
        seq_ = receipt->seq;
      }
    }
    if (!dice_.one_in(3)) return;  // a crash
    if (Status s = store.close(); !s) throw std::runtime_error("close: " + s.error().message());
  }

  Transaction draw() {
    Transaction transaction;
    if (dice_.one_in(3)) transaction.id = "id-" + std::to_string(dice_.below(20));
    for (std::uint64_t n = dice_.below(5); n > 0; --n) {
      Change change{Bytes(1, static_cast<char>(dice_.below(256) & 0xF9U)), std::nullopt};
      if (dice_.one_in(6)) change.key += dice_.bytes(dice_.below(40));
      if (!dice_.one_in(4))
        change.value = dice_.bytes(dice_.one_in(8) ? dice_.below(1500) : dice_.below(20));
      transaction.changes.push_back(std::move(change));
    }
    return transaction;
  }

  Dice dice_;
  Entropy entropy_;
  MemoryDisk disk_;
  std::vector<Files> past_;
  Content content_;
  std::uint64_t seq_ = 0;
};

}  // namespace

RandomStore make_random_store(std::uint64_t seed) { return Life(seed).run(); }

}  // namespace plumb::test
