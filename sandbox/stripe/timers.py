"""What happens because time passed.

Promises that the story goes on, that drafts with auto_advance finalize when their hour is over and are then charged
or mailed, and that unpaid invoices past due are reported once: everything in order and at its own time, also when the
business clock jumps. Runs before each call and every second in between. Leaves out reminders and retries of charges.
"""

from collections.abc import Callable, Iterator

from sandbox.stripe import events, lifecycle, story
from sandbox.stripe.errors import Obj, StripeError
from sandbox.stripe.world import World

Act = Callable[[World, Obj], None]


def tick(world: World, strict: bool = False) -> bool:
    """Does what is due; True if anything was. `strict` raises where a deed of the story does not fit."""
    now, changed = world.now(), False
    while due := min((each for each in _due(world, strict) if each[0] <= now), key=lambda each: each[0], default=None):
        at, act, row = due
        changed = True
        with world.at(at):
            act(world, row)
    return changed


def _due(world: World, strict: bool) -> Iterator[tuple[int, Act, Obj]]:
    """Everything that waits for a time, with its time."""
    for row in world.tables["invoices"].values():
        finalized = row["status_transitions"]["finalized_at"] or 0
        if row["status"] == "draft" and row["automatically_finalizes_at"] is not None:
            yield row["automatically_finalizes_at"], _finalize, row
        if row["status"] == "open" and row["auto_advance"] and not row.get("_collected"):
            yield finalized, _collect, row
        if row["status"] == "open" and row["due_date"] is not None and not row.get("_overdue"):
            yield max(row["due_date"] + 1, finalized), _report, row
    for deed in world.tables["deeds"].values():
        yield deed["created"], story.do if strict else story.try_, deed


def _finalize(world: World, row: Obj) -> None:
    try:
        lifecycle.close(world, row)
    except StripeError:
        # The reason stands in last_finalization_error; it stays a draft that a person has to look at.
        row |= {"auto_advance": False, "automatically_finalizes_at": None}


def _collect(world: World, row: Obj) -> None:
    row["_collected"] = True
    if row["collection_method"] == "send_invoice":
        lifecycle.post(world, row)
        return
    try:
        lifecycle.settle(world, row, None)
    except StripeError as problem:
        if problem.code != "card_declined":
            row |= {"attempted": True, "attempt_count": row["attempt_count"] + 1}
            events.emit(world, "invoice.payment_failed", row)


def _report(world: World, row: Obj) -> None:
    row["_overdue"] = True
    world.find("customers", row["customer"])["delinquent"] = True
    events.emit(world, "invoice.overdue", row)
