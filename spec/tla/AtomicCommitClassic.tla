------------------------ MODULE AtomicCommitClassic ------------------------
\* SPDX-FileCopyrightText: The Plumbline contributors
\* SPDX-License-Identifier: MIT
(***************************************************************************)
(* The report's commit protocol and its shortcuts (REQUIREMENTS.md, AC-1 to *)
(* AC-6, AC-9, AC-10, AC-12): a second opinion, written by hand from the    *)
(* requirements.  README.md says how to run it and what must come out.      *)
(*                                                                          *)
(* A commit writes PREPARE into a log, replaces the state file by way of a  *)
(* temporary file, writes COMMIT and tells the client.  What it does in     *)
(* which order is a program; so is what an opening does after a crash.      *)
(* Every object on disk is what a running process reads, and what a power   *)
(* cut may leave of it.  Log, state name and temp name survive              *)
(* independently of one another.                                            *)
(***************************************************************************)
EXTENDS Ledger

CONSTANTS
    Commit,        \* the program of a commit
    Opening,       \* the program of an opening
    LogFile,       \* "growing", or "preallocated" with a record to each sector
    Reader,        \* "stops" at a record that it cannot read, or "skips" it
    Lsn,           \* TRUE: the state file holds the number of its last transaction
    KeepsOpen,     \* TRUE: CutTail leaves a PREPARE that was rolled back
    Background,    \* TRUE: a thread of the process syncs the log as it likes
    Batch,         \* records that fit into the memory buffer, 0: there is none
    Group,         \* transactions in a commit
    Transactions,  \* that are started in all
    Crashes,       \* power cuts and kills
    Kill,          \* TRUE: there are kills
    SplitRename    \* TRUE: a rename that is not synced may lose the name that it replaced

ASSUME /\ LogFile \in {"growing", "preallocated"}
       /\ Reader \in {"stops", "skips"}
       /\ {Lsn, KeepsOpen, Background, Kill, SplitRename} \subseteq BOOLEAN
       /\ Group >= 1

-----------------------------------------------------------------------------
\* The programs.  A configuration chooses one of each kind.

Full ==
  <<"AppendPrepare", "SyncWal", "WriteTemp", "SyncTemp", "Rename", "SyncDir",
    "AppendCommit", "SyncWal", "Ack">>
NoSyncDir ==
  <<"AppendPrepare", "SyncWal", "WriteTemp", "SyncTemp", "Rename",
    "AppendCommit", "SyncWal", "Ack">>
NoSyncTemp ==
  <<"AppendPrepare", "SyncWal", "WriteTemp", "Rename", "SyncDir",
    "AppendCommit", "SyncWal", "Ack">>
Batched ==
  <<"BufferPrepare", "WriteTemp", "SyncTemp", "Rename", "AppendCommit", "SyncWal", "Ack">>
BatchedSyncDir ==
  <<"BufferPrepare", "WriteTemp", "SyncTemp", "Rename", "SyncDir",
    "AppendCommit", "SyncWal", "Ack">>
BatchedWalOnly ==
  <<"BufferPrepare", "BufferCommit", "Ack">>
SyncedCommit ==
  <<"AppendPrepare", "WriteTemp", "SyncTemp", "Rename", "AppendCommit", "SyncWal", "Ack">>
Unsynced ==
  <<"AppendPrepare", "WriteTemp", "SyncTemp", "Rename", "AppendCommit", "Ack">>
UnsyncedSyncDir ==
  <<"AppendPrepare", "WriteTemp", "SyncTemp", "Rename", "SyncDir", "AppendCommit", "Ack">>
WalOnly ==
  <<"AppendPrepare", "AppendCommit", "Ack">>
EarlyAck ==
  <<"AppendPrepare", "Ack", "SyncWal", "WriteTemp", "SyncTemp", "Rename", "SyncDir",
    "AppendCommit", "SyncWal">>
GroupOfTwo ==
  <<"AppendPrepare", "AppendPrepare", "SyncWal", "WriteTemp", "SyncTemp", "Rename", "SyncDir",
    "AppendCommit", "SyncWal", "Ack">>

OpenFull ==
  <<"LoadCheckpoint", "ScanWal", "CutTail", "SyncCut", "CleanTemp", "SyncDir", "RedoWal",
    "WriteTemp", "SyncTemp", "Rename", "SyncDir", "Open">>
