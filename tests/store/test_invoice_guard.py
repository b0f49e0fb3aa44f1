"""At most one live invoice for the same money, whatever the code above gets wrong."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from store.database import Database
from store.tables.approval import Approval
from store.tables.contract import Contract, TermsVersion
from store.tables.invoice import ENDED, LIVE, Invoice
from store.tables.statement import Statement


def _terms(session: Session, contract: str, now: datetime) -> str:
    known = session.exec(select(TermsVersion.id).where(TermsVersion.contract_id == contract)).first()
    if known:
        return known
    row = TermsVersion(
        contract_id=contract,
        version=1,
        effective_from=now.date(),
        terms="{}",
        terms_sha="s",
        evidence="{}",
        questions="[]",
        proposed_at=now,
        proposed_by="ari",
    )
    session.add(row)
    return row.id


def invoice(db: Database, contract: str, now: datetime, **changes: Any) -> Invoice:
    with db.write() as session:
        customer = session.get_one(Contract, contract).customer_id
        statement = Statement(
            contract_id=contract,
            period="2026-09",
            bundle="{}",
            sha="s",
            total=Decimal(1),
            due=Decimal(1),
            currency="USD",
            terms_version_id=_terms(session, contract, now),
            calculator="1",
            created_at=now,
        )
        session.add(statement)
        fields: dict[str, Any] = {"statement_id": statement.id, "content": "{}", "digest": "d", "total": Decimal(1),
                  "due": Decimal(1), "expires_at": now,
                  "ari_key": "key", "gen": 1, "account": "acct_1:test", "contract_id": contract,
                  "customer_id": customer, "bill_to": "customer", "period": "2026-09", "kind": "usage",
                  "currency": "USD", "requested_by": "U1", "created_at": now, "updated_at": now, **changes}  # fmt: skip
        row = Invoice(**fields)
        session.add(row)
    return row


@pytest.mark.parametrize("state", LIVE)
def test_a_live_invoice_has_no_second(db: Database, contract: str, now: datetime, state: str) -> None:
    invoice(db, contract, now, state=state)
    with pytest.raises(IntegrityError, match=r"uq_invoice_one_live|invoice\.bill_to"):
        invoice(db, contract, now, gen=2, state="planned")


def test_an_ended_invoice_makes_room(db: Database, contract: str, now: datetime) -> None:
    for gen, state in enumerate((*ENDED, "void", "planned")):
        invoice(db, contract, now, gen=gen, state=state)


@pytest.mark.parametrize("other", [{"account": "acct_1:live"}, {"bill_to": "parent"}, {"period": "2026-10"},
                                   {"kind": "recurring"}, {"sequence": 2}])  # fmt: skip
def test_other_money_is_another_invoice(db: Database, contract: str, now: datetime, other: dict[str, object]) -> None:
    invoice(db, contract, now)
    invoice(db, contract, now, ari_key="another", **other)


def test_an_ended_invoice_cannot_come_back_beside_a_live_one(db: Database, contract: str, now: datetime) -> None:
    old = invoice(db, contract, now, state="expired")
    invoice(db, contract, now, gen=2)
    with pytest.raises(IntegrityError), db.write() as session:
        session.get_one(Invoice, old.id).state = "awaiting"


def test_one_stripe_invoice_belongs_to_one_row(db: Database, contract: str, now: datetime) -> None:
    invoice(db, contract, now, stripe_invoice_id="in_1", state="void")
    with pytest.raises(IntegrityError):
        invoice(db, contract, now, gen=2, stripe_invoice_id="in_1")


def test_a_button_pressed_twice_is_one_approval(db: Database, contract: str, now: datetime) -> None:
    draft = invoice(db, contract, now)

    def press(user: str) -> None:
        with db.write() as session:
            session.add(Approval(invoice_id=draft.id, digest="d", decision="approve", user_id=user, user_name="Ann",
                                 at=now, signature="s", policy="{}"))  # fmt: skip

    press("U1")
    press("U2")
    with pytest.raises(IntegrityError):
        press("U1")
