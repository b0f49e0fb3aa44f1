"""The answer: one rule per intent. Gives the next tool call or the words to say; depends on the scene alone."""

from collections.abc import Callable

from agent.rules import bills, contracts, invoices, usage
from agent.rules.look import Call, Needed, Told, look
from agent.rules.request import Request, understand
from agent.rules.scene import Scene
from agent.rules.what_if import what_if
from agent.rules.why import why

EXAMPLES = (
    "Ask me, for instance: who is over this month; how does a customer stand; what are its terms; what does its "
    "contract say about something; what does a month come to; draft a month for a customer; why is an amount what it "
    "is; what would it be at another price; what waits for me."
)


def answer(scene: Scene) -> Call | str:
    """The next step of the exchange that is open."""
    try:
        request = understand(scene)
        return RULES[request.kind](scene, request)
    except Needed as needed:
        return needed.call
    except Told as told:
        return str(told)


def _greeting(scene: Scene, request: Request) -> str:
    return f"Hello. {EXAMPLES}"


def _thanks(scene: Scene, request: Request) -> str:
    return "You are welcome."


def _help(scene: Scene, request: Request) -> str:
    return "\n".join(f"• {line}" for line in look(scene, "what_ari_does")["abilities"])


def _customers(scene: Scene, request: Request) -> str:
    data = look(scene, "list_customers")
    if not data["customers"]:
        return "There are no customers yet. Drop a signed contract into the channel to begin."
    more = ["…and more than I list here."] if data["count"] > len(data["customers"]) else []
    return "\n".join([*(f"• {one['customer']} ({one['status']})" for one in data["customers"]), *more])


def _unknown(scene: Scene, request: Request) -> str:
    return f"I have no rule for that. {EXAMPLES}"


RULES: dict[str, Callable[[Scene, Request], str]] = {
    "thanks": _thanks,
    "greeting": _greeting,
    "help": _help,
    "what_if": what_if,
    "unknown": _unknown,
    "customers": _customers,
    "over": usage.over,
    "standing": usage.standing,
    "terms": contracts.terms,
    "confirmed": contracts.confirmed,
    "clause": contracts.clause,
    "statement": bills.statement,
    "draft": bills.draft,
    "why": why,
    "invoices": invoices.invoices,
    "approved_by": invoices.approved_by,
    "waiting": invoices.waiting,
    "approve": invoices.approve,
}
