"""Crossings are told once, whoever sweeps, and again only when telling failed."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from billing.usage import crossings
from jobs import watch
from settings import wall_now
from store import leases
from store.database import Database
from tests.billing import kit
from tests.jobs.office_kit import office, work
from tests.world import CLOSE, TestWorld


@pytest.fixture
def world(shared: TestWorld, tmp_path: Path) -> Iterator[TestWorld]:
    db = Database(f"sqlite:///{tmp_path / 'ari.db'}")
    db.migrate()
    shared.clock.at = CLOSE.replace(month=11, day=28)
    yield replace(shared, desk=replace(shared.desk, db=db), customers={})
    db.close()
    shared.clock.at = CLOSE


def test_several_sweeps_at_once_tell_each_crossing_once(world: TestWorld) -> None:
    kit.customer(world, "acornhill")
    kit.customer(world, "dapplewood")
    desk, said = office(world)
    gate = threading.Barrier(4)

    def sweep() -> None:
        gate.wait(5)
        watch.sweep(desk, work("usage.sweep"))

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    watch.sweep(desk, work("usage.sweep"))
    assert len(said.order) == len(set(said.order)) == 2
    assert crossings.unnoticed(world.desk) == []


def test_a_crossing_that_could_not_be_told_is_told_by_the_next_sweep(world: TestWorld) -> None:
    kit.customer(world, "acornhill")
    desk, said = office(world)
    post = said.post

    def refuse(*given: object) -> str:
        raise ConnectionError("Slack is away")

    said.post = refuse  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionError):
        watch.sweep(desk, work("usage.sweep"))
    said.post = post  # type: ignore[method-assign]
    watch.sweep(desk, work("usage.sweep"))
    assert len(said.order) == 1


def test_a_sweep_beside_another_leaves_it_alone(world: TestWorld) -> None:
    kit.customer(world, "acornhill")
    desk, said = office(world)
    assert leases.take(world.desk.db, "usage.sweep", "another", wall_now(), 60)
    watch.sweep(desk, work("usage.sweep"))
    assert said.order == []
