// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Words of a trace in messages: safe for a terminal, short, and with the names that were perhaps
// meant.
// Thread-safety: pure functions.
// Spec:          EV-5.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace plumb::spec::trace {

/// Control characters and bytes that are no UTF-8 as \xNN; what is longer than a line is cut.
[[nodiscard]] std::string printable(std::string_view text);

/// "; near: a, b" for up to three of the names, the nearest first; empty where none is near.
[[nodiscard]] std::string near_names(std::string_view word, const std::vector<std::string>& names);

}  // namespace plumb::spec::trace
