// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Kinds of damage; see damage.hpp. Each changes `files`, or nothing where there is nothing of its
// kind to damage.
#include "vectors/damage.hpp"

#include <algorithm>
#include <array>

#include "commit/checkpoint.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

struct Patient {
  Files& files;
  const std::vector<Files>& past;
  Dice& dice;

  /// Names for which `is` holds.
  template <class Is>
  std::vector<std::string> names(const Is& is) const {
    std::vector<std::string> list;
    for (const auto& [name, bytes] : files) {
      if (is(name) && bytes.size() >= 512) list.push_back(name);
    }
    return list;
  }
  [[nodiscard]] std::vector<std::string> all() const {
    return names([](const std::string&) { return true; });
  }
  [[nodiscard]] std::vector<std::string> slots() const {
    return names([](const std::string& name) { return slot_of(name).has_value(); });
  }
  [[nodiscard]] std::vector<std::string> checkpoints() const {
    return names([](const std::string& name) { return checkpoint_name_of(name).has_value(); });
  }
};

/// A random element, or nullptr where there is none.
Bytes* any_of(Patient& p, std::vector<std::string> list) {
  return list.empty() ? nullptr : &p.files[p.dice.pick(list)];
}

/// Where the bytes of a slot have a record's magic at a block.
std::vector<std::size_t> records_in(const Bytes& log) {
  std::vector<std::size_t> found;
  for (std::size_t at = kBlock; at + kBlock <= log.size(); at += kBlock) {
    if (log.compare(at + rec::magic, 8, "PLUMBREC") == 0 &&
        at + record_length(log, at) <= log.size()) {
      found.push_back(at);
    }
  }
  return found;
}

void flip_bit(Patient& p) {
  Bytes* file = any_of(p, p.all());
  if (file != nullptr)
    flip(*file, p.dice.below(file->size()), static_cast<unsigned>(p.dice.below(8)));
}

void zero_range(Patient& p) {
  Bytes* file = any_of(p, p.all());
  if (file == nullptr) return;
  const std::size_t at = p.dice.below(file->size());
  put_zeros(*file, at, p.dice.below(file->size() - at) % 1024);
}

void zero_block(Patient& p) {
  Bytes* file = any_of(p, p.slots());
  if (file != nullptr) put_zeros(*file, p.dice.below(file->size() / kBlock) * kBlock, kBlock);
}

void copy_block(Patient& p) {
  const Bytes* from = any_of(p, p.slots());
  Bytes* to = any_of(p, p.slots());
  if (from == nullptr || to == nullptr) return;
  const Bytes block = from->substr(p.dice.below(from->size() / kBlock) * kBlock, kBlock);
  if (block.size() == kBlock) put_bytes(*to, p.dice.below(to->size() / kBlock) * kBlock, block);
}

void truncate(Patient& p) {
  Bytes* file = any_of(p, p.all());
  if (file != nullptr) file->resize(p.dice.below(file->size()));
}

void append(Patient& p) {
  Bytes* file = any_of(p, p.all());
  if (file != nullptr) *file += p.dice.bytes(1 + p.dice.below(600));
}

void erase(Patient& p) {
  if (!p.files.empty()) p.files.erase(p.dice.pick(p.files).first);
}

void swap_files(Patient& p) {
  const std::vector<std::string> list = p.slots();
  if (!list.empty()) std::swap(p.files[p.dice.pick(list)], p.files[p.dice.pick(list)]);
}

void restore_file(Patient& p) {
  const Files& earlier = p.dice.pick(p.past);
  const auto& [name, bytes] = p.dice.pick(earlier);
  p.files[name] = bytes;
}

void copy_slot(Patient& p) {
  const Bytes* from = any_of(p, p.slots());
  if (from != nullptr) p.files["log-" + std::to_string(p.dice.below(12))] = Bytes(*from);
}

void rename_checkpoint(Patient& p) {
  const Bytes* from = any_of(p, p.checkpoints());
  if (from == nullptr) return;
  p.files[name_of({1 + p.dice.below(9), p.dice.below(30)})] = Bytes(*from);
}

void lie_in_segment(Patient& p) {
  Bytes* log = any_of(p, p.slots());
  if (log == nullptr) return;
  constexpr std::array<std::size_t, 7> fields{43, 46, 48, 71, 78, 90, 300};
  flip(*log, p.dice.pick(fields), static_cast<unsigned>(p.dice.below(3)));
  seal_header(*log);
}

