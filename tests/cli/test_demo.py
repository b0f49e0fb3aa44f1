"""What `ari demo` says when it cannot start: one sentence, and nothing left running."""

import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.demo import environment
from cli.main import app

run = CliRunner().invoke
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        done = run(app, ["demo", "--port", str(number), "--home", str(tmp_path)])
    assert done.exit_code == 2
    assert f"Port {number} is taken" in done.stdout


def test_a_full_disk(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 10**7, 10**7))
    done = run(app, ["demo", "--port", str(port), "--home", str(tmp_path)])
    assert done.exit_code == 2
    assert "9 MB are free" in done.stdout


def test_a_folder_that_cannot_be_made(tmp_path: Path, port: int) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run(app, ["demo", "--port", str(port), "--home", str(tmp_path / "file" / "demo")])
    assert done.exit_code == 2
    assert "cannot be written" in done.stdout


def test_the_key_of_a_demo_stays(tmp_path: Path) -> None:
    first, second = environment(3999, tmp_path), environment(3999, tmp_path)
    assert first["ARI_LOG_KEY"] == second["ARI_LOG_KEY"]
    assert len(first["ARI_LOG_KEY"]) == 64
    assert "ARI_LOG_KEY=" in (tmp_path / "env").read_text(encoding="utf-8")
