"""A local Slack for a module, a database for a test, and a world with an office in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.sandbox.slack_kit import Served, config, serve


@pytest.fixture(scope="module")
def slack() -> Iterator[Served]:
    with serve(config()) as served:
        yield served


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'ari.db'}")
    database.migrate()
    yield database
    database.close()
