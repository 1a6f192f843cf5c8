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
(* found, then makes a checkpoint of it.                                    *)
(*                                                                          *)
(* AtomicCommitDisk has the state, AtomicCommitOpening an opening's         *)
(* judgement, AtomicCommitSteps the programs and their steps; here are the  *)
(* environment and the properties.                                          *)
(***************************************************************************)
EXTENDS AtomicCommitSteps

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

Opens   == process.phase = "opening" /\ process'.phase = "running"
Refuses == process.phase = "opening" /\ process'.phase = "refused"
Redoes  == /\ process.phase = "opening"
           /\ Opening[process.pc + 1] = "RedoWal"
           /\ process'.pc = process.pc + 1
TakesImage == process.phase = "running" /\ process'.checkpointNumber > process.checkpointNumber
IsFault == <<ghost'.crashes, ghost'.ioErrors>> # <<ghost.crashes, ghost.ioErrors>>

IsSureFile(c) ==
  /\ c.name = NameCut(TRUE)
  /\ c.bytes = Item("good")
SureFiles == {c \in checkpoints : IsSureFile(c)}

\* AC-3: a running store's checkpoint holds only what every power cut leaves.
SurelyDurable == UNION ({c.own : c \in SureFiles} \cup {RecordAt(p).ids : p \in Sure})
WriteAhead ==
  [][TakesImage => temp'.own \subseteq SurelyDurable]_vars

\* AC-12: what an opening says in the audit log is what it shows.
HonestReport ==
  [][Opens => ghost'.audited > 0 /\ audit'[ghost'.audited].now.found = process'.own]_vars

\* AC-5: an opening that was disturbed shows what an undisturbed one would have shown.
RecoveryIdempotent ==
  [][Opens => \A shown \in ghost.expected : process'.own = shown]_vars

\* AC-15: an opening loses nothing that was shown, and at most Window acknowledged transactions.
BoundedLoss ==
  [][Opens => /\ ghost.promised \subseteq process'.own
             /\ Cardinality(ghost.acked \ process'.own) <= Window]_vars

\* AC-6: every record that every power cut leaves is applied in unbroken order, and none twice.
RECURSIVE SureFrom(_, _)
SureFrom(history, position) ==
  LET next == {p \in Sure : /\ NotBefore(PlaceOf(p[1], p[2]), position)
                            /\ RecordAt(p).previous = history}
  IN  IF next = {} THEN history ELSE SureFrom(History(RecordAt(The(next))), position)
RedoOnce ==
  [][Redoes =>
       /\ process.target \cap process.own = {}
       /\ \A c \in Named(process.loaded) :
            SureFrom(process.own, c.position) \subseteq process'.own]_vars

\* AC-7: a torn end is never called corruption, confirmed damage is never called a torn end.
TornOrCorrupt ==
  [][/\ Refuses => ghost.rotted
     /\ Opens => ghost.rotten \subseteq process'.own]_vars

\* AC-8: what no rule explains is refused, and a refused opening changes nothing on disk.
FailClosed ==
  [][/\ Refuses => UNCHANGED <<segments, checkpoints, temp, audit>>
     /\ Opens /\ ghost.rotted => ghost.promised \subseteq process'.own]_vars

\* AC-16: what is dropped or reused is covered by a checkpoint that survives every crash, or lies
\* before the position where its log goes on.
IsCovered(f) ==
  LET newest == IF SureFiles = {} THEN NoFile ELSE Newest(SureFiles)
  IN  \A i \in Blocks :
        IsValid(f, i) /\ NotBefore(PlaceOf(f, i), newest.position) =>
          segments[f].blocks[i].now.ids \cap Live \subseteq newest.own
CheckpointCovers ==
  [][~IsFault =>
       /\ {c.number : c \in There} \subseteq {c.number : c \in There'}
          \/ IsSureFile(Newest(There'))
       /\ \A f \in process'.spares \ process.spares : IsCovered(f)
       /\ \A f \in Files : segments'[f].header.now # segments[f].header.now => IsCovered(f)]_vars

\* AC-10: no temporary file is left once an opening has finished.
NoLeftovers == [][Opens => ~temp'.name.there]_vars

\* EV-1: every step is a step of the ledger, or none.
Refined == [all |-> Live, promised |-> ghost.promised]
Refines ==
  [][/\ IsLedgerStep(Refined, Refined')
     /\ Opens => process'.own = Refined'.all]_vars

\* AC-5: with finitely many crashes the run ends, done or in a reported halt.
Termination == []<>Terminal
=============================================================================
