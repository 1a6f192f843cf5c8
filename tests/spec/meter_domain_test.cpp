// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The meter in a second value domain, whose Bool cannot be asked and whose Int does little more
// than add and compare, as in a prover's: every step compiles there and does the same. Spec: EV-1.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <vector>

#include "check/simulate.hpp"
#include "meter_support.hpp"

namespace plumb::test {
namespace {

namespace meter = spec::meter;
using spec::Concrete;

/// Concrete values in boxes.
struct Boxed {
  struct Bool {
    bool v = false;
    friend Bool operator&&(Bool a, Bool b) { return {a.v && b.v}; }
    friend Bool operator||(Bool a, Bool b) { return {a.v || b.v}; }
    friend Bool operator!(Bool a) { return {!a.v}; }
    friend Bool operator==(Bool a, Bool b) { return {a.v == b.v}; }
  };
  struct Int {
    std::uint32_t v = 0;
    friend Bool operator==(Int a, Int b) { return {a.v == b.v}; }
    friend Bool operator<=(Int a, Int b) { return {a.v <= b.v}; }
    friend Bool operator<(Int a, Int b) { return {a.v < b.v}; }
    friend Int operator+(Int a, Int b) { return {a.v + b.v}; }
  };
  struct Ids {
    std::uint32_t v = 0;
    [[maybe_unused]] friend Bool operator==(Ids a, Ids b) { return {a.v == b.v}; }
  };
  static Bool boolean(bool b) { return {b}; }
  static Int integer(std::uint32_t i) { return {i}; }
  static Ids no_ids() { return {}; }
  template <class T>
  static T ite(Bool b, T yes, T no) {
    return b.v ? yes : no;
  }
  static Int lower(Int a, Int b) { return {Concrete::lower(a.v, b.v)}; }
  static Int upper(Int a, Int b) { return {Concrete::upper(a.v, b.v)}; }
  static Ids with(Ids s, Int i) { return {Concrete::with(s.v, i.v)}; }
  static Bool has(Ids s, Int i) { return {Concrete::has(s.v, i.v)}; }
  static Bool within(Ids a, Ids b) { return {Concrete::within(a.v, b.v)}; }
  static Ids both(Ids a, Ids b) { return {Concrete::both(a.v, b.v)}; }
  static Ids either(Ids a, Ids b) { return {Concrete::either(a.v, b.v)}; }
  static Ids less(Ids a, Ids b) { return {Concrete::less(a.v, b.v)}; }
  static Ids upto(Ids s, Int i) { return {Concrete::upto(s.v, i.v)}; }
  static Int last(Ids s) { return {Concrete::last(s.v)}; }
  static Int count(Ids s) { return {Concrete::count(s.v)}; }
};
static_assert(spec::ValueDomain<Boxed>);

using Plain = meter::State<Concrete>;
using Box = meter::State<Boxed>;

std::vector<std::uint32_t> values(const meter::Bounds& bounds, const Plain& s) {
  std::vector<std::uint32_t> all;
  meter::each_field(bounds, s, [&](auto field, unsigned) { all.push_back(field); });
  return all;
}
std::vector<std::uint32_t> values(const meter::Bounds& bounds, const Box& s) {
  std::vector<std::uint32_t> all;
  meter::each_field(bounds, s, [&](auto field, unsigned) { all.push_back(field.v); });
  return all;
}
Box boxed(const meter::Bounds& bounds, const Plain& s) {
  const auto all = values(bounds, s);
  Box box;
  std::size_t next = 0;
  meter::each_field(bounds, box, [&]<class Field>(Field& field, unsigned) {
    field.v = static_cast<decltype(field.v)>(all[next++]);
  });
  return box;
}

/// The same step in the other domain.
meter::Step<Boxed> boxed_step(const meter::World& w, const Plain& s, spec::ActionId action,
                              spec::Choice choice) {
  const auto move = meter::Move::unpacked(choice);
  const Box box = boxed(w.bounds, s);
  const auto plain = meter::choice_of(w, s, move);
  const meter::Choice<Boxed> c{
      {plain.reading}, {plain.lo}, {plain.hi}, {plain.late}, {plain.signal}};
  switch (action) {
    case meter::kRun:
      return meter::run<Boxed>(w, box, move.who, false);
    case meter::kCross:
      return meter::run<Boxed>(w, box, move.who, true);
    case meter::kPreempt:
      return meter::preempt<Boxed>(w, box, move.who);
    case meter::kSignal:
      return meter::signal<Boxed>(w, box, move.who, c);
    case meter::kEscalate:
      return meter::escalate<Boxed>(w, box);
    case meter::kDecay:
      return meter::decay<Boxed>(w, box);
    default:
      return meter::step<Boxed>(w, box, meter::op_of(w.row, s, move), move.who, c);
  }
}

void compare_properties(const meter::World& w, const Plain& s) {
  const Box box = boxed(w.bounds, s);
  BOOST_TEST(meter::no_miss<Boxed>(box).v == meter::no_miss<Concrete>(s));
  BOOST_TEST(meter::reported_once<Boxed>(box).v == meter::reported_once<Concrete>(s));
  BOOST_TEST(meter::no_false_alarm<Boxed>(box).v == meter::no_false_alarm<Concrete>(s));
  BOOST_TEST(meter::fail_closed<Boxed>(box).v == meter::fail_closed<Concrete>(s));
  BOOST_TEST(meter::truth<Boxed>(w, box).v == meter::truth<Concrete>(w, s));
  BOOST_TEST(meter::armed_again<Boxed>(w, box).v == meter::armed_again<Concrete>(w, s));
}

/// Every step on some random walks; returns how many.
std::uint64_t compare_walks(const meter::Row& row) {
  const meter::Meter model(row, row.bounds);
  const auto& w = model.world();
  std::uint64_t steps = 0;
  for (std::uint64_t walk = 0; walk < 40; ++walk) {
    spec::Dice dice(7, walk);
    Plain state;
    for (std::vector<Plain> next{state}; !next.empty();) {
      state = next[dice.below(next.size())];
      next.clear();
      compare_properties(w, state);
      model.next(state, [&](spec::ActionId action, spec::Choice choice, const Plain& to) {
        const auto other = boxed_step(w, state, action, choice);
        BOOST_TEST(other.guard.v);
        BOOST_TEST((values(w.bounds, other.next) == values(w.bounds, to)));
        next.push_back(to);
        ++steps;
      });
    }
  }
  return steps;
}

BOOST_AUTO_TEST_SUITE(meter_domain)

BOOST_AUTO_TEST_CASE(both_domains_take_the_same_steps) {
  for (const meter::Row& row : meter::kRows) {
    if (row.name == "coarse clock, refused" || row.name == "free-running event") continue;
    BOOST_TEST_CONTEXT(row.name) { BOOST_TEST(compare_walks(row) > 500); }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
