// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The bytes of a checkpoint file: numbers, texts and arrays, little-endian, with a checksum over
// all of it at the end.
// A file is judged whole before a single number of it is believed. It takes its name only when it
// is complete; it is not synced, since what a power cut takes from it the checksum tells.
// Thread-safety: none; one thread.
// Spec:          EV-2.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

#include "check/fingerprint.hpp"

namespace plumb::spec {

/// A file that cannot be written or opened, with its name and the reason.
struct FileFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// A file whose bytes are not what was written, or are another program's.
struct FileDamaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace detail {

/// Hash of a stream of bytes, block by block.
class StreamHash {
 public:
  static constexpr std::size_t kBlock = std::size_t{1} << 16U;
  void block(std::span<const std::byte> bytes) noexcept {
    hash_ = mixed(hash_ ^ fingerprint(bytes));
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }

 private:
  std::uint64_t hash_ = kFingerprintVersion;
};

template <class T>
concept Plain = std::is_trivially_copyable_v<T>;

// Arrays are copied as they lie in memory.
static_assert(std::endian::native == std::endian::little, "checkpoint files are little-endian");

}  // namespace detail

class FileWriter {
 public:
  /// Throws FileFailure, as all of them do.
  explicit FileWriter(std::string name)
      : name_(std::move(name)), temporary_(name_ + ".part"), out_(temporary_, std::ios::binary) {
    if (!out_) fail("cannot be created");
    buffer_.reserve(detail::StreamHash::kBlock);
  }
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  FileWriter(FileWriter&&) = delete;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter() {
    std::error_code ignored;
    if (out_.is_open()) std::filesystem::remove(temporary_, ignored);
  }

  void bytes(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const std::size_t room = detail::StreamHash::kBlock - buffer_.size();
      const std::size_t count = std::min(room, bytes.size());
      buffer_.insert(buffer_.end(), bytes.begin(),
                     bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      if (buffer_.size() == detail::StreamHash::kBlock) flush();
    }
  }
  void number(std::uint64_t value) { bytes(std::as_bytes(std::span(&value, 1))); }
  void text(std::string_view value) {
    number(value.size());
    bytes(std::as_bytes(std::span(value)));
  }
  template <detail::Plain T>
  void array(std::span<const T> values) {
    number(values.size());
    bytes(std::as_bytes(values));
  }
  template <detail::Plain T>
  void array(const std::vector<T>& values) {
    array(std::span<const T>(values));
  }
  template <detail::Plain T>
  void array(const std::deque<T>& values) {
    number(values.size());
    for (const T& value : values) bytes(std::as_bytes(std::span(&value, 1)));
  }

  /// Adds the checksum and gives the file its name.
  void finish() {
    flush();
    const std::uint64_t checksum = hash_.value();
    put(std::as_bytes(std::span(&checksum, 1)));
    out_.close();
    if (!out_) fail("cannot be written");
    std::error_code error;
    std::filesystem::rename(temporary_, name_, error);
    if (error) fail("cannot be renamed: " + error.message());
  }

 private:
  void flush() {
    if (buffer_.empty()) return;
    hash_.block(buffer_);
    put(buffer_);
    buffer_.clear();
  }
  void put(std::span<const std::byte> bytes) {
    out_.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!out_) fail("cannot be written");
  }
  [[noreturn]] void fail(const std::string& why) const { throw FileFailure(name_ + ": " + why); }

  std::string name_, temporary_;
  std::ofstream out_;
  std::vector<std::byte> buffer_;
  detail::StreamHash hash_;
};

class FileReader {
 public:
  /// Reads the file once to its end. Throws FileFailure, or FileDamaged where the checksum differs.
  explicit FileReader(std::string name) : name_(std::move(name)), in_(name_, std::ios::binary) {
    if (!in_) throw FileFailure(name_ + ": cannot be opened");
    verify();
  }

  void bytes(std::span<std::byte> into) {
    if (into.size() > left_) damaged("ends too early");
    left_ -= into.size();
    in_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
    if (!in_) throw FileFailure(name_ + ": cannot be read");
  }
  [[nodiscard]] std::uint64_t number() {
    std::uint64_t value = 0;
    bytes(std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }
  [[nodiscard]] std::string text() {
    std::string value(count(1), '\0');
    bytes(std::as_writable_bytes(std::span(value)));
    return value;
  }
  template <detail::Plain T>
  [[nodiscard]] std::vector<T> array() {
    std::vector<T> values(count(sizeof(T)));
    bytes(std::as_writable_bytes(std::span(values)));
    return values;
  }
  template <detail::Plain T>
  void array(std::deque<T>& values) {
    values.resize(count(sizeof(T)));
    for (T& value : values) bytes(std::as_writable_bytes(std::span(&value, 1)));
  }
  /// Everything was read.
  void finish() const {
    if (left_ != 0) damaged("has bytes too many");
  }
  [[noreturn]] void damaged(const std::string& why) const { throw FileDamaged(name_ + ": " + why); }

 private:
  [[nodiscard]] std::size_t count(std::size_t each) {
    const std::uint64_t value = number();
    if (value > left_ / each) damaged("ends too early");
    return static_cast<std::size_t>(value);
  }
  void verify() {
    in_.seekg(0, std::ios::end);
    const auto size =
        static_cast<std::uint64_t>(std::max(std::streamoff{0}, std::streamoff{in_.tellg()}));
    in_.seekg(0);
    std::uint64_t checksum = 0;
    if (size < sizeof(checksum)) damaged("is no checkpoint: too short");
    left_ = size - sizeof(checksum);
    detail::StreamHash hash;
    std::vector<std::byte> block;
    while (left_ > 0) {
      block.resize(std::min<std::uint64_t>(left_, detail::StreamHash::kBlock));
      bytes(block);
      hash.block(block);
    }
    left_ = sizeof(checksum);
    bytes(std::as_writable_bytes(std::span(&checksum, 1)));
    if (checksum != hash.value()) damaged("is damaged: its checksum differs");
    in_.seekg(0);
    left_ = size - sizeof(checksum);
  }

  std::string name_;
  std::ifstream in_;
  std::uint64_t left_ = 0;
};

}  // namespace plumb::spec
