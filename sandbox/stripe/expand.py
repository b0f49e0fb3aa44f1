"""`expand`: ids become the objects they name.

Promises dotted paths of at most four levels through objects and lists, the fields that Stripe sends only when asked
(`payments`, `tiers`, `subscriptions`), and a refusal before anything runs when a field cannot be expanded.
Leaves out expansions that need objects this server does not keep.
"""

from typing import Any

from sandbox.stripe.errors import Obj, invalid
from sandbox.stripe.views import embedded, show
from sandbox.stripe.world import World

LINKS = {
    "charge": "charges",
    "coupon": "coupons",
    "credit_note": "credit_notes",
    "customer": "customers",
    "customer_balance_transaction": "balance_transactions",
    "default_price": "prices",
    "discount": "discounts",
    "discounts": "discounts",
    "invoice": "invoices",
    "latest_charge": "charges",
    "latest_invoice": "invoices",
    "latest_revision": "invoices",
    "payment_intent": "payment_intents",
    "payment_record": "payment_records",
    "price": "prices",
    "product": "products",
    "subscription": "subscriptions",
}
ADDED = {
    ("invoice", "payments"): "invoice_payments",
    ("customer", "subscriptions"): "subscriptions",
}
ASKED_ONLY = {"payments", "subscriptions", "tiers", "confirmation_secret", "invoice_credit_balance"}


def check(paths: list[str]) -> None:
    """Raises for a path that is too deep or ends in a field that never expands."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > 4:
            raise invalid(f"You cannot expand more than 4 levels of a property: {path}", "expand[0]")
        if steps[-1] not in LINKS.keys() | ASKED_ONLY | {"data", "lines", "items", "plan"}:
            raise invalid(f"This property cannot be expanded ({path}).", "expand[0]", "property_cannot_be_expanded")


def grow(world: World, body: Obj, paths: list[str]) -> Obj:
    """The body with every path expanded, in place."""
    for path in paths:
        _grow(world, body, path.split("."))
    return body


def _grow(world: World, node: Any, steps: list[str]) -> None:
    if isinstance(node, list):
        for each in node:
            _grow(world, each, steps)
    elif isinstance(node, dict) and steps:
        _fetch(world, node, steps[0])
        _grow(world, node.get(steps[0]), steps[1:])


def _fetch(world: World, node: Obj, name: str) -> None:
    value = node.get(name)
    if name in ASKED_ONLY:
        _ask(world, node, name)
    elif isinstance(value, str) and name in LINKS:
        node[name] = show(world, world.find(LINKS[name], value))
    elif isinstance(value, list) and name == "discounts":
        node[name] = [show(world, world.find("discounts", each)) if isinstance(each, str) else each for each in value]


def _ask(world: World, node: Obj, name: str) -> None:
    noun = node.get("object", "")
    if (noun, name) in ADDED:
        table = ADDED[noun, name]
        rows = [row for row in world.rows(table) if row[noun] == node["id"]]
        node[name] = embedded(world, rows, f"/v1/{table}?{noun}={node['id']}")
    elif (noun, name) == ("price", "tiers"):
        node[name] = world.find("prices", node["id"]).get("tiers")
    elif (noun, name) == ("invoice", "confirmation_secret"):
        node[name] = _secret(world, node["id"])
    elif (noun, name) == ("customer", "invoice_credit_balance"):
        balances = world.find("customers", node["id"])["_balances"]
        node[name] = {currency: -amount for currency, amount in balances.items()}


def _secret(world: World, invoice: str) -> Obj | None:
    for payment in world.rows("invoice_payments"):
        if payment["invoice"] == invoice and payment["payment"]["type"] == "payment_intent":
            intent = world.find("payment_intents", payment["payment"]["payment_intent"])
            return {"type": "payment_intent", "client_secret": intent["client_secret"]}
    return None
