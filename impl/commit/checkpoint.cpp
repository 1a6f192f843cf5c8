// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Bytes of a checkpoint and its way to the disk; see checkpoint.hpp.
#include "commit/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/contract.hpp"

namespace plumb {
namespace {

constexpr std::string_view kMagic = "PLUMBCKP";
constexpr std::string_view kPrefix = "checkpoint-";
constexpr std::size_t kDigestBytes = sizeof(Digest);
constexpr std::size_t kFieldsEnd = 256;  // zeros from here to kHeaderBytes
constexpr std::size_t kSmallestEntry = 8;
constexpr std::size_t kIdEntryBytes = 104;

/// A header as it stands in the file; what only the whole file can confirm is checked later.
struct Header {
  Checkpoint checkpoint;  // map and ids empty
  std::uint64_t count = 0;
  std::uint64_t ids = 0;
  Digest root;
  std::uint64_t size = 0;
};

Bytes encode_header(const Checkpoint& c, std::uint64_t size, Hasher& hasher) {
  Bytes fields;
  Writer out(fields);
  out.raw(kMagic);
  out.u32(kFormatVersion);
  out.u32(c.geometry.block_bytes);
  out.raw(text(c.geometry.store));
  out.u64(c.number);
  out.u64(c.version.seq);
  out.u64(c.version.map.count());
  out.u64(c.version.ids.entries().size());
  out.digest(c.version.map.root());
  out.digest(c.version.chain);
  out.u64(c.version.position.segment);
  out.u64(c.version.position.offset);
  out.u64(c.geometry.segment_bytes);
  out.u64(c.options.checkpoint_every);
  out.u64(c.options.checkpoint_bytes);
  out.u32(static_cast<std::uint32_t>(c.options.mode));
  out.u32(static_cast<std::uint32_t>(c.options.backend));
  out.u64(c.anchor.length);
  out.digest(c.anchor.digest);
  out.u64(size);
  Ensures(fields.size() == kFieldsEnd - kDigestBytes);
  out.pad_to(kHeaderBytes - kDigestBytes);
  const Digest digest = hasher.hash(view(fields));
  return Bytes(text(view(digest))) + fields;
}

Header read_header_fields(Reader& in) {
  Header h;
  Checkpoint& c = h.checkpoint;
  c.geometry.block_bytes = in.u32();
  c.geometry.store = read_tag(in);
  c.number = in.u64();
  c.version.seq = in.u64();
  h.count = in.u64();
  h.ids = in.u64();
  h.root = in.digest();
  c.version.chain = in.digest();
  c.version.position.segment = in.u64();
  c.version.position.offset = in.u64();
  c.geometry.segment_bytes = in.u64();
  c.options.segment_bytes = c.geometry.segment_bytes;
  c.options.checkpoint_every = in.u64();
  c.options.checkpoint_bytes = in.u64();
  c.options.mode = static_cast<Mode>(in.u32());
  c.options.backend = static_cast<Backend>(in.u32());
  c.anchor.length = in.u64();
  c.anchor.digest = in.digest();
  h.size = in.u64();
  return h;
}

Error bad(std::string_view file, std::uint64_t offset, std::string reason,
          Errc code = Errc::corrupt) {
  return make_error(code, std::move(reason), std::string(file), offset);
}

Result<Header> decode_header(std::string_view file, std::string_view bytes, Hasher& hasher) {
  if (bytes.size() < kHeaderBytes) return bad(file, bytes.size(), "the checkpoint ends too early");
  Reader in(bytes.substr(0, kHeaderBytes));
  const Digest digest = in.digest();
  if (in.raw(kMagic.size()) != kMagic) return bad(file, kDigestBytes, "no checkpoint magic");
  if (hasher.hash(view(bytes.substr(kDigestBytes, kHeaderBytes - kDigestBytes))) != digest) {
    return bad(file, 0, "the digest of the checkpoint's header is wrong");
  }
  const std::uint64_t version_at = in.at();
  const std::uint32_t version = in.u32();
  if (version > kFormatVersion) {
    return bad(file, version_at,
               fmt::format("format version {} is newer than this program", version),
               Errc::newer_version);
  }
  if (version != kFormatVersion) return bad(file, version_at, "there is no such format version");
  Header h = read_header_fields(in);
  const Status options = h.checkpoint.options.check(
      h.checkpoint.geometry.block_bytes == 0 ? kMinBlockBytes : h.checkpoint.geometry.block_bytes);
  if (!options) return bad(file, kDigestBytes, options.error().reason);
  const bool empty = h.count == 0 && h.ids == 0 && h.checkpoint.version.chain.is_zero();
  const bool first = h.checkpoint.version.seq == 0;
  const bool start = first ? empty : !h.checkpoint.version.chain.is_zero();
  if (!h.checkpoint.valid() || h.ids > kRememberedIds || !start) {
    return bad(file, kDigestBytes, "a field of the checkpoint's header is out of its bounds");
  }
  if (!std::ranges::all_of(in.raw(in.left()), [](char c) { return c == 0; })) {
    return bad(file, kFieldsEnd, "the rest of the checkpoint's header is not zero");
  }
  return h;
}

/// The entries, into the map; checks order and root.
Status read_entries(std::string_view file, Reader& in, Header& h, Hasher& hasher) {
  if (h.count > in.left() / kSmallestEntry) {
    return bad(file, kHeaderBytes, "the checkpoint is too short for its entries");
  }
  std::vector<merkle::MapChange> entries;
  entries.reserve(h.count);
  for (std::uint64_t i = 0; i < h.count; ++i) {
    const std::uint64_t at = in.at();
    const std::uint32_t key_bytes = in.u32();
    const std::uint32_t value_bytes = in.u32();
    const std::string_view key = in.raw(key_bytes);
    const std::string_view value = in.raw(value_bytes);
    if (!in.ok() || key_bytes > kMaxKeyBytes) return bad(file, at, "an entry is malformed");
    if (!entries.empty() && entries.back().key >= key) {
      return bad(file, at, "the entries are not in ascending order of their keys");
    }
    entries.push_back({key, value});
  }
  Result<merkle::Map> map = merkle::Map{}.apply(entries, hasher);
  if (!map) return map.error();
  if (map->root() != h.root) {
    return bad(file, kHeaderBytes, "the stored root is not the root of the entries");
  }
  h.checkpoint.version.map = std::move(map).value();
  return {};
}

Status read_ids(std::string_view file, Reader& in, Header& h) {
  for (std::uint64_t i = 0; i < h.ids; ++i) {
    const std::uint64_t at = in.at();
    RememberedId entry;
    entry.id = in.digest();
    entry.changes = in.digest();
    entry.seq = in.u64();
    entry.root = in.digest();
    IdMemory& ids = h.checkpoint.version.ids;
    const std::uint64_t before = ids.entries().empty() ? 0 : ids.entries().back().seq;
    if (!in.ok() || entry.seq <= before || entry.seq > h.checkpoint.version.seq) {
      return bad(file, at, "a remembered id is malformed or out of order");
    }
    if (ids.find(entry.id)) return bad(file, at, "an id is remembered twice");
    ids.add(entry);
  }
  return {};
}

Status first_error(const Status& earlier, const Status& later) { return earlier ? later : earlier; }

}  // namespace

bool Checkpoint::valid() const {
  const Position& p = version.position;
  const bool position = p.segment >= 1 && p.segment < kNumberLimit && geometry.block_bytes != 0 &&
                        p.offset >= geometry.block_bytes && p.offset <= geometry.segment_bytes &&
                        p.offset % geometry.block_bytes == 0;
  const bool numbers = number >= 1 && number < kNumberLimit && version.seq < kNumberLimit;
  return geometry.valid() && position && numbers && anchor.valid() &&
         options.segment_bytes == geometry.segment_bytes && options.valid(geometry.block_bytes);
}

std::string name_of(const CheckpointName& name) {
  return fmt::format("{}{}-{}", kPrefix, name.number, name.seq);
}

std::optional<CheckpointName> checkpoint_name_of(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const std::string_view rest = name.substr(kPrefix.size());
  const std::size_t dash = rest.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = canonical_number(rest.substr(0, dash), kNumberLimit);
  const auto seq = canonical_number(rest.substr(dash + 1), kNumberLimit);
  if (!number || !seq || *number == 0) return std::nullopt;
  return CheckpointName{*number, *seq};
}

Bytes encode(const Checkpoint& checkpoint, Hasher& hasher) {
  Expects(checkpoint.valid());
  Bytes body;
  Writer out(body);
  checkpoint.version.map.for_each_sorted([&out](std::string_view key, std::string_view value) {
    out.u32(static_cast<std::uint32_t>(key.size()));
    out.u32(static_cast<std::uint32_t>(value.size()));
    out.raw(key);
    out.raw(value);
  });
  for (const RememberedId& entry : checkpoint.version.ids.entries()) {
    out.digest(entry.id);
    out.digest(entry.changes);
    out.u64(entry.seq);
    out.digest(entry.root);
  }
  Bytes file = encode_header(checkpoint, kHeaderBytes + body.size() + kDigestBytes, hasher);
  file += body;
  const Digest footer = hasher.hash(view(file));
  file += text(view(footer));
  return file;
}

Result<Checkpoint> decode_checkpoint(std::string_view file, std::string_view bytes,
                                     Hasher& hasher) {
  Result<Header> header = decode_header(file, bytes, hasher);
  if (!header) return header.error();
  const CheckpointName named{header->checkpoint.number, header->checkpoint.version.seq};
  if (name_of(named) != file) return bad(file, kDigestBytes, "the checkpoint has another name");
  if (bytes.size() != header->size || bytes.size() < kHeaderBytes + kDigestBytes) {
    return bad(
        file, bytes.size(),
        fmt::format("the checkpoint has {} bytes and should have {}", bytes.size(), header->size));
  }
  const std::string_view covered = bytes.substr(0, bytes.size() - kDigestBytes);
  if (hasher.hash(view(covered)) != Reader(bytes.substr(covered.size())).digest()) {
    return bad(file, covered.size(), "the digest of the checkpoint is wrong");
  }
  Reader in(covered);
  static_cast<void>(in.raw(kHeaderBytes));
  if (Status s = read_entries(file, in, *header, hasher); !s) return s.error();
  if (header->ids * kIdEntryBytes != in.left()) {
    return bad(file, in.at(), "the remembered ids do not fill the rest of the checkpoint");
  }
  if (Status s = read_ids(file, in, *header); !s) return s.error();
  return std::move(header->checkpoint);
}

Status CheckpointWriter::write_temp(ByteView bytes) {
  if (Status s = disk_.unlink(kTempName); !s && s.error().code != Errc::not_found) return s;
  Result<OpenFile> temp = OpenFile::open(disk_, kTempName, Access::create);
  if (!temp) return temp.error();
  temp_ = std::move(temp).value();
  return or_give_up(disk_.write(temp_.get(), 0, bytes));
}

Status CheckpointWriter::sync_temp() { return or_give_up(disk_.sync_all(temp_.get())); }

/// An abandoned temp file would hold what may be the last free space. Should its unlink fail too,
/// it is cleaned up by the next checkpoint or opening.
Status CheckpointWriter::or_give_up(Status s) {
  if (s) return s;
  temp_.reset();
  static_cast<void>(disk_.unlink(kTempName));
  return s;
}

Status CheckpointWriter::rename_temp() {
  temp_.reset();
  return disk_.rename(kTempName, name_of(name_));
}

Status CheckpointWriter::drop_old(const std::vector<CheckpointName>& older) {
  Status first;
  for (const CheckpointName& old : older) {
    Expects(old.number < name_.number);
    Status s = disk_.unlink(name_of(old));
    if (!s && s.error().code != Errc::not_found) first = first_error(first, s);
  }
  return first;
}

}  // namespace plumb
