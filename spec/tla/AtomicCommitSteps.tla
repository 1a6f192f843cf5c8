------------------------- MODULE AtomicCommitSteps --------------------------
\* SPDX-FileCopyrightText: The Plumbline contributors
\* SPDX-License-Identifier: MIT
(***************************************************************************)
(* The steps of the golden commit protocol: programs and threads, commit,   *)
(* checkpoint, opening.  A running store has up to three threads            *)
(* (committer, syncer, checkpointer), each with its program; an opening has *)
(* one.                                                                     *)
(***************************************************************************)
EXTENDS AtomicCommitOpening

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
         <= Cardinality(process.durable) + (IF Mode = "relaxed" THEN Window ELSE 0)

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
      /\ \E x \in (IF isTakenUp THEN {audit[at]} ELSE Overwritten(audit[at], TornLine)) :
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
=============================================================================
