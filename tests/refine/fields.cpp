// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Bytes as words of the model; see fields.hpp.
#include "refine/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/contract.hpp"
#include "commit/options.hpp"

namespace plumb::refine {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kDigest = 32;
constexpr unsigned kSlots = 3;  // log files, and blocks, of the model
constexpr std::string_view kCheckpoint = "checkpoint-";

std::string_view bytes_of(const sim::Image& folder, std::string_view name) {
  const auto found = folder.files.find(name);
  return found == folder.files.end() ? std::string_view{} : std::string_view(*found->second);
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  Reader in(bytes.substr(at, 8));
  return in.u64();
}
Digest digest_at(std::string_view bytes, std::size_t at) {
  Reader in(bytes.substr(at, kDigest));
  return in.digest();
}
bool is_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return c == '\0'; });
}
/// Whether the bytes begin with the digest of all that follows it, then with the magic.
bool is_sealed(std::string_view bytes, std::string_view magic, Hasher& hasher) {
  return bytes.size() >= kBlock && bytes.substr(kDigest).starts_with(magic) &&
         hasher.hash(view(bytes.substr(kDigest))) == digest_at(bytes, 0);
}
bool is_header(std::string_view bytes, Hasher& hasher) {
  return bytes.size() >= kBlock && is_sealed(bytes.substr(0, kBlock), "PLUMBSEG", hasher);
}
std::string salt_of(std::string_view bytes) { return std::string(bytes.substr(80, 16)); }

struct RecordHead {
  std::uint64_t segment, durable_seq;
  Digest digest, previous, root;
};
std::optional<RecordHead> record_in(std::string_view bytes, Hasher& hasher) {
  if (!is_sealed(bytes, "PLUMBREC", hasher)) return std::nullopt;
  return RecordHead{number_at(bytes, 56), number_at(bytes, 104), digest_at(bytes, 0),
                    digest_at(bytes, 112), digest_at(bytes, 144)};
}

std::optional<Ids> find(const std::map<Digest, Ids>& in, const Digest& digest) {
  const auto found = in.find(digest);
  return found == in.end() ? std::nullopt : std::optional<Ids>(found->second);
}

}  // namespace

std::string words_of(Ids ids) {
  std::string text = "{";
  for (unsigned i = 0; i < 32; ++i) {
    if ((ids >> i & 1U) == 0) continue;
    if (text.size() > 1) text += ',';
    text += std::to_string(i + 1);
  }
  return text + '}';
}

std::uint64_t Shape::record_bytes() const {
  constexpr std::uint64_t kBlocks = kMinSegmentBytes / kBlock - 1;  // less the header's
  return kBlocks / (records + 1) * kBlock + kBlock;
}

Book::Book(Shape shape, Hasher& hasher) : shape_(shape), hasher_(&hasher) {
  const bool fits = shape.records * shape.record_bytes() + kBlock <= kMinSegmentBytes &&
                    (shape.records + 1) * shape.record_bytes() + kBlock > kMinSegmentBytes;
  Expects(shape.records >= 1 && shape.records <= kSlots && fits);
  chains_[Digest{}] = 0;
  roots_[Digest{}] = 0;
}

bool Book::note_record(std::string_view bytes) {
  const std::optional<RecordHead> record = record_in(bytes, *hasher_);
  if (!record || bytes.size() != shape_.record_bytes()) return false;
  const std::optional<Ids> before = find(chains_, record->previous);
  if (!before) return false;
  const Ids after = *before | 1U << started_++;
  chains_[record->digest] = after;
  roots_[record->root] = after;
  return true;
}

bool Book::note_header(std::string_view bytes) {
  if (!is_header(bytes, *hasher_)) return false;
  salts_[number_at(bytes, 64)].insert(salt_of(bytes));
  return true;
}

std::optional<unsigned> Book::note_checkpoint(std::string_view bytes, const sim::Image& folder) {
  if (bytes.size() < kBlock + kDigest || bytes.substr(kDigest, 8) != "PLUMBCKP") {
    return std::nullopt;
  }
  const std::optional<Ids> own = find(roots_, digest_at(bytes, 96));
  const std::uint64_t behind = number_at(bytes, 168) - kBlock;
  if (!own || behind % shape_.record_bytes() != 0) return std::nullopt;
  const auto number = static_cast<unsigned>(number_at(bytes, 64));
  const Lines vouched = audit_lines(folder, number_at(bytes, 208));
  checkpoints_[number] = {*own,
                          static_cast<unsigned>(number_at(bytes, 160)),
                          static_cast<unsigned>(behind / shape_.record_bytes()),
                          static_cast<unsigned>(vouched.words.size()),
                          static_cast<unsigned>(number_at(bytes, 72)),
                          ++last_number_};
  return number;
}

