"""Pages for people under /stripe: invoices, customers, the outbox; a person can play the customer and pay.

Promises server-rendered HTML that needs no script and no internet. Leaves out editing: that is what the API and
/_stripe/dashboard are for.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.stripe import credit_notes, lifecycle, mail, money, totals
from sandbox.stripe.errors import Obj, StripeError
from sandbox.stripe.forms import decode
from sandbox.stripe.views import lines_of, show
from sandbox.stripe.world import World

STATUSES = ("draft", "open", "paid", "uncollectible", "void")
METHODS = {"card": "pm_card_visa", "declined": "pm_card_chargeDeclined"}


def router(world: World) -> APIRouter:
    routes = APIRouter(prefix="/stripe", include_in_schema=False, default_response_class=HTMLResponse)
    render = _renderer(world)
    _invoice_pages(routes, world, render)
    _other_pages(routes, world, render)
    return routes


def _renderer(world: World) -> Callable[..., HTMLResponse]:
    pages = Environment(loader=PackageLoader("sandbox.stripe"), autoescape=True, undefined=StrictUndefined)
    pages.filters |= {"money": money.text, "plain": _unit, "count": _grouped}
    pages.filters["day"] = lambda moment: _format(world, moment, "%b %-d, %Y")
    pages.filters["minute"] = lambda moment: _format(world, moment, "%b %-d, %Y, %H:%M")

    def render(name: str, status: int = 200, **values: Any) -> HTMLResponse:
        html = pages.get_template(name).render(account=world.account, statuses=STATUSES, now=world.now(), **values)
        return HTMLResponse(html, status)

    return render


def _format(world: World, moment: int | None, style: str) -> str:
    """A time on the account's own clock."""
    if moment is None:
        return "—"
    zone = ZoneInfo(world.account["settings"]["dashboard"]["timezone"])
    return datetime.fromtimestamp(moment, zone).strftime(style)


def _unit(decimal: str, currency: str) -> str:
    """A unit price with all its decimals: `$0.085`."""
    places = money.exponent(currency)
    value = Decimal(decimal).scaleb(-places)
    whole, _, rest = money.plain(abs(value)).partition(".")
    sign = ("-" if value < 0 else "") + money.SIGNS.get(currency, currency.upper() + " ")
    return sign + _grouped(whole) + ("." + rest.ljust(places, "0") if places or rest else "")


def _grouped(digits: str) -> str:
    """A decimal with thousands separators."""
    return f"{Decimal(digits):,}"


def _invoice_pages(routes: APIRouter, world: World, render: Callable[..., HTMLResponse]) -> None:
    @routes.get("")
    def index(status: str = "", customer: str = "", q: str = "") -> Response:
        with world.lock:
            known = [_listed(world, row) for row in world.rows("invoices")]
            rows = [row for row in known if _wanted(row, status, customer, q)]
            names = {row["id"]: row for row in world.rows("customers")}
            counts = {name: sum(row["status"] == name for row in known) for name in STATUSES}
            chosen = {"status": status, "customer": customer, "q": q}
            return render("invoices.html", invoices=rows, names=names, counts=counts, chosen=chosen, all=len(known))

    @routes.get("/invoices/{ident}")
    def invoice(ident: str) -> Response:
        with world.lock:
            return _page(world, render, ident)

    @routes.get("/invoices/{ident}/print")
    def printable(ident: str) -> Response:
        with world.lock:
            found = world.tables["invoices"].get(ident)
            if found is None:
                return _lost(render, "invoice", ident)
            return render("print.html", invoice=_listed(world, found), lines=lines_of(world, found))

    @routes.post("/invoices/{ident}/pay")
    async def pay(ident: str, request: Request) -> Response:
        form = decode((await request.body()).decode())
        with world.lock:
            try:
                _pay(world, ident, form)
            except StripeError as error:
                return _page(world, render, ident, error.message)
            finally:
                world.save()
        return RedirectResponse(f"/stripe/invoices/{ident}", 303)


def _listed(world: World, row: Obj) -> Obj:
    """An invoice as the pages show it."""
    if row["status"] == "draft":
        totals.refresh(world, row)
    late = row["status"] == "open" and row["due_date"] is not None and row["due_date"] < world.now()
    return show(world, row) | {"mails": mail.about(world, row["id"]), "late": late}


