"""One month of everybody's calls, counted with every exclusion and as-of, against the hand-written sum of the same rows."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text
from yaml import safe_load

from bench.timing import line, ratio
from billing.usage.measure import measure
from pricing.periods import Period
from sandbox.company.build import build
from settings import MetricDefinition

ROOT = Path(__file__).resolve().parent.parent
BARE = text("""
    SELECT org_id, SUM(duration_ms) FROM (
        SELECT DISTINCT call_id, org_id, duration_ms FROM calls
        WHERE answered_at >= :start AND answered_at < :end AND ingested_at <= :seen
          AND environment = 'live' AND duration_ms > 0
    ) GROUP BY org_id""")


def period_totals() -> str:
    folder = ROOT / "build" / "company"
    build(folder, lambda _: None)
    engine = create_engine(f"sqlite:///file:{folder / 'usage.db'}?mode=ro&uri=true")
    file = safe_load((ROOT / "ari.example.yml").read_text(encoding="utf-8"))
    metric = MetricDefinition.model_validate(file["usage"]["metrics"]["minutes"])
    bounds = Period.month("2025-11").bounds("America/New_York")
    seen = datetime(2025, 12, 2, 15, 0, tzinfo=UTC)
    names = ("start", "end", "seen")
    values = dict(zip(names, (f"{one:%Y-%m-%dT%H:%M:%S}.000Z" for one in (*bounds, seen)), strict=True))

    def bare() -> object:
        with engine.connect() as connection:
            return connection.execute(BARE, values).all()

    measured = ratio(lambda: measure(engine, metric, list(bounds), seen), bare)
    return line("a month of calls, all customers", measured, "counted by reason / bare SQL sum")
