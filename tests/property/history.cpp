// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Drawing histories, and their words; see history.hpp.
#include "property/history.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "property/scene.hpp"

namespace plumb::property {
namespace {

constexpr std::uint32_t kSeeds = 1U << 16U;
constexpr std::uint32_t kMostEdits = 5;
constexpr std::uint32_t kLongest = 5000;  // longer than any record may be
constexpr int kMostSteps = 30;            // of the largest histories

/// Evenly from [0, end), whatever the size of the history; shrinks to 0.
rc::Gen<std::uint32_t> below(std::uint32_t end) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, end));
}

/// The lists name each value as often as it shall come; shrinks to the first.
template <class T, std::size_t N>
rc::Gen<T> of(std::array<T, N> list) {
  return rc::gen::map(below(N), [list](std::uint32_t i) { return list.at(i); });
}

template <class T>
rc::Gen<std::vector<T>> up_to(std::uint32_t most, const rc::Gen<T>& one) {
  return rc::gen::mapcat(below(most + 1), [one](std::uint32_t count) {
    return rc::gen::container<std::vector<T>>(count, one);
  });
}

rc::Gen<Edit> any_edit() {
  constexpr std::array kKinds{EditKind::put,      EditKind::put,      EditKind::put_nothing,
                              EditKind::put_long, EditKind::put_long, EditKind::erase,
                              EditKind::erase};
  // Most of the long values leave room for others in a record, few are too long for any.
  const auto length = rc::gen::map(below(kLongest), [](std::uint32_t drawn) {
    return drawn < kLongest * 9 / 10 ? drawn / 5 : drawn;
  });
  return rc::gen::build<Edit>(
      rc::gen::set(&Edit::kind, of(kKinds)),
      rc::gen::set(&Edit::key, below(static_cast<std::uint32_t>(keys().size()))),
      rc::gen::set(&Edit::length, length));
}

/// Half of them at the first calls, where a commit is over, the others anywhere in an opening.
rc::Gen<std::uint32_t> any_place() {
  return rc::gen::map(rc::gen::pair(below(2), below(32)), [](const auto& drawn) {
    return drawn.first == 0 ? drawn.second / 8 : drawn.second;
  });
}

rc::Gen<Blow> any_blow() {
  constexpr std::array kTroubles{Trouble::cut,         Trouble::cut,      Trouble::cut,
                                 Trouble::kill,        Trouble::kill,     Trouble::failed_sync,
                                 Trouble::failed_sync, Trouble::io_error, Trouble::io_error,
                                 Trouble::disk_full};
  return rc::gen::build<Blow>(
      rc::gen::set(&Blow::trouble, of(kTroubles)), rc::gen::set(&Blow::at, any_place()),
      rc::gen::set(&Blow::kind, below(kSeeds)), rc::gen::set(&Blow::seed, below(kSeeds)));
}

/// None for half of the steps.
rc::Gen<std::vector<Blow>> any_blows() {
  return rc::gen::mapcat(below(2), [](std::uint32_t some) {
    return some == 0 ? rc::gen::just(std::vector<Blow>{}) : up_to(3, any_blow());
  });
}

rc::Gen<Step> any_step() {
  constexpr std::array kDeeds{Deed::commit,     Deed::commit,     Deed::commit,    Deed::commit,
                              Deed::commit,     Deed::commit,     Deed::repeat,    Deed::conflict,
                              Deed::close,      Deed::leave,      Deed::kill,      Deed::kill,
                              Deed::checkpoint, Deed::checkpoint, Deed::power_cut, Deed::power_cut,
                              Deed::power_cut};
  return rc::gen::build<Step>(
      rc::gen::set(&Step::deed, of(kDeeds)),
      rc::gen::set(&Step::edits, up_to(kMostEdits, any_edit())),
      rc::gen::set(&Step::anonymous, of(std::array{false, false, false, true})),
      rc::gen::set(&Step::earlier, below(kSeeds)), rc::gen::set(&Step::seed, below(kSeeds)),
      rc::gen::set(&Step::blows, any_blows()));
}

std::string words_of(const Edit& edit) {
  const Bytes& key = keys().at(edit.key);
  switch (edit.kind) {
    case EditKind::put:
      return fmt::format("put \"{}\"", key);
    case EditKind::put_nothing:
      return fmt::format("put \"{}\" empty", key);
    case EditKind::put_long:
      return fmt::format("put \"{}\" of {} bytes", key, edit.length);
    case EditKind::erase:
      return fmt::format("erase \"{}\"", key);
  }
  return "";
}

