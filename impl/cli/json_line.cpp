// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The reader of a transaction, one event of the JSON parser after another; see json_line.hpp.
#include "cli/json_line.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "cli/args.hpp"
#include "cli/json.hpp"

namespace plumb::cli {
namespace {

/// Where in the line the next event belongs.
enum class At : std::uint8_t {
  start,       // before the object
  member,      // in the object, between members
  id,          // text: the id
  set,         // the object or list of "set"
  set_key,     // in the object of "set", between members
  set_value,   // text: the value of key_
  pairs,       // in the list of "set", between pairs
  pair_key,    // text: first of a pair
  pair_value,  // text: second of a pair
  pair_end,    // behind the second
  deletes,     // the list of "delete"
  delete_key,  // in it; text: a key
  end          // behind the object
};

/// How far {"hex":"..."} has been read.
enum class Hex : std::uint8_t { none, opened, named, given };

class LineEvents {
 public:
  // The events that nlohmann's parser knows. False stops it.
  bool null() { return unexpected("null"); }
  bool boolean(bool /*value*/) { return unexpected("true or false"); }
  bool number_integer(std::int64_t /*value*/) { return unexpected("a number"); }
  bool number_unsigned(std::uint64_t /*value*/) { return unexpected("a number"); }
  bool number_float(double /*value*/, const std::string& /*text*/) {
    return unexpected("a number");
  }
  bool binary(nlohmann::json::binary_t& /*bytes*/) { return unexpected("binary"); }

  bool string(std::string& text) {
    if (hex_ == Hex::none) return take(std::move(text));
    if (hex_ != Hex::named) return unexpected("a text");
    std::optional<Bytes> bytes = from_hex(text);
    if (!bytes) return fail("\"hex\" needs an even number of hexadecimal digits");
    hex_bytes_ = std::move(*bytes);
    hex_ = Hex::given;
    return true;
  }

  bool start_object(std::size_t /*count*/) {
    if (hex_ != Hex::none) return unexpected("an object");
    switch (at_) {
      case At::start:
        at_ = At::member;
        return true;
      case At::set:
        at_ = At::set_key;
        return true;
      case At::id:
      case At::set_value:
      case At::pair_key:
      case At::pair_value:
      case At::delete_key:
        hex_ = Hex::opened;
        return true;
      default:
        return unexpected("an object");
    }
  }

  bool key(std::string& name) {
    if (hex_ != Hex::none) {
      if (hex_ != Hex::opened || name != "hex")
        return fail(R"(only {"hex":"..."} stands for bytes)");
      hex_ = Hex::named;
      return true;
    }
    if (at_ == At::set_key) {
      key_ = std::move(name);
      at_ = At::set_value;
      return true;
    }
    if (name == "id") return enter(At::id, id_seen_, name);
    if (name == "set") return enter(At::set, set_seen_, name);
    if (name == "delete") return enter(At::deletes, delete_seen_, name);
    return fail(fmt::format("unknown member {}", printable(name)));
  }

  bool end_object() {
    if (hex_ == Hex::opened) return fail(R"(only {"hex":"..."} stands for bytes)");
    if (hex_ == Hex::given) {
      hex_ = Hex::none;
      return take(std::move(hex_bytes_));
    }
    at_ = at_ == At::set_key ? At::member : At::end;
    return true;
  }

  bool start_array(std::size_t /*count*/) {
    if (hex_ != Hex::none) return unexpected("a list");
    switch (at_) {
      case At::set:
        at_ = At::pairs;
        return true;
      case At::pairs:
        at_ = At::pair_key;
        return true;
      case At::deletes:
        at_ = At::delete_key;
        return true;
      default:
        return unexpected("a list");
    }
  }

  bool end_array() {
    switch (at_) {
      case At::pair_end:
        at_ = At::pairs;
        return true;
      case At::pairs:
      case At::delete_key:
        at_ = At::member;
        return true;
      default:
        return fail("a pair of \"set\" has a key and a value");
    }
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) {
    return fail(fmt::format("not JSON at byte {}", position));
  }

  [[nodiscard]] const std::string& reason() const { return reason_; }

  /// The puts, then the deletes.
  [[nodiscard]] Transaction transaction() && {
    Transaction whole{std::move(id_), std::move(puts_)};
    for (Bytes& key : deletes_) whole.changes.push_back({std::move(key), std::nullopt});
    return whole;
  }

 private:
  bool fail(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  bool unexpected(const char* what) { return fail(fmt::format("{} has no place here", what)); }

  bool enter(At place, bool& seen, const std::string& name) {
    if (std::exchange(seen, true)) return fail(fmt::format("member \"{}\" twice", name));
    at_ = place;
    return true;
  }

  /// A text in its place.
  bool take(Bytes&& bytes) {
    switch (at_) {
      case At::id:
        id_ = std::move(bytes);
        at_ = At::member;
        return true;
      case At::pair_key:
        key_ = std::move(bytes);
        at_ = At::pair_value;
        return true;
      case At::set_value:
      case At::pair_value:
        puts_.push_back({std::move(key_), std::move(bytes)});
        at_ = at_ == At::set_value ? At::set_key : At::pair_end;
        return true;
      case At::delete_key:
        deletes_.push_back(std::move(bytes));
        return true;
      default:
        return unexpected("a text");
    }
  }

  At at_ = At::start;
  Hex hex_ = Hex::none;
  Bytes hex_bytes_;
  Bytes key_;
  bool id_seen_ = false;
  bool set_seen_ = false;
  bool delete_seen_ = false;
  Bytes id_;
  std::vector<Change> puts_;
  std::vector<Bytes> deletes_;
  std::string reason_;
};

Error malformed(std::string reason) { return make_error(Errc::invalid, std::move(reason)); }

}  // namespace

Result<Transaction> parse_json_line(std::string_view line) {
  // The parser takes a NUL for the end of its input and would not see what follows.
  if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos) {
    return malformed(fmt::format("not JSON at byte {}", nul + 1));
  }
  LineEvents reader;
  if (!nlohmann::json::sax_parse(line, &reader)) return malformed(reader.reason());
  Transaction transaction = std::move(reader).transaction();
  if (const std::optional<Bytes> twice = repeated_key(transaction)) {
    return malformed(fmt::format("key {} is named twice", printable(*twice)));
  }
  return transaction;
}

}  // namespace plumb::cli
