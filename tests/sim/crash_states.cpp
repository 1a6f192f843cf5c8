// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The ladder of enumerations; see crash_states.hpp.
#include "sim/crash_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/contract.hpp"
#include "sim/crash_space.hpp"

namespace plumb::sim {
namespace {

constexpr std::uint64_t kTooMany = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kMostChanges =
    16;  // of a folder without order, of which all subsets are tried
constexpr std::size_t kMostSectors = 16;  // of a call, which are dropped one by one

std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return a > kTooMany - b ? kTooMany : a + b; }
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > kTooMany / b ? kTooMany : a * b;
}

/// The pending changes of one call.
struct Unit {
  std::vector<Seq> names;
  std::vector<Seq> sectors;
  std::vector<Seq> sizes;
  NodeId node = kNoNode;
  [[nodiscard]] std::set<Seq> all() const {
    std::set<Seq> set(names.begin(), names.end());
    set.insert(sectors.begin(), sectors.end());
    set.insert(sizes.begin(), sizes.end());
    return set;
  }
};

class Walk {
 public:
  Walk(const SimDisk& disk, const Ladder& ladder, const CrashVisitor& visit)
      : disk_(disk), space_(disk), ladder_(ladder), visit_(visit), random_(ladder.seed) {
    list_units();
  }

  Covered run() {
    if (space_.state().folder_pending) {
      Drops lost;
      lost.disk = &disk_;
      lost.folder_lost = true;
      lost.names.assign(space_.state().changes.size(), 0);
      emit({}, 0, [&] { return lost; });
    }
    covered_.exhaustive = !space_.reduced();
    if (ladder_.level == Level::subsets && count_subsets() <= ladder_.exhaustive_bound) {
      subsets();
      return covered_;
    }
    prefixes();
    if (ladder_.level >= Level::omit_one) omit_one();
    if (ladder_.level >= Level::product) product();
    if (ladder_.level == Level::subsets) {
      covered_.exhaustive = false;
      for (std::size_t i = 0; i < ladder_.samples; ++i) sample();
    }
    return covered_;
  }

 private:
  struct Slot {
    FileSpace* file = nullptr;
    std::vector<std::size_t> sizes;  // allowed
    std::size_t size = 0;            // place in `sizes`
    std::uint64_t index = 0;         // of the choice of sectors at that size
    std::uint64_t share = 0;         // of the digest
    std::vector<std::pair<std::uint64_t, FileBytes*>> names;  // hash, and the image's place
  };

  template <class MakeDrops>
  void emit(const Image& image, std::uint64_t digest, MakeDrops make_drops) {
    covered_.raw = plus(covered_.raw, 1);
    if (!seen_.insert(digest).second) return;
    ++covered_.unique;
    Drops drops = make_drops();
    drops.digest = digest;
    visit_(image, drops);
  }

  /// Most wishes come to the same few drops, which are told apart before their bytes are put
  /// together.
  void emit(Drops drops) {
    if (!seen_drops_.insert(key_of(drops)).second) {
      covered_.raw = plus(covered_.raw, 1);
      return;
    }
    const Image image = space_.assemble(drops);
    emit(image, drops.digest, [&] { return std::move(drops); });
  }

  /// 64 bits of what is dropped.
  static std::uint64_t key_of(const Drops& drops) {
    std::uint64_t key = drops.names.size();
    const auto add = [&key](std::uint64_t word) {
      key ^= word;
      key = next_random(key);
    };
    for (const std::uint8_t kept : drops.names) add(kept);
    for (const Drops::File& file : drops.files) {
      add(file.node);
      add(file.size);
      for (const Drops::Sector& sector : file.sectors) {
        add(static_cast<std::uint64_t>(sector.write + 1) * 8U +
            static_cast<std::uint64_t>(sector.fill) * 2U + (sector.garbage ? 1U : 0U));
      }
    }
    return key;
  }

  void list_units() {
    for (const NameChange& change : space_.state().changes) {
      if (change.durable) continue;
      units_[change.call].names.push_back(change.seq);
      order_.insert(change.seq);
    }
    for (NodeId id = 0; id < space_.state().nodes.size(); ++id) {
      const Node& node = space_.state().nodes[id];
      for (const SectorWrite& write : node.sectors) {
        units_[write.call].sectors.push_back(write.seq);
        units_[write.call].node = id;
        order_.insert(write.seq);
      }
      for (const SizeChange& change : node.sizes) {
        units_[change.call].sizes.push_back(change.seq);
        units_[change.call].node = id;
        order_.insert(change.seq);
      }
    }
  }

  void prefixes() {
    emit(space_.nearest({[](Seq) { return false; }}));
    for (const Seq last : order_) emit(space_.nearest({[last](Seq seq) { return seq <= last; }}));
  }

  /// What is in `some` is lost, or alone is kept, with each filling of new space.
  void without_and_alone(const std::set<Seq>& some, const std::set<Seq>& needed,
                         const std::optional<std::pair<NodeId, std::uint64_t>>& size = {}) {
    for (const Fill fill : {Fill::zeros, Fill::garbage, Fill::stale}) {
      const auto filled = [fill](unsigned) { return fill; };
      emit(space_.nearest({[&](Seq seq) { return !some.contains(seq); }, filled, size}));
      emit(space_.nearest(
          {[&](Seq seq) { return some.contains(seq) || needed.contains(seq); }, filled, size}));
    }
  }

