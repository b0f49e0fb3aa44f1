"""Subjects: which customers a message is about, asked for when that is not certain. Never guesses."""

import re
from dataclasses import dataclass
from typing import Any

from agent.periods import without_months
from agent.rules.intents import chosen
from agent.rules.look import Told, look
from agent.rules.scene import Exchange, Result, Scene
from agent.rules.vocabulary import USUAL

AFTER = re.compile(r"\b(?:for|of|does|has|is|about|draft|bill|invoice)\s+(?:the\s+)?([^\W\d_]\w*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    customer_id: str
    customer: str


def named(scene: Scene) -> list[Subject]:
    """The customers that the message itself names. Raises Told with a question when it is unclear who is meant."""
    picked = picked_from(scene.now.question, scene.before[-1]) if scene.before else None
    if picked:
        return [picked]
    unusual = _unusual(scene.now.question)
    if not unusual:
        return []
    data = look(scene, "find_customer", words=scene.now.question)
    if data["unclear"]:
        raise Told(_which(data["unclear"][0]))
    if not data["found"]:
        _refuse_strangers(scene.now.question, unusual)
    return [_subject(one) for one in data["found"]]


def recent(scene: Scene) -> Subject | None:
    """The customer that the thread spoke of last."""
    for place in range(len(scene.before) - 1, -1, -1):
        exchange = scene.before[place]
        picked = picked_from(exchange.question, scene.before[place - 1]) if place else None
        spoken_of = picked or next((one for result in reversed(exchange.results) if (one := _about(result))), None)
        if spoken_of:
            return spoken_of
    return None


def one_or_more(scene: Scene) -> list[Subject]:
    """The customers named, else the one the thread is about. Raises Told with a question when there is none."""
    last = recent(scene)
    subjects = named(scene) or ([last] if last else [])
    if not subjects:
        raise Told("Which customer do you mean? Ask me to list the customers if you are not sure of the name.")
    return subjects


def picked_from(text: str, asked: Exchange) -> Subject | None:
    """The candidate that `text` picks among those Ari asked about in the exchange before: 'yes', 'the second'."""
    unclear = [mention for result in asked.results for mention in result.data.get("unclear", [])]
    candidates = [one for mention in unclear[:1] for one in mention["candidates"]]
    place = chosen(text, len(candidates))
    return None if place is None else _subject(candidates[place])


def _about(result: Result) -> Subject | None:
    data = result.data
    known = [data, *data.get("found", []), *data.get("standings", [])[:1]]
    return next((_subject(one) for one in known if "customer_id" in one and "customer" in one), None)


def _subject(one: dict[str, Any]) -> Subject:
    return Subject(one["customer_id"], one["customer"])


def _unusual(text: str) -> list[str]:
    words = re.findall(r"[^\W\d_][\w'’]*", without_months(text))
    return [word for word in words if re.sub(r"['’](?:s|re|t|m)?$|['’]", "", word.lower()) not in USUAL]


def _which(unclear: dict[str, Any]) -> str:
    names = [one["customer"] for one in unclear["candidates"]]
    if len(names) == 1:
        return f"Do you mean {names[0]}?"
    same = len(set(names)) < len(names)
    shown = [f"{one['customer']} ({one['customer_id']})" if same else one["customer"] for one in unclear["candidates"]]
    return f"Which one do you mean: {', '.join(shown[:-1])} or {shown[-1]}?"


def _refuse_strangers(text: str, unusual: list[str]) -> None:
    """An unknown name must not be read as 'the customer we spoke of'."""
    after = {match[1].removesuffix("'s").removesuffix("’s") for match in AFTER.finditer(text)}
    first = re.match(r"\W*([\w'’]+)", text)
    for word in unusual:
        capital = word[0].isupper() and not (first and first[1] == word)
        if capital or word in after:
            bare = re.sub(r"['’]s?$", "", word)
            raise Told(f"I know no customer called {bare}. Ask me to list the customers to see who there is.")
