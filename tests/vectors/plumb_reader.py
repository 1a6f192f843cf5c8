# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
"""A second reader of the store format, written from spec/FORMAT.md alone (EV-7, AC-4 to AC-8).

    plumb_reader.py verify DIR    one line: the verdict; every root of the log is compared
    plumb_reader.py dump DIR      the entries in order of key bytes, then one line about the state
    plumb_reader.py log DIR       one line a record behind the loaded checkpoint

A refusal is one line on standard output, whatever the command. Exit status: 0 accepted, 1 corrupt,
2 no store, 3 not to be read now (io, locked), 4 written by a newer version, 64 wrong usage.
It shares no code with the library and writes nothing. Each length is held against the bytes that
are there before it is used. Paragraph signs (§) cite FORMAT.md. One thread.
"""

import dataclasses
import errno
import fcntl
import hashlib
import json
import os
import re
import stat
import sys
from collections import namedtuple

ZERO = bytes(32)
BLOCK_SIZES, SEGMENT_LIMIT = (512, 1024, 2048, 4096), 2**30
KEY_LIMIT, ID_LIMIT, IDS_LIMIT = 65536, 256, 65536
NUMBER_LIMIT = 2**63  # §8: segment, sequence and checkpoint numbers stay below
LINE_UNIT, LINE_LIMIT = 512, 65536
RECORD_HEAD, RECORD_MAGIC = 176, b"PLUMBREC"
EXIT = {"corrupt": 1, "not_a_store": 2, "io": 3, "locked": 3, "newer_version": 4}

Checkpoint = namedtuple("Checkpoint", "name number seq store_id block_bytes segment_bytes root "
                        "chain position anchor entries")  # position, anchor: pairs as in §4
Slot = namedtuple("Slot", "name number salt data")  # data: empty for a spare segment
Record = namedtuple("Record", "file offset length segment first_seq count durable_seq digest "
                    "previous root transactions")  # [(id, [(key, value, or None for erase)])]
Audit = namedtuple("Audit", "init open end")  # numbers in the lines of each event


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


def require(condition, file, offset, reason):
    if not condition:
        raise Refused("corrupt", file, offset, reason)


class Cursor:
    """Reads forward in data[pos:end] of a file."""

    def __init__(self, file, data, pos, end):
        self.file, self.data, self.pos, self.end = file, data, pos, end

    def take(self, length):
        require(length <= self.end - self.pos, self.file, self.pos,
                f"{length} bytes do not fit before {self.end}")
        self.pos += length
        return self.data[self.pos - length : self.pos]

    def number(self, width):
        return int.from_bytes(self.take(width), "big")


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def number_at(data, offset, width):
    return int.from_bytes(data[offset : offset + width], "big")


def version_of(name, head, magic):
    """§2, §4, §8: the version of a header whose digest and magic are right, else None."""
    if len(head) != 512 or head[32:40] != magic or sha(head[32:]) != head[:32]:
        return None
    version = number_at(head, 40, 4)
    if version > 1:
        raise Refused("newer_version", name, 40, f"the file is of version {version}")
    return version


# --- §1 Files ---------------------------------------------------------------------------------


class Folder:
    """§1: the names of the store in one folder; regular files on its own filesystem, no links."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.device = os.fstat(self.fd).st_dev
        self.lock = self.take_lock()
        self.checkpoints, self.slots, self.others = [], [], []  # (number, seq, name); (slot, name)
        listed = os.listdir(self.fd)
        for name in listed:
            if match := re.fullmatch("checkpoint-(0|[1-9][0-9]*)-(0|[1-9][0-9]*)", name):
                self.checkpoints.append((int(match[1]), int(match[2]), name))
            elif (match := re.fullmatch("log-(0|[1-9][0-9]*)", name)) and int(match[1]) < 2**32:
                self.slots.append((int(match[1]), name))
            elif name in ("LOCK", "checkpoint.tmp", "audit.log"):
                self.others.append(name)
        self.checkpoints.sort(reverse=True)
        self.slots.sort()
        names = self.others + [row[-1] for row in self.checkpoints + self.slots]
        self.is_foreign = bool(listed) and not names
        for name in sorted(names):
            self.check(name, os.stat(name, dir_fd=self.fd, follow_symlinks=False))

    def check(self, name, status):
        require(stat.S_ISREG(status.st_mode), name, None, "it is not a regular file")
        require(status.st_dev == self.device, name, None, "it is on another filesystem")

    def open(self, name):
        self.check(name, os.stat(name, dir_fd=self.fd, follow_symlinks=False))
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        try:
            file = os.fdopen(os.open(name, flags, dir_fd=self.fd), "rb")
        except OSError as error:
            require(error.errno != errno.ELOOP, name, None, "it is a link")
            raise
        self.check(name, os.fstat(file.fileno()))
        return file

    def take_lock(self):
        try:
            lock = self.open("LOCK")
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return lock
        except FileNotFoundError:
            return None
        except BlockingIOError:
            raise Refused("locked", "LOCK", None, "a writer has the store open") from None

    def read_slot(self, name):
        """The bytes of a slot, at most those of the largest segment, and the file's size."""
        with self.open(name) as file:
            return file.read(SEGMENT_LIMIT), os.fstat(file.fileno()).st_size


