"""How rows look from outside.

Promises that our own fields stay inside, that lists embedded in an object hold ten entries at most (the rest is paged
from their url, as at Stripe), that page addresses are those of this server, and that a deleted object is a stub.
Leaves out expansion (expand.py) and totals (totals.py).
"""

import copy

from sandbox.stripe.errors import Obj
from sandbox.stripe.world import World

EMBEDDED = 10


def show(world: World, row: Obj) -> Obj:
    """A fresh copy of the row as the API answers it."""
    if row.get("_deleted"):
        return {"id": row["id"], "object": row["object"], "deleted": True}
    body = copy.deepcopy({key: value for key, value in row.items() if not key.startswith("_")})
    match row["object"]:
        case "invoice":
            body |= _invoice(world, row)
        case "credit_note":
            body["lines"] = embedded(world, row["_lines"], f"/v1/credit_notes/{row['id']}/lines")
            body["pdf"] = f"{world.base_url}/stripe/credit_notes/{row['id']}"
        case "subscription":
            items = [item for item in world.tables["subscription_items"].values() if item["subscription"] == row["id"]]
            body["items"] = embedded(world, items, f"/v1/subscription_items?subscription={row['id']}")
        case "subscription_item":
            body["price"] = show(world, world.tables["prices"][row["price"]])
            body["plan"] = plan(body["price"])
        case "customer":
            body["discount"] = row["discount"] and show(world, world.tables["discounts"][row["discount"]])
        case "price":
            body.pop("tiers", None)
        case "list":
            body["data"] = [show(world, each) for each in row["data"]]
    return body


def embedded(world: World, rows: list[Obj], url: str) -> Obj:
    """A list object with the first entries only."""
    data = [show(world, row) for row in rows[:EMBEDDED]]
    return {"object": "list", "data": data, "has_more": len(rows) > EMBEDDED, "total_count": len(rows), "url": url}


def lines_of(world: World, invoice: Obj) -> list[Obj]:
    """All lines of an invoice in Stripe's order."""
    return [world.tables["lines"][ident] for ident in invoice["_lines"]]


def plan(price: Obj) -> Obj:
    """The legacy plan that mirrors a recurring price."""
    recurring = price["recurring"] or {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
    same = ("id", "active", "billing_scheme", "created", "currency", "livemode", "metadata", "nickname", "product")
    body = {name: price[name] for name in same} | {"object": "plan", "trial_period_days": None, "meter": None}
    body |= {"amount": price["unit_amount"], "amount_decimal": price["unit_amount_decimal"]}
    body |= {name: recurring[name] for name in ("interval", "interval_count", "usage_type")}
    return body | {"tiers_mode": price["tiers_mode"], "transform_usage": price["transform_quantity"]}


def _invoice(world: World, row: Obj) -> Obj:
    page = f"{world.base_url}/stripe/invoices/{row['id']}" if row["status_transitions"]["finalized_at"] else None
    return {
        "lines": embedded(world, lines_of(world, row), f"/v1/invoices/{row['id']}/lines"),
        "hosted_invoice_url": page,
        "invoice_pdf": page and page + "/print",
    }
