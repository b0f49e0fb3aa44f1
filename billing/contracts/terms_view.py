"""Terms as people see them: grouped as one reads a contract, each with its words and page, and what is still open."""

import re
from decimal import Decimal

from sqlmodel import Session, select

from billing import words
from billing.contracts.evidence import Entry, Evidence
from billing.contracts.propose import proposal_of
from billing.contracts.stored import evidence_of
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.statements import confirmed_version
from billing.views import ClauseView, QuestionView, TermItem, TermsView
from pricing.canonical import canonical, digest
from pricing.periods import Period
from pricing.stored import read_terms
from pricing.terms import Terms
from store.tables.balance import BalanceEntry
from store.tables.contract import Contract, TermsVersion
from store.tables.customer import Customer
from store.tables.document import Document

LABELS: tuple[tuple[str, str], ...] = (
    (r"charges\.(\w+)\.amount", "{0} a month"),
    (r"charges\.(\w+)@([\d-]+)\.amount", "{0} a month, from {1}"),
    (r"charges\.(\w+)\.included\.quantity", "{0} included"),
    (r"charges\.(\w+)\.price\.unit_amount", "{0}, price per unit"),
    (r"charges\.(\w+)@([\d-]+)\.price\.unit_amount", "{0}, price per unit, from {1}"),
    (r"charges\.(\w+)\.price\.model", "Tiers of {0}"),
    (r"charges\.(\w+)\.price\.tiers\.(\d+)\.up_to", "Tier {1} ends at"),
    (r"charges\.(\w+)\.price\.tiers\.(\d+)\.unit_amount", "Tier {1} price"),
    (r"charges\.(\w+)(?:@[\d-]+)?\.proration(?:\.\w+)?", "{0} for a part of a month"),
    (r"charges\.(\w+)\..*tiers_on_change", "Tiers at a price change"),
    (r"minimums\.(\w+)\.amount", "Monthly minimum"),
    (r"minimums\.(\w+)\.counts(?:\.\d+)?", "What counts towards the minimum"),
    (r"prepaid\.(\w+)\.amount", "Paid ahead"),
    (r"prepaid\.(\w+)\.overage_unit_amount", "Price once it is used up"),
    (r"prepaid\.(\w+)\.access\.(start|end)", "Covers, {1}"),
    (r"prepaid\.(\w+)\..*", "Prepaid, {0}"),
    (r"thresholds\.(\w+)\.percents(?:\.\d+)?", "Notice owed at"),
    (r"metrics\.(\w+)\.rounding(?:\.mode)?", "Total of {0} is rounded"),
    (r"metrics\.(\w+)\.excluded\.\d+", "Not billable"),
    (r"billing\.net_days", "Payment due"),
    (r"billing\.frequency", "Invoiced every"),
    (r"billing\.timing", "Invoiced in"),
    (r"billing\.po_number", "PO number"),
    (r"rounding\.mode", "Amounts are rounded"),
    (r"time_zone", "Time zone of the month"),
    (r"currency", "Currency"),
    (r"effective_from", "In force from"),
    (r"term_end", "Ends"),
    (r"amended_from", "Changes from"),
    (r"amends\.(\w+)", "Replaces, for {0}"),
    (r"customer", "Customer"),
    (r"vendor", "Provider"),
    (r"signatures\.customer", "Signed for the customer"),
    (r"signatures\.vendor", "Signed for us"),
    (r"who_bills\.(\w+)", "Who bills the {0}"),
)
MODES = {"up": "up to the next whole unit", "half_up": "half up", "half_even": "half to even", "none": "not at all",
         "actual_days": "by calendar days", "stripe_subscription": "a Stripe subscription"}  # fmt: skip
OPENING = "opening."


def terms_view(desk: Desk, customer_id: str) -> TermsView:
    """The terms in force, or those that wait for a confirmation. Raises Refused when there are none."""
    with desk.db.read() as session:
        contract = session.exec(select(Contract).where(Contract.customer_id == customer_id)).first()
        version = (confirmed_version(session, contract.id) or _latest(session, contract.id)) if contract else None
        if version is None:
            raise Refused("I have read no contract of this customer; drop it as a PDF into a channel that I am in.")
        return terms_view_of(desk, session, version)


def terms_view_by_id(desk: Desk, terms_id: str) -> TermsView:
    """Raises Refused for an id that does not exist."""
    with desk.db.read() as session:
        version = session.get(TermsVersion, terms_id)
        if version is None:
            raise Refused("I know no such terms; drop the contract again.")
        return terms_view_of(desk, session, version)


def terms_view_of(desk: Desk, session: Session, version: TermsVersion) -> TermsView:
    contract = session.get_one(Contract, version.contract_id)
    customer = session.get_one(Customer, contract.customer_id)
    document = session.get(Document, version.document_id) if version.document_id else None
    made = proposal_of(desk, session, version, {}) if version.status == "proposed" else None
    evidence = made.evidence if made else evidence_of(version)
    currency = _currency(session, version, evidence)
    return TermsView(
        id=version.id, contract_id=contract.id, customer_id=customer.id, customer=customer.name, version=version.version,
        state=version.status, kind=(made.kind if made else "terms").replace("_", " "), currency=currency or "currency open",
        effective_from=version.effective_from.isoformat(), items=_items(session, evidence, currency or "USD"),
        questions=questions_of(desk, session, version) if made else (),
        problems=made.problems if made else (), filename=document.filename if document else "written by hand",
        not_billable=tuple(f"{one.amount} ({one.reason})" for one in made.not_billable) if made else (),
        digest=shown_digest(session, version), confirmed_by=version.confirmed_by,
        confirmed_at=words.moment(version.confirmed_at, desk.settings.zone) if version.confirmed_at else None,
    )  # fmt: skip


