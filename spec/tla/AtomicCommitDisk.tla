-------------------------- MODULE AtomicCommitDisk --------------------------
\* SPDX-FileCopyrightText: The Plumbline contributors
\* SPDX-License-Identifier: MIT
(***************************************************************************)
(* The state of the golden commit protocol and its disk: what               *)
(* AtomicCommit.tla stands on.                                              *)
(*                                                                          *)
(* The disk is a number of items, each of which survives a power cut on its *)
(* own: headers and blocks of log segments, names and bytes of checkpoints  *)
(* and of the temporary file, audit lines.                                  *)
(***************************************************************************)
EXTENDS Ledger

CONSTANTS
    Mode,            \* "sync", "group", "batch", "async" or "relaxed"
    Commit,          \* the program of the committer
    Syncing,         \* the program of the syncer
    Checkpointing,   \* the program of the checkpointer
    Opening,         \* the program of an opening
    Group,           \* transactions in a record, at most
    InFlight,        \* async, relaxed: transactions written and not yet durable
    Window,          \* relaxed: transactions acknowledged and not yet durable
    Transactions,    \* that are started in all
    Crashes,         \* power cuts and kills
    Kill,            \* TRUE: there are kills
    IoErrors,        \* writes and syncs that fail
    FullDisks,       \* writes for which there is no space
    Rots,            \* durable records or checkpoints that turn unreadable
    Segments,        \* files log-<slot>
    SegmentRecords   \* records in a segment

ASSUME /\ Mode \in {"sync", "group", "batch", "async", "relaxed"}
       /\ Kill \in BOOLEAN
       /\ Group >= 1 /\ Segments >= 1 /\ SegmentRecords >= 1

-----------------------------------------------------------------------------
VARIABLES
    segments,     \* the log
    checkpoints,  \* the set of those whose name is there or may come back
    temp,         \* the temporary file
    audit,        \* audit lines, behind those that every checkpoint vouches for
    process,      \* what is in memory
    ghost         \* history: no action asks for it, except how much is left

vars == <<segments, checkpoints, temp, audit, process, ghost>>

Ids    == 1..Transactions
Files  == 1..Segments
Blocks == 1..SegmentRecords
Lines  == 1..8

\* An item of the disk: what programs read, what is surely on disk, and whether a later sync would
\* write it.  If so, a power cut leaves the old, the new or neither; else it leaves what is on disk.
ItemsOf(S) == [now : S, disk : S, dirty : BOOLEAN]
Item(v)    == [now |-> v, disk |-> v, dirty |-> FALSE]

\* A segment's header.  Numbers only grow; a header that is written again gets another salt.
HeaderOf(number, salt) == [kind |-> "header", number |-> number, salt |-> salt]
NoHeader  == [kind |-> "none", number |-> 0, salt |-> 0]
BadHeader == [kind |-> "bad", number |-> 0, salt |-> 0]

\* A block holds nothing, a part of a record, or a record: its transactions, the history before it
\* (an ideal digest is what it is the digest of), what was known durable, and its place.
NoRecord(kind) ==
  [kind |-> kind, ids |-> {}, previous |-> {}, durableSeq |-> 0, number |-> 0, salt |-> 0]
Empty == NoRecord("empty")
Torn  == NoRecord("torn")

IsRecord(block) == block.kind = "record"
History(r)      == r.previous \cup r.ids

\* An audit line of an opening, and what that opening had found.
LineOf(kind, found) == [kind |-> kind, found |-> found]
NoLine   == LineOf("none", {})
TornLine == LineOf("torn", {})
IsLine(line)  == line.kind \in {"init", "entry", "end"}
IsEntry(line) == line.kind \in {"init", "entry"}

\* A name is there or not; `mayBe`: it may be there after a power cut; where it is dirty, it may
\* also be gone.
NoName == [there |-> FALSE, mayBe |-> FALSE, dirty |-> FALSE]

NoFile ==
  [ number |-> 0, own |-> {}, last |-> 0, position |-> [number |-> 0, slot |-> 0], anchor |-> 0,
    bytes |-> Item("good"), name |-> NoName ]

NoProcess ==
  [ phase |-> "opening", half |-> FALSE, pc |-> 0, syncPc |-> 0, checkpointPc |-> 0,
    refuses |-> FALSE, firstStart |-> FALSE, loaded |-> 0, needSeq |-> 0,
    own |-> {}, last |-> 0, chain |-> {}, durable |-> {}, target |-> {},
    active |-> 0, nextSlot |-> 0, number |-> 0, spares |-> {},
    checkpointNumber |-> 0, checkpointOwn |-> {}, confirmed |-> 0 ]

Numbers == 0..30

