"""The rule for 'why': finds the line that a person means and shows what it rests on.

A figure that the person typed is compared with the lines of the thread's last statement or draft, then with those of
the month asked about. A figure that is on no line is said to be on none; it is never explained anyway.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.periods import spoken
from agent.rules.look import Told, look
from agent.rules.request import Request, period
from agent.rules.scene import Scene
from agent.rules.subject import named, recent
from agent.tokens import tokens

FIGURES = ("money", "number")
TOTALS = ("total", "due")
PARTS = ("amount", "due", "billed", "quantity")
SHORTEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Aim:
    """What to explain: one line of a customer's month, or all of them."""

    customer_id: str
    period: str
    line_id: str | None


def why(scene: Scene, request: Request) -> str:
    aim = _aim(scene, request)
    data = look(scene, "explain_line", customer_id=aim.customer_id, period=aim.period, line_id=aim.line_id)
    explained = data["explanations"]
    return _in_full(explained[0]) if len(explained) == 1 else "\n".join(_in_short(one) for one in explained)


def _aim(scene: Scene, request: Request) -> Aim:
    typed = list(_values(request.text))
    who, month = named(scene), request.months[:1]
    for shown in _statements(scene):
        ours = (not who or shown["customer_id"] == who[0].customer_id) and (not month or shown["period"] == month[0])
        found = _find(shown, typed, request.text) if ours else None
        if found:
            return found
    return _computed(scene, request, typed)


def _computed(scene: Scene, request: Request, typed: list[Decimal]) -> Aim:
    """Nothing on show fits, so the month itself has to be looked at."""
    who, last = named(scene), recent(scene)
    subject = who[0] if who else last
    if subject is None:
        raise Told("Which customer's bill do you mean, and which month?")
    month = period(scene, request, about_the_thread=True)
    if month is None:
        raise Told(f"Which month of {subject.customer} do you mean?")
    data = look(scene, "compute_statement", customer_id=subject.customer_id, period=month)
    found = _find(data, typed, request.text)
    if found is None:
        lines = "; ".join(f"{line['description']} {line['amount']}" for line in data["lines"])
        where = f"{subject.customer}'s {spoken(month)}"
        raise Told(f"I find no such figure in {where}. Its lines are: {lines}. In all: {data['total']}.")
    return found


def _statements(scene: Scene) -> Iterator[dict[str, Any]]:
    return (result.data for result in scene.earlier_results() if result.data.get("lines"))


def _find(shown: dict[str, Any], typed: list[Decimal], text: str) -> Aim | None:
    """The line of `shown` with the first fitting figure, all lines for a total; without figures, as the words say."""
    customer_id, month = shown["customer_id"], shown["period"]
    if not typed:
        return Aim(customer_id, month, _described(shown["lines"], text))
    for value in typed:
        for line in shown["lines"]:
            if _states(line, PARTS, value):
                return Aim(customer_id, month, line["line_id"])
        if _states(shown, TOTALS, value):
            return Aim(customer_id, month, None)
    return None


def _states(data: dict[str, Any], parts: tuple[str, ...], value: Decimal) -> bool:
    return any(value in _values(str(data.get(part, ""))) for part in parts)


def _described(lines: list[dict[str, Any]], text: str) -> str | None:
    said = _words(text)
    matching = [line["line_id"] for line in lines if said & _words(f"{line['description']} {line['line_id']}")]
    return matching[0] if len(matching) == 1 else None


def _words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= SHORTEST_WORD}


def _values(text: str) -> Iterator[Decimal]:
    for token in tokens(text):
        if token.kind in FIGURES and isinstance(token.value[-1], Decimal):
            yield token.value[-1]


def _in_short(one: dict[str, Any]) -> str:
    line = one["line"]
    return f"*{line['description']}: {line['amount']}.* {line['sentence'].rstrip('.')}."


def _in_full(one: dict[str, Any]) -> str:
    told = [_in_short(one)]
    places = [f"{clause['filename']}, page {clause['page']}" for clause in one["clauses"]]
    if places:
        told.append(f"It rests on {'; '.join(dict.fromkeys(places))} (the words are quoted below).")
    if one.get("usage"):
        told.append(f"Usage: {one['usage']['rows']:,} rows, as of {one['usage']['as_of']}.")
    if one.get("confirmed_by"):
        told.append(f"Terms version {one['terms_version']}, confirmed by {one['confirmed_by']}.")
    return " ".join(told)
