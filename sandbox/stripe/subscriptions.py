"""Subscriptions and their items, as far as reconciliation reads them.

Promises create, retrieve, list and cancel with Stripe's shape: periods on the items, prices expanded, canceled ones
hidden from a plain list. Leaves out renewing: invoices of past periods come from the seed, a subscription that is
created here bills nothing by itself. No proration, no trials, no updates.
"""

from datetime import UTC, datetime
from typing import Literal

from sandbox.stripe import customers, events
from sandbox.stripe.errors import Obj, invalid, refused
from sandbox.stripe.forms import Bool, Form, Id, Int, Many, Metadata, Plain, Range, Text, merged
from sandbox.stripe.paging import Page, cut, page
from sandbox.stripe.world import World


class NewItem(Form):
    price: Id
    id: Text = None
    metadata: Metadata = None
    quantity: Int = 1


class SubscriptionCreate(Plain):
    backdate_start_date: Int | None = None
    billing_cycle_anchor: Int | None = None
    cancel_at_period_end: Bool = False
    collection_method: Literal["charge_automatically", "send_invoice"] = "charge_automatically"
    currency: Text = None
    customer: Id
    days_until_due: Int | None = None
    description: Text = None
    items: Many[NewItem]
    metadata: Metadata = None


class Cancel(Plain):
    invoice_now: Bool = False
    prorate: Bool = False


class SubscriptionList(Page):
    collection_method: Literal["charge_automatically", "send_invoice"] | None = None
    created: Range | None = None
    current_period_end: Range | None = None
    current_period_start: Range | None = None
    customer: Id | None = None
    price: Id | None = None
    status: Literal[
        "active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due", "paused", "trialing",
        "unpaid",
    ] | None = None  # fmt: skip


class ItemList(Page):
    subscription: Id


NULLS = (
    "application", "application_fee_percent", "billing_cycle_anchor_config", "billing_thresholds", "cancel_at",
    "canceled_at", "customer_account", "default_payment_method", "default_source", "ended_at", "latest_invoice",
    "next_pending_invoice_item_invoice", "on_behalf_of", "pause_collection", "pending_invoice_item_interval",
    "pending_setup_intent", "pending_update", "schedule", "test_clock", "transfer_data", "trial_end", "trial_settings",
    "trial_start",
)  # fmt: skip


def create(world: World, form: SubscriptionCreate, ident: str | None = None) -> Obj:
    customer = customers.present(world, form.customer, "customer", 400)
    prices = [_recurring(world, item.price, index) for index, item in enumerate(form.items)]
    if not prices:
        raise invalid("Missing required param: items.", "items", "parameter_missing")
    if form.collection_method == "send_invoice" and form.days_until_due is None:
        raise invalid("Missing required param: days_until_due.", "days_until_due", "parameter_missing")
    currency = prices[0]["currency"]
    row = _blank(world, form, ident or world.new_id("sub"), currency)
    customers.settle_currency(customer, currency)
    world.add("subscriptions", row)
    for item, price in zip(form.items, prices, strict=True):
        _add_item(world, row, item, price)
    events.emit(world, "customer.subscription.created", row)
    return row


def _recurring(world: World, ident: str, index: int) -> Obj:
    price = world.find("prices", ident, f"items[{index}][price]", 400)
    if price["recurring"] is None:
        told = "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`."
        raise invalid(told, f"items[{index}][price]")
    return price


