# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
"""A second reader of the store format, written from spec/FORMAT.md alone (EV-7, AC-4 to AC-8).

    plumb_reader.py verify DIR    one line: the verdict; the root after every record is compared
    plumb_reader.py dump DIR      the entries in order of key bytes, then one line about the state
    plumb_reader.py log DIR       one line a record behind the loaded checkpoint

A refusal is one line on standard output, whatever the command. Exit status: 0 accepted, 1 corrupt,
2 no store or wrong usage, 3 not to be read now (io, locked), 4 written by a newer version. Programs
import judge(). The reader shares no code with the library and writes nothing. Each length is held
against the bytes that are there before it is used. Paragraph signs (§) cite FORMAT.md. One thread.
"""

import dataclasses
import fcntl
import hashlib
import itertools
import json
import os
import re
import stat
import struct
import sys
from collections import namedtuple

ZERO = bytes(32)
BLOCK_SIZES, SEGMENT_LIMIT = (512, 1024, 2048, 4096), 2**30
KEY_LIMIT, ID_LIMIT, IDS_LIMIT = 65536, 256, 65536
NUMBER_LIMIT, REACHABLE_LIMIT, SLOT_LIMIT = 2**63, 2**62, 2**32  # numbers stay below (§1, §6, §8)
LINE_UNIT, LINE_LIMIT, DEPTH_LIMIT = 512, 65536, 32
HEAD, RECORD_HEAD, RECORD_MAGIC = 512, 176, b"PLUMBREC"
EXIT = {"corrupt": 1, "not_a_store": 2, "invalid": 2, "io": 3, "locked": 3, "newer_version": 4}

Checkpoint = namedtuple("Checkpoint", "name number seq store_id block_bytes segment_bytes root "
                        "chain position anchor entries")  # position, anchor: pairs as in §4
Slot = namedtuple("Slot", "name number salt data")
Record = namedtuple("Record", "file offset length segment first_seq count durable_seq digest "
                    "previous root transactions")  # [(id, [(key, value, or None for erase)])]


@dataclasses.dataclass
class State:
    """What an accepted store says; as it stands, that of an unfinished init."""

    seq: int = 0
    chain: bytes = ZERO
    root: bytes = ZERO
    entries: dict = dataclasses.field(default_factory=dict)
    durable: object = "unknown"
    checkpoint: Checkpoint | None = None
    records: list = dataclasses.field(default_factory=list)
    tail: str = "clean"
    discarded: list = dataclasses.field(default_factory=list)
    end: tuple = (None, None, None)  # segment number, offset, file


class Refused(Exception):
    """The store is refused; args are code, file, offset and reason."""


def require(condition, file, offset, reason, code="corrupt"):
    if not condition:
        raise Refused(code, file, offset, reason)


class Cursor:
    """Reads forward in data[pos:end] of a file."""

    def __init__(self, file, data, pos, end):
        self.file, self.data, self.pos, self.end = file, data, pos, end

    def take(self, length):
        require(length <= self.end - self.pos, self.file, self.pos,
                f"{length} bytes do not fit before {self.end}")
        self.pos += length
        return self.data[self.pos - length : self.pos]

    def numbers(self, layout):
        return struct.unpack(layout, self.take(struct.calcsize(layout)))


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def version_of(name, head, magic):
    """§2, §4, §8: the version of a header whose digest and magic are right, else None."""
    if len(head) != HEAD or head[32:40] != magic or sha(head[32:]) != head[:32]:
        return None
    version = int.from_bytes(head[40:44], "big")
    require(version <= 1, name, 40, f"the file is of version {version}", "newer_version")
    return version


# --- §1 Files ---------------------------------------------------------------------------------


