"""Contract rules: what the terms are, who confirmed them, and where a contract speaks of something."""

import re
from typing import Any

from agent.periods import without_months
from agent.rules.look import look
from agent.rules.request import Request
from agent.rules.scene import Scene
from agent.rules.subject import named, one_or_more, recent
from agent.rules.vocabulary import FILLERS

TOPIC = re.compile(r"\b(?:about|on|regarding|concerning|for|mentions?|covers?|defines?)\s+(.+)$", re.I | re.DOTALL)
ITEMS = 15


def terms(scene: Scene, request: Request) -> str:
    subjects = one_or_more(scene)
    return "\n".join(_terms(look(scene, "show_terms", customer_id=one.customer_id), request.text) for one in subjects)


def confirmed(scene: Scene, request: Request) -> str:
    told = []
    for subject in one_or_more(scene):
        data = look(scene, "show_terms", customer_id=subject.customer_id)
        told.append(_confirmed(data))
    return "\n".join(told)


def clause(scene: Scene, request: Request) -> str:
    subjects = named(scene)
    last = recent(scene)
    who = subjects[0] if subjects else last
    words = _topic(request.text, who.customer if who else "")
    args = {"words": words} | ({"customer_id": who.customer_id} if who else {})
    data = look(scene, "search_contracts", **args)
    where = f"{who.customer}'s contract" if who else "the contracts"
    if not data["clauses"]:
        return f"I found nothing about that in {where}."
    places = [f"{one['filename']}, page {one['page']}" for one in data["clauses"]]
    return f"In {where} I found this: {'; '.join(dict.fromkeys(places))}. The words are quoted below."


def _terms(data: dict[str, Any], text: str) -> str:
    items = _asked_for(data["items"], text)
    told = [f"*{data['customer']}*: terms version {data['version']} ({data['state']}), from {data['effective_from']}."]
    told += [f"• {item['label']}: {item['value']}" for item in items[:ITEMS]]
    told += [f"Open: {question}" for question in data["open_questions"]]
    told += [f"Not billable yet: {reason}" for reason in data["not_billable"]]
    return "\n".join(told)


def _asked_for(items: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    said = {word for word in re.findall(r"[a-z]+", text.lower()) if len(word) > 3 and word not in ("terms", "term")}
    matching = [item for item in items if said & set(re.findall(r"[a-z]+", item["label"].lower()))]
    return matching or items


def _confirmed(data: dict[str, Any]) -> str:
    if not data.get("confirmed_by"):
        return f"Nobody has confirmed {data['customer']}'s terms yet, so they do not bill."
    when = f" on {data['confirmed_at']}" if data.get("confirmed_at") else ""
    return f"{data['customer']}'s terms (version {data['version']}) were confirmed by {data['confirmed_by']}{when}."


def _topic(text: str, customer: str) -> str:
    """What to search for: the words after 'about', without the customer's name and the usual words."""
    after = TOPIC.search(text)
    names = {word.lower() for word in re.findall(r"\w+", customer)}
    said = re.findall(r"[\w-]+", without_months(after[1] if after else text))
    words = [word for word in said if word.lower() not in names]
    telling = [word for word in words if word.lower() not in FILLERS]
    return " ".join(telling or words) or text.strip()
