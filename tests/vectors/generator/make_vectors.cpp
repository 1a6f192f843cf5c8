// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Writes the golden vectors anew: make_vectors FOLDER. Run it when the format changes, and review
// what has changed; the tests check that the committed files are what it writes.
// Exit status: 0 written, 1 something failed, 64 wrong usage.
#include <exception>
#include <filesystem>
#include <iostream>

#include "support/temp_folder.hpp"
#include "vectors/catalogue.hpp"
#include "vectors/manifest.hpp"

int main(int argc, char** argv) {
  using namespace plumb::test;
  if (argc != 2) {
    std::cerr << "usage: make_vectors FOLDER\n";
    return 64;
  }
  try {
    const std::string folder = argv[1];
    const Vectors vectors = all_vectors();
    const std::string manifest = text_of(make_manifest(vectors));
    std::filesystem::remove_all(folder + "/stores");
    for (const Vector& vector : vectors) {
      if (!vector.files.empty()) write_folder(folder + "/stores/" + vector.name, vector.files);
    }
    write_file(folder + "/manifest.json", manifest);
    std::cout << vectors.size() << " vectors\n";
  } catch (const std::exception& error) {
    std::cerr << "make_vectors: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