class Folder:
    """§1: the names of the store in one folder, under a shared lock until it is closed."""

    def __init__(self, path):
        self.fd, self.lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)
        if self.lock:
            self.lock.close()

    def take_lock(self):
        try:
            self.lock = self.open("LOCK")
            fcntl.flock(self.lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            pass  # nobody ever opened it for writing
        except BlockingIOError:
            raise Refused("locked", "LOCK", None, "a writer has the store open") from None

    def list(self):
        """Sorts the names; refused if one of the store's is not a file of its own."""
        self.checkpoints, self.slots, self.others = [], [], []  # (number, seq, name); (slot, name)
        names = os.listdir(self.fd)
        for name in names:
            digits = "(0|[1-9][0-9]*)"
            if match := re.fullmatch(f"checkpoint-{digits}-{digits}", name):
                number, seq = int(match[1]), int(match[2])
                if 1 <= number < NUMBER_LIMIT and seq < NUMBER_LIMIT:
                    self.checkpoints.append((number, seq, name))
            elif match := re.fullmatch(f"log-{digits}", name):
                if int(match[1]) < SLOT_LIMIT:
                    self.slots.append((int(match[1]), name))
            elif name in ("LOCK", "checkpoint.tmp", "audit.log"):
                self.others.append(name)
        self.checkpoints.sort(reverse=True)
        self.slots.sort()
        own = sorted(self.others + [row[-1] for row in self.checkpoints + self.slots])
        require(own or not names, "", None, "the folder holds no name of a store", "not_a_store")
        for name in own:
            self.check(name, os.stat(name, dir_fd=self.fd, follow_symlinks=False))

    def check(self, name, status):
        require(stat.S_ISREG(status.st_mode), name, None, "it is not a regular file")
        require(status.st_dev == os.fstat(self.fd).st_dev, name, None,
                "it is on another filesystem than the folder")

    def open(self, name):
        self.check(name, os.stat(name, dir_fd=self.fd, follow_symlinks=False))
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        file = os.fdopen(os.open(name, flags, dir_fd=self.fd), "rb")
        self.check(name, os.fstat(file.fileno()))
        return file

    def read(self, name, limit):
        """The first bytes of a file, and its size."""
        with self.open(name) as file:
            return file.read(limit), os.fstat(file.fileno()).st_size


# --- §2 Segment -------------------------------------------------------------------------------


def are_sizes(block_bytes, segment_bytes):
    return (block_bytes in BLOCK_SIZES and segment_bytes % block_bytes == 0
            and max(4096, 8 * block_bytes) <= segment_bytes <= SEGMENT_LIMIT)


def read_header(name, data, size):
    """§2: a header judged by itself: number, salt and (block_bytes, store id, segment_bytes); None
    if it is unreadable, or a refusal."""
    version = version_of(name, data[:HEAD], b"PLUMBSEG")
    if version is None:
        return None
    require(version == 1, name, 40, "a segment of version 0")
    block_bytes, store_id, number, segment_bytes, salt = struct.unpack(">I16sQQ16s", data[44:96])
    require(are_sizes(block_bytes, segment_bytes), name, 44, "impossible sizes")
    require(1 <= number < NUMBER_LIMIT, name, 64, "a segment number out of bounds")
    require(not any(data[96:HEAD]), name, 96, "a nonzero byte at the end of the header")
    require(size == segment_bytes, name, None, "the file's size is not the segment's")
    return number, salt, (block_bytes, store_id, segment_bytes)


# --- §3 Record --------------------------------------------------------------------------------


def magics(data, step, start=0):
    """Every multiple of step from start on at which a record's magic is in its place."""
    at = data.find(RECORD_MAGIC, start + 32)
    while at >= 0:
        if (at - 32) % step == 0:
            yield at - 32
        at = data.find(RECORD_MAGIC, at + 1)


def stated_length(data, at, block_bytes):
    """§3: length of the record at a magic, valid or not, if it ends in data; else 0."""
    payload = int.from_bytes(data[at + 100 : at + 104], "big")
    length = -(-(RECORD_HEAD + payload) // block_bytes) * block_bytes
    return length if length <= len(data) - at else 0


def intact_length(data, at, block_bytes):
    """§3: the same, if its digest is right; else 0."""
    length = stated_length(data, at, block_bytes)
    return length if sha(data[at + 32 : at + length]) == data[at : at + 32] else 0


class Allowance:
    """Rules 1, 7, 8: records that overlap are not hashed without end."""

    def __init__(self, file, left):
        self.file, self.left = file, left

    def spend(self, at, length):
        self.left -= length
        require(self.left >= 0, self.file, at, "records overlap")


def is_of_its_place(slot, at, store_id):
    """§3: magic, store id, segment number, salt and offset are those of the place."""
    place = RECORD_MAGIC + store_id + struct.pack(">Q16sQ", slot.number, slot.salt, at)
    return slot.data[at + 32 : at + 88] == place


def record_in_place(slot, at, checkpoint):
    """§3: the record that is valid in its place, or None; refused if it breaks another rule."""
    if not is_of_its_place(slot, at, checkpoint.store_id):
        return None
    length = intact_length(slot.data, at, checkpoint.block_bytes)
    if not length:
        return None
    name, data = slot.name, slot.data
    first_seq, count, payload, durable_seq, previous, root = struct.unpack(
        ">QIIQ32s32s", data[at + 88 : at + RECORD_HEAD])
    require(count >= 1, name, at + 96, "a record without a transaction")
    require(durable_seq < first_seq <= NUMBER_LIMIT - count, name, at + 88,
            "first_seq is out of bounds or not above durable_seq")
    body = Cursor(name, data, at + RECORD_HEAD, at + RECORD_HEAD + payload)
    transactions = [read_transaction(body) for _ in range(count)]
    require(body.pos == body.end, name, body.pos, "the payload goes on behind its transactions")
    require(not any(data[body.end : at + length]), name, body.end, "the padding is not zero")
    return Record(name, at, length, slot.number, first_seq, count, durable_seq,
                  data[at : at + 32], previous, root, transactions)


def read_transaction(body):
    start, changes = body.pos, []
    id_length, count = body.numbers(">II")
    require(id_length <= ID_LIMIT, body.file, start, "an id is too long")
    identity = body.take(id_length)
    for _ in range(count):
        start = body.pos
        kind, key_length, value_length = body.numbers(">BII")
        require(kind == 1 or (kind, value_length) == (0, 0), body.file, start, "a wrong change")
        require(key_length <= KEY_LIMIT, body.file, start + 1, "a key is too long")
        key, value = body.take(key_length), body.take(value_length)
        changes.append((key, value if kind == 1 else None))
    return identity, changes


# --- §4 Checkpoint ----------------------------------------------------------------------------


def read_checkpoint(folder, number, seq, name):
    """§4: the checkpoint; refused as corrupt if it is invalid."""
    head, size = folder.read(name, HEAD)
    require(version_of(name, head, b"PLUMBCKP") == 1, name, 0,
            "digest, magic or version of the header is wrong")
    (block_bytes, store_id, own_number, own_seq, entry_count, id_count, root, chain, segment,
     offset, segment_bytes, every, log_bytes, mode, backend, anchor_length, anchor_digest, own_size
     ) = struct.unpack(">I16sQQQQ32s32sQQQQQIIQ32sQ", head[44:256])
    require(own_size == size >= HEAD + 32, name, 248, "the file has another size")
    data, _ = folder.read(name, size)
    require(len(data) == size and data[:HEAD] == head and sha(data[:-32]) == data[-32:],
            name, size - 32, "the digest of the file is wrong")
    require(are_sizes(block_bytes, segment_bytes), name, 44, "impossible sizes")
    require((own_number, own_seq) == (number, seq), name, 64, "the name says otherwise")
    require(seq > 0 or entry_count == id_count == 0, name, 80, "content without a transaction")
    require(id_count <= IDS_LIMIT, name, 88, "too many ids")
    require((chain == ZERO) == (seq == 0), name, 128, "chain and seq contradict each other")
    require(1 <= segment < NUMBER_LIMIT, name, 160, "the position's segment is out of bounds")
    require(block_bytes <= offset <= segment_bytes and offset % block_bytes == 0,
            name, 168, "the position's offset is out of bounds")
    require(every < NUMBER_LIMIT and log_bytes < NUMBER_LIMIT, name, 184,
            "a checkpoint interval is out of bounds")
    require(mode == backend == 0, name, 200, "an unknown mode or backend")
    require(anchor_length % 512 == 0 and anchor_length < NUMBER_LIMIT, name, 208,
            "the anchor's length is not one of lines")
    require(anchor_length > 0 or anchor_digest == ZERO, name, 216, "a digest of no line")
    require(not any(head[256:]), name, 256, "a nonzero byte at the end of the header")
    body = Cursor(name, data, HEAD, size - 32)
    entries = read_entries(body, entry_count)
    read_ids(body, id_count, seq)
    require(body.pos == body.end, name, body.pos, "bytes behind the ids")
    require(merkle_root(entries) == root, name, 96, "the root is not that of the entries")
    return Checkpoint(name, number, seq, store_id, block_bytes, segment_bytes, root, chain,
                      (segment, offset), (anchor_length, anchor_digest), entries)


def read_entries(body, count):
    entries, last = {}, None
    for _ in range(count):
        start = body.pos
        key_length, value_length = body.numbers(">II")
        require(key_length <= KEY_LIMIT, body.file, start, "a key is too long")
        key, value = body.take(key_length), body.take(value_length)
        require(last is None or last < key, body.file, start, "the keys do not ascend")
        entries[key], last = value, key
    return entries


def read_ids(body, count, checkpoint_seq):
    seen, last = set(), 0
    for _ in range(count):
        identity, seq = body.numbers(">32s32xQ32x")
        require(identity not in seen, body.file, body.pos - 104, "an id appears twice")
        require(last < seq <= checkpoint_seq, body.file, body.pos - 40, "an id's seq is wrong")
        seen.add(identity)
        last = seq


# --- §5 Audit log -----------------------------------------------------------------------------


def read_audit(folder, anchor=(0, ZERO)):
    """§5: {(event, number)} of the lines that chain from the first; refused if the anchor is none
    of the places between them."""
    events, length, digest, count, anchored = set(), 0, ZERO, 0, anchor == (0, ZERO)
    if "audit.log" in folder.others:
        with folder.open("audit.log") as file:
            line = file.readline(LINE_LIMIT)
            while event := event_if_chained(line, count, digest):
                events.add(event)
                length, digest, count = length + len(line), sha(line), count + 1
                anchored = anchored or anchor == (length, digest)
                line = file.readline(LINE_LIMIT)
    require(anchored, "audit.log", min(length, anchor[0]), "no chain up to the anchor")
    return events


def event_if_chained(line, index, previous):
    """§5: event and number of a line that chains, else None."""
    begin = b'{"version":1,"line":%d,"prev":"%s",' % (index, previous.hex().encode())
    event = re.compile(rb'"event":"(init|open|end)","number":([1-9][0-9]{0,18})[,}]')
    text, match = line[:-1].rstrip(b" "), event.match(line, len(begin))
    chains = (line.startswith(begin) and match and int(match[2]) < REACHABLE_LIMIT
              and line.endswith(b"\n") and len(line) % LINE_UNIT == 0
              and text.endswith(b"}") and is_json(text))
    return (match[1].decode(), int(match[2])) if chains else None


def finite(number):
    """§5: a number, unless it is beyond the range of a double."""
    if float(number) in (float("inf"), float("-inf")):
        raise ValueError(number)
    return number


def is_json(text):
    """§5: RFC 8259 in UTF-8, objects and arrays at most 32 deep, no half of a surrogate pair."""
    outside = re.sub(rb'"[^"\\]*(\\.[^"\\]*)*"', b"", text)
    steps = (1 if bracket in b"[{" else -1 for bracket in re.findall(rb"[][{}]", outside))
    if max(itertools.accumulate(steps), default=0) > DEPTH_LIMIT:
        return False
    try:  # pairs keep what a repeated name would hide; numbers may have any length
        value = json.loads(text.decode("utf-8"), object_pairs_hook=list, parse_int=finite,
                           parse_float=finite, parse_constant=int)  # int("NaN") raises
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except ValueError:
        return False
    return True


# --- §6 Judging a store -----------------------------------------------------------------------


def judge_folder(folder, every_root):
    """§6: the rules in their order; the State of an accepted store, or a refusal."""
    folder.take_lock()
    folder.list()
    if not folder.checkpoints:
        return judge_without_checkpoint(folder)  # rule 1
    highest = folder.checkpoints[0][0]
    checkpoint, skipped = load_checkpoint(folder)  # rule 2
    events = read_audit(folder, checkpoint.anchor)  # rule 3
    by_number, unreadable = read_segments(folder, checkpoint)  # rule 4
    require(max(highest, checkpoint.position[0], *by_number) < REACHABLE_LIMIT, checkpoint.name, None,
            "a number that no writer reaches")
    require(all(number <= highest for event, number in events if event == "end"), "audit.log",
            None, f"an opening with a checkpoint above {highest} has finished")
    unfinished = (bool({("init", checkpoint.number), ("open", checkpoint.number)} & events)
                  and ("end", checkpoint.number) not in events)
    number, offset = checkpoint.position  # rule 5
    require(number in by_number or offset == checkpoint.segment_bytes or unfinished,
            checkpoint.name, 160, f"no slot has segment {number}, where the log goes on")
    state = follow_log(checkpoint, by_number)  # rule 6
    look_behind(state, by_number, skipped)  # rule 7
    look_below_headers(unreadable, checkpoint)  # rule 8
    replay(state, every_root)  # rule 9
    known = [record.durable_seq for record in state.records]  # Confirmed
    known += [] if unfinished else [checkpoint.seq]
    state.durable = True if known and state.seq <= max(known) else "unknown"
    return state


def judge_without_checkpoint(folder):
    """Rule 1: an unfinished init, or refused."""
    stores = set()
    for _, name in folder.slots:
        data, size = folder.read(name, SEGMENT_LIMIT)
        if header := read_header(name, data, size):
            require(header[0] == 1, name, 64, "a segment above 1, but no checkpoint")
            stores.add(header[2])
            require(len(stores) == 1, name, 44, "two stores, and no checkpoint")
        allowance = Allowance(name, 8 * len(data))
        for at in magics(data, 512):
            for size in BLOCK_SIZES:
                allowance.spend(at, stated_length(data, at, size))
                require(not intact_length(data, at, size), name, at, "a record, but no checkpoint")
    require(all(event != "end" for event, _ in read_audit(folder)),
            "audit.log", None, "an opening has finished, but no checkpoint")
    return State()


def load_checkpoint(folder):
    """Rule 2: the valid checkpoint of the highest number; the highest seq of those passed over."""
    skipped, first = None, None
    for number, seq, name in folder.checkpoints:
        try:
            return read_checkpoint(folder, number, seq, name), skipped
        except Refused as error:
            if error.args[0] != "corrupt":
                raise
            skipped, first = max(seq, skipped or 0), first or error
    raise first


def read_segments(folder, checkpoint):
    """Rule 4: {number: [Slot]}, spare ones without bytes; and (name, data) of unreadable ones."""
    by_number, unreadable = {}, []
    own = (checkpoint.block_bytes, checkpoint.store_id, checkpoint.segment_bytes)
    for _, name in folder.slots:
        data, size = folder.read(name, checkpoint.segment_bytes)
        if header := read_header(name, data, size):
            number, salt, store = header
            require(store == own, name, 44, "another store, block size or segment size")
            is_spare = number < checkpoint.position[0]
            slot = Slot(name, number, salt, b"" if is_spare else data)
            by_number.setdefault(number, []).append(slot)
        else:
            unreadable.append((name, data))
    return by_number, unreadable


def successor(checkpoint, by_number, position, chain, seq):
    for number, offset in (position, (position[0] + 1, checkpoint.block_bytes)):
        found = [record for slot in by_number.get(number, ())
                 if (record := record_in_place(slot, offset, checkpoint))
                 and record.previous == chain and record.first_seq == seq]
        if found:
            require(len(found) == 1, found[-1].file, offset, "two records continue the log")
            return found[0]
    return None


def follow_log(checkpoint, by_number):
    """Rule 6: take successors until there is none."""
    state = State(seq=checkpoint.seq, chain=checkpoint.chain, root=checkpoint.root,
                  entries=dict(checkpoint.entries), checkpoint=checkpoint)
    position = checkpoint.position
    file = next((slot.name for slot in by_number.get(position[0], ())), None)
    while record := successor(checkpoint, by_number, position, state.chain, state.seq + 1):
        state.records.append(record)
        state.seq, state.chain = state.seq + record.count, record.digest
        position, file = (record.segment, record.offset + record.length), record.file
    state.end = (*position, file)
    return state


def look_behind(state, by_number, skipped):
    """Rule 7: what lies behind the end of the log."""
    checkpoint, (number, offset, _) = state.checkpoint, state.end
    found = [record for other, slots in by_number.items() if other >= number for slot in slots
             for record in records_from(
                 slot, offset if other == number else checkpoint.block_bytes, checkpoint)]
    found.sort(key=lambda record: (record.segment, record.offset))
    for record in found:
        file, at = record.file, record.offset
        between = sum(number < other < record.segment for other in by_number)
        require(record.durable_seq <= state.seq, file, at, "a durable record is lost")
        require(record.previous != state.chain, file, at, "a successor out of place")
        require(record.first_seq > state.seq + 1, file, at, "a record of the past")
        require(record.segment - number <= 1 + between, file, at, "behind a missing segment")
    state.discarded = [record.first_seq for record in found]
    torn = any(is_of_its_place(slot, offset, checkpoint.store_id)
               for slot in by_number.get(number, ()))
    state.tail = "torn" if torn or found else "clean"
    if skipped is not None:
        require(state.seq >= skipped, checkpoint.name, None,
                f"the log ends at {state.seq}, an invalid checkpoint was of {skipped}")
        require(not found or found[-1].segment == number, checkpoint.name, None,
                "a record in a later segment, and an invalid checkpoint")


def records_from(slot, start, checkpoint):
    """Rule 7: the records valid in their place, each stepped over as a whole."""
    allowance = Allowance(slot.name, len(slot.data))
    for at in magics(slot.data, checkpoint.block_bytes, start):
        if at < start or not is_of_its_place(slot, at, checkpoint.store_id):
            continue
        allowance.spend(at, stated_length(slot.data, at, checkpoint.block_bytes))
        if record := record_in_place(slot, at, checkpoint):
            yield record
            start = at + record.length


def look_below_headers(unreadable, checkpoint):
    """Rule 8: a record of the log in a slot whose header does not tell what it is."""
    for name, data in unreadable:
        allowance = Allowance(name, 8 * len(data))
        for at in magics(data, 512):
            number = int.from_bytes(data[at + 56 : at + 64], "big")
            if data[at + 40 : at + 56] != checkpoint.store_id or number < checkpoint.position[0]:
                continue
            allowance.spend(at, stated_length(data, at, checkpoint.block_bytes))
            require(not intact_length(data, at, checkpoint.block_bytes),
                    name, at, "a record under an unreadable header")


def replay(state, every_root):
    """Rule 9: apply the changes; compare the last root, or every root. (Without records the root
    is the checkpoint's, compared in §4.)"""
    for record in state.records:
        for key, value in (change for _, changes in record.transactions for change in changes):
            if value is None:
                state.entries.pop(key, None)
            else:
                state.entries[key] = value
        state.root = record.root
        if every_root or record is state.records[-1]:
            require(merkle_root(state.entries) == record.root,
                    record.file, record.offset + 144, "the root is wrong")


# --- §7 The Merkle root -----------------------------------------------------------------------


def merkle_root(entries):
    rows = [(path, sha(b"\0", path, sha(b"\1", value)))
            for path, value in ((sha(key), value) for key, value in entries.items())]
    return root_of(rows, 0)


def root_of(rows, depth):
    """§7 word for word; a row is (path, leaf)."""
    if len(rows) < 2:
        return rows[0][1] if rows else ZERO
    sides = [], []
    for row in rows:
        sides[row[0][depth // 8] >> (7 - depth % 8) & 1].append(row)
    return sha(b"\1", root_of(sides[0], depth + 1), root_of(sides[1], depth + 1))


# --- Output -----------------------------------------------------------------------------------


def decide(path, every_root):
    """The verdict as a dict, and the State if it is accepted, else None."""
    try:
        with Folder(path) as folder:
            state = judge_folder(folder, every_root)
    except Refused as error:
        code, file, offset, reason = error.args
    except OSError as error:
        code, file, offset, reason = "io", "", None, str(error.strerror)
    except MemoryError:
        code, file, offset, reason = "io", "", None, "the store does not fit in memory"
    else:
        checkpoint, (_, offset, file) = state.checkpoint, state.end
        return dict(
            verdict="accepted", seq=state.seq, count=len(state.entries), root=state.root.hex(),
            chain=state.chain.hex(), durable=state.durable,
            checkpoint=checkpoint and {"number": checkpoint.number, "seq": checkpoint.seq},
            records=len(state.records), transactions=sum(one.count for one in state.records),
            tail=state.tail, discarded=state.discarded,
            end={"file": file, "offset": offset} if file else None), state
    return dict(verdict="refused", code=code, file=file, offset=offset, reason=reason), None


def judge(folder: str, every_root: bool) -> dict:
    """What `verify` prints (with every_root); if accepted also "content": the pairs of key and
    value as bytes, in order of key bytes."""
    verdict, state = decide(folder, every_root)
    return verdict | ({"content": sorted(state.entries.items())} if state else {})


def text(data):
    """A string for UTF-8, else {"hex": ...}."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def dump_lines(verdict, state):
    for key, value in sorted(state.entries.items()):
        yield {"key": text(key), "value": text(value)}
    yield {name: verdict[name] for name in ("seq", "count", "root", "durable")}


def log_lines(_, state):
    for record in state.records:
        yield {"file": record.file, "offset": record.offset, "bytes": record.length,
               "segment": record.segment, "first_seq": record.first_seq,
               "durable_seq": record.durable_seq, "digest": record.digest.hex(),
               "previous": record.previous.hex(), "root": record.root.hex(),
               "transactions": [{"id": text(identity), "changes": [
                   {"key": text(key), "erase": True} if value is None else
                   {"key": text(key), "value": text(value)} for key, value in changes]}
                   for identity, changes in record.transactions]}


def main(arguments):
    commands = {"verify": lambda verdict, _: [verdict], "dump": dump_lines, "log": log_lines}
    if len(arguments) != 2 or arguments[0] not in commands:
        print("usage: plumb_reader.py verify|dump|log DIR", file=sys.stderr)
        return 2
    verdict, state = decide(arguments[1], every_root=arguments[0] == "verify")
    for line in commands[arguments[0]](verdict, state) if state else [verdict]:
        shown = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        sys.stdout.buffer.write(shown.encode("utf-8"))
    return 0 if state else EXIT[verdict["code"]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
