// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A search (search.hpp) on disk: everything that a run between two batches is, so that the one that
// goes on from it ends with the counts, verdicts and traces of a run that was never interrupted.
// Bounds, threads, times and file names may be other ones then. What decides about states or
// verdicts is written at the front in words and must be the same.
// Thread-safety: as search.hpp.
// Spec:          EV-2.
#pragma once
#include "check/search.hpp"

namespace plumb::spec {

inline constexpr std::uint32_t kCheckpointVersion = 1;

template <Model M, Storage kStorage>
std::string Search<M, kStorage>::identity() const {
  std::string words = "plumb check " + std::to_string(kCheckpointVersion) + '.' +
                      std::to_string(kFingerprintVersion) + "; model " + options_.model_id +
                      "; state " + std::to_string(sizeof(State)) + ", key " +
                      std::to_string(M::max_key_bytes) + (kKeep ? "; keys" : "; fingerprints") +
                      (options_.symmetry ? "; symmetry" : "") +
                      (options_.stop_at_first ? "; stop at first" : "") +
                      (options_.deadlock ? "; deadlock" : "") + "; actions";
  for (const ActionInfo& action : model_.actions()) {
    words += ' ' + std::string(action.name) + (action.fair ? "!" : "");
  }
  words += "; properties";
  const std::span<const PropertyInfo> properties = model_.properties();
  for (std::size_t i = 0; i < properties.size(); ++i) {
    words += (judge_.selected(i) ? " +" : " -") + std::string(properties[i].name);
  }
  return words;
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::save(const std::string& name) const {
  FileWriter file(name);
  file.text(identity());
  for (const std::uint64_t number : {std::uint64_t{next_}, std::uint64_t{level_end_},
                                     std::uint64_t{depth_}, generated_, peak_bytes_}) {
    file.number(number);
  }
  file.number(std::bit_cast<std::uint64_t>(seconds_));
  for (const std::uint64_t half : digest_.halves()) file.number(half);
  file.array(distinct_);
  file.array(totals_);
  for (std::size_t i = 0; i <= found_.deadlock(); ++i) {
    const Finding none{.length = 0, .state = 0, .edge = 0};
    const Finding finding = found_.of(i).value_or(none);
    file.number(finding.length);
    file.number(finding.state);
    file.number(finding.edge);
  }
  ancestry_.save(file);
  keys_.save(file);
  table_.save(file);
  file.finish();
}

template <Model M, Storage kStorage>
void Search<M, kStorage>::load(const std::string& name) {
  FileReader file(name);
  const std::string theirs = file.text();
  if (theirs != identity()) {
    throw Refused(name + ": was made with other options\n  there: " + theirs +
                  "\n  here:  " + identity());
  }
  const auto small = [&] { return static_cast<std::uint32_t>(file.number()); };
  next_ = small();
  level_end_ = small();
  depth_ = small();
  generated_ = file.number();
  peak_bytes_ = file.number();
  before_ = std::bit_cast<double>(file.number());
  for (std::uint64_t& half : digest_.halves()) half = file.number();
  distinct_ = file.array<std::uint64_t>();
  totals_ = file.array<std::uint64_t>();
  Findings settled(model_.properties().size());
  for (std::size_t i = 0; i <= found_.deadlock(); ++i) {
    Finding finding;
    finding.length = small();
    finding.state = small();
    finding.edge = small();
    if (finding.length == 0) continue;
    found_.offer(i, finding);
    if (finding.length < depth_) settled.offer(i, finding);
  }
  judge_.settle(settled);
  ancestry_.load(file);
  keys_.load(file);
  table_.load(file);
  file.finish();
  const bool consistent = next_ <= level_end_ && level_end_ <= count() && keys_.end() == count() &&
                          keys_.first() <= next_ && table_.size() == count() &&
                          distinct_.size() == model_.actions().size() &&
                          totals_.size() == model_.actions().size();
  if (!consistent) file.damaged("contradicts itself");
}

}  // namespace plumb::spec
