// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the search found of every row, pinned: states, depth, and each property that does not hold
// with the length of its shortest trace. A change of any of them is a change of the specification.
// Spec:          EV-2.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace plumb::test {

/// 2 crashes, kills included; 3 transactions, 4 for groups of 2.
struct ClassicPin {
  std::string_view row;
  std::uint64_t distinct;
  std::uint32_t depth;
  std::string_view violated;         ///< where a rename may lose the name that it replaces (R-12)
  std::string_view violated_atomic;  ///< where a rename is one step
};
inline constexpr std::array kClassicPins{
    ClassicPin{"classic, full", 2452, 49, "NoPanic 8", ""},
    ClassicPin{"classic, open PREPARE kept", 2890, 49, "NoPanic 8 HonestReport 33",
               "HonestReport 33"},
    ClassicPin{"classic, no directory sync, no replay", 7739, 33,
               "Durability 13 NoPanic 8 WriteAhead 9 HonestReport 10 RedoOnce 11 Refines 13",
               "Durability 13 WriteAhead 9 HonestReport 10 RedoOnce 11 Refines 13"},
    ClassicPin{"classic, directory sync, no replay", 2170, 33,
               "Durability 14 NoPanic 8 WriteAhead 9 HonestReport 10 Refines 14",
               "Durability 14 WriteAhead 9 HonestReport 10 Refines 14"},
    ClassicPin{"classic, no directory sync, replay", 4850, 47, "NoPanic 8", ""},
    ClassicPin{"replay without LSN", 2635, 49,
               "Atomicity 28 NoPanic 8 WriteAhead 10 HonestReport 19 RedoOnce 16",
               "Atomicity 28 WriteAhead 10 HonestReport 19 RedoOnce 16"},
    ClassicPin{"torn tail not truncated", 8214, 45,
               "Atomicity 38 Durability 32 NoPanic 8 WriteAhead 16 HonestReport 29 Refines 32",
               "Atomicity 38 Durability 32 WriteAhead 16 HonestReport 29 Refines 32"},
    ClassicPin{"recovery does not sync what it shows", 4972, 45, "NoPanic 8", ""},
    ClassicPin{"temp file not synced", 2989, 47, "NoPanic 7", "NoPanic 7"},
    ClassicPin{"batched WAL, no replay", 104787, 34,
               "Durability 12 NoPanic 7 WriteAhead 3 HonestReport 10 RedoOnce 11 Refines 12",
               "Durability 12 WriteAhead 3 HonestReport 10 RedoOnce 11 Refines 12"},
    ClassicPin{"batched WAL, replay", 66576, 50,
               "Durability 21 NoPanic 7 WriteAhead 3 HonestReport 19 Refines 21",
               "Durability 21 WriteAhead 3 HonestReport 19 Refines 21"},
    ClassicPin{"batched WAL, replay, directory sync", 23613, 51, "NoPanic 7 WriteAhead 3",
               "WriteAhead 3"},
    ClassicPin{"batched, WAL only", 6469, 39, "Durability 17 NoPanic 14 Refines 17",
               "Durability 17 Refines 17"},
    ClassicPin{"background fsync, no replay", 12115, 30,
               "Durability 12 NoPanic 7 WriteAhead 3 HonestReport 9 RedoOnce 10 Refines 12",
               "Durability 12 WriteAhead 3 HonestReport 9 RedoOnce 10 Refines 12"},
    ClassicPin{"background fsync of both records", 19986, 45,
               "Durability 20 NoPanic 7 WriteAhead 3 Refines 20",
               "Durability 20 WriteAhead 3 Refines 20"},
    ClassicPin{"background fsync of both records, directory sync", 8558, 44,
               "NoPanic 7 WriteAhead 3", "WriteAhead 3"},
    ClassicPin{"background fsync, WAL only", 4878, 36, "Durability 17 NoPanic 14 Refines 17",
               "Durability 17 Refines 17"},
    ClassicPin{"ack before flush", 3532, 49, "Durability 16 NoPanic 9 Refines 16",
               "Durability 16 Refines 16"},
    ClassicPin{"group commit", 1569, 42, "NoPanic 9", ""},
    ClassicPin{"group commit, roll-back only", 986, 32, "NoPanic 9", ""},
    ClassicPin{"classic, full, preallocated", 2467, 49, "NoPanic 8", ""},
    ClassicPin{"classic, open PREPARE kept, preallocated", 2890, 49, "NoPanic 8 HonestReport 33",
               "HonestReport 33"},
    ClassicPin{"classic, no directory sync, no replay, preallocated", 6223, 33,
               "Durability 13 NoPanic 8 HonestReport 10 RedoOnce 11 Refines 13",
               "Durability 13 HonestReport 10 RedoOnce 11 Refines 13"},
    ClassicPin{"classic, directory sync, no replay, preallocated", 1763, 33,
               "Durability 14 NoPanic 8 HonestReport 10 Refines 14",
               "Durability 14 HonestReport 10 Refines 14"},
    ClassicPin{"classic, no directory sync, replay, preallocated", 4951, 47, "NoPanic 8", ""},
    ClassicPin{"replay without LSN, preallocated", 2716, 49,
               "Atomicity 28 NoPanic 8 WriteAhead 10 HonestReport 19 RedoOnce 16",
               "Atomicity 28 WriteAhead 10 HonestReport 19 RedoOnce 16"},
    ClassicPin{"torn tail not truncated, preallocated", 5967, 44, "NoPanic 8 HonestReport 29",
               "HonestReport 29"},
    ClassicPin{"recovery does not sync what it shows, preallocated", 5073, 45, "NoPanic 8", ""},
    ClassicPin{"temp file not synced, preallocated", 3008, 47, "NoPanic 7", "NoPanic 7"},
    ClassicPin{"batched WAL, no replay, preallocated", 217687, 34,
               "Durability 12 NoPanic 7 WriteAhead 3 HonestReport 10 RedoOnce 11 Refines 12",
               "Durability 12 WriteAhead 3 HonestReport 10 RedoOnce 11 Refines 12"},
    ClassicPin{"batched WAL, replay, preallocated", 108096, 50,
               "Durability 21 NoPanic 7 WriteAhead 3 HonestReport 19 Refines 21",
               "Durability 21 WriteAhead 3 HonestReport 19 Refines 21"},
    ClassicPin{"batched WAL, replay, directory sync, preallocated", 30317, 51,
               "NoPanic 7 WriteAhead 3", "WriteAhead 3"},
    ClassicPin{"batched, WAL only, preallocated", 31229, 39, "Durability 17 NoPanic 14 Refines 17",
               "Durability 17 Refines 17"},
    ClassicPin{"background fsync, no replay, preallocated", 23994, 30,
               "Durability 12 NoPanic 7 WriteAhead 3 HonestReport 9 RedoOnce 10 Refines 12",
               "Durability 12 WriteAhead 3 HonestReport 9 RedoOnce 10 Refines 12"},
    ClassicPin{"background fsync of both records, preallocated", 205556, 45,
               "Durability 20 NoPanic 7 WriteAhead 3 Refines 20",
               "Durability 20 WriteAhead 3 Refines 20"},
    ClassicPin{"background fsync of both records, directory sync, preallocated", 47916, 44,
               "NoPanic 7 WriteAhead 3", "WriteAhead 3"},
    ClassicPin{"background fsync, WAL only, preallocated", 30276, 36,
               "Durability 17 NoPanic 14 Refines 17", "Durability 17 Refines 17"},
    ClassicPin{"ack before flush, preallocated", 3547, 49, "Durability 16 NoPanic 9 Refines 16",
               "Durability 16 Refines 16"},
    ClassicPin{"group commit, preallocated", 1827, 42, "NoPanic 9", ""},
    ClassicPin{"group commit, roll-back only, preallocated", 1244, 32, "NoPanic 9", ""},
};

