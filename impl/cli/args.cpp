// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// CLI11 and the strict readers of numbers, keys and values; see args.hpp.
#include "cli/args.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/contract.hpp"

namespace plumb::cli {
namespace {

/// CLI11's help with a first line of our own, since it cannot know of the words of take_more().
class Help : public CLI::Formatter {
 public:
  explicit Help(std::string usage) : usage_(std::move(usage)) {}
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return usage_;
  }

 private:
  std::string usage_;
};

bool looks_like_option(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

}  // namespace

Arguments::Arguments(std::string verb, std::string usage, std::string about)
    : app_(std::make_unique<CLI::App>(std::move(about), "plumb " + verb)) {
  app_->formatter(
      std::make_shared<Help>(fmt::format("Usage: plumb {} [OPTIONS] {}\n", verb, usage)));
  app_->set_help_flag("-h,--help", "Print this help and exit");
  flag("--json", "JSON on standard output and standard error", json_);
  flag("--quiet", "No progress and no remarks on standard error", quiet_);
}

Arguments::~Arguments() = default;

CLI::Option* Arguments::positional(const std::string& name, const std::string& about,
                                   bool required) {
  return app_->add_option(name, CLI::callback_t{}, about)->required(required);
}

void Arguments::take_more() {
  take_more_ = true;
  app_->allow_extras();
}

CLI::Option* Arguments::option(const std::string& name, const std::string& value,
                               const std::string& about, bool repeated) {
  CLI::Option* added = app_->add_option(name, CLI::callback_t{}, about)->type_name(value);
  if (repeated) added->take_all()->allow_extra_args(false);
  return added;
}

void Arguments::flag(const std::string& name, const std::string& about, bool& into) {
  app_->add_flag(name, into, about)->disable_flag_override();
}

std::optional<int> Arguments::parse(const Words& words, Console& console) {
  console.json = asks_for_json(words);
  Words reversed;  // as CLI11 wants them
  bool options = true;
  for (const std::string& word : words) {
    options = options && word != "--";
    // CLI11 would take the next word as the value of "--name=".
    const bool empty_value = options && word.size() > 3 && word.find('=') == word.size() - 1 &&
                             app_->get_option_no_throw(word.substr(0, word.size() - 1)) != nullptr;
    reversed.push_back(empty_value ? word.substr(0, word.size() - 1) : word);
    if (empty_value) reversed.emplace_back();
  }
  std::reverse(reversed.begin(), reversed.end());
  try {
    app_->parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    console.print(app_->help());
    return console.finish();
  } catch (const CLI::Error& error) {
    return console.wrong_usage(error.what());
  }
  console.json = json_;
  console.quiet = quiet_;
  if (const std::optional<std::string> unknown = collect_more()) {
    return console.wrong_usage(fmt::format("unknown option: {}", *unknown));
  }
  return std::nullopt;
}

/// The words that CLI11 left over, less the first "--". An unknown option where one is among them.
std::optional<std::string> Arguments::collect_more() {
  if (!take_more_) return std::nullopt;
  bool options = true;
  for (const std::string& word : app_->remaining()) {
    if (options && word == "--") {
      options = false;
    } else if (options && looks_like_option(word)) {
      return word;
    } else {
      more_.push_back(word);
    }
  }
  return std::nullopt;
}

bool Arguments::given(const CLI::Option* option) { return option->count() > 0; }

const std::vector<std::string>& Arguments::values(const CLI::Option* option) {
  return option->results();
}

const std::string& Arguments::value(const CLI::Option* option) {
  Expects(option->count() == 1);
  return option->results().front();
}

bool asks_for_json(const Words& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find(words.begin(), end, "--json") != end;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

std::optional<Bytes> parse_bytes(std::string_view text, bool hex) {
  return hex ? from_hex(text) : Bytes(text);
}

std::optional<Change> parse_put(std::string_view text, bool hex) {
  const std::size_t split = text.find('=');
  if (split == std::string_view::npos) return std::nullopt;
  std::optional<Bytes> key = parse_bytes(text.substr(0, split), hex);
  std::optional<Bytes> value = parse_bytes(text.substr(split + 1), hex);
  if (!key || !value) return std::nullopt;
  return Change{std::move(*key), std::move(value)};
}

std::optional<Bytes> repeated_key(const Transaction& transaction) {
  std::vector<std::string_view> keys;
  keys.reserve(transaction.changes.size());
  for (const Change& change : transaction.changes) keys.emplace_back(change.key);
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return std::nullopt;
  return Bytes(*twice);
}

}  // namespace plumb::cli
