// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Value domains: what the rules of the protocol compute with. A rule is written once, as a template
// over a domain, and read by several engines: `Concrete` is plain numbers for the search and the
// tests; a symbolic domain gives formulas for the proofs, where a Bool cannot be asked.
// Hence the rules of writing (spec/commit/rules.hpp keeps them): ite, lower, upper instead of if,
// ?: and std::min on values; && and || do not short-circuit; no loop over a value; lookups total.
// An ordinary `if` may ask what is known before the run: the row, never the state.
// Transactions are numbered by the order in which they start: an id is never used twice. The
// accepted history is a set of ids in ascending order; what a crash loses leaves it for ever.
// Thread-safety: pure functions.
// Spec:          EV-1.
#pragma once
#include <bit>
#include <concepts>
#include <cstdint>

namespace plumb::spec {

/// Bool, Int and Ids (a set of transaction ids) with total operations on them.
template <class D>
concept ValueDomain = requires(typename D::Bool b, typename D::Int i, typename D::Ids s) {
  { D::boolean(true) } -> std::same_as<typename D::Bool>;
  { D::integer(1) } -> std::same_as<typename D::Int>;
  { D::no_ids() } -> std::same_as<typename D::Ids>;
  { D::ite(b, i, i) } -> std::same_as<typename D::Int>;
  { D::ite(b, s, s) } -> std::same_as<typename D::Ids>;
  { D::ite(b, b, b) } -> std::same_as<typename D::Bool>;
  { D::lower(i, i) } -> std::same_as<typename D::Int>;
  { D::upper(i, i) } -> std::same_as<typename D::Int>;
  { D::with(s, i) } -> std::same_as<typename D::Ids>;
  { D::has(s, i) } -> std::same_as<typename D::Bool>;
  { D::within(s, s) } -> std::same_as<typename D::Bool>;  // subset
  { D::both(s, s) } -> std::same_as<typename D::Ids>;     // intersection
  { D::either(s, s) } -> std::same_as<typename D::Ids>;   // union
  { D::less(s, s) } -> std::same_as<typename D::Ids>;     // difference
  { D::upto(s, i) } -> std::same_as<typename D::Ids>;     // members not above i
  { D::last(s) } -> std::same_as<typename D::Int>;        // greatest member, 0 if empty
  { D::count(s) } -> std::same_as<typename D::Int>;
  { b&& b } -> std::same_as<typename D::Bool>;
  { b || b } -> std::same_as<typename D::Bool>;
  { !b } -> std::same_as<typename D::Bool>;
  { i == i } -> std::same_as<typename D::Bool>;
  { i <= i } -> std::same_as<typename D::Bool>;
  { i < i } -> std::same_as<typename D::Bool>;
  { s == s } -> std::same_as<typename D::Bool>;
  { i + i } -> std::same_as<typename D::Int>;
};

/// Plain values: a set of ids is the bits 1, 2, 4, ... of a word for the ids 1, 2, 3, ...
struct Concrete {
  using Bool = bool;
  using Int = std::uint32_t;
  using Ids = std::uint32_t;
  static constexpr Bool boolean(bool b) { return b; }
  static constexpr Int integer(std::uint32_t i) { return i; }
  static constexpr Ids no_ids() { return 0; }
  template <class T>
  static constexpr T ite(Bool b, T yes, T no) {
    return b ? yes : no;
  }
  static constexpr Int lower(Int a, Int b) { return a < b ? a : b; }
  static constexpr Int upper(Int a, Int b) { return a < b ? b : a; }
  static constexpr Ids only(Int id) { return id == 0 ? 0U : 1U << (id - 1U); }
  static constexpr Ids with(Ids ids, Int id) { return ids | only(id); }
  static constexpr Bool has(Ids ids, Int id) { return (ids & only(id)) != 0; }
  static constexpr Bool within(Ids a, Ids b) { return (a & ~b) == 0; }
  static constexpr Ids both(Ids a, Ids b) { return a & b; }
  static constexpr Ids either(Ids a, Ids b) { return a | b; }
  static constexpr Ids less(Ids a, Ids b) { return a & ~b; }
  static constexpr Ids upto(Ids ids, Int id) { return ids & ((1U << id) - 1U); }
  static constexpr Int last(Ids ids) { return static_cast<Int>(std::bit_width(ids)); }
  static constexpr Int first(Ids ids) {
    return ids == 0 ? 0U : static_cast<Int>(std::countr_zero(ids)) + 1U;
  }
  static constexpr Int count(Ids ids) { return static_cast<Int>(std::popcount(ids)); }
};
static_assert(ValueDomain<Concrete>);

}  // namespace plumb::spec