OpenBare ==
  <<"LoadCheckpoint", "CleanTemp", "Open">>
OpenWithoutCut ==
  <<"LoadCheckpoint", "ScanWal", "CleanTemp", "SyncDir", "RedoWal",
    "WriteTemp", "SyncTemp", "Rename", "SyncDir", "Open">>
OpenWithoutFirstSyncDir ==
  <<"LoadCheckpoint", "ScanWal", "CutTail", "SyncCut", "CleanTemp", "RedoWal",
    "WriteTemp", "SyncTemp", "Rename", "SyncDir", "Open">>
OpenRollBack ==
  <<"LoadCheckpoint", "ScanWal", "CutTail", "SyncCut", "CleanTemp", "SyncDir", "Open">>

-----------------------------------------------------------------------------
VARIABLES
    log,      \* the log as a running process reads it: a record in each slot
    disk,     \* the log as it lies on disk
    end,      \* the slot in which the process wrote last
    state,    \* the state file: its image, and what else its name may come back with
    temp,     \* the temporary file
    process,  \* what is in memory
    ghost     \* history: no action asks for it, except how much is left

vars == <<log, disk, end, state, temp, process, ghost>>

Ids   == 1..Transactions
Slots == 1..(2 * Transactions + Crashes)  \* what a crash tears may stay for ever

\* A log record.  Torn: the part of one.  Glued: two in one line, neither can be read.
Prepare(id) == [kind |-> "prepare", id |-> id]
CommitOf(id) == [kind |-> "commit", id |-> id]
Empty == [kind |-> "empty", id |-> 0]
Torn  == [kind |-> "torn", id |-> 0]
Glued == [kind |-> "glued", id |-> 0]

Records == {Empty, Torn, Glued} \cup {Prepare(id) : id \in Ids} \cup {CommitOf(id) : id \in Ids}
Logs    == [Slots -> Records]

\* What a file holds: a content, the Merkle root beside it (of an ideal hash: the content of which
\* it was computed), and the number of the last transaction.
Contents == [own : SUBSET Ids, last : 0..Transactions]
Images ==
  [ readable : BOOLEAN,
    own : SUBSET Ids, last : 0..Transactions,
    root : Contents,
    lsn : 0..Transactions,
    viaTemp : BOOLEAN ]  \* the file had the temp name since the last folder sync

NoImage ==
  [ readable |-> FALSE, own |-> {}, last |-> 0, root |-> ContentAfter({}), lsn |-> 0,
    viaTemp |-> FALSE ]

ContentOf(image) == [own |-> image.own, last |-> image.last]

ImageOf(content) ==
  [ readable |-> TRUE, own |-> content.own, last |-> content.last, root |-> content,
    lsn |-> IF Lsn THEN content.last ELSE 0, viaTemp |-> FALSE ]

TypeOK ==
  /\ log \in Logs
  /\ disk \in Logs
  /\ end \in {0} \cup Slots
  /\ state \in [ image : Images,          \* that the name reads, or NoImage
                 synced : BOOLEAN,        \* its bytes
                 old : SUBSET Images,     \* others that the name had since the last folder sync
                 mayBeNone : BOOLEAN,     \* a rename may have lost the name
                 mayBeBad : BOOLEAN ]     \* one of the others was never synced
  /\ temp \in [ there : BOOLEAN,          \* the name
                image : Images, synced : BOOLEAN,
                mayBe : BOOLEAN, mayBeNone : BOOLEAN,  \* after a power cut
                isState : BOOLEAN ]       \* both names have one file
  /\ process \in [ phase : {"running", "opening", "refused"},
                   pc : 0..15,            \* operations of the program that are done
                   memory : Images,       \* what readers see; while opening, what they will see
                   flying : SUBSET Ids,   \* the commit in progress
                   buffer : Seq(Records),
                   owesSync : BOOLEAN,    \* FlushBuffer has written
                   prepared : SUBSET Ids, committed : SUBSET Ids,  \* as ScanWal read them
                   rolledBack : SUBSET Ids ]  \* as the opening will report
  /\ ghost \in [ started : 0..Transactions,
                 promised : SUBSET Ids,   \* a client was told, or an opening has shown it
                 lost : SUBSET Ids,       \* an opening left them out
                 expected : SUBSET (SUBSET Ids),  \* an undisturbed opening would show it
                 crashes : 0..Crashes ]   \* left