/// Bounds of the golden pins.
struct GoldenBounds {
  std::uint8_t transactions;
  std::uint8_t crashes;
  std::uint8_t io_errors;
  std::uint8_t disk_full;
  std::uint8_t rots;
};
inline constexpr std::array kGoldenBounds{GoldenBounds{3, 2, 0, 0, 0}, GoldenBounds{2, 2, 1, 0, 0},
                                          GoldenBounds{3, 1, 0, 1, 0}, GoldenBounds{3, 2, 0, 0, 1}};
struct Count {
  std::uint64_t distinct;
  std::uint32_t depth;
};
/// No property is violated in any of them.
struct GoldenPin {
  std::string_view row;
  std::array<Count, kGoldenBounds.size()> counts;  ///< in the order of kGoldenBounds
};
inline constexpr std::array kGoldenPins{
    GoldenPin{"golden, sync", {{{102674, 77}, {618473, 82}, {32452, 78}, {201326, 79}}}},
    GoldenPin{"golden, sync, checkpoint after each",
              {{{31024, 81}, {301330, 83}, {9723, 79}, {59117, 82}}}},
    GoldenPin{"golden, group", {{{148571, 77}, {749871, 82}, {48195, 78}, {284788, 79}}}},
    GoldenPin{"golden, group, checkpoint after each",
              {{{53217, 81}, {391089, 83}, {16513, 79}, {100292, 82}}}},
    GoldenPin{"golden, batch", {{{27659, 66}, {157116, 73}, {10079, 67}, {49200, 68}}}},
    GoldenPin{"golden, several records in a sync",
              {{{57108, 70}, {414052, 76}, {16557, 71}, {97462, 72}}}},
    GoldenPin{"golden, async", {{{436951, 80}, {1198912, 84}, {147890, 81}, {830323, 82}}}},
    GoldenPin{"golden, relaxed(1)", {{{387823, 82}, {1335980, 86}, {119592, 82}, {751394, 83}}}},
    GoldenPin{"golden, relaxed(2)", {{{475494, 82}, {1422435, 86}, {143109, 82}, {891641, 83}}}},
};

}  // namespace plumb::test
