------------------------------ MODULE CpuMeter ------------------------------
\* SPDX-FileCopyrightText: The Plumbline contributors
\* SPDX-License-Identifier: MIT
(***************************************************************************)
(* The CPU meter and the sentinel (REQUIREMENTS.md, CM-1 to CM-8): a second *)
(* opinion, written by hand from the requirements.  README.md says how to   *)
(* run it and what must come out.                                           *)
(*                                                                          *)
(* A thread runs operations, each from Start to Stop.  Its CPU time is      *)
(* cpu[t]; an operation that uses Budget or more of it is a violation and   *)
(* must be reported.  Stop reads the thread's CPU clock and decides by      *)
(* itself.  Meanwhile the kernel's event may send a signal, and the watcher *)
(* then looks at the slot, to report while the operation still runs.        *)
(* Whatever reports tells the sentinel, which knows a crisis and its level. *)
(***************************************************************************)
EXTENDS Naturals

CONSTANTS
    Layout,       \* "one" meter, one on each of two "threads", or two "nested"
    B1, B2,       \* the budgets of meter 1 and meter 2
    Ops,          \* operations of each meter
    Cpu,          \* units of CPU time of each thread, over the whole run
    Waits,        \* units of wall time in which a thread does not run
    Faults,       \* bad readings, early and stray signals
    Losses,       \* signals that nobody hears of
    Clock,        \* "exact", "user", "coarse" or "none"
    Granularity,  \* the step of the clock
    Filter,       \* TRUE: Stop asks the wall clock first
    InFlight,     \* TRUE: there are events, signals and a watcher
    Quarantines,  \* TRUE: the registered response includes quarantine
    Flaw          \* the one rule that this model breaks, or "none"

ASSUME /\ Layout \in {"one", "threads", "nested"}
       /\ Clock \in {"exact", "user", "coarse", "none"}
       /\ {Filter, InFlight, Quarantines} \subseteq BOOLEAN
       /\ B1 >= 2 /\ B2 >= 2 /\ Granularity >= 1
       /\ Clock = "none" => Filter
       /\ Flaw \in {"none", "zero on error", "clamp at zero", "filter at the budget",
                    "seq read once", "generation ignored", "reported twice",
                    "quarantine ignored", "granularity unchecked", "decays by silence"}

Meters      == IF Layout = "one" THEN {1} ELSE {1, 2}
ThreadOf(m) == IF Layout = "threads" THEN m ELSE 1
Threads     == {ThreadOf(m) : m \in Meters}
Budget(m)   == IF m = 1 THEN B1 ELSE B2
IsInner(m)  == Layout = "nested" /\ m = 2
IsOuter(m)  == Layout = "nested" /\ m = 1

Min(a, b)   == IF a < b THEN a ELSE b
Odd(n)      == n % 2 = 1
One(b)      == IF b THEN 1 ELSE 0

FirstTick == 3  \* where CPU clocks begin
NoReading == 0  \* the clock could not be read
Fallen    == 1  \* the clock shows less than ever before
MaxLevel  == 2  \* of a crisis: 0 calm, 1 crisis, 2 escalated

-----------------------------------------------------------------------------
VARIABLES
    slot,      \* for each meter: what its thread, the kernel and the watcher know
    cpu,       \* for each thread: its CPU time
    waited,    \* for each thread: its wall time less its CPU time
    faults,    \* used up so far
    losses,    \* used up so far
    sentinel   \* the crisis

vars == <<slot, cpu, waited, faults, losses, sentinel>>

Verdicts == {"clean", "violation", "unmeasurable"}
OpIds    == 1..Ops
Ticks    == 0..(FirstTick + Cpu + 1)

Slots ==
  [ at      : {"rest", "stamped", "read", "open", "working", "closed", "judged"},
    seq     : 0..(2 * Ops),   \* odd while an operation runs
    stamp   : 0..(FirstTick + Cpu + Waits),  \* wall clock at the start
    lo      : Ticks,          \* the start reading lies
    hi      : Ticks,          \*   between these
    verdict : Verdicts,       \* of StopRead
    raised  : 0..Ops,         \* the operation reported last
    quarantined : BOOLEAN,
    armed   : BOOLEAN,        \* the kernel's event is enabled
    parked  : BOOLEAN,        \* the flag that says it is not
    pending : BOOLEAN,        \* a signal is under way to the watcher
    \* the watcher's visit, and what it does next
    visit   : {"none", "read", "again", "report", "park", "last"},
    wSeq    : 0..(2 * Ops),
    wLo     : Ticks,
    wHi     : Ticks,
    wVerdict : Verdicts,      \* "clean": below the budget so far
    \* history: no action asks for it
    ops     : 0..Ops,         \* operations begun
    begun   : Ticks,          \* CPU time at the beginning of the one that counts, or 0
    crossed : SUBSET OpIds,   \* these reached their budget
    failed  : SUBSET OpIds,   \* these had a bad start or stop reading
    violations   : SUBSET OpIds,  \* these were reported as violation
    unmeasurable : SUBSET OpIds,  \* these were reported as unmeasurable
    again   : BOOLEAN ]       \* an operation was reported twice

TypeOK ==
  /\ slot \in [Meters -> Slots]
  /\ cpu \in [Threads -> FirstTick..(FirstTick + Cpu)]
  /\ waited \in [Threads -> 0..Waits]
  /\ faults \in 0..Faults
  /\ losses \in 0..Losses
  /\ sentinel \in [ level : 0..MaxLevel,
                    owed : 0..(2 * Ops),   \* reports not yet answered by Escalate
                    evidence : 0..1,       \* a clean stop that Decay may use
                    quiet : 0..1 ]         \* history: there was one, by definition

Fresh ==
  [ at |-> "rest", seq |-> 0, stamp |-> 0, lo |-> FirstTick, hi |-> FirstTick,
    verdict |-> "clean", raised |-> 0, quarantined |-> FALSE,
    armed |-> FALSE, parked |-> TRUE, pending |-> FALSE,
    visit |-> "none", wSeq |-> 0, wLo |-> 0, wHi |-> 0, wVerdict |-> "clean",
    ops |-> 0, begun |-> 0, crossed |-> {}, failed |-> {},
    violations |-> {}, unmeasurable |-> {}, again |-> FALSE ]

Init ==
  /\ slot = [m \in Meters |-> Fresh]
  /\ cpu = [t \in Threads |-> FirstTick]
  /\ waited = [t \in Threads |-> 0]
  /\ faults = 0
  /\ losses = 0
  /\ sentinel = [level |-> 0, owed |-> 0, evidence |-> 0, quiet |-> 0]

-----------------------------------------------------------------------------
\* Readings.  A reading is a record [lo, hi] that should hold the truth between its ends.

Time(m)    == cpu[ThreadOf(m)]
Wall(m)    == cpu[ThreadOf(m)] + waited[ThreadOf(m)]
Exactly(c) == [lo |-> c, hi |-> c]

\* What the kernel's clock shows where the truth is c.
Shown(c) ==
  IF Clock = "coarse"
  THEN LET floor == (c \div Granularity) * Granularity
       IN  [lo |-> floor, hi |-> floor + Granularity - 1]
  ELSE Exactly(c)

\* What Start may read: the user-space clock errs by one unit on each side.
StartReadings(c) ==
  IF Clock = "user" THEN [lo : {c - 1, c}, hi : {c, c + 1}] ELSE {Shown(c)}

\* A reading that goes wrong uses up a fault.
CanFail == faults < Faults

\* The verdict of two readings; `doubt` is the answer between clean and violation.
Judge(budget, start, stop, doubt) ==
  IF start.lo = NoReading \/ stop.lo = NoReading
  THEN IF Flaw = "zero on error" THEN "clean" ELSE "unmeasurable"
  ELSE IF stop.hi < start.lo
  THEN IF Flaw = "clamp at zero" THEN "clean" ELSE "unmeasurable"
  ELSE IF stop.hi < start.lo + budget THEN "clean"
  ELSE IF stop.lo >= start.hi + budget THEN "violation"
  ELSE doubt

StartOf(m) == [lo |-> slot[m].lo, hi |-> slot[m].hi]

\* The wall time `passed`, one unit of which the clock may have missed, proves innocence (A-28).
Acquits(m, passed) ==
  /\ Filter
  /\ slot[m].lo # NoReading
  /\ IF Flaw = "filter at the budget"
     THEN passed + 1 <= Budget(m)
     ELSE passed + 1 < Budget(m)

-----------------------------------------------------------------------------
\* Reports.

\* The slot s after operation op was reported; whoever is first reports.
First(s, op) == s.raised < op \/ Flaw = "reported twice"

Told(s, op, verdict) ==
  IF ~First(s, op) THEN s ELSE
  [s EXCEPT
     !.violations   = IF verdict = "violation" THEN @ \cup {op} ELSE @,
     !.unmeasurable = IF verdict = "unmeasurable" THEN @ \cup {op} ELSE @,
     !.again        = @ \/ op \in s.violations \cup s.unmeasurable,
     !.raised       = IF @ < op THEN op ELSE @,
     !.quarantined  = @ \/ Quarantines]

\* The sentinel hears of it: a crisis begins, or one more Escalate is owed.
Hears(s, op) ==
  IF ~First(s, op) THEN sentinel ELSE
  [sentinel EXCEPT
     !.level    = IF @ = 0 THEN 1 ELSE @,
     !.owed     = IF sentinel.level > 0 THEN @ + 1 ELSE @,
     !.evidence = 0,
     !.quiet    = 0]

\* A clean stop during crisis is evidence that it may end.
Notes(verdict) ==
  IF verdict = "clean" /\ sentinel.level > 0
  THEN [sentinel EXCEPT !.evidence = 1, !.quiet = 1]
  ELSE sentinel

\* The slot s at rest: what nobody reads there is cleared.
AtRest(s) ==
  [s EXCEPT !.at = "rest", !.stamp = 0, !.lo = FirstTick, !.hi = FirstTick,
            !.verdict = "clean", !.begun = 0]

-----------------------------------------------------------------------------
\* The metered thread.

CanStart(m) ==
  /\ slot[m].at = "rest"
  /\ slot[m].ops < Ops
  /\ slot[m].quarantined => Flaw = "quarantine ignored"
  /\ Budget(m) >= 2 * Granularity \/ Flaw = "granularity unchecked"
  /\ IsInner(m) => slot[1].at = "working"

\* Before the start reading, so that the wall time is never below the CPU time used.
StartStamp(m) ==
  /\ Filter
  /\ CanStart(m)
  /\ slot' = [slot EXCEPT
       ![m].at    = "stamped",
       ![m].ops   = @ + 1,
       ![m].stamp = Wall(m),
       ![m].begun = IF Clock = "none" THEN Time(m) ELSE @]
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

StartRead(m) ==
  /\ Clock # "none"
  /\ IF Filter THEN slot[m].at = "stamped" ELSE CanStart(m)
  /\ LET op == IF Filter THEN slot[m].ops ELSE slot[m].ops + 1
         With(reading, bad) ==
           /\ slot' = [slot EXCEPT
                ![m].at     = "read",
                ![m].ops    = op,
                ![m].lo     = reading.lo,
                ![m].hi     = reading.hi,
                ![m].begun  = Time(m),
                ![m].failed = IF bad THEN @ \cup {op} ELSE @]
           /\ faults' = faults + One(bad)
     IN  \/ \E reading \in StartReadings(Time(m)) : With(reading, FALSE)
         \/ CanFail /\ With(Exactly(NoReading), TRUE)
  /\ UNCHANGED <<cpu, waited, losses, sentinel>>

