---------------------------- MODULE AtomicCommit ----------------------------
\* SPDX-FileCopyrightText: The Plumbline contributors
\* SPDX-License-Identifier: MIT
(***************************************************************************)
(* The golden commit protocol in each of its modes (REQUIREMENTS.md, AC-1   *)
(* to AC-16): a second opinion, written by hand from the requirements.      *)
(* README.md says how to run it and what must come out.                     *)
(*                                                                          *)
(* A commit is one log record, written and synced; everything else is a     *)
(* checkpoint.  An opening judges the store in memory, writes down what it  *)
(* found, then makes a checkpoint of it.  A running store has up to three   *)
(* threads (committer, syncer, checkpointer), each with its program.        *)
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
\* The programs.  A configuration chooses one of each kind.

AppendSyncAck ==
  <<"AddSegment", "AppendWal", "SyncWal", "Ack">>
AppendSyncAckCheckpoint ==
  <<"AddSegment", "AppendWal", "SyncWal", "Ack",
    "WriteTemp", "SyncTemp", "Rename", "SyncDir", "DropOld", "RecycleWal">>
AppendTwiceSyncAck ==
  <<"AddSegment", "AppendWal", "AddSegment", "AppendWal", "SyncWal", "Ack", "Ack">>
AppendOnly ==
  <<"AddSegment", "AppendWal">>
AppendAck ==
  <<"AddSegment", "AppendWal", "Ack">>
SyncAck ==
  <<"SyncWal", "Ack">>
SyncOnly ==
  <<"SyncWal">>
Snapshot ==
  <<"WriteTemp", "SyncTemp", "Rename", "SyncDir", "DropOld", "RecycleWal">>
OpenAsCheckpoint ==
  <<"LoadCheckpoint", "ScanWal", "RedoWal", "LogAudit",
    "WriteTemp", "SyncTemp", "Rename", "SyncDir", "DropOld", "RecycleWal",
    "AddSegment", "CleanTemp", "LogAudit", "Open">>
NoThread ==
  <<>>

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
         expected : SUBSET (SUBSET Ids),  \* what an undisturbed opening would show, if known
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

\* Checkpoints whose name is there; the one with that number, in a set; the newest of some.
There         == {c \in checkpoints : c.name.there}
Named(number) == {c \in There : c.number = number}
Newest(cs)    == CHOOSE c \in cs : \A d \in cs : d.number <= c.number
The(cs)       == CHOOSE c \in cs : TRUE

ReadableLines == Cardinality({i \in Lines : \A j \in 1..i : IsLine(audit[j].now)})

-----------------------------------------------------------------------------
\* How an opening judges, in memory, from what programs read.

\* The successors of a log that ends with that history: valid records at a place.
SuccessorsAt(place, history) ==
  {p \in Valid : PlaceOf(p[1], p[2]) = place /\ RecordAt(p).previous = history}

\* In the next block, else in the first block of the next segment number, else the log ends.
RECURSIVE Scan(_, _)
Scan(history, place) ==
  LET next == Place(place.number + 1, 0)
      here == SuccessorsAt(place, history)
      there == SuccessorsAt(next, history)
      First1(ps) == CHOOSE p \in ps : \A q \in ps : p[1] <= q[1]
      On(p, at) == Scan(History(RecordAt(p)), Place(at.number, at.slot + 1))
  IN  IF here # {} THEN On(First1(here), place)
      ELSE IF there # {} THEN On(First1(there), next)
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

-----------------------------------------------------------------------------
\* Programs and threads.

Threads == {"committer", "syncer", "checkpointer", "opening"}

ProgramOf(t) ==
  CASE t = "committer" -> Commit [] t = "syncer" -> Syncing
    [] t = "checkpointer" -> Checkpointing [] t = "opening" -> Opening
PcOf(t) ==
  CASE t = "syncer" -> process.syncPc [] t = "checkpointer" -> process.checkpointPc
    [] OTHER -> process.pc

ToStart   == Transactions - ghost.started
HasRoom   == process.active # 0 /\ process.nextSlot < SegmentRecords
NothingNew == process.durable = process.checkpointOwn  \* for a checkpoint

\* The transactions of the record that is acknowledged next.
NextToAck ==
  LET waiting == process.chain \ process.own
      first == First(waiting)
      its == {r \in HeldRecords : First(r.ids) = first}
  IN  IF waiting = {} THEN {}
      ELSE IF its = {} THEN {first} ELSE The(its).ids \cap waiting

