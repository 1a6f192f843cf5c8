// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The note of a broken contract and the handler that prints it; see contract.hpp.
#include "base/contract.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace plumb {
namespace {

struct Note {
  const char* kind = nullptr;
  const char* condition = nullptr;
  const char* file = nullptr;
  int line = 0;
};
thread_local Note note;  // NOLINT(*-non-const-global-variables): written by contract_broken alone

[[noreturn]] void print_and_abort() noexcept {
  if (note.kind != nullptr) {
    (void)std::fprintf(stderr, "plumbline: %s:%d: %s(%s) is broken\n", note.file, note.line, note.kind,
                 note.condition);
  } else if (const std::exception_ptr thrown = std::current_exception()) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      (void)std::fprintf(stderr, "plumbline: uncaught exception: %s\n", e.what());
    } catch (...) {
      (void)std::fprintf(stderr, "plumbline: uncaught exception\n");
    }
  }
  std::abort();
}

}  // namespace

void contract_broken(const char* kind, const char* condition, const char* file,
                     int line) noexcept {
  note = Note{kind, condition, file, line};
  gsl::details::terminate();
}

void install_contract_handler() noexcept { std::set_terminate(print_and_abort); }

}  // namespace plumb
