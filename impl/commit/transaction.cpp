// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Limits and bytes of a transaction; see transaction.hpp and spec/FORMAT.md sections 3 and 8.
#include "commit/transaction.hpp"

#include <fmt/format.h>

#include "base/contract.hpp"
#include "commit/options.hpp"

namespace plumb {
namespace {

constexpr std::uint8_t kPut = 1;
constexpr std::uint8_t kErase = 0;
constexpr std::size_t kMaxLength = 0xFFFFFFFF;  // lengths are u32

void encode_changes(const Transaction& transaction, Writer& out) {
  for (const Change& change : transaction.changes) {
    out.u8(change.value ? kPut : kErase);
    out.u32(static_cast<std::uint32_t>(change.key.size()));
    out.u32(change.value ? static_cast<std::uint32_t>(change.value->size()) : 0);
    out.raw(change.key);
    if (change.value) out.raw(*change.value);
  }
}

bool decode_change(Reader& in, ChangeView& into) {
  const std::uint8_t kind = in.u8();
  const std::uint32_t key_bytes = in.u32();
  const std::uint32_t value_bytes = in.u32();
  into.key = in.raw(key_bytes);
  into.value = in.raw(value_bytes);
  if (kind == kErase) into.value.reset();
  return in.ok() && (kind == kPut || (kind == kErase && value_bytes == 0)) &&
         key_bytes <= kMaxKeyBytes;
}

}  // namespace

Status Transaction::check() const {
  if (id.size() > kMaxIdBytes) {
    return make_error(Errc::too_large, fmt::format("the id has {} bytes: at most {} are possible",
                                                   id.size(), kMaxIdBytes));
  }
  std::size_t total = changes.size();
  for (const Change& change : changes) {
    if (change.key.size() > kMaxKeyBytes) {
      return make_error(Errc::too_large, fmt::format("a key has {} bytes: at most {} are possible",
                                                     change.key.size(), kMaxKeyBytes));
    }
    total += change.key.size() + (change.value ? change.value->size() : 0);
    if (total > kMaxLength) return make_error(Errc::too_large, "the transaction is over 4 GiB");
  }
  return {};
}

void encode(const Transaction& transaction, Bytes& out) {
  Expects(transaction.valid());
  Writer writer(out);
  writer.u32(static_cast<std::uint32_t>(transaction.id.size()));
  writer.u32(static_cast<std::uint32_t>(transaction.changes.size()));
  writer.raw(transaction.id);
  encode_changes(transaction, writer);
}

bool decode(Reader& in, std::string_view payload, TransactionView& into) {
  into.changes.clear();
  const std::uint32_t id_bytes = in.u32();
  const std::uint32_t count = in.u32();
  into.id = in.raw(id_bytes);
  if (!in.ok() || id_bytes > kMaxIdBytes) return false;
  const std::size_t start = in.at();
  for (std::uint32_t i = 0; i < count; ++i) {
    ChangeView change;
    if (!decode_change(in, change)) return false;
    into.changes.push_back(change);
  }
  into.encoded_changes = payload.substr(start, in.at() - start);
  return true;
}

Digest changes_digest(std::uint32_t count, std::string_view encoded_changes, Hasher& hasher) {
  Bytes prefix;
  Writer(prefix).u32(count);
  return hasher.hash({view(prefix), view(encoded_changes)});
}

Digest changes_digest(const Transaction& transaction, Hasher& hasher) {
  Expects(transaction.valid());
  Bytes encoded;
  Writer writer(encoded);
  encode_changes(transaction, writer);
  return changes_digest(static_cast<std::uint32_t>(transaction.changes.size()), encoded, hasher);
}

}  // namespace plumb
