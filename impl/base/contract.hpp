// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Contracts: GSL's Expects and Ensures for programmer errors, with the text of the broken one.
// GSL ends a broken contract in std::terminate without a word; here the same two macros first note
// which condition broke and where, and the terminate handler prints that note before it aborts.
// Only .cpp files include this header, so that a consumer of the library keeps GSL's own macros.
// Thread-safety: the note is one for each thread.
#pragma once
#include <gsl/assert>

namespace plumb {

/// Notes the broken contract and terminates. `kind` is "Expects" or "Ensures"; all four are
/// literals.
[[noreturn]] void contract_broken(const char* kind, const char* condition, const char* file,
                                  int line) noexcept;

/// Installs the terminate handler that prints "<file>:<line>: Expects(<condition>) is broken", or
/// what an uncaught exception says, on standard error, and aborts. Programs call it first in main.
void install_contract_handler() noexcept;

}  // namespace plumb

#undef Expects
#undef Ensures
// NOLINTBEGIN(cppcoreguidelines-macro-usage): GSL's own two names
#define Expects(condition)                   \
  (GSL_LIKELY(condition) ? static_cast<void>(0) \
                         : ::plumb::contract_broken("Expects", #condition, __FILE__, __LINE__))
#define Ensures(condition)                   \
  (GSL_LIKELY(condition) ? static_cast<void>(0) \
                         : ::plumb::contract_broken("Ensures", #condition, __FILE__, __LINE__))
// NOLINTEND(cppcoreguidelines-macro-usage)
