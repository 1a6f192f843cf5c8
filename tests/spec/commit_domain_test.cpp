// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The rules and the ledger can be read by a domain that has no answers: here values cannot be asked
// (no conversion to bool, no if, no ?:), so whatever compiles is fit for formulas. And what they
// say of plain values.
// Spec:          EV-1.
#include <boost/test/unit_test.hpp>

#include "commit_support.hpp"

namespace plumb::test {

/// A domain of terms that only know how large they are.
struct Opaque {
  struct Bool {
    unsigned size = 1;
    friend Bool operator&&(Bool a, Bool b) { return {a.size + b.size + 1}; }
    friend Bool operator||(Bool a, Bool b) { return {a.size + b.size + 1}; }
    friend Bool operator!(Bool a) { return {a.size + 1}; }
    friend Bool operator==(Bool a, Bool b) { return {a.size + b.size + 1}; }
  };
  struct Int {
    unsigned size = 1;
    friend Bool operator==(Int a, Int b) { return {a.size + b.size + 1}; }
    friend Bool operator<=(Int a, Int b) { return {a.size + b.size + 1}; }
    friend Bool operator<(Int a, Int b) { return {a.size + b.size + 1}; }
    friend Int operator+(Int a, Int b) { return {a.size + b.size + 1}; }
  };
  struct Ids {
    unsigned size = 1;
    friend Bool operator==(Ids a, Ids b) { return {a.size + b.size + 1}; }
  };
  static Bool boolean(bool) { return {}; }
  static Int integer(std::uint32_t) { return {}; }
  static Ids no_ids() { return {}; }
  template <class T>
  static T ite(Bool b, T yes, T no) {
    return {b.size + yes.size + no.size + 1};
  }
  static Int lower(Int a, Int b) { return {a.size + b.size + 1}; }
  static Int upper(Int a, Int b) { return {a.size + b.size + 1}; }
  static Ids with(Ids s, Int i) { return {s.size + i.size + 1}; }
  static Bool has(Ids s, Int i) { return {s.size + i.size + 1}; }
  static Bool within(Ids a, Ids b) { return {a.size + b.size + 1}; }
  static Ids both(Ids a, Ids b) { return {a.size + b.size + 1}; }
  static Ids either(Ids a, Ids b) { return {a.size + b.size + 1}; }
  static Ids less(Ids a, Ids b) { return {a.size + b.size + 1}; }
  static Ids upto(Ids s, Int i) { return {s.size + i.size + 1}; }
  static Int last(Ids s) { return {s.size + 1}; }
  static Int count(Ids s) { return {s.size + 1}; }
};
static_assert(spec::ValueDomain<Opaque>);
static_assert(!std::convertible_to<Opaque::Bool, bool>);

namespace {

BOOST_AUTO_TEST_SUITE(commit_domain)

BOOST_AUTO_TEST_CASE(every_rule_can_be_read_by_an_opaque_domain) {
  const Opaque::Ids s;
  const Opaque::Int i;
  const Opaque::Bool b;
  const auto content = commit::content_after<Opaque>(s);
  BOOST_TEST(commit::apply<Opaque>(content, i).own.size > 1U);
  BOOST_TEST(commit::is_whole<Opaque>(content, s).size > 1U);
  BOOST_TEST(commit::is_above<Opaque>(i, i).size > 1U);
  BOOST_TEST(commit::durable_after_sync<Opaque>(s, s).size > 1U);
  BOOST_TEST(commit::may_ack<Opaque>(s, s, i).size > 1U);
  BOOST_TEST(commit::may_checkpoint<Opaque>(s, s).size > 1U);
  BOOST_TEST(commit::follows<Opaque>(s, s).size > 1U);
  BOOST_TEST(commit::belongs<Opaque>(i, i, i, i).size > 1U);
  BOOST_TEST(commit::confirms<Opaque>(i, i).size > 1U);
  BOOST_TEST(commit::fresh_number<Opaque>(i, i).size > 1U);
  BOOST_TEST(commit::is_covered<Opaque>(i, i, b).size > 1U);
  BOOST_TEST(commit::within_window<Opaque>(s, i).size > 1U);
  const spec::Ledger<Opaque> ledger{s, s};
  BOOST_TEST(spec::is_ledger_step(ledger, ledger).size > 1U);
}

BOOST_AUTO_TEST_CASE(the_ledger_has_three_steps_and_no_other) {
  using Ledger = spec::Ledger<spec::Concrete>;
  const auto step = [](Ledger from, Ledger to) { return spec::is_ledger_step(from, to); };
  BOOST_TEST(step({0b011, 0b001}, {0b111, 0b001}));   // commit
  BOOST_TEST(step({0b011, 0b001}, {0b011, 0b011}));   // acknowledge
  BOOST_TEST(step({0b111, 0b001}, {0b011, 0b011}));   // crash, and what it kept is shown
  BOOST_TEST(step({0b111, 0b001}, {0b111, 0b001}));   // nothing
  BOOST_TEST(!step({0b011, 0b011}, {0b001, 0b001}));  // a promised one is lost
  BOOST_TEST(!step({0b111, 0b001}, {0b101, 0b101}));  // a gap
  BOOST_TEST(!step({0b011, 0b011}, {0b011, 0b001}));  // a promise is taken back
  BOOST_TEST(!step({0b011, 0b001}, {0b011, 0b010}));  // promises out of order
  BOOST_TEST(!step({0b101, 0b001}, {0b111, 0b001}));  // a lost one comes back
}

BOOST_AUTO_TEST_CASE(a_content_is_whole_if_it_is_a_first_part_in_order) {
  using C = commit::Content<spec::Concrete>;
  const auto whole = [](C content, unsigned history) {
    return commit::is_whole<spec::Concrete>(content, history);
  };
  BOOST_TEST(whole({0b000, 0}, 0b111));
  BOOST_TEST(whole({0b011, 2}, 0b111));
  BOOST_TEST(whole({0b101, 3}, 0b101));   // the second was lost, and left the history
  BOOST_TEST(!whole({0b101, 3}, 0b111));  // a gap
  BOOST_TEST(!whole({0b011, 1}, 0b111));  // the first again over the second
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
