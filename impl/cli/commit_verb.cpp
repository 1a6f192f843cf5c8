// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// commit: one transaction from the command line, or one for each line of --from, by one thread or
// by several that take turns. A receipt is printed, and written out, once its transaction is
// durable and never before.
// Invariants:    after the first line that fails no further line is begun; what was acknowledged
//                before stays committed.
// Thread-safety: Feed is shared by its threads; each of its mutexes guards what is named at it.
// Spec:          impl/cli/README.md (command-line contract). AC-2, AC-9, AC-14.
#include <fmt/format.h>

#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/json_line.hpp"
#include "cli/verbs.hpp"

namespace plumb::cli {
namespace {

constexpr std::uint64_t kMaxThreads = 1024;

/// Prints and writes out the receipt. False: standard output is broken.
bool print_receipt(Console& console, const Receipt& receipt) {
  if (console.json) {
    console.line(to_line(receipt_json(receipt)));
  } else {
    console.line(fmt::format("seq {} id {} root {} durable", receipt.seq,
                             receipt.id.empty() ? "-" : printable(receipt.id),
                             to_hex(receipt.root)));
  }
  return console.flush();
}

/// The transactions of --from on their way into the store.
class Feed {
 public:
  Feed(Console& console, LineSource& source, Store& store)
      : console_(console), source_(source), store_(store) {}

  /// Commits line after line with so many threads; the exit status.
  int run(std::uint64_t threads) {
    std::vector<std::thread> others;
    try {
      for (std::uint64_t i = 1; i < threads; ++i) others.emplace_back([this] { work(); });
    } catch (const std::system_error& refused) {
      const std::scoped_lock hold(output_);
      error_ = Error{Errc::io, "starting a thread", {}, std::nullopt, refused.code().value(), {}};
      source_.stop();
    }
    work();
    for (std::thread& other : others) other.join();
    return error_ ? console_.fail(*error_) : kDone;
  }

 private:
  struct Line {
    std::uint64_t number = 0;
    std::string text;
  };

  void work() {
    while (const std::optional<Line> line = take()) {
      Result<Transaction> transaction = parse_json_line(line->text);
      const Result<Receipt> receipt =
          transaction ? store_.commit(*transaction) : Result<Receipt>(transaction.error());
      if (!acknowledge(line->number, receipt)) source_.stop();
    }
  }

  /// The next line, whole; nothing at the end of the input or after a failure.
  std::optional<Line> take() {
    const std::scoped_lock hold(input_);
    if (over_) return std::nullopt;
    Result<std::optional<std::string>> next = source_.next();
    over_ = !next || !next->has_value();
    if (!next) {
      const std::scoped_lock hold_output(output_);
      if (!error_) error_ = next.error();
    }
    if (over_) return std::nullopt;
    return Line{++lines_, std::move(**next)};
  }

  /// False: stop. The error of the first line that failed is kept.
  bool acknowledge(std::uint64_t number, const Result<Receipt>& receipt) {
    const std::scoped_lock hold(output_);
    if (receipt) return !console_.broken() && print_receipt(console_, *receipt);
    if (!error_ || number < failed_line_) {
      error_ = receipt.error();
      failed_line_ = number;
      if (error_->file.empty()) error_->file = source_.name();
      error_->reason =
          fmt::format("line {}{}{}", number, error_->reason.empty() ? "" : ": ", error_->reason);
    }
    return false;
  }

