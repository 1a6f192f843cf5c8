// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The protocol's arithmetic: each decision of an action that depends on values, once, for every
// domain. The steps of classic_steps.hpp and golden_steps.hpp take their decisions here; what
// they add is containers (logs, names, survivors) of fixed capacity, which a prover
// replaces by its own (arrays, sets of images), one record at a time.
// Thread-safety: pure functions.
// Spec:          AC-1 to AC-4, AC-6, AC-7, AC-15, AC-16.
#pragma once
#include "domain.hpp"

namespace plumb::spec::commit {

/// What the store holds after some transactions. Each transaction puts a key of its own and one
/// that all share, so every first part of a history differs from every other set or order of them.
template <ValueDomain D>
struct Content {
  typename D::Ids own;   ///< own keys that are there
  typename D::Int last;  ///< what the shared key says
};

/// RedoWal, Ack: one transaction is applied.
template <ValueDomain D>
Content<D> apply(const Content<D>& content, typename D::Int id) {
  return {D::with(content.own, id), id};
}

/// The content after exactly the transactions `ids`, in ascending order.
template <ValueDomain D>
Content<D> content_after(typename D::Ids ids) {
  return {ids, D::last(ids)};
}

/// Atomicity: whether the content is a first part of `history`, in commit order.
template <ValueDomain D>
typename D::Bool is_whole(const Content<D>& content, typename D::Ids history) {
  return content.own == D::upto(history, D::last(content.own)) &&
         content.last == D::last(content.own);
}

/// RedoWal: a record is applied where the image does not hold it yet.
template <ValueDomain D>
typename D::Bool is_above(typename D::Int seq, typename D::Int image_seq) {
  return image_seq < seq;
}

/// SyncWal: known durable afterwards is what was written before the sync started.
template <ValueDomain D>
typename D::Ids durable_after_sync(typename D::Ids durable, typename D::Ids written_before) {
  return D::either(durable, written_before);
}

/// Ack of a record, told in order of seq: durable, or (relaxed) at most `window` ahead of that.
template <ValueDomain D>
typename D::Bool may_ack(typename D::Ids after, typename D::Ids durable, typename D::Int window) {
  return D::count(after) <= D::count(durable) + window;
}

/// WriteTemp: the version that a running store may put into a checkpoint.
template <ValueDomain D>
typename D::Bool may_checkpoint(typename D::Ids version, typename D::Ids durable) {
  return D::within(version, durable);
}

/// ScanWal: whether a record is the successor of the log that ends with `tail`.
template <ValueDomain D>
typename D::Bool follows(typename D::Ids previous, typename D::Ids tail) {
  return previous == tail;
}

/// ScanWal: whether a record was written to the segment under whose header it lies.
template <ValueDomain D>
typename D::Bool belongs(typename D::Int number, typename D::Int salt,
                         typename D::Int header_number, typename D::Int header_salt) {
  return number == header_number && salt == header_salt;
}

/// ScanWal: whether a later record says that the record with `seq` had been durable.
template <ValueDomain D>
typename D::Bool confirms(typename D::Int durable_seq, typename D::Int seq) {
  return seq <= durable_seq;
}

/// An opening's segment number: above every header and every checkpoint position that it saw.
template <ValueDomain D>
typename D::Int fresh_number(typename D::Int headers, typename D::Int positions) {
  return D::upper(headers, positions) + D::integer(1);
}

/// RecycleWal: whether all records of a segment lie before the position where the log goes on.
template <ValueDomain D>
typename D::Bool is_covered(typename D::Int number, typename D::Int position_number,
                            typename D::Bool position_at_end) {
  return number < position_number || (number == position_number && position_at_end);
}

/// BoundedLoss: whether losing `lost` acknowledged transactions stays within the window.
template <ValueDomain D>
typename D::Bool within_window(typename D::Ids lost, typename D::Int window) {
  return D::count(lost) <= window;
}

}  // namespace plumb::spec::commit