def _blank(world: World, form: SubscriptionCreate, ident: str, currency: str) -> Obj:
    now = world.now()
    start = form.backdate_start_date or now
    row: Obj = {"id": ident, "object": "subscription", "created": now, "customer": form.customer, "currency": currency}
    row |= dict.fromkeys(NULLS) | {"automatic_tax": {"enabled": False, "disabled_reason": None, "liability": None}}
    row |= {"billing_cycle_anchor": form.billing_cycle_anchor or start, "start_date": start, "status": "active"}
    row |= {"billing_mode": {"type": "classic", "flexible": None}, "billing_schedules": [], "discounts": []}
    row |= {"cancel_at_period_end": form.cancel_at_period_end, "collection_method": form.collection_method}
    row |= {"cancellation_details": {"comment": None, "feedback": None, "reason": None}, "default_tax_rates": []}
    row |= {"days_until_due": form.days_until_due, "description": form.description, "livemode": False}
    row |= {"invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}}, "payment_settings": None}
    return row | {"metadata": merged({}, form.metadata)}


def _add_item(world: World, owner: Obj, form: NewItem, price: Obj) -> Obj:
    row: Obj = {"id": form.id or world.new_id("si"), "object": "subscription_item", "created": owner["created"]}
    row |= {"billing_thresholds": None, "discounts": [], "metadata": merged({}, form.metadata), "tax_rates": []}
    row |= {"price": price["id"], "subscription": owner["id"]}
    row["quantity"] = None if price["recurring"]["usage_type"] == "metered" else form.quantity
    start, end = period(owner["billing_cycle_anchor"], price["recurring"], world.now())
    return world.add("subscription_items", row | {"current_period_start": start, "current_period_end": end})


def period(anchor: int, recurring: Obj, now: int) -> tuple[int, int]:
    """The billing period that holds `now`, Unix seconds, counted in UTC from the anchor."""
    count = 0
    while (end := _after(anchor, recurring, count + 1)) <= now:
        count += 1
    return _after(anchor, recurring, count), end


def _after(anchor: int, recurring: Obj, count: int) -> int:
    count *= recurring["interval_count"]
    if recurring["interval"] in ("day", "week"):
        return anchor + count * (86400 if recurring["interval"] == "day" else 7 * 86400)
    first = datetime.fromtimestamp(anchor, UTC)
    months = first.month - 1 + count * (12 if recurring["interval"] == "year" else 1)
    year, month = first.year + months // 12, months % 12 + 1
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    last = (following - datetime(year, month, 1, tzinfo=UTC)).days
    return int(first.replace(year=year, month=month, day=min(first.day, last)).timestamp())


def refresh(world: World, row: Obj) -> Obj:
    """Moves the periods of a live subscription to the present."""
    for item in world.tables["subscription_items"].values():
        if item["subscription"] == row["id"] and row["status"] == "active":
            recurring = world.tables["prices"][item["price"]]["recurring"]
            start, end = period(row["billing_cycle_anchor"], recurring, world.now())
            item |= {"current_period_start": start, "current_period_end": end}
    return row


def retrieve(world: World, _: Plain, subscription: str) -> Obj:
    return refresh(world, world.find("subscriptions", subscription))


def cancel(world: World, form: Cancel, subscription: str) -> Obj:
    row = world.find("subscriptions", subscription)
    if row["status"] == "canceled":
        raise refused(f"No such subscription: '{subscription}'", "id", "resource_missing")
    now = world.now()
    row |= {"status": "canceled", "canceled_at": now, "ended_at": now}
    row["cancellation_details"]["reason"] = "cancellation_requested"
    events.emit(world, "customer.subscription.deleted", row)
    return row


def find_all(world: World, form: SubscriptionList) -> Obj:
    items = world.tables["subscription_items"].values()

    def fits(row: Obj) -> bool:
        mine = [item for item in items if item["subscription"] == refresh(world, row)["id"]]
        spans = (("current_period_start", form.current_period_start), ("current_period_end", form.current_period_end))
        timed = all(span is None or any(span.holds(item[name]) for item in mine) for name, span in spans)
        same = form.customer in (None, row["customer"]) and form.collection_method in (None, row["collection_method"])
        priced = form.price is None or any(item["price"] == form.price for item in mine)
        in_range = form.created is None or form.created.holds(row["created"])
        return timed and same and priced and in_range and _shown(row["status"], form.status)

    return page(world, "subscriptions", form, fits)


def _shown(status: str, wanted: str | None) -> bool:
    if wanted is None:
        return status != "canceled"
    return wanted == "all" or status == wanted or (wanted == "ended" and status in ("canceled", "incomplete_expired"))


def find_items(world: World, form: ItemList) -> Obj:
    owner = refresh(world, world.find("subscriptions", form.subscription, "subscription", 400))
    rows = [item for item in world.tables["subscription_items"].values() if item["subscription"] == owner["id"]]
    return cut(rows, form, lambda _: True, "/v1/subscription_items")


def retrieve_item(world: World, _: Plain, item: str) -> Obj:
    return world.find("subscription_items", item, "item")
