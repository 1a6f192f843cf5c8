// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Comparisons of reports with each other and with the oracle.
// Thread-safety: as Boost.Test.
// Spec:          EV-2.
#pragma once
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <string>

#include "check/check.hpp"
#include "engine_models.hpp"
#include "engine_oracle.hpp"

namespace plumb::test {

using spec::check;
using spec::Options;
using spec::Report;
using spec::Storage;
using spec::Verdict;

/// For runs that should throw.
template <class M>
void run_check(const M& model, const Options& options = {}) {
  static_cast<void>(check(model, options));
}

template <class State>
void check_same_judgement(const spec::Judgement<State>& one, const spec::Judgement<State>& two) {
  BOOST_TEST_CONTEXT(one.property.name) {
    BOOST_TEST(one.property.name == two.property.name);
    BOOST_TEST((one.verdict == two.verdict));
    BOOST_TEST(one.reason == two.reason);
    BOOST_TEST((one.trace == two.trace));
  }
}

/// All that must not depend on threads, storage, time and interruptions.
template <class State>
void check_same(const Report<State>& one, const Report<State>& two) {
  BOOST_TEST(one.distinct == two.distinct);
  BOOST_TEST(one.generated == two.generated);
  BOOST_TEST(one.expanded == two.expanded);
  BOOST_TEST(one.depth == two.depth);
  BOOST_TEST(one.digest.hex() == two.digest.hex());
  BOOST_TEST(one.complete == two.complete);
  BOOST_TEST(one.stopped == two.stopped);
  BOOST_TEST_REQUIRE(one.properties.size() == two.properties.size());
  for (std::size_t i = 0; i < one.properties.size(); ++i) {
    check_same_judgement(one.properties[i], two.properties[i]);
  }
  BOOST_TEST_REQUIRE(one.deadlock.has_value() == two.deadlock.has_value());
  if (one.deadlock) check_same_judgement(*one.deadlock, *two.deadlock);
  for (std::size_t a = 0; a < one.actions.size(); ++a) {
    BOOST_TEST(one.actions[a].distinct == two.actions[a].distinct);
    BOOST_TEST(one.actions[a].total == two.actions[a].total);
    BOOST_TEST((one.actions[a].verdict == two.actions[a].verdict));
  }
}

/// A settled property has a trace that is one of the model's, of the oracle's length, and whose end
/// shows what it should.
template <class M>
void check_trace(const M& model, std::size_t property,
                 const spec::Judgement<typename M::State>& judgement, std::uint32_t length) {
  BOOST_TEST_REQUIRE(judgement.trace.has_value());
  const auto& steps = judgement.trace->steps;
  BOOST_TEST(spec::refuse_trace(model, *judgement.trace) == "");
  BOOST_TEST(steps.size() == length);
  const bool witness = judgement.property.kind == spec::PropertyKind::sometimes;
  const bool step_form = judgement.property.kind == spec::PropertyKind::action;
  bool shown = !step_form && model.holds(property, steps.back().state) == witness;
  if (steps.size() > 1 && (witness || step_form)) {
    const auto& last = steps.back();
    shown = shown || model.holds(property, steps[steps.size() - 2].state, last.action, last.choice,
                                 last.state) == witness;
  }
  BOOST_TEST(shown);
}

/// The report of a complete run says what the oracle says.
template <class M>
void check_against_oracle(const M& model, const Report<typename M::State>& report) {
  const OracleAnswer answer = ask_oracle(model);
  BOOST_TEST(report.complete);
  BOOST_TEST(report.distinct == answer.distinct);
  BOOST_TEST(report.generated == answer.generated);
  BOOST_TEST(report.expanded == answer.distinct);
  BOOST_TEST(report.depth == answer.depth);
  std::uint64_t roots = answer.distinct;
  for (std::size_t a = 0; a < report.actions.size(); ++a) {
    BOOST_TEST(report.actions[a].total == answer.totals[a]);
    roots -= report.actions[a].distinct;
  }
  BOOST_TEST(roots >= 1);
  const auto properties = model.properties();
  for (const auto& judgement : report.properties) {
    std::size_t i = 0;  // among all of the model's, of which some were selected
    while (properties[i].name != judgement.property.name) ++i;
    BOOST_TEST_CONTEXT(judgement.property.name) {
      const bool settled = answer.shortest.contains(i);
      const bool sometimes = judgement.property.kind == spec::PropertyKind::sometimes;
      if (judgement.property.kind == spec::PropertyKind::termination) {
        BOOST_TEST((judgement.verdict == Verdict::holds) == answer.terminates);
        if (!answer.terminates) BOOST_TEST(spec::refuse_lasso(model, *judgement.trace) == "");
      } else {
        BOOST_TEST((judgement.verdict == Verdict::holds) == (settled == sometimes));
        BOOST_TEST((judgement.verdict != Verdict::not_decided));
        if (settled) check_trace(model, i, judgement, answer.shortest.at(i));
      }
    }
  }
  BOOST_TEST_REQUIRE(report.deadlock.has_value());
  BOOST_TEST((report.deadlock->verdict == Verdict::violated) == answer.deadlock.has_value());
  if (answer.deadlock) {
    BOOST_TEST(report.deadlock->trace->steps.size() == *answer.deadlock);
    BOOST_TEST(spec::refuse_trace(model, *report.deadlock->trace) == "");
  }
}

}  // namespace plumb::test
