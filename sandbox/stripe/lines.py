"""Lines: an invoice's view of its items.

Promises that a line mirrors its item while the invoice is a draft and keeps its id, and Stripe's order: what waited
comes newest first, what was added later follows in the order of adding. Leaves out taxes per line.
"""

from sandbox.stripe.errors import Obj, refused
from sandbox.stripe.world import World

MOST = 250
MIRRORED = (
    "amount", "currency", "description", "discountable", "metadata", "period", "pricing", "quantity",
    "quantity_decimal",
)  # fmt: skip


def attach(world: World, invoice: Obj, item: Obj) -> Obj:
    """Binds an item to a draft as its last line."""
    if len(invoice["_lines"]) >= MOST:
        raise refused(f"An invoice has at most {MOST} line items.", "invoice", "invoice_too_many_lines")
    item["invoice"] = invoice["id"]
    line = blank(world, invoice["id"]) | {"_item": item["id"], "parent": _parent(item)}
    invoice["_lines"].append(line["id"])
    world.add("lines", line)
    return mirror(world, item)


def blank(world: World, invoice: str, ident: str | None = None) -> Obj:
    row: Obj = {"id": ident or world.new_id("il"), "object": "line_item", "invoice": invoice, "livemode": False}
    row |= {"discount_amounts": [], "discounts": [], "pretax_credit_amounts": [], "taxes": []}
    return row | {"subscription": None, "_item": None, "parent": None}


def mirror(world: World, item: Obj) -> Obj:
    """Brings the line of an item up to date."""
    line = of_item(world, item)
    line |= {name: item[name] for name in MIRRORED} | {"subtotal": item["amount"]}
    line["subscription"] = line["parent"]["invoice_item_details"]["subscription"]
    return line


def of_item(world: World, item: Obj) -> Obj:
    invoice = world.tables["invoices"][item["invoice"]]
    rows = (world.tables["lines"][ident] for ident in invoice["_lines"])
    return next(row for row in rows if row["_item"] == item["id"])


def detach(world: World, invoice: Obj, item: Obj) -> None:
    """Takes the item's line off a draft; the item is pending again unless the caller deletes it."""
    line = of_item(world, item)
    invoice["_lines"].remove(line["id"])
    del world.tables["lines"][line["id"]]
    item["invoice"] = None


def _parent(item: Obj) -> Obj:
    owner = item["parent"] and item["parent"]["subscription_details"]["subscription"]
    details = {"invoice_item": item["id"], "proration": False, "proration_details": None, "subscription": owner}
    return {"type": "invoice_item_details", "invoice_item_details": details, "subscription_item_details": None}


def of_subscription(world: World, invoice: Obj, item: Obj, fields: Obj) -> Obj:
    """A line that bills a subscription item for one period; `fields` as in MIRRORED."""
    row = blank(world, invoice["id"], fields.pop("id", None)) | fields
    details = {"invoice_item": None, "proration": False, "proration_details": None}
    details |= {"subscription": item["subscription"], "subscription_item": item["id"]}
    parent = {"type": "subscription_item_details", "subscription_item_details": details, "invoice_item_details": None}
    row |= {"parent": parent, "subtotal": row["amount"], "subscription": item["subscription"]}
    invoice["_lines"].append(row["id"])
    return world.add("lines", row)
