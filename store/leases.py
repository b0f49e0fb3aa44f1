"""Leases: one holder at a time for a named thing, across threads and processes.

Promises that two holders never have the same name at once, as long as clocks agree. A holder that outstays its lease is
not stopped: do the work in less time, or take it again (which renews) on the way.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from store.database import Database
from store.rows import changed, insert_if_new
from store.tables.lease import Lease


def take(db: Database, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or renew the lease until `now + seconds`; False while another holder has it."""
    until = now + timedelta(seconds=seconds)
    free = or_(col(Lease.until) <= now, col(Lease.holder) == holder)
    with db.write() as session:
        if insert_if_new(session, Lease(name=name, holder=holder, until=until)):
            return True
        mine = update(Lease).where(col(Lease.name) == name, free).values(holder=holder, until=until)
        return changed(session, mine) == 1


def release(db: Database, name: str, holder: str) -> bool:
    """Give the lease back; False when it was no longer this holder's."""
    with db.write() as session:
        return changed(session, delete(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder)) == 1


def free(db: Database, gone: Callable[[str], bool]) -> int:
    """Give back the leases of holders that are `gone`. Returns how many."""
    with db.write() as session:
        dead = [holder for holder in session.exec(select(Lease.holder).distinct()) if gone(holder)]
        return changed(session, delete(Lease).where(col(Lease.holder).in_(dead)))
