"""The signed log: everything that moves money, in a chain where each entry vouches for the one before.

Promises that an edit, a removal, a swap or a forged entry shows in `verify`, and that cutting off the end shows
against an anchor: a file outside the database that remembers earlier heads. Cannot help when key, database and every
copy of the anchor are in the same wrong hands.
"""

import hmac
import os
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Row, Text, inspect, select, type_coerce
from sqlmodel import Session

from pricing.canonical import canonical, digest, instant
from store.database import Database
from store.errors import StoreError
from store.tables.log import LogEntry, LogHead

START = "0" * 64
PROBLEMS_SHOWN = 100


class Anchor(NamedTuple):
    """A head that was seen: entry number and hash. A line 'SEQ HASH' in the anchor file."""

    seq: int
    hash: str


def append(session: Session, kind: str, actor: str, subject: str, body: object, now: datetime, key: bytes) -> LogEntry:
    """Add an entry, in the transaction of what it records. `body` is anything `canonical` takes.

    Call it after the transaction's other writes: it locks the head until the commit, and whoever locks that last cannot
    wait in a circle.
    """
    session.flush()
    head = session.get_one(LogHead, 1, with_for_update=True, populate_existing=True)
    entry = LogEntry(
        seq=head.seq + 1, at=now, kind=kind, actor=actor, subject=subject, body=canonical(body), prev=head.hash,
        hash="", signature="",
    )  # fmt: skip
    entry.hash = _hash(entry.seq, instant(now), kind, actor, subject, entry.body, entry.prev)
    entry.signature = _sign(entry.hash, key)
    head.seq, head.hash = entry.seq, entry.hash
    session.add(entry)
    return entry


def anchor(db: Database, path: Path) -> Anchor:
    """Write the head to the anchor file, unless it is its last line already; returns the head.

    Raises StoreError when the file cannot be written, or remembers a head that the log no longer has.
    """
    with db.write() as session:  # one at a time, so that the file's lines rise
        row = session.get_one(LogHead, 1, with_for_update=True)
        head, last = Anchor(row.seq, row.hash), _last_anchor(path)
        _refuse_lost(session, last, path)
        if last != head:
            _write_line(path, f"{head.seq} {head.hash}\n")
    return head


def verify(db: Database, key: bytes, anchor_path: Path | None = None) -> list[str]:
    """What is wrong with the log, a sentence each, the first hundred; empty when it is sound. Memory stays constant.

    Raises StoreError when the anchor file cannot be read.
    """
    e = inspect(LogEntry).columns
    at = type_coerce(e.at, Text).label("at")  # as text: a time that no longer parses is a finding, not a crash
    columns = select(e.seq, at, e.kind, e.actor, e.subject, e.body, e.prev, e.hash, e.signature).order_by(e.seq)
    with db.read() as session:
        head = session.get(LogHead, 1)
        entries = session.execute(columns.execution_options(yield_per=500))
        anchors = _anchors(anchor_path) if anchor_path else iter(())
        found = _problems(entries, Anchor(head.seq, head.hash) if head else None, anchors, key)
        return list(islice(found, PROBLEMS_SHOWN))


def _problems(entries: Iterable[Row[Any]], head: Anchor | None, anchors: Iterator[Anchor], key: bytes) -> Iterator[str]:
    last, due = Anchor(0, START), next(anchors, None)
    for entry in entries:
        yield from _entry_problems(entry, last, key)
        last = Anchor(entry.seq, entry.hash)
        while due and due.seq <= last.seq:
            if due.seq and due != last:
                yield f"entry {due.seq} is not the one that was anchored"
            due = next(anchors, None)
    for lost in chain([due] if due else [], anchors):
        if lost.seq > last.seq:
            yield f"the log ends at entry {last.seq}, but entry {lost.seq} was anchored: the end was cut off"
    if head != last:
        yield f"the head says entry {head.seq if head else 'none'}, but the log ends at entry {last.seq}"


def _entry_problems(entry: Row[Any], last: Anchor, key: bytes) -> Iterator[str]:
    if entry.seq != last.seq + 1:
        yield f"entry {last.seq + 1} is missing; the next is {entry.seq}"
    elif entry.prev != last.hash:
        yield f"entry {entry.seq} does not follow from entry {last.seq}"
    fields = (entry.seq, entry.at, entry.kind, entry.actor, entry.subject, entry.body, entry.prev)
    if entry.hash != _hash(*fields):
        yield f"entry {entry.seq} was changed after it was written"
    if not hmac.compare_digest(entry.signature.encode(), _sign(entry.hash, key).encode()):
        yield f"entry {entry.seq} is not signed with this key"


def _hash(seq: int, at: str, kind: str, actor: str, subject: str, body: str, prev: str) -> str:
    fields = {
        "seq": seq,
        "at": at,
        "kind": kind,
        "actor": actor,
        "subject": subject,
        "body": body,
        "prev": prev,
    }
    return digest(canonical(fields))


def _sign(entry_hash: str, key: bytes) -> str:
    return hmac.new(key, entry_hash.encode(), sha256).hexdigest()


def _anchors(path: Path) -> Iterator[Anchor]:
    try:
        with path.open(encoding="ascii") as lines:
            for line in lines:
                seq, entry_hash = line.split()
                yield Anchor(int(seq), entry_hash)
    except (OSError, ValueError) as problem:
        raise StoreError(f"The anchor file {path} cannot be read: {problem}. Fetch an undamaged copy.") from problem


def _last_anchor(path: Path) -> Anchor | None:
    ending = deque(_anchors(path), maxlen=1) if path.exists() else None
    return ending[0] if ending else None


def _refuse_lost(session: Session, last: Anchor | None, path: Path) -> None:
    kept = session.get(LogEntry, last.seq) if last and last.seq else None
    if last and last.seq and last.hash != (kept.hash if kept else None):
        raise StoreError(f"The log has lost entry {last.seq}, which {path} remembers. Verify it before going on.")


def _write_line(path: Path, line: str) -> None:
    try:
        with path.open("a", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise StoreError(
            f"The anchor file {path} cannot be written: {problem}. Mend that; the log has grown."
        ) from problem
