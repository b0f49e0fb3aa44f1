"""Invoice rules: what exists, what waits, who approved; and that no word in chat approves anything."""

import re
from typing import Any

from agent.periods import spoken
from agent.rules.bills import STATES
from agent.rules.look import look
from agent.rules.request import Request, period
from agent.rules.scene import Scene
from agent.rules.subject import named, recent

ASKED = (
    ("paid", r"\b(which|list|show|what)\b.*\bpaid\b"),
    ("awaiting", r"\bwaiting\b|\bawaiting\b|\bunapproved\b"),
    ("void", r"\bvoid(ed)?\b"),
    ("rejected", r"\brejected\b"),
    ("expired", r"\bexpired\b"),
    ("stale", r"\bstale\b|\bout of date\b"),
)
ABOUT_ONE = re.compile(r"\b(its?|their|them|they|this|that|the invoice|the draft)\b", re.IGNORECASE)
LISTED = 15


def invoices(scene: Scene, request: Request) -> str:
    found = _looked_up(scene, request)
    if not found:
        return "I find no such invoice. Ask for another month, or for all invoices of a customer."
    return "\n".join(_list(found[:LISTED]))


def approved_by(scene: Scene, request: Request) -> str:
    found = _looked_up(scene, request)
    return "\n".join(_approvals(one) for one in found[:LISTED]) or "I find no such invoice."


def waiting(scene: Scene, request: Request) -> str:
    found = look(scene, "waiting_for_me")["invoices"]
    if not found:
        return "Nothing waits for your approval."
    return "\n".join(["These wait for you; each has its button on its card:", *_list(found)])


def approve(scene: Scene, request: Request) -> str:
    """The sentence is the same whoever asks: only a button's handler knows who pressed it."""
    found = look(scene, "waiting_for_me")["invoices"]
    told = (
        "I cannot approve, send or change anything from chat. Only the button on the card can, "
        "pressed by a person whom the approval policy names."
    )
    return "\n".join([told, "These wait for you:", *_list(found)]) if found else told


def _looked_up(scene: Scene, request: Request) -> list[dict[str, Any]]:
    who, last = named(scene), recent(scene)
    inherits = request.follows or bool(ABOUT_ONE.search(request.text))
    subject = who[0] if who else last if inherits else None
    month = period(scene, request, about_the_thread=subject is not None and not who)
    state = next((state for state, pattern in ASKED if re.search(pattern, request.text, re.IGNORECASE)), None)
    args = {"customer_id": subject.customer_id if subject else None, "period": month, "state": state}
    given = {key: value for key, value in args.items() if value}
    return list(look(scene, "list_invoices", **given)["invoices"])


def _list(found: list[dict[str, Any]]) -> list[str]:
    return [f"• {_described(one)}" for one in found]


def _described(one: dict[str, Any]) -> str:
    number = f" (Stripe {one['stripe_number']})" if one.get("stripe_number") else ""
    note = f" {one['note']}" if one.get("note") else ""
    return f"{one['customer']}, {spoken(one['period'])}: {one['due']}, {STATES[one['state']]}{number}.{note}"


def _approvals(one: dict[str, Any]) -> str:
    by = " and ".join(one["approved_by"])
    told = f"approved by {by}" if by else "not approved by anybody so far"
    what = f"{one['customer']}, {spoken(one['period'])}"
    return f"{what}: asked for by {one['requested_by']}, {told}; it {STATES[one['state']]}."