  /// The changes of names without which those in `some` cannot survive.
  std::set<Seq> needed_by(const std::set<Seq>& some) const {
    std::set<Seq> needed;
    if (!space_.ordered() || some.empty()) return needed;
    for (const NameChange& change : space_.state().changes) {
      if (change.seq <= *some.rbegin()) needed.insert(change.seq);
    }
    return needed;
  }

  void omit_one() {
    for (const Seq one : order_) without_and_alone({one}, needed_by({one}));
    for (const auto& [call, unit] : units_) {
      const std::set<Seq> all = unit.all();
      const std::set<Seq> needed = needed_by(all);
      without_and_alone(all, needed);
      for (const std::set<Seq>& some : tears(unit)) {
        std::set<Seq> rest;
        std::ranges::set_difference(all, some, std::inserter(rest, rest.end()));
        without_and_alone(some, needed);
        without_and_alone(rest, needed);
      }
      if (unit.sizes.empty()) continue;
      for (const SizeChoice& choice : space_.space_of(unit.node)->sizes) {
        without_and_alone({}, needed, std::pair{unit.node, choice.size});
        without_and_alone(all, needed, std::pair{unit.node, choice.size});
      }
    }
  }

  /// Sets of sectors of one write that are lost together.
  static std::vector<std::set<Seq>> tears(const Unit& unit) {
    std::vector<std::set<Seq>> all;
    const auto& sectors = unit.sectors;
    if (sectors.empty()) return all;
    all.emplace_back(sectors.begin(), sectors.end());
    const auto half = static_cast<std::ptrdiff_t>((sectors.size() + 1) / 2);
    all.emplace_back(sectors.begin() + half, sectors.end());
    all.emplace_back(sectors.begin(), sectors.begin() + half);
    for (std::size_t i = 0; i < std::min(sectors.size(), kMostSectors); ++i) {
      all.push_back({sectors[i]});
    }
    return all;
  }

  // Each write: lost, whole, size with no data three times, first half, second half.
  static constexpr std::uint64_t kTears = 7;

  void product() {
    std::vector<const Unit*> writes;
    for (const auto& [call, unit] : units_) {
      if (!unit.sectors.empty() || !unit.sizes.empty()) writes.push_back(&unit);
    }
    std::uint64_t count = space_.open_changes() + 1;
    for (std::size_t i = 0; i < writes.size(); ++i) count = times(count, kTears);
    if (count <= ladder_.exhaustive_bound) {
      for (std::uint64_t i = 0; i < count; ++i)
        torn(writes, [rest = i](std::uint64_t n) mutable {
          const std::uint64_t digit = rest % n;
          rest /= n;
          return digit;
        });
      return;
    }
    covered_.exhaustive = false;
    for (std::size_t i = 0; i < ladder_.samples; ++i) {
      torn(writes, [&](std::uint64_t n) { return next_random(random_) % n; });
    }
  }

  template <class Digit>
  void torn(const std::vector<const Unit*>& writes, Digit digit) {
    std::set<Seq> lost;
    std::map<NodeId, Fill> fills;
    std::size_t left = digit(space_.open_changes() + 1);
    for (const NameChange& change : space_.state().changes) {
      if (change.durable) continue;
      if (left == 0) lost.insert(change.seq);
      left -= left > 0 ? 1 : 0;
    }
    for (const Unit* unit : writes) {
      const std::uint64_t tear = digit(kTears);
      const auto& sectors = unit->sectors;
      const auto half = static_cast<std::ptrdiff_t>((sectors.size() + 1) / 2);
      if (tear == 0 || (tear >= 2 && tear <= 4)) lost.insert(sectors.begin(), sectors.end());
      if (tear == 0) lost.insert(unit->sizes.begin(), unit->sizes.end());
      if (tear == 5) lost.insert(sectors.begin() + half, sectors.end());
      if (tear == 6) lost.insert(sectors.begin(), sectors.begin() + half);
      if (tear == 3) fills[unit->node] = Fill::garbage;
      if (tear == 4) fills[unit->node] = Fill::stale;
    }
    const auto call_fill = [&](unsigned call) {
      const auto found = fills.find(units_.at(call).node);
      return found == fills.end() ? Fill::zeros : found->second;
    };
    emit(space_.nearest({[&](Seq seq) { return !lost.contains(seq); }, call_fill}));
  }

  std::uint64_t name_choices() const {
    const std::size_t n = space_.open_changes();
    if (space_.ordered()) return n + 1;
    return n > kMostChanges ? kTooMany : std::uint64_t{1} << n;
  }

  CrashSpace::Kept names(std::uint64_t choice) const {
    return space_.ordered() ? space_.keep_prefix(choice) : space_.keep_mask(choice);
  }

