// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A bare log, replayed; see replay.hpp.
#include "replay.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <string_view>

#include "figures.hpp"

namespace plumb::bench {
namespace {

namespace fs = std::filesystem;

// Offsets of spec/FORMAT.md.
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kSegmentBlockBytes = 44;
constexpr std::size_t kSegmentNumber = 64;
constexpr std::size_t kSegmentHeaderBytes = 72;  // as far as it is read here
constexpr std::size_t kCheckpointSeq = 72;
constexpr std::size_t kCheckpointChain = 128;
constexpr std::size_t kCheckpointPosition = 160;
constexpr std::size_t kRecordHeaderBytes = 176;
constexpr std::size_t kRecordFirstSeq = 88;
constexpr std::string_view kRecordMagic = "PLUMBREC";

/// The first `limit` bytes; `into` keeps its memory.
void read_whole(const fs::path& path, std::size_t limit, std::string& into) {
  std::ifstream in(path, std::ios::binary);
  into.resize(limit);
  in.read(into.data(), static_cast<std::streamsize>(limit));
  into.resize(static_cast<std::size_t>(in.gcount()));
}

Reader at(std::string_view bytes, std::size_t offset) {
  Reader in(bytes);
  static_cast<void>(in.raw(offset));
  return in;
}

/// Where the log goes on behind the newest checkpoint.
struct Start {
  std::uint64_t seq = 0;
  Digest chain;
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
};

Start read_start(const fs::path& folder) {
  std::string newest;
  std::uint64_t highest = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("checkpoint-")) continue;
    const std::uint64_t number = std::stoull(name.substr(name.find('-') + 1));
    if (number < highest) continue;
    highest = number;
    newest = name;
  }
  std::string header;
  read_whole(folder / newest, 512, header);
  Start start;
  start.seq = at(header, kCheckpointSeq).u64();
  start.chain = at(header, kCheckpointChain).digest();
  Reader position = at(header, kCheckpointPosition);
  start.segment = position.u64();
  start.offset = position.u64();
  return start;
}

void apply_payload(std::string_view payload, std::uint32_t transactions, Replayed& state) {
  Reader in(payload);
  for (std::uint32_t i = 0; i < transactions; ++i) {
    const std::uint32_t id_bytes = in.u32();
    const std::uint32_t changes = in.u32();
    static_cast<void>(in.raw(id_bytes));
    for (std::uint32_t j = 0; j < changes && in.ok(); ++j) {
      const bool erase = in.u8() == 0;
      const std::uint32_t key_bytes = in.u32();
      const std::uint32_t value_bytes = in.u32();
      const std::string key(in.raw(key_bytes));
      const std::string_view value = in.raw(value_bytes);
      if (erase) {
        state.changed.erase(key);
      } else {
        state.changed[key] = value;
      }
    }
  }
  if (!in.ok() || in.left() != 0) throw EnvironmentFailure("a payload does not parse");
}

/// The record at the offset, taken; its length, or 0 where none follows there.
std::size_t take_record(std::string_view segment, std::size_t offset, std::uint32_t block_bytes,
                        Replayed& state, Hasher& hasher) {
  const std::string_view here = segment.substr(offset);
  if (here.size() < kRecordHeaderBytes || here.substr(kDigestBytes, 8) != kRecordMagic) return 0;
  Reader in = at(here, kRecordFirstSeq);
  const std::uint64_t first_seq = in.u64();
  const std::uint32_t transactions = in.u32();
  const std::uint32_t payload_bytes = in.u32();
  static_cast<void>(in.u64());  // durable_seq
  const Digest previous = in.digest();
  const std::size_t bytes =
      (kRecordHeaderBytes + payload_bytes + block_bytes - 1) / block_bytes * block_bytes;
  if (bytes > here.size() || first_seq != state.seq + 1 || previous != state.chain) return 0;
  const Digest digest = at(here, 0).digest();
  if (hasher.hash(view(here.substr(kDigestBytes, bytes - kDigestBytes))) != digest) return 0;
  apply_payload(here.substr(kRecordHeaderBytes, payload_bytes), transactions, state);
  state.seq += transactions;
  state.chain = digest;
  ++state.records;
  return bytes;
}

}  // namespace

Replayed replay(const std::string& folder, Hasher& hasher) {
  const Start start = read_start(folder);
  std::map<std::uint64_t, fs::path> segments;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with("log-")) continue;
    std::string header;
    read_whole(entry.path(), kSegmentHeaderBytes, header);
    const std::uint64_t number = at(header, kSegmentNumber).u64();
    if (number >= start.segment) segments[number] = entry.path();
  }
  Replayed state;
  state.seq = start.seq;
  state.chain = start.chain;
  std::string segment;  // one buffer for all
  for (const auto& [number, path] : segments) {
    read_whole(path, fs::file_size(path), segment);
    const std::uint32_t block_bytes = at(segment, kSegmentBlockBytes).u32();
    std::size_t offset = number == start.segment ? start.offset : block_bytes;
    while (offset < segment.size()) {
      const std::size_t bytes = take_record(segment, offset, block_bytes, state, hasher);
      if (bytes == 0) break;
      offset += bytes;
    }
  }
  return state;
}

}  // namespace plumb::bench