AtRest ==
  [ phase |-> "running", pc |-> 0, memory |-> ImageOf(ContentAfter({})), flying |-> {},
    buffer |-> <<>>, owesSync |-> FALSE, prepared |-> {}, committed |-> {}, rolledBack |-> {} ]

NoTemp == [there |-> FALSE, image |-> NoImage, synced |-> FALSE, mayBe |-> FALSE,
           mayBeNone |-> TRUE, isState |-> FALSE]

\* The state name reads an image and can come back with nothing else.
Settled(image) == [image |-> [image EXCEPT !.viaTemp = FALSE], synced |-> TRUE, old |-> {},
                   mayBeNone |-> FALSE, mayBeBad |-> FALSE]

\* An empty store whose state file is durable.
Init ==
  /\ log = [i \in Slots |-> Empty]
  /\ disk = [i \in Slots |-> Empty]
  /\ end = 0
  /\ state = Settled(ImageOf(ContentAfter({})))
  /\ temp = NoTemp
  /\ process = AtRest
  /\ ghost = [started |-> 0, promised |-> {}, lost |-> {}, expected |-> {}, crashes |-> Crashes]

-----------------------------------------------------------------------------
\* The program.

Program == IF process.phase = "running" THEN Commit ELSE Opening

IsAtRest == process.phase = "running" /\ process.pc = 0
MayStart == ghost.started + Group <= Transactions

\* The program stands before `op`; its first operation begins a commit, if there is one to begin.
At(op) ==
  /\ process.phase # "refused"
  /\ process.pc < Len(Program)
  /\ Program[process.pc + 1] = op
  /\ IsAtRest => MayStart

\* The commit in progress, also where this step begins it.
Flying ==
  IF IsAtRest THEN (ghost.started + 1)..(ghost.started + Group) ELSE process.flying

Begun == [ghost EXCEPT !.started = IF IsAtRest THEN @ + Group ELSE @]

\* The process p after one more operation.  Behind the commit's last one the store is at rest.
Advanced(p) ==
  IF p.phase = "running" /\ p.pc + 1 = Len(Commit)
  THEN [p EXCEPT !.pc = 0, !.flying = {}]
  ELSE [p EXCEPT !.pc = @ + 1, !.flying = Flying]

Advances == process' = Advanced(process) /\ ghost' = Begun

-----------------------------------------------------------------------------
\* The log.