\* The fields are written: seq becomes odd, and the watcher may read them.
StartOpen(m) ==
  /\ slot[m].at = IF Clock = "none" THEN "stamped" ELSE "read"
  /\ slot' = [slot EXCEPT
       ![m].at  = IF InFlight THEN "open" ELSE "working",
       ![m].seq = @ + 1]
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

\* The countdown begins.  Whoever takes the flag enables the event that an expiry had disabled.
StartArm(m) ==
  /\ slot[m].at = "open"
  /\ slot' = [slot EXCEPT
       ![m].at     = "working",
       ![m].armed  = @ \/ slot[m].parked,
       ![m].parked = FALSE]
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

\* Before the stop reading, so that nobody reads more under an odd seq than Stop does.
StopClose(m) ==
  /\ slot[m].at = "working"
  /\ IsOuter(m) => slot[2].at = "rest"
  /\ slot' = [slot EXCEPT ![m].at = "closed", ![m].seq = @ + 1]
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

\* The verdict.  A clean operation is over, any other one must be reported.
StopRead(m) ==
  /\ slot[m].at = "closed"
  /\ LET passed == Wall(m) - slot[m].stamp
         With(verdict, bad) ==
           LET s == [slot[m] EXCEPT
                       !.failed = IF bad THEN @ \cup {slot[m].ops} ELSE @]
           IN  /\ slot' = [slot EXCEPT ![m] =
                    IF verdict = "clean" THEN AtRest(s)
                    ELSE [s EXCEPT !.at = "judged", !.verdict = verdict, !.begun = 0]]
               /\ faults' = faults + One(bad)
               /\ sentinel' = Notes(verdict)
         Reading(stop, bad) ==
           With(Judge(Budget(m), StartOf(m), stop, "unmeasurable"), bad)
     IN  \E late \in 0..One(Filter) :
           /\ late <= passed
           /\ IF Acquits(m, passed - late) THEN With("clean", FALSE)
              ELSE IF Clock = "none" THEN With("unmeasurable", FALSE)
              ELSE \/ Reading(Shown(Time(m)), FALSE)
                   \/ CanFail /\ Reading(Exactly(NoReading), TRUE)
                   \/ CanFail /\ Reading(Exactly(Fallen), TRUE)
  /\ UNCHANGED <<cpu, waited, losses>>

