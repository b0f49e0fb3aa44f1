"""Bill rules: what a month comes to, and drafting its invoice."""

from typing import Any

from agent.periods import spoken
from agent.rules.intents import EVERYBODY
from agent.rules.look import Told, look
from agent.rules.request import Request, period, this_month
from agent.rules.scene import Scene
from agent.rules.subject import Subject, named, one_or_more

AT_ONCE = 4
STATES = {
    "planned": "is being drafted",
    "drafted": "is drafted",
    "awaiting": "waits for approval",
    "approved": "is approved and about to be sent",
    "finalized": "is finalized and about to be sent",
    "sent": "was sent",
    "paid": "is paid",
    "void": "is void",
    "uncollectible": "was given up as uncollectible",
    "rejected": "was rejected",
    "expired": "expired unapproved",
    "stale": "is out of date",
    "needs_human": "needs a person to look at it",
}


def statement(scene: Scene, request: Request) -> str:
    subjects = _few(scene, "compute the month of")
    month = period(scene, request, about_the_thread=not named(scene)) or this_month(scene)
    months = request.months if len(subjects) == 1 and request.months else (month,)
    told = [
        _stated(look(scene, "compute_statement", customer_id=subject.customer_id, period=one))
        for subject in subjects
        for one in months[:AT_ONCE]
    ]
    return "\n".join(told)


def draft(scene: Scene, request: Request) -> str:
    subjects = _few(scene, "draft for")
    month = period(scene, request, about_the_thread=not named(scene))
    if month is None:
        raise Told(f"Which month shall I draft for {subjects[0].customer}? Name one that has ended.")
    if len(request.months) > 1:
        raise Told("I draft a month at a time. Which one first?")
    return "\n".join(
        _drafted(look(scene, "draft_invoice", customer_id=subject.customer_id, period=month)) for subject in subjects
    )


def _few(scene: Scene, doing: str) -> list[Subject]:
    if EVERYBODY.search(scene.now.question) and not named(scene):
        raise Told(f"I do not {doing} everybody at once from chat. Name the customers and the month.")
    subjects = one_or_more(scene)
    if len(subjects) > AT_ONCE:
        raise Told("Those are too many customers for one answer; please name fewer.")
    return subjects


def _stated(data: dict[str, Any]) -> str:
    month, customer = spoken(data["period"]), data["customer"]
    if data["final"]:
        told = [f"{customer} comes to {data['total']} for {month}; {data['due']} of it is still to be billed."]
    else:
        told = [f"{customer} comes to {data['total']} so far in {month}, which still runs. As of {data['as_of']}."]
    told += [f"Assumed: {one}" for one in data.get("assumed", [])]
    return "\n".join([*told, *data.get("notes", [])])


def _drafted(data: dict[str, Any]) -> str:
    month, customer = spoken(data["period"]), data["customer"]
    if data["state"] == "planned":
        return (
            f"I am drafting {month} for {customer}: {data['due']}. Its card appears {data['card']}; "
            "nothing is sent until a person who may approve it presses the button on the card."
        )
    return f"The invoice of {customer} for {month} exists already and {STATES[data['state']]}: {data['due']}."
