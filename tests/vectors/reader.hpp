// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The second reader, plumb_reader.py, run on many folders at once by batch.py, and its answers in
// the fields of the manifest.
// Thread-safety: none needed.
// Spec:          EV-7.
#pragma once
#include <string>
#include <vector>

#include "vectors/manifest.hpp"

namespace plumb::test {

/// What plumb_reader.py prints for one folder, and its exit statuses.
struct ReaderSays {
  std::string folder;
  int verify_status = -1;
  std::string verify;
  int dump_status = -1;
  std::string dump;

  /// The verdict of `verify`.
  [[nodiscard]] Json verdict() const { return Json::parse(verify); }
  /// The entries of `dump`, in the form of the manifest's "content". Requires that it accepts.
  [[nodiscard]] Json content() const;
};

/// False where there is no python3: the test says so and returns.
[[nodiscard]] bool has_python(const std::string& test);
/// Its answers, in the order of the folders. A failed check where the reader itself fails.
[[nodiscard]] std::vector<ReaderSays> ask_reader(const std::vector<std::string>& folders);
/// plumb_reader.py COMMAND FOLDER, by the command line: standard output.
[[nodiscard]] std::string run_reader(const std::string& command, const std::string& folder);

/// Where `json` (of this library) and the reader's answer differ; "" where they agree: accepted or
/// refused, and then the content and every field that both of them print.
[[nodiscard]] std::string difference(const Json& json, const ReaderSays& says);

}  // namespace plumb::test
