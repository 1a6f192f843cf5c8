// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The world's errors as values: what went wrong, in which file, at which offset, in which call.
// Nothing throws across the library's border; programmer errors end in a contract instead
// (base/contract.hpp).
// Thread-safety: values, as any value type.
// Spec:          AC-8, AC-9 (each refusal says what and where); exit statuses: impl/cli/README.md.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace plumb {

/// What kind of trouble it is. The command line maps each kind to an exit status (exit_status()).
enum class Errc : std::uint8_t {
  io,               ///< a call to the system failed; errnum says how                     exit 3
  no_space,         ///< the disk or quota is full (ENOSPC, EDQUOT, EFBIG)                exit 3
  locked,           ///< another writer or reader holds the store                         exit 3
  poisoned,         ///< not committed: an earlier failure needs a new opening (AC-9)     exit 3
  unknown_outcome,  ///< the record may or may not be durable; the next opening decides   exit 3
  corrupt,          ///< the bytes are not what was written: refused (AC-8)               exit 1
  newer_version,    ///< written by a newer version of the format                         exit 4
  undecided,        ///< what was asked cannot be decided from what is there              exit 4
  invalid,          ///< an argument or input that has no meaning here                    exit 2
  too_large,        ///< over a limit of spec/FORMAT.md                                   exit 2
  id_conflict,      ///< a remembered transaction id came back with other changes (AC-14) exit 2
  not_a_store,      ///< the folder holds no Plumbline store                              exit 2
  not_found,        ///< a name that is not there (ENOENT)                                exit 3
};

/// The exit status of architecture's command-line contract for this kind of error, 1 to 4.
[[nodiscard]] int exit_status(Errc code) noexcept;
/// A stable word for the kind, for JSON output ("corrupt", "locked", ...).
[[nodiscard]] const char* name_of(Errc code) noexcept;

struct Error {
  Errc code = Errc::io;
  std::string call;  ///< the call that failed ("pwrite"), empty where none did
  std::string file;  ///< the file's name inside the store's folder, or a path; may be empty
  std::optional<std::uint64_t> offset;  ///< bytes from the start of the file
  int errnum = 0;                       ///< errno of the call, 0 where none
  std::string reason;                   ///< one sentence for people

  /// "log-0, offset 512: pwrite failed: No space left on device".
  [[nodiscard]] std::string message() const;
};

[[nodiscard]] inline Error make_error(Errc code, std::string reason, std::string file = {},
                                      std::optional<std::uint64_t> offset = std::nullopt) {
  return Error{code, {}, std::move(file), offset, 0, std::move(reason)};
}

/// A value or an Error. Reading the value of an error, or the error of a value, is a programmer
/// error and terminates.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : either_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : either_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return either_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] T& value() & noexcept { return std::get<0>(either_); }
  [[nodiscard]] const T& value() const& noexcept { return std::get<0>(either_); }
  [[nodiscard]] T&& value() && noexcept { return std::get<0>(std::move(either_)); }
  [[nodiscard]] const Error& error() const& noexcept { return std::get<1>(either_); }
  [[nodiscard]] Error&& error() && noexcept { return std::get<1>(std::move(either_)); }
  T* operator->() noexcept { return &value(); }
  const T* operator->() const noexcept { return &value(); }
  T& operator*() noexcept { return value(); }
  const T& operator*() const noexcept { return value(); }

 private:
  std::variant<T, Error> either_;
};

/// Success without a value, or an Error. Converts to true when it succeeded.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const noexcept { return !error_.has_value(); }
  [[nodiscard]] bool ok() const noexcept { return !error_.has_value(); }
  [[nodiscard]] const Error& error() const noexcept { return error_.value(); }

 private:
  std::optional<Error> error_;
};

}  // namespace plumb
