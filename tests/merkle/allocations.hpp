// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What this test program allocates: its operator new remembers the largest block.
// Thread-safety: atomic.
#pragma once
#include <atomic>
#include <cstddef>

namespace plumb::test {

/// The largest block in bytes asked for since a test last set this to 0.
extern std::atomic<std::size_t> largest_allocation_bytes;

/// False under the thread sanitizer, whose own operator new is the one that is called.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool kSeesAllocations = false;
#else
inline constexpr bool kSeesAllocations = true;
#endif
#else
inline constexpr bool kSeesAllocations = true;
#endif

}  // namespace plumb::test
