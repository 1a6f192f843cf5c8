// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// One line of `commit --from`: JSON text to a transaction.
//   {"id":"t1","set":{"k":"v"},"delete":["k2"]}
// Each member may be missing. A text is a JSON string or {"hex":"..."}; keys that are not text are
// given by "set" as a list of pairs: "set":[[{"hex":"ff"},"v"]]. The transaction puts in the order
// of "set", then deletes in the order of "delete". Refused: anything else, an unknown or repeated
// member, a key that is named twice.
// Reads by events, so that neither nesting nor size costs more than the line itself.
// Thread-safety: pure function.
// Spec:          impl/cli/README.md (command-line contract). AC-14.
#pragma once
#include <string_view>

#include "base/result.hpp"
#include "commit/transaction.hpp"

namespace plumb::cli {

/// Error invalid, with the reason, where the line is malformed.
[[nodiscard]] Result<Transaction> parse_json_line(std::string_view line);

}  // namespace plumb::cli
