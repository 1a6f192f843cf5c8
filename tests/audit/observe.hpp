// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the audit sees of a store: the answers of the program plumb, and the files themselves, read
// by plain streams with a second reading of the audit log's chain.
// Thread-safety: values; one thread.
// Spec:          spec/FORMAT.md sections 1, 2, 5; impl/cli/README.md (command-line contract).
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "audit/model.hpp"
#include "support/process.hpp"

namespace plumb::audit {

using Json = nlohmann::ordered_json;

/// A requirement does not hold. Ends the campaign.
struct Violation : std::runtime_error {
  Violation(std::string violated_row, const std::string& what)
      : std::runtime_error(what), row(std::move(violated_row)) {}
  std::string row;  ///< "AC-2"
};
/// Throws the Violation unless `holds`.
void require(bool holds, const std::string& row, const std::string& what);

/// The campaign could not be run: no such program, no space, a process that hangs. Exit status 3.
struct EnvironmentFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The program plumb, which lies beside this one.
class Plumb {
 public:
  Plumb();
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& words) const;
  /// Runs it to its end. Throws EnvironmentFailure where it does not end; ended by another signal
  /// (a broken contract) it violates AC-5.
  [[nodiscard]] test::Finished run(const std::vector<std::string>& words,
                                   const std::string& input = {}) const;

 private:
  std::string path_;
};

/// Throws as Plumb::run does where the process did not end in one of the ways that it promises.
void require_orderly_end(const std::string& verb, const test::Finished& done);

/// The JSON object in one line; an empty object where it is none.
[[nodiscard]] Json parse_line(const std::string& line);
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);
/// A text of the command line's JSON: a string, or {"hex":"..."}.
[[nodiscard]] Bytes bytes_of(const Json& text);
[[nodiscard]] std::string string_at(const Json& object, const char* member);
[[nodiscard]] std::uint64_t number_at(const Json& object, const char* member);

/// Name to content.
using Files = std::map<std::string, std::string>;
[[nodiscard]] Files read_folder(const std::string& folder);

/// A line of the audit log, with all its bytes.
struct AuditLine {
  std::string bytes;
  std::string event;
  std::uint64_t number = 0;
};
/// The lines that chain, by section 5 of the format page.
[[nodiscard]] std::vector<AuditLine> chained_lines(const std::string& audit_log);
/// True where the last opening in the log has no end line.
[[nodiscard]] bool is_unfinished(const std::vector<AuditLine>& lines);
/// The number in a segment's header.
[[nodiscard]] std::uint64_t segment_number(const std::string& segment);

struct Observation {
  std::string folder;
  Json verdict;       ///< of `plumb verify`
  Json state;         ///< last line of `plumb dump`
  Contents contents;  ///< all other lines
  Files files;
  std::vector<AuditLine> audit;
  std::uint64_t seq = 0;
};
/// Looks at a store that nobody has open, without changing it. A refusal violates AC-5.
[[nodiscard]] Observation observe(const Plumb& plumb, const std::string& folder);

}  // namespace plumb::audit
