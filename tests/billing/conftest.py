"""Worlds that cost less than one of their own: a module's Stripe, shared, with or without a database of one's own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.database import Database
from tests import world as worlds


@pytest.fixture
def fresh(shared: worlds.TestWorld, tmp_path: Path) -> Iterator[worlds.TestWorld]:
    """An empty database beside the module's Stripe, and the clock put back afterwards. For tests that leave the demo
    company's own things at Stripe as they are."""
    db = Database(f"sqlite:///{tmp_path / 'ari.db'}")
    db.migrate()
    yield replace(shared, desk=replace(shared.desk, db=db, home=tmp_path), customers={})
    db.close()
    shared.clock.at = worlds.CLOSE
