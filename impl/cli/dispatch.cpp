// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Finding and becoming another program; see dispatch.hpp.
#include "cli/dispatch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "cli/json.hpp"

namespace plumb::cli {
namespace {

/// Verbs of the contract that are programs of their own, and those that this version lacks.
constexpr std::array<std::string_view, 6> kOthers{"audit", "bench", "check",
                                                  "crash", "prove", "trace"};
constexpr std::array<std::string_view, 2> kLater{"doctor", "meter"};

template <std::size_t N>
bool has(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// A verb is a word, so that no path can hide in it.
bool is_word(std::string_view verb) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
  return !verb.empty() && verb.front() != '-' && std::all_of(verb.begin(), verb.end(), plain);
}

/// Where the running program lies; empty where the system does not say.
std::filesystem::path own_folder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

}  // namespace

int run_other(const std::string& verb, const Words& words) {
  Console console;
  console.json = asks_for_json(words);
  if (!is_word(verb)) return console.wrong_usage("unknown verb: " + printable(verb));

  std::string program = "plumb-" + verb;
  Words copies = words;
  std::vector<char*> arguments{program.data()};
  for (std::string& copy : copies) arguments.push_back(copy.data());
  arguments.push_back(nullptr);

  const std::filesystem::path folder = own_folder();
  if (!folder.empty()) execv((folder / program).c_str(), arguments.data());
  if (folder.empty() || errno == ENOENT) execvp(program.c_str(), arguments.data());

  if (errno != ENOENT) return console.fail(Error{Errc::io, "exec", program, {}, errno, {}});
  if (has(kLater, verb)) {
    return console.fail(
        make_error(Errc::not_found, fmt::format("the verb {} is not part of this version", verb)));
  }
  if (has(kOthers, verb)) {
    return console.fail(make_error(
        Errc::not_found,
        fmt::format("the verb {} needs the program {}, which is not installed", verb, program)));
  }
  return console.wrong_usage(fmt::format("unknown verb: {} (plumb --help lists them)", verb));
}

}  // namespace plumb::cli