StopReport(m) ==
  /\ slot[m].at = "judged"
  /\ LET op == slot[m].seq \div 2
     IN  /\ slot' = [slot EXCEPT ![m] = AtRest(Told(@, op, slot[m].verdict))]
         /\ sentinel' = Hears(slot[m], op)
  /\ UNCHANGED <<cpu, waited, faults, losses>>

-----------------------------------------------------------------------------
\* The watcher.  It visits one slot at a time.

\* The slot s after the visit.
Left(s) ==
  [s EXCEPT !.visit = "none", !.wSeq = 0, !.wLo = 0, !.wHi = 0, !.wVerdict = "clean"]

\* An even seq is a stale signal: nothing to judge.
ConfirmLook(m) ==
  /\ slot[m].pending
  /\ \A other \in Meters : slot[other].visit = "none"
  /\ slot' = [slot EXCEPT
       ![m].pending = FALSE,
       ![m].wSeq    = slot[m].seq,
       ![m].wLo     = slot[m].lo,
       ![m].wHi     = slot[m].hi,
       ![m].visit   = IF Odd(slot[m].seq) THEN "read" ELSE "park"]
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

\* Below the budget is no verdict yet.  A clock id that names another thread by now, whose clock is
\* far ahead, is known by its generation, and no reading.
ConfirmRead(m) ==
  /\ slot[m].visit = "read"
  /\ LET start   == [lo |-> slot[m].wLo, hi |-> slot[m].wHi]
         foreign == IF Flaw = "generation ignored"
                    THEN Exactly(slot[m].wHi + Budget(m)) ELSE Exactly(NoReading)
         With(reading, bad) ==
           /\ slot' = [slot EXCEPT
                ![m].visit    = "again",
                ![m].wVerdict = Judge(Budget(m), start, reading, "clean")]
           /\ faults' = faults + One(bad)
     IN  \/ With(Shown(Time(m)), FALSE)
         \/ CanFail /\ \E reading \in {Exactly(NoReading), Exactly(Fallen), foreign} :
              With(reading, TRUE)
  /\ UNCHANGED <<cpu, waited, losses, sentinel>>