\* Async: once they are durable.  Relaxed: at most Window ahead of that.
MayAck ==
  /\ NextToAck # {}
  /\ Mode \in {"async", "relaxed"} =>
       Cardinality(process.own \cup NextToAck)
         <= Cardinality(process.durable) + IF Mode = "relaxed" THEN Window ELSE 0

\* An operation that has nothing to do is stepped over: a segment with room, a further record
\* without a transaction, an acknowledgement of nothing.
IsIdle(t, i) ==
  LET op == ProgramOf(t)[i]
  IN  \/ op = "AddSegment" /\ HasRoom
      \/ op \in {"AddSegment", "AppendWal"} /\ i > 1 /\ ToStart = 0
      \/ op = "Ack" /\ (IF t = "syncer" THEN ~MayAck ELSE NextToAck = {})

\* The next operation behind the first n, or 0.  A committer without news makes no checkpoint.
NextFrom(t, n) ==
  LET next == First({i \in (n + 1)..Len(ProgramOf(t)) : ~IsIdle(t, i)})
  IN  IF next # 0 /\ t = "committer" /\ ProgramOf(t)[next] = "WriteTemp" /\ NothingNew
      THEN 0 ELSE next

\* The operation before which a thread stands: behind the last one the first one follows.
Position(t) ==
  IF t = "opening" \/ (t = "committer" /\ process.half) THEN PcOf(t) + 1
  ELSE IF NextFrom(t, PcOf(t)) # 0 THEN NextFrom(t, PcOf(t))
  ELSE NextFrom(t, 0)

Runs(t) ==
  IF t = "opening" THEN process.phase = "opening"
  ELSE process.phase = "running" /\ ProgramOf(t) # <<>>

At(t, op) == Runs(t) /\ Position(t) # 0 /\ ProgramOf(t)[Position(t)] = op

\* The process p where thread t has done n operations.
Standing(p, t, n) ==
  LET pc == IF t # "opening" /\ n = Len(ProgramOf(t)) THEN 0 ELSE n
  IN  CASE t = "syncer" -> [p EXCEPT !.syncPc = pc]
        [] t = "checkpointer" -> [p EXCEPT !.checkpointPc = pc]
        [] OTHER -> [p EXCEPT !.pc = pc]
Advanced(p, t) == Standing(p, t, Position(t))
Stays(p, t)    == Standing(p, t, Position(t) - 1)

-----------------------------------------------------------------------------
\* Commit.

FreshSalt(number) ==
  LET headers == {segments[f].header.now : f \in Files} \cup {segments[f].header.disk : f \in Files}
      used == {h.salt : h \in {x \in headers : x.number = number}}
              \cup {r.salt : r \in {x \in HeldRecords : x.number = number}}
  IN  First((1..8) \ {salt + 1 : salt \in used}) - 1

\* The spare segment with the lowest number.
Spare ==
  CHOOSE f \in process.spares : \A g \in process.spares :
    NumberOf(f) < NumberOf(g) \/ (NumberOf(f) = NumberOf(g) /\ f <= g)

MayAddSegment(t) == At(t, "AddSegment") /\ ~process.half /\ (t = "committer" => ToStart > 0)

\* A new header over a spare segment.  An opening's number was chosen before its checkpoint; a
\* header whose sync failed is written again with the same number.
WriteHeader(t) ==
  /\ MayAddSegment(t)
  /\ process.spares # {}
  /\ LET number == IF t = "committer" /\ process.active # 0 THEN process.number + 1
                   ELSE process.number
         new == HeaderOf(number, FreshSalt(number))
     IN  /\ \E x \in Overwritten(segments[Spare].header, BadHeader) :
              segments' = [segments EXCEPT ![Spare].header = Written(x, new)]
         /\ process' = [Stays(process, t) EXCEPT
              !.number = number, !.active = Spare, !.nextSlot = 0, !.half = TRUE]
  /\ UNCHANGED <<checkpoints, temp, audit, ghost>>

SyncSegments(fs, except) ==
  segments' = Mapped(LAMBDA f, i : IF f \in fs /\ <<f, i>> \notin except THEN Synced(ItemAt(f, i))
                                   ELSE ItemAt(f, i))

SyncHeader(t) ==
  /\ At(t, "AddSegment")
  /\ process.half
  /\ SyncSegments({process.active}, {})
  /\ process' = Advanced([process EXCEPT !.half = FALSE, !.spares = @ \ {process.active}], t)
  /\ UNCHANGED <<checkpoints, temp, audit, ghost>>

AddSegment == \E t \in {"committer", "opening"} : WriteHeader(t) \/ SyncHeader(t)

