// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Words and exit statuses of the kinds of error; see result.hpp.
#include "base/result.hpp"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "base/contract.hpp"

namespace plumb {
namespace {

struct Kind {
  const char* name;
  int exit_status;
};
constexpr std::array<Kind, 13> kKinds{{{"io", 3},
                                       {"no_space", 3},
                                       {"locked", 3},
                                       {"poisoned", 3},
                                       {"unknown_outcome", 3},
                                       {"corrupt", 1},
                                       {"newer_version", 4},
                                       {"undecided", 4},
                                       {"invalid", 2},
                                       {"too_large", 2},
                                       {"id_conflict", 2},
                                       {"not_a_store", 2},
                                       {"not_found", 3}}};

const Kind& kind_of(Errc code) noexcept {
  const auto index = static_cast<std::size_t>(code);
  Expects(index < kKinds.size());
  return kKinds[index];
}

}  // namespace

int exit_status(Errc code) noexcept { return kind_of(code).exit_status; }

const char* name_of(Errc code) noexcept { return kind_of(code).name; }

std::string Error::message() const {
  std::string text;
  if (!file.empty()) {
    text = file;
    if (offset) text += fmt::format(", offset {}", *offset);
    text += ": ";
  }
  if (!call.empty()) {
    text += call + " failed";
    if (errnum != 0) text += ": " + std::system_category().message(errnum);
    if (!reason.empty()) text += "; ";
  }
  return text + reason;
}

}  // namespace plumb
