"""The ledger against the calculator: whatever is billed, corrected, voided and opened, in whatever order, the position that
a month begins with is that of rating every month from scratch, and the roll-forward ties."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.errors import Refused
from billing.invoices import statements
from billing.invoices.positions import counts_on, unit_of, written
from pricing.canonical import canonical
from pricing.periods import Period
from pricing.statement import Opening
from pricing.terms import Terms
from store import balances
from store.balances import Roll
from store.database import Database
from store.tables.balance import BalanceEntry
from tests.billing.ledger_kit import METRICS, MONTHS, NOW, Books, books, measured, terms
from tests.demo_terms import DEMO

FIRST, LATER = datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["use", "bill", "void", "void"]),
        st.integers(0, 4),
        st.sampled_from(METRICS),
        st.integers(45, 260),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ari.db'}")
    made.migrate()
    yield made
    made.close()


def take(made: Books, months: list[Period], step: tuple[str, int, str, int]) -> None:
    """One thing that happens. Usage that comes after a bill is billed at once, as a true-up."""
    what, number, metric, quantity = step
    month = months[number]
    if what == "void":
        posted = made.sources.get(month.key, [])
        if posted:
            made.void(month, posted[quantity % len(posted)][0])
        return
    if what == "use":
        made.used[month.key] = made.used.get(month.key, {}) | {metric: quantity}
    if what == "bill" or made.sources.get(month.key):
        made.bill(month)


def check(made: Books, start: Opening, months: list[Period]) -> None:
    expected = made.scratch(start, months)
    for month in months[-2:]:
        assert canonical(made.opening(month)) == canonical(expected[month.key])
    ties(made.rolls())


def ties(rows: list[Roll]) -> None:
    for row in rows:
        assert row.opening + row.bought + row.used + row.expired + row.restored == row.closing
        assert row.entries and {one.period for one in row.entries} == {row.period}
    for before, row in pairwise(rows):
        if (before.form, before.position) == (row.form, row.position):
            assert row.opening == before.closing


def closings(made: Books, months: list[Period], start: Opening) -> None:
    """Once every month is billed in order, each closing of the roll-forward is the calculator's."""
    for month in months:
        made.bill(month)
    expected = made.scratch(start, months)
    rows = {(row.form, row.position, row.period): row.closing for row in made.rolls()}
    for month, following in pairwise(months):
        for one in expected[following.key].balances:
            assert rows["balance", one.id, month.key] == one.amount
        for form, name, period in rows:
            if (form, period) == ("allowance", month.key):
                held = sum(one.quantity for one in expected[following.key].carried if one.id == name)
                assert rows[form, name, period] == held, (
                    "what a window has left is in its counter, and held nowhere else"
                )
        for one in expected[following.key].counters:
            for form in ("quantity", "amount"):
                if getattr(one, form):
                    assert rows[form, one.id, month.key] == getattr(one, form)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_the_ledger_is_what_rating_from_scratch_says(
    db: Database, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int, str, int]]
) -> None:
    made, months = books(db, terms(), FIRST, monkeypatch), MONTHS[:5]
    made.used["2025-01"] = {"calls": 60}
    for step in steps:
        take(made, months, step)
        check(made, Opening(), months)
    closings(made, months, Opening())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, before=st.lists(st.integers(0, 200), min_size=3, max_size=3))
def test_a_contract_that_was_opened_by_a_person_goes_on_alike(
    db: Database, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int, str, int]], before: list[int]
) -> None:
    made, months = books(db, terms(), LATER, monkeypatch), MONTHS[4:9]
    for number, month in enumerate(MONTHS[:4]):
        made.used[month.key] = dict(zip(METRICS, before, strict=True)) | {METRICS[(number + 2) % 3]: 77}
    start = made.scratch(Opening(), MONTHS[:5])[months[0].key]
    enter(made, start, months[0])
    for step in steps:
        take(made, months, step)
        check(made, start, months)
    closings(made, months, start)


def enter(made: Books, opening: Opening, month: Period) -> None:
    rows = [("balance", one.id, 0, one.amount) for one in opening.balances]
    rows += [("quantity", one.id, 0, one.quantity) for one in opening.counters if one.id.startswith("calls")]
    rows += [("amount", one.id, 0, one.amount) for one in opening.counters if one.id != "calls.included"]
    rows += [("allowance", one.id, one.periods, one.quantity) for one in opening.carried]
    with made.desk.db.write() as session:
        for form, name, periods, amount in rows:
            balances.post(session, BalanceEntry(
                contract_id=made.base.contract.id, form=form, balance=name, periods=periods, kind="opening", amount=amount,
                unit="USD" if form in ("balance", "amount") else unit_of(made.base.terms, name), period=month.key,
                source="sheet", at=NOW,
            ))  # fmt: skip