\* Numbers of transactions that a record may take.
Counts ==
  LET most == IF Group < ToStart THEN Group ELSE ToStart
  IN  IF Mode = "batch" THEN {most} ELSE 1..most

MayAppend ==
  /\ At("committer", "AppendWal")
  /\ ToStart > 0
  /\ HasRoom
  /\ Mode \in {"async", "relaxed"} =>
       Cardinality(process.chain \ process.durable) < InFlight

NewRecord(n) ==
  LET header == segments[process.active].header.now
  IN  [ kind |-> "record", ids |-> (ghost.started + 1)..(ghost.started + n),
        previous |-> process.chain, durableSeq |-> Cardinality(process.durable),
        number |-> header.number, salt |-> header.salt ]

NextBlock == process.nextSlot + 1

\* The kernel may have written before what a record is written over.
WriteBlock(x, block) == segments' = [segments EXCEPT ![process.active].blocks[NextBlock] =
                                       Written(x, block)]
BeforeBlock == Overwritten(segments[process.active].blocks[NextBlock], Torn)

AppendWal ==
  /\ MayAppend
  /\ \E n \in Counts :
       /\ \E x \in BeforeBlock : WriteBlock(x, NewRecord(n))
       /\ process' = Advanced([process EXCEPT
            !.nextSlot = @ + 1, !.chain = @ \cup NewRecord(n).ids], "committer")
       /\ ghost' = [ghost EXCEPT !.started = @ + n]
  /\ UNCHANGED <<checkpoints, temp, audit>>

\* Segments that hold records which are not known durable.
Unsynced ==
  {f \in Files : \E r \in Records(f) : First(r.ids) \in process.chain \ process.durable}

\* A syncing thread: the sync covers what was written before it started, no more.
StartSync ==
  /\ At("syncer", "SyncWal")
  /\ process.target = {}
  /\ process.chain # process.durable
  /\ process' = [Stays(process, "syncer") EXCEPT !.target = process.chain]
  /\ UNCHANGED <<segments, checkpoints, temp, audit, ghost>>

MaySync(t) ==
  /\ At(t, "SyncWal")
  /\ process.chain # process.durable
  /\ t = "syncer" => process.target # {}

EndSync(t) ==
  /\ MaySync(t)
  /\ LET target == IF t = "syncer" THEN process.target ELSE process.chain
         IsLater(p) == IsRecord(RecordAt(p)) /\ First(RecordAt(p).ids) \in process.chain \ target
     IN  /\ SyncSegments(Unsynced, {p \in Files \X Blocks : IsLater(p)})
         /\ process' = Advanced([process EXCEPT !.durable = @ \cup target, !.target = {}], t)
  /\ UNCHANGED <<checkpoints, temp, audit, ghost>>

SyncWal == StartSync \/ \E t \in {"committer", "syncer"} : EndSync(t)

\* In order of seq.  The syncer resolves tickets as long as there are any.
Ack ==
  \E t \in {"committer", "syncer"} :
    /\ At(t, "Ack")
    /\ MayAck
    /\ LET shown == [process EXCEPT !.own = @ \cup NextToAck, !.last = Last(NextToAck)]
       IN  process' = IF t = "syncer" THEN Stays(shown, t) ELSE Advanced(shown, t)
    /\ ghost' = IF Mode = "relaxed" THEN [ghost EXCEPT !.acked = @ \cup NextToAck]
                ELSE [ghost EXCEPT !.promised = @ \cup NextToAck]
    /\ UNCHANGED <<segments, checkpoints, temp, audit>>

-----------------------------------------------------------------------------
\* Checkpoint, of a running store and of an opening.

Makers == {"committer", "checkpointer", "opening"}

\* Behind the record that ends with that history.
Behind(history) ==
  LET at == {p \in Files \X Blocks :
               /\ IsRecord(RecordAt(p))
               /\ RecordAt(p).number = NumberOf(p[1])
               /\ History(RecordAt(p)) = history}
  IN  IF at = {} THEN Place(process.number, 0)
      ELSE LET p == The(at) IN Place(NumberOf(p[1]), p[2])

