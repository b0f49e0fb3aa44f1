"""The rule for 'what if': which change is meant, by how much, for whom and when.

Words choose from the tool's closed list; the figure is passed by its reference. What is not clear is asked for: a wrong
guess would answer another question with true figures. A follow-up ('and October?', 'and at $0.08?') keeps the rest.
"""

import re
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from agent.periods import shift, spoken, without_months
from agent.rules.intents import EVERYBODY, LONGEST_READ, intent
from agent.rules.look import Told, look
from agent.rules.request import Request, period
from agent.rules.scene import Result, Scene
from agent.rules.subject import named, one_or_more, recent
from agent.typed import references, typed
from billing.ideas import MONEY, Figure

TOOL = "try_what_if"
AT_ONCE = 4
SHOWN = 5
# Only longer words are corrected: short ones are too near to each other.
TELLING = (
    "graduated",
    "volume",
    "minimum",
    "included",
    "allowance",
    "overage",
    "usage",
    "price",
    "unlimited",
    "without",
)
WHAT = (
    ("minimum", r"\bminimums?\b"),
    ("included units", r"\binclud(ed?|ing)\b|\ballowances?\b|\bfree\b|\bunlimited\b"),
    ("fee", r"\bfees?\b|\bsubscription\b"),
    ("overage price", r"\bover(ages?)?\b|\bbeyond\b|\babove\b|\bused up\b"),
    ("price per unit", r"\bpric(es?|ed|ing)\b|\brates?\b|\b(per|a|each) (unit|minute|min|call|message|seat|gb)\b|\bflat\b"),
    ("usage", r"\buse[ds]?\b|\busage\b|\busing\b|\bminutes?\b|\bvolume\b|\bcalls?\b|\bunits?\b|\bconsum\w+|\bmessages?\b"),
)  # fmt: skip
MODEL = re.compile(r"(?<!instead of )(?<!rather than )(?<!not )\b(graduated|volume)\b")
NONE = re.compile(r"\b(no|without|zero|waived?|removed?|dropped|had none|(did not|didn'?t|does not|doesn'?t) have)\b")
TO = re.compile(r"\b(?:to|at|of|only)\s+[$€£¥]?\d")
MORE = re.compile(r"\b(more|higher|up|raised?|rose|rises?|increased?|grew|grows?|extra|additional)\b")
LESS = re.compile(r"\b(less|fewer|lower(ed)?|down|cut|reduced?|decreased?|dropped|drops?|fell|falls?|cheaper|off)\b")
PRONOUN = re.compile(r"\b(it|its|they|them|their|that customer|he|she)\b", re.IGNORECASE)
WHICH = (
    "What shall I change: the overage price, the price per unit, the included units, the minimum, the fee, the price model "
    "(graduated or volume) or the usage?"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a message says of a change; None where it says nothing."""

    what: str | None = None
    how: str | None = None
    to: str | None = None


def what_if(scene: Scene, request: Request) -> str:
    parts = _parts(scene, request)
    whom, month = _whom(scene, request), _month(scene, request)
    change = {"what": parts.what, "how": parts.how or "set", "to": parts.to, "words": _words(scene, request)}
    told = [_told(look(scene, TOOL, customer_id=one, period=month, **change)) for one in whom]
    return "\n".join(told)


def _parts(scene: Scene, request: Request) -> Parts:
    """Of this message, completed by the ones that it follows. Raises Told with a question for what is missing."""
    questions = [one.question for one in (*scene.before, scene.now)]
    found = Parts()
    for place in reversed(range(_first(scene, request), len(questions))):
        older = _read(questions[place], _figures(questions, place), found.what)
        found = Parts(*(getattr(found, part.name) or getattr(older, part.name) for part in fields(Parts)))
    if found.what is None and found.to is not None:
        raise Told(
            "Is that the overage price, the price per unit, the fee, the minimum, the included units or the usage?"
        )
    if found.what is None:
        raise Told(WHICH)
    if found.to is None:
        raise Told(
            f"What shall the {found.what} be? Write it in digits, with a currency or a percent sign where it has it."
        )
    return found


def _words(scene: Scene, request: Request) -> str:
    """What was said, for the tool to tell the charges of a contract apart."""
    said = [one.question for one in (*scene.before, scene.now)][_first(scene, request) :]
    return " ".join(said)[:LONGEST_READ]


def _first(scene: Scene, request: Request) -> int:
    """Where the question that this message follows begins; this message itself when it follows none."""
    asked = [place for place, one in enumerate(scene.before) if intent(one.question) == "what_if"]
    return asked[-1] if request.follows and asked else len(scene.before)


def _figures(questions: list[str], place: int) -> list[tuple[str, Figure]]:
    before = len(typed(questions[:place]))
    return references(typed(questions[: place + 1]))[before:]


def _read(text: str, figures: list[tuple[str, Figure]], known: str | None) -> Parts:
    plain = _spelled(without_months(text).lower().replace("’", "'"))
    model = None if figures else MODEL.search(plain)
    if model and known in (None, "price model"):
        return Parts("price model", "set", model[1])
    what = known or next((name for name, words in WHAT if re.search(words, plain)), None)
    if what == "usage" and known is None and any(one.kind == "money" for _, one in figures):
        what = None
    to = _figure(figures, what)
    how = None if to is None or TO.search(plain) else _how(plain)
    if to is None and what == "included units" and re.search(r"\bunlimited\b", plain):
        return Parts(what, "set", "unlimited")
    return Parts(what, "set", "none") if to is None and what and NONE.search(plain) else Parts(what, how, to)


def _figure(figures: list[tuple[str, Figure]], what: str | None) -> str | None:
    """Of several, the one that fits what is changed: money for a price, no money for a quantity."""
    if what is None:
        return figures[0][0] if figures else None
    fitting = [reference for reference, one in figures if (one.kind == "money") == (what in MONEY)]
    fitting += [reference for reference, one in figures if one.kind != "money"]
    return fitting[0] if fitting else None


def _how(plain: str) -> str | None:
    if MORE.search(plain):
        return "more"
    return "less" if LESS.search(plain) else None


def _spelled(text: str) -> str:
    def near(match: re.Match[str]) -> str:
        found = get_close_matches(match[0], TELLING, n=1, cutoff=0.8)
        return found[0] if found and len(match[0]) > 4 else match[0]

    return re.sub(r"[a-z]+", near, text)


def _whom(scene: Scene, request: Request) -> list[str]:
    subjects = named(scene)
    if len(subjects) > AT_ONCE:
        raise Told("Those are too many customers for one answer; please name fewer, or say everybody.")
    if subjects:
        return [one.customer_id for one in subjects]
    earlier = _last(scene)
    if EVERYBODY.search(request.text):
        return ["all"]
    if request.follows and earlier:
        return [str(earlier.args["customer_id"])]
    if PRONOUN.search(request.text):
        return [one.customer_id for one in one_or_more(scene)]
    last = recent(scene)
    if last:
        raise Told(f"Do you mean {last.customer}, or everybody?")
    return ["all"]


def _month(scene: Scene, request: Request) -> str:
    """The month named, the thread's, or the last that has ended: a running month would compare halves."""
    return period(scene, request, about_the_thread=True) or shift(scene.today, -1)


def _last(scene: Scene) -> Result | None:
    return next((one for one in scene.earlier_results() if one.tool == TOOL), None)


def _told(data: dict[str, Any]) -> str:
    month = spoken(data["period"])
    if "customer" in data:
        return _one(data, data["results"][0], month)
    told = [_sum(one, data["change"], month) for one in data["sums"]]
    told += [f"• {one['customer']}: {one['after']} instead of {one['before']}, {one['difference']}"
             for one in data["results"][:SHOWN]]  # fmt: skip
    if not data["results"]:
        told = [f"With {data['change']} there is nothing that I can compute for {month}."]
    if data["untried_count"]:
        told.append(f"It could not be tried for {data['untried_count']} more; the reasons are below.")
    return "\n".join([*told, f"As of {data['as_of']}. Nothing was kept or drafted."])


def _sum(one: dict[str, Any], change: str, month: str) -> str:
    whom = f"{one['customers']} {'customer' if one['customers'] == 1 else 'customers'} in {one['currency']}"
    result = f"{one['after']} instead of {one['before']}"
    return f"With {change}, {month} would come to {result} for the {whom} that it applies to: *{one['difference']}*."


def _one(data: dict[str, Any], result: dict[str, Any], month: str) -> str:
    so_far = "" if result["final"] else " so far"
    told = [
        f"With {data['change']}, {result['customer']} would come to {result['after']}{so_far} for {month} instead of "
        f"{result['before']}: *{result['difference']}*."
    ]
    for term in result["replaced"]:
        clause = term.get("clause")
        where = f" ({clause['filename']}, page {clause['page']})" if clause else ""
        told.append(f"• {term['label']}: {term['after']} instead of {term['before']}{where}")
    told += [f"{note[:1].upper()}{note[1:]}." for note in result["notes"]]
    return "\n".join([*told, f"As of {data['as_of']}. Nothing was kept or drafted."])
