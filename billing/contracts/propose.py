"""From a dropped file to proposed terms that wait for a person. Nothing in here confirms anything."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, select

from billing.contracts.customers import resolve
from billing.contracts.evidence import Evidence
from billing.contracts.pdf import Document as Pages
from billing.contracts.proposal import MetricInfo, Proposal, propose_terms
from billing.contracts.reading import Reading
from billing.contracts.stored import evidence_of, pages_json, pages_of, reading_of
from billing.contracts.verify import verify
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.statements import confirmed_version
from billing.record import record
from pricing.canonical import canonical, digest
from pricing.stored import read_terms
from pricing.terms import Terms
from settings import Settings
from store.tables.contract import Contract, TermsVersion
from store.tables.customer import Customer
from store.tables.document import Document

Reader = Callable[[bytes], tuple[Pages, Reading]]


@dataclass(frozen=True, slots=True)
class Drop:
    """Where a file came from."""

    filename: str
    slack_file_id: str
    channel: str
    thread_ts: str
    by: str


def take_in(desk: Desk, data: bytes, drop: Drop) -> tuple[Document, bool]:
    """Keep the bytes under their SHA-256 and write the document down; False when these very bytes are known already."""
    sha = hashlib.sha256(data).hexdigest()
    path = desk.home / "documents" / f"{sha}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with desk.db.write() as session:
        known = session.exec(select(Document).where(Document.sha256 == sha)).first()
        if known:
            return known, False
        row = Document(
            sha256=sha, filename=drop.filename, size=len(data), slack_file_id=drop.slack_file_id, channel=drop.channel,
            thread_ts=drop.thread_ts, uploaded_by=drop.by, received_at=desk.clock.now(),
        )  # fmt: skip
        session.add(row)
        record(desk, session, "document.received", drop.by, row.id, {"sha256": sha, "filename": drop.filename})
        return row, True


def read(desk: Desk, document_id: str, reader: Reader) -> str:
    """Read a document and store what it proposes; returns the id of the terms version, the same one when run again.

    Raises UnreadableDocument for a file that is no readable contract, Refused when its customer is not known or an
    amendment has nothing to amend.
    """
    with desk.db.read() as session:
        document = session.get_one(Document, document_id)
        known = session.exec(select(TermsVersion).where(TermsVersion.document_id == document_id)).first()
    if known:
        return known.id
    pages, reading = reader((desk.home / "documents" / f"{document.sha256}.pdf").read_bytes())
    with desk.db.write() as session:
        row = session.get_one(Document, document_id)
        row.pages_json, row.reading = pages_json(pages), canonical(reading)
        return _propose(desk, session, row)


def proposal_of(desk: Desk, session: Session, version: TermsVersion, answers: Mapping[str, str]) -> Proposal:
    """The proposal behind a stored version, made again from the kept pages with a person's answers."""
    document = session.get_one(Document, version.document_id)
    base = confirmed_version(session, version.contract_id)
    return _made(desk.settings, document, read_terms(base.terms) if base else None, answers)


def whole_evidence(session: Session, version: TermsVersion, proposal: Proposal) -> Evidence:
    """An amendment's evidence beside that of the terms it changes; what it restates counts."""
    base = confirmed_version(session, version.contract_id)
    earlier = evidence_of(base) if base and proposal.kind == "amendment" else {}
    return earlier | proposal.evidence


def _propose(desk: Desk, session: Session, document: Document) -> str:
    customer = resolve(desk, session, _customer_name(document))
    contract = session.exec(select(Contract).where(Contract.customer_id == customer.id)).first()
    base = confirmed_version(session, contract.id) if contract else None
    proposal = _made(desk.settings, document, read_terms(base.terms) if base else None, {})
    if proposal.kind == "amendment" and base is None:
        raise Refused(
            f"This amends a contract of {customer.name} whose terms nobody has confirmed. Confirm those first, then drop "
            "this file again."
        )
    if proposal.effective_from is None:
        raise Refused("I found no date from which these terms hold, so I have not taken them over.")
    contract = contract or _new_contract(desk, session, customer, proposal)
    row = TermsVersion(
        contract_id=contract.id, version=_next(session, contract), document_id=document.id, terms=canonical(proposal.terms),
        terms_sha=digest(canonical(proposal.terms)), evidence=canonical(proposal.evidence), channel=document.channel,
        questions=canonical([one.id for one in proposal.questions]), effective_from=proposal.effective_from,
        proposed_at=desk.clock.now(), proposed_by="ari",
    )  # fmt: skip
    session.add(row)
    document.status = "read"
    record(desk, session, "terms.proposed", "ari", row.id, {"document": document.id, "terms": row.terms_sha})
    return row.id


def _made(settings: Settings, document: Document, base: Terms | None, answers: Mapping[str, str]) -> Proposal:
    pages, reading = pages_of(document), reading_of(document)
    return propose_terms(
        reading, verify(reading, pages), rulings=house_rulings(settings), base=base, metrics=metrics(settings),
        answers=answers, document=document.id,
    )  # fmt: skip


def house_rulings(settings: Settings) -> dict[str, str]:
    return {name: value for name, value in settings.file.rulings.model_dump().items() if value is not None}


def metrics(settings: Settings) -> dict[str, MetricInfo]:
    return {name: MetricInfo(name, one.words, one.unit) for name, one in settings.file.usage.metrics.items()}


def _customer_name(document: Document) -> str:
    pages, reading = pages_of(document), reading_of(document)
    verdict = verify(reading, pages)["customer"]
    if verdict.value is None:
        raise Refused("I could not tell from this document who the customer is, so I have not taken it over.")
    return verdict.value


def _next(session: Session, contract: Contract) -> int:
    last = session.exec(select(func.max(TermsVersion.version)).where(TermsVersion.contract_id == contract.id)).one()
    return (last or 0) + 1


def _new_contract(desk: Desk, session: Session, customer: Customer, proposal: Proposal) -> Contract:
    """Titled as people would say it: 'the order form of 1 May 2025'. It stands on the customer's invoices."""
    day = proposal.effective_from
    kind = proposal.kind.replace("_", " ") if proposal.kind != "other" else "agreement"
    title = f"the {kind} of {day.day} {day:%B %Y}" if day else f"the {kind}"
    contract = Contract(customer_id=customer.id, title=title, created_at=desk.clock.now())
    session.add(contract)
    session.flush()
    return contract
