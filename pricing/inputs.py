"""Inputs: what a person writes by hand for one rating, read exactly: JSON, a period, usage, a position, what was billed.

Short forms become the full ones of `pricing.statement`; whatever is wrong refuses and names its path. Nothing is assumed
about prices here: that is `pricing.defaults`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from pricing.periods import Period, PeriodError
from pricing.rate import cuts
from pricing.refusal import Refusal
from pricing.statement import Usage
from pricing.terms import RecurringCharge, Terms

Model = TypeVar("Model", bound=BaseModel)
Data = dict[str, Any]

# Calendar arithmetic in every zone needs room on both sides; no contract reaches further.
FIRST_YEAR, LAST_YEAR = 1900, 2199
# Longer whole numbers stay text, so that the field they stand in refuses them by name.
INT_DIGITS = 100
EARLIER = "an earlier invoice"
PLAIN = {
    "extra_forbidden": "is no field that is known here; check its spelling or leave it out",
    "missing": "is missing; add it",
    "too_short": "must not be empty",
    "string_pattern_mismatch": "must be lower-case letters, digits and _, such as api_calls",
}


def read_json(text: str) -> Data:
    """One JSON object whose numbers keep every digit: a number with a point comes back as its text. Raises Refusal."""
    try:
        data = json.loads(text, parse_float=str, parse_constant=str, parse_int=_int, object_pairs_hook=_once)
    except json.JSONDecodeError as wrong:
        raise Refusal("input", f"is no JSON ({wrong.msg} at character {wrong.pos}); write one object a line") from wrong
    if not isinstance(data, dict):
        raise Refusal("input", "must be an object with terms, usage and period")
    return data


def read_period(given: object) -> Period:
    """'2025-11', '2025-11-16/2025-12-01' or {start, end}, the end not included. Raises Refusal."""
    try:
        if isinstance(given, dict) and given.keys() == {"start", "end"}:
            found = Period(date.fromisoformat(given["start"]), date.fromisoformat(given["end"]))
        elif isinstance(given, str):
            found = Period.parse(given)
        else:
            raise Refusal(
                "period",
                "is missing or no period; write a month such as 2025-11, or 2025-11-16/2025-12-01, or {start, end}",
            )
    except PeriodError as wrong:
        raise Refusal("period", str(wrong)) from wrong
    except (TypeError, ValueError) as wrong:
        raise Refusal("period", "start and end must be dates such as 2025-11-16") from wrong
    check_years("period", found.start, found.end)
    return found


def check_years(path: str, *days: date) -> None:
    """Raises Refusal for days that calendars cannot step from in every direction."""
    if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        raise Refusal(path, f"must lie between the years {FIRST_YEAR} and {LAST_YEAR}")


def read_usage(given: object, terms: Terms, period: Period) -> Usage:
    """Usage in full or by metric: one figure for the whole period, or a list of slices and events. Raises Refusal."""
    full: Data = {"slices": [], "events": [], "measured": []}
    for metric, value in _by_metric(given, terms):
        if _is_full(metric, value):
            full[metric] = [*full.get(metric, []), *value] if isinstance(value, list) else value
            continue
        if metric not in {one.metric for one in terms.charges if one.kind != "one_time"}:
            raise Refusal(f"usage.{metric}", "no charge counts it; name the metric of a charge, or leave it out")
        for item in value if isinstance(value, list) else [value]:
            _add(full, metric, item, terms, period)
        if value == []:
            full["measured"].append(metric)
    for part in ("slices", "events"):
        full[part] = [_dated(item, terms.time_zone) for item in full[part]]
    return validated(Usage, full, "usage")


def read_opening(given: object) -> Data:
    """An opening position, or the `closing` of an earlier answer: each part as a list, or by id. Raises Refusal."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Refusal("opening", "must be an object with balances, counters and carried")
    figure = {"balances": "amount", "carried": "quantity", "counters": "quantity"}
    # What only tells how a closing position came about is not part of it.
    kept = {name: value for name, value in given.items() if name not in ("used", "movements")}
    return {name: listed(value, figure.get(name, "amount")) for name, value in kept.items()}


def read_billed(given: object) -> list[Data]:
    """What was billed before: a list, or {line: amount}."""
    items = listed(given or [], "amount", "line")
    if not isinstance(items, list):
        raise Refusal("billed", "must be {line: amount}, or a list of objects with line, amount and by")
    return [{"by": EARLIER, **one} if isinstance(one, dict) else one for one in items]


def listed(value: Any, figure: str, key: str = "id") -> Any:
    """{id: {...}} and {id: figure} as the list of objects that the models take; anything else as it is."""
    if not isinstance(value, dict):
        return value
    return [{key: name, **(one if isinstance(one, dict) else {figure: one})} for name, one in value.items()]


def metrics_of(usage: object) -> list[str]:
    """The metrics that some usage names, in its order."""
    if isinstance(usage, dict):
        named = [name for name, value in usage.items() if not _is_full(name, value)]
        full = [
            one
            for name, value in usage.items()
            if name in ("slices", "events") and _is_full(name, value)
            for one in value
        ]
        return list(dict.fromkeys([*named, *(str(one["metric"]) for one in full)]))
    items = usage if isinstance(usage, list) else []
    return list(dict.fromkeys(str(one["metric"]) for one in items if isinstance(one, dict) and "metric" in one))


