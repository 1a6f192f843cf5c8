// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// One line of a trace, from JSON. Whether its names are those of a model is not asked here.
// Thread-safety: pure functions.
// Spec:          EV-5; README.md (the format).
#pragma once
#include <cstdint>
#include <string_view>
#include <variant>

#include "trace/event.hpp"

namespace plumb::spec::trace {

struct Numbered {
  std::uint64_t seq = 0;
  Event event;
};
struct End {
  std::uint64_t events = 0;
};

/// The first line. Throws Malformed, NewerVersion.
[[nodiscard]] Header parse_header(std::string_view line);
/// Any other line. Throws Malformed.
[[nodiscard]] std::variant<Numbered, End> parse_line(std::string_view line);

}  // namespace plumb::spec::trace
