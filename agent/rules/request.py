"""Requests: what a message asks for, with what it leaves unsaid taken from the thread. Pure."""

import re
from dataclasses import dataclass

from agent.periods import months, shift
from agent.rules.intents import EVERYBODY, intent
from agent.rules.scene import Exchange, Scene
from agent.rules.subject import named

# Only these can be meant by 'and October?'.
REPEATABLE = frozenset({
    "over", "standing", "terms", "statement", "draft", "why", "clause", "invoices", "approved_by", "confirmed", "what_if",
})  # fmt: skip
# What the names of terms and figures look like when they stand alone.
ANSWERS = frozenset({None, "over", "standing", "terms", "statement"})
LONGEST_ANSWER = 6
FOLLOWING = re.compile(r"^\W*(and|same|what about|how about|also|for|now|then)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """`kind` is an intent or 'unknown'. `follows` says that the message only varies an earlier one."""

    kind: str
    text: str
    months: tuple[str, ...]
    follows: bool = False


def understand(scene: Scene) -> Request:
    """May raise Needed or Told: whether a bare word is a customer has to be looked up."""
    text = scene.now.question
    said = tuple(months(text, scene.today))
    kind = intent(text)
    if _answers(scene, kind):
        return Request("what_if", text, said, follows=True)
    if kind:
        return Request(kind, text, said)
    earlier = next((found for one in reversed(scene.before) if (found := _repeatable(one)) is not None), None)
    varies = bool(said or FOLLOWING.match(text) or EVERYBODY.search(text) or named(scene))
    if earlier and varies:
        return Request(earlier, text, said, follows=True)
    return Request("standing" if varies and named(scene) else "unknown", text, said)


def period(scene: Scene, request: Request, about_the_thread: bool) -> str | None:
    """The month asked for; else, for a message about what the thread spoke of, the thread's; else None."""
    if request.months:
        return request.months[0]
    spoken = [month for one in reversed(scene.before) for month in _spoken_of(one, scene)]
    return spoken[0] if spoken and (request.follows or about_the_thread) else None


def this_month(scene: Scene) -> str:
    return shift(scene.today, 0)


def _answers(scene: Scene, kind: str | None) -> bool:
    """Whether this short message answers what Ari asked back about a change: 'the overage price', 'to $0.08'."""
    asked = [one for one in scene.before[-2:] if intent(one.question) == "what_if"]
    tried = any(result.tool == "try_what_if" for one in scene.before[-2:] for result in one.results)
    return bool(asked) and not tried and kind in ANSWERS and len(scene.now.question.split()) <= LONGEST_ANSWER


def _repeatable(exchange: Exchange) -> str | None:
    kind = intent(exchange.question)
    return kind if kind in REPEATABLE else None


def _spoken_of(exchange: Exchange, scene: Scene) -> list[str]:
    """The months of an exchange: as the person named them, else as the tools took them."""
    used = [str(result.args["period"]) for result in reversed(exchange.results) if result.args.get("period")]
    return months(exchange.question, scene.today) or used
