// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What the tests of traces share: random walks as traces, and the answers that a plain recursion
// over all choices gives, written apart from the oracle.
// Thread-safety: pure functions.
// Spec:          EV-3, EV-5.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "check/simulate.hpp"
#include "trace/judge.hpp"
#include "trace/variant.hpp"
#include "trace/write.hpp"

namespace plumb::test {

namespace trace = spec::trace;

/// How much a walk tells of each of its states.
enum class Telling : std::uint8_t { names, apart, everything, something };

/// A random walk of at most `length` steps as events; steps of hidden actions are left out.
template <spec::Model M>
std::vector<trace::Event> walk(const M& model, spec::Dice& dice, std::size_t length,
                               Telling telling, const std::vector<std::string>& hidden = {}) {
  using State = typename M::State;
  struct Step {
    spec::ActionId action;
    spec::Choice choice;
    State to;
  };
  std::vector<State> states;
  model.initial([&](const State& s) { states.push_back(s); });
  State at = states[dice.below(states.size())];
  std::vector<trace::Event> events;
  for (std::size_t i = 0; i < length; ++i) {
    std::vector<Step> steps;
    std::set<spec::ActionId> actions;
    model.next(at, [&](spec::ActionId a, spec::Choice c, const State& to) {
      steps.push_back({a, c, to});
      actions.insert(a);
    });
    if (steps.empty()) break;
    const auto wanted = *std::next(actions.begin(), static_cast<long>(dice.below(actions.size())));
    std::erase_if(steps, [&](const Step& step) { return step.action != wanted; });
    const Step step = steps[dice.below(steps.size())];
    trace::Event event = trace::event_of(model, at, step.action, step.choice, step.to);
    if (telling != Telling::apart) event.choice.reset();
    if (telling == Telling::names) event.seen.clear();
    if (telling == Telling::everything) event.seen = trace::fields_of(model, step.to);
    if (telling == Telling::something) {
      event.seen = trace::fields_of(model, step.to);
      std::erase_if(event.seen, [&](const trace::Seen&) { return dice.below(8) != 0; });
    }
    at = step.to;
    if (std::find(hidden.begin(), hidden.end(), event.action) == hidden.end()) {
      events.push_back(event);
    }
  }
  return events;
}

/// What can be said of a trace without any cleverness.
struct Answer {
  bool decided = true;    ///< the recursion came to its end
  std::size_t taken = 0;  ///< events of the longest first part that is a behaviour
  std::set<std::string> in_some, in_every;  ///< of the whole trace; empty where it is none
  bool violated = false;
};

/// Follows every history, one after the other. For models whose hidden steps come to an end.
template <spec::Model M>
class Recursion {
 public:
  using State = typename M::State;

  Recursion(const M& model, const std::vector<trace::Event>& events,
            const std::vector<std::string>& hidden, std::uint64_t most_steps)
      : model_(model), events_(events), left_(most_steps) {
    for (const auto& name : hidden) {
      for (std::size_t a = 0; a < model.actions().size(); ++a) {
        if (model.actions()[a].name == name) hidden_.insert(static_cast<spec::ActionId>(a));
      }
    }
  }

  [[nodiscard]] Answer answer() {
    model_.initial([&](const State& s) { follow(s, broken_by(s), 0); });
    answer_.violated = histories_ > 0 && clean_ == 0;
    for (const auto& [name, times] : broken_) {
      answer_.in_some.insert(name);
      if (times == histories_) answer_.in_every.insert(name);
    }
    return answer_;
  }

 private:
  using Names = std::set<std::string>;

  void follow(const State& from, const Names& broken, std::size_t taken) {
    answer_.taken = std::max(answer_.taken, taken);
    if (taken == events_.size()) {
      ++histories_;
      clean_ += broken.empty() ? 1U : 0U;
      for (const std::string& name : broken) ++broken_[name];
      return;
    }
    const trace::Event& event = events_[taken];
    model_.next(from, [&](spec::ActionId action, spec::Choice choice, const State& to) {
      if (left_ == 0) answer_.decided = false;
      if (!answer_.decided) return;
      --left_;
      const bool is_event =
          model_.actions()[action].name == event.action && shows(to, event) &&
          (!event.choice || model_.describe_choice(action, choice, from) == *event.choice);
      const bool is_hidden = hidden_.contains(action);
      if (!is_event && !is_hidden) return;
      Names all = broken;
      all.merge(broken_by(to));
      for (std::size_t p = 0; p < model_.properties().size(); ++p) {
        if (model_.properties()[p].kind == spec::PropertyKind::action &&
            !model_.holds(p, from, action, choice, to)) {
          all.emplace(model_.properties()[p].name);
        }
      }
      if (is_event) follow(to, all, taken + 1);
      if (is_hidden) follow(to, all, taken);
    });
  }
  [[nodiscard]] Names broken_by(const State& s) const {
    Names broken;
    for (std::size_t p = 0; p < model_.properties().size(); ++p) {
      if (model_.properties()[p].kind == spec::PropertyKind::invariant && !model_.holds(p, s)) {
        broken.emplace(model_.properties()[p].name);
      }
    }
    return broken;
  }
  [[nodiscard]] bool shows(const State& s, const trace::Event& event) const {
    std::map<std::string, std::pair<std::string, std::string>> fields;
    model_.describe(s,
                    [&](std::string_view name, std::string_view cached, std::string_view durable) {
                      fields[std::string(name)] = {std::string(cached), std::string(durable)};
                    });
    for (const trace::Seen& seen : event.seen) {
      const auto is = fields.find(seen.field);
      if ((is != fields.end()) != seen.words.has_value()) return false;
      if (!seen.words) continue;
      if ((seen.durable ? is->second.second : is->second.first) != *seen.words) return false;
    }
    return true;
  }

  const M& model_;
  const std::vector<trace::Event>& events_;
  std::set<spec::ActionId> hidden_;
  std::uint64_t left_;
  std::uint64_t histories_ = 0;
  std::uint64_t clean_ = 0;
  std::map<std::string, std::uint64_t> broken_;
  Answer answer_;
};

/// The oracle's answer, in the same words.
template <spec::Model M>
Answer ask_oracle(const M& model, const std::vector<trace::Event>& events,
                  const std::vector<std::string>& hidden) {
  Answer answer;
  trace::Oracle oracle(model, hidden, trace::Limits{});
  for (const trace::Event& event : events) {
    const trace::Taken taken = oracle.take(event);
    answer.decided = taken != trace::Taken::not_decided;
    if (taken != trace::Taken::yes) break;
  }
  answer.taken = oracle.events();
  if (answer.taken != events.size()) return answer;
  answer.violated = oracle.violated();
  for (const trace::Finding& finding : oracle.findings()) {
    answer.in_some.emplace(finding.property.name);
    if (finding.in_every) answer.in_every.emplace(finding.property.name);
  }
  return answer;
}

/// The events as a file.
inline std::string text_of(trace::Header header, const std::vector<trace::Event>& events) {
  std::string text = trace::header_line(header);
  std::uint64_t seq = 0;
  for (const trace::Event& event : events) text += trace::event_line(++seq, event);
  return text + trace::end_line(seq);
}

inline trace::Result judge_text(std::string_view text, const trace::Limits& limits = {}) {
  trace::Lines lines = trace::lines_of_text(text);
  return trace::judge(lines, limits);
}

}  // namespace plumb::test