\* Under an unchanged seq the reading lies inside the operation.  Else the slot is examined anew.
ConfirmAgain(m) ==
  /\ slot[m].visit = "again"
  /\ slot' = [slot EXCEPT ![m] =
       IF slot[m].seq # slot[m].wSeq /\ Flaw # "seq read once"
       THEN [Left(@) EXCEPT !.pending = TRUE]
       ELSE [@ EXCEPT !.visit = IF slot[m].wVerdict = "clean" THEN "park" ELSE "report"]]
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

ConfirmReport(m) ==
  /\ slot[m].visit = "report"
  /\ LET op == (slot[m].wSeq + 1) \div 2
     IN  /\ slot' = [slot EXCEPT
              ![m] = [Told(@, op, slot[m].wVerdict) EXCEPT !.visit = "park"]]
         /\ sentinel' = Hears(slot[m], op)
  /\ UNCHANGED <<cpu, waited, faults, losses>>

\* An operation below its budget is armed for the rest; else the next Start is told by the flag.
ConfirmPark(m) ==
  /\ slot[m].visit = "park"
  /\ slot' = [slot EXCEPT ![m] =
       IF Odd(slot[m].wSeq) /\ slot[m].wVerdict = "clean"
       THEN [Left(@) EXCEPT !.armed = TRUE]
       ELSE [@ EXCEPT !.parked = TRUE, !.visit = "last"]]
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

