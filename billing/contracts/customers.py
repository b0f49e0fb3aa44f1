"""Customers: found by the name that a contract or a person uses, never guessed.

Who owns which usage account is read from the directory table that ari.yml names; a customer is created from it when its
first contract is read.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import column, table
from sqlalchemy import select as sql_select
from sqlmodel import Session, select

from billing.desk import Desk
from billing.errors import Refused
from billing.views import CustomerView
from store.tables.contract import Contract, TermsVersion
from store.tables.customer import Customer, UsageAccount

LEGAL = re.compile(r"\b(inc|llc|llp|ltd|co|corp|corporation|company|gmbh|plc|limited|incorporated)\b\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the directory, with the accounts below it."""

    account: str
    name: str
    stripe_customer: str | None
    accounts: tuple[str, ...]


def plain_name(name: str) -> str:
    """For comparing: NFKC, case folded, legal forms and punctuation gone. Look-alike letters stay different."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(re.sub(r"[^\w\s]", " ", LEGAL.sub(" ", folded)).split())


def directory(desk: Desk) -> list[Entry]:
    """Everybody whom the directory lists as a payer of their own: rows without a parent."""
    where = desk.settings.file.usage.directory
    names = [where.account, where.name, *(name for name in (where.parent, where.stripe_customer) if name)]
    rows = table(where.table, *[column(name) for name in dict.fromkeys(names)])
    with desk.stores.engine(where.store).connect() as connection:
        found = connection.execute(sql_select(*rows.c)).mappings().all()
    children: dict[str, list[str]] = {}
    for row in found:
        if where.parent and row[where.parent]:
            children.setdefault(str(row[where.parent]), []).append(str(row[where.account]))
    return [
        Entry(str(row[where.account]), str(row[where.name]), row[where.stripe_customer] if where.stripe_customer else None,
              (str(row[where.account]), *sorted(children.get(str(row[where.account]), []))))
        for row in found
        if not (where.parent and row[where.parent])
    ]  # fmt: skip


def resolve(desk: Desk, session: Session, name: str) -> Customer:
    """The customer of that name, created from the directory when new. Raises Refused for none and for several."""
    wanted = plain_name(name)
    known = [one for one in session.exec(select(Customer)) if plain_name(one.name) == wanted]
    if len(known) == 1:
        return known[0]
    entries = [entry for entry in directory(desk) if plain_name(entry.name) == wanted]
    if len(entries) > 1 or len(known) > 1:
        raise Refused(
            f"{name} fits several customers in the directory; tell them apart there before I read this contract."
        )
    if not entries:
        raise Refused(
            f"The directory knows no customer called {name}; add it to the directory table, then drop the file again."
        )
    return _create(desk, session, entries[0])


def _create(desk: Desk, session: Session, entry: Entry) -> Customer:
    customer = Customer(name=entry.name, stripe_customer_id=entry.stripe_customer, created_at=desk.clock.now())
    session.add(customer)
    store = desk.settings.file.usage.directory.store
    for account in entry.accounts:
        if session.get(UsageAccount, (store, account)) is None:
            session.add(UsageAccount(store=store, account=account, customer_id=customer.id))
    session.flush()
    return customer


def all_customers(desk: Desk) -> list[CustomerView]:
    """Everybody Ari knows, by name."""
    with desk.db.read() as session:
        return [_view(session, one) for one in session.exec(select(Customer).order_by(Customer.name))]


def find(desk: Desk, text: str) -> list[CustomerView]:
    """Exact name first, else every name that has all the words, else close spellings; empty when nothing is near."""
    known = all_customers(desk)
    wanted = plain_name(text)
    exact = [one for one in known if plain_name(one.name) == wanted]
    return exact or _by_words(known, wanted) or _by_spelling(known, wanted)


def _by_words(known: Iterable[CustomerView], wanted: str) -> list[CustomerView]:
    words = wanted.split()
    return [one for one in known if words and all(word in plain_name(one.name).split() for word in words)]


def _by_spelling(known: Iterable[CustomerView], wanted: str) -> list[CustomerView]:
    names = {word: one for one in known for word in [plain_name(one.name), *plain_name(one.name).split()]}
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.75)
    return list({names[word].id: names[word] for word in close}.values())


def _view(session: Session, customer: Customer) -> CustomerView:
    contracts = session.exec(select(Contract).where(Contract.customer_id == customer.id)).all()
    states = {
        version.status
        for contract in contracts
        for version in session.exec(select(TermsVersion).where(TermsVersion.contract_id == contract.id))
    }
    status = (
        "billable" if "confirmed" in states else "waiting for confirmation" if "proposed" in states else "no contract"
    )
    return CustomerView(
        id=customer.id, name=customer.name, status=status, contract_ids=tuple(one.id for one in contracts)
    )