void lie_in_checkpoint(Patient& p) {
  Bytes* file = any_of(p, p.checkpoints());
  if (file == nullptr || file->size() < 544) return;
  const bool header = p.dice.one_in(2);
  const std::size_t first = header ? 40 : 256;
  const std::size_t last = header ? 256 : file->size() - 32;
  flip(*file, first + p.dice.below(last - first), static_cast<unsigned>(p.dice.below(8)));
  seal_checkpoint(*file);
}

void lie_in_record(Patient& p) {
  Bytes* log = any_of(p, p.slots());
  if (log == nullptr) return;
  const std::vector<std::size_t> records = records_in(*log);
  if (records.empty()) return;
  const std::size_t at = p.dice.pick(records);
  constexpr std::array<std::size_t, 8> fields{95, 99, 103, 110, 111, 150, 183, 184};
  const std::size_t byte = p.dice.one_in(3) ? 40 + p.dice.below(472) : p.dice.pick(fields);
  flip(*log, at + byte, static_cast<unsigned>(p.dice.below(3)));
  if (at + record_length(*log, at) <= log->size()) seal_record(*log, at);
}

void lower_durable_seq(Patient& p) {
  Bytes* log = any_of(p, p.slots());
  if (log == nullptr) return;
  for (const std::size_t at : records_in(*log)) {
    put_u64(*log, at + rec::durable_seq, p.dice.below(get_u64(*log, at + rec::durable_seq) + 1));
    seal_record(*log, at);
  }
}

void made_up_record(Patient& p) {
  Bytes* log = any_of(p, p.slots());
  if (log == nullptr) return;
  const std::size_t at = (1 + p.dice.below(log->size() / kBlock - 1)) * kBlock;
  const std::vector<std::size_t> records = records_in(*log);
  RecordSays says;
  says.first_seq = 1 + p.dice.below(30);
  says.durable_seq = p.dice.below(says.first_seq);
  says.previous = records.empty() || p.dice.one_in(3) ? p.dice.bytes(32)
                                                      : record_digest(*log, p.dice.pick(records));
  says.transactions = {{{}, {{"made up", p.dice.bytes(p.dice.below(900))}}}};
  if (p.dice.one_in(3)) says.transactions.push_back({"id", {{"made up", std::nullopt}}});
  if (get_u32(*log, seg::block_bytes) != kBlock) return;
  const Bytes record = make_record(*log, at, says);
  if (at + record.size() <= log->size()) put_bytes(*log, at, record);
}

void add_audit_line(Patient& p) {
  const auto found = p.files.find("audit.log");
  if (found == p.files.end()) return;
  const std::vector<Bytes> lines = audit_lines(found->second);
  constexpr std::array<const char*, 3> events{"init", "open", "end"};
  const Bytes previous = lines.empty() ? Bytes(32, '\0') : digest_bytes(lines.back());
  found->second +=
      make_audit_line(lines.size(), previous, p.dice.pick(events), 1 + p.dice.below(9));
}

void cut_audit_line(Patient& p) {
  const auto found = p.files.find("audit.log");
  if (found == p.files.end()) return;
  const std::vector<Bytes> lines = audit_lines(found->second);
  if (!lines.empty()) found->second.resize(found->second.size() - lines.back().size());
}

struct Kind {
  const char* name;
  void (*harm)(Patient& patient);
};
constexpr std::array kKinds{
    Kind{"flip_bit", &flip_bit},
    Kind{"zero_range", &zero_range},
    Kind{"zero_block", &zero_block},
    Kind{"copy_block", &copy_block},
    Kind{"truncate", &truncate},
    Kind{"append", &append},
    Kind{"erase", &erase},
    Kind{"swap_files", &swap_files},
    Kind{"restore_file", &restore_file},
    Kind{"copy_slot", &copy_slot},
    Kind{"rename_checkpoint", &rename_checkpoint},
    Kind{"lie_in_segment", &lie_in_segment},
    Kind{"lie_in_checkpoint", &lie_in_checkpoint},
    Kind{"lie_in_record", &lie_in_record},
    Kind{"lower_durable_seq", &lower_durable_seq},
    Kind{"made_up_record", &made_up_record},
    Kind{"add_audit_line", &add_audit_line},
    Kind{"cut_audit_line", &cut_audit_line},
};

}  // namespace

std::vector<std::string> damage(Files& files, const std::vector<Files>& past, Dice& dice) {
  Patient patient{files, past, dice};
  std::vector<std::string> done;
  for (std::uint64_t n = 1 + dice.below(3); n > 0; --n) {
    const Kind& kind = dice.pick(kKinds);
    kind.harm(patient);
    done.emplace_back(kind.name);
  }
  return done;
}

std::vector<std::string> damage_kinds() {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

}  // namespace plumb::test