Length(l)   == Cardinality({i \in Slots : l[i] # Empty})
IsPlain(r)  == r.kind \in {"prepare", "commit"}
Upto(l, n)  == [i \in Slots |-> IF i <= n THEN l[i] ELSE Empty]
TornAt(l, n) == [i \in Slots |-> IF i < n THEN l[i] ELSE IF i = n THEN Torn ELSE Empty]

\* Slots before the first one that reads otherwise than it lies on disk.
Common == Cardinality({i \in Slots : \A j \in 1..i : log[j] = disk[j]})

\* A growing log: any first part of what was written, also with a torn record behind it; or, where
\* a cut is pending, the log before it.  A torn line to which something was added stays there.
GrowingSurvivors ==
  IF log = disk THEN {disk} ELSE
  LET from == IF log[Common + 1] = Glued THEN Common + 1 ELSE Common
  IN  {disk} \cup {Upto(log, n) : n \in from..Length(log)}
             \cup {TornAt(log, n) : n \in (from + 1)..Length(log)}

\* A preallocated log: each record that is pending is old, new or torn.
PreallocatedSurvivors ==
  LET pending == {i \in Slots : log[i] # disk[i]}
      Left(i, fate) ==
        CASE fate = "old" -> disk[i] [] fate = "new" -> log[i] [] fate = "torn" -> Torn
  IN  {[i \in Slots |-> IF i \in pending THEN Left(i, fates[i]) ELSE disk[i]] :
         fates \in [pending -> {"old", "new", "torn"}]}

LogSurvivors == IF LogFile = "growing" THEN GrowingSurvivors ELSE PreallocatedSurvivors

\* A record behind the log.  A line of text that follows a torn one becomes a part of it.
Glues(l, n) == LogFile = "growing" /\ Reader = "skips" /\ n > 0 /\ l[n] = Torn
Appended(l, n, r) == IF Glues(l, n) THEN [l EXCEPT ![n] = Glued] ELSE [l EXCEPT ![n + 1] = r]
EndBehind(l, n) == IF Glues(l, n) THEN n ELSE n + 1

\* The slots that a reader reads.
Read(l) == {i \in Slots : \A j \in 1..i : l[j] # Empty /\ (IsPlain(l[j]) \/ Reader = "skips")}

PreparedIn(l)  == {l[i].id : i \in {j \in Read(l) : l[j].kind = "prepare"}}
CommittedIn(l) == UNION {(l[i].id + 1 - Group)..l[i].id :
                           i \in {j \in Read(l) : l[j].kind = "commit"}}

\* The image with these transactions applied, in ascending order.
With(image, ids) ==
  IF ids = {} THEN image ELSE ImageOf([own |-> image.own \cup ids, last |-> Last(ids)])

\* What an image with a number of its last transaction needs no log for.
Lacks(image, ids) == IF Lsn THEN Above(ids, image.lsn) ELSE ids

-----------------------------------------------------------------------------
\* Commit.

\* A group logs one PREPARE after the other and one COMMIT for all.
NextId(op) == First(Flying) + Before(Commit, process.pc, op)

Appends(r) ==
  /\ log' = Appended(log, end, r)
  /\ end' = EndBehind(log, end)
  /\ Advances
  /\ UNCHANGED <<disk, state, temp>>

AppendPrepare == At("AppendPrepare") /\ Appends(Prepare(NextId("AppendPrepare")))
AppendCommit  == At("AppendCommit") /\ Appends(CommitOf(Last(Flying)))

Buffers(r) ==
  /\ Len(process.buffer) < Batch
  /\ process' = Advanced([process EXCEPT !.buffer = Append(@, r)])
  /\ ghost' = Begun
  /\ UNCHANGED <<log, disk, end, state, temp>>

BufferPrepare == At("BufferPrepare") /\ Buffers(Prepare(NextId("BufferPrepare")))
BufferCommit  == At("BufferCommit") /\ Buffers(CommitOf(Last(Flying)))

\* A timer, a caller or a full buffer.
FlushBuffer ==
  /\ process.phase = "running"
  /\ process.buffer # <<>>
  /\ ~process.owesSync
  /\ LET b == process.buffer
         glued == IF Glues(log, end) THEN 1 ELSE 0  \* the first record only
     IN  /\ log' = [i \in Slots |->
              IF glued = 1 /\ i = end THEN Glued
              ELSE IF i > end /\ i <= end + Len(b) - glued THEN b[i - end + glued]
              ELSE log[i]]
         /\ end' = end + Len(b) - glued
  /\ process' = [process EXCEPT !.buffer = <<>>, !.owesSync = TRUE]
  /\ UNCHANGED <<disk, state, temp, ghost>>

\* At its place in the program, or after FlushBuffer.
SyncWal ==
  /\ disk' = log
  /\ \/ At("SyncWal") /\ Advances
     \/ /\ process.owesSync
        /\ process' = [process EXCEPT !.owesSync = FALSE]
        /\ UNCHANGED ghost
  /\ UNCHANGED <<log, end, state, temp>>

\* The state name's file is one that it no longer has after the next folder sync.
Former(s) ==
  [s EXCEPT
     !.old      = IF s.image.readable THEN @ \cup {s.image} ELSE @,
     !.mayBeBad = @ \/ ~s.image.readable \/ ~s.synced]

\* Opens the temp name with truncation.  Where it is another name of the state file, that file is
\* overwritten.
WriteTemp ==
  /\ At("WriteTemp")
  /\ LET image == With(process.memory, Flying)
     IN  IF temp.there /\ temp.isState
         THEN /\ state' = [Former(state) EXCEPT
                   !.image  = [image EXCEPT !.viaTemp = state.image.viaTemp],
                   !.synced = FALSE]
              /\ UNCHANGED temp
         ELSE /\ temp' = [temp EXCEPT
                   !.image = image, !.synced = FALSE, !.there = TRUE, !.mayBe = TRUE]
              /\ UNCHANGED state
  /\ Advances
  /\ UNCHANGED <<log, disk, end>>

SyncTemp ==
  /\ At("SyncTemp")
  /\ temp.there
  /\ IF temp.isState
     THEN state' = [state EXCEPT !.synced = TRUE] /\ UNCHANGED temp
     ELSE temp' = [temp EXCEPT !.synced = TRUE] /\ UNCHANGED state
  /\ Advances
  /\ UNCHANGED <<log, disk, end>>

\* Two names of one file: a rename does nothing.
Rename ==
  /\ At("Rename")
  /\ temp.there
  /\ IF temp.isState THEN UNCHANGED <<state, temp>> ELSE
     /\ state' = [Former(state) EXCEPT
          !.image     = [temp.image EXCEPT !.viaTemp = TRUE],
          !.synced    = temp.synced,
          !.mayBeNone = @ \/ SplitRename]
     /\ temp' = [temp EXCEPT
          !.image = NoImage, !.synced = FALSE, !.there = FALSE, !.mayBeNone = TRUE]
  /\ Advances
  /\ UNCHANGED <<log, disk, end>>

