"""A lease has one holder, ends by itself, and is given back by nobody else."""

import threading
from datetime import datetime, timedelta

from store.database import Database
from store.leases import free, release, take

MINUTE = timedelta(minutes=1)


def test_a_lease_through_its_life(db: Database, now: datetime) -> None:
    assert take(db, "thread:1", "a", now, 60)
    assert not take(db, "thread:1", "b", now, 60)
    assert take(db, "thread:2", "b", now, 60)
    assert take(db, "thread:1", "a", now + MINUTE / 2, 60), "the holder renews"
    assert not take(db, "thread:1", "b", now + MINUTE, 60)
    assert take(db, "thread:1", "b", now + 2 * MINUTE, 60), "it ended by itself"
    assert not release(db, "thread:1", "a")
    assert release(db, "thread:1", "b")
    assert take(db, "thread:1", "a", now + 2 * MINUTE, 60)


def test_what_the_dead_held_is_given_back(db: Database, now: datetime) -> None:
    assert take(db, "thread:1", "a", now, 60) and take(db, "thread:2", "b", now, 60)
    assert free(db, lambda holder: holder == "a") == 1
    assert take(db, "thread:1", "c", now, 60)
    assert not take(db, "thread:2", "c", now, 60)


def test_of_many_takers_one_wins(db: Database, now: datetime) -> None:
    won: list[str] = []
    gate = threading.Barrier(6)

    def grab(name: str) -> None:
        gate.wait()
        if take(db, "sweep", name, now, 60):
            won.append(name)

    threads = [threading.Thread(target=grab, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(won) == 1