  std::vector<Slot> slots(const CrashSpace::Kept& kept, const NameTable& table) {
    std::vector<Slot> all;
    for (const auto& [name, id] : table.entries) {
      FileSpace* const file = space_.space_of(id);
      if (file == nullptr) continue;
      if (std::ranges::find(all, file, &Slot::file) != all.end()) continue;
      Slot slot;
      slot.file = file;
      for (std::size_t i = 0; i < file->sizes.size(); ++i) {
        if (space_.allowed(file->sizes[i], kept)) slot.sizes.push_back(i);
      }
      all.push_back(std::move(slot));
    }
    return all;
  }

  std::uint64_t count_subsets() {
    const std::uint64_t choices = name_choices();
    if (choices > ladder_.exhaustive_bound) return kTooMany;
    std::uint64_t sum = 0;
    for (std::uint64_t choice = 0; choice < choices; ++choice) {
      const CrashSpace::Kept kept = names(choice);
      std::uint64_t product = 1;
      for (const Slot& slot : slots(kept, space_.table(kept))) {
        std::uint64_t states = 0;
        for (const std::size_t i : slot.sizes) states = plus(states, slot.file->sizes[i].count);
        product = times(product, states);
      }
      sum = plus(sum, product);
    }
    return sum;
  }

  void subsets() {
    const std::uint64_t choices = name_choices();
    for (std::uint64_t choice = 0; choice < choices; ++choice) files(names(choice));
  }

  void place(Slot& slot) {
    SizeChoice& size = slot.file->sizes[slot.sizes[slot.size]];
    const Built& built = space_.built(*slot.file, size, slot.index);
    slot.share = 0;
    for (const auto& [hash, bytes] : slot.names) {
      *bytes = built.bytes;
      slot.share += file_digest(hash, built.hash);
    }
  }

  /// The next state of a file; false where it starts over.
  static bool advance(Slot& slot) {
    if (++slot.index < slot.file->sizes[slot.sizes[slot.size]].count) return true;
    slot.index = 0;
    if (++slot.size < slot.sizes.size()) return true;
    slot.size = 0;
    return false;
  }

  /// Every state with these names.
  void files(const CrashSpace::Kept& kept) {
    const NameTable table = space_.table(kept);
    std::vector<Slot> all = slots(kept, table);
    Image image;
    std::uint64_t fixed = 0;
    for (const auto& [name, id] : table.entries) {
      const auto at =
          image.files.emplace_hint(image.files.end(), name, space_.state().nodes[id].durable);
      FileSpace* const file = space_.space_of(id);
      if (file == nullptr) {
        fixed += file_digest(hash_of(name), space_.durable_hash(id));
      } else {
        std::ranges::find(all, file, &Slot::file)->names.emplace_back(hash_of(name), &at->second);
      }
    }
    for (Slot& slot : all) place(slot);
    const auto drops = [&] {
      Drops made;
      made.disk = &disk_;
      made.names = kept;
      for (const Slot& slot : all) {
        made.files.push_back(
            space_.drops_of(*slot.file, slot.file->sizes[slot.sizes[slot.size]], slot.index));
      }
      return made;
    };
    for (;;) {
      std::uint64_t digest = fixed;
      for (const Slot& slot : all) digest += slot.share;
      emit(image, digest, drops);
      std::size_t at = 0;
      for (; at < all.size(); ++at) {
        const bool more = advance(all[at]);
        place(all[at]);
        if (more) break;
      }
      if (at == all.size()) return;
    }
  }

  void sample() {
    const auto draw = [&](std::uint64_t n) { return next_random(random_) % n; };
    const std::size_t n = space_.open_changes();
    CrashSpace::Kept kept = space_.keep_prefix(space_.ordered() ? draw(n + 1) : n);
    if (!space_.ordered()) {
      for (std::size_t i = 0; i < kept.size(); ++i) {
        if (!space_.state().changes[i].durable) kept[i] = static_cast<std::uint8_t>(draw(2));
      }
    }
    Drops drops;
    drops.disk = &disk_;
    drops.names = kept;
    for (const Slot& slot : slots(kept, space_.table(kept))) {
      const SizeChoice& size = slot.file->sizes[slot.sizes[draw(slot.sizes.size())]];
      Drops::File file{slot.file->node, size.size, {}};
      for (const auto& outcomes : size.sectors)
        file.sectors.push_back(outcomes[draw(outcomes.size())]);
      drops.files.push_back(std::move(file));
    }
    emit(drops);
  }

  const SimDisk& disk_;
  CrashSpace space_;
  const Ladder& ladder_;
  const CrashVisitor& visit_;
  std::uint64_t random_;
  std::map<unsigned, Unit> units_;  // by call
  std::set<Seq> order_;
  std::unordered_set<std::uint64_t> seen_;        // digests
  std::unordered_set<std::uint64_t> seen_drops_;  // their keys
  Covered covered_;
};

}  // namespace

Covered for_each_crash_state(const SimDisk& disk, const Ladder& ladder, const CrashVisitor& visit) {
  return Walk(disk, ladder, visit).run();
}

Image apply(const SimDisk& disk, const Drops& drops) {
  Drops told = drops;
  return CrashSpace(disk).assemble(told);
}

}  // namespace plumb::sim