\* A new operation may have started before the flag was set: take it back and arm that one.
ConfirmLast(m) ==
  /\ slot[m].visit = "last"
  /\ LET takes == slot[m].parked /\ Odd(slot[m].seq) /\ slot[m].seq # slot[m].wSeq
     IN  slot' = [slot EXCEPT ![m] =
           [Left(@) EXCEPT !.armed = @ \/ takes, !.parked = @ /\ ~takes]]
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

-----------------------------------------------------------------------------
\* The sentinel's own steps.

Escalate ==
  /\ sentinel.owed > 0
  /\ sentinel' = [sentinel EXCEPT !.owed = @ - 1, !.level = Min(@ + 1, MaxLevel)]
  /\ UNCHANGED <<slot, cpu, waited, faults, losses>>

\* With the crisis every quarantine ends.
Decay ==
  /\ sentinel.level > 0
  /\ sentinel.owed = 0
  /\ sentinel.evidence > 0 \/ Flaw = "decays by silence"
  /\ sentinel' = [sentinel EXCEPT !.level = @ - 1, !.evidence = 0, !.quiet = 0]
  /\ slot' = [m \in Meters |->
       [slot[m] EXCEPT !.quarantined = @ /\ sentinel.level > 1]]
  /\ UNCHANGED <<cpu, waited, faults, losses>>

-----------------------------------------------------------------------------
\* The environment.

Busy(t) == \E m \in Meters : ThreadOf(m) = t /\ slot[m].at # "rest"

\* The meters of thread t whose operations reach their budgets with the next unit of CPU time.
Reaching(t) ==
  {m \in Meters : /\ ThreadOf(m) = t
                  /\ slot[m].begun > 0
                  /\ cpu[t] + 1 = slot[m].begun + Budget(m)}

Uses(t) ==
  /\ Busy(t)
  /\ cpu[t] < FirstTick + Cpu
  /\ cpu' = [cpu EXCEPT ![t] = @ + 1]
  /\ slot' = [m \in Meters |->
       IF m \in Reaching(t) THEN [slot[m] EXCEPT !.crossed = @ \cup {slot[m].ops}] ELSE slot[m]]
  /\ UNCHANGED <<waited, faults, losses, sentinel>>

Run(t)   == Reaching(t) = {} /\ Uses(t)
Cross(t) == Reaching(t) # {} /\ Uses(t)

