// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The tape of a disk: every write and flush in the order in which they arrived, and the images that
// a power cut may leave. A cut falls at the end of an epoch, before the flush that ends it is
// obeyed: the device keeps everything of the epochs before and any subset of this one.
// Invariants:    flushes cut the writes into epochs(); the last one is open.
// Thread-safety: values.
// Spec:          EV-6; A-2; spec/ASSUMPTIONS.md R-3; faults 2 to 4.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "audit/model.hpp"

namespace plumb::powercut {

enum class TapeKind : std::uint32_t { write = 1, flush = 2 };

/// Before each entry of a tape; `size` bytes follow.
struct TapeHead {
  TapeKind kind = TapeKind::write;
  std::uint32_t size = 0;
  std::uint64_t offset = 0;
};

struct TapeWrite {
  std::uint64_t offset = 0;
  std::string bytes;
};

/// The writes between two flushes.
struct Epoch {
  std::vector<TapeWrite> writes;
  std::uint64_t begin = 0;  ///< position on the tape, in bytes
  std::uint64_t end = 0;    ///< the position of the flush, or the tape's end
};

/// Cuts the first `length` bytes of a tape into epochs. Throws where they are no tape.
[[nodiscard]] std::vector<Epoch> read_tape(const std::string& file, std::uint64_t length);

/// What survives of the epoch in which the power is cut: for each write the sectors kept.
struct Survivors {
  std::size_t epoch = 0;
  std::string words;  ///< for people: "none of 5 writes"
  std::vector<std::vector<bool>> sectors;
};
inline constexpr std::size_t kSectorBytes = 512;

/// How survivors are drawn.
enum class Choice : std::uint8_t { none, all_but_one, one, subset, torn };
inline constexpr std::uint64_t kChoices = 5;
[[nodiscard]] Survivors draw_survivors(const std::vector<Epoch>& tape, std::size_t epoch,
                                       Choice choice, audit::Random& random);

/// Turns a copy of the disk as it was when the tape began into the image that the cut leaves.
void play(const std::vector<Epoch>& tape, const Survivors& kept, const std::string& image);

}  // namespace plumb::powercut
