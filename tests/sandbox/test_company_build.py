"""The demo company's folder: built once, finished last, and the story that is told with it."""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import sandbox.company
from sandbox.company import build as builder
from sandbox.company import usage

HOME = Path(sandbox.company.__file__).parent


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HOME / name).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Stands in for the slow database; the list grows by a path each time it is written."""
    written: list[Path] = []

    def write(path: Path) -> int:
        written.append(path)
        path.write_text("rows")
        return 1

    monkeypatch.setattr(usage, "write", write)
    return written


def test_a_complete_folder_is_left_alone(tmp_path: Path, writes: list[Path]) -> None:
    said: list[str] = []
    builder.build(tmp_path / "new", said.append)
    builder.build(tmp_path / "new", said.append)
    assert len(writes) == 1 and "already" in said[-1]


def test_a_folder_of_other_sources_is_built_again(tmp_path: Path, writes: list[Path]) -> None:
    builder.build(tmp_path, progress=lambda _: None)
    (tmp_path / builder.MARKER).write_text("an older version")
    builder.build(tmp_path, progress=lambda _: None)
    assert len(writes) == 2


def test_a_build_that_dies_leaves_no_marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / builder.MARKER).write_text("an older version")

    def full(path: Path) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(usage, "write", full)
    with pytest.raises(OSError, match="disk full"):
        builder.build(tmp_path, progress=lambda _: None)
    assert not (tmp_path / builder.MARKER).exists()


def test_the_story_starts_before_its_jumps_and_has_ten_lines() -> None:
    story = load("story.yaml")
    moments = [datetime.fromisoformat(moment) for moment in (story["clock"]["start"], *_jumps(story))]
    assert moments == sorted(moments) and len(set(moments)) == 4
    assert [moment.isoformat() for moment in moments] == [
        "2025-11-13T08:55:00-05:00", "2025-11-14T09:00:00-05:00", "2025-12-02T10:00:00-05:00",
        "2025-12-05T09:00:00-05:00",
    ]  # fmt: skip
    assert len(story["script"]) == 10


def _jumps(story: dict[str, Any]) -> list[str]:
    return [jump["at"] for jump in story["clock"]["jumps"]]


def test_the_script_names_files_that_are_built(tmp_path: Path, writes: list[Path]) -> None:
    builder.build(tmp_path, progress=lambda _: None)
    named = re.findall(r"\b(?:contracts|late)/[\w-]+\.\w+", " ".join(load("story.yaml")["script"]))
    assert len(named) >= 3 and all((tmp_path / name).is_file() for name in named)


def test_golden_lines_add_up_to_statements_and_statements_to_the_control_totals() -> None:
    golden = load("golden.yaml")
    for name, firm in golden["customers"].items():
        if "lines" in firm:
            assert sum(map(Decimal, firm["lines"].values())) == Decimal(firm["statement"]), name
    dollars = [Decimal(firm["statement"]) for firm in golden["customers"].values() if "currency" not in firm]
    assert sum(dollars) == Decimal(golden["totals"]["usd"])
    assert sum(map(Decimal, golden["customers"]["fennelbrook"]["site_overage"])) == Decimal("884.80")
