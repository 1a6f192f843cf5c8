// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Flipping bits in copies; see damage.hpp.
#include "audit/damage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/contract.hpp"
#include "support/temp_folder.hpp"

namespace plumb::audit {
namespace {

/// Flips a random bit of file bytes [from, from + size).
void flip_bit_in(const std::string& file, std::uint64_t from, std::uint64_t size, Random& random) {
  std::string bytes = test::read_file(file);
  const bool inside = size > 0 && from + size <= bytes.size();
  Expects(inside);
  char& byte = bytes[from + random.below(size)];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << random.below(8)));
  test::write_file(file, bytes);
}

/// The records behind the checkpoint, as `plumb log` prints them.
std::vector<Json> records_of(const Plumb& plumb, const std::string& store) {
  const test::Finished done = plumb.run({"log", store, "--json"});
  require(done.status == 0, "AC-5", "plumb log refuses: " + done.text());
  std::vector<Json> records;
  for (const std::string& line : lines_of(done.out)) records.push_back(parse_line(line));
  return records;
}

void flip_record(const std::string& store, const Json& record, Random& random) {
  flip_bit_in(store + '/' + bytes_of(record.value("file", Json(""))), number_at(record, "offset"),
              number_at(record, "bytes"), random);
}

/// Reader and writer refuse the copy, and no byte of it changes, a leftover included.
void require_refused(const Plumb& plumb, const std::string& copy, const std::string& what) {
  test::write_file(copy + "/checkpoint.tmp", "planted");
  const Files before = read_folder(copy);
  for (const char* verb : {"verify", "recover"}) {
    const test::Finished done = plumb.run({verb, copy, "--json"});
    require(done.status == 1, "AC-8",
            fmt::format("plumb {} does not refuse {}: {}", verb, what, done.text()));
  }
  require(read_folder(copy) == before, "AC-8", fmt::format("refusing {} changed the folder", what));
}

std::string name_of_checkpoint(const Files& files) {
  const auto found = std::find_if(files.begin(), files.end(), [](const auto& file) {
    return file.first.starts_with("checkpoint-");
  });
  require(found != files.end(), "AC-8", "a closed store has no checkpoint");
  return found->first;
}

}  // namespace

bool tear_last_record(const Plumb& plumb, const std::string& store, Random& random) {
  const std::vector<Json> records = records_of(plumb, store);
  if (records.empty()) return false;
  flip_record(store, records.back(), random);
  return true;
}

void flip_bit(const std::string& file, Random& random) {
  flip_bit_in(file, 0, test::read_file(file).size(), random);
}

void damage_records(const Bench& bench, const std::string& store, const Model& model,
                    Random& random) {
  const std::vector<Json> records = records_of(bench.plumb, store);
  if (records.empty()) return;
  const std::string torn = bench.scratch.copy(store, "torn");
  flip_record(torn, records.back(), random);
  const test::Finished done = bench.plumb.run({"recover", torn, "--json"});
  require(done.status == 0, "AC-7", "a damaged last record is refused: " + done.text());
  const std::uint64_t last = number_at(records.back(), "first_seq");
  const Json report = parse_line(done.out);
  const bool before_it = number_at(report, "seq") == last - 1 &&
                         string_at(report, "root") == to_hex(model.root(last - 1));
  require(before_it, "AC-7",
          "a damaged last record does not end the log before it: " + done.text());
  ++bench.counts.torn_tails;

  if (records.size() < 2) return;
  const std::string broken = bench.scratch.copy(store, "broken");
  flip_record(broken, records[random.below(records.size() - 1)], random);
  require_refused(bench.plumb, broken, "a record that later ones confirm");
  ++bench.counts.refused_records;
}

void damage_closed(const Bench& bench, const std::string& store, Random& random) {
  const std::string checkpoint = name_of_checkpoint(read_folder(store));
  const std::string first = bench.scratch.copy(store, "broken");
  flip_bit(first + '/' + checkpoint, random);
  require_refused(bench.plumb, first, "a damaged checkpoint");
  ++bench.counts.refused_checkpoints;

  const std::string second = bench.scratch.copy(store, "broken");
  flip_bit(second + "/audit.log", random);
  require_refused(bench.plumb, second, "a damaged audit log");
  ++bench.counts.refused_audit_logs;
}

}  // namespace plumb::audit