MayWriteTemp(t) == At(t, "WriteTemp") /\ (t # "opening" => ~NothingNew)

\* A running store's image is the version that is known durable.  The name is unlinked and the file
\* created anew.
WriteTemp ==
  \E t \in Makers :
    /\ MayWriteTemp(t)
    /\ LET isOpening == t = "opening"
           content == IF isOpening THEN [own |-> process.own, last |-> process.last]
                      ELSE ContentAfter(process.durable)
           number == process.checkpointNumber + 1
       IN  /\ temp' =
                [ number |-> number, own |-> content.own, last |-> content.last,
                  position |-> IF isOpening THEN Place(OpenNumber, 0) ELSE Behind(process.durable),
                  anchor |-> process.confirmed,
                  bytes |-> [now |-> "good", disk |-> "bad", dirty |-> TRUE],
                  name |-> NameWritten(temp.name, TRUE) ]
           /\ process' = Advanced([process EXCEPT
                !.checkpointNumber = number,
                !.number = IF isOpening THEN OpenNumber ELSE @], t)
    /\ UNCHANGED <<segments, checkpoints, audit, ghost>>

SyncTemp ==
  \E t \in Makers :
    /\ At(t, "SyncTemp")
    /\ temp.name.there
    /\ temp' = [temp EXCEPT !.bytes = Synced(@)]
    /\ process' = Advanced(process, t)
    /\ UNCHANGED <<segments, checkpoints, audit, ghost>>

Gone(file) == [NoFile EXCEPT !.name = NameWritten(file.name, FALSE)]

\* Onto a free name: two pending name changes.
Rename ==
  \E t \in Makers :
    /\ At(t, "Rename")
    /\ temp.name.there
    /\ Becomes(checkpoints \cup {[temp EXCEPT !.name.dirty = TRUE]}, Gone(temp), audit,
               Advanced(process, t), ghost)
    /\ UNCHANGED segments

\* A running store's checkpoint is confirmed by it.
SyncDir ==
  \E t \in Makers :
    /\ At(t, "SyncDir")
    /\ LET mine == Named(process.checkpointNumber)
           p == IF t = "opening" \/ mine = {} THEN process
                ELSE [process EXCEPT !.checkpointOwn = The(mine).own]
       IN  Becomes({[c EXCEPT !.name = NameSynced(@)] : c \in checkpoints},
                   [temp EXCEPT !.name = NameSynced(@)], audit, Advanced(p, t), ghost)
    /\ UNCHANGED segments

DropOld ==
  \E t \in Makers :
    /\ At(t, "DropOld")
    /\ Becomes({IF c.name.there /\ c.number < process.checkpointNumber
                THEN [c EXCEPT !.name = NameWritten(@, FALSE)] ELSE c : c \in checkpoints},
               temp, audit, Advanced(process, t), ghost)
    /\ UNCHANGED segments

\* Segments whose records all lie before the position of the newest checkpoint; never the active.
Covered ==
  {f \in Files \ {process.active} :
     \E c \in Named(process.checkpointNumber) :
       \/ NumberOf(f) < c.position.number
       \/ NumberOf(f) = c.position.number /\ c.position.slot >= SegmentRecords}

RecycleWal ==
  \E t \in Makers :
    /\ At(t, "RecycleWal")
    /\ process' = Advanced([process EXCEPT !.spares = @ \cup Covered], t)
    /\ UNCHANGED <<segments, checkpoints, temp, audit, ghost>>

-----------------------------------------------------------------------------
\* Opening.

LoadCheckpoint ==
  /\ At("opening", "LoadCheckpoint")
  /\ process' = Advanced(Loaded(process), "opening")
  /\ ghost' = IF ghost.expected = {} /\ IsSettled
              THEN [ghost EXCEPT !.expected = Undisturbed] ELSE ghost
  /\ UNCHANGED <<segments, checkpoints, temp, audit>>

ScanWal ==
  /\ At("opening", "ScanWal")
  /\ process' = Advanced([Scanned(process) EXCEPT !.needSeq = 0], "opening")
  /\ UNCHANGED <<segments, checkpoints, temp, audit, ghost>>

RedoWal ==
  /\ At("opening", "RedoWal")
  /\ ~process.refuses /\ RootHolds(process)
  /\ process' = Advanced(Redone(process), "opening")
  /\ UNCHANGED <<segments, checkpoints, temp, audit, ghost>>

\* Nothing is written, not even an audit line.
Refuse ==
  /\ At("opening", "RedoWal")
  /\ process.refuses \/ ~RootHolds(process)
  /\ process' = [NoProcess EXCEPT !.phase = "refused"]
  /\ UNCHANGED <<segments, checkpoints, temp, audit, ghost>>

\* The line of this opening: its end, if it has logged before.
NextLine ==
  IF Before(Opening, process.pc, "LogAudit") > 0 THEN LineOf("end", process.own)
  ELSE LineOf(IF process.firstStart THEN "init" ELSE "entry", process.own)

