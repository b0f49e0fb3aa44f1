"""Several processes and threads on one inbox: no row twice, no lane at once; and a killed writer leaves no trace."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import select

from store import inbox
from store.database import Database
from store.tables.inbox import Inbox
from store.tables.setting import Setting

WORKER = """
import os, sys, threading
from datetime import UTC, datetime
from pathlib import Path
from sqlmodel import select
from store import inbox
from store.database import Database
from store.tables.inbox import Inbox

url, folder, name = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
db = Database(url)
said = threading.Lock()

def work(worker):
    while True:
        row = inbox.claim(db, worker, datetime.now(UTC), 600)
        if row is None:
            with db.read() as session:
                if not session.exec(select(Inbox).where(Inbox.status != "done")).first():
                    return
            continue
        mark = folder / row.lane
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))  # fails when another row of the lane is being worked on
        with said:
            print(row.id, flush=True)
        mark.unlink()
        assert inbox.done(db, row.id, worker)

threads = [threading.Thread(target=work, args=(f"{name}-{n}",)) for n in range(2)]
sys.stdin.readline()
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_no_row_twice_and_no_lane_at_once(db: Database, url: str, tmp_path: Path) -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    with db.write() as session:
        for n in range(60):
            inbox.receive(session, f"Ev{n:02}", "message", {}, f"lane{n % 5}", past + timedelta(seconds=n))
    folder = tmp_path / "lanes"
    folder.mkdir()
    workers = [start(WORKER, url, str(folder), name) for name in ("one", "two")]
    outcomes = [worker.communicate("go\n", timeout=60) for worker in workers]
    handled = Counter(id for out, _ in outcomes for id in out.split())
    assert [errors for _, errors in outcomes] == ["", ""]
    assert handled == {f"Ev{n:02}": 1 for n in range(60)}
    with db.read() as session:
        assert {row.attempts for row in session.exec(select(Inbox))} == {1}


WRITER = """
import sys
from datetime import UTC, datetime
from store.database import Database
from store.tables.setting import Setting

db = Database(sys.argv[1])
with db.write() as session:
    for n in range(2000):
        session.add(Setting(name=f"s{n}", value="x" * 1000, by="ari", at=datetime.now(UTC)))
    session.flush()
    print("written", flush=True)
    sys.stdin.readline()
"""


def test_a_killed_writer_leaves_a_sound_database(db: Database, url: str, now: datetime) -> None:
    writer = start(WRITER, url)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "written\n"
    writer.kill()
    writer.communicate(timeout=30)
    with db.write() as session:
        assert session.exec(select(Setting)).all() == []
        session.add(Setting(name="after", value="1", by="ari", at=now))
        if session.get_bind().dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
