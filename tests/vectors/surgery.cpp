// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Fields and digests; see surgery.hpp.
#include "vectors/surgery.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "merkle/hasher.hpp"

namespace plumb::test {
namespace {

constexpr std::size_t kDigest = 32;
constexpr std::size_t kHeader = 512;
constexpr std::size_t kLineUnit = 512;

std::uint64_t get(const Bytes& bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(bytes.at(at + i));
  }
  return value;
}

void put(Bytes& bytes, std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t i = width; i-- > 0; value >>= 8U) {
    bytes.at(at + i) = static_cast<char>(value & 0xFFU);
  }
}

}  // namespace

Digest sha256(std::string_view bytes) {
  static const std::unique_ptr<Hasher> hasher = make_sha256().value();
  return hasher->hash(view(bytes));
}

Bytes digest_bytes(std::string_view bytes) {
  const Digest digest = sha256(bytes);
  return Bytes(text(view(digest)));
}

std::uint64_t get_u64(const Bytes& bytes, std::size_t at) { return get(bytes, at, 8); }

std::uint32_t get_u32(const Bytes& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(get(bytes, at, 4));
}

void put_u64(Bytes& bytes, std::size_t at, std::uint64_t value) { put(bytes, at, 8, value); }

void put_u32(Bytes& bytes, std::size_t at, std::uint32_t value) { put(bytes, at, 4, value); }

void put_bytes(Bytes& bytes, std::size_t at, std::string_view value) {
  if (at + value.size() > bytes.size()) throw std::out_of_range("put_bytes");
  bytes.replace(at, value.size(), value);
}

void put_zeros(Bytes& bytes, std::size_t at, std::size_t count) {
  put_bytes(bytes, at, Bytes(count, '\0'));
}

void flip(Bytes& bytes, std::size_t at, unsigned bit) {
  bytes.at(at) = static_cast<char>(static_cast<unsigned char>(bytes.at(at)) ^ (1U << bit));
}

void seal_header(Bytes& file) {
  put_bytes(file, 0, digest_bytes(std::string_view(file).substr(kDigest, kHeader - kDigest)));
}

void seal_checkpoint(Bytes& file) {
  put_u64(file, ckp::size, file.size());
  seal_header(file);
  const std::size_t footer = file.size() - kDigest;
  put_bytes(file, footer, digest_bytes(std::string_view(file).substr(0, footer)));
}

std::uint64_t record_length(const Bytes& segment, std::size_t at, std::uint64_t block) {
  const std::uint64_t bytes = kRecordHead + get_u32(segment, at + rec::payload);
  return (bytes + block - 1) / block * block;
}

void seal_record(Bytes& segment, std::size_t at, std::uint64_t block) {
  const std::uint64_t length = record_length(segment, at, block);
  put_bytes(segment, at,
            digest_bytes(std::string_view(segment).substr(at + kDigest, length - kDigest)));
}

Bytes record_digest(const Bytes& segment, std::size_t at) { return segment.substr(at, kDigest); }

Bytes make_record(const Bytes& segment, std::size_t at, const RecordSays& says) {
  Bytes payload;
  for (const Transaction& transaction : says.transactions) encode(transaction, payload);
  const std::uint64_t block = get_u32(segment, seg::block_bytes);
  Bytes record(kRecordHead, '\0');
  put_bytes(record, rec::magic, "PLUMBREC");
  put_bytes(record, rec::store, segment.substr(seg::store, 16));
  put_bytes(record, rec::segment, segment.substr(seg::number, 8));
  put_bytes(record, rec::salt, segment.substr(seg::salt, 16));
  put_u64(record, rec::offset, at);
  put_u64(record, rec::first_seq, says.first_seq);
  put_u32(record, rec::transactions, static_cast<std::uint32_t>(says.transactions.size()));
  put_u32(record, rec::payload, static_cast<std::uint32_t>(payload.size()));
  put_u64(record, rec::durable_seq, says.durable_seq);
  put_bytes(record, rec::previous, says.previous);
  put_bytes(record, rec::root, says.root);
  record += payload;
  record.resize(record_length(record, 0, block), '\0');
  seal_record(record, 0, block);
  return record;
}

Bytes make_audit_line(std::size_t line, const Bytes& previous, std::string_view event,
                      std::uint64_t number, std::string_view rest) {
  Bytes json = fmt::format(R"({{"version":1,"line":{},"prev":"{}","event":"{}","number":{}{})",
                           line, to_hex(view(previous)), event, number, rest);
  json.resize((json.size() + kLineUnit) / kLineUnit * kLineUnit, ' ');
  json.back() = '\n';
  return json;
}

std::vector<Bytes> audit_lines(const Bytes& log) {
  std::vector<Bytes> lines;
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t feed = log.find('\n', at);
    const std::size_t end = feed == Bytes::npos ? log.size() : feed + 1;
    lines.push_back(log.substr(at, end - at));
    at = end;
  }
  return lines;
}

}  // namespace plumb::test