def _wanted(row: Obj, status: str, customer: str, q: str) -> bool:
    texts = (row["id"], row["number"], row["customer_name"], row["customer_email"], row["description"])
    found = any(q.casefold() in (text or "").casefold() for text in texts)
    return status in ("", row["status"]) and customer in ("", row["customer"]) and found


def _page(world: World, render: Callable[..., HTMLResponse], ident: str, problem: str = "") -> HTMLResponse:
    found = world.tables["invoices"].get(ident)
    if found is None:
        return _lost(render, "invoice", ident)
    events = [event for event in world.rows("events") if _concerns(event, ident)]
    payments = [row for row in world.rows("invoice_payments") if row["invoice"] == ident and row["status"] == "paid"]
    notes = credit_notes.of_invoice(world, ident)
    values = {"events": events, "payments": payments, "notes": notes, "problem": problem}
    lines = lines_of(world, found)
    return render("invoice.html", 400 if problem else 200, invoice=_listed(world, found), lines=lines, **values)


def _concerns(event: Obj, ident: str) -> bool:
    about = event["data"]["object"]
    return ident in (about["id"], about.get("invoice"))


def _pay(world: World, ident: str, form: Obj) -> None:
    invoice = world.find("invoices", ident)
    if invoice["status"] not in ("open", "uncollectible"):
        raise StripeError("Only an open invoice can be paid.")
    if form.get("method") in METHODS:
        lifecycle.settle(world, invoice, None, METHODS[form["method"]])
        return
    places = money.exponent(invoice["currency"])
    try:
        amount = Decimal(form.get("amount", "").replace(",", "")).scaleb(places)
    except ArithmeticError:
        raise StripeError("The amount of the wire is not a number.") from None
    if amount <= 0 or amount % 1:
        raise StripeError(f"The amount of the wire must be positive, with at most {places} decimals.")
    lifecycle.settle(world, invoice, int(amount))


def _other_pages(routes: APIRouter, world: World, render: Callable[..., HTMLResponse]) -> None:
    @routes.get("/customers")
    def people() -> Response:
        with world.lock:
            rows = [row | _standing(world, row) for row in world.rows("customers") if not row.get("_deleted")]
            return render("customers.html", customers=sorted(rows, key=lambda row: (row["name"] or "").casefold()))

    @routes.get("/customers/{ident}")
    def person(ident: str) -> Response:
        with world.lock:
            row = world.tables["customers"].get(ident)
            if row is None:
                return _lost(render, "customer", ident)
            mine = {name: _owned(world, name, ident) for name in ("invoices", "subscriptions", "invoiceitems")}
            moves = _owned(world, "balance_transactions", ident)
            mine["invoices"] = [_listed(world, each) for each in mine["invoices"]]
            mine["invoiceitems"] = [item for item in mine["invoiceitems"] if item["invoice"] is None]
            plans = [show(world, each) for each in mine.pop("subscriptions")]
            products = world.tables["products"]
            shown = row | _standing(world, row)
            return render("customer.html", customer=shown, plans=plans, moves=moves, products=products, **mine)

    @routes.get("/emails")
    def emails() -> Response:
        with world.lock:
            return render("emails.html", mails=world.rows("emails"), invoices=world.tables["invoices"])

    @routes.get("/credit_notes/{ident}")
    def note(ident: str) -> Response:
        with world.lock:
            row = world.tables["credit_notes"].get(ident)
            if row is None:
                return _lost(render, "credit note", ident)
            return render("credit_note.html", note=row, invoice=world.tables["invoices"][row["invoice"]])


def _owned(world: World, table: str, customer: str) -> list[Obj]:
    return [row for row in world.rows(table) if row["customer"] == customer]


def _standing(world: World, customer: Obj) -> Obj:
    """What a customer owes by currency, minor units, and how many invoices it has."""
    mine = _owned(world, "invoices", customer["id"])
    owed: dict[str, int] = {}
    for row in mine:
        if row["status"] == "open":
            owed[row["currency"]] = owed.get(row["currency"], 0) + row["amount_remaining"]
    return {"owed": owed, "count": len(mine)}


def _lost(render: Callable[..., HTMLResponse], noun: str, ident: str) -> HTMLResponse:
    return render("lost.html", 404, noun=noun, ident=ident)
