// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the tests of the program plumb share: running it, reading its JSON, a store to run it on,
// and the bytes of a folder to compare.
// Thread-safety: none needed.
// Spec:          impl/cli/README.md (command-line contract).
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

/// The program under test.
[[nodiscard]] std::string plumb_path();
/// plumb with these words.
[[nodiscard]] Words plumb_words(const Words& words);
[[nodiscard]] Finished plumb(const Words& words, std::string_view input = {},
                             const ProcessOptions& options = {});

/// The lines of a text, each without its line feed. Requires that the last one is ended.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);
/// Standard output as one JSON line. Requires status 0 and an empty standard error.
Json result_of(const Finished& done);
/// The names of a JSON object's members, in order, joined by commas: the shape.
[[nodiscard]] std::string shape_of(const Json& object);

/// Requires the exit status and, from standard error (with --json), one error object with this
/// code; returns its inside. Standard output must be empty.
Json require_error(const Finished& done, int status, std::string_view code);

/// Every file below a folder with its content: to show that nothing was written.
[[nodiscard]] std::map<std::string, std::string> bytes_of(const std::string& folder);

/// A store in a folder of its own, with small segments.
class TestStore {
 public:
  explicit TestStore(const Words& init_options = {"--segment-bytes", "65536"});
  [[nodiscard]] const std::string& dir() const noexcept { return dir_; }
  /// plumb VERB DIR words... --json
  [[nodiscard]] Finished run(const std::string& verb, const Words& words = {},
                             std::string_view input = {}) const;
  /// The receipt of `plumb commit DIR words...`.
  Json commit(const Words& words) const;
  /// The value of the key as get prints it: a string, an object with "hex", or null.
  [[nodiscard]] Json value(const std::string& key) const;
  /// All of dump --json.
  [[nodiscard]] std::string dump() const;

 private:
  TempFolder folder_;
  std::string dir_;
};

/// A committing process that was killed after the receipts of these lines: its records are in the
/// log, and no checkpoint covers them.
void commit_and_kill(const TestStore& store, const std::vector<std::string>& lines);

}  // namespace plumb::test