\* The line, and all behind the loaded checkpoint's anchor once more.  The entry of an unfinished
\* opening with the same verdict is taken up.  What no digest leads to any more is gone.
WriteLine ==
  LET count == ReadableLines
      isTakenUp == count > 0 /\ audit[count].now = NextLine /\ IsEntry(NextLine)
      at == IF isTakenUp THEN count ELSE count + 1
      from == Named(process.loaded)
      anchor == IF from = {} THEN 0 ELSE The(from).anchor
      Again(x, i) == [x EXCEPT !.dirty = @ \/ (i > anchor /\ x.now # x.disk)]
  IN  /\ at \in Lines
      /\ \E x \in IF isTakenUp THEN {audit[at]} ELSE Overwritten(audit[at], TornLine) :
           Becomes(checkpoints, temp,
                   [i \in Lines |-> IF i < at THEN Again(audit[i], i)
                                    ELSE IF i = at THEN Again([x EXCEPT !.now = NextLine], i)
                                    ELSE Item(NoLine)],
                   [process EXCEPT !.half = TRUE], ghost)

SyncLines ==
  Becomes(checkpoints, temp, [i \in Lines |-> Synced(audit[i])],
          Advanced([process EXCEPT !.confirmed = ReadableLines, !.half = FALSE], "opening"),
          [ghost EXCEPT !.audited = ReadableLines])

LogAudit ==
  /\ At("opening", "LogAudit")
  /\ IF process.half THEN SyncLines ELSE WriteLine
  /\ UNCHANGED segments

CleanTemp ==
  /\ At("opening", "CleanTemp")
  /\ temp' = IF temp.name.there THEN Gone(temp) ELSE temp
  /\ process' = Advanced(process, "opening")
  /\ UNCHANGED <<segments, checkpoints, audit, ghost>>

Live == (1..ghost.started) \ ghost.lost

\* Readers see what was found.  What is not in it is lost, and stays lost.
Open ==
  /\ At("opening", "Open")
  /\ process' = [process EXCEPT
       !.phase = "running", !.pc = 0, !.loaded = 0, !.firstStart = FALSE,
       !.chain = process.own, !.durable = process.own, !.checkpointOwn = process.own]
  /\ ghost' = [ghost EXCEPT
       !.lost     = @ \cup Above(Live, Last(process.own)),
       !.promised = @ \cup process.own,
       !.acked    = @ \cap process.own,
       !.expected = {}]
  /\ UNCHANGED <<segments, checkpoints, temp, audit>>

-----------------------------------------------------------------------------
\* The environment.

\* The process is gone.  Nobody reads a temp file that was left behind.
LeftBehind(file) == [NoFile EXCEPT !.name = file.name]

\* What is pending stays pending.
KillProcess ==
  /\ Kill
  /\ process.phase # "refused"
  /\ ghost.crashes > 0
  /\ temp' = LeftBehind(temp)
  /\ process' = NoProcess
  /\ ghost' = [ghost EXCEPT !.crashes = @ - 1]
  /\ UNCHANGED <<segments, checkpoints, audit>>

\* Each item that is pending survives as it was, as it was to be, or as neither.
PowerCut ==
  /\ process.phase # "refused"
  /\ ghost.crashes > 0
  /\ \E fates \in FatesIn(Files) :
       LET Cut(f, i) ==
             Item(IF <<f, i>> \in DOMAIN fates
                  THEN OnDisk(ItemAt(f, i), fates[<<f, i>>], BadAt(i)) ELSE ItemAt(f, i).disk)
       IN  segments' = Mapped(Cut)
  /\ \E here \in SUBSET {c \in checkpoints : TRUE \in NameLeft(c.name)},
        spoilt \in SUBSET {c \in checkpoints : c.bytes.dirty},
        tempHere \in NameLeft(temp.name),
        lines \in FatesOfLines :
       LET Survives(c) ==
             [c EXCEPT !.name = NameCut(c \in here),
                       !.bytes = Item(IF ~c.bytes.dirty THEN @.disk
                                      ELSE IF c \in spoilt THEN "bad" ELSE @.now)]
           LineCut(i) ==
             Item(IF audit[i].dirty THEN OnDisk(audit[i], lines[i], TornLine) ELSE audit[i].disk)
       IN  /\ \A c \in checkpoints : c \in here \/ FALSE \in NameLeft(c.name)
           /\ Becomes({Survives(c) : c \in checkpoints},
                      [NoFile EXCEPT !.name = NameCut(tempHere)],
                      [i \in Lines |-> LineCut(i)], NoProcess,
                      [ghost EXCEPT !.crashes = @ - 1])

