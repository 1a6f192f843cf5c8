// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Reading a tape and building images from it; see tape.hpp.
#include "powercut/tape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "support/temp_folder.hpp"

namespace plumb::powercut {
namespace {

std::size_t sectors_of(const TapeWrite& write) {
  return (write.bytes.size() + kSectorBytes - 1) / kSectorBytes;
}

void put(std::fstream& image, std::uint64_t offset, const char* bytes, std::size_t size) {
  image.seekp(static_cast<std::streamoff>(offset));
  image.write(bytes, static_cast<std::streamsize>(size));
}

void put_sectors(std::fstream& image, const TapeWrite& write, const std::vector<bool>& kept) {
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    const std::size_t at = i * kSectorBytes;
    put(image, write.offset + at, write.bytes.data() + at,
        std::min(kSectorBytes, write.bytes.size() - at));
  }
}

}  // namespace

std::vector<Epoch> read_tape(const std::string& file, std::uint64_t length) {
  const std::string tape = test::read_file(file);
  if (tape.size() < length) throw std::runtime_error("the tape is shorter than it was");
  std::vector<Epoch> epochs(1);
  std::uint64_t at = 0;
  while (at < length) {
    TapeHead head;
    if (length - at < sizeof head) throw std::runtime_error("the tape ends in an entry");
    std::memcpy(&head, tape.data() + at, sizeof head);
    const std::uint64_t next = at + sizeof head + head.size;
    if (next > length) throw std::runtime_error("the tape ends in an entry");
    if (head.kind == TapeKind::flush) {
      epochs.back().end = at;
      epochs.emplace_back().begin = next;
    } else {
      epochs.back().writes.push_back({head.offset, tape.substr(at + sizeof head, head.size)});
    }
    at = next;
  }
  epochs.back().end = length;
  return epochs;
}

Survivors draw_survivors(const std::vector<Epoch>& tape, std::size_t epoch, Choice choice,
                         audit::Random& random) {
  const std::vector<TapeWrite>& writes = tape[epoch].writes;
  const std::size_t chosen = writes.empty() ? 0 : random.below(writes.size());
  Survivors kept{epoch, {}, {}};
  std::size_t whole = 0;
  std::size_t torn = 0;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const bool keep = choice == Choice::all_but_one ? i != chosen
                      : choice == Choice::one       ? i == chosen
                                                    : choice != Choice::none && random.one_in(2);
    std::vector<bool> sectors(sectors_of(writes[i]), keep);
    const bool tear =
        choice == Choice::torn && sectors.size() > 1 && (random.one_in(3) || i == chosen);
    if (tear) {
      for (auto&& sector : sectors) sector = random.one_in(2);
    }
    torn += tear ? 1 : 0;
    whole += keep && !tear ? 1 : 0;
    kept.sectors.push_back(std::move(sectors));
  }
  kept.words = fmt::format("epoch {} of {}: {} of {} writes, {} torn", epoch, tape.size(), whole,
                           writes.size(), torn);
  return kept;
}

void play(const std::vector<Epoch>& tape, const Survivors& kept, const std::string& image) {
  std::fstream out(image, std::ios::in | std::ios::out | std::ios::binary);
  for (std::size_t epoch = 0; epoch < kept.epoch; ++epoch) {
    for (const TapeWrite& write : tape[epoch].writes) {
      put(out, write.offset, write.bytes.data(), write.bytes.size());
    }
  }
  const std::vector<TapeWrite>& last = tape[kept.epoch].writes;
  for (std::size_t i = 0; i < last.size(); ++i) put_sectors(out, last[i], kept.sectors[i]);
  out.close();
  if (!out) throw std::runtime_error("cannot write " + image);
}

}  // namespace plumb::powercut