\* The thread sleeps, waits or is preempted.
Preempt(t) ==
  /\ Busy(t)
  /\ waited[t] < Waits
  /\ waited' = [waited EXCEPT ![t] = @ + 1]
  /\ UNCHANGED <<slot, cpu, faults, losses, sentinel>>

\* The exact clock can prove that the operation needs a look.
Provable(m) == Judge(Budget(m), StartOf(m), Shown(Time(m)), "clean") # "clean"
Counts(m)   == slot[m].begun > 0

\* An event that has expired is disabled, in every case.
Expires(m, heard) ==
  /\ slot[m].armed
  /\ slot' = [slot EXCEPT ![m].armed = FALSE, ![m].pending = @ \/ heard]

SignalDue(m) ==
  /\ Counts(m) /\ Provable(m)
  /\ Expires(m, TRUE)
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

SignalEarly(m) ==
  /\ Counts(m) /\ ~Provable(m)
  /\ faults < Faults
  /\ Expires(m, TRUE)
  /\ faults' = faults + 1
  /\ UNCHANGED <<cpu, waited, losses, sentinel>>

\* The countdown ran on after Stop.
SignalStale(m) ==
  /\ ~Counts(m)
  /\ Expires(m, TRUE)
  /\ UNCHANGED <<cpu, waited, faults, losses, sentinel>>

SignalLost(m) ==
  /\ losses < Losses
  /\ Expires(m, FALSE)
  /\ losses' = losses + 1
  /\ UNCHANGED <<cpu, waited, faults, sentinel>>

\* A doubled signal, or the watcher's sweep: nothing has expired.
SignalStray(m) ==
  /\ InFlight
  /\ ~slot[m].pending
  /\ faults < Faults
  /\ slot' = [slot EXCEPT ![m].pending = TRUE]
  /\ faults' = faults + 1
  /\ UNCHANGED <<cpu, waited, losses, sentinel>>

-----------------------------------------------------------------------------
\* The actions, by the names that they have everywhere.

Start   == \E m \in Meters : StartStamp(m) \/ StartRead(m) \/ StartOpen(m) \/ StartArm(m)
Stop    == \E m \in Meters : StopClose(m) \/ StopRead(m)
Report  == \E m \in Meters : StopReport(m) \/ ConfirmReport(m)
Confirm == \E m \in Meters : \/ ConfirmLook(m) \/ ConfirmRead(m) \/ ConfirmAgain(m)
                             \/ ConfirmPark(m) \/ ConfirmLast(m)
Signal  == \E m \in Meters : \/ SignalDue(m) \/ SignalEarly(m) \/ SignalStale(m)
                             \/ SignalLost(m) \/ SignalStray(m)

\* Every meter rests for good, no visit is due, every report is answered.
Finished(m) ==
  \/ slot[m].ops = Ops
  \/ slot[m].quarantined
  \/ Budget(m) < 2 * Granularity /\ Flaw # "granularity unchecked"
  \/ IsInner(m) /\ (slot[1].ops = Ops \/ slot[1].quarantined)

Terminal ==
  /\ \A m \in Meters : /\ slot[m].at = "rest"
                       /\ Finished(m)
                       /\ slot[m].visit = "none"
                       /\ ~slot[m].pending
  /\ sentinel.owed = 0

\* Only a terminal state may be without a successor of its own.
Done == Terminal /\ UNCHANGED vars

Next ==
  \/ Start \/ Stop \/ Report \/ Confirm \/ Signal \/ Escalate \/ Decay
  \/ \E t \in Threads : Run(t) \/ Cross(t) \/ Preempt(t)
  \/ Done

Spec ==
  /\ Init /\ [][Next]_vars
  /\ WF_vars(Start) /\ WF_vars(Stop) /\ WF_vars(Report) /\ WF_vars(Confirm)
  /\ WF_vars(Escalate) /\ WF_vars(Decay)

-----------------------------------------------------------------------------
\* What must hold of states.

HasEnded(m, op) == op < slot[m].ops \/ (op = slot[m].ops /\ slot[m].at = "rest")
Reported(m)     == slot[m].violations \cup slot[m].unmeasurable

