// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The oracle; see judge.hpp.
#include "crash/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "sim/image.hpp"

namespace plumb::crash {
namespace {

using Found = std::optional<Violation>;

/// AC-1, AC-2, AC-4: content is S(seq) for a seq between what was promised and what was issued.
Found judge_content(const Snapshot& shown, const Promise& promise) {
  const Lineage& lineage = promise.lineage;
  if (shown.seq < promise.acked) {
    return Violation{"AC-2", fmt::format("transaction {} was promised, the store shows {}",
                                         promise.acked, shown.seq)};
  }
  if (shown.seq > lineage.issued()) {
    return Violation{"AC-1", fmt::format("the store shows {} transactions, {} were issued",
                                         shown.seq, lineage.issued())};
  }
  const Content& expected = lineage.content(shown.seq);
  std::size_t same = 0;
  std::string wrong;
  shown.map.for_each_sorted([&](std::string_view key, std::string_view value) {
    const auto found = expected.find(key);
    if (found != expected.end() && found->second == value) {
      ++same;
    } else if (wrong.empty()) {
      wrong = key;
    }
  });
  if (!wrong.empty() || same != expected.size()) {
    return Violation{"AC-1", fmt::format("the content is not that after {} transactions{}",
                                         shown.seq, wrong.empty() ? "" : ": key " + wrong)};
  }
  if (shown.map.root() != lineage.root(shown.seq)) {
    return Violation{
        "AC-4",
        fmt::format("the root after {} transactions is not that of the content", shown.seq)};
  }
  return std::nullopt;
}

/// AC-6, AC-12: the report is what the store shows.
Found judge_report(const Report& report, const Snapshot& shown) {
  const auto dishonest = [](std::string what) { return Violation{"AC-12", std::move(what)}; };
  if (report.seq != shown.seq || report.root != shown.map.root()) {
    return dishonest(
        fmt::format("the report says transaction {}, the store shows {}", report.seq, shown.seq));
  }
  if (report.count != shown.map.count()) return dishonest("the report's count is another");
  if (!report.durable) return dishonest("an opening has finished and calls its state unknown");
  if (report.checkpoint_seq + report.transactions != report.seq) {
    return Violation{"AC-6", "not each record behind the checkpoint was applied once"};
  }
  const auto low = std::ranges::find_if(report.discarded,
                                        [&](std::uint64_t first) { return first <= report.seq; });
  if (low != report.discarded.end()) {
    return dishonest(fmt::format("transaction {} is called discarded and is there", *low));
  }
  return std::nullopt;
}

/// AC-10: a lock, an audit log, one checkpoint, whole segments, nothing else.
Found judge_folder(Disk& disk, const Report& report, std::uint64_t segment_bytes) {
  const auto folder = disk.list();
  if (!folder) return Violation{"AC-10", "the folder cannot be listed"};
  const std::string checkpoint = fmt::format("checkpoint-{}-{}", report.new_checkpoint, report.seq);
  bool found = false;
  for (const FolderEntry& entry : *folder) {
    if (entry.name == "LOCK" || entry.name == "audit.log") continue;
    if (entry.name == checkpoint) {
      found = true;
    } else if (!entry.name.starts_with("log-") || entry.size != segment_bytes) {
      return Violation{"AC-10", fmt::format("{} is left over", entry.name)};
    }
  }
  if (!found) return Violation{"AC-12", fmt::format("{} is not there", checkpoint)};
  return std::nullopt;
}

Result<Bytes> read_audit_file(Disk& disk) {
  Result<OpenFile> file = OpenFile::open(disk, "audit.log", Access::read);
  if (!file) return file.error();
  return read_all(disk, file->get());
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

}  // namespace

std::uint64_t Promise::key() const {
  std::uint64_t h = mix(lineage.key(), acked);
  h = mix(h, lineage.issued() * 2U + (opened ? 1U : 0U));
  return mix(h, sim::hash_of(audit));
}

std::optional<std::string> audit_fault(std::string_view bytes, std::uint64_t number, Hasher& hasher,
                                       std::size_t& chained) {
  constexpr std::size_t kUnit = 512;
  std::string previous(64, '0');
  bool ended = false;
  chained = 0;
  for (std::size_t line = 0; !bytes.empty(); ++line) {
    const std::size_t feed = bytes.find('\n');
    std::string_view text = bytes.substr(0, feed == std::string_view::npos ? 0 : feed + 1);
    const std::size_t size = text.size();
    const Digest digest = hasher.hash(view(text));
    const std::string beginning =
        fmt::format(R"({{"version":1,"line":{},"prev":"{}","event":")", line, previous);
    if (size % kUnit != 0 || !take(text, beginning)) {
      if (ended) return std::nullopt;
      return fmt::format("line {} does not chain", line);
    }
    ended = text.starts_with(fmt::format(R"(end","number":{}}})", number));
    previous = to_hex(digest);
    bytes.remove_prefix(size);
    chained += size;
  }
  if (!ended) return fmt::format("the last line is no end of opening {}", number);
  return std::nullopt;
}

std::optional<Violation> judge_opened(const Store& store, Disk& disk, const Promise& promise,
                                      Hasher& hasher, Promise& after) {
  const Snapshot shown = store.snapshot();
  const Report& report = store.report();
  if (Found f = judge_content(shown, promise)) return f;
  if (Found f = judge_report(report, shown)) return f;
  if (Found f = judge_folder(disk, report, store.options().segment_bytes)) return f;
  Result<Bytes> audit = read_audit_file(disk);
  if (!audit) return Violation{"AC-11", "the audit log cannot be read"};
  std::size_t chained = 0;
  if (const auto fault = audit_fault(*audit, report.new_checkpoint, hasher, chained)) {
    return Violation{"AC-11", *fault};
  }
  if (!audit->starts_with(promise.audit)) {
    return Violation{"AC-11", "a line of an opening that had finished is gone"};
  }
  after.lineage = promise.lineage.first(shown.seq);
  after.acked = shown.seq;
  after.opened = true;
  after.audit = audit->substr(0, chained);
  return std::nullopt;
}

}  // namespace plumb::crash