TypeOK ==
  /\ \A f \in Files :
       /\ segments[f].header \in ItemsOf([kind : {"none", "bad", "header"}, number : Numbers,
                                          salt : 0..7])
       /\ \A i \in Blocks : segments[f].blocks[i] \in
            ItemsOf([kind : {"empty", "torn", "record"}, ids : SUBSET Ids, previous : SUBSET Ids,
                     durableSeq : 0..Transactions, number : Numbers, salt : 0..7])
  /\ \A c \in checkpoints \cup {temp} : c \in
       [ number : Numbers, own : SUBSET Ids, last : 0..Transactions,
         position : [number : Numbers, slot : 0..SegmentRecords],  \* where its log goes on
         anchor : {0} \cup Lines,            \* audit lines that it vouches for
         bytes : ItemsOf({"good", "bad"}),
         name : [there : BOOLEAN, mayBe : BOOLEAN, dirty : BOOLEAN] ]
  /\ \A c, d \in checkpoints : c.number = d.number => c = d
  /\ audit \in [Lines -> ItemsOf([kind : {"none", "init", "entry", "end", "torn"},
                                  found : SUBSET Ids])]
  /\ process \in
       [ phase : {"opening", "running", "poisoned", "refused"},
         half : BOOLEAN,             \* AddSegment, LogAudit: written, not yet synced
         pc : 0..15,                 \* operations done: committer, or opening
         syncPc : 0..1,
         checkpointPc : 0..5,
         refuses : BOOLEAN,          \* the verdict of an opening
         firstStart : BOOLEAN,       \* it found no checkpoint
         loaded : Numbers,           \* the number of the one that it loaded
         needSeq : 0..Transactions,  \* what the log of an older one must reach
         own : SUBSET Ids, last : 0..Transactions,  \* what readers see, or will see
         chain : SUBSET Ids,         \* written; while opening, what ScanWal read
         durable : SUBSET Ids,       \* known durable
         target : SUBSET Ids,        \* what a running sync covers; what RedoWal will apply
         active : {0} \cup Files,    \* the segment for the next record
         nextSlot : 0..SegmentRecords,  \* its blocks that are used
         number : Numbers,           \* of the newest segment
         spares : SUBSET Files,      \* segments that may be reused
         checkpointNumber : Numbers,
         checkpointOwn : SUBSET Ids,  \* what the newest confirmed checkpoint holds
         confirmed : {0} \cup Lines ] \* audit lines whose sync returned 0
  /\ ghost \in
       [ started : 0..Transactions,
         promised : SUBSET Ids,      \* a client was told, or an opening has shown it
         acked : SUBSET Ids,         \* relaxed: a client was told before it was durable
         lost : SUBSET Ids,          \* reported as not committed, or left out by an opening
         expected : SUBSET (SUBSET Ids),  \* an undisturbed opening would show it
         audited : {0} \cup Lines,   \* audit lines that must stay
         rotted : BOOLEAN,
         rotten : SUBSET Ids,        \* confirmed records that turned unreadable
         \* left
         crashes : 0..Crashes, ioErrors : 0..IoErrors, fullDisks : 0..FullDisks, rots : 0..Rots ]

\* An empty folder: the first opening makes the store.
Init ==
  /\ segments = [f \in Files |-> [header |-> Item(NoHeader),
                                  blocks |-> [i \in Blocks |-> Item(Empty)]]]
  /\ checkpoints = {}
  /\ temp = NoFile
  /\ audit = [i \in Lines |-> Item(NoLine)]
  /\ process = NoProcess
  /\ ghost = [ started |-> 0, promised |-> {}, acked |-> {}, lost |-> {}, expected |-> {},
               audited |-> 0, rotted |-> FALSE, rotten |-> {},
               crashes |-> Crashes, ioErrors |-> IoErrors, fullDisks |-> FullDisks,
               rots |-> Rots ]

-----------------------------------------------------------------------------
\* Items: writing, syncing, failing, power cuts.

\* What may be on disk of an item; `bad` reads as neither the old nor the new.
Left(x, bad) ==
  IF ~x.dirty \/ x.now = x.disk THEN {x.disk} ELSE {x.disk, x.now, bad}

\* What a pending item may have become before it is written over.
Overwritten(x, bad)  == {[x EXCEPT !.disk = d] : d \in Left(x, bad)}
Written(x, v)    == [x EXCEPT !.now = v, !.dirty = TRUE]
Synced(x)        == IF x.dirty THEN Item(x.now) ELSE x

\* After a failed sync of the item, which left d on disk, programs read what is in the cache, what
\* is on disk, or what was there before.  Nothing is pending any more.
Readings == {"cache", "disk", "old"}
Failed(x, d, reading) ==
  IF ~x.dirty THEN x ELSE
  [ now |-> CASE reading = "cache" -> x.now [] reading = "disk" -> d [] reading = "old" -> x.disk,
    disk |-> d, dirty |-> FALSE ]

\* Items of segments by place: block 0 is the header.
ItemAt(f, i) == IF i = 0 THEN segments[f].header ELSE segments[f].blocks[i]
BadAt(i)     == IF i = 0 THEN BadHeader ELSE Torn
DirtyIn(fs)  == {p \in fs \X ({0} \cup Blocks) : ItemAt(p[1], p[2]).dirty}

