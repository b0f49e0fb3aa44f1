"""What happens to an invoice: finalize, send, pay, void, give up.

Promises Stripe's transitions and their side effects: the number, the customer's balance and the minimum charge at
finalization, zero invoices paid at once, negative ones turned into credit, one mail per send. Leaves out dunning.
"""

from sandbox.stripe import customers, events, mail, money, payments, totals
from sandbox.stripe.errors import Obj, StripeError, refused
from sandbox.stripe.forms import Bool, Plain, Text
from sandbox.stripe.world import World


class Finalize(Plain):
    auto_advance: Bool | None = None


class Pay(Plain):
    forgive: Bool = False
    off_session: Bool = True
    paid_out_of_band: Bool = False
    payment_method: Text = None


def finalize(world: World, form: Finalize, invoice: str) -> Obj:
    row = world.find("invoices", invoice)
    if row["status"] != "draft":
        raise refused("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    if form.auto_advance is not None:
        row["auto_advance"] = form.auto_advance
    return close(world, row)


def close(world: World, row: Obj) -> Obj:
    """Draft to open, or to paid when nothing is due. Raises and keeps the draft if it cannot be finalized."""
    totals.refresh(world, row)
    problem = _problem(world, row)
    if problem:
        _fail(world, row, problem)
        raise problem
    with events.changing(world, row, "invoice.updated"):
        _number(world, row)
        _freeze(world, row)
        row["status"] = "open"
        apply_balance(world, row)
    events.emit(world, "invoice.finalized", row)
    if row["amount_due"]:
        payments.open_default(world, row)
    else:
        row["attempted"] = True
        paid(world, row)
    _revise(world, row)
    return row


def _problem(world: World, row: Obj) -> StripeError | None:
    address = row["customer_address"] or {}
    needs = {"US": ("postal_code",), "CA": ("postal_code", "state")}.get(address.get("country") or "", ("country",))
    if row["automatic_tax"]["enabled"] and not any(address.get(name) for name in needs):
        told = "The customer's location isn't recognized. Set a valid customer address in order to automatically "
        return refused(told + "calculate tax.", code="customer_tax_location_invalid")
    if abs(row["total"]) > money.LARGEST:
        most = money.text(money.LARGEST, row["currency"])
        return refused(f"Amount must be no more than {most}", code="amount_too_large")
    return None


def _fail(world: World, row: Obj, problem: StripeError) -> None:
    with events.changing(world, row, "invoice.updated"):
        row["last_finalization_error"] = {"type": problem.kind, "code": problem.code, "message": problem.message}
    events.emit(world, "invoice.finalization_failed", row)


def _number(world: World, row: Obj) -> None:
    customer = world.find("customers", row["customer"])
    if row["number"] is None:
        row["number"] = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
        customer["next_invoice_sequence"] += 1


def _freeze(world: World, row: Obj) -> None:
    row["status_transitions"]["finalized_at"] = world.now()
    row |= {"effective_at": row["effective_at"] or world.now(), "automatically_finalizes_at": None}
    row |= {"last_finalization_error": None, "next_payment_attempt": None}
    if row["automatic_tax"]["enabled"]:
        row["automatic_tax"]["status"] = "complete"


def apply_balance(world: World, row: Obj) -> None:
    """Settles total, balance and minimum: what stays due is due, the rest is the customer's new balance."""
    customer = world.find("customers", row["customer"])
    start = totals.balance(customer, row["currency"])
    sum_due = row["total"] + start
    due = sum_due if sum_due >= money.minimum(row["currency"]) else 0
    moved = sum_due - due - start
    if moved:
        kind = "invoice_too_small" if sum_due > 0 and not due else "applied_to_invoice"
        with events.changing(world, customer, "customer.updated"):
            customers.move(world, customer, row["currency"], moved, kind, invoice=row["id"])
    row |= {"starting_balance": start, "ending_balance": start + moved}
    row |= {"amount_due": due, "amount_remaining": due, "_moved": moved}


def paid(world: World, row: Obj) -> None:
    """Turns an invoice without remainder to paid."""
    with events.changing(world, row, "invoice.updated"):
        row |= {"status": "paid", "auto_advance": False, "next_payment_attempt": None}
        row["status_transitions"]["paid_at"] = world.now()
    payments.sync(world, row)
    world.find("customers", row["customer"])["delinquent"] = False
    events.emit(world, "invoice.paid", row)
    if row["attempted"]:
        events.emit(world, "invoice.payment_succeeded", row)


def _revise(world: World, row: Obj) -> None:
    """Finalizing a revision voids the invoice it revises."""
    if row["from_invoice"]:
        original = world.find("invoices", row["from_invoice"]["invoice"])
        original["latest_revision"] = row["id"]
        if original["status"] in ("open", "uncollectible"):
            annul(world, original)


def send(world: World, _: Plain, invoice: str) -> Obj:
    """Mails the invoice, again if it was mailed before; a draft is finalized first, and not mailed if that paid it."""
    row = world.find("invoices", invoice, "invoice")
    if row["collection_method"] != "send_invoice":
        raise refused("You can only manually send an invoice if its collection method is 'send_invoice'.")
    if row["status"] in ("paid", "void"):
        told = "This invoice cannot be sent right now. Please contact us via https://support.stripe.com/contact "
        raise refused(told + "with details, so we can help.")
    if row["status"] == "draft":
        close(world, row)
    if row["status"] != "paid":
        post(world, row)
    return row


def post(world: World, row: Obj) -> None:
    due = money.text(row["amount_remaining"], row["currency"])
    sender = row["account_name"]
    mail.send(world, "invoice", row, row["customer_email"], f"Invoice {row['number']} from {sender}: {due} due")
    events.emit(world, "invoice.sent", row)


def pay(world: World, form: Pay, invoice: str) -> Obj:
    row = payable(world, invoice)
    if row["status"] != "paid" and form.paid_out_of_band:
        settle(world, row, row["amount_remaining"])
    elif row["status"] != "paid":
        settle(world, row, None, form.payment_method)
    return row


def payable(world: World, invoice: str) -> Obj:
    """The invoice, finalized if it was a draft (which may have paid it). Raises if it is paid or void."""
    row = world.find("invoices", invoice)
    if row["status"] == "draft":
        return close(world, row)
    if row["status"] == "paid":
        raise refused("Invoice is already paid")
    if row["status"] == "void":
        raise refused("You can only pay open and uncollectible invoices. This invoice is void.")
    return row


def settle(world: World, row: Obj, outside: int | None, method: str | None = None) -> None:
    """Books money from outside (minor units), or charges a card when `outside` is None."""
    with events.changing(world, row, "invoice.updated"):
        if outside is None:
            payments.by_card(world, row, method)
        else:
            payments.outside(world, row, outside)
    if row["amount_remaining"] == 0:
        paid(world, row)
    else:
        payments.sync(world, row)


def void(world: World, _: Plain, invoice: str) -> Obj:
    row = world.find("invoices", invoice)
    if row["status"] == "paid" or row["amount_paid"]:
        raise refused("Invoices with `paid` payments cannot be voided.")
    if row["status"] not in ("open", "uncollectible"):
        raise refused("You can only pass in open invoices. This invoice isn't open.")
    return annul(world, row)


def annul(world: World, row: Obj) -> Obj:
    """Open or uncollectible to void; the balance that it used goes back to the customer."""
    with events.changing(world, row, "invoice.updated"):
        row |= {"status": "void", "auto_advance": False, "next_payment_attempt": None}
        row["status_transitions"]["voided_at"] = world.now()
    payments.sync(world, row)
    if row["_moved"]:
        customer = world.find("customers", row["customer"])
        with events.changing(world, customer, "customer.updated"):
            back = -row["_moved"]
            customers.move(world, customer, row["currency"], back, "unapplied_from_invoice", invoice=row["id"])
        row["_moved"] = 0
    events.emit(world, "invoice.voided", row)
    return row


def mark_uncollectible(world: World, _: Plain, invoice: str) -> Obj:
    row = world.find("invoices", invoice)
    if row["status"] == "uncollectible":
        raise refused("This invoice has already been marked uncollectible.")
    if row["status"] != "open":
        raise refused("You can only pass in open invoices. This invoice isn't open.")
    with events.changing(world, row, "invoice.updated"):
        row |= {"status": "uncollectible", "auto_advance": False}
        row["status_details"] = {"uncollectible": {"reason": "user_forgiven"}}
        row["status_transitions"]["marked_uncollectible_at"] = world.now()
    world.find("customers", row["customer"])["delinquent"] = False
    events.emit(world, "invoice.marked_uncollectible", row)
    return row
