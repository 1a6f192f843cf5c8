------------------------ MODULE AtomicCommitOpening -------------------------
\* SPDX-FileCopyrightText: The Plumbline contributors
\* SPDX-License-Identifier: MIT
(***************************************************************************)
(* How an opening of the golden commit protocol judges a store              *)
(* (LoadCheckpoint, ScanWal, RedoWal): in memory, from what programs read   *)
(* once, before anything is written.                                        *)
(***************************************************************************)
EXTENDS AtomicCommitDisk

\* The successors of a log that ends with that history: valid records at a place.
SuccessorsAt(place, history) ==
  {p \in Valid : PlaceOf(p[1], p[2]) = place /\ RecordAt(p).previous = history}

\* In the next block, else in the first block of the next segment number, else the log ends.
RECURSIVE Scan(_, _)
Scan(history, place) ==
  LET next == Place(place.number + 1, 0)
      here == SuccessorsAt(place, history)
      there == SuccessorsAt(next, history)
      Lowest(ps) == CHOOSE p \in ps : \A q \in ps : p[1] <= q[1]
      On(p, at) == Scan(History(RecordAt(p)), Place(at.number, at.slot + 1))
  IN  IF here # {} THEN On(Lowest(here), place)
      ELSE IF there # {} THEN On(Lowest(there), next)
      ELSE [history |-> history, end |-> place]

\* A later record says that the one which is missing had been durable.
IsCorrupt(scan) ==
  \E p \in Valid : /\ NotBefore(PlaceOf(p[1], p[2]), scan.end)
                   /\ RecordAt(p).durableSeq > Cardinality(scan.history)

\* Records that no legal stop leaves: under an unreadable header at or behind the position, or in a
\* segment that numbers skip to.
HasStrays(position, scan) ==
  \E f \in Files, i \in Blocks :
    LET r == segments[f].blocks[i].now
        place == Place(r.number, i - 1)
    IN  /\ IsRecord(r)
        /\ \/ ~IsReadable(f) /\ NotBefore(place, position)
           \/ /\ IsValid(f, i)
              /\ NotBefore(place, scan.end)
              /\ \E n \in scan.end.number..(place.number - 1) :
                   n > position.number /\ ~HasSegment(n)

\* The position's segment may be missing behind a full one, and while the opening that wrote the
\* checkpoint has no end line.
MayMissSegment(c) ==
  \/ c.position.slot >= SegmentRecords
  \/ c.anchor + 1 \notin Lines
  \/ audit[c.anchor + 1].now.kind # "end"

\* No checkpoint: a first start that was cut short, or a store that lost it.
IsUnfinishedInit ==
  /\ \A f \in Files : NumberOf(f) <= 1
  /\ Valid = {}
  /\ \A i \in 1..ReadableLines : audit[i].now.kind # "end"

\* The newest checkpoint, or, where it is unreadable, the next older one that is not.
Loaded(p) ==
  LET good == {c \in There : c.bytes.now = "good"}
      newest == Newest(There)
      found == Newest(good)
      WithNewest ==
        [p EXCEPT !.checkpointNumber = newest.number,
                  !.needSeq = IF newest.bytes.now = "good" THEN 0 ELSE Cardinality(newest.own)]
  IN  IF There = {} THEN [p EXCEPT !.checkpointNumber = 0, !.firstStart = TRUE]
      ELSE IF good = {} THEN [WithNewest EXCEPT !.refuses = TRUE]
      ELSE [WithNewest EXCEPT !.loaded = found.number, !.own = found.own, !.last = found.last]

ScannedFrom(p, c) ==
  LET scan == Scan(c.own, c.position)
      later == \E q \in Valid : NumberOf(q[1]) > scan.end.number
      isOlder == p.needSeq > 0 \/ p.loaded # p.checkpointNumber
  IN  [p EXCEPT
         !.chain = scan.history,
         !.target = scan.history \ c.own,
         !.refuses =
           \/ IsCorrupt(scan)
           \/ HasStrays(c.position, scan)
           \/ ~HasSegment(c.position.number) /\ ~MayMissSegment(c)
           \/ ReadableLines < c.anchor
           \/ isOlder /\ (Cardinality(scan.history) < p.needSeq \/ later)]

Scanned(p) ==
  IF p.refuses THEN p
  ELSE IF p.firstStart THEN [p EXCEPT !.refuses = ~IsUnfinishedInit]
  ELSE IF Named(p.loaded) = {} THEN p
  ELSE ScannedFrom(p, The(Named(p.loaded)))

\* Each record above the image, once, in order.
Redone(p) ==
  LET own == p.own \cup Above(p.target, Last(p.own))
  IN  [p EXCEPT !.own = own, !.last = Last(own), !.target = {}, !.chain = {}]

\* The root after it is the one that the last record states.
RootHolds(p) ==
  p.target # {} => \E r \in AllRecords : Last(r.ids) = Last(p.target) /\ History(r) = Redone(p).own

\* What an opening that read this disk and was not disturbed would show: in a set, as long as it
\* would not refuse.
Undisturbed ==
  LET p == Scanned(Loaded(process))
  IN  IF p.refuses \/ ~RootHolds(p) THEN {} ELSE {Redone(p).own}

\* Programs read what is on disk, and nothing is pending.
IsSettled ==
  LET Is(x) == ~x.dirty /\ x.now = x.disk
      IsName(n) == ~n.dirty /\ n.there = n.mayBe
  IN  /\ \A f \in Files : Is(segments[f].header) /\ \A i \in Blocks : Is(segments[f].blocks[i])
      /\ \A c \in checkpoints \cup {temp} : Is(c.bytes) /\ IsName(c.name)
      /\ \A i \in Lines : Is(audit[i])

\* Above every header and every checkpoint position that was seen.
OpenNumber ==
  1 + Last({NumberOf(f) : f \in Files}
           \cup {c.position.number : c \in {d \in There : d.bytes.now = "good"}})
=============================================================================
