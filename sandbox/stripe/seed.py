"""Seeds: a history, and what is to come.

Promises that ids and times of the seed are kept and that events, numbers, balances and mails come out as if it had
been lived (story.py). What lies in the future of the business clock happens when the clock gets there. Leaves out
webhooks: subscribe after seeding.

The file is JSON with these lists, all optional; fields not named here are those of the API's create call. Times are
Unix seconds or ISO 8601 with offset; `created` defaults to now, for customers and the catalog to the seed's first time.

    account        one object: id, name, country, default_currency, timezone (IANA), automatic_tax (the default)
    coupons        id, percent_off or amount_off with currency
    customers      id, created, name, email, …; coupon puts a discount on the customer
    products       id, created, name, …
    prices         id, created, product, currency, unit_amount, recurring, …
    subscriptions  id, created, customer, items: [{id, price, quantity}], canceled_at
    invoices       id, created, customer, …; lines: [{amount or price, description, period, metadata, …}], where a line
                   with subscription_item bills that item; then as far as it got: finalized_at, sent_at (one time or a
                   list), paid_at with paid: "card" or "out_of_band" and paid_amount, voided_at,
                   marked_uncollectible_at, and payment_method for a card
    invoiceitems   id, created, customer, …: left pending
    credit_notes   id, created, invoice, amount or lines, …
"""

from datetime import datetime
from typing import Any

from sandbox.stripe import story, timers
from sandbox.stripe.errors import Obj, StripeError
from sandbox.stripe.forms import parse
from sandbox.stripe.world import World

STEPS = ("coupon", "finalized_at", "sent_at", "paid_at", "voided_at", "marked_uncollectible_at", "canceled_at")
EARLY = ("coupons", "customers", "products", "prices")
PAYING = ("paid", "paid_amount", "payment_method")
TIMES = {"start", "end", "due_date", "effective_at", "backdate_start_date", "billing_cycle_anchor"}


def load(world: World, seed: Obj) -> None:
    """Plays the seed into a fresh world. Raises StripeError or ValueError that names the entry."""
    unknown = seed.keys() - {"account", *story.KINDS}
    if unknown:
        raise ValueError(f"the seed has unknown lists: {', '.join(sorted(unknown))}")
    with world.lock:
        _account(world, seed.get("account", {}))
        now, first = world.now(), _first(seed, world.now())
        for name in story.KINDS:
            for entry in seed.get(name, []):
                _plan(world, name, {"created": first if name in EARLY else now} | entry)
        timers.tick(world, strict=True)
        world.save()


def _first(seed: Obj, now: int) -> int:
    entries = (entry for name in story.KINDS for entry in seed.get(name, []))
    return min((moment(entry["created"]) for entry in entries if "created" in entry), default=now)


def moment(value: int | str) -> int:
    """Unix seconds from Unix seconds or ISO 8601 with offset."""
    if isinstance(value, int):
        return value
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(f"the time {value} needs an offset, e.g. {value}Z")
    return int(at.timestamp())


def _account(world: World, entry: Obj) -> None:
    account = world.account
    account["business_profile"]["name"] = entry.get("name", account["business_profile"]["name"])
    account["settings"]["dashboard"]["display_name"] = account["business_profile"]["name"]
    account["settings"]["dashboard"]["timezone"] = entry.get("timezone", "Etc/UTC")
    account["_automatic_tax"] = entry.get("automatic_tax", False)
    account |= {name: entry[name] for name in ("id", "country", "default_currency", "email") if name in entry}
    world.tables["accounts"] = {account["id"]: account}


def _plan(world: World, name: str, entry: Obj) -> None:
    """The deeds of one entry: its making, then the steps of its life."""
    ident, created = entry.pop("id", None), moment(entry.pop("created"))
    steps = {step: entry.pop(step) for step in STEPS if step in entry}
    paying = {field: entry.pop(field) for field in PAYING if field in entry}
    if steps and ident is None:
        raise ValueError(f"an entry of {name} needs an id, because things happen to it: {entry}")
    given = _timed(entry)
    _check(name, ident, given)
    story.plan(world, created, name, ident, given)
    if "coupon" in steps:
        story.plan(world, created, "coupon", ident, {"coupon": steps.pop("coupon")})
    for step, times in steps.items():
        for at in times if isinstance(times, list) else [times]:
            story.plan(world, moment(at), step, ident, paying if step == "paid_at" else {})


def _check(name: str, ident: str | None, given: Obj) -> None:
    """Reads the entry as the API would, so that a mistake shows now and not when its time has come."""
    ours = {"lines", "billing_reason"} if name == "invoices" else set()
    try:
        parse(story.KINDS[name][0], {field: value for field, value in given.items() if field not in ours})
    except StripeError as error:
        error.add_note(f"in the seed's {name}, entry {ident or given}")
        raise


def _timed(value: Any) -> Any:
    """Times in nested fields as Unix seconds."""
    if isinstance(value, dict):
        return {key: moment(each) if key in TIMES else _timed(each) for key, each in value.items()}
    return [_timed(each) for each in value] if isinstance(value, list) else value
