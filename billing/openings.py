"""Opening positions: what was left, carried over or counted before Ari knew a contract, as people enter it.

The one door into the ledger for what no statement said. Entries come with evidence, are checked against the terms, are
proposed by one person and count only once another has approved exactly those. The proposal itself is a signed log entry,
so the ledger holds nothing that does not count. Answers on a terms card come in by `enter` as well, checked alike: there
the card is the proposal.
"""

import json
from collections.abc import Sequence

from sqlmodel import Session, col, select

from billing.desk import Desk
from billing.entered import Entered, incomplete, refusal
from billing.errors import Refused
from billing.invoices.policy import Actor, may_act
from billing.invoices.statements import billable
from billing.record import record
from pricing.canonical import canonical, digest
from pricing.model.numbers import Strict
from store import balances
from store.ids import new_id
from store.tables.balance import BalanceEntry
from store.tables.contract import Contract
from store.tables.log import LogEntry

PROPOSED, APPROVED, DECLINED, REFUSED = "opening.proposed", "opening.approved", "opening.declined", "opening.refused"


class Proposal(Strict):
    """What one person entered; `digest` is what another approves."""

    id: str
    by: str
    entries: tuple[Entered, ...]

    @property
    def digest(self) -> str:
        return digest(canonical(self.entries))


def enter(desk: Desk, session: Session, one: Entered, source: str) -> None:
    """Post one entry that was checked and approved. Raises Refused when somebody has just done so."""
    entry = BalanceEntry(
        contract_id=one.contract, form=one.form, balance=one.position, periods=one.periods, kind="opening", unit=one.unit,
        amount=one.amount, period=one.period, source=source, evidence=one.evidence, at=desk.clock.now(),
    )  # fmt: skip
    if not balances.post(session, entry):
        raise Refused(f"{one.position} was entered from {source} already.")


def propose(desk: Desk, entries: Sequence[Entered], actor: Actor) -> Proposal:
    """Put entries on the record for somebody else to approve; nothing counts yet. Raises Refused with every reason."""
    made = Proposal(id=new_id("opening"), by=actor.id, entries=tuple(entries))
    with desk.db.write() as session:
        _may(desk, actor)
        reasons = problems(session, entries)
        if reasons or not entries:
            raise Refused("\n".join(reasons) or "There is nothing to enter.")
        record(desk, session, PROPOSED, actor.id, made.id, {"entries": made.entries, "digest": made.digest})
    return made


def problems(session: Session, entries: Sequence[Entered]) -> list[str]:
    """Everything that speaks against entering these together, a sentence each."""
    found: list[str] = []
    for contract in dict.fromkeys(one.contract for one in entries):
        own = [one for one in entries if one.contract == contract]
        terms = billable(session, session.get_one(Contract, contract).customer_id).terms
        reasons = [refusal(session, terms, one) for one in own]
        found += [f"{one.position}: {why}" for one, why in zip(own, reasons, strict=True) if why]
        places = [(one.form, one.position, one.periods) for one in own]
        found += [f"{place[1]}: is there twice." for place in dict.fromkeys(places) if places.count(place) > 1]
        gap = incomplete(terms, own)
        found += [gap] if gap else []
    return found


def approve(desk: Desk, proposal_id: str, shown: str, actor: Actor) -> Proposal:
    """Make a proposal count. `shown` is the digest of what the person saw. Raises Refused, with the try on the record."""
    return _decide(desk, proposal_id, shown, actor, APPROVED)


def decline(desk: Desk, proposal_id: str, shown: str, actor: Actor) -> Proposal:
    """Leave a proposal aside for good; whoever proposed it may do so too. Raises Refused."""
    return _decide(desk, proposal_id, shown, actor, DECLINED)


def waiting(session: Session) -> list[Proposal]:
    """Proposals that nobody has decided, the oldest first."""
    decided = select(LogEntry.subject).where(col(LogEntry.kind).in_((APPROVED, DECLINED)))
    open_ones = select(LogEntry).where(LogEntry.kind == PROPOSED, col(LogEntry.subject).not_in(decided))
    return [_proposal(entry) for entry in session.exec(open_ones.order_by(col(LogEntry.seq)))]


def proposal(session: Session, proposal_id: str) -> Proposal:
    """Raises Refused when there is none, or it was decided."""
    found = {entry.kind: entry for entry in session.exec(select(LogEntry).where(LogEntry.subject == proposal_id))}
    if PROPOSED not in found:
        raise Refused("I know no such proposal; `ari opening waiting` lists those that wait.")
    if found.keys() & {APPROVED, DECLINED}:
        raise Refused(f"{proposal_id} was decided already; propose anew what is still missing.")
    return _proposal(found[PROPOSED])


def _decide(desk: Desk, proposal_id: str, shown: str, actor: Actor, kind: str) -> Proposal:
    try:
        with desk.db.write() as session:
            found = proposal(session, proposal_id)
            _may(desk, actor)
            if shown != found.digest:
                raise Refused("These are not the entries that were proposed; look at them again.")
            if kind == APPROVED:
                _approve(desk, session, found, actor)
            record(desk, session, kind, actor.id, found.id, {"digest": found.digest})
            return found
    except Refused as refused:
        with desk.db.write() as session:
            record(desk, session, REFUSED, actor.id, proposal_id[:60], {"reason": str(refused)})
        raise


def _approve(desk: Desk, session: Session, found: Proposal, actor: Actor) -> None:
    if actor.id == found.by:
        raise Refused("You proposed these entries, so somebody else has to approve them.")
    # A month may have passed since: what was right to propose may have been opened or billed by now.
    reasons = problems(session, found.entries)
    if reasons:
        raise Refused("\n".join(reasons))
    for entered in found.entries:
        enter(desk, session, entered, found.id)


def _may(desk: Desk, actor: Actor) -> None:
    """An opening position decides bills as a term does, so who may confirm terms may enter one."""
    verdict = may_act(desk.settings.file.policy.confirm_terms, actor)
    if verdict.outcome == "refused":
        raise Refused(verdict.reason)


def _proposal(entry: LogEntry) -> Proposal:
    body = json.loads(entry.body)
    entries = tuple(Entered.model_validate(each) for each in body["entries"])
    return Proposal(id=entry.subject, by=entry.actor, entries=entries)
