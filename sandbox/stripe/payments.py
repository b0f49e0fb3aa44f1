"""Payments: how money reaches an invoice.

Promises the default payment that finalization opens and keeps in step with what remains, card payments (a payment
intent and its charge), payments outside Stripe (a payment record), part payments, overpayments that become credit,
and the test cards `pm_card_visa` and `pm_card_chargeDeclined`. Leaves out refunds, disputes, 3-D Secure.
"""

from typing import Literal

from sandbox.stripe import customers, events
from sandbox.stripe.errors import Obj, StripeError, refused
from sandbox.stripe.forms import Form, Id, Int, Plain, Range
from sandbox.stripe.paging import Page, cut, page
from sandbox.stripe.world import World

NOTHING = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}


class By(Form):
    type: Literal["payment_intent", "payment_record"]
    payment_intent: Id | None = None
    payment_record: Id | None = None


class PaymentList(Page):
    created: Range | None = None
    invoice: Id | None = None
    payment: By | None = None
    status: Literal["canceled", "open", "paid"] | None = None


class RecordList(Page):
    created_after: Int | None = None
    created_before: Int | None = None


class MoneyList(Page):
    """Listings of intents, charges, refunds and disputes."""

    charge: Id | None = None
    created: Range | None = None
    customer: Id | None = None
    payment_intent: Id | None = None


def open_default(world: World, invoice: Obj) -> None:
    """The intent and the payment that a finalized invoice waits for."""
    intent: Obj = {"id": world.new_id("pi"), "object": "payment_intent", "created": world.now(), "metadata": {}}
    intent |= {"amount": invoice["amount_remaining"], "amount_capturable": 0, "amount_received": 0, "livemode": False}
    intent |= {"capture_method": "automatic", "confirmation_method": "automatic", "currency": invoice["currency"]}
    intent |= {"customer": invoice["customer"], "payment_method_types": ["card"], "status": "requires_payment_method"}
    intent |= {"client_secret": f"{intent['id']}_{world.new_id('secret')}", "latest_charge": None}
    intent |= {"description": invoice["description"]}
    world.add("payment_intents", intent)
    events.emit(world, "payment_intent.created", intent)
    _add(world, invoice, {"type": "payment_intent", "payment_intent": intent["id"]}, invoice["amount_remaining"], True)


def _add(world: World, invoice: Obj, payment: Obj, amount: int, default: bool) -> Obj:
    row: Obj = {"id": world.new_id("inpay"), "object": "invoice_payment", "amount_paid": None, "created": world.now()}
    row |= {"amount_requested": amount, "currency": invoice["currency"], "invoice": invoice["id"], "livemode": False}
    row |= {"is_default": default, "payment": payment, "status": "open"}
    return world.add("invoice_payments", row | {"status_transitions": {"canceled_at": None, "paid_at": None}})


def default_of(world: World, invoice: Obj) -> tuple[Obj, Obj] | None:
    """The open default payment and its intent."""
    for row in world.tables["invoice_payments"].values():
        if row["invoice"] == invoice["id"] and row["is_default"] and row["status"] == "open":
            return row, world.find("payment_intents", row["payment"]["payment_intent"])
    return None


def sync(world: World, invoice: Obj) -> None:
    """Keeps the default payment at what remains; cancels it when nothing does."""
    opened = default_of(world, invoice)
    if opened is None:
        return
    payment, intent = opened
    if invoice["status"] in ("open", "uncollectible") and invoice["amount_remaining"]:
        payment["amount_requested"] = intent["amount"] = invoice["amount_remaining"]
        return
    payment["status"], payment["status_transitions"]["canceled_at"] = "canceled", world.now()
    reason = "void_invoice" if invoice["status"] == "void" else "automatic"
    intent |= {"status": "canceled", "canceled_at": world.now(), "cancellation_reason": reason}
    events.emit(world, "payment_intent.canceled", intent)


def by_card(world: World, invoice: Obj, method: str | None) -> None:
    """Charges what remains. Raises card_declined, or resource_missing without a payment method."""
    method = method or invoice["default_payment_method"]
    opened = default_of(world, invoice)
    if method is None or opened is None:
        told = "This customer has no attached payment source or default payment method. "
        raise refused(told + "Please consider adding a default payment method.", code="resource_missing")
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
    if "Declined" in method:
        events.emit(world, "invoice.payment_failed", invoice)
        more = {"decline_code": "generic_decline"}
        raise StripeError("Your card was declined.", status=402, kind="card_error", code="card_declined", more=more)
    payment, intent = opened
    amount = invoice["amount_remaining"]
    charge = _charge(world, invoice, intent, amount, method)
    intent |= {"status": "succeeded", "amount_received": amount, "latest_charge": charge["id"]}
    events.emit(world, "payment_intent.succeeded", intent)
    events.emit(world, "charge.succeeded", charge)
    _settle(world, invoice, payment, amount)