void Book::begin(const sim::Image& folder) {
  const std::set<unsigned> there = checkpoint_numbers(folder);
  const auto newest = there.empty() ? checkpoints_.end() : checkpoints_.find(*there.rbegin());
  last_number_ = newest == checkpoints_.end() ? 0 : newest->second.number;
}

/// With direct writes nothing but the next use of a block makes what is pending there durable; the
/// model's syncs cover the whole segment.
void Book::killed(const sim::Image& folder) {
  for (unsigned slot = 0; shape_.direct && slot < kSlots; ++slot) {
    if (!bytes_of(folder, fmt::format("log-{}", slot)).empty()) stale_.insert(slot);
  }
}

/// Lines that chain, up to that many bytes.
Book::Lines Book::audit_lines(const sim::Image& folder, std::uint64_t most) const {
  Lines lines;
  std::string_view rest = bytes_of(folder, "audit.log").substr(0, most);
  std::string previous(2 * kDigest, '0');
  std::string found;
  for (std::size_t i = 0; !rest.empty(); ++i) {
    const std::size_t feed = rest.find('\n');
    const std::string_view whole = rest.substr(0, feed == std::string_view::npos ? 0 : feed + 1);
    const std::string start =
        fmt::format(R"({{"version":1,"line":{},"prev":"{}","event":")", i, previous);
    lines.rest = whole.size() % kBlock != 0 || !whole.starts_with(start);
    if (lines.rest) return lines;
    const auto json = nlohmann::json::parse(whole, nullptr, false);
    lines.rest = json.is_discarded();
    if (lines.rest) return lines;
    const std::string event = json["event"];
    if (event != "end") {
      const std::optional<Digest> root = digest_from_hex(std::string(json["root"]));
      const std::optional<Ids> ids = root ? find(roots_, *root) : std::nullopt;
      found = ids ? refine::words_of(*ids) : "?";
    }
    const std::string words =
        event == "init" ? "init" : (event == "open" ? "entry " : "end ") + found;
    if (lines.words.empty() || lines.words.back() != words) lines.words.push_back(words);
    previous = to_hex(hasher_->hash(view(whole)));
    rest.remove_prefix(whole.size());
  }
  return lines;
}

std::optional<Ids> Book::found(const sim::Image& folder) const {
  Lines lines = audit_lines(folder, std::string_view::npos);
  while (!lines.words.empty() && lines.words.back().starts_with("end")) lines.words.pop_back();
  if (lines.words.empty()) return std::nullopt;
  if (lines.words.back() == "init") return 0;
  for (const auto& [root, ids] : roots_) {
    if (lines.words.back() == "entry " + refine::words_of(ids)) return ids;
  }
  return std::nullopt;
}

std::optional<Ids> Book::of_root(const Digest& root) const { return find(roots_, root); }

void Book::names_synced(const sim::Image& folder) {
  if (names_unknown_) return;
  may_be_ = checkpoint_numbers(folder);
  for (const unsigned number : half_dropped_) may_be_.erase(number);  // gone, in the model
}

void Book::cut(const sim::Image& folder) {
  names_unknown_ = false;
  names_synced(folder);
  audit_unknown(folder);
}

void Book::audit_unknown(const sim::Image& folder) {
  audit_unknown_ = audit_lines(folder, std::string_view::npos).rest;
}

void Book::half_dropped(const sim::Image& folder) {
  const std::set<unsigned> left = checkpoint_numbers(folder);
  if (left.size() < 2) return;
  for (const unsigned number : may_be_) {
    if (number != *left.rbegin()) half_dropped_.insert(number);
  }
}

/// The model forgets the lines before the last one that every checkpoint vouches for.
unsigned Book::forgotten() const {
  std::optional<unsigned> least;
  for (const unsigned number : may_be_) {
    const auto known = checkpoints_.find(number);
    const unsigned lines = known == checkpoints_.end() ? 0 : known->second.lines;
    least = std::min(least.value_or(lines), lines);
  }
  return least.value_or(0) > 1 ? *least - 1 : 0;
}

std::string Book::words_of(const Checkpoint& checkpoint) const {
  return fmt::format("{} log at #{}:{} anchor {}", refine::words_of(checkpoint.own),
                     checkpoint.segment, checkpoint.slot, checkpoint.lines - forgotten());
}

std::vector<Seen> Book::temp(unsigned number) const {
  if (names_unknown_) return {};
  return {{"temp file", words_of(checkpoints_.at(number)), false}};
}

