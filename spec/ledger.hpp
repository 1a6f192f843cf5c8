// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The ledger: the abstract store that every protocol here has to refine. It is all that a user
// needs to agree to: a sequence of transactions, of which a first part is promised.
//   commit       puts new transactions at the end
//   acknowledge  promises a longer first part
//   crash        keeps any first part that is not shorter than what was promised; what it kept is
//                shown to readers, and so promised too
// A protocol refines it if each of its steps, seen through its mapping (refine() of its model), is
// one of these or changes nothing. The mapping puts a crash where the next opening ends: until then
// nobody was shown anything, and the environment may still change what survives.
// Thread-safety: pure functions.
// Spec:          AC-1, AC-2, AC-5; EV-1.
#pragma once
#include "domain.hpp"

namespace plumb::spec {

template <ValueDomain D>
struct Ledger {
  typename D::Ids all;       ///< accepted and not lost, in ascending order
  typename D::Ids promised;  ///< a first part of them
};

/// Whether `part` is a first part of `all`.
template <ValueDomain D>
typename D::Bool is_first_part(typename D::Ids part, typename D::Ids all) {
  return part == D::upto(all, D::last(part));
}

template <ValueDomain D>
typename D::Bool is_commit(const Ledger<D>& from, const Ledger<D>& to) {
  return is_first_part<D>(from.all, to.all) && from.promised == to.promised;
}
template <ValueDomain D>
typename D::Bool is_acknowledge(const Ledger<D>& from, const Ledger<D>& to) {
  return from.all == to.all && D::within(from.promised, to.promised) &&
         is_first_part<D>(to.promised, to.all);
}
template <ValueDomain D>
typename D::Bool is_crash(const Ledger<D>& from, const Ledger<D>& to) {
  return is_first_part<D>(to.all, from.all) && D::within(from.promised, to.all) &&
         to.promised == to.all;
}

/// A step of the ledger, or none (an empty acknowledge).
template <ValueDomain D>
typename D::Bool is_ledger_step(const Ledger<D>& from, const Ledger<D>& to) {
  return is_commit(from, to) || is_acknowledge(from, to) || is_crash(from, to);
}

}  // namespace plumb::spec
