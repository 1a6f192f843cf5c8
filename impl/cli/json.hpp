// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The JSON that plumb prints: compact, members in the order of the contract. Bytes that are valid
// UTF-8 are JSON strings, all others {"hex":"..."}; the text form for people is printable().
// Nothing here throws on any bytes.
// Thread-safety: pure functions.
// Spec:          impl/cli/README.md (command-line contract). AC-12.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "commit/report.hpp"
#include "commit/transaction.hpp"

namespace plumb::cli {

using Json = nlohmann::ordered_json;

/// One compact line without a line feed; UTF-8 stays as it is.
[[nodiscard]] std::string to_line(const Json& json);
/// A JSON string where the bytes are UTF-8, else {"hex":"..."}.
[[nodiscard]] Json bytes_json(std::string_view bytes);
/// For people: the bytes where they are UTF-8 without control characters, else "hex:..." .
[[nodiscard]] std::string printable(std::string_view bytes);

/// {"error":{code, file, offset, call, errno, reason, message}}; what is not known is null.
[[nodiscard]] Json error_json(const Error& error);
/// {"seq":7,"id":"t1","root":"...","durable":true}
[[nodiscard]] Json receipt_json(const Receipt& receipt);
/// true, or "unknown" (spec/FORMAT.md, section 6).
[[nodiscard]] Json durable_json(bool durable);
/// {"number":1,"seq":0}; null where an unfinished init has none.
[[nodiscard]] Json checkpoint_json(const Report& report);
/// {"file":"log-0","offset":512}; null where there is no log yet.
[[nodiscard]] Json end_json(const Report& report);
[[nodiscard]] Json invalid_checkpoints_json(const Report& report);
/// {"bytes":512,"digest":"..."} or null.
[[nodiscard]] Json left_out_json(const std::optional<LeftOut>& left_out);
/// What verify found: members seq to audit_left_out of an accepted verdict, added to `into`.
void add_findings(const Report& report, Json& into);
/// The report of an opening: the findings, and what it did.
[[nodiscard]] Json opening_json(const Report& report);
/// The same report for people, one fact a line.
[[nodiscard]] std::string findings_text(const Report& report);

}  // namespace plumb::cli
