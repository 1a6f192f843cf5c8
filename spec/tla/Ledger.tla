------------------------------- MODULE Ledger -------------------------------
\* SPDX-FileCopyrightText: The Plumbline contributors
\* SPDX-License-Identifier: MIT
(***************************************************************************)
(* The abstract store that every commit protocol has to refine, and what    *)
(* both modules about them say of transactions.                             *)
(*                                                                          *)
(* Transactions are numbered by the order in which they start, and a number *)
(* is never used twice: a history is a set of numbers in ascending order,   *)
(* and what a crash loses leaves it for ever.  Each transaction puts a key  *)
(* of its own and one that all share, so that a mixture, a gap, a wrong     *)
(* order and a resurrection are all visible.                                *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, Sequences

First(ids)    == IF ids = {} THEN 0 ELSE CHOOSE i \in ids : \A j \in ids : i <= j
Last(ids)     == IF ids = {} THEN 0 ELSE CHOOSE i \in ids : \A j \in ids : j <= i
UpTo(ids, n)  == {i \in ids : i <= n}
Above(ids, n) == {i \in ids : i > n}

\* The content after some transactions: the own keys that are there, and the shared key's value.
ContentAfter(ids) == [own |-> ids, last |-> Last(ids)]

\* Whether a content is that of a first part of a history.
IsWhole(content, history) == content = ContentAfter(UpTo(history, Last(content.own)))

\* The operations of a program, a sequence of action names.
OpsOf(program) == {program[i] : i \in 1..Len(program)}

\* How often `op` stands among the first n operations.
Before(program, n, op) == Cardinality({i \in 1..n : program[i] = op})

-----------------------------------------------------------------------------
\* The ledger: the transactions that were accepted, and those that were promised.

IsFirstPart(part, all) == part = UpTo(all, Last(part))

\* New transactions at the end.
IsCommit(from, to) ==
  /\ IsFirstPart(from.all, to.all)
  /\ to.promised = from.promised

\* A longer first part is promised.
IsAcknowledge(from, to) ==
  /\ to.all = from.all
  /\ from.promised \subseteq to.promised
  /\ IsFirstPart(to.promised, to.all)

\* Any first part that holds what was promised; it is shown to readers, and so promised too.
IsCrash(from, to) ==
  /\ IsFirstPart(to.all, from.all)
  /\ from.promised \subseteq to.all
  /\ to.promised = to.all

\* A step of the ledger, or none, which is an empty acknowledge.
IsLedgerStep(from, to) == IsCommit(from, to) \/ IsAcknowledge(from, to) \/ IsCrash(from, to)
=============================================================================
