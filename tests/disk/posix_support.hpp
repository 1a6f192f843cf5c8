// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the tests of the POSIX disk share: opening one, and looking at its errors.
#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "disk/posix_disk.hpp"

namespace plumb::test {

/// The disk of a folder; throws where it cannot be opened.
inline std::unique_ptr<PosixDisk> posix_disk(const std::string& folder) {
  Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(folder);
  if (!disk) throw std::runtime_error(disk.error().message());
  return std::move(*disk);
}

/// Whether the error has this code, comes from this call with this errno, and names this file.
inline bool is_error(const Error& error, Errc code, const std::string& call, int errnum,
                     const std::string& file) {
  return error.code == code && error.call == call && error.errnum == errnum && error.file == file;
}

}  // namespace plumb::test