\* CM-2: reported at Stop at the latest, whatever became of the signals.
NoMiss == \A m \in Meters : \A op \in slot[m].crossed : HasEnded(m, op) => op \in Reported(m)

\* CM-2: never twice.
ReportedOnce == \A m \in Meters : ~slot[m].again

\* CM-3: only what used its budget is called a violation.
NoFalseAlarm == \A m \in Meters : slot[m].violations \subseteq slot[m].crossed

\* CM-4: an operation below its budget, not reported yet, will be looked at.
ArmedAgain ==
  InFlight => \A m \in Meters :
    (/\ slot[m].at = "working"
     /\ slot[m].ops \notin slot[m].crossed
     /\ slot[m].raised < slot[m].ops)
    => slot[m].armed \/ slot[m].pending \/ slot[m].visit # "none"

\* CM-7: an operation with a bad reading never ends clean.
FailClosed == \A m \in Meters : \A op \in slot[m].failed : HasEnded(m, op) => op \in Reported(m)

\* CM-1: a start reading holds the truth between its ends.
Truth ==
  \A m \in Meters :
    (/\ Clock # "none"
     /\ slot[m].at \in {"read", "open", "working", "closed"}
     /\ slot[m].lo # NoReading)
    => slot[m].lo <= slot[m].begun /\ slot[m].begun <= slot[m].hi

\* What must hold of steps.

\* What a meter has read, decided and reported; quarantine is the sentinel's.
Own(s) == <<s.at, s.seq, s.stamp, s.lo, s.hi, s.verdict, s.raised, s.armed, s.parked, s.pending,
            s.visit, s.wSeq, s.wLo, s.wHi, s.wVerdict, s.violations, s.unmeasurable>>

\* CM-5: a step changes what is a meter's own for one meter at most, and one clock at most.
Independence ==
  [][/\ \A m, n \in Meters :
          Own(slot'[m]) # Own(slot[m]) /\ Own(slot'[n]) # Own(slot[n]) => m = n
     /\ \A t \in Threads : cpu'[t] # cpu[t] => \A m \in Meters : Own(slot'[m]) = Own(slot[m])
     /\ \A t, u \in Threads : cpu'[t] # cpu[t] /\ cpu'[u] # cpu[u] => t = u]_vars

\* CM-6: one expiry for each time that the event is armed.
OneShot ==
  [][\A m \in Meters :
       SignalDue(m) \/ SignalEarly(m) \/ SignalStale(m) \/ SignalLost(m) => ~slot'[m].armed]_vars

Begins(m) == slot'[m].ops # slot[m].ops

\* CM-7: a budget that the clock cannot resolve is refused.
Resolvable == [][\A m \in Meters : Begins(m) => Budget(m) >= 2 * Granularity]_vars

IsTold(m) ==
  \/ slot'[m].violations # slot[m].violations
  \/ slot'[m].unmeasurable # slot[m].unmeasurable

\* CM-8: with the report the response has begun.
RespondsAtOnce ==
  [][\A m \in Meters :
       IsTold(m) => sentinel'.level > 0 /\ (Quarantines => slot'[m].quarantined)]_vars

\* CM-8: a quarantined source starts nothing.
Quarantine == [][\A m \in Meters : Begins(m) => ~slot[m].quarantined]_vars

\* CM-8: a report during crisis, and nothing else, is answered by one Escalate, before any Decay.
Escalates ==
  [][/\ Escalate => /\ sentinel'.owed = sentinel.owed - 1
                    /\ sentinel'.level = Min(sentinel.level + 1, MaxLevel)
     /\ Decay => sentinel.owed = 0
     /\ ~Escalate /\ ~Decay =>
          sentinel'.owed = sentinel.owed
            + One(sentinel.level > 0 /\ \E m \in Meters : IsTold(m))]_vars

\* CM-8: no Decay by mere silence.
DecayNeedsEvidence == [][Decay => sentinel.quiet > 0]_vars

\* CM-2: every operation that started ends, and every report is answered.
Terminates == []<>Terminal
=============================================================================
