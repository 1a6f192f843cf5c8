// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// manifest.json and the folders beside it: writing them from the catalogue, reading them back.
// Thread-safety: pure functions but for the files.
// Spec:          EV-7.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "commit/reading.hpp"
#include "support/memory_disk.hpp"
#include "vectors/catalogue.hpp"

namespace plumb::test {

using Json = nlohmann::ordered_json;

/// tests/vectors in the source tree.
[[nodiscard]] std::string vectors_folder();

/// A string where the bytes are UTF-8, else {"hex": ...}; and back.
[[nodiscard]] Json json_of_bytes(std::string_view bytes);
[[nodiscard]] Bytes bytes_of_json(const Json& json);
[[nodiscard]] Json json_of_content(const Content& content);

/// The judgement of this library as the fields of the manifest: of read_store() and of
/// verify_store(), which must give the same, but for "verify" where the latter alone refuses.
[[nodiscard]] Json judge_files(const Files& files);
/// What a reading says, "content" included.
[[nodiscard]] Json json_of(const Reading& reading);
/// What an error says.
[[nodiscard]] Json json_of(const Error& error);

/// The vector's entry in the manifest: its verdict as the catalogue says it, with root, chain and
/// offset filled in from this library's judgement. Throws std::runtime_error where that judgement
/// is another one.
[[nodiscard]] Json manifest_entry(const Vector& vector);
/// The whole manifest.
[[nodiscard]] Json make_manifest(const Vectors& vectors);
/// As it stands in the file.
[[nodiscard]] std::string text_of(const Json& manifest);

/// The committed manifest.
[[nodiscard]] Json read_manifest();
/// The committed files of one vector; none where it is the empty folder.
[[nodiscard]] Files read_vector(const std::string& name);
/// All files of a folder; and the other way round, into a new or empty one.
[[nodiscard]] Files read_folder(const std::string& folder);
void write_folder(const std::string& folder, const Files& files);

}  // namespace plumb::test