  Console& console_;
  LineSource& source_;
  Store& store_;
  std::mutex input_;  // guards source_.next(), lines_ and over_; taken before output_
  std::uint64_t lines_ = 0;
  bool over_ = false;
  std::mutex output_;  // guards console_, error_ and failed_line_
  std::optional<Error> error_;
  std::uint64_t failed_line_ = 0;
};

/// The one transaction of the command line: the puts in their order, then the deletes.
Result<Transaction> from_words(const std::vector<std::string>& puts,
                               const std::vector<std::string>& deletes, std::string id, bool hex) {
  Transaction transaction{std::move(id), {}};
  for (const std::string& text : puts) {
    std::optional<Change> put = parse_put(text, hex);
    if (!put) {
      return make_error(Errc::invalid, fmt::format("not KEY=VALUE{}: {}",
                                                   hex ? " in hexadecimal" : "", printable(text)));
    }
    transaction.changes.push_back(std::move(*put));
  }
  for (const std::string& text : deletes) {
    std::optional<Bytes> key = parse_bytes(text, hex);
    if (!key) {
      return make_error(Errc::invalid, fmt::format("not hexadecimal: {}", printable(text)));
    }
    transaction.changes.push_back({std::move(*key), std::nullopt});
  }
  if (const std::optional<Bytes> twice = repeated_key(transaction)) {
    return make_error(Errc::invalid, fmt::format("key {} is named twice", printable(*twice)));
  }
  if (transaction.changes.empty()) {
    return make_error(Errc::invalid, "nothing to commit: no KEY=VALUE, no --delete, no --from");
  }
  return transaction;
}

int commit_one(Console& console, const std::string& folder, const Transaction& transaction) {
  Result<OpenStore> opened = open_store(console, folder);
  if (!opened) return console.fail(opened.error());
  Store& store = *opened->store;
  const Result<Receipt> receipt = store.commit(transaction);
  if (!receipt) return close_store(console, store, console.fail(receipt.error()));
  static_cast<void>(print_receipt(console, *receipt));  // close_store reports a broken output
  return close_store(console, store);
}

int commit_lines(Console& console, const std::string& folder, const std::string& from,
                 std::uint64_t threads) {
  Result<std::unique_ptr<LineSource>> source = LineSource::open(from);
  if (!source) return console.fail(source.error());
  Result<OpenStore> opened = open_store(console, folder);
  if (!opened) return console.fail(opened.error());
  Store& store = *opened->store;
  const int status = Feed(console, **source, store).run(threads);
  if (const std::optional<Error> failed = store.checkpoint_error()) {
    console.note("a checkpoint failed, its transactions are in the log: " + failed->message());
  }
  return close_store(console, store, status);
}

}  // namespace

int commit(const Words& words) {
  Arguments args("commit", "DIR KEY=VALUE... [--delete KEY]... | DIR --from FILE",
                 "Commits one transaction, or one for each line of --from, and prints a receipt "
                 "for each once it is durable. The first '=' splits key and value; after -- a "
                 "word is never an option.");
  const CLI::Option* dir = args.positional("DIR", "The store's folder");
  args.take_more();
  const CLI::Option* deletes = args.option("--delete", "KEY", "Delete the key", true);
  const CLI::Option* id = args.option(
      "--id", "ID", "The transaction's id: a repeat with equal changes commits nothing");
  const CLI::Option* from =
      args.option("--from", "FILE", "JSON Lines, one transaction a line; - is standard input");
  const CLI::Option* threads =
      args.option("--threads", "N", "With --from: commit from N threads, 1 to 1024 (default 1)");
  bool hex = false;
  args.flag("--hex", "Keys, values and id on the command line are hexadecimal", hex);
  Console console;
  if (const std::optional<int> over = args.parse(words, console)) return *over;

  const std::string& folder = Arguments::value(dir);
  if (Arguments::given(from)) {
    if (!args.more().empty() || Arguments::given(deletes) || Arguments::given(id) || hex) {
      return console.wrong_usage("--from takes no KEY=VALUE, --delete, --id or --hex beside it");
    }
    const std::optional<std::uint64_t> count =
        Arguments::given(threads) ? parse_number(Arguments::value(threads)) : 1;
    if (!count || *count < 1 || *count > kMaxThreads) {
      return console.wrong_usage("--threads: a number from 1 to 1024");
    }
    return commit_lines(console, folder, Arguments::value(from), *count);
  }
  if (Arguments::given(threads)) return console.wrong_usage("--threads needs --from");
  const std::optional<Bytes> id_bytes =
      parse_bytes(Arguments::given(id) ? Arguments::value(id) : std::string(), hex);
  if (!id_bytes) return console.wrong_usage("--id: not hexadecimal");
  const Result<Transaction> transaction =
      from_words(args.more(), Arguments::values(deletes), *id_bytes, hex);
  if (!transaction) return console.fail(transaction.error());
  if (const Status sound = transaction->check(); !sound) return console.fail(sound.error());
  return commit_one(console, folder, *transaction);
}

}  // namespace plumb::cli