# --- §2 Segment -------------------------------------------------------------------------------


def read_header(name, data, size, checkpoint):
    """§2: (number, salt) of a readable header, None for an unreadable one, or a refusal."""
    if version_of(name, data[:512], b"PLUMBSEG") != 1:
        return None
    number, segment_bytes = number_at(data, 64, 8), number_at(data, 72, 8)
    require(number_at(data, 44, 4) == checkpoint.block_bytes, name, 44, "another block size")
    require(data[48:64] == checkpoint.store_id, name, 48, "the header of another store")
    require(1 <= number < NUMBER_LIMIT, name, 64, "a segment number out of bounds")
    require(segment_bytes == checkpoint.segment_bytes, name, 72, "another segment size")
    require(not any(data[96:512]), name, 96, "a nonzero byte at the end of the header")
    require(size == segment_bytes, name, None, "the file's size is not the segment's")
    return number, data[80:96]


# --- §3 Record --------------------------------------------------------------------------------


def magics(data, start, step):
    """Every place start + i * step that has a record's magic."""
    at = data.find(RECORD_MAGIC, start + 32)
    while at >= 0:
        if (at - 32 - start) % step == 0:
            yield at - 32
        at = data.find(RECORD_MAGIC, at + 1)


def intact_length(data, at, block_bytes):
    """§3: length of the record at a magic, if it ends in data and its digest is right; else 0."""
    length = -(-(RECORD_HEAD + number_at(data, at + 100, 4)) // block_bytes) * block_bytes
    if length > len(data) - at:
        return 0
    return length if sha(data[at + 32 : at + length]) == data[at : at + 32] else 0


def is_of_its_place(slot, at, store_id):
    """§3: magic, store id, segment number, salt and offset are those of the place."""
    place = RECORD_MAGIC + store_id + slot.number.to_bytes(8, "big") + slot.salt
    return slot.data[at + 32 : at + 88] == place + at.to_bytes(8, "big")


def record_in_place(slot, at, checkpoint):
    """§3: the record that is valid in its place, or None; refused if it breaks another rule."""
    if not is_of_its_place(slot, at, checkpoint.store_id):
        return None
    length = intact_length(slot.data, at, checkpoint.block_bytes)
    if not length:
        return None
    name, data = slot.name, slot.data
    first_seq, count, durable_seq = (
        number_at(data, at + 88, 8), number_at(data, at + 96, 4), number_at(data, at + 104, 8))
    require(count >= 1, name, at + 96, "a record without a transaction")
    require(1 <= first_seq <= NUMBER_LIMIT - count, name, at + 88, "first_seq is out of bounds")
    require(durable_seq < first_seq, name, at + 104, "durable_seq is not below first_seq")
    start = at + RECORD_HEAD
    body = Cursor(name, data, start, start + number_at(data, at + 100, 4))
    transactions = [read_transaction(body) for _ in range(count)]
    require(body.pos == body.end, name, body.pos, "the payload goes on behind its transactions")
    require(not any(data[body.end : at + length]), name, body.end, "the padding is not zero")
    return Record(name, at, length, slot.number, first_seq, count, durable_seq,
                  data[at : at + 32], data[at + 112 : at + 144], data[at + 144 : start],
                  transactions)


def read_transaction(body):
    start, changes = body.pos, []
    id_length, count = body.number(4), body.number(4)
    require(id_length <= ID_LIMIT, body.file, start, "an id is too long")
    identity = body.take(id_length)
    for _ in range(count):
        start = body.pos
        kind, key_length, value_length = body.number(1), body.number(4), body.number(4)
        require(kind <= 1, body.file, start, "a change of unknown kind")
        require(key_length <= KEY_LIMIT, body.file, start + 1, "a key is too long")
        require(kind == 1 or value_length == 0, body.file, start + 5, "an erase with a value")
        key, value = body.take(key_length), body.take(value_length)
        changes.append((key, value if kind == 1 else None))
    return identity, changes


# --- §4 Checkpoint ----------------------------------------------------------------------------


def read_checkpoint(folder, number, seq, name):
    """§4: the checkpoint; refused as corrupt if it is invalid."""
    with folder.open(name) as file:
        head, size = file.read(512), os.fstat(file.fileno()).st_size
        version = version_of(name, head, b"PLUMBCKP")
        require(version == 1, name, 0, "digest, magic or version of the header is wrong")
        require(number_at(head, 248, 8) == size >= 544, name, 248, "the file has another size")
        data = head + file.read(size - 512)
    require(len(data) == size and sha(data[:-32]) == data[-32:], name, size - 32,
            "the digest of the file is wrong")
    block_bytes, segment_bytes = number_at(data, 44, 4), number_at(data, 176, 8)
    entry_count, id_count, chain = (
        number_at(data, 80, 8), number_at(data, 88, 8), data[128:160])
    position = (number_at(data, 160, 8), number_at(data, 168, 8))
    require(block_bytes in BLOCK_SIZES and segment_bytes % block_bytes == 0
            and max(4096, 8 * block_bytes) <= segment_bytes <= SEGMENT_LIMIT,
            name, 44, "an illegal block or segment size")
    require((number_at(data, 64, 8), number_at(data, 72, 8)) == (number, seq),
            name, 64, "the name says otherwise")
    require(1 <= number < NUMBER_LIMIT and seq < NUMBER_LIMIT, name, 64, "a number out of bounds")
    require(seq > 0 or entry_count == 0, name, 80, "entries without a transaction")
    require(id_count <= IDS_LIMIT, name, 88, "too many ids")
    require((chain == ZERO) == (seq == 0), name, 128, "chain and seq contradict each other")
    require(1 <= position[0] < NUMBER_LIMIT, name, 160, "the position's segment is out of bounds")
    require(block_bytes <= position[1] <= segment_bytes and position[1] % block_bytes == 0,
            name, 168, "the position's offset is out of bounds")
    require(number_at(data, 200, 8) == 0, name, 200, "an unknown mode or backend")
    require(not any(data[256:512]), name, 256, "a nonzero byte at the end of the header")
    body = Cursor(name, data, 512, size - 32)
    entries = read_entries(body, entry_count)
    read_ids(body, id_count, seq)
    require(body.pos == body.end, name, body.pos, "bytes behind the ids")
    require(merkle_root(entries) == data[96:128], name, 96, "the root is not that of the entries")
    return Checkpoint(name, number, seq, data[48:64], block_bytes, segment_bytes, data[96:128],
                      chain, position, (number_at(data, 208, 8), data[216:248]), entries)


def read_entries(body, count):
    entries, last = {}, None
    for _ in range(count):
        start = body.pos
        key_length, value_length = body.number(4), body.number(4)
        require(key_length <= KEY_LIMIT, body.file, start, "a key is too long")
        key, value = body.take(key_length), body.take(value_length)
        require(last is None or last < key, body.file, start, "the keys do not ascend")
        entries[key], last = value, key
    return entries


def read_ids(body, count, checkpoint_seq):
    seen, last = set(), 0
    for _ in range(count):
        row = Cursor(body.file, body.take(104), 0, 104)
        identity, _, seq = row.take(32), row.take(32), row.number(8)
        require(identity not in seen, body.file, body.pos - 104, "an id appears twice")
        require(last < seq <= checkpoint_seq, body.file, body.pos - 40, "an id's seq is wrong")
        seen.add(identity)
        last = seq


# --- §5 Audit log -----------------------------------------------------------------------------


def read_audit(folder, anchor=(0, ZERO)):
    """§5: follows the lines that chain from the first; refused if the anchor is not among them."""
    audit = Audit(set(), set(), set())
    length, digest, count, anchored = 0, ZERO, 0, anchor == (0, ZERO)
    if "audit.log" in folder.others:
        with folder.open("audit.log") as file:
            line = file.readline(LINE_LIMIT)
            while fields := fields_if_chained(line, count, digest):
                getattr(audit, fields["event"]).add(fields["number"])
                length, digest, count = length + len(line), sha(line), count + 1
                anchored = anchored or anchor == (length, digest)
                line = file.readline(LINE_LIMIT)
    require(anchored, "audit.log", min(length, anchor[0]), "no chain up to the anchor")
    return audit


def is_unfinished(audit, number):
    """§6 rule 5 and Confirmed: the opening that wrote this checkpoint has no end line."""
    return number in audit.init | audit.open and number not in audit.end


def fields_if_chained(line, index, previous):
    """§5: the fields of a line that chains, else None. True is no 1, and neither is 1.0."""
    text = line[:-1].rstrip(b" ")
    if (len(line) % LINE_UNIT != 0 or not line.endswith(b"\n")
            or not text.startswith(b"{") or not text.endswith(b"}")):
        return None
    try:
        fields = json.loads(text.decode("utf-8"), object_pairs_hook=unique_names,
                            parse_constant=not_json)
        json.dumps(fields, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair
    except (ValueError, RecursionError):
        return None
    integers = [fields.get(name) for name in ("version", "line", "number")]
    chains = (all(type(value) is int for value in integers) and integers[:2] == [1, index]
              and 1 <= integers[2] < NUMBER_LIMIT and fields.get("prev") == previous.hex()
              and fields.get("event") in ("init", "open", "end"))
    return fields if chains else None


def unique_names(pairs):
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else not_json("a name given twice")


def not_json(what):
    raise ValueError(what)


# --- §6 Judging a store -----------------------------------------------------------------------


def judge(folder, every_root):
    """§6: the rules in their order; the State of an accepted store, or a refusal."""
    if not folder.checkpoints:
        return judge_without_checkpoint(folder)  # rule 1
    checkpoint, skipped = load_checkpoint(folder)  # rule 2
    audit = read_audit(folder, checkpoint.anchor)  # rule 3
    by_number, stray = read_segments(folder, checkpoint)  # rule 4
    number, offset = checkpoint.position  # rule 5
    require(number in by_number or offset == checkpoint.segment_bytes
            or is_unfinished(audit, checkpoint.number),
            checkpoint.name, 160, f"no slot has segment {number}, where the log goes on")
    state = follow_log(checkpoint, by_number)  # rule 6
    look_behind(state, by_number, skipped)  # rule 7
    require(not stray, *(stray or (None, None)), "a record under an unreadable header")  # rule 8
    replay(state, every_root)  # rule 9
    known = [record.durable_seq for record in state.records]  # Confirmed
    if not is_unfinished(audit, checkpoint.number):
        known.append(checkpoint.seq)
    state.durable = True if known and state.seq <= max(known) else "unknown"
    return state


def judge_without_checkpoint(folder):
    """Rule 1: an unfinished init, no store, or refused."""
    if folder.is_foreign:
        raise Refused("not_a_store", "", None, "the folder holds no name of a store")
    for _, name in folder.slots:
        data, _ = folder.read_slot(name)
        require(version_of(name, data[:512], b"PLUMBSEG") != 1 or number_at(data, 64, 8) <= 1,
                name, 64, "a segment above 1, but no checkpoint")
        for at in magics(data, 0, 512):
            require(not any(intact_length(data, at, size) for size in BLOCK_SIZES),
                    name, at, "a record, but no checkpoint")
    require(not read_audit(folder).open, "audit.log", None, "an opening, but no checkpoint")
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
    """Rule 4: slots by number; and for rule 8 a record under an unreadable header."""
    by_number, stray, position = {}, None, checkpoint.position[0]
    for _, name in folder.slots:
        data, size = folder.read_slot(name)
        if header := read_header(name, data, size, checkpoint):
            slot = Slot(name, *header, data if header[0] >= position else b"")
            by_number.setdefault(slot.number, []).append(slot)
            continue
        for at in magics(data, 0, 512):
            if (data[at + 40 : at + 56] == checkpoint.store_id
                    and number_at(data, at + 56, 8) >= position
                    and intact_length(data, at, checkpoint.block_bytes)):
                stray = stray or (name, at)
    return by_number, stray


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
    checkpoint, (number, offset, _), above = state.checkpoint, state.end, None
    for other in sorted(n for n in by_number if n >= number):
        start = offset if other == number else checkpoint.block_bytes
        reachable = other - number <= 1 + sum(number < n < other for n in by_number)
        for slot in by_number[other]:
            for at in magics(slot.data, start, checkpoint.block_bytes):
                if not (record := record_in_place(slot, at, checkpoint)):
                    continue
                require(record.durable_seq <= state.seq, slot.name, at, "a durable record is lost")
                require(record.previous != state.chain, slot.name, at, "a successor out of place")
                require(record.first_seq > state.seq + 1, slot.name, at, "a record of the past")
                require(reachable, slot.name, at, "a record behind a missing segment")
                state.discarded.append(record.first_seq)
                above = above or (other > number and (slot.name, at))
    torn = any(is_of_its_place(slot, offset, checkpoint.store_id)
               for slot in by_number.get(number, ()))
    state.tail = "torn" if torn or state.discarded else "clean"
    if skipped is not None:
        require(state.seq >= skipped, checkpoint.name, None,
                f"the log ends at {state.seq}, an invalid checkpoint was of {skipped}")
        require(not above, *(above or (None, None)), "a later record, and an invalid checkpoint")


def replay(state, every_root):
    """Rule 9: apply the changes; compare the root of the result, or every root."""
    tree = None
    for key, value in state.entries.items() if every_root else ():
        tree = updated(tree, 0, sha(key), leaf(key, value))
    file, offset = state.checkpoint.name, 96
    for record in state.records:
        state.root, file, offset = record.root, record.file, record.offset
        for key, value in (change for _, changes in record.transactions for change in changes):
            if value is None:
                state.entries.pop(key, None)
            else:
                state.entries[key] = value
            if every_root:
                tree = updated(tree, 0, sha(key), None if value is None else leaf(key, value))
        require(not every_root or hash_of(tree) == record.root, file, offset, "the root is wrong")
    require(merkle_root(state.entries) == state.root, file, offset, "the last root is wrong")


# --- §7 The Merkle root -----------------------------------------------------------------------


def leaf(key, value):
    return sha(b"\0", sha(key), sha(b"\1", value))


def bit(path, depth):
    return path[depth // 8] >> (7 - depth % 8) & 1


def merkle_root(entries):
    """§7 word for word."""
    def root(rows, depth):
        if len(rows) < 2:
            return rows[0][1] if rows else ZERO
        sides = [], []
        for row in rows:
            sides[bit(row[0], depth)].append(row)
        return sha(b"\1", root(sides[0], depth + 1), root(sides[1], depth + 1))

    return root([(sha(key), leaf(key, value)) for key, value in entries.items()], 0)


def hash_of(tree):
    return tree[-1] if tree else ZERO


def updated(tree, depth, path, hashed):
    """The same, change by change. A tree is None, a leaf (path, hash) or a node (l, r, hash)."""
    if tree is None or tree[0] == path:
        return (path, hashed) if hashed else None
    sides = list(tree[:2])
    if len(tree) == 2:
        sides = [None, None]
        sides[bit(tree[0], depth)] = tree
    side = bit(path, depth)
    sides[side] = updated(sides[side], depth + 1, path, hashed)
    for this, other in (sides, sides[::-1]):
        if this is None and (other is None or len(other) == 2):
            return other
    return (*sides, sha(b"\1", hash_of(sides[0]), hash_of(sides[1])))


# --- Output -----------------------------------------------------------------------------------


def text(data):
    """A string for UTF-8, else {"hex": ...}."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def print_line(**fields):
    line = json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8"))


def print_verdict(state):
    checkpoint, (_, offset, file) = state.checkpoint, state.end
    print_line(
        verdict="accepted", seq=state.seq, count=len(state.entries), root=state.root.hex(),
        chain=state.chain.hex(), durable=state.durable,
        checkpoint=checkpoint and {"number": checkpoint.number, "seq": checkpoint.seq},
        records=len(state.records), transactions=sum(record.count for record in state.records),
        tail=state.tail, discarded=state.discarded,
        end={"file": file, "offset": offset} if file else None)


def print_dump(state):
    for key in sorted(state.entries):
        print_line(key=text(key), value=text(state.entries[key]))
    print_line(seq=state.seq, count=len(state.entries), root=state.root.hex(),
               durable=state.durable)


def print_log(state):
    def shown(key, value):
        return {"key": text(key), **({"erase": True} if value is None else {"value": text(value)})}

    for record in state.records:
        print_line(
            file=record.file, offset=record.offset, bytes=record.length, segment=record.segment,
            first_seq=record.first_seq, durable_seq=record.durable_seq,
            digest=record.digest.hex(), previous=record.previous.hex(), root=record.root.hex(),
            transactions=[{"id": text(identity), "changes": [shown(*change) for change in changes]}
                          for identity, changes in record.transactions])


def main(arguments):
    commands = {"verify": print_verdict, "dump": print_dump, "log": print_log}
    if len(arguments) != 2 or arguments[0] not in commands:
        print("usage: plumb_reader.py verify|dump|log DIR", file=sys.stderr)
        return 64
    try:
        state = judge(Folder(arguments[1]), every_root=arguments[0] == "verify")
    except Refused as error:
        code, file, offset, reason = error.args
    except OSError as error:
        code, file, offset, reason = "io", "", None, str(error.strerror)
    except MemoryError:
        code, file, offset, reason = "io", "", None, "the store does not fit in memory"
    else:
        commands[arguments[0]](state)
        return 0
    print_line(verdict="refused", code=code, file=file, offset=offset, reason=reason)
    return EXIT[code]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