\* What a failed sync of the places in `fates` leaves.
SegmentsFail(fates, reading) ==
  LET After(f, i) ==
        IF <<f, i>> \notin DOMAIN fates THEN ItemAt(f, i)
        ELSE Failed(ItemAt(f, i), OnDisk(ItemAt(f, i), fates[<<f, i>>], BadAt(i)), reading)
  IN  segments' = Mapped(After)

\* Reads show the last durable state; nothing is written any more, and no sync is repeated.
Poisoned ==
  LET content == ContentAfter(process.own \cap process.durable)
  IN  [NoProcess EXCEPT !.phase = "poisoned", !.own = content.own, !.last = content.last]

\* A failure inside an opening fails the opening; elsewhere the process p goes on.
FailsTo(t, file, p) ==
  /\ temp' = IF t = "opening" THEN LeftBehind(file) ELSE file
  /\ process' = IF t = "opening" THEN NoProcess ELSE p

\* The write of a record: nothing of it is there, a part or all.
AppendFails ==
  /\ MayAppend
  /\ \E n \in Counts :
       /\ \/ UNCHANGED segments
          \/ \E x \in BeforeBlock, block \in {NewRecord(n), Torn} : WriteBlock(x, block)
       /\ process' = Poisoned
       /\ ghost' = [ghost EXCEPT !.ioErrors = @ - 1, !.started = @ + n]
  /\ UNCHANGED <<checkpoints, temp, audit>>

SyncWalFails ==
  \E t \in {"committer", "syncer"} :
    /\ MaySync(t)
    /\ \E fates \in FatesIn(Unsynced), reading \in Readings : SegmentsFail(fates, reading)
    /\ process' = Poisoned
    /\ ghost' = [ghost EXCEPT !.ioErrors = @ - 1]
    /\ UNCHANGED <<checkpoints, temp, audit>>

\* The header will be written again.
AddSegmentFails ==
  \E t \in {"committer", "opening"} :
    /\ At(t, "AddSegment")
    /\ process.half
    /\ \E fates \in FatesIn({process.active}), reading \in Readings : SegmentsFail(fates, reading)
    /\ FailsTo(t, temp, [process EXCEPT !.half = FALSE, !.active = 0])
    /\ ghost' = [ghost EXCEPT !.ioErrors = @ - 1]
    /\ UNCHANGED <<checkpoints, audit>>

\* The checkpoint is abandoned.
SyncTempFails ==
  \E t \in Makers :
    /\ At(t, "SyncTemp")
    /\ temp.name.there
    /\ \E d \in Left(temp.bytes, "bad"), reading \in Readings :
         FailsTo(t, [temp EXCEPT !.bytes = Failed(@, d, reading)], Standing(process, t, 0))
    /\ ghost' = [ghost EXCEPT !.ioErrors = @ - 1]
    /\ UNCHANGED <<segments, checkpoints, audit>>

\* So are all name changes that were not confirmed.  A folder listing shows every name that is on
\* disk (A-10), so that names do not go back to what they were.
SyncDirFails ==
  \E t \in Makers :
    /\ At(t, "SyncDir")
    /\ \E here \in SUBSET {c \in checkpoints : c.name.dirty /\ c.name.mayBe},
          tempHere \in NameLeft(temp.name), reading \in {"cache", "disk"} :
         LET After(n, there) ==
               IF ~n.dirty THEN n
               ELSE [NameCut(there) EXCEPT !.there = IF reading = "cache" THEN n.there ELSE @]
             left == [temp EXCEPT !.name = After(@, tempHere)]
         IN  Becomes({[c EXCEPT !.name = After(@, c \in here)] : c \in checkpoints},
                     IF t = "opening" THEN LeftBehind(left) ELSE left, audit,
                     IF t = "opening" THEN NoProcess ELSE Standing(process, t, 0),
                     [ghost EXCEPT !.ioErrors = @ - 1])
    /\ UNCHANGED segments

LogAuditFails ==
  /\ At("opening", "LogAudit")
  /\ process.half
  /\ \E fates \in FatesOfLines, reading \in Readings :
       LET After(i) == IF i \notin DOMAIN fates THEN audit[i]
                       ELSE Failed(audit[i], OnDisk(audit[i], fates[i], TornLine), reading)
       IN  Becomes(checkpoints, LeftBehind(temp), [i \in Lines |-> After(i)], NoProcess,
                   [ghost EXCEPT !.ioErrors = @ - 1])
  /\ UNCHANGED segments

IoError ==
  /\ ghost.ioErrors > 0
  /\ \/ AppendFails \/ SyncWalFails \/ AddSegmentFails
     \/ SyncTempFails \/ SyncDirFails \/ LogAuditFails

