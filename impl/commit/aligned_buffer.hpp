// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Memory at a 4 KiB boundary, as direct writes need it; it grows and never shrinks, so that a
// commit in steady state allocates nothing.
// Thread-safety: none.
// Spec:          AC-19, P-2. R-23.
#pragma once
#include <cstddef>
#include <memory>
#include <new>

#include "base/bytes.hpp"

namespace plumb {

class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  /// Zeroed bytes.
  explicit AlignedBuffer(std::size_t size) { resize(size); }
  /// Makes the span that long. Growing zeroes all of it; otherwise the bytes stay.
  void resize(std::size_t size) {
    if (size > capacity_) {
      memory_.reset(new (std::align_val_t{kAlignment}) std::byte[size]());
      capacity_ = size;
    }
    size_ = size;
  }
  [[nodiscard]] ByteSpan span() noexcept { return {memory_.get(), size_}; }

 private:
  static constexpr std::size_t kAlignment = 4096;
  struct Free {
    void operator()(std::byte* p) const noexcept {
      operator delete[](p, std::align_val_t{kAlignment});
    }
  };
  // NOLINTNEXTLINE(*-avoid-c-arrays): the size is known at run time alone
  std::unique_ptr<std::byte[], Free> memory_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace plumb