def _charge(world: World, invoice: Obj, intent: Obj, amount: int, method: str) -> Obj:
    row: Obj = {"id": world.new_id("ch"), "object": "charge", "amount": amount, "amount_captured": amount}
    row |= {"amount_refunded": 0, "billing_details": dict(NOTHING), "captured": True, "created": world.now()}
    row |= {"currency": invoice["currency"], "customer": invoice["customer"], "disputed": False, "livemode": False}
    row |= {"metadata": {}, "paid": True, "payment_intent": intent["id"], "payment_method": method}
    return world.add("charges", row | {"refunded": False, "status": "succeeded"})


def outside(world: World, invoice: Obj, amount: int) -> None:
    """Money that came by wire or check: a record, and an attempt at nothing."""
    record = _record(world, invoice, amount)
    payment = _add(world, invoice, {"type": "payment_record", "payment_record": record["id"]}, amount, False)
    invoice["amount_paid_off_stripe"] += amount
    _settle(world, invoice, payment, amount)


def _record(world: World, invoice: Obj, amount: int) -> Obj:
    zero, full = ({"currency": invoice["currency"], "value": value} for value in (0, amount))
    row: Obj = {"id": world.new_id("pr"), "object": "payment_record", "created": world.now(), "livemode": False}
    row |= {f"amount_{name}": dict(zero) for name in ("authorized", "canceled", "failed", "refunded")}
    row |= {"amount": full, "amount_guaranteed": dict(full), "amount_requested": dict(full), "metadata": {}}
    row |= {"customer_details": {"customer": invoice["customer"], "email": None, "name": None, "phone": None}}
    row |= dict.fromkeys(("application", "customer_presence", "description", "shipping_details"))
    row |= {"latest_payment_attempt_record": None, "reported_by": "self"}
    custom = {"display_name": "Paid outside Stripe", "type": None}
    row |= {"payment_method_details": {"type": "custom", "custom": custom}}
    row |= {"processor_details": {"type": "custom", "custom": {"payment_reference": invoice["number"]}}}
    return world.add("payment_records", row)


def _settle(world: World, invoice: Obj, payment: Obj, amount: int) -> None:
    """Books a payment; the caller turns a fully paid invoice to paid."""
    payment |= {"amount_paid": amount, "status": "paid"}
    payment["status_transitions"]["paid_at"] = world.now()
    over = max(0, amount - invoice["amount_remaining"])
    invoice["amount_paid"] += amount - over
    invoice["amount_remaining"] -= amount - over
    events.emit(world, "invoice_payment.paid", payment)
    if over:
        invoice["amount_overpaid"] += over
        events.emit(world, "invoice.overpaid", invoice)
        customer = world.find("customers", invoice["customer"])
        with events.changing(world, customer, "customer.updated"):
            customers.move(world, customer, invoice["currency"], -over, "invoice_overpaid", invoice=invoice["id"])


def find_all(world: World, form: PaymentList) -> Obj:
    def fits(row: Obj) -> bool:
        in_range = form.created is None or form.created.holds(row["created"])
        return (
            _by(row, form.payment)
            and in_range
            and form.invoice in (None, row["invoice"])
            and form.status in (None, row["status"])
        )

    return page(world, "invoice_payments", form, fits)


def _by(row: Obj, wanted: By | None) -> bool:
    """A type alone asks for all payments of that type."""
    if wanted is None or wanted.type != row["payment"]["type"]:
        return wanted is None
    return getattr(wanted, wanted.type) in (None, row["payment"][wanted.type])


def retrieve(world: World, _: Plain, invoice_payment: str) -> Obj:
    return world.find("invoice_payments", invoice_payment)


def find_records(world: World, form: RecordList) -> Obj:
    def fits(row: Obj) -> bool:
        early = form.created_after is not None and row["created"] <= form.created_after
        return not early and (form.created_before is None or row["created"] < form.created_before)

    return page(world, "payment_records", form, fits)


def retrieve_record(world: World, _: Plain, record: str) -> Obj:
    return world.find("payment_records", record)


def retrieve_intent(world: World, _: Plain, intent: str) -> Obj:
    return world.find("payment_intents", intent, "intent")


def retrieve_charge(world: World, _: Plain, charge: str) -> Obj:
    return world.find("charges", charge, "charge")


def find_intents(world: World, form: MoneyList) -> Obj:
    return page(world, "payment_intents", form, lambda row: _same(row, form))


def find_charges(world: World, form: MoneyList) -> Obj:
    return page(world, "charges", form, lambda row: _same(row, form))


def _same(row: Obj, form: MoneyList) -> bool:
    in_range = form.created is None or form.created.holds(row["created"])
    mine = form.payment_intent in (None, row.get("payment_intent"))
    return in_range and mine and form.customer in (None, row["customer"])


def no_refunds(world: World, form: MoneyList) -> Obj:
    """Refunds are not built: always an empty list."""
    return cut([], form, lambda _: True, "/v1/refunds")


def no_disputes(world: World, form: MoneyList) -> Obj:
    """Disputes are not built: always an empty list."""
    return cut([], form, lambda _: True, "/v1/disputes")
