"""The outbox: a key is one call for ever, and its outcome is committed with what follows from it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from store import outbox
from store.database import Database
from store.tables.outbox import Outbox

REQUEST = {"customer": "cus_1", "amount": Decimal("12.50")}
MINUTE = timedelta(minutes=1)


def intend(db: Database, now: datetime, key: str = "k1", subject: str = "draft-1") -> None:
    with db.write() as session:
        outbox.intend(session, key, "invoice.create", subject, REQUEST, now)


def row(db: Database, key: str = "k1") -> Outbox:
    with db.read() as session:
        return session.get_one(Outbox, key)


def test_the_same_intent_twice_is_one_row(db: Database, now: datetime) -> None:
    intend(db, now)
    with db.write() as session:
        kept = outbox.intend(session, "k1", "invoice.create", "draft-1", dict(reversed(REQUEST.items())))
        assert kept.created_at == now
    assert kept.request == '{"amount":"12.50","customer":"cus_1"}'


@pytest.mark.parametrize(
    ("kind", "subject", "request_body"),
    [
        ("invoice.create", "draft-1", {"customer": "cus_1", "amount": Decimal("12.51")}),
        ("invoice.send", "draft-1", REQUEST),
        ("invoice.create", "draft-2", REQUEST),
    ],
)
def test_a_key_never_stands_for_another_call(
    db: Database, now: datetime, kind: str, subject: str, request_body: object
) -> None:
    intend(db, now)
    with pytest.raises(outbox.OutboxConflict, match="k1 already stands"), db.write() as session:
        outbox.intend(session, "k1", kind, subject, request_body, now)


def test_one_call_of_a_subject_at_a_time(db: Database, now: datetime) -> None:
    for key, subject in (("k1", "draft-1"), ("k2", "draft-1"), ("k3", "draft-2")):
        intend(db, now, key, subject)
    claimed = [outbox.claim(db, "w1", now, 60) for _ in range(3)]
    assert [found.key if found else None for found in claimed] == ["k1", "k3", None]


def test_the_first_try_is_remembered_across_workers(db: Database, now: datetime) -> None:
    intend(db, now)
    first = outbox.claim(db, "w1", now, 60)
    assert first is not None and first.first_tried_at is None
    assert outbox.tried(db, "k1", "w1", now)
    second = outbox.claim(db, "w2", now + 2 * MINUTE, 60)
    assert second is not None and second.first_tried_at == now
    assert not outbox.tried(db, "k1", "w1", now + 2 * MINUTE)
    assert outbox.tried(db, "k1", "w2", now + 2 * MINUTE)
    assert (row(db).first_tried_at, row(db).attempts) == (now, 2)


def test_an_outcome_is_committed_with_what_follows_or_not_at_all(db: Database, now: datetime) -> None:
    intend(db, now)
    outbox.claim(db, "w1", now, 60)
    with pytest.raises(RuntimeError), db.write() as session:
        assert outbox.finish(session, "k1", "w1", '{"id":"in_1"}')
        raise RuntimeError("the invoice could not be updated")
    assert row(db).status == "calling"
    with db.write() as session:
        assert outbox.finish(session, "k1", "w1", '{"id":"in_1"}')
        assert not outbox.finish(session, "k1", "w1", '{"id":"in_2"}')
    assert (row(db).status, row(db).response) == ("done", '{"id":"in_1"}')


def test_a_retry_a_refusal_and_a_case_for_a_person(db: Database, now: datetime) -> None:
    for key in ("k1", "k2", "k3"):
        intend(db, now, key, subject=key)
        assert outbox.claim(db, "w1", now, 60)
    with db.write() as session:
        assert outbox.fail(session, "k1", "w1", "rate limited", now + MINUTE) == "intended"
        assert outbox.fail(session, "k2", "w1", "no such customer") == "failed"
        assert outbox.hand_over(session, "k3", "w1", "the key window has passed")
        assert not outbox.hand_over(session, "k1", "w1", "not held any more")
    assert outbox.claim(db, "w1", now, 60) is None
    again = outbox.claim(db, "w1", now + MINUTE, 60)
    assert again is not None and again.key == "k1"
    assert outbox.renew(db, "k1", "w1", now + MINUTE, 600)
    assert outbox.claim(db, "w1", now + 5 * MINUTE, 60) is None
    assert (row(db, "k2").status, row(db, "k3").status) == ("failed", "needs_human")