std::string edits_of(const Step& step) {
  std::vector<std::string> words;
  for (const Edit& edit : step.edits) words.push_back(words_of(edit));
  return fmt::format(" [{}]", fmt::join(words, ", "));
}

std::string words_of(const Step& step) {
  switch (step.deed) {
    case Deed::commit:
      return (step.anonymous ? "commit, without an id" : "commit") + edits_of(step);
    case Deed::repeat:
      return fmt::format("repeat an earlier commit (draw {})", step.earlier);
    case Deed::conflict:
      return fmt::format("commit under an earlier id (draw {})", step.earlier) + edits_of(step);
    case Deed::checkpoint:
      return "checkpoint";
    case Deed::close:
      return "close with a checkpoint, open";
    case Deed::leave:
      return "close without a checkpoint, open";
    case Deed::kill:
      return "kill, open";
    case Deed::power_cut:
      return fmt::format("power cut (draw {}), open", step.seed);
  }
  return "";
}

}  // namespace

const std::vector<Bytes>& keys() {
  static const std::vector<Bytes> kKeys{"a", "b", "c", "", "dd", std::string("e\0f", 3)};
  return kKeys;
}

std::vector<Change> changes_of(const std::vector<Edit>& edits, std::uint64_t number) {
  std::vector<Change> changes;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const Edit& edit = edits[i];
    Change change{keys().at(edit.key), {}};
    Bytes value = fmt::format("{}.{}", number, i);
    if (edit.kind == EditKind::put_nothing) value.clear();
    if (edit.kind == EditKind::put_long)
      value.resize(std::max<std::size_t>(value.size(), edit.length), '~');
    if (edit.kind != EditKind::erase) change.value = std::move(value);
    changes.push_back(std::move(change));
  }
  return changes;
}

rc::Gen<History> any_history() {
  const auto scene = rc::gen::build<Scene>(
      rc::gen::set(&Scene::profile, below(static_cast<std::uint32_t>(claimed_profiles().size()))),
      rc::gen::set(&Scene::buffered, of(std::array{false, true})),
      rc::gen::set(&Scene::checkpoint_every, of(std::array{0U, 0U, 0U, 1U, 3U})),
      rc::gen::set(&Scene::blows, any_blows()));
  const auto steps = rc::gen::withSize([](int size) {
    const int most = 1 + size * kMostSteps / rc::kNominalSize;
    return rc::gen::resize(most, rc::gen::container<std::vector<Step>>(any_step()));
  });
  return rc::gen::build<History>(rc::gen::set(&History::scene, scene),
                                 rc::gen::set(&History::steps, steps));
}

std::string words_of(const Blow& blow) {
  switch (blow.trouble) {
    case Trouble::cut:
      return fmt::format("power cut at changing call {} (draw {})", blow.at, blow.seed);
    case Trouble::kill:
      return fmt::format("kill at changing call {}", blow.at);
    case Trouble::failed_sync:
      return fmt::format("{} number {} fails, draw {}", sim::name_of(sync_kind(blow)),
                         blow.at % kNearCalls, blow.seed);
    case Trouble::io_error:
      return fmt::format("{} number {} fails, draw {}", sim::name_of(call_kind(blow)),
                         blow.at % kNearCalls, blow.seed);
    case Trouble::disk_full:
      return fmt::format("disk full after {} bytes more", blow.at * kFullStep);
  }
  return "";
}

std::ostream& operator<<(std::ostream& out, const History& history) {
  out << "\n  on " << profile_of(history.scene).name << ", "
      << (history.scene.buffered ? "buffered" : "direct") << " writes, ";
  if (history.scene.checkpoint_every != 0) {
    out << "a checkpoint every " << history.scene.checkpoint_every << " transactions, ";
  }
  out << "a store is made in a new folder";
  for (const Blow& blow : history.scene.blows) out << "; " << words_of(blow);
  out << '\n';
  for (const Step& step : history.steps) {
    out << "  " << words_of(step);
    for (const Blow& blow : step.blows) out << "; " << words_of(blow);
    out << '\n';
  }
  return out;
}

}  // namespace plumb::property
