// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Drawing a crash state; see crash_sample.hpp.
#include "sim/crash_sample.hpp"

#include <algorithm>

#include "sim/crash_space.hpp"

namespace plumb::sim {
namespace {

/// Draws among choices that are ordered from the oldest to the newest content.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed), lean_(next_random(random_) % 3) {}

  std::uint64_t of(std::uint64_t n) { return next_random(random_) % n; }
  bool keep() { return lean_ == 0 ? of(2) == 0 : (of(8) == 0) != (lean_ == 1); }
  std::uint64_t choice(std::uint64_t n) {
    if (lean_ == 0 || of(4) == 0) return of(n);
    return lean_ == 1 ? n - 1 : 0;
  }

 private:
  std::uint64_t random_;
  std::uint64_t lean_;  // 0: even, 1: mostly kept, 2: mostly lost
};

CrashSpace::Kept draw_names(const CrashSpace& space, Dice& dice) {
  const std::size_t open = space.open_changes();
  if (space.ordered()) return space.keep_prefix(dice.choice(open + 1));
  CrashSpace::Kept kept = space.keep_prefix(open);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!space.state().changes[i].durable) kept[i] = dice.keep() ? 1 : 0;
  }
  return kept;
}

Drops::File draw_file(const CrashSpace& space, const FileSpace& file, const CrashSpace::Kept& kept,
                      Dice& dice) {
  std::vector<const SizeChoice*> sizes;
  for (const SizeChoice& size : file.sizes) {
    if (space.allowed(size, kept)) sizes.push_back(&size);
  }
  const SizeChoice& size = *sizes[dice.choice(sizes.size())];
  Drops::File drops{file.node, size.size, {}};
  for (const auto& outcomes : size.sectors) {
    drops.sectors.push_back(outcomes[dice.choice(outcomes.size())]);
  }
  return drops;
}

}  // namespace

Drops sample_crash(const SimDisk& disk, std::uint64_t seed) {
  CrashSpace space(disk);
  if (seed < 2 && !space.state().folder_pending) {
    return space.nearest({[seed](Seq) { return seed == 1; }});
  }
  Dice dice(seed);
  Drops drops;
  drops.disk = &disk;
  drops.folder_lost = space.state().folder_pending && (seed == 0 || (seed != 1 && dice.of(4) == 0));
  if (seed < 2 && !drops.folder_lost) return space.nearest({[](Seq) { return true; }});
  drops.names = draw_names(space, dice);
  if (drops.folder_lost) {
    std::ranges::fill(drops.names, std::uint8_t{0});
    return drops;
  }
  std::vector<NodeId> drawn;
  for (const auto& [name, id] : space.table(drops.names).entries) {
    const FileSpace* const file = space.space_of(id);
    if (file == nullptr || std::ranges::find(drawn, id) != drawn.end()) continue;
    drawn.push_back(id);
    drops.files.push_back(draw_file(space, *file, drops.names, dice));
  }
  return drops;
}

Image sample_crash_state(const SimDisk& disk, std::uint64_t seed) {
  return apply(disk, sample_crash(disk, seed));
}

}  // namespace plumb::sim