def numbered(name: str) -> Iterator[str]:
    """'fee', 'fee_2', 'fee_3' and so on."""
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def texts(dims: Any) -> Any:
    """Values of dimensions are text; a person may write 10."""
    if not isinstance(dims, dict):
        return dims
    return {name: str(value) if is_figure(value) else value for name, value in dims.items()}


def is_figure(value: object) -> bool:
    return isinstance(value, str | int | Decimal) and not isinstance(value, bool)


def validated(model: type[Model], data: Any, where: str = "") -> Model:
    """`data` as the model. Raises Refusal with the path of the first thing that is wrong, below `where`."""
    try:
        return model.model_validate_json(json.dumps(data, default=str))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        reason = PLAIN.get(first["type"]) or first["msg"].removeprefix("Value error, ")
        path = path_of(first["loc"], data)
        raise Refusal(".".join(filter(None, (where, path))) or "terms", reason[0].lower() + reason[1:]) from wrong


def path_of(loc: Sequence[str | int], data: Any) -> str:
    """Where an error lies, by ids instead of places in a list, without the names of a union's members."""
    parts: list[str] = []
    for number, part in enumerate(loc):
        inside = isinstance(data, dict) and part in data
        if isinstance(part, int) and isinstance(data, list) and part < len(data):
            data = data[part]
            names = [data.get(name) for name in ("id", "metric", "line")] if isinstance(data, dict) else []
            parts.append(next((name for name in names if isinstance(name, str)), str(part)))
        elif inside or (
            number == len(loc) - 1 and isinstance(data, dict) and part not in (data.get("model"), data.get("kind"))
        ):
            parts.append(str(part))
            data = data[part] if inside else None
    return ".".join(parts)


def _int(text: str) -> int | str:
    return int(text) if len(text) <= INT_DIGITS else text


def _once(pairs: list[tuple[str, Any]]) -> Data:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal("input", f"gives {twice!r} twice in one object; keep one")
    return found


def _by_metric(given: object, terms: Terms) -> Iterable[tuple[str, Any]]:
    """(metric, what was written for it); a figure or a list alone belongs to the only metric that is charged."""
    if given is None:
        return []
    if isinstance(given, dict):
        return list(given.items())
    if given == []:
        return [(_metric_of(None, terms), given)]
    items = given if isinstance(given, list) else [given]
    return [(_metric_of(item, terms), _without_metric(item)) for item in items]


def _metric_of(item: Any, terms: Terms) -> str:
    if isinstance(item, dict) and "metric" in item:
        return str(item["metric"])
    charged = sorted({one.metric for one in terms.charges if one.kind != "one_time" and one.metric})
    if len(charged) != 1:
        raise Refusal("usage", "say of which metric it is: {metric: figure}")
    return charged[0]


def _without_metric(item: Any) -> Any:
    return {name: value for name, value in item.items() if name != "metric"} if isinstance(item, dict) else item


def _is_full(name: str, value: Any) -> bool:
    """Whether this is a field of the full form; a metric may be called 'events', too."""
    if name in ("slices", "events"):
        return isinstance(value, list) and all(isinstance(one, dict) and "metric" in one for one in value)
    if name == "measured":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return name == "snapshot" and (value is None or isinstance(value, str))


def _add(full: Data, metric: str, item: Any, terms: Terms, period: Period) -> None:
    """One event, one slice, or one figure for all the time in which the metric is charged."""
    if isinstance(item, dict) and "at" in item:
        full["events"].append({"metric": metric, **item})
        return
    if isinstance(item, dict) and "value" in item:
        raise Refusal(f"usage.{metric}", "an event needs its time `at`; a total is a `quantity`")
    if not isinstance(item, dict) and not is_figure(item):
        raise Refusal(f"usage.{metric}", "must be a figure, or a list of slices {quantity} and events {at, value}")
    made = {"metric": metric, **(item if isinstance(item, dict) else {"quantity": item})}
    if "start" in made or "end" in made:
        full["slices"].append(made)
        return
    for start, end in _spans(metric, terms, period):
        full["slices"].append({**made, "start": start.isoformat(), "end": end.isoformat()})


def _spans(metric: str, terms: Terms, period: Period) -> list[tuple[datetime, datetime]]:
    """The time that one figure stands for. A level holds on each side of a change; a count would have to be divided."""
    found = cuts(terms, period, metric) or [period.bounds(terms.time_zone)]
    level = all(isinstance(one, RecurringCharge) for one in terms.charges if getattr(one, "metric", None) == metric)
    if len(found) > 1 and not level:
        zone = ZoneInfo(terms.time_zone)
        days = ", ".join(str(start.astimezone(zone).date()) for start, _ in found[1:])
        reason = f"one figure does not say what was used before and from {days} on; give slices with start and end"
        raise Refusal(f"usage.{metric}", reason)
    return found


def _dated(item: Data, zone: str) -> Data:
    """Dates, and times without an offset, are read in the contract's zone. What is no time stays, to be refused."""
    times = {name: _instant(item[name], zone) for name in ("start", "end", "at") if isinstance(item.get(name), str)}
    return {**item, **times, **({"dims": texts(item["dims"])} if "dims" in item else {})}


def _instant(text: str, zone: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).isoformat()
