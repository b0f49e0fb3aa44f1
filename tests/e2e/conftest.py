"""One running demo for a module of end-to-end tests, and its logs beside every test that fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.kit import Demo, running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, company: Path) -> Iterator[Demo]:
    with running(tmp_path_factory.mktemp("demo"), company) as started:
        yield started


@pytest.fixture(autouse=True)
def told(demo: Demo) -> Iterator[None]:
    """pytest shows what is printed here only when the test has failed."""
    yield
    print(demo.logs())