def test_a_second_invoice_posts_only_the_difference(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = books(db, terms(), FIRST, monkeypatch)
    made.used["2025-01"] = {"texts": 200, "minutes": 90}
    first = made.bill(MONTHS[0])
    again = len(made.entries())
    made.bill(MONTHS[0])
    assert [one.kind for one in made.entries()[again:]] == ["carried"], "the same figures move nothing"
    made.used["2025-01"] = {"texts": 260, "minutes": 90}
    second = made.bill(MONTHS[0])
    moved = {
        (one.balance, one.kind): str(one.amount)
        for one in made.entries()
        if one.source == second and one.kind != "carried"
    }
    assert moved == {("commit", "used"): "-6.00"}
    made.void(MONTHS[0], second)
    restored = [
        (one.balance, str(one.amount)) for one in made.entries() if one.source == second and one.kind == "restored"
    ]
    assert restored == [("commit", "6.00")]
    with made.desk.db.write() as session:
        assert balances.restore(session, made.base.contract.id, second, NOW) == 0
        assert balances.restore(session, made.base.contract.id, first, NOW) > 0
    assert {row.closing for row in made.rolls()} == {0}


def test_a_corrected_month_makes_the_later_ones_open_until_they_are_corrected_too(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = books(db, terms(), FIRST, monkeypatch)
    made.used |= {"2025-01": {"texts": 100}, "2025-02": {"texts": 400}}
    for month in MONTHS[:2]:
        made.bill(month)
    made.used["2025-01"] = {"texts": 150}
    made.bill(MONTHS[0])
    commit = [row for row in made.rolls() if row.position == "commit"]
    assert [str(row.closing) for row in commit] == ["35.00", "-5.00"], "more was taken than there was, and it shows"
    assert str(made.opening(MONTHS[2]).balances[0].amount) == "0.00"
    made.bill(MONTHS[1])
    assert [str(row.closing) for row in made.rolls() if row.position == "commit"] == ["35.00", "0.00"]


def test_months_that_nothing_settled_are_rated_for_a_year_and_no_longer(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, asked = books(db, terms(), FIRST, monkeypatch), []
    kept = statements.snapshots.take
    monkeypatch.setattr(statements.snapshots, "take", lambda *given: asked.append(given[3].key) or kept(*given))
    made.opening(MONTHS[11])
    assert asked == [month.key for month in MONTHS[:11]]
    made.bill(MONTHS[0])
    asked.clear()
    assert made.opening(MONTHS[1]) and asked == []
    with pytest.raises(Refused, match="More than 12 periods before March 2026 are neither billed nor closed"):
        books(db, terms(), FIRST, monkeypatch).opening(Period.month("2026-03"))


def test_what_nobody_opened_stays_absent(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = books(db, terms(), LATER, monkeypatch)
    assert made.opening(MONTHS[5]) == Opening()
    with pytest.raises(Refused, match="is missing, which is not zero"):
        statements.look(made.desk, made.base, MONTHS[5], measured(made, MONTHS[5]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "needs"), [("acornhill", False), ("elmfoot", False), ("dapplewood", True), ("gumdrop", False)]
)
def test_only_terms_that_look_back_cost_a_look_back(name: str, needs: bool) -> None:
    assert counts_on(DEMO[name]) is needs
    assert counts_on(terms())


def test_a_commitment_that_the_terms_no_longer_have_is_left_out(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = books(db, terms(), FIRST, monkeypatch)
    made.used["2025-01"] = {"texts": 100, "calls": 60}
    made.bill(MONTHS[0])
    without = Terms.model_validate_json(canonical(made.base.terms.model_copy(update={"prepaid": ()})))
    assert [one.id for one in written(without, made.opening(MONTHS[1])).balances] == ["pilot"]


def test_a_killed_posting_leaves_nothing_and_is_made_good(
    db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = books(db, terms(), FIRST, monkeypatch)
    made.used["2025-01"] = {"texts": 100, "calls": 60}
    kept, left = balances.post, [2]

    def dying(session: object, entry: BalanceEntry) -> bool:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return kept(session, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(balances, "post", dying)
    with pytest.raises(KeyboardInterrupt):
        made.bill(MONTHS[0])
    assert made.entries() == []
    monkeypatch.setattr(balances, "post", kept)
    source = made.bill(MONTHS[0])
    monkeypatch.setattr(balances, "post", dying)
    left[0] = 1
    with pytest.raises(KeyboardInterrupt):
        made.void(MONTHS[0], source)
    monkeypatch.setattr(balances, "post", kept)
    check(made, Opening(), MONTHS[:3])
    made.void(MONTHS[0], source)
    assert {row.closing for row in made.rolls()} == {0}
