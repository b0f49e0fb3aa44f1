"""Totals of a draft.

Promises that a draft always shows the sum of its lines, its discounts, its customer's present name, address, e-mail
and balance. Amounts freeze at finalization (lifecycle.py). Leaves out tax: automatic tax comes to nothing, because no
registration exists.
"""

from sandbox.stripe import discounts
from sandbox.stripe.errors import Obj
from sandbox.stripe.views import lines_of
from sandbox.stripe.world import World


def refresh(world: World, invoice: Obj) -> Obj:
    """Recomputes a draft in place."""
    lines = lines_of(world, invoice)
    off = _discount(world, invoice, lines)
    subtotal = sum(line["amount"] for line in lines)
    total = subtotal - sum(entry["amount"] for entry in off)
    invoice |= {"subtotal": subtotal, "subtotal_excluding_tax": subtotal, "total": total, "total_excluding_tax": total}
    invoice |= {"total_discount_amounts": off, "total_pretax_credit_amounts": _credits(off)}
    customer = world.find("customers", invoice["customer"])
    invoice |= _party(customer)
    invoice["starting_balance"] = balance(customer, invoice["currency"])
    due = max(0, total + invoice["starting_balance"])
    invoice |= {"amount_due": due, "amount_remaining": due}
    return invoice


def balance(customer: Obj, currency: str) -> int:
    """What the customer's balance adds to an invoice in this currency; negative is credit."""
    return int(customer["_balances"].get(currency, 0))


def _discount(world: World, invoice: Obj, lines: list[Obj]) -> list[Obj]:
    for line in lines:
        line["discount_amounts"] = []
    totals = []
    for discount in invoice["discounts"]:
        shares = discounts.spread(world, discount, lines, invoice["currency"])
        for line, share in zip(lines, shares, strict=True):
            if share:
                line["discount_amounts"].append({"amount": share, "discount": discount})
        totals.append({"amount": sum(shares), "discount": discount})
    for line in lines:
        line["pretax_credit_amounts"] = _credits(line["discount_amounts"])
    return totals


def _credits(off: list[Obj]) -> list[Obj]:
    return [entry | {"type": "discount"} for entry in off]


def _party(customer: Obj) -> Obj:
    names = ("address", "email", "name", "phone", "shipping", "tax_exempt")
    return {f"customer_{name}": customer[name] for name in names} | {"customer_tax_ids": []}
