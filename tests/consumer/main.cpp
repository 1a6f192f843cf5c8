// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A program outside Plumbline that uses the installed library: it commits a transaction to a new
// store, opens the store again, and proves the key under the root that its receipt gave. A proof of
// another value must fail. Its exit status is the number of the step that went wrong, 0 for none.
// Usage: consumer NEW_FOLDER
#include <cstdio>
#include <memory>
#include <optional>

#include "commit/store.hpp"
#include "disk/posix_disk.hpp"
#include "merkle/proof.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  const auto disk = plumb::PosixDisk::create(argv[1]);
  if (!disk) return 2;

  plumb::OpenRequest request;
  request.create = plumb::Options{};
  auto store = plumb::Store::open(**disk, request);
  if (!store) return 3;
  const auto receipt = (*store)->commit({"t1", {{"key", "value"}}});
  if (!receipt || receipt->seq != 1) return 4;
  if (!(*store)->close()) return 5;
  store->reset();

  const auto again = plumb::Store::open(**disk, {});
  if (!again) return 6;
  const plumb::Snapshot snapshot = (*again)->snapshot();
  if (snapshot.map.root() != receipt->root) return 7;

  const auto hasher = plumb::make_sha256();
  if (!hasher) return 8;
  const plumb::Bytes proof = plumb::merkle::prove(snapshot.map, "key", **hasher);
  if (!plumb::merkle::verify(receipt->root, "key", "value", proof, **hasher)) return 9;
  if (plumb::merkle::verify(receipt->root, "key", "other", proof, **hasher)) return 10;
  std::printf("root %s\n", plumb::to_hex(receipt->root).c_str());
  return 0;
}
