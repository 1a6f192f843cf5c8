// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Making and removing a temporary folder; see temp_folder.hpp.
#include "support/temp_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace plumb::test {

namespace fs = std::filesystem;

TempFolder::TempFolder() {
  std::string pattern = (fs::canonical(fs::temp_directory_path()) / "plumbline-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::system_category(), "mkdtemp " + pattern);
  }
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
  if (error) std::cerr << "could not remove " << path_ << ": " << error.message() << '\n';
}

std::string TempFolder::file(std::string_view name) const {
  return path_ + '/' + std::string(name);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read " + path);
  return content.str();
}

void write_file(const std::string& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path);
}

}  // namespace plumb::test