SyncDir ==
  /\ At("SyncDir")
  /\ state' = [state EXCEPT !.old = {}, !.mayBeNone = FALSE, !.mayBeBad = FALSE,
                            !.image.viaTemp = FALSE]
  /\ temp' = [temp EXCEPT !.mayBe = temp.there, !.mayBeNone = ~temp.there]
  /\ Advances
  /\ UNCHANGED <<log, disk, end>>

Ack ==
  /\ At("Ack")
  /\ process' = Advanced([process EXCEPT !.memory = With(@, Flying)])
  /\ ghost' = [Begun EXCEPT !.promised = @ \cup Flying]
  /\ UNCHANGED <<log, disk, end, state, temp>>

-----------------------------------------------------------------------------
\* Opening.

\* Nothing is pending.
IsQuiet ==
  /\ log = disk
  /\ state.old = {} /\ ~state.mayBeNone /\ ~state.mayBeBad /\ state.synced
  /\ temp.mayBe = temp.there /\ temp.mayBeNone = ~temp.there

\* What an opening that read this disk and was not disturbed would show.
Undisturbed ==
  LET ready == PreparedIn(log) \cap CommittedIn(log)
  IN  IF {"ScanWal", "RedoWal"} \subseteq OpsOf(Opening)
      THEN state.image.own \cup Lacks(state.image, ready) ELSE state.image.own

\* The process p after it has read the log.
Scanned(p) ==
  [p EXCEPT
     !.prepared   = PreparedIn(log),
     !.committed  = CommittedIn(log),
     !.rolledBack = Lacks(p.memory, PreparedIn(log) \ CommittedIn(log))]

\* In a preallocated log a process writes behind what it could read.
Reads == end' = IF LogFile = "preallocated" THEN Cardinality(Read(log)) ELSE end

\* A bare opening reads the log here, for its report alone.
LoadCheckpoint ==
  /\ At("LoadCheckpoint")
  /\ state.image.readable
  /\ LET loaded == [process EXCEPT !.memory = [state.image EXCEPT !.viaTemp = FALSE]]
     IN  IF OpsOf(Opening) \cap {"ScanWal", "RedoWal"} = {}
         THEN process' = Advanced(Scanned(loaded)) /\ Reads
         ELSE process' = Advanced(loaded) /\ UNCHANGED end
  /\ ghost' = IF IsQuiet /\ ghost.expected = {}
              THEN [ghost EXCEPT !.expected = {Undisturbed}] ELSE ghost
  /\ UNCHANGED <<log, disk, state, temp>>

Refuse ==
  /\ At("LoadCheckpoint")
  /\ ~state.image.readable \/ state.image.root # ContentOf(state.image)
  /\ process' = [process EXCEPT !.phase = "refused", !.pc = 0]
  /\ UNCHANGED <<log, disk, end, state, temp, ghost>>

ScanWal ==
  /\ At("ScanWal")
  /\ process' = Advanced(Scanned(process))
  /\ Reads
  /\ UNCHANGED <<log, disk, state, temp, ghost>>

ToRedo == Lacks(process.memory, process.prepared \cap process.committed)

RedoWal ==
  /\ At("RedoWal")
  /\ process' = Advanced([process EXCEPT !.memory = With(@, ToRedo)])
  /\ UNCHANGED <<log, disk, end, state, temp, ghost>>

