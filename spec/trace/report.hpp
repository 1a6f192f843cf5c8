// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The result of a trace for people and for programs. Neither contains a time: equal traces have
// equal reports.
// Thread-safety: pure functions.
// Spec:          EV-3; README.md (results).
#pragma once
#include <string>
#include <string_view>

#include "trace/judge.hpp"

namespace plumb::spec::trace {

/// Lines of text. `file` is as the user named it.
[[nodiscard]] std::string text_report(const Result& result, std::string_view file, bool stats);
/// One line of JSON; the members are always the same ones.
[[nodiscard]] std::string json_report(const Result& result, std::string_view file);

}  // namespace plumb::spec::trace