\* No space: an opening fails, a commit is refused before its record is written, a checkpoint is
\* abandoned.
DiskFull ==
  /\ ghost.fullDisks > 0
  /\ \E t \in Makers :
       LET refused == IF t = "committer" /\ At(t, "AddSegment") THEN {ghost.started + 1} ELSE {}
       IN  /\ \/ MayAddSegment(t)
              \/ MayWriteTemp(t)
              \/ At(t, "LogAudit") /\ ~process.half
           /\ FailsTo(t, temp, Standing(process, t, 0))
           /\ ghost' = [ghost EXCEPT
                !.fullDisks = @ - 1,
                !.started = @ + Cardinality(refused),
                !.lost = @ \cup refused]
  /\ UNCHANGED <<segments, checkpoints, audit>>

\* Records that every power cut leaves.
IsSure(f, i) ==
  /\ IsValid(f, i)
  /\ segments[f].header = Item(segments[f].header.now)
  /\ segments[f].blocks[i] = Item(segments[f].blocks[i].now)
Sure == {p \in Files \X Blocks : IsSure(p[1], p[2])}

\* Between two processes something durable turns unreadable: the newest checkpoint, or a record
\* behind it that a later one confirms.  Other damage cannot be told from a torn end (A-9).
BitRot ==
  /\ ghost.rots > 0
  /\ process.phase = "opening" /\ process.pc = 0
  /\ There # {}
  /\ LET newest == Newest(There)
         log == Scan(newest.own, newest.position)
         behind == {p \in Sure : RecordAt(p).ids \subseteq log.history \ newest.own}
         IsConfirmed(p) ==
           \E q \in behind : RecordAt(q).durableSeq > Cardinality(RecordAt(p).previous)
     IN  /\ newest.bytes.now = "good"
         /\ \/ /\ ~newest.name.dirty /\ ~newest.bytes.dirty
               /\ checkpoints' = (checkpoints \ {newest})
                                   \cup {[newest EXCEPT !.bytes = Item("bad")]}
               /\ ghost' = [ghost EXCEPT !.rots = @ - 1, !.rotted = TRUE, !.expected = {}]
               /\ UNCHANGED segments
            \/ \E p \in {q \in behind : IsConfirmed(q)} :
               /\ segments' = [segments EXCEPT ![p[1]].blocks[p[2]] = Item(Torn)]
               /\ ghost' = [ghost EXCEPT !.rots = @ - 1, !.rotted = TRUE, !.expected = {},
                                         !.rotten = RecordAt(p).ids]
               /\ UNCHANGED checkpoints
  /\ UNCHANGED <<temp, audit, process>>

-----------------------------------------------------------------------------
Protocol ==
  \/ AddSegment \/ AppendWal \/ SyncWal \/ Ack
  \/ WriteTemp \/ SyncTemp \/ Rename \/ SyncDir \/ DropOld \/ RecycleWal
  \/ LoadCheckpoint \/ ScanWal \/ RedoWal \/ LogAudit \/ CleanTemp \/ Open \/ Refuse

\* Refused, poisoned, or all is done, durable and acknowledged.
Terminal ==
  \/ process.phase \in {"refused", "poisoned"}
  \/ /\ process.phase = "running"
     /\ ToStart = 0
     /\ process.own = process.chain
     /\ process.durable = process.chain

\* Only a terminal state may be without a successor of its own.
Done == Terminal /\ UNCHANGED vars

Next == Protocol \/ KillProcess \/ PowerCut \/ IoError \/ DiskFull \/ BitRot \/ Done

Spec == Init /\ [][Next]_vars /\ WF_vars(Protocol)

-----------------------------------------------------------------------------
\* What must hold of states.

IsVisible == process.phase \in {"running", "poisoned"}

\* AC-1: what readers see is the content after a first part of the transactions, in commit order.
Atomicity ==
  IsVisible => IsWhole([own |-> process.own, last |-> process.last],
                       Live \cup (process.own \cap ghost.lost))

\* AC-2: what readers see holds every transaction that a client was promised.
Durability == IsVisible => ghost.promised \subseteq process.own

\* AC-4: the root that the newest checkpoint, or the last record, states is that of the content.
Consistency ==
  /\ There # {} => Newest(There).last = Last(Newest(There).own)
  /\ IsVisible => \A r \in HeldRecords :
       Last(r.ids) = Last(process.own) => History(r) = process.own

\* AC-5: no crash that the disk allows makes an opening refuse.
NoPanic == process.phase = "refused" => ghost.rotted