\* What may become of the pending items at these places, of audit lines.
Fates == {"old", "new", "lost"}
FatesIn(fs) ==
  LET dirty == DirtyIn(fs)
      IsFate(x, fate) == x.now = x.disk => fate = "old"
  IN  {c \in [dirty -> Fates] : \A p \in dirty : IsFate(ItemAt(p[1], p[2]), c[p])}
FatesOfLines ==
  {c \in [{i \in Lines : audit[i].dirty} -> Fates] :
     \A i \in DOMAIN c : audit[i].now = audit[i].disk => c[i] = "old"}

\* What is on disk then.
OnDisk(x, fate, bad) ==
  CASE fate = "old" -> x.disk [] fate = "new" -> x.now [] fate = "lost" -> bad

\* The segments with some items changed.
Mapped(To(_, _)) ==
  [f \in Files |-> [header |-> To(f, 0), blocks |-> [i \in Blocks |-> To(f, i)]]]

NameSynced(n) == IF n.dirty THEN [there |-> n.there, mayBe |-> n.there, dirty |-> FALSE] ELSE n
NameLeft(n)   == IF ~n.dirty THEN {n.mayBe} ELSE {FALSE} \cup (IF n.mayBe THEN {TRUE} ELSE {})
NameCut(there) == [there |-> there, mayBe |-> there, dirty |-> FALSE]
NameWritten(n, there) == [there |-> there, mayBe |-> n.mayBe \/ there, dirty |-> TRUE]

-----------------------------------------------------------------------------
\* Canonical states: what nobody can observe is forgotten.

\* Audit lines that every checkpoint vouches for, except the last of them.
Forgotten(cs, lines, audited) ==
  IF cs = {} THEN 0 ELSE
  LET IsSolid(i) == IsLine(lines[i].now) /\ lines[i] = Item(lines[i].now)
      Most(c) == IF c.anchor = 0 THEN 0 ELSE c.anchor - 1
      Goes(k) == /\ \A c \in cs : k <= Most(c)
                 /\ k <= audited
                 /\ \A i \in 1..k : IsSolid(i)
  IN  Last({k \in Lines : Goes(k)})

Less(n, k) == IF n > k THEN n - k ELSE 0

\* The next state; checkpoints that are gone for ever are left out.
Becomes(cs, t, lines, p, g) ==
  LET held == {c \in cs : c.name.there \/ c.name.mayBe}
      k == Forgotten(held, lines, g.audited)
  IN  /\ checkpoints' = {[c EXCEPT !.anchor = @ - k] : c \in held}
      /\ temp' = [t EXCEPT !.anchor = Less(@, k)]
      /\ audit' = [i \in Lines |-> IF i + k \in Lines THEN lines[i + k] ELSE Item(NoLine)]
      /\ process' = [p EXCEPT !.confirmed = Less(@, k)]
      /\ ghost' = [g EXCEPT !.audited = @ - k]

-----------------------------------------------------------------------------
\* The log.

Records(f)  == {segments[f].blocks[i].now : i \in {j \in Blocks :
                                                     IsRecord(segments[f].blocks[j].now)}}
AllRecords  == UNION {Records(f) : f \in Files}
\* Those too that only lie on disk.
HeldRecords == AllRecords \cup
  {r \in {segments[f].blocks[i].disk : f \in Files, i \in Blocks} : IsRecord(r)}

NumberOf(f)    == segments[f].header.now.number
IsReadable(f)  == segments[f].header.now.kind = "header"
HasSegment(n)  == \E f \in Files : IsReadable(f) /\ NumberOf(f) = n

\* Whether a block of a segment holds a record that is valid by itself, whatever it follows.
IsValid(f, i) ==
  LET r == segments[f].blocks[i].now
  IN  /\ IsReadable(f)
      /\ IsRecord(r)
      /\ r.number = NumberOf(f)
      /\ r.salt = segments[f].header.now.salt

\* Places of the log; a slot is the number of blocks before it.
Place(number, slot) == [number |-> number, slot |-> slot]
NotBefore(a, b) == a.number > b.number \/ (a.number = b.number /\ a.slot >= b.slot)
PlaceOf(f, i) == Place(NumberOf(f), i - 1)

Valid == {p \in Files \X Blocks : IsValid(p[1], p[2])}
RecordAt(p) == segments[p[1]].blocks[p[2]].now

\* Records that every power cut leaves.
IsSure(f, i) ==
  /\ IsValid(f, i)
  /\ segments[f].header = Item(segments[f].header.now)
  /\ segments[f].blocks[i] = Item(segments[f].blocks[i].now)
Sure == {p \in Files \X Blocks : IsSure(p[1], p[2])}

\* Checkpoints whose name is there; the one with that number, in a set; the newest of some.
There         == {c \in checkpoints : c.name.there}
Named(number) == {c \in There : c.number = number}
Newest(cs)    == CHOOSE c \in cs : \A d \in cs : d.number <= c.number
The(cs)       == CHOOSE c \in cs : TRUE

ReadableLines == Cardinality({i \in Lines : \A j \in 1..i : IsLine(audit[j].now)})
=============================================================================