\* What a cut leaves: what was read, less a torn end, less PREPAREs at the end that are rolled back.
Kept ==
  LET whole == Last({i \in Read(log) : log[i] # Torn})
      IsRolledBack(r) == r.kind = "prepare" /\ r.id \in process.rolledBack
  IN  IF KeepsOpen THEN whole ELSE Last({i \in 1..whole : ~IsRolledBack(log[i])})

\* The kernel may have written any part of the log before it is cut.
CutTail ==
  /\ At("CutTail")
  /\ IF Upto(log, Kept) = log THEN UNCHANGED <<log, disk, end>> ELSE
     /\ disk' \in LogSurvivors
     /\ log' = Upto(log, Kept)
     /\ end' = Kept
  /\ Advances
  /\ UNCHANGED <<state, temp>>

SyncCut ==
  /\ At("SyncCut")
  /\ disk' = log
  /\ Advances
  /\ UNCHANGED <<log, end, state, temp>>

CleanTemp ==
  /\ At("CleanTemp")
  /\ temp' = IF temp.there THEN [NoTemp EXCEPT !.mayBe = temp.mayBe] ELSE temp
  /\ Advances
  /\ UNCHANGED <<log, disk, end, state>>

Live == (1..ghost.started) \ ghost.lost

\* Readers see what was found.  What is not in it is lost, and stays lost.
Open ==
  /\ At("Open")
  /\ process' = [AtRest EXCEPT !.memory = process.memory]
  /\ ghost' = [ghost EXCEPT
       !.lost     = @ \cup Above(Live, Last(process.memory.own)),
       !.promised = @ \cup process.memory.own,
       !.expected = {}]
  /\ UNCHANGED <<log, disk, end, state, temp>>

-----------------------------------------------------------------------------
\* The environment.

\* The syncing thread, or the kernel for it.
BackgroundWrite ==
  /\ Background
  /\ process.phase # "refused"
  /\ disk' \in {l \in LogSurvivors : \A i \in Slots : l[i] = Torn => log[i] = Torn}
  /\ disk' # disk
  /\ UNCHANGED <<log, end, state, temp, process, ghost>>

\* The process is gone.  Nobody reads a temp file that was left behind.
Stops ==
  /\ process.phase # "refused"
  /\ ghost.crashes > 0
  /\ process' = [AtRest EXCEPT !.phase = "opening", !.memory = NoImage]
  /\ ghost' = [ghost EXCEPT !.crashes = @ - 1]

\* What is pending stays pending.
KillProcess ==
  /\ Kill
  /\ Stops
  /\ end' = IF LogFile = "preallocated" THEN 0 ELSE end
  /\ temp' = [temp EXCEPT !.image = NoImage, !.synced = FALSE]
  /\ UNCHANGED <<log, disk, state>>

\* Each file that the state name had since the last folder sync, or none that can be read.
StateSurvivors ==
  (IF state.image.readable THEN {state.image} ELSE {})
  \cup state.old
  \cup (IF state.image.readable /\ state.synced /\ ~state.mayBeNone /\ ~state.mayBeBad
        THEN {} ELSE {NoImage})

\* The temp name is there or not.  Without CleanTemp it matters whether it is, after a rename of
\* which only the new name survived, another name of the state file.
TempSurvivors(image) ==
  LET There(isState) == [NoTemp EXCEPT !.there = TRUE, !.mayBe = TRUE, !.mayBeNone = FALSE,
                                       !.isState = isState]
  IN  (IF temp.mayBeNone THEN {NoTemp} ELSE {})
      \cup (IF temp.mayBe THEN {There(FALSE)} ELSE {})
      \cup (IF temp.mayBe /\ image.viaTemp /\ "CleanTemp" \notin OpsOf(Opening)
            THEN {There(TRUE)} ELSE {})

PowerCut ==
  /\ Stops
  /\ \E image \in StateSurvivors :
       /\ state' = Settled(image)
       /\ temp' \in TempSurvivors(image)
  /\ \E l \in LogSurvivors :
       /\ log' = l
       /\ disk' = l
       /\ end' = IF LogFile = "preallocated" THEN 0 ELSE Length(l)

-----------------------------------------------------------------------------
Protocol ==
  \/ AppendPrepare \/ AppendCommit \/ BufferPrepare \/ BufferCommit \/ FlushBuffer \/ SyncWal
  \/ WriteTemp \/ SyncTemp \/ Rename \/ SyncDir \/ Ack
  \/ LoadCheckpoint \/ Refuse \/ ScanWal \/ CutTail \/ SyncCut \/ CleanTemp \/ RedoWal \/ Open
  \/ BackgroundWrite

\* Refused, or done and everybody was answered.
Terminal ==
  \/ process.phase = "refused"
  \/ IsAtRest /\ ~MayStart /\ Live \subseteq ghost.promised

\* Only a terminal state may be without a successor of its own.
Done == Terminal /\ UNCHANGED vars

Next == Protocol \/ KillProcess \/ PowerCut \/ Done

Spec == Init /\ [][Next]_vars /\ WF_vars(Protocol)

-----------------------------------------------------------------------------
\* What must hold of states.

IsVisible == process.phase = "running"

\* AC-1: what readers see is the content after a first part of the transactions, in commit order.
Atomicity ==
  IsVisible => IsWhole(ContentOf(process.memory), Live \cup (process.memory.own \cap ghost.lost))

\* AC-2: what readers see holds every transaction that a client was promised.
Durability == IsVisible => ghost.promised \subseteq process.memory.own

\* AC-4: the stored Merkle root is the root of the stored content.
Consistency ==
  /\ IsVisible => process.memory.root = ContentOf(process.memory)
  /\ state.image.readable => state.image.root = ContentOf(state.image)

\* AC-5: no crash that the disk allows makes an opening refuse.
NoPanic == process.phase # "refused"

\* The log less all that a power cut may take.
SureLog ==
  IF LogFile = "growing" THEN Upto(log, Common)
  ELSE [i \in Slots |-> IF log[i] = disk[i] THEN log[i] ELSE Torn]

\* AC-3: no image of a transaction can survive where its PREPARE may be lost.
WriteAhead ==
  LET sure == {SureLog[i].id : i \in {j \in Slots : SureLog[j].kind = "prepare"}}
  IN  \A image \in {state.image, temp.image} \cup state.old : image.own \subseteq sure

\* AC-3: in each log that may survive a COMMIT follows the PREPAREs of its group.
WalOrder ==
  LET IsOrdered(l, behind) ==
        \A i \in Slots : l[i].kind = "commit" =>
          \A id \in (l[i].id + 1 - Group)..l[i].id :
            \E j \in 1..(i - 1) : behind[j] = Prepare(id)
  IN  IF LogFile = "growing" THEN IsOrdered(log, log) /\ IsOrdered(disk, disk)
      ELSE IsOrdered(log, SureLog) /\ IsOrdered(disk, SureLog)

\* AC-9: what an opening left out is never visible again.
NoResurrection == IsVisible => process.memory.own \cap ghost.lost = {}

\* What must hold of steps.

Opens  == process.phase = "opening" /\ process'.phase = "running"
Redoes == At("RedoWal") /\ process'.pc = process.pc + 1

\* AC-12: what an opening reports as applied is in the content, what as rolled back is not.
HonestReport ==
  [][Opens =>
       /\ process.rolledBack \cap process'.memory.own = {}
       /\ (process.prepared \cup process.committed) \ process.rolledBack
            \subseteq process'.memory.own]_vars

\* AC-5: an opening that was disturbed shows what an undisturbed one would have shown.
RecoveryIdempotent ==
  [][Opens => \A shown \in ghost.expected : process'.memory.own = shown]_vars

\* AC-6: what is durable and not in the image is applied, once.
RedoOnce ==
  [][/\ Redoes => ToRedo \cap process.memory.own = {}
     /\ Opens => (PreparedIn(SureLog) \cap CommittedIn(SureLog)) \ ghost.lost
                   \subseteq process'.memory.own]_vars

\* AC-10: no temporary file is left once an opening has finished.
NoLeftovers == [][Opens => ~temp'.there]_vars

\* EV-1: every step is a step of the ledger, or none.
Refined == [all |-> Live, promised |-> ghost.promised]
Refines ==
  [][/\ IsLedgerStep(Refined, Refined')
     /\ Opens => process'.memory.own = Refined'.all]_vars

\* AC-5: with finitely many crashes the run ends, done or in a reported halt.
Termination == []<>Terminal
=============================================================================
