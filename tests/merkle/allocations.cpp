// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// See allocations.hpp. A file of its own, so that compilers see new and delete as a pair.
#include "allocations.hpp"

#include <cstdlib>
#include <new>

namespace plumb::test {
std::atomic<std::size_t> largest_allocation_bytes{0};
}  // namespace plumb::test

void* operator new(std::size_t size) {
  std::atomic<std::size_t>& largest = plumb::test::largest_allocation_bytes;
  for (std::size_t seen = largest; size > seen;) {
    if (largest.compare_exchange_weak(seen, size)) break;
  }
  if (void* const block = std::malloc(size)) return block;  // NOLINT: this is the allocator
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }               // NOLINT
void operator delete(void* block, std::size_t) noexcept { std::free(block); }  // NOLINT
