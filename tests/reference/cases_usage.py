"""Random slices and events for every metric of a case, cut where the terms change."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.reference.dates import midnight, months_on
from tests.reference.figures import Json
from tests.reference.maker import Maker

LISTED = ("minimums", "caps", "prepaid", "credits", "discounts", "escalators", "pools")


def measure(make: Maker, period: tuple[date, date]) -> None:
    """Slices that are cut where they must be, or events, for every metric."""
    zone = ZoneInfo(make.terms["time_zone"])
    for m in make.terms["metrics"]:
        if make.some(0.01):
            continue
        if "buckets" in m or "per_event" in m or make.some(0.35):
            events(make, m, period, zone)
        else:
            slices(make, m, period, zone)
        if make.some(0.3):
            make.usage["measured"].append(m["id"])


def cut_days(make: Maker, period: tuple[date, date]) -> list[date]:
    """Every date in the terms that lies inside the period, and steps of escalators."""
    found = {period[0], period[1]}
    texts = [make.terms["effective_from"], make.terms.get("term_end")]
    for thing in [one for name in ("charges", *LISTED) for one in make.terms.get(name, ())]:
        dates = thing.get("in_force") or thing.get("access") or {}
        texts += [dates.get("start"), dates.get("end"), thing.get("first")]
        if "first" in thing:
            first = date.fromisoformat(thing["first"])
            texts += [months_on(first, thing.get("every_months", 12) * k).isoformat() for k in range(40)]
    found |= {date.fromisoformat(text) for text in texts if text}
    return sorted(on for on in found if period[0] <= on <= period[1])


def slices(make: Maker, m: Json, period: tuple[date, date], zone: ZoneInfo) -> None:
    edges = cut_days(make, period)
    if make.some(0.3):
        edges = sorted({*edges, make.inside(period)})
    regions = make.of(("eu",), ("eu", "us"), ("eu", "us", "2", "10"))
    for start, end in itertools.pairwise(edges):
        for region in regions:
            per = make.of("1", "1", "1", "60000", "3")
            quantity = make.units() if not make.some(0.03) or m["unit"] == "seat" else "-5"
            if per == "60000":
                quantity = str(make.rng.randrange(0, 10**8))
            make.usage["slices"].append(
                {
                    "metric": m["id"],
                    "start": iso(midnight(start, zone)),
                    "end": iso(midnight(end, zone)),
                    "quantity": quantity,
                    "per": per,
                    "dims": {"region": region},
                    "events": make.of(0, 1, 12),
                }
            )


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def events(make: Maker, m: Json, period: tuple[date, date], zone: ZoneInfo) -> None:
    first, last = midnight(period[0], zone), midnight(period[1], zone)
    level = m["aggregation"] in ("last", "time_weighted")
    if level:
        before = first - timedelta(days=make.of(0, 1, 40))
        make.usage["events"].append(
            {"metric": m["id"], "at": iso(before), "value": make.units(), "dims": {"region": "eu"}}
        )
    effective = max(first, midnight(date.fromisoformat(make.terms["effective_from"]), zone))
    for i in range(make.of(0, 1, 2, 5, 9)):
        at = effective + timedelta(seconds=make.rng.randrange(0, max(int((last - effective).total_seconds()), 1)))
        at = make.of(at, at, at.replace(minute=0, second=0), midnight(at.astimezone(zone).date(), zone))
        if at < effective:
            continue
        event: Json = {
            "metric": m["id"],
            "at": iso(at),
            "value": make.units(),
            "dims": {"region": make.of("eu", "eu", "us", "10", "9")},
        }
        if make.some(0.5):
            event["id"] = f"{m['id']}e{i}"
        if m["aggregation"] == "unique":
            event["key"] = make.of("ann", "bob", "cy")
            event["removed"] = make.some(0.2)
        make.usage["events"] += [event, event] if "id" in event and make.some(0.3) else [event]