def _currency(session: Session, version: TermsVersion, evidence: Evidence) -> str | None:
    """As the document says, or as the terms say that it amends."""
    if "currency" in evidence:
        return evidence["currency"].value
    base = confirmed_version(session, version.contract_id)
    return read_terms(base.terms).currency if base else None


def questions_of(desk: Desk, session: Session, version: TermsVersion) -> tuple[QuestionView, ...]:
    """What a person has to answer before these terms can bill, an opening balance included."""
    made = proposal_of(desk, session, version, {})
    asked = [QuestionView(id=one.id, text=one.text, choices=one.choices) for one in made.questions]
    return (*asked, *_openings(desk, session, version, made.terms))


def shown_digest(session: Session, version: TermsVersion) -> str:
    """Changes whenever what a card shows of this version changes, and with the terms that it would change."""
    base = confirmed_version(session, version.contract_id)
    return digest(
        canonical([version.id, version.terms_sha, digest(version.evidence), version.questions, base and base.id])
    )


def _openings(desk: Desk, session: Session, version: TermsVersion, terms: Terms | None) -> list[QuestionView]:
    """A commitment that began before Ari did has been drawn on: what was left is nobody's guess."""
    asked: list[QuestionView] = []
    for prepaid in terms.prepaid if terms else ():
        query = select(BalanceEntry.id).where(
            BalanceEntry.contract_id == version.contract_id, BalanceEntry.balance == prepaid.id
        )
        if terms and session.exec(query).first() is None:
            start = Period.month_of(desk.clock.now(), terms.time_zone).start
            text = f"How much of the {words.amount(prepaid.amount, terms.currency)} was left at the start of {start:%d %B %Y}?"
            asked.append(QuestionView(id=f"{OPENING}{prepaid.id}", text=text, choices=(), free_amount=True))
    return asked


def _latest(session: Session, contract_id: str) -> TermsVersion | None:
    query = select(TermsVersion).where(TermsVersion.contract_id == contract_id, TermsVersion.status == "proposed")
    return session.exec(query.order_by(TermsVersion.version.desc())).first()  # type: ignore[attr-defined]


def _items(session: Session, evidence: Evidence, currency: str) -> tuple[TermItem, ...]:
    """In the order of LABELS: what is charged first, then how it is counted, then the contract itself."""
    places = {path: _place(path) for path in evidence}
    ordered = sorted(evidence, key=lambda path: (places[path], path))
    return tuple(_item(session, path, evidence[path], currency) for path in ordered)


def _place(path: str) -> int:
    return next((place for place, (pattern, _) in enumerate(LABELS) if re.fullmatch(pattern, path)), len(LABELS))


def _item(session: Session, path: str, entry: Entry, currency: str) -> TermItem:
    clause = None
    if entry.quote and entry.page:
        document = session.get(Document, entry.document) if entry.document else None
        clause = ClauseView(document_id=entry.document or "", filename=document.filename if document else "the contract",
                            page=entry.page, quote=entry.quote, field=path)  # fmt: skip
    return TermItem(
        label=label(path),
        value=shown(path, entry.value, currency),
        mark=_mark(entry),
        clause=clause,
        note=entry.note or None,
    )


def label(path: str) -> str:
    """'charges.platform_fee.amount' -> 'Platform fee, a month'; a path without a name of its own as it is."""
    for pattern, text in LABELS:
        found = re.fullmatch(pattern, path)
        if found:
            parts = [int(part) + 1 if part.isdigit() else part.replace("_", " ") for part in found.groups()]
            named = text.format(*parts)
            return named[:1].upper() + named[1:]
    return path.replace("_", " ")


def shown(path: str, value: str | None, currency: str) -> str:
    """A plain value as people write it."""
    if value is None:
        return "open"
    if re.search(r"amount$", path) or (path.startswith("amends.") and re.fullmatch(r"[\d.]+", value)):
        return words.amount(Decimal(value), currency)
    if re.search(r"(quantity|up_to)$", path) and re.fullmatch(r"[\d.]+", value):
        return f"{Decimal(value):,}"
    if path.endswith("net_days"):
        return f"{value} days after the invoice"
    if "percents" in path:
        return f"{value} %"
    if path == "term_end" and not re.fullmatch(r"[\d-]+", value):
        return "renews by itself"
    return MODES.get(value, value.lower() if ".excluded." in path else value)


def _mark(entry: Entry) -> str:
    if entry.state == "by_ruling":
        return "ruled"
    if entry.state in ("missing", "conflicting"):
        return "asked"
    if entry.state == "inferred":
        return "inferred"
    return "verified" if entry.verified else "unverified"