\* AC-9: what was reported as not committed, or left out by an opening, is never visible again.
NoResurrection == IsVisible => process.own \cap ghost.lost = {}

\* AC-11: an opening's entry is durable before it writes anything else, and no line is ever lost.
AuditComplete ==
  LET done == {Opening[i] : i \in 1..process.pc}
      hasWritten == done \cap {"WriteTemp", "Rename", "DropOld", "AddSegment", "CleanTemp"} # {}
      newest == IF ghost.audited = 0 THEN NoLine ELSE audit[ghost.audited].disk
  IN  /\ \A i \in 1..ghost.audited : IsLine(audit[i].disk)
      /\ process.phase = "running" => newest.kind = "end"
      /\ process.phase = "opening" /\ hasWritten =>
           IF Before(Opening, process.pc, "LogAudit") > 1 THEN newest.kind = "end"
           ELSE IsEntry(newest) /\ newest.found = process.own

\* What must hold of steps.

IsSureFile(c) ==
  /\ c.name = NameCut(TRUE)
  /\ c.bytes = Item("good")
SureFiles == {c \in checkpoints : IsSureFile(c)}

\* AC-3: a running store's checkpoint holds only what every power cut leaves.
SurelyDurable == UNION ({c.own : c \in SureFiles} \cup {RecordAt(p).ids : p \in Sure})
WriteAhead ==
  [][WriteTemp /\ process.phase = "running" => temp'.own \subseteq SurelyDurable]_vars

\* AC-12: what an opening says in the audit log is what it shows.
HonestReport ==
  [][Open => ghost'.audited > 0 /\ audit'[ghost'.audited].now.found = process'.own]_vars

\* AC-5: an opening that was disturbed shows what an undisturbed one would have shown.
RecoveryIdempotent ==
  [][Open => \A shown \in ghost.expected : process'.own = shown]_vars

\* AC-15: an opening loses nothing that was shown, and at most Window acknowledged transactions.
BoundedLoss ==
  [][Open => /\ ghost.promised \subseteq process'.own
             /\ Cardinality(ghost.acked \ process'.own) <= Window]_vars

\* AC-6: every record that every power cut leaves is applied in unbroken order, and none twice.
RECURSIVE SureFrom(_, _)
SureFrom(history, position) ==
  LET next == {p \in Sure : /\ NotBefore(PlaceOf(p[1], p[2]), position)
                            /\ RecordAt(p).previous = history}
  IN  IF next = {} THEN history ELSE SureFrom(History(RecordAt(The(next))), position)
RedoOnce ==
  [][RedoWal =>
       /\ process.target \cap process.own = {}
       /\ \A c \in Named(process.loaded) :
            SureFrom(process.own, c.position) \subseteq process'.own]_vars

\* AC-7: a torn end is never called corruption, confirmed damage is never called a torn end.
TornOrCorrupt ==
  [][/\ Refuse => ghost.rotted
     /\ Open => ghost.rotten \subseteq process'.own]_vars

\* AC-8: what no rule explains is refused, and a refused opening changes nothing on disk.
FailClosed ==
  [][/\ Refuse => UNCHANGED <<segments, checkpoints, temp, audit>>
     /\ Open /\ ghost.rotted => ghost.promised \subseteq process'.own]_vars

\* AC-16: what is dropped or reused is covered by a checkpoint that survives every crash, or lies
\* before the position where its log goes on.
IsCovered(f) ==
  LET newest == IF SureFiles = {} THEN NoFile ELSE Newest(SureFiles)
  IN  \A i \in Blocks :
        IsValid(f, i) /\ NotBefore(PlaceOf(f, i), newest.position) =>
          segments[f].blocks[i].now.ids \cap Live \subseteq newest.own
CheckpointCovers ==
  [][/\ DropOld => There' = There \/ IsSureFile(Newest(There))'
     /\ RecycleWal => \A f \in process'.spares \ process.spares : IsCovered(f)
     /\ AddSegment => \A f \in Files :
          segments'[f].header.now # segments[f].header.now => IsCovered(f)]_vars

\* AC-10: no temporary file is left once an opening has finished.
NoLeftovers == [][Open => ~temp'.name.there]_vars

\* EV-1: every step is a step of the ledger, or none.
Refined == [all |-> Live, promised |-> ghost.promised]
Refines ==
  [][/\ IsLedgerStep(Refined, Refined')
     /\ Open => process'.own = Refined'.all]_vars

\* AC-5: with finitely many crashes the run ends, done or in a reported halt.
Termination == []<>Terminal
=============================================================================