std::string Book::block_words(std::string_view bytes) const {
  if (is_zero(bytes)) return "-";
  const std::optional<RecordHead> record = record_in(bytes, *hasher_);
  if (!record) return "torn";
  const std::optional<Ids> before = find(chains_, record->previous);
  const std::optional<Ids> after = find(chains_, record->digest);
  if (!before || !after) return "?";
  return fmt::format("{} after {} in #{} durable {}", refine::words_of(*after & ~*before),
                     refine::words_of(*before), record->segment, record->durable_seq);
}

/// A number that was given twice has salts, whose small numbers in the model nobody can know.
void Book::add_segment(unsigned slot, const sim::Image& folder, std::vector<Seen>& to) const {
  const std::string field = fmt::format("log-{}", slot + 1);
  const std::string_view bytes = bytes_of(folder, fmt::format("log-{}", slot));
  const auto salted = [&](std::uint64_t number) {
    const auto known = salts_.find(number);
    return known != salts_.end() && known->second.size() > 1;
  };
  const bool readable = is_header(bytes, *hasher_);
  if (!readable) {
    to.push_back({field + " header", "none", false});
    return;  // what lies under no header is nobody's
  }
  const std::uint64_t number = number_at(bytes, 64);
  if (!salted(number)) to.push_back({field + " header", fmt::format("#{}", number), false});
  for (unsigned i = 0; i < shape_.records; ++i) {
    const std::size_t at = kBlock + i * shape_.record_bytes();
    const std::string_view block = bytes.substr(at, shape_.record_bytes());
    const auto record = record_in(block, *hasher_);
    if (record && salted(record->segment)) continue;
    if (stale_.contains(slot) && !(record && record->segment == number)) continue;
    to.push_back({fmt::format("{} block {}", field, i), block_words(block), false});
  }
}

void Book::add_checkpoints(const sim::Image& folder, std::vector<Seen>& to) const {
  const std::set<unsigned> there = checkpoint_numbers(folder);
  std::map<unsigned, std::optional<std::string>> words;  // by the model's number
  std::set<unsigned> unknown;
  for (const auto& [number, checkpoint] : checkpoints_) {
    std::optional<std::string>& is = words[checkpoint.number];
    const bool is_there = there.contains(number);
    const bool whole = is_there && is_whole(folder, number);
    // R-6: what was unlinked may come back shorter; in the model it comes back whole, or not.
    const bool shorter =
        is_there && !whole && number != *there.rbegin() && unlinked_.contains(number);
    if (half_dropped_.contains(number) || shorter) {
      unknown.insert(checkpoint.number);
    } else if (is_there) {
      is = (whole ? "" : "unreadable, ") + words_of(checkpoint);
    } else if (may_be_.contains(number)) {
      is = "unlinked, " + words_of(checkpoint);
    }
  }
  for (const auto& [number, is] : words) {
    if (!unknown.contains(number)) to.push_back({fmt::format("checkpoint-{}", number), is, false});
  }
}

bool Book::is_whole(const sim::Image& folder, unsigned number) const {
  const Checkpoint& checkpoint = checkpoints_.at(number);
  const std::string name = fmt::format("{}{}-{}", kCheckpoint, number, checkpoint.seq);
  const std::string_view bytes = bytes_of(folder, name);
  return bytes.size() >= kBlock + kDigest &&
         hasher_->hash(view(bytes.substr(0, bytes.size() - kDigest))) ==
             digest_at(bytes, bytes.size() - kDigest);
}

std::vector<Seen> Book::fields(const sim::Image& folder) const {
  std::vector<Seen> all;
  for (unsigned slot = 0; slot < kSlots; ++slot) add_segment(slot, folder, all);
  if (names_unknown_) return all;
  add_checkpoints(folder, all);
  if (audit_unknown_) return all;
  const Lines lines = audit_lines(folder, std::string_view::npos);
  std::string words;
  for (std::size_t i = forgotten(); i < lines.words.size(); ++i) {
    words += (words.empty() ? "" : ", ") + lines.words[i];
  }
  all.push_back({"audit log", words.empty() ? "empty" : words, false});
  return all;
}

std::optional<unsigned> checkpoint_number(std::string_view name) {
  if (!name.starts_with(kCheckpoint)) return std::nullopt;
  unsigned number = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + kCheckpoint.size(), end, number);
  if (error != std::errc() || stop == end || *stop != '-') return std::nullopt;
  return number;
}

std::set<unsigned> checkpoint_numbers(const sim::Image& folder) {
  std::set<unsigned> numbers;
  for (const auto& [name, bytes] : folder.files) {
    if (const auto number = checkpoint_number(name)) numbers.insert(*number);
  }
  return numbers;
}

}  // namespace plumb::refine
