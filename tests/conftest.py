"""Fixtures that several folders of tests share: the demo company, built once, and a fresh world on top of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from sandbox.company.build import build
from tests import world as worlds


@pytest.fixture(scope="session")
def company() -> Path:
    """The demo company's files. Kept between runs; a changed generator builds them anew."""
    folder = worlds.ROOT / "build" / "company"
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.parent / "company.lock"):
        build(folder, lambda line: None)
    return folder


@pytest.fixture
def world(tmp_path: Path, company: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[worlds.TestWorld]:
    with worlds.opened(tmp_path, company, monkeypatch) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, company: Path) -> Iterator[worlds.TestWorld]:
    """For tests that each make their own customer and move no clock."""
    with (
        pytest.MonkeyPatch.context() as patch,
        worlds.opened(tmp_path_factory.mktemp("shared"), company, patch) as opened,
    ):
        yield opened
