// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A verb's arguments: what each verb has in common, and CLI11 behind it. Keys and values are bytes
// and reach the verb as they were given: CLI11 is asked for raw results only, since its conversions
// give a meaning to some texts ("[a,b]", "{}").
// Invariants:    options and positionals are declared before parse(), read after it.
// Thread-safety: none.
// Spec:          impl/cli/README.md (command-line contract).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.hpp"
#include "commit/transaction.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace plumb::cli {

/// The words behind the verb.
using Words = std::vector<std::string>;

class Arguments {
 public:
  /// `usage` is what follows the verb in the first line of its help; `about` a sentence or two.
  Arguments(std::string verb, std::string usage, std::string about);
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  Arguments(Arguments&&) = delete;
  Arguments& operator=(Arguments&&) = delete;
  ~Arguments();

  CLI::Option* positional(const std::string& name, const std::string& about, bool required = true);
  /// Words behind the last positional are taken, any number of them; see more().
  void take_more();
  /// An option with a value; `repeated`: may come any number of times.
  CLI::Option* option(const std::string& name, const std::string& value, const std::string& about,
                      bool repeated = false);
  void flag(const std::string& name, const std::string& about, bool& into);

  /// Sets console.json and console.quiet. An exit status where the verb is over already: help was
  /// asked for (0), or the words make no sense (2).
  [[nodiscard]] std::optional<int> parse(const Words& words, Console& console);

  [[nodiscard]] static bool given(const CLI::Option* option);
  [[nodiscard]] static const std::vector<std::string>& values(const CLI::Option* option);
  /// Its only value. Expects given(option).
  [[nodiscard]] static const std::string& value(const CLI::Option* option);
  [[nodiscard]] const std::vector<std::string>& more() const noexcept { return more_; }

 private:
  [[nodiscard]] std::optional<std::string> collect_more();

  std::unique_ptr<CLI::App> app_;
  bool take_more_ = false;
  bool json_ = false;
  bool quiet_ = false;
  std::vector<std::string> more_;
};

/// True when --json is among the words that are options: it must hold before parsing, too.
[[nodiscard]] bool asks_for_json(const Words& words);

/// Decimal digits that fit 64 bits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);
/// The bytes of an argument; with `hex` the bytes its hexadecimal digits stand for.
[[nodiscard]] std::optional<Bytes> parse_bytes(std::string_view text, bool hex);
/// KEY=VALUE, split at the first '='. Nothing where there is none, or what is not hexadecimal.
[[nodiscard]] std::optional<Change> parse_put(std::string_view text, bool hex);
/// A key that the transaction names more than once.
[[nodiscard]] std::optional<Bytes> repeated_key(const Transaction& transaction);

}  // namespace plumb::cli
