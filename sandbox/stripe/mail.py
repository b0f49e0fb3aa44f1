"""The outbox: mails that Stripe would have sent to the customer.

Promises one row per mail, so that tests and people can count them. Leaves out delivering any.
"""

from sandbox.stripe.errors import Obj
from sandbox.stripe.world import World


def send(world: World, kind: str, row: Obj, to: str | None, subject: str) -> Obj | None:
    """Records a mail about an object; none without an address. `kind`: invoice or credit_note."""
    if not to:
        return None
    mail = {"id": world.new_id("mail"), "kind": kind, "about": row["id"], "to": to, "subject": subject}
    mail |= {"created": world.now(), "cause": world.request or {"id": None, "idempotency_key": None}}
    return world.add("emails", mail)


def about(world: World, ident: str) -> list[Obj]:
    """The mails about one object, newest first."""
    return [mail for mail in world.rows("emails") if mail["about"] == ident]
